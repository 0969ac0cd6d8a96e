"""The data folder: where the index, what a person made and the trash lie, and who may write.

.assistant/
    index/CURRENT      the name of the generation in force
    index/2/           catalogue.sqlite and chroma/ of one generation
    index/1/           the one before, to go back to
    index/damaged-1/   one that was found damaged, kept aside
    personal.sqlite    what a person made
    trash/ID/          a removed article's file and where it was
    write.lock         held for each write; write.holder says by whom
"""

import errno
import json
import logging
import os
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from assistant.errors import DataError, Locked, NoSpace

_WAIT_SECONDS = 60.0
_LOOK_SECONDS = 0.1
_TELL_SECONDS = 2.0
"""How long a writer waits for another before it says for whom."""

log = logging.getLogger(__name__)


class DataFolder:
    """Paths and locks inside one data folder. Raises DataError where it cannot be written."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._lock = FileLock(root / "write.lock", thread_local=False)
        self._threads = threading.RLock()  # the file's lock lets in all threads of its process
        try:
            (root / "index").mkdir(parents=True, exist_ok=True)
            if not (root / ".gitignore").exists():
                (root / ".gitignore").write_text("*\n", "utf-8")
        except OSError as error:
            raise _unwritable(root, error) from error

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

    def check_home(self) -> None:
        """Raise DataError where articles may not be written from this folder."""

    def close(self) -> None:
        """Let go of what is open; it is opened again when it is needed."""

    # --- generations of the index ---

    def generation(self) -> str:
        """The name of the index generation in force."""
        try:
            name = (self.root / "index" / "CURRENT").read_text("utf-8", "replace").strip()
        except FileNotFoundError:
            name = ""
        if name.isdecimal():
            return name
        return str(min(self._generations(), default=1))  # a later one may be half made

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
        sync_folder(pointer.parent)

    def former(self) -> str | None:
        """The newest generation before the one in force, if there is one to go back to."""
        now = int(self.generation())
        before = [number for number in self._generations() if number < now]
        return str(before[-1]) if before else None

    def old(self) -> list[str]:
        """The generations before the former one, which nobody goes back to."""
        former = int(self.former() or 0)
        return [str(number) for number in self._generations() if number < former]

    def drop(self, generation: str) -> None:
        """Delete a generation that is not in force."""
        shutil.rmtree(self.root / "index" / generation, ignore_errors=True)

    def keep_aside(self, generation: str) -> str:
        """Put a damaged generation where nobody opens it, and say where; the newest is kept."""
        for older in (self.root / "index").glob("damaged-*"):
            shutil.rmtree(older, ignore_errors=True)
        aside = self.root / "index" / f"damaged-{generation}"
        (self.root / "index" / generation).replace(aside)
        return str(aside)

    def _generations(self) -> list[int]:
        try:
            folders = list((self.root / "index").iterdir())
        except FileNotFoundError as error:
            raise DataError(
                f"The data folder {self.root} is not there any more.",
                hint="Put it back, or name it: assistant --corpus DIR, or --data DIR",
            ) from error
        return sorted(int(folder.name) for folder in folders if folder.name.isdecimal())

    # --- one writer at a time ---

    @contextmanager
    def writing(self, purpose: str) -> Iterator[None]:
        """Hold the write lock. Raises Locked, naming the holder, if one holds it for a minute."""
        started = time.monotonic()
        if not self._threads.acquire(timeout=_WAIT_SECONDS):
            raise self._locked()
        try:
            self._acquire(started)
            try:
                holder = json.dumps({"process": os.getpid(), "purpose": purpose})
                _overwrite(self.root / "write.holder", holder)
                yield
            finally:
                self._lock.release()
        except OSError as error:
            raise self._explained(error) from error
        finally:
            self._threads.release()

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        """Hold the lock of a rebuild. Raises Locked if another process is at it."""
        lock = FileLock(self.root / "rebuild.lock", thread_local=False)
        try:
            lock.acquire(timeout=0)
        except Timeout as error:
            raise Locked(
                "Another process is rebuilding the index.", hint="Wait for it to end, or stop it."
            ) from error
        except OSError as error:
            raise self._explained(error) from error
        try:
            yield
        finally:
            lock.release()

    def _explained(self, error: OSError) -> Exception:
        """What a refusal of the system means to a person; other errors as they are."""
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return NoSpace(
                f"The disk is full: nothing more can be written to {self.root}.",
                hint="Make room, then run the command again: it goes on where it stopped.",
            )
        if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            return _unwritable(self.root, error)
        return error

    def _acquire(self, started: float) -> None:
        """Wait for the lock, which goes with a process that dies; say so if it takes long."""
        told, holder = False, self._holder()
        while True:
            try:
                self._lock.acquire(timeout=_LOOK_SECONDS, poll_interval=0.02)
                return
            except Timeout:
                before, holder = holder, self._holder()
            if holder != before:  # others take turns: nobody is stuck
                started = time.monotonic()
            waited = time.monotonic() - started
            if waited > _WAIT_SECONDS:
                raise self._locked()
            if waited > _TELL_SECONDS and not told:
                log.warning("Waiting: the corpus is being written by %s.", holder)
                told = True

    def _locked(self) -> Locked:
        return Locked(
            f"The corpus is being written by {self._holder()}.",
            hint="Wait for it to end, or stop it, then try again.",
        )

    def _holder(self) -> str:
        try:
            holder = json.loads((self.root / "write.holder").read_text("utf-8"))
            return f"process {holder['process']} ({holder['purpose']})"
        except (OSError, ValueError, KeyError):
            return "another process"


def _unwritable(root: Path, error: OSError) -> DataError:
    return DataError(
        f"The data folder {root} cannot be written: {error.strerror}.",
        hint="Name one that can: --data DIR, or the setting 'data'.",
    )


def _overwrite(file: Path, text: str) -> None:
    """Write a small file in its place, without emptying it first.

    Ext4 flushes a file that was emptied when it is closed, which takes as long as the article.
    """
    handle = os.open(file, os.O_WRONLY | os.O_CREAT, 0o644)
    try:
        os.ftruncate(handle, os.write(handle, text.encode("utf-8")))
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Make a new name in a folder last through a power cut, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
