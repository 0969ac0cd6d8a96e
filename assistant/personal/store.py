"""What a person made, row by row: IDs, days, origins, corrections and tags."""

import json
import sqlite3
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from assistant.errors import DataError
from assistant.personal.file import PersonalFile


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a fetched article came from, and the ISO date of the fetch."""

    url: str
    fetched: str


class Personal:
    """What a person made, in one SQLite file. Raises DataError where it cannot be used."""

    def __init__(self, file: Path) -> None:
        self._kept = PersonalFile(file)

    @property
    def file(self) -> Path:
        """Where it is kept."""
        return self._kept.file

    def close(self) -> None:
        """Let go of the file."""
        self._kept.close()

    def article_id(self, path: str, *, hash: str, day: str = "") -> str:
        """The ID of the article at `path`, given when it is first seen and kept ever after.

        With a new ID `day` is noted as the one it was added on, in the same transaction.
        """
        with self._kept.writing() as db:
            row = db.execute("SELECT id FROM ids WHERE path = ?", (path,)).fetchone()
            if row:
                return str(row[0])
            key = _free_id(db, path, hash)
            db.execute("INSERT INTO ids VALUES (?, ?, ?)", (key, path, hash))
            if day:
                db.execute("INSERT OR IGNORE INTO added VALUES (?, ?)", (key, day))
            return key

    def another_id(self, path: str, *, hash: str, owner: str) -> str:
        """A new ID for the article at `path`, which had the one of the article at `owner`."""
        with self._kept.writing() as db:
            row = db.execute("SELECT id FROM ids WHERE path = ?", (path,)).fetchone()
            key = _free_id(db, path, hash)
            if row:
                db.execute("DELETE FROM ids WHERE path = ?", (owner,))
                db.execute("UPDATE ids SET path = ? WHERE id = ?", (owner, row[0]))
            db.execute("INSERT INTO ids VALUES (?, ?, ?)", (key, path, hash))
            return key

    def moved(self, article_id: str, *, path: str) -> None:
        """Note that an article's file has another path now."""
        with self._kept.writing() as db:
            db.execute("DELETE FROM ids WHERE path = ? AND id <> ?", (path, article_id))
            db.execute("UPDATE ids SET path = ? WHERE id = ?", (path, article_id))

    def added(self, article_id: str, *, day: str) -> str:
        """The day an article was first added; `day` if that is now."""
        query = "SELECT day FROM added WHERE id = ?"
        with self._kept.reading() as db:
            row = db.execute(query, (article_id,)).fetchone()
        if row:
            return str(row[0])
        with self._kept.writing() as db:
            db.execute("INSERT OR IGNORE INTO added VALUES (?, ?)", (article_id, day))
            return str(db.execute(query, (article_id,)).fetchone()[0])

    def note_origin(self, hash: str, *, origin: Origin) -> None:
        """Remember where the file with this content was fetched."""
        with self._kept.writing() as db:
            values = (hash, origin.url, origin.fetched)
            db.execute("INSERT OR REPLACE INTO origins VALUES (?, ?, ?)", values)

    def origin(self, hash: str) -> Origin | None:
        """Where the file with this content was fetched, if it was."""
        query = "SELECT url, fetched FROM origins WHERE hash = ?"
        with self._kept.reading() as db:
            row = db.execute(query, (hash,)).fetchone()
        return Origin(*row) if row else None

    def corrections(self, article_id: str) -> dict[str, str]:
        """The fields of an article that a person corrected, by name."""
        query = "SELECT field, value FROM corrections WHERE id = ?"
        with self._kept.reading() as db:
            return dict(db.execute(query, (article_id,)))

    def correct(self, article_id: str, *, fields: dict[str, str]) -> None:
        """Keep what a person corrected of an article, by the names of the fields."""
        with self._kept.writing() as db:
            rows = [(article_id, field, value) for field, value in fields.items()]
            db.executemany("INSERT OR REPLACE INTO corrections VALUES (?, ?, ?)", rows)

    def uncorrect(self, article_id: str) -> None:
        """Forget what a person corrected of an article."""
        with self._kept.writing() as db:
            db.execute("DELETE FROM corrections WHERE id = ?", (article_id,))

    def tag(self, article_id: str, *, add: tuple[str, ...], remove: tuple[str, ...]) -> None:
        """Give an article tags and take tags from it."""
        with self._kept.writing() as db:
            for tag in remove:
                db.execute("DELETE FROM tags WHERE id = ? AND tag = ?", (article_id, tag))
            for tag in add:
                db.execute("INSERT OR IGNORE INTO tags VALUES (?, ?)", (article_id, tag))

    def tags(self, article_id: str) -> tuple[str, ...]:
        """The tags a person gave an article, in order."""
        query = "SELECT tag FROM tags WHERE id = ? ORDER BY tag"
        with self._kept.reading() as db:
            return tuple(row[0] for row in db.execute(query, (article_id,)))

    def writing(self) -> AbstractContextManager[sqlite3.Connection]:
        """One transaction of writing, for the parts that keep something here."""
        return self._kept.writing()

    def rows(self, query: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query, for the parts that keep something here."""
        with self._kept.reading() as db:
            return db.execute(query, values).fetchall()

    def dump(self) -> str:
        """Everything as JSON, table by table, for people and for exports."""
        with self._kept.reading() as db:
            query = "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"
            tables = {name: _rows(db, name) for (name,) in db.execute(query).fetchall()}
        return json.dumps(tables, ensure_ascii=False, indent=1)


def _rows(db: sqlite3.Connection, table: str) -> list[dict[str, object]]:
    cursor = db.execute(f'SELECT * FROM "{table}" ORDER BY rowid')
    columns = [column[0] for column in cursor.description]
    return [dict(zip(columns, row, strict=True)) for row in cursor]


def _free_id(db: sqlite3.Connection, path: str, hash: str) -> str:
    """Eight signs no article has yet; the same ones for the same file in a new data folder."""
    for attempt in range(1000):
        seed = f"{path}\0{hash}\0{attempt or ''}"
        key = blake2b(seed.encode("utf-8", "surrogateescape"), digest_size=4).hexdigest()
        if not db.execute("SELECT 1 FROM ids WHERE id = ?", (key,)).fetchone():
            return key
    raise DataError("No free ID was found.", hint="Report this as a bug.")
