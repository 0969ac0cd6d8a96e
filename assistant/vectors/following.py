"""What keeps vectors of Chroma in step with the catalogue, in a folder or on a server."""

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from assistant.catalogue import Catalogue
from assistant.neutral import Neutral
from assistant.records import Vectors

_AT_ONCE = 2500
"""Rows in one call; Chroma takes at most 5,461. After each product the threads of OpenBLAS spin for
some 25 ms on the cores that Chroma wants: with 1,000 rows that cost a sixth of its speed."""
AT_ONCE_WHILE_ASKED = 2000
"""New vectors that are taken in before a question is answered; more are taken in beside it."""

log = logging.getLogger(__name__)


class Follower(ABC):
    """A collection of Chroma that follows a catalogue by its change counter.

    A state of three values is kept beside the vectors: the last passage `number` that was added,
    the `change` up to which the catalogue was followed, and the version of the `neutral` matrix.
    """

    def __init__(self, *, catalogue: Catalogue, neutral: Neutral) -> None:
        self._catalogue = catalogue
        self._neutral = neutral
        self._guard = threading.RLock()
        self._filling = threading.Event()
        self._stopping = threading.Event()
        self._collection: Any = None
        self._client: Any = None

    @abstractmethod
    def open(self) -> bool:
        """Bring the vectors up to date. False: they cannot be used, and search is exact."""

    @abstractmethod
    def close(self) -> None:
        """Let go of Chroma; filling goes on later."""

    @abstractmethod
    def _state(self) -> dict[str, Any]:
        """The state beside the vectors."""

    @abstractmethod
    def _write_state(self, **changes: Any) -> None:
        """Change some of it."""

    @abstractmethod
    def _follow(self) -> bool:
        """Bring open vectors in step with the catalogue. False: they cannot be asked now."""

    @abstractmethod
    def _failed(self, error: Exception) -> None:
        """Say that a question could not be answered, and let go of Chroma."""

    @property
    def _rests(self) -> bool:
        """Whether Chroma is left alone for now."""
        return self._filling.is_set()

    def nearest(self, query: Vectors, *, most: int) -> list[int] | None:
        """The numbers of the nearest passages to a neutral query vector, best first.

        None while they cannot be asked; what takes long is done in a thread of its own.
        """
        if self._rests:
            return None
        with self._guard:
            if self._collection is None or self._lacks_many():
                self._fill_beside()
                return None
            try:
                return self._nearest(query, most=most) if self._follow() else None
            except Exception as error:  # Chroma raises many kinds; each is mended the same way
                self._failed(error)
                return None

    @property
    def is_open(self) -> bool:
        """Whether this process has Chroma open."""
        return self._collection is not None

    def count(self) -> int:
        """How many vectors the cache holds."""
        with self._guard:
            return int(self._collection.count()) if self._collection is not None else 0

    # --- for those who follow ---

    def _close_client(self) -> None:
        client, self._client, self._collection = self._client, None, None
        if client is not None:
            client.close()

    def _nearest(self, query: Vectors, *, most: int) -> list[int]:
        found = self._collection.query(query_embeddings=[query], n_results=most, include=[])
        return [int(number) for number in found["ids"][0]]

    def _lacks_many(self) -> bool:
        after = int(self._state().get("number", 0))
        return self._catalogue.count_after(after) > AT_ONCE_WHILE_ASKED

    def _fill_beside(self) -> None:
        """Open and fill in a thread, unless one is at it."""
        if self._filling.is_set():
            return
        self._filling.set()
        threading.Thread(target=self._fill, name="filling the vector cache", daemon=True).start()

    def _fill(self) -> None:
        try:
            self.open()
        except Exception as error:  # the door of the thread: questions are answered exactly
            log.warning("The vector cache cannot be used: %s", error)
        finally:
            self._filling.clear()

    def _catch_up(self) -> bool:
        """Forget what was dropped, then add what is new; each step may be repeated safely.

        False if it was stopped before its end.
        """
        state = self._state()
        change = self._catalogue.change()
        if state.get("change") == change:
            return True
        gone = self._catalogue.dropped_after(int(state.get("change", -1)))
        self._delete([number for number in gone if number <= int(state.get("number", 0))])
        if not self._add(after=int(state.get("number", 0))):
            return False
        self._write_state(change=change)
        return True

    def _delete(self, numbers: Sequence[int]) -> None:
        for first in range(0, len(numbers), _AT_ONCE):
            self._collection.delete(ids=[str(n) for n in numbers[first : first + _AT_ONCE]])

    def _add(self, *, after: int) -> bool:
        while not self._stopping.is_set():
            numbers, raw = self._catalogue.vectors_after(after, most=_AT_ONCE)
            if not numbers:
                return True
            # A number's words never change, so that `add`, which ignores known IDs, is enough.
            self._collection.add(
                ids=[str(number) for number in numbers], embeddings=self._neutral.passages(raw)
            )
            after = numbers[-1]
            self._write_state(number=after)
        return False
