"""Statements that write to the catalogue, to be called inside a transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from assistant.catalogue.database import Database
from assistant.records import Passage, Vectors

INSERT_EMBEDDING = (
    "INSERT INTO embeddings (key, vector, sentences, lengths) VALUES (?, ?, ?, ?) "
    "ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class NewPassage:
    """A passage to be written, its keyword terms, and the key of its embedding."""

    passage: Passage
    terms: Sequence[str]
    key: bytes


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Embedding:
    """The vectors of a passage, shape (dimension,), and of its sentences, one row each.

    `lengths` are those of the neutral vectors, the passage's first, where they are known.
    """

    passage: Vectors
    sentences: Vectors
    lengths: Vectors = field(default_factory=lambda: np.zeros(0, np.float32))


@dataclass(frozen=True, slots=True)
class Stacked:
    """The vectors of many passages, shape [n, dimension], and of all their sentences, [m,
    dimension], in the order of the passages, each of which has `counts[i]` of them.

    `lengths` are those of their neutral vectors, in the same orders; None where any is unknown.
    """

    numbers: list[int]
    passages: Vectors
    sentences: Vectors
    counts: list[int]
    lengths: "tuple[Vectors, Vectors] | None" = None


def upsert(db: Database, table: str, row: Mapping[str, object], *, key: str) -> None:
    """Write a row, in place of the one with the same key."""
    columns, marks = ", ".join(row), ", ".join("?" * len(row))
    updates = ", ".join(f"{column} = excluded.{column}" for column in row if column != key)
    insert = f"INSERT INTO {table} ({columns}) VALUES ({marks})"
    db.execute(f"{insert} ON CONFLICT ({key}) DO UPDATE SET {updates}", list(row.values()))


def leave_path(db: Database, path: str, *, to: str) -> None:
    """Drop an article of another ID at this path: IDs that came from an older copy may differ."""
    query = "SELECT id FROM articles WHERE path = ? AND id <> ?"
    for (other,) in db.execute(query, (path, to)).fetchall():
        drop(db, numbers(db, other))
        db.execute("DELETE FROM articles WHERE id = ?", (other,))


def replace_passages(db: Database, article_id: str, new: Sequence[NewPassage]) -> None:
    """Move what only moved, drop what is gone, then write what is new."""
    query = "SELECT id, language, embedding, number FROM passages WHERE article_id = ?"
    old = {tuple(row[:3]): row[3] for row in db.execute(query, (article_id,))}
    same = {(p.passage.id, p.passage.language, p.key): p.passage for p in new}
    drop(db, [number for identity, number in old.items() if identity not in same])
    for identity, passage in same.items():
        if identity in old:
            _move(db, old[identity], passage)
    for item in new:
        if (item.passage.id, item.passage.language, item.key) not in old:
            _insert(db, item)


def _insert(db: Database, item: NewPassage) -> None:
    p = item.passage
    place = (p.start, p.end, p.language, p.heading, p.page, p.page_label)
    ((number,),) = db.execute(
        'INSERT INTO passages (id, article_id, start, "end", language, heading, page, page_label, '
        "embedding, terms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING number",
        (p.id, p.article_id, *place, item.key, len(item.terms)),
    ).fetchall()
    words = " ".join(item.terms)
    db.execute("INSERT INTO keywords (rowid, terms) VALUES (?, ?)", (number, words))


def _move(db: Database, number: int, passage: Passage) -> None:
    place = (passage.start, passage.end, passage.heading, passage.page, passage.page_label)
    db.execute(
        'UPDATE passages SET start = ?, "end" = ?, heading = ?, page = ?, page_label = ? '
        "WHERE number = ?",
        (*place, number),
    )


def drop(db: Database, gone: Sequence[int]) -> None:
    """Drop passages, and note it for the vector cache; counts as a change even if none is."""
    now = next_change(db)
    rows = [(number,) for number in gone]
    db.executemany("DELETE FROM keywords WHERE rowid = ?", rows)
    db.executemany("DELETE FROM passages WHERE number = ?", rows)
    db.executemany("INSERT INTO dropped VALUES (?, ?)", [(number, now) for number in gone])


def numbers(db: Database, article_id: str) -> list[int]:
    """The numbers of an article's passages."""
    query = "SELECT number FROM passages WHERE article_id = ?"
    return [row[0] for row in db.execute(query, (article_id,))]


def next_change(db: Database) -> int:
    """Count a change: what was remembered of the catalogue holds no more."""
    db.execute("UPDATE meta SET value = CAST(value AS BIGINT) + 1 WHERE key = 'change'")
    return change(db)


def change(db: Database) -> int:
    """The change counter: it grows whenever passages come or go, or an article is corrected."""
    return int(db.execute("SELECT value FROM meta WHERE key = 'change'").fetchone()[0])


def stored(embedding: Embedding) -> tuple[bytes, bytes, bytes]:
    """The vectors and lengths of an embedding as the catalogue keeps them."""
    vector, lengths = embedding.passage.astype("<f4"), embedding.lengths.astype("<f4")
    return vector.tobytes(), embedding.sentences.astype("<f2").tobytes(), lengths.tobytes()
