"""The one door to what a person made: IDs, corrections, tags and where web articles came from.

It is no index: nothing here can be made again, so a rebuild never touches it. Each version of its
shape is a numbered migration; before one is applied, a copy is made and checked.
"""

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from assistant.errors import DataError

_MIGRATIONS = (
    """
    CREATE TABLE ids (id TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, hash TEXT NOT NULL);
    CREATE INDEX ids_hash ON ids (hash);
    CREATE TABLE origins (hash TEXT PRIMARY KEY, url TEXT NOT NULL, fetched TEXT NOT NULL);
    CREATE TABLE added (id TEXT PRIMARY KEY, day TEXT NOT NULL);
    CREATE TABLE corrections (id TEXT, field TEXT, value TEXT NOT NULL, PRIMARY KEY (id, field));
    CREATE TABLE tags (id TEXT, tag TEXT, PRIMARY KEY (id, tag));
    """,
    """
    CREATE TABLE conversations (
        id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, began TEXT NOT NULL,
        changed TEXT NOT NULL, deleted TEXT NOT NULL DEFAULT ''
    );
    CREATE INDEX conversations_owner ON conversations (owner, changed);
    CREATE TABLE exchanges (
        conversation TEXT, number INTEGER, kept TEXT NOT NULL, words TEXT NOT NULL,
        PRIMARY KEY (conversation, number)
    );
    CREATE TABLE verdicts (
        conversation TEXT, number INTEGER, good INTEGER NOT NULL, why TEXT NOT NULL,
        given TEXT NOT NULL, PRIMARY KEY (conversation, number)
    );
    CREATE TABLE sets (
        owner TEXT, name TEXT, articles TEXT NOT NULL, PRIMARY KEY (owner, name)
    );
    CREATE TABLE preferences (name TEXT PRIMARY KEY, value TEXT NOT NULL);
    """,
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a fetched article came from, and the ISO date of the fetch."""

    url: str
    fetched: str


class Personal:
    """What a person made, in one SQLite file. Raises DataError where it cannot be used."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._guard = threading.Lock()
        with self._mapped():
            self._db = sqlite3.connect(file, timeout=60, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode = WAL")
            self._db.execute("PRAGMA synchronous = FULL")
            self._migrate()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def article_id(self, path: str, *, hash: str) -> str:
        """The ID of the article at `path`, given when it is first seen and kept ever after."""
        with self.writing() as db:
            row = db.execute("SELECT id FROM ids WHERE path = ?", (path,)).fetchone()
            if row:
                return str(row[0])
            key = _free_id(db, path, hash)
            db.execute("INSERT INTO ids VALUES (?, ?, ?)", (key, path, hash))
            return key

    def moved(self, article_id: str, *, path: str) -> None:
        """Note that an article's file has another path now."""
        with self.writing() as db:
            db.execute("DELETE FROM ids WHERE path = ? AND id <> ?", (path, article_id))
            db.execute("UPDATE ids SET path = ? WHERE id = ?", (path, article_id))

    def added(self, article_id: str, *, day: str) -> str:
        """The day an article was first added; `day` if that is now."""
        with self.writing() as db:
            db.execute("INSERT OR IGNORE INTO added VALUES (?, ?)", (article_id, day))
            query = "SELECT day FROM added WHERE id = ?"
            return str(db.execute(query, (article_id,)).fetchone()[0])

    def note_origin(self, hash: str, *, origin: Origin) -> None:
        """Remember where the file with this content was fetched."""
        with self.writing() as db:
            values = (hash, origin.url, origin.fetched)
            db.execute("INSERT OR REPLACE INTO origins VALUES (?, ?, ?)", values)

    def origin(self, hash: str) -> Origin | None:
        """Where the file with this content was fetched, if it was."""
        query = "SELECT url, fetched FROM origins WHERE hash = ?"
        with self._guard, self._mapped():
            row = self._db.execute(query, (hash,)).fetchone()
        return Origin(*row) if row else None

    def corrections(self, article_id: str) -> dict[str, str]:
        """The fields of an article that a person corrected, by name."""
        query = "SELECT field, value FROM corrections WHERE id = ?"
        with self._guard, self._mapped():
            return dict(self._db.execute(query, (article_id,)))

    def tags(self, article_id: str) -> tuple[str, ...]:
        """The tags a person gave an article, in order."""
        query = "SELECT tag FROM tags WHERE id = ? ORDER BY tag"
        with self._guard, self._mapped():
            return tuple(row[0] for row in self._db.execute(query, (article_id,)))

    def dump(self) -> str:
        """Everything as JSON, table by table, for people and for exports."""
        with self._guard, self._mapped():
            names = [
                row[0]
                for row in self._db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            ]
            tables = {name: self._rows(name) for name in sorted(names)}
        return json.dumps(tables, ensure_ascii=False, indent=1)

    def rows(self, query: str, values: tuple[object, ...] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query, for the parts that keep something here."""
        with self._guard, self._mapped():
            return self._db.execute(query, values).fetchall()

    def _rows(self, table: str) -> list[dict[str, object]]:
        cursor = self._db.execute(f"SELECT * FROM {table} ORDER BY 1, 2")
        columns = [column[0] for column in cursor.description]
        return [dict(zip(columns, row, strict=True)) for row in cursor]

    def _migrate(self) -> None:
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if version > len(_MIGRATIONS):
            raise DataError(
                f"{self.file} was written by a newer version of the assistant.",
                hint="Update the assistant: pip install -U article-assistant",
            )
        for number, statements in enumerate(_MIGRATIONS[version:], start=version + 1):
            if number > 1:
                self._copy(f"before-{number}")
            script = f"BEGIN IMMEDIATE; {statements} PRAGMA user_version = {number}; COMMIT;"
            self._db.executescript(script)

    def _copy(self, name: str) -> None:
        copy = sqlite3.connect(self.file.with_suffix(f".{name}.sqlite"))
        try:
            self._db.backup(copy)
            (found,) = copy.execute("PRAGMA integrity_check").fetchone()
        finally:
            copy.close()
        if found != "ok":
            raise DataError(
                f"No sound copy of {self.file} could be made: {found}.",
                hint="Restore the file from an export, then try again.",
            )

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction of writing, for the parts that keep something here."""
        with self._guard, self._mapped(), self._db:
            self._db.execute("BEGIN IMMEDIATE")
            yield self._db

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise DataError(
                f"{self.file}, which holds what you made, cannot be used: {error}.",
                hint=f"Put back a copy of it, or move it away: mv '{self.file}' '{self.file}.bad'",
            ) from error


def _free_id(db: sqlite3.Connection, path: str, hash: str) -> str:
    """Eight signs no article has yet; the same ones for the same file in a new data folder."""
    for attempt in range(1000):
        seed = f"{path}\0{hash}\0{attempt or ''}"
        key = blake2b(seed.encode("utf-8", "surrogateescape"), digest_size=4).hexdigest()
        if not db.execute("SELECT 1 FROM ids WHERE id = ?", (key,)).fetchone():
            return key
    raise DataError("No free ID was found.", hint="Report this as a bug.")
