"""Exact search: the neutral vectors of all passages in memory, kept in step with the catalogue."""

import threading

import numpy as np
from numpy.typing import NDArray

from assistant.catalogue import Catalogue
from assistant.neutral import Neutral
from assistant.records import Vectors

_AT_ONCE = 4096  # rows read from SQLite at a time: 6 MB of 384 float32


class Matrix:
    """The neutral vector of every passage, one row each. Safe to use from threads."""

    def __init__(self, catalogue: Catalogue, *, neutral: Neutral) -> None:
        self._catalogue = catalogue
        self._neutral = neutral
        self._guard = threading.Lock()
        self._change = -1
        self._numbers: NDArray[np.int64] = np.zeros(0, np.int64)
        self._rows: Vectors = np.zeros((0, neutral.dimension), np.float32)

    def nearest(
        self, query: Vectors, *, most: int, allowed: NDArray[np.int64] | None = None
    ) -> list[int]:
        """The numbers of the passages nearest to a neutral query vector, best first.

        `allowed` are the passage numbers that may be found; None means all.
        """
        with self._guard:
            self._catch_up()
            numbers, rows = self._numbers, self._rows
        if allowed is not None:
            chosen = np.flatnonzero(np.isin(numbers, allowed))
            numbers, rows = numbers[chosen], rows[chosen]
        if not len(numbers):
            return []
        similarity = rows @ query
        most = min(most, len(numbers))
        best = np.argpartition(-similarity, most - 1)[:most]
        order = best[np.lexsort((numbers[best], -similarity[best]))]
        return [int(number) for number in numbers[order]]

    def _catch_up(self) -> None:
        """Forget what was dropped and read what is new since the last change seen."""
        change = self._catalogue.change()
        if change == self._change:
            return
        keep = ~np.isin(self._numbers, self._catalogue.dropped_after(self._change))
        numbers, rows = [self._numbers[keep]], [self._rows[keep]]
        last = int(self._numbers[-1]) if len(self._numbers) else 0
        while True:
            more, raw = self._catalogue.vectors_after(last, most=_AT_ONCE)
            if not more:
                break
            last = more[-1]
            numbers.append(np.asarray(more, np.int64))
            rows.append(self._neutral.passages(raw))
        self._numbers, self._rows = np.concatenate(numbers), np.concatenate(rows)
        self._change = change
