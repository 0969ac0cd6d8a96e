"""Opens the SQLite file, one connection a thread, and maps its errors to ours."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path

from assistant.catalogue.soundness import REPAIR, Watch
from assistant.errors import AssistantError, DataError
from assistant.sqlite import explain

_WAIT_SECONDS = 60.0


class Connections:
    """Connections to one SQLite file in WAL mode; makes the schema where the file is new.

    Raises DamagedFile where something else changed the file, or a kill left it malformed.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
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
        with self.writing() as db:
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:  # a full disk may have ended it already
                    db.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close every thread's connection."""
        with self._guard:
            for db in self._open.values():
                db.close()
            self._open.clear()
            self._local = threading.local()
            self._watch.closing()

    def _make(self) -> None:
        """Make the schema, whole or not at all, unless it is there."""
        if self._is_made():
            return
        with self.transaction() as db:
            if not db.execute("SELECT 1 FROM sqlite_master WHERE name = 'meta'").fetchone():
                schema = files("assistant.catalogue").joinpath("schema.sql").read_text("utf-8")
                for statement in schema.split(";\n"):
                    db.execute(statement)

    def _is_made(self) -> bool:
        with self.reading() as db:
            query = "SELECT 1 FROM sqlite_master WHERE name = 'meta'"
            return db.execute(query).fetchone() is not None

    def _connection(self) -> sqlite3.Connection:
        db: sqlite3.Connection | None = getattr(self._local, "db", None)
        if db is None:
            db = sqlite3.connect(
                self.file, timeout=_WAIT_SECONDS, isolation_level=None, check_same_thread=False
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
            raise _explained(error, self.file) from error


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
