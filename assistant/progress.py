"""Measures long work by its bytes, so that the time left is honest for files of any size."""

import time
from collections.abc import Callable

from assistant.records import Progress

OnProgress = Callable[[Progress], None]


class Meter:
    """Counts articles and passages as they are done, and tells `on_progress` each time."""

    def __init__(
        self, stage: str, *, total: int, size: int, on_progress: OnProgress | None
    ) -> None:
        self._stage = stage
        self._total = total
        self._size = max(size, 1)
        self._on_progress = on_progress
        self._started = time.monotonic()
        self._articles = self._passages = self._bytes = 0
        self._item = ""
        self._done = self._of = 0

    def passages(self, count: int, *, of: int, item: str) -> None:
        """Count passages that were embedded, of so many that the item has."""
        self._passages += count
        before = self._done if item == self._item else 0
        self._item, self._done, self._of = item, before + count, of
        self._tell(item)

    def article(self, *, size: int, item: str) -> None:
        """Count an article that is done, indexed or failed, while another may be embedded."""
        self._articles += 1
        self._bytes += size
        if item == self._item:
            self._done = self._of = 0
        self._tell(item)

    def _tell(self, item: str) -> None:
        if self._on_progress is None:
            return
        elapsed = max(time.monotonic() - self._started, 1e-6)
        current = item == self._item
        left = elapsed * (self._size - self._bytes) / self._bytes if self._bytes else None
        self._on_progress(
            Progress(
                stage=self._stage,
                done=self._articles,
                total=self._total,
                unit="articles",
                per_second=self._passages / elapsed,
                seconds_left=left,
                item=item,
                passages=self._done if current else 0,
                passages_total=self._of if current else 0,
            )
        )
