"""Keywords in SQLite: FTS5 keeps them and says which passage holds which how often."""

from collections.abc import Sequence

import numpy as np

from assistant.catalogue.database import Counts, Database, Numbers, in_pages

_TABLES = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, keywords, row)",
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.places USING fts5vocab(main, keywords, instance)",
)


class Fts:
    """A `KeywordIndex`."""

    def open_vocabulary(self, db: Database) -> None:
        """Make the tables, which live as long as the connection."""
        for statement in _TABLES:
            db.execute(statement)

    def holding(self, db: Database, terms: Sequence[str]) -> dict[str, int]:
        """Ask the vocabulary."""
        marks = ", ".join("?" * len(terms))
        query = f"SELECT term, doc FROM vocabulary WHERE term IN ({marks})"
        return dict(db.execute(query, list(terms)))

    def postings(self, db: Database, term: str) -> tuple[Numbers, Counts]:
        """Count the places where it stands; as one text, which takes a fifth of so many rows."""
        query = "SELECT group_concat(doc) FROM places WHERE term = ?"
        listed = db.execute(query, (term,)).fetchone()[0] or ""
        return np.unique(np.fromstring(listed, np.int64, sep=","), return_counts=True)

    def times(self, db: Database, terms: Sequence[str], numbers: Numbers) -> Counts:
        """Count them in the passages' own terms."""
        counted = np.zeros((len(numbers), len(terms)), np.int64)
        row_of = {number: row for row, number in enumerate(numbers.tolist())}
        for page in in_pages(row_of):
            marks = ", ".join("?" * len(page))
            query = f"SELECT rowid, terms FROM keywords WHERE rowid IN ({marks})"
            for number, words in db.execute(query, page):
                counted[row_of[number]] = [_times(term, words) for term in terms]
        return counted


def _times(term: str, words: str) -> int:
    """How often a term is among words; most passages do not hold it."""
    if f" {term} " not in f" {words} ":
        return 0
    return f" {words.replace(' ', '  ')} ".count(f" {term} ")
