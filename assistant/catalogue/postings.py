"""Keywords in PostgreSQL: the same counts as FTS5 has, in a table of our own."""

from collections.abc import Sequence

import numpy as np

from assistant.catalogue.database import Counts, Database, Numbers

_HOLDING = (
    "SELECT t.term, (SELECT count(*) FROM postings WHERE word = w.number) "
    "FROM unnest(?::text[]) t (term) JOIN words w ON w.term = kept_as(t.term)"
)
_POSTINGS = (
    "SELECT passage, times FROM postings "
    "WHERE word = (SELECT number FROM words WHERE term = kept_as(?)) ORDER BY passage"
)
_AMONG = (
    "SELECT t.place, o.passage, o.times "
    "FROM unnest(?::text[]) WITH ORDINALITY t (term, place) "
    "JOIN words w ON w.term = kept_as(t.term) JOIN postings o ON o.word = w.number "
    "WHERE o.passage = ANY(?::bigint[])"
)


class Postings:
    """A `KeywordIndex`."""

    def open_vocabulary(self, db: Database) -> None:
        """A view; it is there."""

    def holding(self, db: Database, terms: Sequence[str]) -> dict[str, int]:
        """Count its rows."""
        found = db.execute(_HOLDING, (list(terms),))
        return {term: count for term, count in found if count}

    def postings(self, db: Database, term: str) -> tuple[Numbers, Counts]:
        """Read its rows."""
        found = np.asarray(db.execute(_POSTINGS, (term,)).fetchall(), np.int64).reshape(-1, 2)
        return found[:, 0], found[:, 1]

    def times(self, db: Database, terms: Sequence[str], numbers: Numbers) -> Counts:
        """Read the rows of these passages alone."""
        counted = np.zeros((len(numbers), len(terms)), np.int64)
        row_of = {number: row for row, number in enumerate(numbers.tolist())}
        for place, passage, times in db.execute(_AMONG, (list(terms), list(row_of))):
            counted[row_of[passage], place - 1] = times
        return counted
