"""The one door to psycopg: connections to a PostgreSQL server, and its errors mapped to ours."""

import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from assistant.catalogue.database import whole_or_not
from assistant.errors import (
    AssistantError,
    DamagedFile,
    DataError,
    Locked,
    NoSpace,
    ServiceError,
    SettingsError,
)
from assistant.settings import without_keys

INSTALL = "pip install 'psycopg[binary]'"
ADDRESS = "postgresql://USER@HOST:5432/DATABASE"
START = f"Start it, or set the right address: --catalogue {ADDRESS}"
MOST_IDLE = 8
"""Connections that are kept open for the next questions."""
PAUSES = (0.2, 0.5, 1.0, 2.0)
"""Seconds between tries to connect: a server that is started anew is there after some two."""
IMPATIENT_SECONDS = 30.0
"""How long nobody waits again for a server that was waited for in vain."""
_DEFAULTS: Mapping[str, Any] = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "tcp_user_timeout": 30_000,
    "application_name": "article-assistant",
    "client_encoding": "utf8",
}
REPAIR = "Run: assistant sync — it is made again from the corpus folder."
_MEANINGS: tuple[tuple[tuple[str, ...], type[AssistantError], str, str], ...] = (
    (("53100",), NoSpace, "has no room on its disk", "Make room there, then run it again."),
    (("53300",), ServiceError, "lets no more connections in", "Raise its max_connections."),
    (("55P03",), Locked, "had to wait over a minute for another process", "Try again later."),
    (("25006",), ServiceError, "may only be read", "Name the server that takes writes."),
    (("42501",), DataError, "does not allow that", "Grant it: GRANT CREATE ON DATABASE … TO …"),
    (("3F000", "42P01", "42703", "XX001", "XX002"), DamagedFile, "holds a damaged index", REPAIR),
)
"""By the beginnings of SQLSTATE (postgresql.org/docs/current/errcodes-appendix.html)."""
_COMING = "the database system is"
"""What a server that starts, recovers or stops says to whoever comes: it is waited for."""
_WHO = "Check the user, and the password in PGPASSWORD or ~/.pgpass."
MAKE = "Make it: createdb --encoding UTF8 --template template0 NAME"
_REFUSALS = (
    ("password", "does not let you in", _WHO),
    ("role", "does not let you in", _WHO),
    ("pg_hba", "does not let you in", "Let this machine and user in: pg_hba.conf on the server."),
    ("database", "has no such database", MAKE),
)
"""What a connection is refused for: words of the server, what they mean, what to do."""


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """A server that answers: its address without secrets, its host, version, and whether what goes
    there is encrypted."""

    where: str
    host: str
    version: str
    encrypted: bool


def check_postgres(url: str) -> ServerFacts:
    """Connect once. Raises SettingsError, ServiceError or DataError as `Server` does."""
    server = Server(url, schema="public")
    try:
        with server.connection() as db:
            number = db.raw.info.server_version
            version = f"{number // 10_000}.{number % 10_000}"
            return ServerFacts(server.where, server.host, version, bool(db.raw.pgconn.ssl_in_use))
    finally:
        server.close()


class Connection:
    """A `Database`. Its first statement is tried again on a new connection if it was left idle
    and the server has been started anew meanwhile."""

    def __init__(self, server: "Server") -> None:
        self._server = server
        self.raw = server.connect()
        self._rested = False

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return not self.raw.closed and self.raw.info.transaction_status != 0

    def rest(self) -> None:
        """Say that it lay idle."""
        self._rested = True

    def execute(self, sql: str, values: Sequence[Any] = (), /) -> Any:
        """Run one statement."""
        return self._run(lambda: self.raw.execute(_marked(sql), list(values) or None, binary=True))

    def executemany(self, sql: str, values: Iterable[Sequence[Any]], /) -> Any:
        """Run a statement once for each row of values."""
        return self._run(lambda: self._executemany(sql, list(values)))

    def script(self, sql: str) -> None:
        """Run statements without values."""
        self._run(lambda: self.raw.execute(sql))

    def _executemany(self, sql: str, values: list[Sequence[Any]]) -> Any:
        cursor = self.raw.cursor()
        cursor.executemany(_marked(sql), values)
        return cursor

    def _run(self, work: Any) -> Any:
        import psycopg

        rested, self._rested = self._rested, False
        try:
            return work()
        except psycopg.OperationalError:
            if not (rested and self.raw.closed):
                raise
            self.raw = self._server.connect()
            return work()


