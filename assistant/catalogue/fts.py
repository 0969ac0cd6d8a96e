"""Keywords in SQLite: FTS5 keeps them, counts them and scores by BM25."""

from collections.abc import Sequence

from assistant.catalogue.database import Condition, Database
from assistant.keywords import match_expression

_VOCABULARY = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, keywords, row)"
)


class Fts:
    """A `KeywordIndex`."""

    def scores(
        self, db: Database, terms: Sequence[str], *, among: Condition, most: int
    ) -> list[tuple[int, float]]:
        """Ask FTS5, whose sign is turned round."""
        condition, values = among
        query = (
            "SELECT k.rowid, -bm25(keywords) FROM keywords k JOIN passages p ON p.number = k.rowid "
            f"WHERE keywords MATCH ? {condition} ORDER BY 2 DESC, 1 LIMIT ?"
        )
        rows = db.execute(query, (match_expression(terms), *values, most))
        return [(row[0], row[1]) for row in rows]

    def open_vocabulary(self, db: Database) -> None:
        """Make the table, which lives as long as the connection."""
        db.execute(_VOCABULARY)
