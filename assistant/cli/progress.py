"""Shows how far long work has come on stderr: a live line on a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

from assistant.records import Progress
from assistant.render import printable

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.progress import TaskID

QUIET_SECONDS = 2.0
"""Work that takes no longer than this shows nothing."""

LINE_SECONDS = 5.0
"""How often a line is printed where there is no terminal."""


def progress_line(progress: Progress) -> str:
    """Say how far the work is: "Indexing: 3 of 20 articles, 6.1 passages a second, 46 s left".

    Articles are counted, but the rate is that of their passages: articles differ too much.
    """
    parts = [_counted(progress)]
    if progress.per_second > 0:
        parts.append(f"{_rate(progress)} a second")
    if progress.seconds_left is not None:
        parts.append(f"{duration(progress.seconds_left)} left")
    stage = progress.stage[:1].upper() + progress.stage[1:]
    return printable(f"{stage or 'Working'}: {', '.join(parts)}")


def duration(seconds: float) -> str:
    """Seconds as a person says them: "46 s", "3 min 20 s", "1 h 5 min"."""
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def _counted(progress: Progress) -> str:
    if progress.unit == "bytes":
        total = f" of {_size(progress.total)}" if progress.total else ""
        return _size(progress.done) + total
    total = f" of {progress.total:,}" if progress.total else ""
    return f"{progress.done:,}{total} {progress.unit}"


def _rate(progress: Progress) -> str:
    rate = progress.per_second
    if progress.unit == "bytes":
        return _size(rate)
    unit = "passages" if progress.unit == "articles" else progress.unit
    return f"{rate:,.0f} {unit}" if rate >= 10 else f"{rate:.1f} {unit}"


def _size(count: float) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e9 else f"{count / 1e6:.1f} MB"


class ProgressDisplay:
    """Takes `Progress` records as they come, and shows them once the work is long."""

    def __init__(
        self, *, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream = stream or sys.stderr
        self._clock = clock
        self._started = clock()
        self._printed = float("-inf")
        self._bar: Bar | None = None
        self._task: TaskID | None = None

    def __call__(self, progress: Progress) -> None:
        """Show this state, if the work has lasted long enough to be worth a look."""
        now = self._clock()
        if now - self._started < QUIET_SECONDS:
            return
        if self._stream.isatty():
            self._draw(progress)
        elif now - self._printed >= LINE_SECONDS:
            self._printed = now
            self._stream.write(progress_line(progress) + "\n")
            self._stream.flush()

    def __enter__(self) -> Self:
        self._started = self._clock()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def _draw(self, progress: Progress) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, TextColumn
        from rich.progress import Progress as Bar

        if self._bar is None or self._task is None:
            words = TextColumn("{task.description}", markup=False)
            console = Console(file=self._stream)
            self._bar = Bar(BarColumn(bar_width=24), words, console=console, transient=True)
            self._task = self._bar.add_task("", total=None)
            self._bar.start()
        self._bar.update(
            self._task,
            description=progress_line(progress),
            total=progress.total or None,
            completed=progress.done,
        )
