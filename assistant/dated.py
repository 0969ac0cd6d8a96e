"""Searches by the times that a question names: they become filters, and the notices say so."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, timedelta
from functools import partial
from statistics import pstdev

from assistant.index import Index
from assistant.records import Filters, Hit, Hits, Reranker
from assistant.retrieval import search
from assistant.texts import say
from assistant.times import TimeFilter, read_times

ANNOUNCED_DAYS = 30
"""How long before a week or a month what happens in it is announced."""
MUCH_BETTER = 1.0
"""Standard deviations of the similarity by which an article from before a time must fit better.

In RealTime QA it is 2.2 for a tour announced three weeks before, and at most .3 for the other
questions with such a time.
"""

NEWEST_AMONG = 3
"""Times as many hits as are shown among which "latest" looks for the newest."""


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
