"""A data folder whose index lies in PostgreSQL, for processes that share no disk.

The database says which generation of the index is in force, and in which corpus folder its articles
lie: there they are added, changed and removed. Whoever has another folder, or none, only asks. What
a person made and the trash stay in the folder.
"""

import platform
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

from filelock import Timeout

from assistant.catalogue.database import Lock
from assistant.catalogue.in_postgres import (
    PREFIX,
    ServerLock,
    check_encoding,
    identity,
    schema_of,
)
from assistant.catalogue.postgres import Connection, Server
from assistant.errors import DataError, Locked
from assistant.folders import DataFolder

VERSION = "1"
"""Of the table `state`."""
HOME = ".assistant-corpus"
"""The file that a corpus folder is known by to its catalogue; it is copied with the folder."""
_WAIT_SECONDS = 60.0
_MAKE = (
    f"CREATE SCHEMA IF NOT EXISTS {PREFIX}",
    f"CREATE TABLE IF NOT EXISTS {PREFIX}.state (key TEXT PRIMARY KEY, value TEXT NOT NULL)",
    f"INSERT INTO {PREFIX}.state VALUES ('version', '{VERSION}') ON CONFLICT DO NOTHING",
)


class SharedFolder(DataFolder):
    """The generations of the index in a database; paths and all else in a folder."""

    def __init__(self, root: Path, *, url: str, corpus: Path) -> None:
        super().__init__(root)
        self._corpus = corpus
        self._server = Server(url, schema=PREFIX)
        self._writer: Lock = ServerLock(self._server, name=f"{PREFIX} write")
        self._rebuilder: Lock = ServerLock(self._server, name=f"{PREFIX} rebuild")
        try:
            with self._server.transaction() as db:
                self._make(db)
                self._local = root / "postgresql" / identity(db)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close the connections."""
        self._server.close()

    # --- generations of the index ---

    def generation(self) -> str:
        """The name of the index generation in force."""
        return self._state("current") or str(min(self._generations(), default=1))

    def index(self, generation: str) -> Path:
        """The folder for what this machine keeps of one generation, made if needed."""
        folder = self._local / generation
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def switch(self, generation: str) -> None:
        """Put another generation in force, at once and for all processes."""
        self._set_state("current", generation)

    def drop(self, generation: str) -> None:
        """Delete a generation that is not in force."""
        self._drop_schema(schema_of(generation))
        shutil.rmtree(self._local / generation, ignore_errors=True)

    def keep_aside(self, generation: str) -> str:
        """Put a damaged generation where nobody opens it; of those only the newest is kept."""
        for schema in self._schemas():
            if schema.startswith(schema_of("damaged_")):
                self._drop_schema(schema)
        aside = schema_of(f"damaged_{generation}")
        if schema_of(generation) in self._schemas():
            with self._server.connection() as db:
                db.script(f'ALTER SCHEMA "{schema_of(generation)}" RENAME TO "{aside}"')
        shutil.rmtree(self._local / generation, ignore_errors=True)
        return f"the schema {aside}"

    def _generations(self) -> list[int]:
        names = (schema.removeprefix(schema_of("")) for schema in self._schemas())
        return sorted(int(name) for name in names if name.isdecimal())

    # --- one writer at a time, and in one folder ---

    @contextmanager
    def writing(self, purpose: str) -> Iterator[None]:
        """Hold the write lock, here and on the server. Raises Locked, and DataError elsewhere."""
        with super().writing(purpose), ExitStack() as held:
            try:
                held.enter_context(self._writer.acquire(_WAIT_SECONDS))
            except Timeout as error:
                raise Locked(
                    "The corpus is being written by another machine.",
                    hint="Wait for it to end, or stop it, then try again.",
                ) from error
            self.check_home()
            if not self._state("home"):
                self._settle(self._here() or uuid4().hex)
            yield

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        """Hold the lock of a rebuild. Raises Locked, and DataError elsewhere."""
        with super().rebuilding(), ExitStack() as held:
            try:
                held.enter_context(self._rebuilder.acquire(0))
            except Timeout as error:
                raise Locked(
                    "Another machine is rebuilding the index.", hint="Wait for it to end."
                ) from error
            self.check_home()
            yield

    def check_home(self) -> None:
        """Raise DataError where the articles of the catalogue lie in another folder.

        The first folder that is written from becomes theirs.
        """
        home = self._state("home")
        if home and home != self._here():
            raise DataError(
                f"{self._corpus} is not the folder of these articles: they lie in "
                f"{self._state('home_is')}, and this one may only be asked.",
                hint="Add, change and remove articles there, or name that folder: --corpus DIR",
            )

    # --- inside ---

    def _here(self) -> str:
        try:
            return (self._corpus / HOME).read_text("utf-8", "replace").strip()
        except FileNotFoundError:
            return ""

    def _settle(self, name: str) -> None:
        (self._corpus / HOME).write_text(name + "\n", "utf-8")
        self._set_state("home_is", f"{self._corpus} on {platform.node()}")
        self._set_state("home", name)

    def _make(self, db: Connection) -> None:
        there = db.execute("SELECT to_regclass(?)", (f"{PREFIX}.state",)).fetchone()[0]
        if there is None:
            check_encoding(db, where=self._server.where)
            for statement in _MAKE:
                db.script(statement)
        found = db.execute("SELECT value FROM state WHERE key = 'version'").fetchone()
        if not found or found[0] != VERSION:
            raise DataError(
                f"The catalogue at {self._server.where} was made by another version of the "
                f"assistant: it is of version {found[0] if found else 0}, not {VERSION}.",
                hint="Run that version, or name another database: --catalogue URL",
            )

    def _schemas(self) -> list[str]:
        with self._server.connection() as db:
            query = "SELECT nspname FROM pg_namespace WHERE starts_with(nspname, ?)"
            return sorted(row[0] for row in db.execute(query, (schema_of(""),)))

    def _drop_schema(self, schema: str) -> None:
        with self._server.connection() as db:
            db.script(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')

    def _state(self, key: str) -> str:
        with self._server.connection() as db:
            row = db.execute("SELECT value FROM state WHERE key = ?", (key,)).fetchone()
        return row[0] if row else ""

    def _set_state(self, key: str, value: str) -> None:
        insert = "INSERT INTO state VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = ?"
        with self._server.connection() as db:
            db.execute(insert, (key, value, value))
