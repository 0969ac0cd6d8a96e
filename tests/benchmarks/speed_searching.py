"""Rows on search: beside a bare Chroma query over the same vectors, filtered, and as it grows.

The articles are made: words whose frequencies fall as those of a language do, two languages, ten
outlets, three years; the vectors are random, so that embedding costs nothing. The collection beside
it holds the same vectors with their texts, and is asked for ten passages with their texts, as the
product gives them, and for their IDs alone. The product adds keywords, sentences and titles, and
groups by article.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from hashed import HashedEmbedder
from made_articles import questions
from made_index import Built, built, opened
from speed_figures import Figure, Found, Goal, Growth, Setup, in_turn, percentile

from assistant import Assistant

UNFILTERED = "none"
FILTERS: Mapping[str, dict[str, Any]] = {
    UNFILTERED: {},
    "a language (half)": {"language": "de"},
    "a month (3 %)": {"since": "2023-03-01", "until": "2023-03-31"},
    "half of the dates and a language": {"since": "2023-07-02", "language": "de"},
    "an outlet (1 %)": {"outlet": "Gazette"},
}
IDS, TEXTS = [], ["documents", "metadatas", "distances"]
TIMES_CHROMA = Goal("ratio", "≤", 2.5)
FASTER = Goal("ratio", "≤", 1)
GROWTH = Goal("ratio", "≤", 8)

Search = Callable[[str, Mapping[str, Any], list[str]], object]


def search(setup: Setup) -> Iterator[Found]:
    """Median and p95 of a search without the question's embedding, filtered and not."""
    asked = questions(setup.questions)
    ours, theirs, costs = [], [], []
    for size in setup.sizes:
        made = built(setup.folder, passages=size)
        costs.append((size, 1000 * made.seconds / made.passages))
        medians = dict[str, tuple[float, float]]()
        with opened(made.folder) as assistant:
            assistant.warm()
            where = chroma(assistant, made)
            for name, filters in FILTERS.items():
                largest = size == max(setup.sizes)
                figures, medians[name] = beside(assistant, where, asked, name, filters, size)
                if largest or name == UNFILTERED:
                    yield from figures
        ours.append((size, medians[UNFILTERED][0]))
        theirs.append((size, medians[UNFILTERED][1]))
    if len(ours) > 1:
        (small, first), (large, last) = ours[0], ours[-1]
        what, against = f"search, {large:,} passages, median", f"{small:,} passages"
        yield Figure(what, last, "ms", against, first, GROWTH)
    yield Growth("search, ms at the median", "assistant", ours)
    yield Growth("search, ms at the median", "bare Chroma query", theirs)
    yield Growth("indexing without embedding, ms a passage", "assistant", costs)


def beside(
    assistant: Assistant,
    where: Search,
    asked: list[str],
    name: str,
    filters: Mapping[str, Any],
    size: int,
) -> tuple[list[Figure], tuple[float, float]]:
    """The figures of one filter, and both medians in milliseconds."""
    times: dict[str, list[float]] = {"ours": [], "texts": [], "ids": []}
    for at, question in enumerate(asked):
        once = in_turn(
            {
                "ours": lambda q=question: assistant.search(q, **filters),  # type: ignore[misc]
                "texts": lambda q=question: where(q, filters, TEXTS),  # type: ignore[misc]
                "ids": lambda q=question: where(q, filters, IDS),  # type: ignore[misc]
            },
            rounds=1,
            warm=at == 0,
        )
        for side, spent in once.of.items():
            times[side] += [1000 * seconds for seconds in spent]
    middle = {side: percentile(spent, 0.5) for side, spent in times.items()}
    most = {side: percentile(spent, 0.95) for side, spent in times.items()}
    plain = name == UNFILTERED
    what = f"search, {size:,} passages" + ("" if plain else f", {name}")
    against = "bare Chroma query" if plain else "Chroma's `where`"
    goal = TIMES_CHROMA if plain else FASTER
    figures = [
        Figure(f"{what}, median", middle["ours"], "ms", against, middle["texts"], goal),
        Figure(f"{what}, p95", most["ours"], "ms", against, most["texts"]),
        Figure(f"{what}, median", middle["ours"], "ms", f"{against}, IDs alone", middle["ids"]),
    ]
    return figures, (middle["ours"], middle["texts"])


def chroma(assistant: Assistant, made: Built) -> Search:
    """The same vectors in a collection with what is filtered by, as most tools do it."""
    collection = _collection(made.folder / "where")
    if collection.count() < made.passages:
        _fill(collection, assistant)
    embedder = HashedEmbedder()

    def search(question: str, filters: Mapping[str, Any], include: list[str]) -> object:
        return collection.query(
            query_embeddings=[embedder.query(question)],
            n_results=10,
            where=_conditions(filters),
            include=include,
        )

    return search


def _collection(folder: Path) -> Any:
    import chromadb

    client = chromadb.PersistentClient(str(folder))
    return client.get_or_create_collection(
        "passages", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
    )


def _fill(collection: Any, assistant: Assistant) -> None:
    catalogue, after = assistant._parts.index().catalogue, 0
    known = {
        article.id: {
            "language": article.language,
            "outlet": article.outlet,
            "day": _day(article.published or "2022-01-01"),
        }
        for article in assistant.articles()
    }
    while (batch := catalogue.vectors_after(after, most=4000))[0]:
        numbers, rows = batch
        after, found = numbers[-1], catalogue.passages(numbers)
        collection.add(
            ids=[str(number) for number in numbers],
            embeddings=rows,
            documents=[found[number].text for number in numbers],
            metadatas=[known[found[number].article_id] for number in numbers],
        )


def _conditions(filters: Mapping[str, Any]) -> dict[str, Any] | None:
    wanted: list[dict[str, Any]] = [
        {name: filters[name]} for name in ("language", "outlet") if name in filters
    ]
    for name, sign in (("since", "$gte"), ("until", "$lte")):
        if name in filters:
            wanted.append({"day": {sign: _day(filters[name])}})
    if len(wanted) > 1:
        return {"$and": wanted}
    return wanted[0] if wanted else None


def _day(iso: str) -> int:
    return date.fromisoformat(iso).toordinal()
