"""The catalogue in PostgreSQL: each generation of the index is a schema of one database."""

import base64
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import Timeout

from assistant.catalogue.database import Database, Lock, Store
from assistant.catalogue.postgres import MAKE, REPAIR, Connection, Server
from assistant.catalogue.postings import Postings
from assistant.catalogue.schema import VERSION, statements_of_postgres, tables_of_postgres
from assistant.catalogue.writing import upsert
from assistant.errors import DamagedFile, DataError, IndexMismatch

PREFIX = "assistant"
"""The schema of what holds for all generations, and the beginning of their own names."""
_OURS = 0x61727469
"""The first of the two numbers of our advisory locks: "arti"."""
_MISCOUNTED = (
    "SELECT count(*) FROM passages p WHERE terms != "
    "(SELECT coalesce(sum(times), 0) FROM postings WHERE passage = p.number)"
)
_IDENTITY = (
    "SELECT (SELECT system_identifier FROM pg_control_system()), "
    "(SELECT oid FROM pg_database WHERE datname = current_database())::bigint, "
    "(SELECT oid FROM pg_namespace WHERE nspname = current_schema())::bigint"
)


def identity(db: Database) -> str:
    """What no other schema of any database has: the numbers of the server, of both of them."""
    cluster, database, schema = db.execute(_IDENTITY).fetchone()
    return f"{cluster & 0xFFFFFFFFFFFFFFFF:x}-{database:x}-{schema:x}"


def schema_of(generation: str) -> str:
    """The schema of one generation."""
    return f"{PREFIX}_{generation}"


class InPostgres(Store):
    """The catalogue of one generation; makes its schema where there is none.

    Raises ServiceError where the server does not answer, IndexMismatch where another version of
    the assistant made the tables.
    """

    def __init__(self, url: str, *, generation: str) -> None:
        self.keywords = Postings()
        self._server = Server(url, schema=schema_of(generation))
        self._identity = ""
        try:
            self._make()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection."""
        with self._server.connection() as db:
            yield db

    def writing(self) -> Any:
        """Give a connection, outside a transaction."""
        return self.reading()

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give a connection inside a write transaction; one at a time, as in SQLite."""
        with self._server.transaction() as db:
            db.execute("SELECT pg_advisory_xact_lock(?, ?)", (_OURS, _number(self._server.schema)))
            yield db

    def close(self) -> None:
        """Close every connection."""
        self._server.close()

    @property
    def file(self) -> None:
        """It is in no file of ours."""
        return

    @property
    def identity(self) -> str:
        """The server's own number and that of the schema, which a copy does not have."""
        if not self._identity:
            with self.reading() as db:
                self._identity = identity(db)
        return self._identity

    def problems(self, db: Database) -> list[str]:
        """Whether the words are counted rightly; PostgreSQL looks after the rest itself."""
        miscounted = db.execute(_MISCOUNTED).fetchone()[0]
        return [f"{miscounted:,} passages whose words are miscounted"] if miscounted else []

    @contextmanager
    def former(self, db: Database, folder: Path) -> Iterator[str | None]:
        """The schema of another generation, whose folder has its name."""
        schema = schema_of(folder.name)
        query = "SELECT 1 FROM pg_namespace WHERE nspname = ?"
        is_other = schema != self._server.schema and db.execute(query, (schema,)).fetchone()
        yield f'"{schema}"' if is_other else None

    def keep(self, name: str, content: bytes) -> None:
        """Write it into `meta`."""
        row = {"key": f"kept {name}", "value": base64.b64encode(content).decode()}
        with self.transaction() as db:
            upsert(db, "meta", row, key="key")

    def kept(self, name: str) -> bytes | None:
        """Read it from `meta`."""
        with self.reading() as db:
            query = "SELECT value FROM meta WHERE key = ?"
            row = db.execute(query, (f"kept {name}",)).fetchone()
        return base64.b64decode(row[0]) if row else None

    def lock(self, name: str) -> Lock:
        """A lock that the server keeps for whoever is connected."""
        return ServerLock(self._server, name=f"{self._server.schema} {name}")

    def _make(self) -> None:
        """Make the schema, whole or not at all, unless it is there."""
        if not self._is_made():
            with self.transaction() as db:
                if not db.execute(_THERE, (self._server.schema,)).fetchone():
                    check_encoding(db, where=self._server.where)
                    db.script(f'CREATE SCHEMA IF NOT EXISTS "{self._server.schema}"')
                    for statement in statements_of_postgres():
                        db.script(statement)
        with self.reading() as db:
            query = "SELECT tablename FROM pg_tables WHERE schemaname = ?"
            there = {row[0] for row in db.execute(query, (self._server.schema,))}
            if missing := sorted(tables_of_postgres() - there):
                raise DamagedFile(
                    f"The index at {self._server.where} is damaged: it lacks {missing[0]}.",
                    hint=REPAIR,
                )
            found = db.execute("SELECT value FROM meta WHERE key = 'schema'").fetchone()
        if not found or found[0] != VERSION:
            raise IndexMismatch(
                f"The index at {self._server.where} was made by another version of the assistant: "
                f"its tables are of version {found[0] if found else 0}, not {VERSION}.",
                hint="Run that version, or make the index anew: assistant rebuild",
            )

    def _is_made(self) -> bool:
        with self.reading() as db:
            return db.execute(_THERE, (self._server.schema,)).fetchone() is not None


_TRIED = "SELECT pg_try_advisory_lock(?, ?)"
_LOOK_SECONDS = 0.05
_THERE = "SELECT 1 FROM pg_tables WHERE schemaname = ? AND tablename = 'meta'"


def check_encoding(db: Database, *, where: str) -> None:
    """Raise DataError for a database that cannot hold every language."""
    encoding = db.execute("SHOW server_encoding").fetchone()[0]
    if encoding != "UTF8":
        raise DataError(
            f"The database at {where} is in {encoding}; UTF8 is needed.",
            hint=MAKE,
        )


class ServerLock:
    """An advisory lock of PostgreSQL; it goes with a process that dies, or with the server.

    It is held by the thread that took it, which may take it again.
    """

    def __init__(self, server: Server, *, name: str) -> None:
        self._server = server
        self._number = _number(name)
        self._guard = threading.RLock()
        self._holding: Connection | None = None
        self._depth = 0

    @contextmanager
    def acquire(self, timeout: float) -> Iterator[None]:
        """Hold the lock. Raises filelock.Timeout where it cannot be had in so many seconds."""
        if not self._guard.acquire(timeout=timeout):
            raise Timeout(f"lock {self._number}")
        try:
            if not self._depth:
                self._take(timeout)
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1
                if not self._depth:
                    self._release()
        finally:
            self._guard.release()

    def _take(self, timeout: float) -> None:
        until = time.monotonic() + timeout
        with self._server.mapped():
            db = self._server.take()  # until the end: the lock is the connection's
            try:
                while not db.execute(_TRIED, (_OURS, self._number)).fetchone()[0]:
                    if time.monotonic() >= until:
                        raise Timeout(f"lock {self._number}")
                    time.sleep(_LOOK_SECONDS)
            except BaseException:
                db.raw.close()
                raise
            self._holding = db

    def _release(self) -> None:
        held, self._holding = self._holding, None
        if held is None:
            return
        try:
            held.execute("SELECT pg_advisory_unlock(?, ?)", (_OURS, self._number))
        except Exception:  # the server may be gone, and the lock with it
            held.raw.close()
        self._server.give_back(held)


def _number(name: str) -> int:
    """A lock's number of 31 bits."""
    return zlib.crc32(name.encode()) >> 1
