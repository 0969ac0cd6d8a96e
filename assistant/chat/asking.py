"""Makes answers for the page: runs the assistant, follows its events, can be stopped."""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from assistant.chat import feed
from assistant.chat.conversation import Conversation, Exchange, Problem
from assistant.chat.wording import speaker
from assistant.errors import AssistantError, UsageError
from assistant.languages import name as language_name
from assistant.records import Article, Event

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.records import FilterArguments

log = logging.getLogger(__name__)

MOST_CHOICES = 500
"""Articles offered in the filter's list; with more of them, they are chosen in the Library."""

Choice = tuple[str, str]


def answer(
    assistant: "Assistant",
    conversation: Conversation,
    *,
    filters: "FilterArguments",
    inferred_filters: bool = True,
    language: str,
) -> Iterator[Conversation]:
    """Answer the conversation's last question; gives the conversation whenever there is news of it.

    Ends with an exchange that is done: answered, failed, or stopped with what had come by then.
    """
    exchange, stop = conversation.last, conversation.stop
    if exchange is None or stop is None or exchange.done:
        return
    question, history = exchange.question, conversation.turns

    def work(put: feed.Put[Event]) -> None:
        events = assistant.stream(
            question, history=history, inferred_filters=inferred_filters, **filters
        )
        _hand_on(events, put, stop=stop)

    try:
        for events in feed.run(work, stop=stop):
            exchange = exchange.after(events, now=time.monotonic())
            yield conversation.with_last(exchange)
    except AssistantError as error:
        exchange = exchange.failed(error)
    except Exception:  # a person waits for an answer: tell them, and let the log say what it was
        log.exception("no answer to %r", exchange.question)
        exchange = replace(exchange, problem=unexpected(language=language))
    yield conversation.with_last(_ended(exchange))


def _hand_on(events: Iterator[Event], put: feed.Put[Event], *, stop: threading.Event) -> None:
    """Pass the events on until `stop` is set; closing the iterator is what stops the model."""
    try:
        for event in events:
            if stop.is_set():
                break
            put(event)
    finally:
        close = getattr(events, "close", None)
        if close is not None:
            close()


def _ended(exchange: Exchange) -> Exchange:
    return exchange if exchange.done else replace(exchange, stopped=True)


def unexpected(*, language: str) -> Problem:
    """What a person is told of an error that nobody foresaw."""
    say = speaker(language)
    return Problem(say("unexpected"), say("unexpected_hint"))


def read_filters(
    since: str | None,
    until: str | None,
    languages: Sequence[str] | None,
    outlets: Sequence[str] | None,
    articles: Sequence[str] | None,
    *,
    language: str,
) -> "FilterArguments":
    """The filter row as the assistant takes it. Raises UsageError for a date that is none."""
    return {
        "since": _date(since, language=language),
        "until": _date(until, language=language),
        "language": list(languages or ()),
        "outlet": list(outlets or ()),
        "article": list(articles or ()),
    }


def _date(written: str | None, *, language: str) -> str | None:
    if not written or not written.strip():
        return None
    try:
        return date.fromisoformat(written.strip()).isoformat()
    except ValueError as error:
        raise UsageError(speaker(language)("bad_date", date=written.strip())) from error


def filters_set(*fields: object) -> int:
    """How many of the filter fields say something."""
    return sum(1 for field in fields if field)


def filter_choices(
    articles: Sequence[Article], *, language: str
) -> tuple[list[Choice], list[Choice], list[Choice]]:
    """What the filter row offers: languages, outlets and articles, as (shown, meant) pairs."""
    codes = {article.language for article in articles} - {"und", ""}
    languages = sorted((language_name(code, language=language), code) for code in codes)
    outlets = sorted({article.outlet for article in articles} - {""}, key=str.casefold)
    newest = sorted(articles, key=lambda article: article.published or "", reverse=True)
    titles = [(_listed(article), article.id) for article in newest[:MOST_CHOICES]]
    return languages, [(outlet, outlet) for outlet in outlets], titles


def _listed(article: Article) -> str:
    return " · ".join(part for part in (article.title, article.published) if part)
