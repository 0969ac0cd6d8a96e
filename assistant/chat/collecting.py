"""Wires the Library tab: the table's rows, corrections and tags, remove, bring back, ask within."""

import time
from typing import TYPE_CHECKING, Any

from assistant.chat import filters, shelf
from assistant.chat.events import AT_ONCE
from assistant.chat.layout import Page
from assistant.chat.markup import Markup
from assistant.chat.visitor import language_of
from assistant.errors import AssistantError, InputError
from assistant.records import Change, Report

if TYPE_CHECKING:
    from assistant.assistant import Assistant


def wire_library(page: Page, assistant: "Assistant", *, setting: str) -> None:
    """Connect everything on the Library tab."""
    _wire_removing(page, assistant, setting=setting)
    _wire_asking_within(page, assistant, setting=setting)


def functions(assistant: "Assistant", *, setting: str) -> list[Any]:
    """What the table may call: its rows, a correction and its taking back, tags."""
    import gradio as gr

    def rows(_: Any, request: gr.Request) -> dict[str, Any]:
        try:
            articles = assistant.articles()
        except AssistantError as error:
            return {"error": error.message, "hint": error.hint}
        return {"rows": shelf.rows(articles, language=language_of(request, setting=setting))}

    def amend(sent: Any, request: gr.Request) -> dict[str, Any]:
        sent = sent if isinstance(sent, dict) else {}
        key, words = str(sent.get("id", ""))[:200], {}
        for name in ("title", "outlet", "published"):
            value = sent.get(name)
            given = isinstance(value, str) and (value or name == "outlet")
            words[name] = str(value)[:1000] if given else None
        try:
            assistant.correct(key, **words)
        except AssistantError as error:
            return {"error": error.message, "hint": error.hint}
        return {}

    def unamend(sent: Any, request: gr.Request) -> dict[str, Any]:
        sent = sent if isinstance(sent, dict) else {}
        try:
            assistant.uncorrect(str(sent.get("id", ""))[:200])
        except AssistantError as error:
            return {"error": error.message, "hint": error.hint}
        return {}

    def tag(sent: Any, request: gr.Request) -> dict[str, Any]:
        sent = sent if isinstance(sent, dict) else {}
        add, remove = (
            [str(one)[:200] for one in sent.get(name) or [] if str(one).strip()][:50]
            for name in ("add", "remove")
        )
        ids = [str(one)[:200] for one in sent.get("ids") or []][:10_000]
        try:
            assistant.tag(*ids, add=add, remove=remove)
        except AssistantError as error:
            return {"error": error.message, "hint": error.hint}
        return {}

    return [rows, amend, unamend, tag]


def addresses_in(written: str) -> list[str]:
    """The web addresses a person wrote, one on each line; "https://" may be left out."""
    lines = [line.strip() for line in written.splitlines() if line.strip()]
    return [line if "://" in line else f"https://{line}" for line in lines]


def _wire_removing(page: Page, assistant: "Assistant", *, setting: str) -> None:
    import gradio as gr

    tab = page.library

    def remove(event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        language = language_of(request, setting=setting)

        def changed() -> Markup:
            done = assistant.remove(*_ids(event))
            return shelf.undo(done.removed, language=language)

        return _reported(changed), str(time.time_ns())

    def restore(event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        language = language_of(request, setting=setting)

        def changed() -> Markup:
            done = assistant.restore(*_ids(event))
            return shelf.restored(_all(done), language=language)

        return _reported(changed), str(time.time_ns())

    tab.table.take_out(remove, None, [tab.report, tab.changed], **AT_ONCE)
    tab.report.bring_back(restore, None, [tab.report, tab.changed], **AT_ONCE)


def _reported(change: Any) -> Markup:
    try:
        drawn: Markup = change()
    except AssistantError as error:
        return shelf.failure(error.message, hint=error.hint)
    return drawn


def _all(done: Report) -> tuple[Change, ...]:
    return (*done.added, *done.updated)


def _ids(event: Any) -> list[str]:
    """The article IDs that the browser sent: at most 10,000 short strings."""
    data = event._data if isinstance(event._data, dict) else {}
    ids = data.get("ids")
    if not isinstance(ids, list) or not ids or len(ids) > 10_000:
        raise InputError("No articles were chosen.")
    return [str(one)[:200] for one in ids]


def _wire_asking_within(page: Page, assistant: "Assistant", *, setting: str) -> None:
    import gradio as gr

    def within(event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        language = language_of(request, setting=setting)
        wanted = set(_ids(event))
        articles = assistant.articles()
        chosen = [article for article in articles if article.id in wanted]
        others = [article for article in articles if article.id not in wanted]
        few = [*chosen, *others[: max(0, filters.MOST_CHOICES - len(chosen))]]
        *_, titles, _ = filters.filter_choices(few, language=language)
        value = [article.id for article in chosen]
        return gr.Tabs(selected="ask"), gr.update(choices=titles, value=value)

    page.library.table.ask_within(within, None, [page.tabs, page.asking.articles], **AT_ONCE)
