"""Keeps the file with what a person made whole: opening, migrating, copying, restoring.

personal.sqlite
personal.copies/000007.sqlite    the checked copies, the highest number the newest
personal.damaged-1.sqlite        a file that was found damaged, kept aside
"""

import logging
import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from importlib.resources import files
from pathlib import Path

from filelock import FileLock

from assistant.errors import DamagedFile, DataError
from assistant.sqlite import explain, is_sound

COPY_EVERY = 30.0
"""Seconds of writing after which a new copy is made; one is made at closing, too."""

COPIES_KEPT = 5
A_DAY = 86_400.0

log = logging.getLogger(__name__)


class PersonalFile:
    """One SQLite file that is checked when opened, copied when written, and restored when broken.

    Raises DataError where it cannot be used, NoSpace where the disk is full.
    """

    def __init__(self, file: Path) -> None:
        self.file = file
        self.copies = file.with_suffix(".copies")
        self._guard = threading.RLock()
        self._changed = False
        self._copied = time.monotonic()
        self._lock = FileLock(file.with_suffix(".lock"), thread_local=False)
        with self._mapped(), self._lock:
            self._db = self._open()

    def close(self) -> None:
        """Copy what is new, and let go of the file."""
        with self._guard, self._mapped():
            try:
                if self._changed:
                    self._copy()
            finally:
                self._db.close()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection inside one write transaction: all of it, or nothing."""
        with self._guard, self._mapped():
            before = self._db.total_changes
            with self._db:
                self._db.execute("BEGIN IMMEDIATE")
                yield self._db
            self._changed |= self._db.total_changes > before
            if self._changed and time.monotonic() - self._copied > COPY_EVERY:
                self._copy()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for reading; read all you need before leaving."""
        with self._guard, self._mapped():
            yield self._db

    # --- opening --------------------------------------------------------------------------------

    def _open(self) -> sqlite3.Connection:
        """Open the file, sound and of today's shape; a broken or missing one is restored first."""
        if not self.file.exists() and self._numbers():
            log.warning("%s is missing; its newest sound copy takes its place.", self.file)
            self._restore()
        db = self._connect()
        if not is_sound(db):
            db.close()
            self._keep_aside()
            db = self._connect()
        try:
            self._migrate(db)
        except BaseException:
            db.close()
            raise
        return db

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self.file, timeout=60, check_same_thread=False)
        # What is no database is found by the check that follows, which restores it.
        with suppress(sqlite3.DatabaseError):
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = FULL")
        return db

    def _keep_aside(self) -> None:
        """Put the newest sound copy in the damaged file's place. Raises DamagedFile without one."""
        if not any(_file_is_sound(self._copy_file(number)) for number in self._numbers()):
            raise DamagedFile(
                f"{self.file}, which holds what you made, is damaged, and there is no copy of it.",
                hint=f"Put back one of your own, or start anew: mv '{self.file}' '{self.file}.bad'",
            )
        number = 1
        while (aside := self.file.with_suffix(f".damaged-{number}.sqlite")).exists():
            number += 1
        for tail in ("-wal", "-shm"):
            with suppress(FileNotFoundError):
                self.file.with_name(self.file.name + tail).replace(
                    aside.with_name(aside.name + tail)
                )
        self.file.replace(aside)
        self._restore()
        log.warning("%s was damaged: it is kept as %s, a copy took its place.", self.file, aside)

    def _restore(self) -> None:
        for number in reversed(self._numbers()):
            copy = self._copy_file(number)
            if _file_is_sound(copy):
                temporary = self.file.with_suffix(".restoring")
                temporary.write_bytes(copy.read_bytes())
                _last(temporary)
                temporary.replace(self.file)
                return

    # --- migrating ------------------------------------------------------------------------------

    def _migrate(self, db: sqlite3.Connection) -> None:
        """Bring the shape up to date, step by step; before the first step a copy is made."""
        steps = migrations()
        (version,) = db.execute("PRAGMA user_version").fetchone()
        if version > len(steps):
            raise DataError(
                f"{self.file} was written by a newer version of the assistant.",
                hint="Update the assistant: pip install -U article-assistant",
            )
        if 0 < version < len(steps):
            self._write_copy(db, fresh=True)
        for number, script in enumerate(steps[version:], start=version + 1):
            with db:
                db.execute("BEGIN IMMEDIATE")
                for statement in statements(script):
                    db.execute(statement)
                db.execute(f"PRAGMA user_version = {number}")

    # --- copying --------------------------------------------------------------------------------

    def _copy(self) -> None:
        """Copy what was written; what was written stands, whether or not it can be copied."""
        self._copied = time.monotonic()
        try:
            with self._lock:
                self._write_copy(self._db)
            self._changed = False
        except (sqlite3.Error, OSError, DamagedFile) as error:
            log.warning("%s could not be copied: %s", self.file, error)

    def _write_copy(self, db: sqlite3.Connection, *, fresh: bool = False) -> None:
        """Copy the file and check the copy: in the newest one's place, or beside it (`fresh`).

        Once a day a copy stays, so that there is a way back to before a mistake. Raises DataError.
        """
        self.copies.mkdir(exist_ok=True)
        numbers = self._numbers()
        newest = numbers[-1] if numbers else 0
        fresh = fresh or not numbers or self._age(newest) > A_DAY
        temporary = self.copies / "new"
        try:
            with closing(sqlite3.connect(temporary)) as copy:
                db.backup(copy)
                copy.execute("PRAGMA journal_mode = DELETE")  # one file, whole by itself
                if not is_sound(copy):
                    raise DamagedFile(
                        f"No sound copy of {self.file} could be made.",
                        hint="Restore it from an export: assistant import FILE",
                    )
            _last(temporary)
            temporary.replace(self._copy_file(newest + 1 if fresh else newest))
        finally:
            temporary.unlink(missing_ok=True)
        for number in self._numbers()[:-COPIES_KEPT]:
            self._copy_file(number).unlink(missing_ok=True)

    def _copy_file(self, number: int) -> Path:
        return self.copies / f"{number:06d}.sqlite"

    def _numbers(self) -> list[int]:
        found = (path.stem for path in self.copies.glob("*.sqlite"))
        return sorted(int(stem) for stem in found if stem.isdecimal())

    def _age(self, number: int) -> float:
        """How far the copy's time is from now; a clock set back makes it old, too."""
        return abs(time.time() - self._copy_file(number).stat().st_mtime)

    @contextmanager
    def _mapped(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise explain(
                error,
                file=self.file,
                what="The file with what you made",
                mend="Run: assistant doctor --repair — it puts the newest sound copy in its place.",
            ) from error


def migrations() -> list[str]:
    """The steps from nothing to today's shape, in order."""
    folder = files("assistant.personal").joinpath("migrations")
    steps = sorted(
        (int(entry.name.split("-")[0]), entry)
        for entry in folder.iterdir()
        if entry.name.endswith(".sql")
    )
    assert [number for number, _ in steps] == list(range(1, len(steps) + 1)), "numbers have a gap"
    return [entry.read_text("utf-8") for _, entry in steps]


def statements(script: str) -> Iterator[str]:
    """The statements of a script, one by one: `executescript` would end the transaction first."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""
    if statement.strip():
        yield statement


def _file_is_sound(file: Path) -> bool:
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as db:
            return is_sound(db)
    except sqlite3.Error:
        return False


def _last(file: Path) -> None:
    """Make a file's content last through a power cut."""
    with file.open("rb+") as written:
        os.fsync(written.fileno())
