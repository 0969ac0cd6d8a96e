"""Reads the embeddings of a catalogue: by passage, by key, by article, and as one matrix."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import numpy as np

from assistant.catalogue.database import Store, in_pages
from assistant.catalogue.writing import Embedding, Stacked
from assistant.records import Vectors


class EmbeddingReader:
    """The reading half of a catalogue that knows of embeddings and of nothing else."""

    def __init__(self, store: Store) -> None:
        self._connections = store

    def dimension(self) -> int | None:
        """How many numbers a vector has; None where there is none yet."""
        with self._connections.reading() as db:
            row = db.execute("SELECT length(vector) FROM embeddings LIMIT 1").fetchone()
        return row[0] // 4 if row else None

    def known(self, keys: Sequence[bytes]) -> set[bytes]:
        """Those of the keys whose embeddings are there already."""
        query = "SELECT key FROM embeddings WHERE key IN ({})"
        return {row[0] for row in self._in_pages(query, keys)}

    def embeddings(self, numbers: Sequence[int]) -> dict[int, Embedding]:
        """The raw embeddings of the passages with these numbers, and of their sentences."""
        query = (
            "SELECT number, vector, sentences FROM passages JOIN embeddings ON key = embedding "
            "WHERE number IN ({})"
        )
        return {row[0]: _embedding(row[1], row[2]) for row in self._in_pages(query, numbers)}

    def stacked_embeddings(self, numbers: Sequence[int]) -> Stacked:
        """The same, all rows of all passages in one matrix: what a search has to multiply."""
        query = (
            "SELECT number, vector, sentences, lengths FROM passages "
            "JOIN embeddings ON key = embedding WHERE number IN ({})"
        )
        rows = list(self._in_pages(query, numbers))
        passages = _matrix([row[1] for row in rows])
        width = passages.shape[1]
        sentences = np.frombuffer(b"".join(row[2] for row in rows), "<f2").astype(np.float32)
        return Stacked(
            numbers=[row[0] for row in rows],
            passages=passages,
            sentences=sentences.reshape(-1, max(width, 1)),
            counts=[len(row[2]) // max(2 * width, 1) for row in rows],
            lengths=_lengths([row[3] for row in rows]),
        )

    def embeddings_by_key(self, keys: Sequence[bytes]) -> dict[bytes, Embedding]:
        """The raw embeddings that are kept under these keys."""
        query = "SELECT key, vector, sentences FROM embeddings WHERE key IN ({})"
        return {row[0]: _embedding(row[1], row[2]) for row in self._in_pages(query, keys)}

    def vectors_by_key(
        self, keys: Sequence[bytes]
    ) -> "tuple[list[bytes], Vectors, Vectors | None]":
        """The raw embeddings under those of the keys that are known, without their sentences'.

        Third, the lengths of their neutral vectors; None where any is unknown.
        """
        query = "SELECT key, vector, lengths FROM embeddings WHERE key IN ({})"
        rows = list(self._in_pages(query, keys))
        known = _lengths([row[2] for row in rows])
        return [row[0] for row in rows], _matrix([row[1] for row in rows]), known and known[0]

    def unmeasured(self, after: bytes = b"", *, most: int) -> dict[bytes, Embedding]:
        """The next embeddings by rising keys whose neutral lengths are not known."""
        query = (
            "SELECT key, vector, sentences FROM embeddings "
            "WHERE key > ? AND length(lengths) = 0 ORDER BY key LIMIT ?"
        )
        with self._connections.reading() as db:
            return {row[0]: _embedding(row[1], row[2]) for row in db.execute(query, (after, most))}

    def embeddings_of(self, article_id: str) -> list[Embedding]:
        """The raw embeddings of an article's passages, in reading order."""
        query = (
            "SELECT vector, sentences FROM passages JOIN embeddings ON key = embedding "
            "WHERE article_id = ? ORDER BY start"
        )
        with self._connections.reading() as db:
            return [_embedding(*row) for row in db.execute(query, (article_id,))]

    def vectors(self, numbers: Sequence[int]) -> tuple[list[int], Vectors]:
        """The raw embeddings of the passages with these numbers, without their sentences'."""
        query = (
            "SELECT number, vector FROM passages JOIN embeddings ON key = embedding "
            "WHERE number IN ({})"
        )
        rows = list(self._in_pages(query, numbers))
        return [row[0] for row in rows], _matrix([row[1] for row in rows])

    def vectors_after(self, number: int, *, most: int) -> tuple[list[int], Vectors]:
        """The next `most` passages after `number`, in order: numbers and raw embeddings."""
        query = (
            "SELECT number, vector FROM passages JOIN embeddings ON key = embedding "
            "WHERE number > ? ORDER BY number LIMIT ?"
        )
        with self._connections.reading() as db:
            rows = db.execute(query, (number, most)).fetchall()
        return [row[0] for row in rows], _matrix([row[1] for row in rows])

    def count_after(self, number: int) -> int:
        """How many passages have a higher number."""
        query = "SELECT count(*) FROM passages WHERE number > ?"
        with self._connections.reading() as db:
            return int(db.execute(query, (number,)).fetchone()[0])

    def dropped_after(self, change: int) -> list[int]:
        """The numbers of the passages dropped since this change."""
        with self._connections.reading() as db:
            rows = db.execute("SELECT number FROM dropped WHERE change > ?", (change,))
            return [row[0] for row in rows]

    def _in_pages(
        self, query: str, values: Collection[int] | Collection[bytes] | Collection[str]
    ) -> Iterator[tuple[Any, ...]]:
        for page in in_pages(values):
            with self._connections.reading() as db:
                yield from db.execute(query.format(", ".join("?" * len(page))), page).fetchall()


def _embedding(passage: bytes, sentences: bytes) -> Embedding:
    vector = np.frombuffer(passage, "<f4")
    rows = np.frombuffer(sentences, "<f2").astype(np.float32)
    return Embedding(vector, rows.reshape(-1, len(vector)))


def _matrix(stored: Sequence[bytes]) -> Vectors:
    """Stored vectors as rows."""
    numbers = np.frombuffer(b"".join(stored), "<f4")
    return numbers.reshape(len(stored), len(numbers) // max(len(stored), 1))


def _lengths(stored: Sequence[bytes]) -> "tuple[Vectors, Vectors] | None":
    """The lengths of passages and those of their sentences, as they were stored together."""
    if not all(stored):
        return None
    every = np.frombuffer(b"".join(stored), "<f4")
    counts = np.asarray([len(each) // 4 for each in stored], np.intp)
    first = np.cumsum(counts) - counts
    return every[first], np.delete(every, first)
