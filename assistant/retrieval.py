"""Question -> hits: dense and keyword search, fused without favouring a language."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from statistics import pstdev
from typing import NamedTuple

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
from assistant.texts import say
from assistant.times import TimeFilter, read_times

FETCHED = 200
"""Candidates taken from each search before fusion: 20 times what is shown at most."""

FETCHED_ELSEWHERE = 50
"""Keyword matches taken in a language that is not the question's, where they weigh a fifth."""

MOST_TERMS = 24
"""Keyword terms of one question: more only make SQLite slow (540 ms for four common words)."""

ANNOUNCED_DAYS = 30
"""How long before a week or a month what happens in it is announced."""
MUCH_BETTER = 1.0
"""Standard deviations of the similarity by which an article from before a time must fit better.

In RealTime QA it is 2.2 for a tour announced three weeks before, and at most .3 for the other
questions with such a time.
"""

MOST_OF_AN_ARTICLE = 2
NEWEST_AMONG = 3
"""Times as many hits as are shown among which "latest" looks for the newest."""

LEAD_OVER = 8
"""The rank of the passage over which the best one's lead is counted."""
MOST_ROUNDS = 4
"""Searches for one question where copies of one story crowd out the others."""


def search_with_times(
    index: Index,
    query: str,
    *,
    k: int,
    filters: Filters,
    language: str,
    today: date,
    reranker: Reranker | None = None,
) -> Hits:
    """Search by the times the query names, too, unless dates are given; the notices say so.

    A time from which there is no article at all is left out again.
    """
    find = partial(search, index, query, language=language, reranker=reranker)
    if filters.since or filters.until:
        return find(filters=filters, k=k)
    newest = index.catalogue.newest()
    found = read_times(
        query,
        language=language,
        today=today,
        newest=date.fromisoformat(newest) if newest else None,
    )
    if found is None:
        return find(filters=filters, k=k)
    fetched = NEWEST_AMONG * k if found.latest else k
    spread = index.spread() if reranker is None else None  # whose scores are of another kind
    hits = _from_the_time(
        partial(find, k=fetched), found, filters=filters, language=language, spread=spread
    )
    if not found.latest:
        return hits
    ordered = replace(hits, items=newest_first(hits, k=k, spread=spread))
    if ordered.items == hits.items[:k]:
        return ordered
    told = say("search.newest_first", language=language, words=found.words)
    marked = replace(hits.filters, inferred=(*hits.filters.inferred, "newest"))
    return replace(ordered, filters=marked, notices=(*hits.notices, told))


def _from_the_time(
    find: Callable[..., Hits],
    found: TimeFilter,
    *,
    filters: Filters,
    language: str,
    spread: float | None,
) -> Hits:
    """Search within the days a question names; in all where no article is from then."""
    inferred = tuple(name for name in ("since", "until") if getattr(found, name))
    if not inferred:
        return find(filters=filters)
    hits = find(filters=replace(filters, since=found.since, until=found.until, inferred=inferred))
    if found.loose:
        hits = _or_announced(hits, find=find, spread=spread)
    if any(article.published for hit in hits for article in (hit.article, *hit.copies)):
        key = "between" if len(inferred) == 2 else inferred[0]
        values = {
            "since": hits.filters.since,
            "until": hits.filters.until,
            "words": found.words,
        }
        told = say(f"search.inferred_{key}", language=language, **values)
        return replace(hits, notices=(told, *hits.notices))
    told = say("search.inferred_dropped", language=language, words=found.words)
    hits = find(filters=filters)
    return replace(hits, notices=(told, *hits.notices))


def _or_announced(hits: Hits, *, find: Callable[..., Hits], spread: float | None) -> Hits:
    """The hits, or those of a month earlier too where one of these fits much better.

    What happens "this week" is often announced weeks before, and told of in no later article.
    `spread` is the standard deviation of the similarity; where it is unknown nothing is compared.
    """
    if spread is None or not hits.filters.since:
        return hits
    earlier = date.fromisoformat(hits.filters.since) - timedelta(days=ANNOUNCED_DAYS)
    wider = find(filters=replace(hits.filters, since=earlier.isoformat()))
    best = max((hit.score for hit in hits), default=0.0)
    if wider and wider[0].score > best + MUCH_BETTER * spread:
        return wider
    return hits


