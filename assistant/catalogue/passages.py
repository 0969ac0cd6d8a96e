"""Reads the passages of a catalogue: by number, by article, by filters, and by their words."""

from collections.abc import Collection, Sequence

from assistant.catalogue import bm25, writing
from assistant.catalogue.columns import ColumnReader, Scope
from assistant.catalogue.database import Store
from assistant.catalogue.embeddings import EmbeddingReader
from assistant.catalogue.reading import passage_of
from assistant.catalogue.terms import Terms, TermsNow
from assistant.records import Filters, Passage


class PassageReader(EmbeddingReader):
    """The half of a catalogue that knows of passages and of what is kept with them."""

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self._columns = ColumnReader(store)
        self._terms = Terms(store)

    def passages(self, numbers: Sequence[int]) -> dict[int, Passage]:
        """The passages with these numbers; one that is gone is left out."""
        query = (
            'SELECT number, substr(text, start + 1, "end" - start), id, p.article_id, start, '
            '"end", language, heading, page, page_label '
            "FROM passages p JOIN texts t ON t.article_id = p.article_id WHERE number IN ({})"
        )
        return {row[0]: passage_of(row[2:], text=row[1]) for row in self._in_pages(query, numbers)}

    def passages_of(self, article_id: str) -> list[Passage]:
        """All passages of one article, in reading order."""
        with self._connections.reading() as db:
            numbers = writing.numbers(db, article_id)
        return sorted(self.passages(numbers).values(), key=lambda passage: passage.start)

    def titles(self, article_ids: Collection[str]) -> dict[str, str]:
        """The titles of these articles."""
        return dict(self._in_pages("SELECT id, title FROM articles WHERE id IN ({})", article_ids))

    def numbers_of(self, ids: Sequence[str]) -> dict[str, int]:
        """The numbers of the passages with these IDs."""
        query = "SELECT id, number FROM passages WHERE id IN ({})"
        return {row[0]: row[1] for row in self._in_pages(query, ids)}

    def keyword_scores(
        self, terms: Sequence[str], *, language: str, most: int, scope: Scope | None = None
    ) -> list[tuple[int, float]]:
        """Passages of one language that hold any of the terms, best first, with their BM25 score.

        Without a scope all passages count. Scores are positive; a higher one is better.
        """
        scope = scope or self.scope()
        among = scope.columns.of_language(language)
        if scope.allowed is not None:
            among &= scope.allowed
        columns, counts = scope.columns, self._terms.of(scope.columns)
        return bm25.best(terms, counts=counts, columns=columns, among=among, most=most)

    def terms(self) -> TermsNow:
        """How often terms are held by the passages of now."""
        return self._terms.of(self._columns.now())

    def scope(self, filters: Filters | None = None, *, without: Collection[str] = ()) -> Scope:
        """What a search may look at: the passages of the articles that the filters let through.

        `without` names articles that are left out.
        """
        columns = self._columns.now()
        if not filters and not without:
            return Scope(columns)
        through = self._columns.allowed(columns, filters or Filters(), without=without)
        return Scope(columns, through)
