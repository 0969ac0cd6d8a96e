"""The terms of the keyword index, as FTS5 keeps them."""

from collections.abc import Iterable

from assistant.catalogue.connection import Connections

_AT_ONCE = 500
_TABLE = "CREATE VIRTUAL TABLE IF NOT EXISTS temp.vocabulary USING fts5vocab(main, keywords, row)"


class Vocabulary:
    """Looks up terms; a `compounds.Vocabulary`."""

    def __init__(self, connections: Connections) -> None:
        self._connections = connections

    def known_terms(self, terms: Iterable[str]) -> set[str]:
        """Those of the terms that the index holds; microseconds each."""
        wanted = sorted(set(terms))
        known: set[str] = set()
        for first in range(0, len(wanted), _AT_ONCE):
            some = wanted[first : first + _AT_ONCE]
            marks = ", ".join("?" * len(some))
            known |= {row[0] for row in self._rows(f"term IN ({marks})", *some)}
        return known

    def compounds_of(self, term: str, *, most: int) -> list[str]:
        """Longer terms that begin or end with this one, the most frequent first.

        Reads every term: 20 ms for 100,000, which only words that the index lacks are worth.
        """
        condition = "(term GLOB ? OR term GLOB ?) ORDER BY doc DESC, term LIMIT ?"
        return [row[0] for row in self._rows(condition, f"{term}??*", f"*??{term}", most)]

    def _rows(self, condition: str, *values: object) -> list[tuple[str]]:
        with self._connections.reading() as db:
            db.execute(_TABLE)
            query = f"SELECT term FROM temp.vocabulary WHERE {condition}"
            return db.execute(query, values).fetchall()
