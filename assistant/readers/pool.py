"""Reads many files in child processes, so that no file can hang, crash or fill this one."""

import base64
import os
import subprocess
import sys
import threading
import weakref
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self, cast

from assistant.errors import AssistantError, UnreadableFile
from assistant.machine import cores, file_size
from assistant.readers.worker import receive, send
from assistant.records import Document, Heading, Page, PagePicture

START_SECONDS = 60.0
"""How long a worker may take to start: importing the readers on a busy machine."""
MOST_WORKERS = 8
"""Each takes some 100 MB; more read faster than anything is embedded."""
FILES_A_WORKER = 500
"""Files after which a worker is replaced, so that no leak grows for ever."""
MOST_AHEAD, BYTES_AHEAD = 32, 8_000_000
"""Small files that are read ahead: as many as fill a batch for the embedder, if each is short."""
_KEPT = ("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "SYSTEMROOT", "LD_LIBRARY_PATH",
         "DYLD_LIBRARY_PATH", "TMPDIR", "TEMP", "TMP")  # fmt: skip

Outcome = Document | UnreadableFile


class ReaderPool:
    """A few reused child processes that read files: `with ReaderPool() as pool: …`.

    Each file may take `seconds` of time and, by its size, up to `memory_mb` of address space; a
    child that takes more, or dies, is that one file's failure and is replaced. Children start at
    the first file, as many as there are cores unless `workers` says how many.
    """

    def __init__(
        self,
        *,
        seconds: float = 120.0,
        memory_mb: int = 2_048,
        workers: int | None = None,
        max_bytes: int = 100_000_000,
    ) -> None:
        self._seconds, self._memory_mb, self._max_bytes = seconds, memory_mb, max_bytes
        self._workers = max(1, workers or min(cores(), MOST_WORKERS))
        self._idle: deque[_Worker] = deque()
        self._all: set[_Worker] = set()
        self._lock = threading.Lock()
        self._threads: ThreadPoolExecutor | None = None
        self._closed = False
        # A pool that is forgotten, or alive at the interpreter's end, leaves no child behind.
        self._end_children = weakref.finalize(self, _close_all, self._all)

    @property
    def workers(self) -> int:
        """How many files are read at the same time at most."""
        return self._workers

    def read_all(self, paths: Iterable[Path]) -> Iterator[tuple[Path, Outcome]]:
        """Read files and give each with its document or its error, in the order they came.

        Paths are taken as they are needed, a few ahead of what is given.
        """
        threads = self._start()
        ahead: deque[tuple[Path, Future[Outcome], int]] = deque()
        remaining = iter(paths)
        try:
            while True:
                while self._may_read_on([size for _, _, size in ahead]):
                    path = next(remaining, None)
                    if path is None:
                        break
                    ahead.append((path, threads.submit(self.read, path), file_size(path)))
                if not ahead:
                    return
                path, future, _ = ahead.popleft()
                yield path, future.result()
        finally:
            for _, future, _ in ahead:
                future.cancel()

    def _may_read_on(self, ahead: Sequence[int]) -> bool:
        """Whether another file may be read ahead, beside those of these sizes."""
        few = len(ahead) < 2 * self._workers
        return few or (len(ahead) < MOST_AHEAD and sum(ahead) < BYTES_AHEAD)

    def read(self, path: Path) -> Outcome:
        """Read one file in a child process."""
        reply = self._asked(path, {"max_bytes": self._max_bytes})
        return reply if isinstance(reply, UnreadableFile) else _outcome(reply)

    def picture(self, path: Path, *, page: int, quotes: Sequence[str]) -> PagePicture:
        """Draw one page of a PDF in a child process. Raises UnreadableFile."""
        reply = self._asked(path, {"page": page, "quotes": list(quotes)})
        if isinstance(reply, UnreadableFile):
            raise reply
        if "picture" not in reply:
            raise UnreadableFile(reply["error"], hint=reply.get("hint", ""))
        drawn = reply["picture"]
        boxes = tuple((x, y, width, height) for x, y, width, height in drawn.pop("boxes"))
        return PagePicture(**{**drawn, "png": base64.b64decode(drawn["png"])}, boxes=boxes)

    def _asked(self, path: Path, request: dict[str, Any]) -> dict[str, Any] | UnreadableFile:
        worker = self._take()
        try:
            outcome = worker.ask(path, request)
        except BaseException:
            self._drop(worker)
            raise
        if worker.usable and not self._closed:
            with self._lock:
                self._idle.append(worker)
        else:
            self._drop(worker)
        return outcome

    def close(self) -> None:
        """End the children; what is being read is given up."""
        with self._lock:
            self._closed = True
            self._idle.clear()
        self._end_children()
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=True)
            self._threads = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _start(self) -> ThreadPoolExecutor:
        with self._lock:
            if self._closed:
                raise AssistantError("The reader pool is closed.", hint="Make a new ReaderPool.")
            if self._threads is None:
                self._threads = ThreadPoolExecutor(self._workers, thread_name_prefix="reading")
            return self._threads

    def _take(self) -> "_Worker":
        with self._lock:
            if self._closed:
                raise AssistantError("The reader pool is closed.", hint="Make a new ReaderPool.")
            if self._idle:
                return self._idle.pop()
        worker = _Worker(
            seconds=self._seconds, memory_mb=self._memory_mb, max_bytes=self._max_bytes
        )
        with self._lock:
            self._all.add(worker)
        return worker

    def _drop(self, worker: "_Worker") -> None:
        with self._lock:
            self._all.discard(worker)
        worker.close()


