"""The one door to Chroma: the neutral vectors of all passages, for search in large corpora.

Chroma's folder is a cache. It holds nothing that is not in the catalogue, one process owns it at a
time, and whatever is wrong with it is mended by filling it again, which embeds nothing anew. A
writer that is killed can leave a folder whose opening crashes the process, so a folder that was not
closed in order is opened in a child process first.
"""

import json
import logging
import shutil
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from assistant.catalogue import Catalogue
from assistant.neutral import Neutral
from assistant.records import Vectors

_COLLECTION = "passages"
_AT_ONCE = 4000  # Chroma takes at most 5,461 rows in one call
_CHECK_SECONDS = 60.0

log = logging.getLogger(__name__)


class VectorCache:
    """Chroma over one folder, kept in step with a catalogue by the one process that owns it."""

    def __init__(self, folder: Path, *, catalogue: Catalogue, neutral: Neutral) -> None:
        self.folder = folder
        self._catalogue = catalogue
        self._neutral = neutral
        self._lock = FileLock(folder.with_suffix(".lock"))
        self._guard = threading.Lock()
        self._collection: Any = None
        self._client: Any = None

    @property
    def is_open(self) -> bool:
        """Whether this process owns the folder and has it open."""
        return self._collection is not None

    def open(self) -> bool:
        """Take the folder, mend it where needed, bring it up to date. False: another owns it."""
        with self._guard:
            if self._collection is None:
                try:
                    self._lock.acquire(timeout=0)
                except Timeout:
                    return False
                if self.folder.exists() and not self._usable():
                    log.warning("The vector cache is filled again from the catalogue.")
                    shutil.rmtree(self.folder, ignore_errors=True)
                self._connect()
            self._catch_up()
        return True

    def nearest(self, query: Vectors, *, most: int) -> list[int]:
        """The numbers of the nearest passages to a neutral query vector, best first."""
        with self._guard:
            self._catch_up()
            count = self._collection.count()
            if not count:
                return []
            found = self._collection.query(
                query_embeddings=[query], n_results=min(most, count), include=[]
            )
        return [int(number) for number in found["ids"][0]]

    def count(self) -> int:
        """How many vectors the cache holds."""
        with self._guard:
            return int(self._collection.count()) if self._collection is not None else 0

    def close(self) -> None:
        """Close the folder in order and let another process have it."""
        with self._guard:
            if self._collection is None:
                return
            self._collection = None
            self._client.close()
            self._client = None
            if self.folder.exists():  # another process may have rebuilt, and dropped this one
                self._write_state(closed=True)
            self._lock.release()

    # --- inside ---

    @property
    def _state_file(self) -> Path:
        return self.folder / "state.json"

    def _state(self) -> dict[str, Any]:
        try:
            state = json.loads(self._state_file.read_text("utf-8"))
        except (OSError, ValueError):
            return {}
        return state if isinstance(state, dict) else {}

    def _write_state(self, **changes: Any) -> None:
        state = self._state() | {"neutral": self._neutral.version} | changes
        temporary = self._state_file.with_suffix(".new")
        temporary.write_text(json.dumps(state), "utf-8")
        temporary.replace(self._state_file)

    def _usable(self) -> bool:
        """Whether the folder can be opened, holds this catalogue's vectors and is not damaged."""
        state = self._state()
        if state.get("neutral") != self._neutral.version or "number" not in state:
            return False
        return bool(state.get("closed")) or _opens_in_a_child(self.folder)

    def _connect(self) -> None:
        import chromadb
        from chromadb.config import Settings

        self.folder.mkdir(parents=True, exist_ok=True)
        self._write_state(closed=False)
        self._client = chromadb.PersistentClient(
            str(self.folder), settings=Settings(anonymized_telemetry=False)
        )
        self._collection = self._client.get_or_create_collection(
            _COLLECTION,
            embedding_function=None,  # else Chroma attaches one that downloads a model
            configuration={"hnsw": {"space": "cosine"}},
        )

    def _catch_up(self) -> None:
        """Forget what was dropped, then add what is new; each step may be repeated safely."""
        state = self._state()
        change = self._catalogue.change()
        if state.get("change") == change:
            return
        gone = self._catalogue.dropped_after(int(state.get("change", -1)))
        self._delete([number for number in gone if number <= int(state.get("number", 0))])
        self._add(after=int(state.get("number", 0)))
        self._write_state(change=change)

    def _delete(self, numbers: Sequence[int]) -> None:
        for first in range(0, len(numbers), _AT_ONCE):
            self._collection.delete(ids=[str(n) for n in numbers[first : first + _AT_ONCE]])

    def _add(self, *, after: int) -> None:
        while True:
            numbers, raw = self._catalogue.vectors_after(after, most=_AT_ONCE)
            if not numbers:
                break
            # A number's words never change, so that `add`, which ignores known IDs, is enough.
            self._collection.add(
                ids=[str(number) for number in numbers], embeddings=self._neutral.passages(raw)
            )
            after = numbers[-1]
            self._write_state(number=after)


def _opens_in_a_child(folder: Path) -> bool:
    """Open the folder and search it in a child process, since a damaged one can crash."""
    call = [sys.executable, "-m", "assistant.vectors", str(folder)]
    try:
        return subprocess.run(call, capture_output=True, timeout=_CHECK_SECONDS).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def check(folder: str) -> None:
    """Open, count and search a folder; anything wrong raises, or ends the process."""
    import chromadb
    from chromadb.config import Settings

    client = chromadb.PersistentClient(folder, settings=Settings(anonymized_telemetry=False))
    collection = client.get_collection(_COLLECTION, embedding_function=None)
    if collection.count():
        some = collection.get(limit=1, include=["embeddings"])
        collection.query(query_embeddings=some["embeddings"], n_results=1)


if __name__ == "__main__":
    check(sys.argv[1])
