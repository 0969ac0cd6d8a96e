"""Reads the passages of a catalogue: by number, by article, by filters, and by their words."""

from collections.abc import Collection, Sequence

from assistant.catalogue import writing
from assistant.catalogue.embeddings import EmbeddingReader
from assistant.catalogue.reading import passage_of, where
from assistant.records import Filters, Passage


class PassageReader(EmbeddingReader):
    """The half of a catalogue that knows of passages and of what is kept with them."""

    def passages(self, numbers: Sequence[int]) -> dict[int, Passage]:
        """The passages with these numbers; one that is gone is left out."""
        query = (
            'SELECT number, substr(text, start + 1, "end" - start), id, p.article_id, start, '
            '"end", language, heading, page, page_label '
            "FROM passages p JOIN texts t ON t.article_id = p.article_id WHERE number IN ({})"
        )
        return {row[0]: passage_of(row[2:], text=row[1]) for row in self._in_pages(query, numbers)}

    def places(self, numbers: Sequence[int]) -> dict[int, tuple[str, str]]:
        """The article and the language of each of these passages, without reading their text."""
        query = "SELECT number, article_id, language FROM passages WHERE number IN ({})"
        return {row[0]: (row[1], row[2]) for row in self._in_pages(query, numbers)}

    def passages_of(self, article_id: str) -> list[Passage]:
        """All passages of one article, in reading order."""
        with self._connections.reading() as db:
            numbers = writing.numbers(db, article_id)
        return sorted(self.passages(numbers).values(), key=lambda passage: passage.start)

    def numbers(self, filters: Filters, *, without: Collection[str] = ()) -> list[int]:
        """The numbers of the passages whose articles the filters let through, but for some."""
        condition, values = where(filters)
        but = f"AND id NOT IN ({', '.join('?' * len(without))})" if without else ""
        query = (
            "SELECT number FROM passages WHERE article_id IN "
            f"(SELECT id FROM articles WHERE {condition} {but})"
        )
        with self._connections.reading() as db:
            return [row[0] for row in db.execute(query, (*values, *without))]

    def titles(self, numbers: Sequence[int]) -> dict[int, str]:
        """The titles of the articles that the passages with these numbers belong to."""
        query = (
            "SELECT number, title FROM passages p JOIN articles a ON a.id = p.article_id "
            "WHERE number IN ({})"
        )
        return {row[0]: row[1] for row in self._in_pages(query, numbers)}

    def numbers_of(self, ids: Sequence[str]) -> dict[str, int]:
        """The numbers of the passages with these IDs."""
        query = "SELECT id, number FROM passages WHERE id IN ({})"
        return {row[0]: row[1] for row in self._in_pages(query, ids)}

    def keyword_scores(
        self,
        terms: Sequence[str],
        *,
        language: str,
        most: int,
        filters: Filters | None = None,
        without: Collection[str] = (),
    ) -> list[tuple[int, float]]:
        """Passages of one language that hold any of the terms, best first, with their BM25 score.

        Only passages whose articles the filters let through count, but for some. Scores are
        positive; a higher one is better.
        """
        if not terms:
            return []
        condition, values = where(filters or Filters())
        among = "AND p.language = ?"
        if filters:
            among += f" AND p.article_id IN (SELECT id FROM articles WHERE {condition})"
        if without:
            among += f" AND p.article_id NOT IN ({', '.join('?' * len(without))})"
        store = self._connections
        with store.reading() as db:
            asked = (among, (language, *values, *without))
            return store.keywords.scores(db, terms, among=asked, most=most)