def _close_all(workers: "set[_Worker]") -> None:
    while workers:
        workers.pop().close()


class _Worker:
    """One child process and the pipes to it."""

    def __init__(self, *, seconds: float, memory_mb: int, max_bytes: int) -> None:
        self._seconds, self._memory_mb, self._max_bytes = seconds, memory_mb, max_bytes
        self._read = 0
        self._broken = False
        self._process = _spawn(seconds=seconds, memory_mb=memory_mb)
        self._requests = cast(BinaryIO, self._process.stdin)
        self._replies = cast(BinaryIO, self._process.stdout)
        self._ready = False

    @property
    def usable(self) -> bool:
        """Whether the child can read another file."""
        return not self._broken and self._read < FILES_A_WORKER

    def ask(self, path: Path, request: dict[str, Any]) -> dict[str, Any] | UnreadableFile:
        """Have something done with a file; the child is killed when its time is over."""
        if not self._ready:
            self._wait_until_ready()
        self._read += 1
        reply, late = self._reply({"path": str(path.absolute()), **request}, seconds=self._seconds)
        if reply is not None and "memory" not in reply:
            return reply
        self._broken = True
        if late:
            return UnreadableFile(
                f"{path.name} took more than {self._seconds:g} seconds to read.",
                hint="Raise the setting read_seconds, or save its text as a plain .txt file.",
            )
        if reply is not None:
            return UnreadableFile(
                f"{path.name} needs more than {reply['memory']:,} MB of memory to be read.",
                hint="Split it, or save its text as a plain .txt file.",
            )
        return UnreadableFile(
            f"{path.name} made the process that read it crash.",
            hint="Save it again from its program, or save its text as a plain .txt file.",
        )

    def _wait_until_ready(self) -> None:
        greeting = self._reply({}, seconds=START_SECONDS)[0] or {}
        if "ready" not in greeting:
            self._broken = True
            why = greeting.get("failed", "it ended, or took too long")
            raise AssistantError(
                f"The process that reads files does not start ({why}).",
                hint="Install the package again: pip install --force-reinstall article-assistant",
            )
        self._ready = True

    def close(self) -> None:
        """End the child and wait for it."""
        self._process.kill()
        for pipe in (self._requests, self._replies):
            try:
                pipe.close()
            except OSError:
                continue
        self._process.wait()

    def _reply(
        self, request: dict[str, Any], *, seconds: float
    ) -> tuple[dict[str, Any] | None, bool]:
        """Send a request (none if empty) and wait for the reply; whether the time ran out."""
        late = threading.Event()

        def kill() -> None:
            late.set()
            self._process.kill()

        watchdog = threading.Timer(seconds, kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            if request:
                send(self._requests, request, escape=True)
            reply = receive(self._replies)
        except (OSError, ValueError):
            reply = None
        finally:
            watchdog.cancel()
        return reply, late.is_set() and reply is None


def _spawn(*, seconds: float, memory_mb: int) -> subprocess.Popen[bytes]:
    """Start a child that runs only our worker: nothing of the caller's program or secrets."""
    arguments = ["-P", "-m", "assistant.readers.worker", str(memory_mb), str(seconds)]
    return subprocess.Popen(
        [sys.executable, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
        start_new_session=True,  # Ctrl-C is for us: we end our children ourselves
    )


def _environment() -> dict[str, str]:
    package = Path(__file__).resolve().parents[2]
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {
        "PYTHONPATH": str(package),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }


def _outcome(reply: dict[str, Any]) -> Outcome:
    if "error" in reply:
        return UnreadableFile(reply["error"], hint=reply.get("hint", ""))
    fields = reply["document"]
    fields["tags"] = tuple(fields["tags"])
    fields["pages"] = tuple(Page(**page) for page in fields["pages"])
    fields["headings"] = tuple(Heading(**heading) for heading in fields["headings"])
    return Document(**fields)
