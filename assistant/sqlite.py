"""What SQLite's errors mean to a person: the file is damaged, the disk full, another one writes."""

import shutil
import sqlite3
from pathlib import Path

from assistant.errors import AssistantError, DamagedFile, DataError, Locked, NoSpace

_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_FORMAT})
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_REFUSED = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM})
_MADE_OTHERWISE = ("Could not decode to UTF-8", "no such table", "no such column")
_LEAST_FREE = 1 << 20
"""Bytes: an input or output error with less room than this is a full disk."""


def explain(error: sqlite3.Error, *, file: Path, what: str, mend: str) -> AssistantError:
    """The error to raise instead. `what` names the file's content, `mend` the command that helps.

    Codes are those of SQLite (sqlite.org/rescode.html); of an extended code the low byte counts.
    """
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
    if code in _BUSY:
        return Locked(
            f"Another process has been writing to {file} for over a minute.",
            hint="Wait for it to end, then try again.",
        )
    if code == sqlite3.SQLITE_FULL or (code == sqlite3.SQLITE_IOERR and _is_full(file)):
        return NoSpace(
            f"The disk is full: {file} cannot grow. What was written before is whole.",
            hint="Make room, then run the command again: it goes on where it stopped.",
        )
    if code in _DAMAGED or str(error).startswith(_MADE_OTHERWISE):
        return DamagedFile(f"{what} {file} is damaged: {error}.", hint=mend)
    if code in _REFUSED:
        return DataError(
            f"{what} {file} cannot be written: {error}.",
            hint=f"Allow it: chmod -R u+rwX '{file.parent}' — or name another: --data DIR",
        )
    return DataError(f"{what} {file} cannot be used: {error}.", hint=mend)


def is_sound(db: sqlite3.Connection) -> bool:
    """Whether SQLite finds nothing wrong with a file and every value in it can be read."""
    try:
        if db.execute("PRAGMA integrity_check(1)").fetchone()[0] != "ok":
            return False
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            for _ in db.execute(f'SELECT * FROM "{name}"'):
                pass
    except sqlite3.DatabaseError:
        return False
    return True


def _is_full(file: Path) -> bool:
    try:
        return shutil.disk_usage(file.parent).free < _LEAST_FREE
    except OSError:
        return False
