"""What the machine gives this process: its cores, and how large a file is."""

import os
from pathlib import Path


def cores() -> int:
    """The cores this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not Linux
        return os.cpu_count() or 1


def file_size(path: Path) -> int:
    """The bytes of a file; 0 for one that is not there, since reading it says why."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
