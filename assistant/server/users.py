"""Who may enter: a small file of users with hashed passwords and of programs with hashed tokens.

Passwords are hashed with scrypt (RFC 7914) under a salt of their own. The cost is one that OWASP's
password storage cheat sheet recommends (N = 2^15, r = 8, p = 3: 32 MiB); it is stored with each
hash, so that it can rise later. A token has 256 random bits, so one SHA-256 is enough for it.
"""

import hashlib
import hmac
import json
import os
import secrets
import tempfile
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from assistant.errors import DataError, UsageError

SHORTEST_PASSWORD = 8
LONGEST_PASSWORD = 1024
N, R, P = 2**15, 8, 3
FORMAT = 1


@dataclass(frozen=True, slots=True)
class User:
    """A person who may enter: the hash of a password and what it was made with (hex)."""

    name: str
    salt: str
    hash: str
    n: int = N
    r: int = R
    p: int = P


@dataclass(frozen=True, slots=True)
class Program:
    """A program that may enter: the SHA-256 of its token (hex)."""

    name: str
    hash: str


@dataclass(frozen=True, slots=True)
class Users:
    """The contents of an auth file."""

    people: tuple[User, ...] = ()
    programs: tuple[Program, ...] = ()

    @classmethod
    def load(cls, path: Path) -> "Users":
        """Read an auth file. Raises UsageError where there is none, DataError for a broken one."""
        try:
            document = json.loads(path.read_text(encoding="utf-8"))
            if document["format"] != FORMAT:
                raise ValueError(f"format {document['format']!r}")
            people = tuple(_user(user) for user in document["users"])
            programs = tuple(Program(**program) for program in document["programs"])
        except FileNotFoundError as error:
            raise UsageError(
                f"There is no auth file {path}.",
                hint=f"Make one with: assistant users add NAME --auth-file {path}",
            ) from error
        except (ValueError, KeyError, TypeError) as error:
            raise DataError(
                f"The auth file {path} cannot be used: {error}.",
                hint="Move it away and add the users again with: assistant users add",
            ) from error
        return cls(people, programs)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of people and programs, in the file's order."""
        people = tuple(user.name for user in self.people)
        return people + tuple(program.name for program in self.programs)

    def knows(self, name: str, password: str) -> bool:
        """Whether this is the user's password; an unknown name takes the same time."""
        user = next((user for user in self.people if user.name == name), None)
        known = user or User(name="", salt="00" * 16, hash="00" * 64)
        right = hmac.compare_digest(_scrypt(password, known), bytes.fromhex(known.hash))
        return right and user is not None

    def program_of(self, token: str) -> str | None:
        """The name of the program that has this token, if any."""
        given = _sha256(token)
        found = None
        for program in self.programs:
            if hmac.compare_digest(given, program.hash):
                found = program.name
        return found


Entry = TypeVar("Entry", User, Program)


def add_user(path: Path, name: str, *, password: str) -> None:
    """Add a user to the file, or give a known one this password. Raises UsageError, DataError."""
    _check_name(name)
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise UsageError(
            f"A password needs at least {SHORTEST_PASSWORD} characters"
            f" and may have {LONGEST_PASSWORD:,}.",
            hint="Type the command again; several words make a good password.",
        )
    blank = User(name=name, salt=secrets.token_hex(16), hash="")
    user = User(name=name, salt=blank.salt, hash=_scrypt(password, blank).hex())
    users = _load_or_empty(path)
    _refuse_twin(name, users.programs, kind="a program")
    _save(path, Users((*_without(users.people, name), user), users.programs))


def add_token(path: Path, name: str) -> str:
    """Make a token for a program and return it; only its hash is kept. Raises as `add_user`."""
    _check_name(name)
    token = secrets.token_urlsafe(32)
    program = Program(name=name, hash=_sha256(token))
    users = _load_or_empty(path)
    _refuse_twin(name, users.people, kind="a user")
    _save(path, Users(users.people, (*_without(users.programs, name), program)))
    return token


def remove(path: Path, name: str) -> None:
    """Take a user or a program out of the file. Raises UsageError when the name is not there."""
    users = Users.load(path)
    if name not in users.names:
        raise UsageError(
            f"There is no {name!r} in {path}.",
            hint=f"See who is: assistant users list --auth-file {path}",
        )
    _save(path, Users(_without(users.people, name), _without(users.programs, name)))


def _load_or_empty(path: Path) -> Users:
    return Users.load(path) if path.exists() else Users()


def _without(entries: Iterable[Entry], name: str) -> tuple[Entry, ...]:
    return tuple(entry for entry in entries if entry.name != name)


def _check_name(name: str) -> None:
    # A colon would end the name in HTTP Basic authentication (RFC 7617, section 2).
    if not name or len(name) > 64 or not name.isprintable() or ":" in name or name != name.strip():
        raise UsageError(
            f"{name!r} cannot be a user's name.",
            hint="Use 1 to 64 letters, digits and signs, without a colon.",
        )


def _refuse_twin(name: str, entries: Iterable[User | Program], *, kind: str) -> None:
    if any(entry.name == name for entry in entries):
        raise UsageError(f"{name!r} is {kind} already.", hint="Choose another name.")


def _user(document: dict[str, Any]) -> User:
    user = User(**document)
    bytes.fromhex(user.salt), bytes.fromhex(user.hash)
    power_of_two = user.n > 1 and user.n & (user.n - 1) == 0  # what scrypt can do
    if not (power_of_two and user.n <= 2**20 and 1 <= user.r <= 32 and 1 <= user.p <= 16):
        raise ValueError(f"the cost of {user.name!r} is out of bounds")
    return user


def _scrypt(password: str, user: User) -> bytes:
    return hashlib.scrypt(
        password.encode("utf-8", errors="surrogatepass"),
        salt=bytes.fromhex(user.salt),
        n=user.n,
        r=user.r,
        p=user.p,
        maxmem=256 * user.n * user.r + 2**20,
        dklen=64,
    )


def _sha256(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", errors="surrogatepass")).hexdigest()


def _save(path: Path, users: Users) -> None:
    """Write the file whole or not at all, readable by its owner only."""
    document = {
        "format": FORMAT,
        "users": [asdict(user) for user in users.people],
        "programs": [asdict(program) for program in users.programs],
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(document, file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
