"""Runs blocking work in a thread of its own and hands on what it gives; it can be stopped."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

Item = TypeVar("Item")
Put: TypeAlias = Callable[[Item], None]

POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class _End:
    """The work is over, by itself or with an error."""

    error: BaseException | None = None


def run(
    work: Callable[[Put[Item]], None],
    *,
    stop: threading.Event,
    tick: float = 1.0,
    gather: float = 0.04,
) -> Iterator[list[Item]]:
    """Yield what `work` puts, in order: the first at once, then what came in `gather` seconds.

    An empty list comes every `tick` seconds in which nothing else did. Ends when the work is done,
    raises what it raised, and ends within a tenth of a second once `stop` is set: the thread is
    then left to finish its current step and must look at `stop` itself. Closing the iterator sets
    `stop`.
    """
    items: queue.SimpleQueue[Item | _End] = queue.SimpleQueue()

    def body() -> None:
        try:
            work(items.put)
        except BaseException as error:  # a door between threads: raised again by the reader
            items.put(_End(error))
        else:
            items.put(_End())

    threading.Thread(target=body, daemon=True, name="assistant-chat").start()
    try:
        while not stop.is_set():
            batch, end = _collect(items, stop=stop, tick=tick)
            if batch or end is None:
                yield batch
            if end is not None:
                if end.error is not None:
                    raise end.error
                return
            stop.wait(gather)
    finally:
        stop.set()


def _collect(
    items: "queue.SimpleQueue[Item | _End]", *, stop: threading.Event, tick: float
) -> tuple[list[Item], _End | None]:
    """Wait for the first item, at most `tick` seconds, and take all that are there by then."""
    batch: list[Item] = []
    deadline = time.monotonic() + tick
    while not stop.is_set():
        try:
            item = items.get(timeout=0 if batch else POLL_SECONDS)
        except queue.Empty:
            if batch or time.monotonic() >= deadline:
                break
            continue
        if isinstance(item, _End):
            return batch, item
        batch.append(item)
    return batch, None
