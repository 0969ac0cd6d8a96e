"""The neutral vectors of all passages, for search in large corpora.

Chroma's folder is a cache. It holds nothing that is not in the catalogue, one process owns it at a
time, and whatever is wrong with it is mended by filling it again, which embeds nothing anew. A
writer that is killed can leave a folder whose opening crashes the process, so a folder that was not
closed in order is opened in a child process first; one that was changed since is not opened at all.
While it is being filled, `nearest` gives None, and the caller searches exactly.
"""

import json
import logging
import shutil
from contextlib import suppress
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from assistant.catalogue import Catalogue
from assistant.neutral import Neutral
from assistant.vectors.checking import COLLECTION, look, opens_in_a_child
from assistant.vectors.following import Follower

_SAME = 0.999
_COMPARED = 2000  # vectors of a folder that was not closed in order, held against the catalogue

log = logging.getLogger(__name__)


class VectorCache(Follower):
    """Chroma over one folder, kept in step with a catalogue by the one process that owns it."""

    def __init__(self, folder: Path, *, catalogue: Catalogue, neutral: Neutral) -> None:
        super().__init__(catalogue=catalogue, neutral=neutral)
        self.folder = folder
        self._lock = FileLock(folder.with_suffix(".lock"))

    def open(self) -> bool:
        """Take the folder, mend it where needed, bring it up to date.

        False: another process owns it, or it cannot be written; what it would hold is searched
        exactly.
        """
        with self._guard:
            try:
                return self._open()
            except Exception as error:  # a full disk, say: Chroma raises many kinds
                log.warning("The vector cache cannot be used (%s); search is exact.", error)
                self._give_up()
                return False

    def _open(self) -> bool:
        if not self._take():
            return False
        try:
            if not self._catch_up():
                return True
            if self._collection.count() == self._catalogue.counts()[1]:
                return True
            log.warning("The vector cache lacks vectors; it is filled again.")
        except Exception as error:  # Chroma raises many kinds; each is mended the same way
            log.warning("The vector cache is damaged (%s); it is filled again.", error)
        self._begin_anew()
        self._catch_up()
        return True

    def close(self) -> None:
        """Close the folder in order and let another process have it; filling goes on later."""
        self._stopping.set()
        with self._guard:
            self._stopping.clear()
            if self._collection is None:
                return
            try:
                self._close_client()
                if self.folder.exists():  # another process may have rebuilt, and dropped this one
                    self._write_state(closed=True, files=look(self.folder))
            except OSError as error:  # a full disk: it is looked at more closely next time
                log.warning("The vector cache was not closed in order: %s", error)
            finally:
                self._lock.release()

    # --- inside ---

    def _follow(self) -> bool:
        self._catch_up()
        return True

    def _failed(self, error: Exception) -> None:
        log.warning("The vector cache is damaged (%s); it is filled again.", error)
        self._close_client()
        self._drop()
        self._fill_beside()

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

    def _take(self) -> bool:
        """Own the folder and have it open, empty if it was not usable. False: another owns it."""
        if self._collection is not None:
            return True
        try:
            self._lock.acquire(timeout=0)
        except Timeout:
            return False
        try:
            if self.folder.exists() and not self._usable():
                log.warning("The vector cache is filled again from the catalogue.")
                self._drop()
            self._connect()
        except BaseException:
            self._close_client()
            self._lock.release()
            raise
        return True

    def _usable(self) -> bool:
        """Whether the folder can be opened, holds this catalogue's vectors and is not damaged."""
        state = self._state()
        if state.get("neutral") != self._neutral.version or "number" not in state:
            return False
        if state.get("closed"):
            return bool(state.get("files") == look(self.folder))
        return opens_in_a_child(self.folder) and self._agrees()

    def _agrees(self) -> bool:
        """Whether vectors of a folder that opens are those of the catalogue."""
        try:
            self._connect()
            found = self._collection.get(limit=_COMPARED, include=["embeddings"])
            held = dict(zip(map(int, found["ids"]), found["embeddings"], strict=True))
            raw = self._catalogue.embeddings(list(held))
            own = [self._neutral.passages(raw[number].passage[None])[0] for number in raw]
            return all(
                float(vector @ held[number]) > _SAME
                for number, vector in zip(raw, own, strict=True)
            )
        except Exception as error:  # as in `open`
            log.warning("The vector cache is damaged: %s", error)
            return False
        finally:
            self._close_client()

    def _begin_anew(self) -> None:
        self._close_client()
        self._drop()
        self._connect()

    def _give_up(self) -> None:
        with suppress(Exception):  # it is of no use any more, whatever it says
            self._close_client()
        self._lock.release()

    def _drop(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _connect(self) -> None:
        import chromadb
        from chromadb.config import Settings

        self.folder.mkdir(parents=True, exist_ok=True)
        self._write_state(closed=False)
        self._client = chromadb.PersistentClient(
            str(self.folder), settings=Settings(anonymized_telemetry=False)
        )
        self._collection = self._client.get_or_create_collection(
            COLLECTION,
            embedding_function=None,  # else Chroma attaches one that downloads a model
            configuration={"hnsw": {"space": "cosine"}},
        )
