"""What waits to be added, and the adding of a whole batch of it in one call."""

import logging
import secrets
import shutil
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.chat import feed
from assistant.errors import AssistantError, Cancelled, InputError
from assistant.records import Progress, Report

if TYPE_CHECKING:
    from assistant.assistant import Assistant

log = logging.getLogger(__name__)

MOST_WAITING = 1_000
"""Files that may wait at a time."""
FORGOTTEN_SECONDS = 3600.0
"""After this nobody comes for a file any more: the page that sent it was closed."""
EVERY_SECONDS = 0.2
"""How often progress is told at most."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came: a path or an address to add, and the folder that is to be deleted afterwards."""

    source: str
    folder: Path | None = None
    at: float = field(default_factory=time.monotonic)

    def leave(self) -> None:
        """Delete what was written for it."""
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


class Waiting:
    """Arrivals by their tickets, until somebody adds them, and the tickets that are to stop."""

    def __init__(self) -> None:
        self.stopped: set[str] = set()
        self._arrivals: dict[str, Arrival] = {}

    def keep(self, arrival: Arrival) -> str:
        """Keep it under a new ticket that nobody can guess. Raises InputError for too many."""
        self._drop_forgotten()
        if len(self._arrivals) >= MOST_WAITING:
            arrival.leave()
            raise InputError("Too many files are waiting.", hint="Add this one a little later.")
        ticket = secrets.token_urlsafe(12)
        self._arrivals[ticket] = arrival
        return ticket

    def take(self, tickets: Sequence[str]) -> dict[str, Arrival]:
        """Those that are there, in this order; they wait no longer."""
        found = {ticket: self._arrivals.pop(ticket, None) for ticket in tickets}
        return {ticket: arrival for ticket, arrival in found.items() if arrival}

    def stop(self, tickets: Sequence[str]) -> None:
        """Have these not added, whether they wait or are in a batch."""
        for arrival in self.take(tickets).values():
            arrival.leave()
        self.stopped.update(tickets[:MOST_WAITING])

    def forget(self, tickets: Sequence[str]) -> None:
        """Let go of what is known of these tickets."""
        self.stopped.difference_update(tickets)

    def _drop_forgotten(self) -> None:
        before = time.monotonic() - FORGOTTEN_SECONDS
        for ticket in [key for key, one in self._arrivals.items() if one.at < before]:
            self._arrivals.pop(ticket).leave()
        if len(self.stopped) > 2 * MOST_WAITING:
            self.stopped.clear()


@dataclass(frozen=True, slots=True)
class News:
    """How it goes with one ticket: begun (None), under way, done, or why it could not be done.

    `alone` says that it is the only one in work.
    """

    ticket: str
    what: Progress | Report | Exception | None = None
    alone: bool = False


def added(
    assistant: "Assistant",
    arrivals: Mapping[str, Arrival],
    *,
    stop: threading.Event,
    stopped: set[str],
) -> Iterator[News]:
    """Add them all in one call and tell how each goes. Setting `stop` stops the work.

    A ticket that comes into `stopped` is left out: the call ends at its next step, and another one
    goes on with the rest.
    """
    left = dict(arrivals)

    def work(put: feed.Put[News]) -> None:
        while not stop.is_set():
            for ticket in stopped & left.keys():
                left.pop(ticket).leave()
            if not left:
                return
            try:
                _add(assistant, left, put=put, stop=stop, stopped=stopped)
            except Cancelled:
                continue
            except Exception as error:  # a person waits: tell them, and let the log say the rest
                if not isinstance(error, AssistantError):
                    log.exception("adding %d sources failed", len(left))
                for ticket in left:
                    put(News(ticket, error))
                return

    for news in feed.run(work, stop=stop, gather=0):
        yield from news


def _add(
    assistant: "Assistant",
    left: dict[str, Arrival],
    *,
    put: feed.Put[News],
    stop: threading.Event,
    stopped: set[str],
) -> None:
    """One call of `add`; takes out of `left` what is done. Raises Cancelled when it is to stop."""
    tickets = {arrival.source: ticket for ticket, arrival in left.items()}
    alone = len(left) == 1
    last = 0.0

    def on_progress(progress: Progress) -> None:
        nonlocal last
        ticket = _owner(tickets, progress.item)
        if stop.is_set() or ticket in stopped:
            raise Cancelled("It was stopped.")
        if ticket in left and time.monotonic() - last > EVERY_SECONDS:
            last = time.monotonic()
            put(News(ticket, progress, alone))

    def on_source(source: str, report: Report) -> None:
        ticket = tickets.get(source, "")
        if ticket not in left:
            return
        left.pop(ticket).leave()
        put(News(ticket, report))
        if stop.is_set() or stopped & left.keys():
            raise Cancelled("It was stopped.")
        if left:
            put(News(next(iter(left))))

    put(News(next(iter(left))))
    assistant.add(*tickets, on_progress=on_progress, on_source=on_source)


def _owner(tickets: Mapping[str, str], item: str) -> str:
    """The ticket of the source that an item belongs to: itself, its folder or its JSONL file."""
    if item in tickets:
        return tickets[item]
    return next((key for source, key in tickets.items() if item.startswith(source)), "")
