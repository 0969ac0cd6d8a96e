"""The data folder: where the index, what a person made and the trash lie, and who may write.

.assistant/
    index/CURRENT      the name of the generation in force
    index/1/           catalogue.sqlite and chroma/ of one generation
    personal.sqlite    what a person made
    trash/ID/          a removed article's file and where it was
    write.lock         held for each write; write.holder says by whom
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import DataError, Locked

_WAIT_SECONDS = 60.0


class DataFolder:
    """Paths and locks inside one data folder. Raises DataError where it cannot be written."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = FileLock(root / "write.lock", thread_local=False)
        try:
            (root / "index").mkdir(parents=True, exist_ok=True)
            (root / ".gitignore").write_text("*\n", "utf-8")
        except OSError as error:
            raise DataError(
                f"The data folder {root} cannot be written: {error.strerror}.",
                hint="Name one that can: --data DIR, or the setting 'data'.",
            ) from error

    @property
    def personal(self) -> Path:
        """The file with what a person made."""
        return self.root / "personal.sqlite"

    @property
    def trash(self) -> Path:
        """The folder with removed articles."""
        return self.root / "trash"

    def temporary(self) -> Path:
        """A folder for files on their way into the corpus, on the same disk as the data."""
        folder = self.root / "incoming"
        folder.mkdir(exist_ok=True)
        return folder

    # --- generations of the index ---

    def generation(self) -> str:
        """The name of the index generation in force."""
        try:
            return (self.root / "index" / "CURRENT").read_text("utf-8").strip() or "1"
        except FileNotFoundError:
            return "1"

    def index(self, generation: str) -> Path:
        """The folder of one generation, made if needed."""
        folder = self.root / "index" / generation
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def next_generation(self) -> str:
        """The name of the generation a rebuild fills; the same one until it is switched to."""
        return str(int(self.generation()) + 1)

    def switch(self, generation: str) -> None:
        """Put another generation in force, at once and for all processes."""
        pointer = self.root / "index" / "CURRENT"
        temporary = pointer.with_suffix(".new")
        with temporary.open("w", encoding="utf-8") as file:
            file.write(generation)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(pointer)

    def drop_old(self) -> None:
        """Delete the generations that are no longer in force."""
        for folder in (self.root / "index").iterdir():
            if folder.name.isdigit() and int(folder.name) < int(self.generation()):
                shutil.rmtree(folder, ignore_errors=True)

    # --- one writer at a time ---

    @contextmanager
    def writing(self, purpose: str) -> Iterator[None]:
        """Hold the write lock. Raises Locked, naming the holder, if it is not free in time."""
        try:
            self._lock.acquire(timeout=_WAIT_SECONDS)
        except Timeout as error:
            raise Locked(
                f"The corpus is being written by {self._holder()}.",
                hint="Wait for it to end, or stop it, then try again.",
            ) from error
        try:
            holder = json.dumps({"process": os.getpid(), "purpose": purpose})
            (self.root / "write.holder").write_text(holder, "utf-8")
            yield
        finally:
            self._lock.release()

    def _holder(self) -> str:
        try:
            holder = json.loads((self.root / "write.holder").read_text("utf-8"))
            return f"process {holder['process']} ({holder['purpose']})"
        except (OSError, ValueError, KeyError):
            return "another process"
