"""The terms of the keyword index."""

from collections.abc import Iterable

from assistant.catalogue.database import Store

_AT_ONCE = 500


class Vocabulary:
    """Looks up terms; a `compounds.Vocabulary`."""

    def __init__(self, connections: Store) -> None:
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
        condition = "(term LIKE ? OR term LIKE ?) ORDER BY doc DESC, term LIMIT ?"
        return [row[0] for row in self._rows(condition, f"{term}__%", f"%__{term}", most)]

    def _rows(self, condition: str, *values: object) -> list[tuple[str]]:
        with self._connections.reading() as db:
            self._connections.keywords.open_vocabulary(db)
            query = f"SELECT term FROM vocabulary WHERE {condition}"
            return db.execute(query, values).fetchall()
