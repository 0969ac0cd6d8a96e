"""The commands that ask: `ask` and `search`."""

import re
import sys
from collections.abc import Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Annotated, cast

import typer

from assistant import render
from assistant.cli import options, output, session
from assistant.records import Answer, Event, Sentence, Stage

if TYPE_CHECKING:
    from collections.abc import Generator


def ask(
    context: typer.Context,
    question: Annotated[str, typer.Argument(metavar="QUESTION", help="What you want to know.")],
    since: options.Since = None,
    until: options.Until = None,
    language: options.Language = None,
    outlet: options.Outlet = None,
    article: options.ArticleId = None,
    tag: options.Tag = None,
    no_inferred_filters: options.NoInferred = False,
    today: options.Today = None,
    engine: Annotated[
        str | None,
        typer.Option(metavar="auto|ollama|openai|embedded|quotes", help="Who writes the answer."),
    ] = None,
    json: options.Json = False,
) -> int:
    """Answer a question from your articles alone.

    Every sentence names its sources. A refusal is an answer too: the exit code is 0.

    \b
    Example:
      assistant ask "Who confirmed it?" --since 2024-10-01 --language de
    """
    filters = options.filters(
        since=since, until=until, language=language, outlet=outlet, article=article, tag=tag
    )
    inferred = not no_inferred_filters
    with session.reading(context) as assistant:
        if json or not sys.stdout.isatty():
            answer = assistant.ask(
                question, engine=engine, inferred_filters=inferred, today=today, **filters
            )
            output.emit(
                json,
                document=lambda: render.answer_document(answer),
                text=lambda: render.answer_text(answer),
            )
        else:
            events = assistant.stream(
                question, engine=engine, inferred_filters=inferred, today=today, **filters
            )
            answer = print_stream(events)
        if not json:
            output.say(f"\n{_signature(answer)}")
    return 0


def search(
    context: typer.Context,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="What to look for.")],
    k: Annotated[int, typer.Option("-k", metavar="N", help="How many passages.")] = 10,
    since: options.Since = None,
    until: options.Until = None,
    language: options.Language = None,
    outlet: options.Outlet = None,
    article: options.ArticleId = None,
    tag: options.Tag = None,
    no_inferred_filters: options.NoInferred = False,
    today: options.Today = None,
    json: options.Json = False,
) -> int:
    """Find passages, without an answer.

    There are at most two of one article unless --article is given.

    \b
    Example:
      assistant search "bridge closed" -k 5 --outlet "Harbour Post"
    """
    filters = options.filters(
        since=since, until=until, language=language, outlet=outlet, article=article, tag=tag
    )
    inferred = not no_inferred_filters
    with session.reading(context) as assistant:
        hits = assistant.search(query, k=k, inferred_filters=inferred, today=today, **filters)
    output.emit(
        json,
        document=lambda: render.hits_document(hits),
        text=lambda: render.hits_text(hits) or "Nothing was found.",
    )
    return 0


def print_stream(events: Iterator[Event]) -> Answer:
    """Print each sentence as soon as it is checked, then the rest; leaving stops the model."""
    started = False
    with closing(cast("Generator[Event]", events)):
        for event in events:
            if isinstance(event, Stage):
                output.say(_stage(event))
            elif isinstance(event, Sentence):
                text = render.sentence_text(event)
                output.emit_text((_gap(text) if started else "") + text, end="")
                started = True
            elif isinstance(event, Answer):
                output.emit_text(_rest(event) if started else render.answer_text(event))
                return event
    raise AssertionError("a stream of events ended without an answer")


def _gap(text: str) -> str:
    """What stands before a sentence that is not the first: items of a list have their own line."""
    return "\n" if re.match(r"[-*•] |\d{1,2}\. ", text) else " "


def _rest(answer: Answer) -> str:
    details = render.answer_details(answer)
    return f"\n\n{details}" if details else "\n"


def _stage(stage: Stage) -> str:
    count = f" {stage.count:,} passages" if stage.count else ""
    return f"{stage.name.capitalize()}{count} …"


def _signature(answer: Answer) -> str:
    who = " · ".join(part for part in (answer.engine, answer.model) if part)
    return f"{who} · {answer.timings.total_s:.1f} s"
