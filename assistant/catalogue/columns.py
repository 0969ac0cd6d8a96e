"""What a search looks up of every passage, in memory: 18 bytes each, kept in step."""

import threading
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from assistant.catalogue import writing
from assistant.catalogue.database import Database, Numbers, Store
from assistant.catalogue.reading import where
from assistant.records import Filters

MOST_FILTERS = 8
"""Filters whose articles are remembered: a conversation asks on within the same ones."""
_AT_ONCE = 20_000

Rows = NDArray[np.integer]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """One row for each passage, by rising number; `articles` and `languages` are places in lists.

    `terms` counts the keyword terms of a passage. A snapshot: it never changes.
    """

    numbers: Numbers
    articles: NDArray[np.int32]
    languages: NDArray[np.int16]
    terms: NDArray[np.int32]
    article_ids: list[str]
    language_codes: list[str]
    mean_terms: float = 0.0
    change: int = -1

    def rows(self, numbers: Sequence[int] | Numbers) -> tuple[Rows, Mask]:
        """The rows of those of the numbers that are there, and which of them are."""
        wanted = np.asarray(numbers, np.int64)
        if not len(self.numbers):
            return np.zeros(0, np.intp), np.zeros(len(wanted), np.bool_)
        at = np.minimum(np.searchsorted(self.numbers, wanted), len(self.numbers) - 1)
        there = self.numbers[at] == wanted
        return at[there], there

    def places(self, numbers: Sequence[int]) -> dict[int, tuple[str, str]]:
        """The article and the language of each passage; one that is gone is left out."""
        rows, _ = self.rows(numbers)
        articles = (self.article_ids[at] for at in self.articles[rows])
        languages = (self.language_codes[at] for at in self.languages[rows])
        found = self.numbers[rows].tolist()
        return dict(zip(found, zip(articles, languages, strict=True), strict=True))

    def of_language(self, code: str) -> Mask:
        """Which rows are in a language."""
        if code not in self.language_codes:
            return np.zeros(len(self.numbers), np.bool_)
        return np.asarray(self.languages == self.language_codes.index(code))


@dataclass(frozen=True, slots=True, eq=False)
class Scope:
    """What a search may look at: the passages as they were then, and which rows; None for all."""

    columns: Columns
    allowed: Mask | None = None

    @property
    def numbers(self) -> Numbers:
        """The numbers of these passages, rising."""
        every = self.columns.numbers
        return every if self.allowed is None else every[self.allowed]

    def those_of(self, numbers: Sequence[int]) -> list[int]:
        """Those of the numbers that are among these passages, in their order."""
        rows, _ = self.columns.rows(numbers)
        kept = rows if self.allowed is None else rows[self.allowed[rows]]
        found: list[int] = self.columns.numbers[kept].tolist()
        return found

    def articles(self) -> int:
        """How many articles these passages are of."""
        owners = self.columns.articles
        return len(np.unique(owners if self.allowed is None else owners[self.allowed]))


@dataclass
class _Growing:
    """The lists that new rows are added to; snapshots share them, and they only grow."""

    articles: dict[str, int] = field(default_factory=dict)
    languages: dict[str, int] = field(default_factory=dict)
    article_ids: list[str] = field(default_factory=list)
    language_codes: list[str] = field(default_factory=list)


class ColumnReader:
    """Gives the columns of a catalogue as they are now. Safe to use from threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._guard = threading.Lock()
        self._filtered: dict[tuple[Filters, int], Mask] = {}
        self._known = _Growing()
        empty = np.zeros(0, np.int64)
        self._columns = Columns(
            empty,
            empty.astype(np.int32),
            empty.astype(np.int16),
            empty.astype(np.int32),
            self._known.article_ids,
            self._known.language_codes,
        )

    def now(self) -> Columns:
        """All passages; reads what is new since the last time, and forgets what was dropped."""
        with self._store.reading() as db:
            change = writing.change(db)
            if change == self._columns.change:
                return self._columns
            with self._guard:
                if change > self._columns.change:
                    self._catch_up(db, change)
                return self._columns

    def allowed(self, columns: Columns, filters: Filters, *, without: Collection[str] = ()) -> Mask:
        """Which of the rows are of articles that the filters let through, but for some."""
        through = self._through(filters, change=columns.change)
        hidden = [place for key in without if (place := self._known.articles.get(key)) is not None]
        if hidden:
            through = through.copy()
            through[hidden] = False
        return np.asarray(through[columns.articles])

    def _through(self, filters: Filters, *, change: int) -> Mask:
        """By its place, whether an article is let through; remembered for the last few filters."""
        key = (filters, change)
        if (known := self._filtered.get(key)) is not None:
            return known
        condition, values = where(filters)
        with self._store.reading() as db:
            found = db.execute(f"SELECT id FROM articles WHERE {condition}", values).fetchall()
        places = self._known.articles
        through = np.zeros(len(places), np.bool_)
        through[[places[name] for (name,) in found if name in places]] = True
        if len(self._filtered) >= MOST_FILTERS:
            self._filtered = {}
        self._filtered[key] = through
        return through

    def _catch_up(self, db: Database, change: int) -> None:
        held = self._columns
        query = "SELECT number FROM dropped WHERE change > ?"
        gone = [row[0] for row in db.execute(query, (held.change,))]
        keep = ~np.isin(held.numbers, gone)
        parts = [(held.numbers[keep], held.articles[keep], held.languages[keep], held.terms[keep])]
        after = int(held.numbers[-1]) if len(held.numbers) else 0
        query = (
            "SELECT number, article_id, language, terms FROM passages WHERE number > ? "
            "ORDER BY number LIMIT ?"
        )
        while rows := db.execute(query, (after, _AT_ONCE)).fetchall():
            after = rows[-1][0]
            parts.append(self._columns_of(rows))
        numbers, articles, languages, terms = map(np.concatenate, zip(*parts, strict=True))
        mean = float(terms.mean()) if len(terms) else 0.0
        lists = (self._known.article_ids, self._known.language_codes)
        self._columns = Columns(numbers, articles, languages, terms, *lists, mean, change)

    def _columns_of(
        self, rows: Sequence[tuple[int, str, str, int]]
    ) -> tuple[Numbers, NDArray[np.int32], NDArray[np.int16], NDArray[np.int32]]:
        numbers, articles, languages, terms = zip(*rows, strict=True)
        known = self._known
        return (
            np.asarray(numbers, np.int64),
            np.asarray(_places(articles, known.articles, known.article_ids), np.int32),
            np.asarray(_places(languages, known.languages, known.language_codes), np.int16),
            np.asarray(terms, np.int32),
        )


def _places(values: Iterable[str], known: dict[str, int], listed: list[str]) -> list[int]:
    """The place of each value in a list, to whose end new ones are put."""
    found = []
    for value in values:
        place = known.get(value)
        if place is None:
            place = len(listed)
            listed.append(value)  # before it can be looked up
            known[value] = place
        found.append(place)
    return found
