"""Asks: a question -> what is searched for it -> the events of its answer."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from assistant.answering import answer, check_question, standalone
from assistant.dated import search_with_times
from assistant.filtering import make_filters, read_day
from assistant.index import Index
from assistant.languages import detect_question
from assistant.parts import Parts
from assistant.recalling import recall
from assistant.records import Answer, Event, FilterArguments, Hits, Stage, Timings, Turn
from assistant.retrieval import search, with_signs
from assistant.surveying import survey
from assistant.texts import say


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a question looks: its filters, and from which day its times are told.

    With `inferred` times in the question are filters, too; `today` is the day itself where None.
    """

    filters: FilterArguments
    inferred: bool = True
    today: str | date | None = None

    @property
    def day(self) -> date | None:
        """The day from which times are told; None where they are not looked for."""
        return (read_day("today", self.today) or date.today()) if self.inferred else None


def stream(
    parts: Parts,
    question: str,
    *,
    scope: Scope,
    history: Sequence[Turn] = (),
    engine: str | None = None,
) -> Iterator[Event]:
    """Answer step by step: Stage, Token and Sentence events, the Answer last."""
    started = time.monotonic()
    question = check_question(question)
    index = parts.index()
    language = detect_question(question, corpus=index.catalogue.languages())
    choice = parts.engine(engine)
    searchable = index.catalogue.counts()[1]
    yield Stage("searching", count=searchable)
    settings = parts.settings.model_copy(update={"engine": engine} if engine else {})
    about_corpus = survey(
        question,
        index=index,
        filters=make_filters(scope.filters, catalogue=index.catalogue),
        history=history,
        language=language,
        model=choice.model,
        settings=settings,
        today=scope.day,
    )
    if about_corpus is not None:
        yield from about_corpus
        return
    searched = standalone(question, history=history, model=choice.model, language=language)
    hits = find(parts, searched, k=parts.settings.hits, scope=scope)
    if searched != question and not hits.filters:  # it goes on from what was said
        hits = recall(hits, history, index=index)
    hits = with_signs(index, hits, query=searched, language=language)
    retrieval_s = time.monotonic() - started
    events = answer(
        question,
        hits=hits,
        language=language,
        embedder=index.reader([hit.passage for hit in hits]),
        model=choice.model,
        settings=settings,
        history=history,
        passages_searched=searchable,
    )
    for event in events:
        if isinstance(event, Answer):
            timings = _from_the_question(event.timings, retrieval_s=retrieval_s)
            event = replace(event, timings=timings, searched=searched)
        yield event


def find(parts: Parts, query: str, *, k: int, scope: Scope) -> Hits:
    """Find the `k` best passages, as `Assistant.search`."""
    index = parts.index()
    language = detect_question(query, corpus=index.catalogue.languages())
    day = scope.day
    search_it = search if day is None else partial(search_with_times, today=day)
    hits = search_it(
        index,
        query,
        k=k,
        filters=make_filters(scope.filters, catalogue=index.catalogue),
        language=language,
        reranker=parts.reranker,
    )
    return _while_filling(hits, parts=parts, index=index, language=language)


def _while_filling(hits: Hits, *, parts: Parts, index: Index, language: str) -> Hits:
    """Say with the hits that the index does not hold the whole folder yet."""
    now, articles = parts.indexing, index.catalogue.counts()[0]
    if not index.is_unfilled and (now is None or articles >= now.total):
        return hits
    total = str(now.total) if now else "?"
    told = say("search.still_indexing", language=language, done=articles, total=total)
    return replace(hits, notices=(told, *hits.notices))


def _from_the_question(timings: Timings, *, retrieval_s: float) -> Timings:
    """Timings counted from the hits, counted from the question."""
    first = timings.first_token_s
    return Timings(
        retrieval_s=retrieval_s,
        first_token_s=None if first is None else retrieval_s + first,
        total_s=retrieval_s + timings.total_s,
    )
