"""Writes what is made while the next is being made: one thread, and what it has to do in order.

Whoever makes things (reads, cuts, embeds) hands over their writing as jobs, some ahead. What came
of each is told in the maker's own thread, so that whoever is told may stop the whole by raising.
"""

import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor, wait
from types import TracebackType
from typing import Generic, Self, TypeVar

R = TypeVar("R")

MOST_AHEAD = 64
"""How much may wait to be written, in passages with all their vectors: a megabyte."""

log = logging.getLogger(__name__)


class WritingBeside(Generic[R]):
    """Does jobs in a thread, one at a time and in order: `with WritingBeside(told) as writing: …`.

    `told` gets what each job gave, in order, in the caller's thread: when the next is put, when
    somebody looks, and at the end. An error of a job is raised there, and no later job is begun.
    Where the block ends by any other error, what was handed over is still done and told of; the
    error that ended it is the one that is raised.
    """

    def __init__(self, told: Callable[[R], None], *, most: int = MOST_AHEAD) -> None:
        self._told = told
        self._most = most
        self._ahead: deque[tuple[Future[R], int]] = deque()
        self._failed = False
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writing")

    def put(self, job: Callable[[], R], *, size: int = 1) -> None:
        """Hand over a job. Waits while more than `most` is ahead; a larger one has it to itself."""
        self.look()
        while self._ahead and size + sum(each for _, each in self._ahead) > self._most:
            self._tell_of_next()
        self._ahead.append((self._thread.submit(self._do, job), size))

    def look(self) -> None:
        """Tell of what is done by now, without waiting."""
        while self._ahead and self._ahead[0][0].done():
            self._tell_of_next()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if error is None:
                while self._ahead:
                    self._tell_of_next()
        finally:
            self._finish()
            self._thread.shutdown(wait=True)

    def _tell_of_next(self) -> None:
        future, _ = self._ahead[0]
        wait([future])  # an interrupt here leaves it among those that are finished at the end
        self._ahead.popleft()
        if error := future.exception():
            self._ahead.clear()  # none of them is begun
            raise error
        self._told(future.result())

    def _finish(self) -> None:
        """Tell of what is left after an error, which itself is on its way to the caller."""
        while self._ahead:
            try:
                self._tell_of_next()
            except Exception as error:  # the first one counts; this one is only said
                log.warning("After an error: %s", error)

    def _do(self, job: Callable[[], R]) -> R:
        """In the thread: do a job, unless one before it failed."""
        if self._failed:
            raise CancelledError
        try:
            return job()
        except BaseException:
            self._failed = True
            raise
