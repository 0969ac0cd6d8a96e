"""The catalogue in a SQLite file: one connection a thread, and its errors mapped to ours."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock

from assistant.catalogue.database import Database, Lock, Store, whole_or_not
from assistant.catalogue.fts import Fts
from assistant.catalogue.schema import statements
from assistant.catalogue.soundness import REPAIR, Watch
from assistant.errors import AssistantError, DataError
from assistant.sqlite import explain

_WAIT_SECONDS = 60.0


class InSqlite(Store):
    """Connections to one SQLite file in WAL mode; makes the schema where the file is new.

    Raises DamagedFile where something else changed the file, or a kill left it malformed.
    """

    def __init__(self, file: Path) -> None:
        self.keywords = Fts()
        self._file = file
        self._local = threading.local()
        self._open: dict[threading.Thread, sqlite3.Connection] = {}
        self._guard = threading.Lock()
        self._watch = _watch(file)
        with self._mapped():
            self._watch.opening()
        try:
            self._make()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give this thread's connection. Raises DataError where the file cannot be used."""
        with self._mapped():
            yield self._connection()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give this thread's connection, outside a transaction, for statements that change much."""
        with self._mapped():
            self._watch.writing()
            yield self._connection()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Give this thread's connection inside one write transaction: all of it, or nothing."""
        with self.writing() as db, whole_or_not(db, begin="BEGIN IMMEDIATE"):
            yield db

    def close(self) -> None:
        """Close every thread's connection."""
        with self._guard:
            for db in self._open.values():
                db.close()
            self._open.clear()
            self._local = threading.local()
            self._watch.closing()

    # --- what differs from other databases ---

    @property
    def file(self) -> Path:
        """The file."""
        return self._file

    @property
    def identity(self) -> str:
        """The file's own number on its disk."""
        return f"{self._file.stat().st_ino:x}"

    def problems(self, db: Database) -> list[str]:
        """What SQLite finds."""
        found = [row[0] for row in db.execute("PRAGMA integrity_check") if row[0] != "ok"]
        try:
            db.execute("INSERT INTO keywords (keywords) VALUES ('integrity-check')")
        except sqlite3.DatabaseError as error:
            found.append(f"the keywords' index: {error}")
        return found

    @contextmanager
    def former(self, db: Database, folder: Path) -> Iterator[str | None]:
        """Attach the file of another generation meanwhile."""
        file = folder / self._file.name
        if not file.exists():
            yield None
            return
        db.execute("ATTACH DATABASE ? AS other", (str(file),))
        try:
            yield "other"
        finally:
            db.execute("DETACH DATABASE other")

    def keep(self, name: str, content: bytes) -> None:
        """Write a file beside the catalogue's."""
        self._file.with_name(name).write_bytes(content)

    def kept(self, name: str) -> bytes | None:
        """Read a file beside the catalogue's."""
        file = self._file.with_name(name)
        return file.read_bytes() if file.exists() else None

    def lock(self, name: str) -> Lock:
        """The lock of a file beside the catalogue's."""
        return FileLock(self._file.with_name(f"{name}.lock"))

    # --- inside ---

    def _make(self) -> None:
        """Make the schema, whole or not at all, unless it is there."""
        if self._is_made():
            return
        with self.transaction() as db:
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
                for statement in statements():
                    db.execute(statement)

    def _is_made(self) -> bool:
        with self.reading() as db:
            query = "SELECT 1 FROM sqlite_master WHERE name = 'meta'"
            return db.execute(query).fetchone() is not None

    def _connection(self) -> sqlite3.Connection:
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            db = sqlite3.connect(
                self._file, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False
            )
            with self._guard:
                self._forget_dead_threads()
                self._open[threading.current_thread()] = db
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")  # an acknowledged article survives a power cut
            db.execute("PRAGMA foreign_keys = ON")
            self._local.db = db
        return db

    def _forget_dead_threads(self) -> None:
        """Close what threads left open that have ended: a server starts one for each question."""
        for thread in [thread for thread in self._open if not thread.is_alive()]:
            self._open.pop(thread).close()

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise _explained(error, self._file) from error


def _watch(file: Path) -> Watch:
    try:
        return Watch(file)
    except OSError as error:
        raise DataError(
            f"The index folder {file.parent} cannot be written: {error.strerror}.",
            hint=f"Allow it: chmod -R u+rwX '{file.parent}' — or name another: --data DIR",
        ) from error


def _explained(error: sqlite3.Error, file: Path) -> AssistantError:
    return explain(error, file=file, what="The index file", mend=REPAIR)
