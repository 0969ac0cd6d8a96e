"""Question -> hits: dense and keyword search, fused without favouring a language."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date

from assistant.compounds import widened
from assistant.copies import one_of_a_story
from assistant.errors import UsageError
from assistant.fusion import fuse, limit_per_article
from assistant.index import Index
from assistant.keywords import query_terms
from assistant.records import Article, FilterArguments, Filters, Hit, Hits, Passage
from assistant.texts import say
from assistant.times import read_times

FETCHED = 200
"""Candidates taken from each search before fusion: 20 times what is shown at most."""

MOST_TERMS = 24
"""Keyword terms of one question: more only make SQLite slow (540 ms for four common words)."""

MOST_OF_AN_ARTICLE = 2
MOST_ROUNDS = 4
"""Searches for one question where copies of one story crowd out the others."""


def make_filters(arguments: FilterArguments, *, languages: Collection[str]) -> Filters:
    """Check the filters a caller gave. Raises UsageError for what cannot be meant.

    `languages` are the codes the corpus holds; another code is refused with their list.
    """
    since, until = _day("since", arguments.get("since")), _day("until", arguments.get("until"))
    if since and until and since > until:
        raise UsageError(
            f"--since {since} is after --until {until}.", hint="Exchange the two dates."
        )
    wanted = tuple(code.lower() for code in _several(arguments.get("language")))
    for code in wanted:
        if code not in languages:
            known = ", ".join(sorted(languages)) or "none yet"
            raise UsageError(
                f"No article is in the language {code!r}.",
                hint=f"Languages of this corpus: {known}.",
            )
    return Filters(
        since=since,
        until=until,
        languages=wanted,
        outlets=_several(arguments.get("outlet")),
        articles=_several(arguments.get("article")),
        tags=_several(arguments.get("tag")),
    )


def search_with_times(
    index: Index, query: str, *, k: int, filters: Filters, language: str, today: date
) -> Hits:
    """Search by the times the query names, too, unless dates are given; the notices say so.

    A time from which there is no article at all is left out again.
    """
    if filters.since or filters.until:
        return search(index, query, k=k, filters=filters, language=language)
    newest = index.catalogue.newest()
    found = read_times(
        query,
        language=language,
        today=today,
        newest=date.fromisoformat(newest) if newest else None,
    )
    if found is None or not (found.since or found.until):
        return search(index, query, k=k, filters=filters, language=language)
    inferred = tuple(name for name in ("since", "until") if getattr(found, name))
    narrowed = replace(filters, since=found.since, until=found.until, inferred=inferred)
    hits = search(index, query, k=k, filters=narrowed, language=language)
    if any(article.published for hit in hits for article in (hit.article, *hit.copies)):
        key = "between" if len(inferred) == 2 else inferred[0]
        values = {"since": found.since, "until": found.until, "words": found.words}
        told = say(f"search.inferred_{key}", language=language, **values)
        return replace(hits, notices=(told, *hits.notices))
    told = say("search.inferred_dropped", language=language, words=found.words)
    hits = search(index, query, k=k, filters=filters, language=language)
    return replace(hits, notices=(told, *hits.notices))


def search(index: Index, query: str, *, k: int, filters: Filters, language: str) -> Hits:
    """Find the `k` best passages for a query; at most two of one article unless it is named.

    `language` is the query's own, for the notices. What leaves nothing to find is said in them.
    """
    if not query.strip():
        raise UsageError("There is nothing to search for.", hint='Try: assistant search "a word"')
    if k < 1:
        raise UsageError(f"The number of hits must be at least 1, not {k}.")
    allowed = index.catalogue.numbers(filters) if filters else None
    if not (index.catalogue.counts()[1] if allowed is None else allowed):
        return Hits(query, filters=filters, notices=(_why_nothing(filters, language=language),))
    shown = _found(index, query, k=k, filters=filters, allowed=allowed, language=language)
    return Hits(query, items=_hits(index, shown, filters=filters), filters=filters)


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
        scored = _scored(index, query, allowed=allowed, language=language)
        shown = _chosen(index, scored, filters=filters)[:k]
        if len(shown) == k or len(scored) < FETCHED:
            break
        owners = list({passage.article_id for _, passage in shown})
        copied = index.catalogue.stories.copies(owners).values()
        if hidden.issuperset(*copied):
            break
        hidden.update(*copied)
        allowed = index.catalogue.numbers(filters, without=hidden)
    return shown


def _chosen(
    index: Index, scored: Sequence[tuple[float, Passage]], *, filters: Filters
) -> list[tuple[float, Passage]]:
    """Of each story its best article, and two passages of it unless articles are named."""
    owners = [passage.article_id for _, passage in scored]
    copies = index.catalogue.stories.copies(list(dict.fromkeys(owners)))
    scored = [scored[at] for at in one_of_a_story(owners, copies)]
    if not filters.articles:
        owners = [passage.article_id for _, passage in scored]
        scored = [scored[at] for at in limit_per_article(owners, most=MOST_OF_AN_ARTICLE)]
    return list(scored)


def _scored(
    index: Index, query: str, *, allowed: Sequence[int] | None, language: str
) -> list[tuple[float, Passage]]:
    """Every candidate with its fused score, best first."""
    nearest = index.nearest(query, most=FETCHED, allowed=allowed)
    matches = _keyword_matches(index, query, allowed=allowed)
    dense = index.similarities(query, numbers=list({*nearest, *matches}))
    found = index.catalogue.passages(list(dense))
    numbers = list(found)
    fused = fuse(
        [dense[number] for number in numbers],
        [matches.get(number, 0.0) for number in numbers],
        [found[number].language for number in numbers],
        spread=index.spread(),
        question=language,
    )
    ranked = sorted(zip(fused, numbers, strict=True), key=lambda pair: (-pair[0], pair[1]))
    return [(score, found[number]) for score, number in ranked]


def _keyword_matches(
    index: Index, query: str, *, allowed: Sequence[int] | None
) -> dict[int, float]:
    """BM25 scores of the passages that share words with the query, language by language."""
    among = None if allowed is None else set(allowed)
    matches: dict[int, float] = {}
    for language in index.catalogue.languages():
        terms = query_terms(query, language=language)[:MOST_TERMS]
        terms = widened(terms, language=language, vocabulary=index.catalogue.vocabulary)
        scored = index.catalogue.keyword_scores(terms, language=language, most=FETCHED)
        matches.update((n, score) for n, score in scored if among is None or n in among)
    return matches


def _hits(
    index: Index, shown: Sequence[tuple[float, Passage]], *, filters: Filters
) -> tuple[Hit, ...]:
    """The passages as records with their articles and the copies that the filters let through."""
    owners = {passage.article_id for _, passage in shown}
    articles = {a.id: a for a in index.catalogue.articles(Filters(articles=tuple(owners)))}
    copies = _copies(index, owners, filters=filters)
    return tuple(
        Hit(rank, score, articles[key], passage, copies=copies.get(key, ()))
        for rank, (score, passage) in enumerate(shown, start=1)
        if (key := passage.article_id) in articles
    )


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


def _why_nothing(filters: Filters, *, language: str) -> str:
    return say("search.filtered_out" if filters else "search.empty_corpus", language=language)


def _several(value: str | Sequence[str] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _day(name: str, value: str | date | None) -> str | None:
    if value is None or value == "":
        return None
    if isinstance(value, date):
        return value.isoformat()[:10]
    try:
        return date.fromisoformat(value.strip()).isoformat()
    except ValueError as error:
        raise UsageError(
            f"--{name} {value!r} is not a date.", hint="Write it as YYYY-MM-DD, e.g. 2024-10-28."
        ) from error
