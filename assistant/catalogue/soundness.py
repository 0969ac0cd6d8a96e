"""Notices when the index's file was changed by anything but us, or may have been left damaged.

While no process writes, `catalogue.sound` says what the file looked like when it was last closed in
order: size, time and a hash of the content. Whoever opens it as the only one compares. A killed
process leaves no such note; then SQLite's own check has to do.
"""

import hashlib
import json
import os
import sqlite3
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from assistant.errors import DamagedFile
from assistant.folders import sync_folder
from assistant.sqlite import is_sound

MOST_HASHED = 500_000_000
"""Bytes up to which a file is hashed when it is closed, and read whole when it was not."""

REPAIR = "Run: assistant sync — it is made again from the corpus folder."


class Watch:
    """Who has the file open, and whether it was closed in order."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._mark = file.with_suffix(".sound")
        self._written = False
        self._handle = os.open(file.with_suffix(".open"), os.O_RDWR | os.O_CREAT, 0o644)

    def opening(self) -> None:
        """Check the file, unless another process has it open and did so. Raises DamagedFile."""
        alone = _lock(self._handle, exclusive=True)  # else we wait below for whoever checks now
        try:
            if alone and self._file.exists():
                self._check()
        except BaseException:
            os.close(self._handle)
            raise
        _lock(self._handle, exclusive=False)

    def writing(self) -> None:
        """Say that the file is about to change."""
        if not self._written:
            with suppress(FileNotFoundError):
                self._mark.unlink()
                sync_folder(self._mark.parent)
            self._written = True

    def closing(self) -> None:
        """Note what the file looks like, unless another process still has it open."""
        if self._handle < 0:
            return
        try:
            # A disk that is full or read-only: the next to open it checks instead.
            if _lock(self._handle, exclusive=True) and not self._mark.exists():
                with suppress(OSError, sqlite3.Error):
                    self._note()
        finally:
            os.close(self._handle)
            self._handle = -1

    # --- inside ---

    def _note(self) -> None:
        with closing(sqlite3.connect(self._file)) as db:
            busy, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if not busy and not self._tail():
            temporary = self._mark.with_suffix(".new")
            temporary.write_text(json.dumps(_look(self._file)), "utf-8")
            temporary.replace(self._mark)

    def _check(self) -> None:
        noted = self._noted()
        stat = self._file.stat()
        if noted and not self._tail():
            if (noted.get("size"), noted.get("mtime_ns")) == (stat.st_size, stat.st_mtime_ns):
                return
            if noted.get("hash") and _hash(self._file) == noted["hash"]:
                return
            if noted.get("hash"):
                raise self._damaged("something changed it after it was closed")
        if stat.st_size <= MOST_HASHED and not self._is_sound():
            raise self._damaged("SQLite finds it malformed")

    def _is_sound(self) -> bool:
        try:
            with closing(sqlite3.connect(self._file)) as db:
                if not is_sound(db):
                    return False
                if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'keywords'").fetchone():
                    db.execute("INSERT INTO keywords (keywords) VALUES ('integrity-check')")
                return True
        except sqlite3.OperationalError as error:
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_CORRUPT:
                return False
            raise
        except sqlite3.DatabaseError:
            return False

    def _noted(self) -> dict[str, Any]:
        try:
            noted = json.loads(self._mark.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return noted if isinstance(noted, dict) else {}

    def _tail(self) -> int:
        """The size of what is written but not yet in the file itself."""
        try:
            return self._file.with_name(self._file.name + "-wal").stat().st_size
        except FileNotFoundError:
            return 0

    def _damaged(self, why: str) -> DamagedFile:
        return DamagedFile(f"The index file {self._file} is damaged: {why}.", hint=REPAIR)


def _look(file: Path) -> dict[str, Any]:
    stat = file.stat()
    hashed = _hash(file) if stat.st_size <= MOST_HASHED else ""
    return {"size": stat.st_size, "mtime_ns": stat.st_mtime_ns, "hash": hashed}


def _hash(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def _lock(handle: int, *, exclusive: bool) -> bool:
    """Take the lock: alone without waiting, or beside others. It goes with a process that dies."""
    try:
        import fcntl
    except ImportError:  # Windows: nobody is ever alone, so that nothing is checked or noted
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB if exclusive else fcntl.LOCK_SH)
    except BlockingIOError:
        return False
    return True
