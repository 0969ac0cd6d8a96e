"""Turns an answer's text into HTML: a little Markdown, citation chips, doubtful sentences marked.

The text comes from a model that has read foreign articles, so nothing in it is trusted: raw HTML is
shown as text; links and images are not made at all.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from assistant.chat.markup import Markup, join, tag, text

# Two signs of an extinct script fence a doubtful sentence on its way through Markdown. They count
# as punctuation there, so that emphasis beside them is still recognised.
_OPEN, _CLOSE = "\U00010a50", "\U00010a51"
_FENCES = re.compile(f"[{_OPEN}{_CLOSE}]")
_MARK = re.compile(r"\s*\[(\d{1,3}(?:\s*,\s*\d{1,3})*)\]")
_BLOCK_START = re.compile(r"\s*(?:(?:[-*+]|\d{1,9}[.)]|#{1,6}|>)\s+)*")


@dataclass(frozen=True, slots=True)
class Doubt:
    """A sentence of the text that the articles do not fully support, and why."""

    sentence: str
    reason: str
    partly: bool = False


def prose(
    answer: str,
    *,
    chips: Mapping[int, Markup] | None = None,
    doubts: Sequence[Doubt] = (),
) -> Markup:
    """The answer as HTML. `chips` holds the HTML for each citation number.

    A number without a chip is left out; with `chips=None` (an answer still being written, whose
    citations are not known yet) every number becomes a plain one.
    """
    fenced, found = _fence(_FENCES.sub("", answer), doubts)
    environment = {"chips": chips, "doubts": found, "state": _State()}
    return Markup(_markdown().render(fenced, environment))


class _State:
    """Where the renderer stands: the doubtful sentence it is inside, and how many it has opened."""

    def __init__(self) -> None:
        self.opened = 0
        self.inside: Doubt | None = None


def _fence(answer: str, doubts: Sequence[Doubt]) -> tuple[str, list[Doubt]]:
    """Put the fences around the doubtful sentences, in order; those not found are passed over."""
    pieces: list[str] = []
    found: list[Doubt] = []
    position = 0
    for doubt in doubts:
        sentence = _FENCES.sub("", doubt.sentence).strip()
        start = answer.find(sentence, position) if sentence else -1
        if start < 0:
            continue
        end = start + len(sentence)
        lead = _BLOCK_START.match(answer, start, end)
        inner = lead.end() if lead else start
        pieces += [answer[position:inner], _OPEN, answer[inner:end], _CLOSE]
        found.append(doubt)
        position = end
    return "".join([*pieces, answer[position:]]), found


@cache
def _markdown() -> Any:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table")
    parser.disable(
        ["link", "image", "autolink", "html_inline", "html_block", "reference", "lheading"]
    )
    parser.add_render_rule("text", _render_text)
    parser.add_render_rule("heading_open", lambda *_: "<h4>")
    parser.add_render_rule("heading_close", lambda *_: "</h4>\n")
    return parser


def _render_text(self: Any, tokens: Any, index: int, options: Any, env: dict[str, Any]) -> str:
    state: _State = env["state"]
    rendered: list[str] = []
    for piece in re.split(f"([{_OPEN}{_CLOSE}])", tokens[index].content):
        if piece == _OPEN:
            if state.opened < len(env["doubts"]):
                state.inside = env["doubts"][state.opened]
            state.opened += 1
        elif piece == _CLOSE:
            rendered.append(_doubt_mark(state.inside) if state.inside else "")
            state.inside = None
        elif piece:
            rendered.append(_doubtful(_with_chips(piece, env["chips"]), state.inside))
    return "".join(rendered)


def _with_chips(piece: str, chips: Mapping[int, Markup] | None) -> Markup:
    parts: list[str] = []
    position = 0
    for match in _MARK.finditer(piece):
        parts.append(text(piece[position : match.start()]))
        parts += [_chip(int(number), chips) for number in match[1].split(",")]
        position = match.end()
    return join(*(Markup(part) for part in parts), text(piece[position:]))


def _chip(number: int, chips: Mapping[int, Markup] | None) -> Markup:
    if chips is None:
        return tag("span", str(number), class_="chip waiting")
    return chips.get(number, Markup(""))


def _doubtful(content: Markup, doubt: Doubt | None) -> Markup:
    if doubt is None:
        return content
    kind = "doubtful partly" if doubt.partly else "doubtful"
    return tag("span", content, class_=kind, title=doubt.reason)


def _doubt_mark(doubt: Doubt) -> Markup:
    return tag(
        "button",
        "?",
        type="button",
        class_="doubt-mark",
        title=doubt.reason,
        data_tip=doubt.reason,
        aria_label=doubt.reason,
    )
