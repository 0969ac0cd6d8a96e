"""Question -> hits: dense and keyword search, fused without favouring a language."""

import math
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import NamedTuple

from assistant.catalogue import Scope
from assistant.compounds import widened
from assistant.copies import one_of_a_story
from assistant.errors import UsageError
from assistant.filtering import why_nothing
from assistant.fusion import fuse, limit_per_article
from assistant.index import Index
from assistant.keywords import query_terms
from assistant.naming import absent_names
from assistant.records import Article, Filters, Hit, Hits, Passage, Reranker
from assistant.reranking import RERANKED, rerank

FETCHED, FETCHED_A_HIT = 64, 6
"""Candidates taken from each search before fusion, at least, and for each hit that is wanted.

Sentences and titles of all of them are compared, which is most of a search's time. On XQuAD and
RealTime QA recall at 1, 5 and 10 is the same with 200, 100 and 50 (.001 up or down).
"""
FETCHED_MORE = 256
"""Candidates where a few long articles hold all of the first ones."""

SHARE_ELSEWHERE = 0.25
"""Keyword matches taken in a language that is not the question's, where they weigh a fifth."""

MOST_TERMS = 24
"""Keyword terms of one question: more say no more."""

MOST_OF_AN_ARTICLE = 2
LEAD_OVER = 8
"""The rank of the passage over which the best one's lead is counted."""
MOST_ROUNDS = 4
"""Searches for one question where copies of one story crowd out the others."""


def search(
    index: Index,
    query: str,
    *,
    k: int,
    filters: Filters,
    language: str,
    reranker: Reranker | None = None,
) -> Hits:
    """Find the `k` best passages for a query; at most two of one article unless it is named.

    `language` is the query's own, for the notices. What leaves nothing to find is said in them,
    and so is a reranker that fails.
    """
    if not query.strip():
        raise UsageError("There is nothing to search for.", hint='Try: assistant search "a word"')
    if k < 1:
        raise UsageError(f"The number of hits must be at least 1, not {k}.")
    scope = index.catalogue.scope(filters)
    if not len(scope.numbers):
        return Hits(
            query,
            filters=filters,
            notices=(why_nothing(index.catalogue, filters, language=language),),
        )
    most = k if reranker is None else max(k, RERANKED)
    shown = _found(index, query, k=most, filters=filters, scope=scope, language=language)
    told: tuple[str, ...] = ()
    if reranker is not None and shown:
        articles = _articles(index, {passage.article_id for _, passage in shown})
        ranked, failed = rerank(reranker, query, shown, articles=articles, language=language)
        shown, told = list(ranked), (failed,) if failed else ()
    return Hits(query, _hits(index, shown[:k], filters=filters), filters, told)


def _found(
    index: Index,
    query: str,
    *,
    k: int,
    filters: Filters,
    scope: Scope,
    language: str,
) -> list[tuple[float, Passage]]:
    """The `k` best passages, of each story only those of its best article.

    Copies can be most of what was fetched, or passages of a few long articles: then the search is
    made again without the copies, or for more.
    """
    hidden: set[str] = set()
    fetched = max(FETCHED, FETCHED_A_HIT * k)
    for _ in range(MOST_ROUNDS):
        scored = _scored(
            index, query, filters=filters, scope=scope, language=language, fetched=fetched
        )
        shown = _chosen(index, scored, filters=filters)[:k]
        owners = list({candidate.article_id for candidate in shown})
        if len(shown) == k or len(scored) < fetched or len(owners) == scope.articles():
            break
        if copied := set().union(*index.catalogue.stories.copies(owners).values()) - hidden:
            hidden |= copied
            scope = index.catalogue.scope(filters, without=hidden)
        elif fetched < FETCHED_MORE:
            fetched = FETCHED_MORE
        else:
            break
    passages = index.catalogue.passages([candidate.number for candidate in shown])
    return [(c.score, passages[c.number]) for c in shown if c.number in passages]


class Candidate(NamedTuple):
    """A passage by its number, before its text is read."""

    score: float
    number: int
    article_id: str


def _chosen(index: Index, scored: Sequence[Candidate], *, filters: Filters) -> list[Candidate]:
    """Of each story its best article, and two passages of it unless articles are named."""
    owners = [candidate.article_id for candidate in scored]
    copies = index.catalogue.stories.copies(list(dict.fromkeys(owners)))
    scored = [scored[at] for at in one_of_a_story(owners, copies)]
    if not filters.articles:
        owners = [candidate.article_id for candidate in scored]
        scored = [scored[at] for at in limit_per_article(owners, most=MOST_OF_AN_ARTICLE)]
    return list(scored)


