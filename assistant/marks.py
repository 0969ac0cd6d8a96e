"""Reads a model's stream: safe text and the source numbers in it, whatever way they are written.

Numbers come as `[1]`, `[1, 2]`, `[1-3]`, `(1)`, `[Source 1]`, `[^1]`, `【1】`. HTML, images and
links that are not allowed are taken out. What may become one of these is held back until it is
known.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

LONGEST_HELD = 2000
"""Characters held back at most: what is not closed by then is text."""

_SOURCE_WORDS = "sources?|quellen?|articles?|artikel|passages?|refs?|nr|no|fuentes?|fonti?|bron"
_SOURCE = rf"(?:(?:{_SOURCE_WORDS})\.?:?\s*)"
_ONE = r"\^?#?\s*\d{1,3}"
_NUMBERS = rf"{_SOURCE}?{_ONE}(?:\s*(?:[,;&/–-]|and|und|et|y)\s*{_SOURCE}?{_ONE})*"
_URL_SCHEME = r"(?:https?|ftp|file|data|javascript|mailto):"
_TARGET = r"\(\s*<?(?P<url>(?:[^()<>\s]|\([^()\s]*\))*)>?(?:\s[^)\n]*)?\)"
_TRIGGER = re.compile(rf"[\[!【(<]|(?<!\w)(?:{_URL_SCHEME}|www\.)", re.IGNORECASE)
_URL_MAY_BEGIN = re.compile(
    r"(?<!\w)(?:h|ht|htt|https?|f|ft|ftp|fi|fil|file|d|da|dat|data|j|ja|jav|java|javas|javasc"
    r"|javascr|javascri|javascrip|javascript|m|ma|mai|mail|mailt|mailto|w|ww|www)\Z",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(\d{1,3})\s*[–-]\s*\^?(\d{1,3})")


def _compiled(*patterns: str) -> list[re.Pattern[str]]:
    return [re.compile(pattern, re.IGNORECASE | re.DOTALL) for pattern in patterns]


# What a construct looks like when it is whole, by its first sign; the first that fits counts.
_WHOLE: dict[str, list[re.Pattern[str]]] = {
    "[": _compiled(
        rf"\[\[(?P<numbers>{_NUMBERS})\]\](?:{_TARGET})?(?!\()",
        rf"\[(?P<label>[^\[\]\n]*)\]{_TARGET}",
        rf"\[\s*(?P<numbers>{_NUMBERS})\s*\](?!\()",
    ),
    "【": _compiled(rf"【\s*(?P<numbers>{_NUMBERS})[^】\n]{{0,40}}】"),
    "(": _compiled(
        rf"\(\s*(?P<numbers>{_SOURCE}{_ONE}(?:\s*,\s*{_SOURCE}?{_ONE})*)\s*\)",
        r"\(\s*(?P<round>\d{1,2}(?:\s*,\s*\d{1,2})*)\s*\)",
    ),
    "!": _compiled(rf"!\[[^\]\n]*\]{_TARGET}", r"!\[[^\]\n]*\]\[[^\]\n]*\]"),
    "<": _compiled(
        r"<!--.*?-->",
        r"<(?P<tag>script|style|iframe|svg)\b.*?</(?P=tag)\s*>",
        rf"<(?P<address>{_URL_SCHEME}[^>\s]*)>",
        r"</?(?!(?:script|style|iframe|svg)\b)[a-z][^<>]*>",
        r"<![a-z][^<>]*>",
    ),
    "": _compiled(r"(?P<address>[^\s<>\[\]()\"'“”]+(?=[\s<>\[\]()\"'“”]))"),
}
# What may still become one: it reaches to the end of what has come so far.
_BEGUN: dict[str, list[re.Pattern[str]]] = {
    "[": _compiled(r"\[{1,2}[^\[\]\n]{0,300}\Z", r"\[{1,2}[^\[\]\n]*\]{1,2}(?:\([^\n]{0,500})?\Z"),
    "【": _compiled(r"【[^】\n]{0,60}\Z"),
    "(": _compiled(r"\(\s*[a-z]{0,9}\.?:?[\s\d,^#]*\Z"),
    "!": _compiled(r"!\Z", r"!\[[^\]\n]{0,300}\Z", r"!\[[^\]\n]*\](?:[\[(][^\n]{0,500})?\Z"),
    "<": _compiled(
        r"<[/!-]{0,3}\Z", r"<!--.*\Z", r"<(?:script|style|iframe|svg)\b.*\Z", r"</?[a-z][^<>]*\Z"
    ),
    "": _compiled(r"[^\s<>\[\]()\"'“”]+\Z"),
}


@dataclass(frozen=True, slots=True)
class Mark:
    """Source numbers at one place of a text; only such as exist. Empty: a mark of none."""

    numbers: tuple[int, ...]


class MarkReader:
    """Turns the pieces of a stream into safe text and marks; `links` are addresses that may stay.

    White space before a mark is dropped with it.
    """

    def __init__(self, *, known: Collection[int], links: Collection[str] = ()) -> None:
        self.removed_links = False
        self._known = frozenset(known)
        self._links = frozenset(links)
        self._held = ""
        self._space = ""
        self._before = "\n"

    def feed(self, text: str) -> Iterator[str | Mark]:
        """Take the next piece of the stream; yield what is known to be text or a mark."""
        self._held += text
        yield from self._scan(final=False)

    def finish(self) -> Iterator[str | Mark]:
        """The stream has ended: yield what was held back, less what was begun and not safe."""
        yield from self._scan(final=True)

    def _scan(self, *, final: bool) -> Iterator[str | Mark]:
        buffer, at, self._held = self._held, 0, ""
        while trigger := _TRIGGER.search(buffer, at):
            start = trigger.start()
            yield from self._text(buffer[at:start])
            sign = buffer[start] if buffer[start] in _WHOLE else ""
            whole = self._whole(sign, buffer + " " if final else buffer, start)
            if whole is not None:
                at, item = whole
                yield from self._text(item) if isinstance(item, str) else self._mark(item)
                continue
            begun = len(buffer) - start <= LONGEST_HELD and _first(_BEGUN[sign], buffer, start)
            if begun and not final:
                self._held = buffer[start:]
                return
            if begun and sign == "<":
                return
            yield from self._text(buffer[start : start + 1])
            at = start + 1
        rest = buffer[at:]
        if not final and (begins := _URL_MAY_BEGIN.search(rest)):
            self._held = begins[0]
            rest = rest[: begins.start()]
        yield from self._text(rest)

    def _whole(self, sign: str, buffer: str, start: int) -> tuple[int, str | Mark] | None:
        """Where a whole construct ends and what is left of it; None when there is none."""
        for pattern in _WHOLE[sign]:
            match = pattern.match(buffer, start)
            if match is None:
                continue
            parts = match.groupdict()
            if parts.get("numbers"):
                if match.end() == len(buffer) and sign == "[":
                    return None  # a link may follow: `[1](…)`
                return match.end(), self._numbers(parts["numbers"])
            if parts.get("round"):
                mark = self._numbers(parts["round"])
                exist = len(mark.numbers) == parts["round"].count(",") + 1
                return (match.end(), mark) if exist and self._inside_line() else None
            return self._removed(match)
        return None

    def _removed(self, match: re.Match[str]) -> tuple[int, str]:
        """What stays of a link, an address, an image or a tag."""
        parts = match.groupdict()
        if parts.get("label") is not None:
            self.removed_links |= parts["url"] not in self._links
            return match.end(), match[0] if parts["url"] in self._links else parts["label"]
        if parts.get("address"):
            address = parts["address"].rstrip(".,;:!?")
            rest = parts["address"][len(address) :]
            self.removed_links |= address not in self._links
            return match.end(), (address if address in self._links else "") + rest
        self.removed_links |= match[0].startswith("!")
        return match.end(), ""

    def _numbers(self, written: str) -> Mark:
        spelt = _RANGE.sub(lambda m: " ".join(map(str, _between(m[1], m[2]))), written)
        numbers = dict.fromkeys(int(number) for number in re.findall(r"\d+", spelt))
        return Mark(tuple(number for number in numbers if number in self._known))

    def _inside_line(self) -> bool:
        return "\n" not in self._before[-1:] + self._space

    def _mark(self, mark: Mark) -> Iterator[Mark]:
        self._space = ""
        yield mark

    def _text(self, text: str) -> Iterator[str]:
        """Text, with the white space before it; that after it waits for what follows."""
        if not text:
            return
        body = text.rstrip()
        if body:
            yield self._space + body
            self._before, self._space = body, text[len(body) :]
        else:
            self._space += text


def _first(patterns: list[re.Pattern[str]], text: str, at: int) -> bool:
    return any(pattern.match(text, at) for pattern in patterns)


def _between(low: str, high: str) -> range:
    first, last = int(low), int(high)
    return range(first, last + 1) if first <= last <= first + 20 else range(first, first + 1)
