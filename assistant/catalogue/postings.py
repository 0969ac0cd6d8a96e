"""Keywords in PostgreSQL: the same counts as FTS5 has, and the same score made of them.

The score is BM25 as FTS5 computes it (sqlite.org/fts5.html#the_bm25_function and `fts5_aux.c`): the
same operations on doubles in the same order, so that a search finds the same, whatever keeps the
catalogue.
"""

import math
from collections.abc import Sequence

from assistant.catalogue import writing
from assistant.catalogue.database import Condition, Database

SATURATION, BY_LENGTH = 1.2, 0.75
"""k1 and b of BM25, as in FTS5."""
LEAST_WEIGHT = 1e-6
"""What FTS5 gives a term that more than half of all passages hold."""

_COUNTED = (
    "SELECT t.place, w.number, (SELECT count(*) FROM postings WHERE word = w.number) "
    "FROM unnest(?::text[]) WITH ORDINALITY t (term, place) "
    "JOIN words w ON w.term = kept_as(t.term) "
    "ORDER BY 1"
)
_SCORED = (
    "SELECT o.passage, sum(a.weight * ((o.times * ?::float8) / (o.times + ?::float8 * "
    "(?::float8 + ?::float8 * o.length / ?::float8))) ORDER BY a.place) "
    "FROM unnest(?::int[], ?::float8[]) WITH ORDINALITY a (word, weight, place) "
    "JOIN postings o ON o.word = a.word JOIN passages p ON p.number = o.passage "
    "WHERE TRUE {} GROUP BY o.passage ORDER BY 2 DESC, 1 LIMIT ?"
)


class Postings:
    """A `KeywordIndex`."""

    def __init__(self) -> None:
        self._totals = (-1, 0, 0)

    def scores(
        self, db: Database, terms: Sequence[str], *, among: Condition, most: int
    ) -> list[tuple[int, float]]:
        """Weigh each term by how many passages hold it, then let the server add up."""
        condition, values = among
        found = db.execute(_COUNTED, (list(terms),)).fetchall()
        passages, words = self._counts(db)
        if not found or not words:
            return []
        constants = (SATURATION + 1.0, SATURATION, 1 - BY_LENGTH, BY_LENGTH, words / passages)
        numbers = [word for _, word, _ in found]
        weights = [weight(holding, of=passages) for _, _, holding in found]
        asked = (*constants, numbers, weights, *values, most)
        rows = db.execute(_SCORED.format(condition), asked)
        return [(row[0], row[1]) for row in rows]

    def open_vocabulary(self, db: Database) -> None:
        """A view; it is there."""

    def _counts(self, db: Database) -> tuple[int, int]:
        """How many passages there are and how many words they have; counted once a change."""
        change = writing.change(db)
        if self._totals[0] != change:
            query = "SELECT count(*), coalesce(sum(length), 0)::bigint FROM keywords"
            self._totals = (change, *db.execute(query).fetchone())
        return self._totals[1:]


def weight(holding: int, *, of: int) -> float:
    """The inverse document frequency of a term that `holding` passages have."""
    of = max(of, holding)  # passages may go while they are counted
    found = math.log((of - holding + 0.5) / (holding + 0.5))
    return found if found > 0.0 else LEAST_WEIGHT