def _scored(
    index: Index, query: str, *, filters: Filters, scope: Scope, language: str, fetched: int
) -> list[Candidate]:
    """Every candidate with its fused score, best first."""
    nearest = index.nearest(query, most=fetched, scope=scope)
    matches = keyword_matches(
        index, query, filters=filters, scope=scope, question=language, most=fetched
    )
    places = scope.columns.places(list({*nearest, *matches}))
    titles = index.catalogue.titles({article_id for article_id, _ in places.values()})
    named = {number: titles.get(owner, "") for number, (owner, _) in places.items()}
    dense = index.similarities(query, titles=named)
    numbers = list(dense)
    fused = fuse(
        [dense[number] for number in numbers],
        [matches.get(number, 0.0) for number in numbers],
        [places[number][1] for number in numbers],
        spread=index.spread(),
        question=language,
    )
    ranked = sorted(zip(fused, numbers, strict=True), key=lambda pair: (-pair[0], pair[1]))
    return [Candidate(score, number, places[number][0]) for score, number in ranked]


def keyword_matches(
    index: Index, query: str, *, filters: Filters, scope: Scope, question: str, most: int
) -> dict[int, float]:
    """BM25 scores of the passages that share words with the query, language by language.

    `most` are taken in the query's own language, a quarter as many in others. `question` is that
    language: in others the words are mostly unknown, so that looking for compounds of them would
    only take time.
    """
    matches: dict[int, float] = {}
    for language in filters.languages or index.catalogue.languages():
        terms = query_terms(query, language=language)[:MOST_TERMS]
        taken = most
        if language == question:
            terms = widened(terms, language=language, vocabulary=index.catalogue.vocabulary)
        else:
            taken = math.ceil(SHARE_ELSEWHERE * most)
        matches.update(
            index.catalogue.keyword_scores(terms, language=language, most=taken, scope=scope)
        )
    return matches


def with_signs(index: Index, hits: Hits, *, query: str, language: str) -> Hits:
    """The hits with what tells whether they can answer: `Hits.lead` and `Hits.absent`."""
    lead = keyword_lead(index, query, filters=hits.filters, language=language)
    absent = absent_names(
        query,
        language=language,
        spoken=index.catalogue.languages(),
        known=index.catalogue.vocabulary.known_terms,
    )
    return replace(hits, lead=lead, absent=tuple(absent))


def keyword_lead(index: Index, query: str, *, filters: Filters, language: str) -> float | None:
    """How far the best passage in the question's language stands out from the eighth, by BM25.

    A question that has its answer somewhere has words that meet in few passages; one that only
    shares the corpus's topic finds many alike. None where no passage is in that language.
    """
    if language not in index.catalogue.languages():
        return None
    terms = query_terms(query, language=language)[:MOST_TERMS]
    terms = widened(terms, language=language, vocabulary=index.catalogue.vocabulary)
    scope = index.catalogue.scope(filters)
    found = index.catalogue.keyword_scores(terms, language=language, most=LEAD_OVER, scope=scope)
    scores = [score for _, score in found] + [0.0] * LEAD_OVER
    return scores[0] - scores[LEAD_OVER - 1]


def _hits(
    index: Index, shown: Sequence[tuple[float, Passage]], *, filters: Filters
) -> tuple[Hit, ...]:
    """The passages as records with their articles and the copies that the filters let through."""
    owners = {passage.article_id for _, passage in shown}
    articles = _articles(index, owners)
    copies = _copies(index, owners, filters=filters)
    return tuple(
        Hit(rank, score, articles[key], passage, copies=copies.get(key, ()))
        for rank, (score, passage) in enumerate(shown, start=1)
        if (key := passage.article_id) in articles
    )


def _articles(index: Index, ids: Collection[str]) -> dict[str, Article]:
    return {a.id: a for a in index.catalogue.articles(Filters(articles=tuple(ids)))}


def _copies(
    index: Index, owners: Collection[str], *, filters: Filters
) -> dict[str, tuple[Article, ...]]:
    """The near-copies of articles by their IDs, newest first."""
    known = index.catalogue.stories.copies(list(owners))
    wanted = set().union(*known.values())
    if filters.articles:
        wanted &= set(filters.articles)
    if not wanted:
        return {}
    listed = index.catalogue.articles(replace(filters, articles=tuple(wanted)))
    return {key: tuple(a for a in listed if a.id in set(ids)) for key, ids in known.items()}
