"""Says when a corpus folder has changed and nobody is writing to it. The one door to watchfiles."""

import time
from collections.abc import Iterator
from pathlib import Path
from threading import Event

QUIET_MS = 1000
"""How long nothing may happen in the folder before it is looked at: a file that is being copied
changes more often than that."""
LONGEST_MS = 5000
"""How long it is waited for that, where something happens all the time."""
LOOK_MS = 1000
LOOK_AGAIN_SECONDS = 300.0
"""How often a folder is looked at anyway: a network drive may not tell what others change there."""


def changes(folder: Path, *, stop: Event) -> Iterator[bool]:
    """Say about once a second, until `stop` is set, whether the folder is to be looked at.

    The first look is due at once. What happens while the caller is at work is told with the next.
    """
    import watchfiles

    due, folder = 0.0, folder.resolve()
    for seen in watchfiles.watch(
        folder,
        watch_filter=_Shown(folder),
        debounce=LONGEST_MS,
        step=QUIET_MS,
        rust_timeout=LOOK_MS,
        yield_on_timeout=True,
        stop_event=stop,
        raise_interrupt=True,
    ):
        now = time.monotonic()
        look = bool(seen) or now >= due
        if look:
            due = now + LOOK_AGAIN_SECONDS
        yield look


class _Shown:
    """Lets pass what happens to files that are not hidden: the index lies in a hidden folder."""

    def __init__(self, folder: Path) -> None:
        self._above = len(folder.parts)

    def __call__(self, change: object, path: str) -> bool:
        """Whether a change at this path counts."""
        return not any(part.startswith(".") for part in Path(path).parts[self._above :])
