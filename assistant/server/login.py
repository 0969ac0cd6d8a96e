"""Checks an `Authorization` header against the auth file, quickly for those it knows already."""

import asyncio
import base64
import hashlib
import secrets
from pathlib import Path

from assistant.errors import AssistantError
from assistant.server.users import Users

FAILURE_SECONDS = 0.5
"""How long a wrong password has to wait for its answer."""

CHECKS_AT_ONCE = 2
"""Each check takes 32 MiB and a quarter of a second of one core."""


class FileLogin:
    """Admits the users and programs of an auth file; a change of the file counts at once.

    A page makes dozens of requests, so a header that was right is remembered as a keyed hash until
    the file changes.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._users = Users.load(path)
        self._stamp = _stamp(path)
        self._known: set[bytes] = set()
        self._key = secrets.token_bytes(32)
        self._turn = asyncio.Semaphore(CHECKS_AT_ONCE)

    async def admits(self, authorization: str) -> str | None:
        """The name of the known user or program that this header is of, else None."""
        self._refresh()
        users = self._users
        scheme, _, value = authorization.partition(" ")
        if scheme.lower() == "bearer":
            return users.program_of(value.strip())
        credentials = _basic(value) if scheme.lower() == "basic" else None
        if credentials is None:
            return None
        mark = hashlib.blake2b(authorization.encode(), key=self._key).digest()
        if mark in self._known:
            return credentials[0]
        async with self._turn:
            right = await asyncio.to_thread(users.knows, *credentials)
        if not right:
            await asyncio.sleep(FAILURE_SECONDS)
        elif users is self._users:
            self._known.add(mark)
        return credentials[0] if right else None

    def _refresh(self) -> None:
        """Read the file again when it changed; while it is missing or broken nobody enters."""
        stamp = _stamp(self._path)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        self._known.clear()
        try:
            self._users = Users.load(self._path)
        except (AssistantError, OSError):
            self._users = Users()


def _basic(value: str) -> tuple[str, str] | None:
    try:
        name, colon, password = (
            base64.b64decode(value, validate=True).decode("utf-8").partition(":")
        )
    except ValueError:  # no base64, no UTF-8, no ASCII
        return None
    return (name, password) if colon else None


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
