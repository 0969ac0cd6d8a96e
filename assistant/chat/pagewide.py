"""Wires what belongs to the whole page: its first drawing, the status line, the reader."""

import time
from typing import TYPE_CHECKING, Any

from assistant.chat import shelf, talks
from assistant.chat.desk import Desk, found
from assistant.chat.events import AT_ONCE, follow_after, opened_as, shown, welcome
from assistant.chat.layout import Page
from assistant.chat.markup import Markup, join, tag
from assistant.chat.reader import article_page
from assistant.chat.status_line import status_line
from assistant.chat.visitor import language_of, visitor_of
from assistant.chat.wording import speaker
from assistant.errors import AssistantError, UnknownArticle

if TYPE_CHECKING:
    from assistant.assistant import Assistant

MOST_MARKS = 50


def wire_page(page: Page, blocks: Any, assistant: "Assistant", desk: Desk, *, setting: str) -> None:
    """Connect what is drawn when the page opens and what changes by itself."""
    import gradio as gr

    status_shown = gr.State("")  # as this tab has it, so that only news is sent
    counted = gr.State("")

    def opened(request: gr.Request) -> tuple[Any, ...]:
        visitor = visitor_of(request, setting=setting)
        named = str(dict(request.query_params).get("c", ""))[:100]
        conversation = found(desk, named, owner=visitor.name)
        drawing = _first_drawing(assistant, language=visitor.language)
        return (*drawing, *opened_as(assistant, conversation, language=visitor.language))

    def tick(before: str, before_count: str, current: str, request: gr.Request) -> tuple[Any, ...]:
        language = language_of(request, setting=setting)
        line = status(assistant, language=language)
        if line == before:
            return (gr.skip(),) * 5
        count = _count(assistant)
        fresh = count != before_count
        empty = not current
        changed = str(time.time_ns()) if fresh else gr.skip()
        invitation = welcome(assistant, language=language) if fresh and empty else gr.skip()
        return line, line, count, changed, invitation

    ask, library = page.asking, page.library
    drawn = [page.header, page.status, status_shown, library.table, page.reader, page.talks]
    begun = blocks.load(opened, None, [*drawn, *shown(page)], **AT_ONCE)
    follow_after(page, begun, desk, setting=setting)
    page.timer.tick(
        tick,
        [status_shown, counted, page.current],
        [page.status, status_shown, counted, library.changed, ask.live],
        **AT_ONCE,
    )


def _first_drawing(assistant: "Assistant", *, language: str) -> tuple[Any, ...]:
    """Masthead, status twice (shown and remembered), table, reader, the conversations' drawer."""
    line = status(assistant, language=language)
    return (
        _masthead(language=language),
        line,
        line,
        shelf.frame(language=language),
        _reader_frame(language=language),
        talks.frame(language=language),
    )


def status(assistant: "Assistant", *, language: str) -> str:
    """The status line, or what keeps the assistant from saying how it is."""
    try:
        return status_line(assistant.status(), language=language)
    except AssistantError as error:
        return tag("p", join(error.message, error.hint, between=" "), class_="why")


def reader_function(assistant: "Assistant", *, setting: str) -> Any:
    """The function with which the reader in the browser fetches an article."""
    import gradio as gr

    def article(wanted: Any, request: gr.Request) -> dict[str, str]:
        language = language_of(request, setting=setting)
        wanted = wanted if isinstance(wanted, dict) else {}
        try:
            shown = assistant.show(str(wanted.get("id", ""))[:200])
        except UnknownArticle:
            message = speaker(language)("unknown_article")
            return {"html": tag("p", message, class_="note")}
        except AssistantError as error:
            return {"html": tag("p", join(error.message, error.hint, between=" "), class_="note")}
        marks = _marks(wanted.get("marks"))
        return {"html": article_page(shown, marks=marks, language=language)}

    return article


def _marks(sent: Any) -> list[tuple[int, int]]:
    """The spans to mark, from what a browser sent: pairs of whole numbers, start before end."""
    pairs = sent[:MOST_MARKS] if isinstance(sent, list) else []
    spans = [
        (pair[0], pair[1])
        for pair in pairs
        if isinstance(pair, list) and len(pair) == 2 and all(type(part) is int for part in pair)
    ]
    return [(start, end) for start, end in spans if 0 <= start < end]


def _count(assistant: "Assistant") -> str:
    try:
        status = assistant.status()
    except AssistantError:
        return ""
    return f"{status.articles} {status.indexing is None}"


def _masthead(*, language: str) -> Markup:
    say = speaker(language)
    return join(
        talks.opener(language=language),
        tag("h1", say("name"), lang=language),
        tag("p", say("tagline")),
    )


def _reader_frame(*, language: str) -> Markup:
    say = speaker(language)
    return tag(
        "aside",
        tag(
            "button",
            "×",
            type="button",
            class_="close",
            aria_label=say("close"),
            title=say("close"),
        ),
        tag(
            "div",
            class_="body",
            tabindex="-1",
            data_loading=say("loading"),
            data_error=say("error"),
        ),
        class_="reader",
        hidden=True,
        role="dialog",
        aria_label=say("reader"),
    )
