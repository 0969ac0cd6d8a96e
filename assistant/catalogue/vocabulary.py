"""The terms of the keyword index."""

from collections.abc import Callable, Iterable

from assistant.catalogue.database import Store
from assistant.catalogue.terms import TermsNow


class Vocabulary:
    """Looks up terms; a `compounds.Vocabulary`. `counts` gives those of the passages of now."""

    def __init__(self, connections: Store, *, counts: Callable[[], TermsNow]) -> None:
        self._connections = connections
        self._counts = counts

    def known_terms(self, terms: Iterable[str]) -> set[str]:
        """Those of the terms that the index holds; microseconds each."""
        return set(self._counts().holding(list(dict.fromkeys(terms))))

    def compounds_of(self, term: str, *, most: int) -> list[str]:
        """Longer terms that begin or end with this one, the most frequent first.

        Reads every term: 20 ms for 100,000, which only words that the index lacks are worth.
        """
        condition = "(term LIKE ? OR term LIKE ?) ORDER BY doc DESC, term LIMIT ?"
        query = f"SELECT term FROM vocabulary WHERE {condition}"
        with self._connections.reading() as db:
            self._connections.keywords.open_vocabulary(db)
            return [row[0] for row in db.execute(query, (f"{term}__%", f"%__{term}", most))]
