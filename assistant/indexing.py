"""A run of indexing: articles are embedded as they come, some together, and written meanwhile."""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from assistant.errors import Cancelled
from assistant.index import Index
from assistant.pipeline import WritingBeside
from assistant.preparing import Draft, Prepared
from assistant.progress import Meter

R = TypeVar("R")

TOGETHER = 16
"""Passages of short articles that are embedded together: what an embedder is given at once."""


@dataclass(frozen=True, slots=True, eq=False)
class _Waiting(Generic[R]):
    item: str
    draft: Draft
    write: Callable[[Prepared], R]
    undo: Callable[[], None]


class Run(Generic[R]):
    """Takes what was read, in order; see `run`."""

    def __init__(self, index: Index, *, meter: Meter, writing: WritingBeside[R]) -> None:
        self._index = index
        self._meter = meter
        self._writing = writing
        self._waiting: deque[_Waiting[R]] = deque()

    def put(
        self,
        draft: Draft,
        *,
        item: str,
        write: Callable[[Prepared], R],
        undo: Callable[[], None] = lambda: None,
    ) -> None:
        """Take an article: it is embedded with the next ones, then `write` is done in the thread.

        `item` is its name for progress; `undo` is done where it is cancelled before it is embedded.
        """
        self._waiting.append(_Waiting(item, draft, write, undo))
        if sum(len(each.draft.passages) for each in self._waiting) >= TOGETHER:
            self.embed()

    def note(self, job: Callable[[], R]) -> None:
        """Have something written in its turn, such as why a file cannot be read."""
        self.embed()
        self._writing.put(job)

    def embed(self) -> None:
        """Embed what waits, and hand it over to be written."""
        if not self._waiting:
            return
        items = {id(each.draft): each.item for each in self._waiting}

        def on_embedded(draft: Draft, count: int) -> None:
            self._writing.look()
            self._meter.passages(count, of=len(draft.passages), item=items[id(draft)])

        drafts = [each.draft for each in self._waiting]
        for prepared in self._index.embed(drafts, on_embedded=on_embedded):
            write = partial(self._waiting[0].write, prepared)
            self._writing.put(write, size=len(prepared.draft.passages))
            self._waiting.popleft()

    def undo(self) -> None:
        """Undo what was begun for the articles that are not handed over."""
        while self._waiting:
            self._waiting.popleft().undo()


@contextmanager
def run(index: Index, *, meter: Meter, told: Callable[[R], None]) -> Iterator[Run[R]]:
    """Index what is put while the block lasts; `told` hears what each writing gave, in order.

    What is embedded when the block ends by an error is still written. `told` and whoever hears of
    progress may raise Cancelled.
    """
    with WritingBeside(told) as writing:
        going = Run(index, meter=meter, writing=writing)
        try:
            yield going
            going.embed()
        except Cancelled:
            going.undo()
            raise
