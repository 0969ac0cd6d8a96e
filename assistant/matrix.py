"""Exact search: all of the catalogue's vectors in memory, kept in step by its change counter."""

import threading

import numpy as np
from numpy.typing import NDArray

from assistant.catalogue import Catalogue
from assistant.neutral import Neutral
from assistant.records import Vectors

_AT_ONCE = 4096  # rows read from SQLite at a time: 6 MB of 384 float32


class Matrix:
    """The raw and the neutral vectors of every passage, one row each. Safe to use from threads."""

    def __init__(self, catalogue: Catalogue, *, neutral: Neutral) -> None:
        self._catalogue = catalogue
        self._neutral_map = neutral
        self._guard = threading.Lock()
        self._change = -1
        self._numbers: NDArray[np.int64] = np.zeros(0, np.int64)
        self._raw: Vectors = np.zeros((0, neutral.dimension), np.float32)
        self._neutral: Vectors | None = None

    def nearest(
        self, query: Vectors, *, neutral: bool, most: int, allowed: NDArray[np.int64] | None = None
    ) -> tuple[list[int], float]:
        """The numbers of the nearest passages, best first, and the spread of all similarities.

        `query` is the question's vector in the space asked for; `allowed` are the passage numbers
        that may be found. The spread is the standard deviation over the whole corpus.
        """
        with self._guard:
            self._catch_up()
            numbers, rows = self._numbers, self._rows(neutral=neutral)
        if not len(numbers):
            return [], 0.0
        similarity = rows @ query
        spread = float(similarity.std())
        if allowed is not None:
            chosen = np.flatnonzero(np.isin(numbers, allowed))
            numbers, similarity = numbers[chosen], similarity[chosen]
        most = min(most, len(numbers))
        best = np.argpartition(-similarity, most - 1)[:most] if most else np.zeros(0, np.int64)
        order = best[np.lexsort((numbers[best], -similarity[best]))]
        return [int(number) for number in numbers[order]], spread

    def _rows(self, *, neutral: bool) -> Vectors:
        if not neutral:
            return self._raw
        if self._neutral is None:
            self._neutral = self._neutral_map.passages(self._raw)
        return self._neutral

    def _catch_up(self) -> None:
        change = self._catalogue.change()
        if change == self._change:
            return
        gone = self._catalogue.dropped_after(self._change)
        keep = ~np.isin(self._numbers, gone)
        numbers, raw = [self._numbers[keep]], [self._raw[keep]]
        last = int(self._numbers[-1]) if len(self._numbers) else 0
        while True:
            more, vectors = self._catalogue.vectors_after(last, most=_AT_ONCE)
            if not more:
                break
            last = more[-1]
            numbers.append(np.asarray(more, np.int64))
            raw.append(vectors)
        self._numbers, self._raw = np.concatenate(numbers), np.concatenate(raw)
        self._neutral = None
        self._change = change
