"""Scores passages by their keywords: BM25 with the constants and the weights of SQLite's FTS5.

Robertson and Zaragoza, The Probabilistic Relevance Framework (2009); sqlite.org/fts5.html on
`bm25()`. The score is made here of counts that any database can give, so that a search finds the
same whatever keeps the catalogue, and FTS5's own function does not have to count all occurrences of
every word. Words are read from the rarest to the most common; once no passage that holds only the
rest can come among the best, the rest is looked at in those passages alone (MaxScore: Turtle and
Flood, Query evaluation, 1995). With 100,000 passages that takes a tenth of the time.
"""

import math
from collections.abc import Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.catalogue.columns import Columns, Mask, Rows
from assistant.catalogue.database import Counts

SATURATION, BY_LENGTH = 1.2, 0.75
"""k1 and b of BM25, as in FTS5."""
POSTINGS_A_PASSAGE = 60
"""Reading the terms of one passage takes as long as so many postings (12 and 0.2 µs in SQLite)."""
LEAST_WEIGHT = 1e-6
"""What FTS5 gives a term that more than half of all passages hold."""


class TermCounts(Protocol):
    """How often passages hold terms, whatever keeps it."""

    def holding(self, terms: Sequence[str]) -> dict[str, int]:
        """How many passages hold each of the terms; those that none holds are left out."""

    def postings(self, term: str) -> tuple[Rows, Counts]:
        """The rows of the passages that hold a term, and how often each does."""

    def times(self, terms: Sequence[str], rows: Rows) -> Counts:
        """How often each of these passages holds each of the terms, shape [passages, terms]."""


def best(
    terms: Sequence[str], *, counts: TermCounts, columns: Columns, among: Mask, most: int
) -> list[tuple[int, float]]:
    """Numbers and scores of the `most` passages that hold any of the terms, best first.

    `among` says which rows of the columns may be found; how rare a term is counts over all.
    """
    total = len(columns.numbers)
    holding = counts.holding(list(dict.fromkeys(terms)))
    order = sorted(holding, key=lambda term: (holding[term], term))
    # A word of most passages says nothing of any of them, unless there is no other.
    order = [term for term in order if 2 * holding[term] <= total] or order[:1]
    if not order or not total:
        return []
    weights = np.asarray([weight(holding[term], of=total) for term in order])
    bounds = np.append(np.cumsum(((SATURATION + 1) * weights)[::-1])[::-1], 0.0)
    scores, found = np.zeros(total), np.zeros(total, np.bool_)
    read, hopeful = 0, np.zeros(0, np.intp)
    for term in order:
        needed = _threshold(scores[hopeful], most)
        if needed >= bounds[read]:
            hopeful = hopeful[scores[hopeful] + bounds[read] >= needed]
            if POSTINGS_A_PASSAGE * len(hopeful) <= sum(holding[rest] for rest in order[read:]):
                break
        rows, times = counts.postings(term)
        may = among[rows]
        rows, times = rows[may], times[may]
        scores[rows] += weights[read] * _saturated(times, _norms(columns, rows))
        found[rows] = True
        read, hopeful = read + 1, np.flatnonzero(found)
    if read < len(order):
        times = counts.times(order[read:], hopeful)
        norms = _norms(columns, hopeful)
        for column, at in enumerate(range(read, len(order))):
            scores[hopeful] += weights[at] * _saturated(times[:, column], norms)
    ranked = hopeful[np.lexsort((hopeful, -scores[hopeful]))][:most]
    return list(zip(columns.numbers[ranked].tolist(), scores[ranked].tolist(), strict=True))


def weight(holding: int, *, of: int) -> float:
    """The inverse document frequency of a term that `holding` passages have."""
    of = max(of, holding)  # passages may go while they are counted
    found = math.log((of - holding + 0.5) / (holding + 0.5))
    return found if found > 0.0 else LEAST_WEIGHT


def _norms(columns: Columns, rows: Rows) -> NDArray[np.float64]:
    """How much is needed to count half as much as can be: more in a passage that is long."""
    lengths = columns.terms[rows] / columns.mean_terms
    norms: NDArray[np.float64] = SATURATION * (1 - BY_LENGTH + BY_LENGTH * lengths)
    return norms


def _saturated(times: Counts, norms: NDArray[np.float64]) -> NDArray[np.float64]:
    """What so many occurrences count: less for each further one, less in a long passage."""
    return times * (SATURATION + 1) / (times + norms)


def _threshold(scores: NDArray[np.float64], most: int) -> float:
    """The score that a passage needs to be among the best, by what is known of it so far."""
    if len(scores) < most:
        return -math.inf
    return float(np.partition(scores, len(scores) - most)[len(scores) - most])
