"""The counts of terms that keywords are scored by, remembered until the catalogue changes."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from assistant.catalogue.columns import Columns, Rows
from assistant.catalogue.database import Counts, Store

MOST_COUNTED = 100_000
"""Terms whose passages are counted, unknown ones among them: 10 MB."""
MOST_KEPT = 4_000_000
"""Postings that are remembered: 32 MB."""


@dataclass
class TermsNow:
    """A `bm25.TermCounts` of the passages as they were at one change.

    Safe to use from threads: at worst something is read twice.
    """

    store: Store
    columns: Columns
    _holding: dict[str, int] = field(default_factory=dict)
    _postings: dict[str, tuple[Rows, Counts]] = field(default_factory=dict)
    _kept: int = 0

    def holding(self, terms: Sequence[str]) -> dict[str, int]:
        """How many passages hold each of the terms; those that none holds are left out."""
        known = self._holding if len(self._holding) < MOST_COUNTED else {}
        if missing := [term for term in terms if term not in known]:
            with self.store.reading() as db:
                self.store.keywords.open_vocabulary(db)
                found = self.store.keywords.holding(db, missing)
            known.update({term: found.get(term, 0) for term in missing})
            self._holding = known
        return {term: count for term in terms if (count := known[term])}

    def postings(self, term: str) -> tuple[Rows, Counts]:
        """The rows of the passages that hold a term, rising, and how often each does."""
        if (known := self._postings.get(term)) is not None:
            return known
        with self.store.reading() as db:
            self.store.keywords.open_vocabulary(db)
            numbers, times = self.store.keywords.postings(db, term)
        rows, there = self.columns.rows(numbers)
        if self._kept > MOST_KEPT:
            self._postings, self._kept = {}, 0
        found = rows.astype(np.int32), times[there].astype(np.int32)
        self._postings[term] = found
        self._kept += len(rows)
        return found

    def times(self, terms: Sequence[str], rows: Rows) -> Counts:
        """How often each of these passages holds each of the terms, shape [passages, terms]."""
        with self.store.reading() as db:
            return self.store.keywords.times(db, terms, self.columns.numbers[rows])


class Terms:
    """Gives the counts that belong to a snapshot of the columns."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._last: TermsNow | None = None

    def of(self, columns: Columns) -> TermsNow:
        """Those of the passages in these columns."""
        last = self._last
        if last is None or last.columns is not columns:
            last = self._last = TermsNow(self._store, columns)
        return last