def newest_first(hits: Sequence[Hit], *, k: int, spread: float | None) -> tuple[Hit, ...]:
    """The `k` first hits when of those that fit nearly as well as the best the newest come first.

    Nearly as well is within a standard deviation of a corpus's scores (`spread`) or, where it is
    not known, two of the hits' own, which are alike: what fits worse stays behind, however new.
    Undated articles come after dated.
    """
    if not hits:
        return ()
    margin = 2 * pstdev(hit.score for hit in hits) if spread is None else spread
    fitting = [hit for hit in hits if hit.score >= hits[0].score - margin]
    dated = sorted(fitting, key=lambda hit: hit.article.published or "", reverse=True)
    ordered = [*dated, *hits[len(fitting) :]][:k]
    return tuple(replace(hit, rank=rank) for rank, hit in enumerate(ordered, start=1))


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
    allowed = index.catalogue.numbers(filters) if filters else None
    if not (index.catalogue.counts()[1] if allowed is None else allowed):
        return Hits(
            query,
            filters=filters,
            notices=(why_nothing(index.catalogue, filters, language=language),),
        )
    most = k if reranker is None else max(k, RERANKED)
    shown = _found(index, query, k=most, filters=filters, allowed=allowed, language=language)
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
    allowed: Sequence[int] | None,
    language: str,
) -> list[tuple[float, Passage]]:
    """The `k` best passages, of each story only those of its best article.

    Copies can be most of what was fetched: then the search is made again without them.
    """
    hidden: set[str] = set()
    for _ in range(MOST_ROUNDS):
        scope = Scope(filters, allowed, hidden)
        scored = _scored(index, query, scope=scope, language=language)
        shown = _chosen(index, scored, filters=filters)[:k]
        if len(shown) == k or len(scored) < FETCHED:
            break
        owners = list({candidate.article_id for candidate in shown})
        copied = set().union(*index.catalogue.stories.copies(owners).values()) - hidden
        if not copied:
            break
        hidden |= copied
        allowed = index.catalogue.numbers(filters, without=hidden)
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


@dataclass(frozen=True, slots=True)
class Scope:
    """What a search may look at: the filters, the passages they let through (None: all), and
    articles that are left out because a copy of theirs is shown."""

    filters: Filters = field(default_factory=Filters)
    allowed: Sequence[int] | None = None
    hidden: Collection[str] = ()


def _scored(index: Index, query: str, *, scope: Scope, language: str) -> list[Candidate]:
    """Every candidate with its fused score, best first."""
    nearest = index.nearest(query, most=FETCHED, allowed=scope.allowed)
    matches = keyword_matches(index, query, scope=scope, question=language)
    titles = index.catalogue.titles(list({*nearest, *matches}))
    dense = index.similarities(query, titles=titles)
    places = index.catalogue.places(list(dense))
    numbers = list(places)
    fused = fuse(
        [dense[number] for number in numbers],
        [matches.get(number, 0.0) for number in numbers],
        [places[number][1] for number in numbers],
        spread=index.spread(),
        question=language,
    )
    ranked = sorted(zip(fused, numbers, strict=True), key=lambda pair: (-pair[0], pair[1]))
    return [Candidate(score, number, places[number][0]) for score, number in ranked]


def keyword_matches(index: Index, query: str, *, scope: Scope, question: str) -> dict[int, float]:
    """BM25 scores of the passages that share words with the query, language by language.

    `question` is the query's own language: in others its words are mostly unknown, so that looking
    for compounds of them would only take time.
    """
    matches: dict[int, float] = {}
    for language in scope.filters.languages or index.catalogue.languages():
        terms = query_terms(query, language=language)[:MOST_TERMS]
        if language == question:
            terms = widened(terms, language=language, vocabulary=index.catalogue.vocabulary)
        scored = index.catalogue.keyword_scores(
            terms,
            language=language,
            most=FETCHED if language == question else FETCHED_ELSEWHERE,
            filters=scope.filters,
            without=scope.hidden,
        )
        matches.update(scored)
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
    found = index.catalogue.keyword_scores(
        terms, language=language, most=LEAD_OVER, filters=filters
    )
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
