"""How much memory there is, for models that must fit into it."""

import os
from pathlib import Path

MEMORY_SHARE = 0.75
"""Share of the machine's memory that a model may fill with its weights and its context."""
MEMORY_TABLE = Path("/proc/meminfo")
CONTAINER = Path("/sys/fs/cgroup")
"""Where Linux tells the limits of the container that a process runs in (cgroup v2)."""


def memory_needed(size: int) -> int:
    """Bytes that weights of `size` bytes take with context and buffers: a fifth and 0.7 GB more."""
    return int(size * 1.2 + 0.7e9)


def machine_memory() -> int:
    """The machine's memory in bytes; 8 GB where the system does not tell."""
    try:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    except (AttributeError, OSError, ValueError):
        return 8 << 30


def free_memory(*, table: Path = MEMORY_TABLE, container: Path = CONTAINER) -> int:
    """Bytes a program can still take: what Linux calls available, bounded by the container's limit.

    Where the system does not tell, it is the usual share of the machine's memory.
    """
    free = int(machine_memory() * MEMORY_SHARE)
    try:
        rows = dict(line.split(":", 1) for line in table.read_text("ascii").splitlines())
        free = int(rows["MemAvailable"].split()[0]) * 1024
        limit, used = (
            (container / f"memory.{name}").read_text("ascii").strip() for name in ("max", "current")
        )
        return free if limit == "max" else min(free, max(0, int(limit) - int(used)))
    except (OSError, KeyError, ValueError):
        return free
