"""What the catalogue needs of a database: SQLite in a file, or PostgreSQL on a server.

The statements are the same in both. They are written as SQLite takes them, with `?` for values;
what differs is named here, and each database does it in a file of its own.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")

AT_ONCE = 5000


class Rows(Protocol):
    """What a statement gives; a cursor of both databases is one."""

    def __iter__(self) -> Iterator[Any]: ...

    def fetchone(self) -> Any:
        """The next row, or None."""

    def fetchall(self) -> list[Any]:
        """All rows that are left."""


class Database(Protocol):
    """One connection."""

    def execute(self, sql: str, values: Sequence[Any] = ..., /) -> Rows:
        """Run one statement."""

    def executemany(self, sql: str, values: Iterable[Sequence[Any]], /) -> Rows:
        """Run a statement once for each row of values."""


class Writable(Database, Protocol):
    """A connection that says whether a transaction is open."""

    @property
    def in_transaction(self) -> bool:
        """Whether one is."""


@contextmanager
def whole_or_not(db: Writable, *, begin: str = "BEGIN") -> Iterator[None]:
    """Make one transaction of what is done meanwhile: all of it, or nothing."""
    db.execute(begin)
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:  # a full disk or a lost server may have ended it already
            db.execute("ROLLBACK")
        raise


def in_pages(values: Collection[T]) -> Iterator[list[T]]:
    """Values some at a time: SQLite takes 32,766 in one statement, PostgreSQL 65,535."""
    listed = list(values)
    for first in range(0, len(listed), AT_ONCE):
        yield listed[first : first + AT_ONCE]


class Lock(Protocol):
    """A lock that all processes of one catalogue know; the same thread may take it again."""

    def acquire(self, timeout: float) -> AbstractContextManager[Any]:
        """Hold it. Raises filelock.Timeout where it cannot be had in so many seconds."""


Numbers = NDArray[np.int64]
Counts = NDArray[np.integer]


class KeywordIndex(Protocol):
    """Says which passage holds which term how often.

    `keywords (rowid, terms)` is written like a table.
    """

    def open_vocabulary(self, db: Database) -> None:
        """Let `vocabulary (term, doc)` be asked on this connection."""

    def holding(self, db: Database, terms: Sequence[str]) -> dict[str, int]:
        """How many passages hold each of the terms; those that none holds are left out."""

    def postings(self, db: Database, term: str) -> tuple[Numbers, Counts]:
        """The passages that hold a term, and how often each does."""

    def times(self, db: Database, terms: Sequence[str], numbers: Numbers) -> Counts:
        """How often each of these passages holds each of the terms, shape [passages, terms]."""


class Store(ABC):
    """Where one catalogue is kept, and how it is reached; safe to use from threads."""

    keywords: KeywordIndex

    @abstractmethod
    def reading(self) -> AbstractContextManager[Database]:
        """Give a connection. Raises DataError where the catalogue cannot be used."""

    @abstractmethod
    def writing(self) -> AbstractContextManager[Database]:
        """Give a connection, outside a transaction, for statements that change much."""

    @abstractmethod
    def transaction(self) -> AbstractContextManager[Database]:
        """Give a connection inside one write transaction: all of it, or nothing."""

    @abstractmethod
    def close(self) -> None:
        """Close every connection."""

    @property
    @abstractmethod
    def file(self) -> Path | None:
        """The file it is, where it is one."""

    @property
    @abstractmethod
    def identity(self) -> str:
        """What no other catalogue has, a copy of this one neither."""

    @abstractmethod
    def problems(self, db: Database) -> list[str]:
        """What is wrong with the database itself, in words."""

    @abstractmethod
    def former(self, db: Database, folder: Path) -> AbstractContextManager[str | None]:
        """What to put before the tables of another generation's catalogue; None without one."""

    @abstractmethod
    def keep(self, name: str, content: bytes) -> None:
        """Keep something beside the catalogue that all its processes read."""

    @abstractmethod
    def kept(self, name: str) -> bytes | None:
        """What is kept under a name."""

    @abstractmethod
    def lock(self, name: str) -> Lock:
        """A lock of this catalogue's own."""
