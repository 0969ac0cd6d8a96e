"""Wires what belongs to the whole page: its first drawing, the status line, the reader."""

import time
from typing import TYPE_CHECKING, Any

from assistant.chat import intake, reading, shelf, talks
from assistant.chat.desk import Desk, found
from assistant.chat.events import AT_ONCE, follow_after, opened_as, shown, welcome
from assistant.chat.layout import Page
from assistant.chat.markup import Markup, join, tag
from assistant.chat.status_line import status_line
from assistant.chat.visitor import language_of, visitor_of
from assistant.chat.wording import speaker
from assistant.errors import AssistantError

if TYPE_CHECKING:
    from assistant.assistant import Assistant


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
        opening = opened_as(assistant, conversation, language=visitor.language)
        return (*drawing, _count(assistant), *opening)

    def tick(before: str, before_count: str, current: str, request: gr.Request) -> tuple[Any, ...]:
        language = language_of(request, setting=setting)
        line = status(assistant, language=language)
        # Before the first drawing has come nothing changes: an invitation that is late would
        # overwrite the question of a quick hand.
        if not before or line == before:
            return (gr.skip(),) * 5
        count = _count(assistant)
        fresh = count != before_count
        empty = not current
        changed = str(time.time_ns()) if fresh else gr.skip()
        invitation = welcome(assistant, language=language) if fresh and empty else gr.skip()
        return line, line, count, changed, invitation

    ask, library = page.asking, page.library
    drawn = [
        page.header, page.status, status_shown, library.intake, library.table, page.reader,
        page.talks,
    ]  # fmt: skip
    begun = blocks.load(opened, None, [*drawn, counted, *shown(page)], **AT_ONCE)
    follow_after(page, begun, desk, setting=setting)
    page.timer.tick(
        tick,
        [status_shown, counted, page.current],
        [page.status, status_shown, counted, library.changed, ask.live],
        **AT_ONCE,
    )


def _first_drawing(assistant: "Assistant", *, language: str) -> tuple[Any, ...]:
    """Masthead, status twice (shown and remembered), intake, table, reader, conversations."""
    line = status(assistant, language=language)
    return (
        _masthead(language=language),
        line,
        line,
        intake.frame(most_mb=assistant.settings.max_file_mb, language=language),
        shelf.frame(language=language),
        reading.frame(language=language),
        talks.frame(language=language),
    )


def status(assistant: "Assistant", *, language: str) -> str:
    """The status line, or what keeps the assistant from saying how it is."""
    try:
        return status_line(assistant.status(), language=language)
    except AssistantError as error:
        return tag("p", join(error.message, error.hint, between=" "), class_="why")


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
