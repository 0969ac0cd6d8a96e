"""Opens the SQLite file, one connection a thread, and maps its errors to ours."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from assistant.errors import DataError, Locked

_WAIT_SECONDS = 60.0


class Connections:
    """Connections to one SQLite file in WAL mode; makes the schema where the file is new."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._local = threading.local()
        self._open: list[sqlite3.Connection] = []
        self._guard = threading.Lock()
        with self.transaction() as db:
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
                schema = files("assistant.catalogue").joinpath("schema.sql").read_text("utf-8")
                for statement in schema.split(";\n"):
                    db.execute(statement)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give this thread's connection. Raises DataError where the file cannot be used."""
        with self._mapped():
            yield self._connection()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Give this thread's connection inside one write transaction: all of it, or nothing."""
        with self._mapped():
            db = self._connection()
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.execute("ROLLBACK")
                raise
            db.execute("COMMIT")

    def close(self) -> None:
        """Close every thread's connection."""
        with self._guard:
            for db in self._open:
                db.close()
            self._open.clear()
        self._local = threading.local()

    def _connection(self) -> sqlite3.Connection:
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            db = sqlite3.connect(
                self.file, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False
            )
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")  # an acknowledged article survives a power cut
            db.execute("PRAGMA foreign_keys = ON")
            self._local.db = db
            with self._guard:
                self._open.append(db)
        return db

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise Locked(
                    f"Another process has been writing to {self.file} for over a minute.",
                    hint="Wait for it to end, then try again.",
                ) from error
            raise self._unusable(error) from error
        except sqlite3.DatabaseError as error:
            raise self._unusable(error) from error

    def _unusable(self, error: sqlite3.Error) -> DataError:
        return DataError(
            f"The index file {self.file} cannot be used: {error}.",
            hint="Run: assistant rebuild — it is made again from the corpus folder.",
        )