class Server:
    """Connections to one database, whose tables are found in one schema. Safe to use from threads.

    Raises SettingsError for an address that is none, ServiceError where nobody answers there.
    """

    def __init__(self, url: str, *, schema: str) -> None:
        self.schema = schema
        self._parameters = _parsed(url)
        self._idle: list[Connection] = []
        self._guard = threading.Lock()
        self._closed = False
        self._impatient_until = 0.0
        self.host = str(self._parameters.get("host", ""))
        port = self._parameters.get("port", "5432")
        self.where = f"{self.host or 'this machine'}:{port}/{self._parameters.get('dbname', '')}"

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Give a connection that nobody else has. Errors of PostgreSQL become ours."""
        with self.mapped():
            db = self.take()
            try:
                yield db
            finally:
                self.give_back(db)

    @contextmanager
    def mapped(self) -> Iterator[None]:
        """Let errors of PostgreSQL become ours."""
        import psycopg

        try:
            yield
        except psycopg.Error as error:
            raise self.explained(error) from error

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give a connection inside a transaction: all of it, or nothing."""
        with self.connection() as db, whole_or_not(db):
            yield db

    def connect(self) -> Any:
        """A new connection of psycopg; tried again for some seconds where nobody answers."""
        import psycopg

        patient = time.monotonic() >= self._impatient_until
        for pause in (*(PAUSES if patient else ()), None):
            try:
                raw = psycopg.connect(**self._parameters, autocommit=True)
                break
            except psycopg.OperationalError as error:
                if pause is None or ("FATAL" in str(error) and _COMING not in str(error)):
                    self._impatient_until = time.monotonic() + IMPATIENT_SECONDS
                    raise
                time.sleep(pause)
        raw.execute(f'SET search_path TO "{self.schema}"')
        raw.execute("SET lock_timeout = '60s'")
        raw.execute("SET jit = off")  # it takes longer than our queries
        return raw

    def close(self) -> None:
        """Close what lies idle; what is in use is closed when it is given back."""
        with self._guard:
            self._closed = True
            for db in self._idle:
                db.raw.close()
            self._idle.clear()

    def explained(self, error: Exception) -> AssistantError:
        """What an error of PostgreSQL means to a person."""
        import psycopg

        first = (str(error).strip() or repr(error)).splitlines()[0]
        said = without_keys(first.rpartition("failed: ")[2]).rstrip(".")
        whom = f"The PostgreSQL server at {self.where}"
        state = getattr(error, "sqlstate", None) or ""
        for states, kind, what, hint in _MEANINGS:
            if state.startswith(states):
                return kind(f"{whom} {what}: {said}.", hint=hint)
        if isinstance(error, psycopg.OperationalError):
            for word, what, hint in _REFUSALS if "FATAL" in said else ():
                if word in said:
                    return ServiceError(f"{whom} {what}: {said}.", hint=hint)
            return ServiceError(f"{whom} does not answer: {said}.", hint=START)
        return DataError(f"The index at {self.where} cannot be used: {said}.", hint=REPAIR)

    def take(self) -> Connection:
        """A connection for the caller alone, until it is given back."""
        with self._guard:
            self._closed = False
            if self._idle:
                return self._idle.pop()
        return Connection(self)

    def give_back(self, db: Connection) -> None:
        """Keep a connection for others, or close it."""
        if db.raw.closed:
            return
        db.rest()
        with self._guard:
            if not self._closed and len(self._idle) < MOST_IDLE and not db.in_transaction:
                self._idle.append(db)
                return
        with suppress(Exception):  # it may be broken
            db.raw.close()


@lru_cache(maxsize=1000)
def _marked(sql: str) -> str:
    """A statement as psycopg takes it; SQLite lets nothing be among nothing."""
    sql = sql.replace(" NOT IN ()", " <> ALL ('{}')").replace(" IN ()", " = ANY ('{}')")
    return sql.replace("%", "%%").replace("?", "%s")


def _parsed(url: str) -> dict[str, Any]:
    if not url.startswith(("postgresql://", "postgres://")):
        raise _no_address(url, "it is no address of PostgreSQL")
    try:
        import psycopg
        from psycopg.conninfo import conninfo_to_dict
    except ImportError as error:
        message = f"A catalogue in PostgreSQL needs psycopg, which cannot be loaded: {error}."
        raise SettingsError(message, hint=f"Install it with: {INSTALL}") from error
    try:
        given = conninfo_to_dict(url)
    except psycopg.Error as error:
        raise _no_address(url, str(error).strip()) from error
    if not given.get("dbname"):
        raise _no_address(url, "it names no database")
    return {**_DEFAULTS, **given}


def _no_address(url: str, why: str) -> SettingsError:
    return SettingsError(
        f"The setting 'catalogue' cannot be {without_keys(url)!r}: {without_keys(why)}.",
        hint=f"It is like {ADDRESS}",
    )
