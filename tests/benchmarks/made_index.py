"""Index made articles with vectors that cost nothing, in a process of its own; say what it took.

    python tests/benchmarks/made_index.py FOLDER PASSAGES

Articles in FOLDER/articles, the index in FOLDER/data, what it took in FOLDER/built.json.
"""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hashed import HashedEmbedder
from made_articles import write_corpus

from assistant import Assistant
from assistant.records import Progress


@dataclass(frozen=True, slots=True)
class Built:
    """An index that was made: where it is, what it took, and the memory on the way."""

    folder: Path
    passages: int
    seconds: float
    megabytes: list[float]
    """Resident memory of the indexing process, from its first article to its last."""


def built(folder: Path, *, passages: int) -> Built:
    """An index of so many passages below a folder, made in a child process if it is not there."""
    own = folder / f"made-{passages}"
    if not (own / "built.json").exists():
        subprocess.run([sys.executable, __file__, str(own), str(passages)], check=True)
    took = json.loads((own / "built.json").read_text("utf-8"))
    return Built(own, **took)


def opened(folder: Path) -> Assistant:
    """The assistant over an index that was made."""
    return Assistant(
        folder / "articles", data=folder / "data", embedder=HashedEmbedder(), engine="quotes"
    )


def resident(pid: int | str = "self") -> float:
    """The resident memory of a process in megabytes, as the system counts it (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ValueError(f"there is no memory of process {pid}")


def make(folder: Path, *, passages: int) -> dict[str, Any]:
    """Write the articles and index them; what it took."""
    write_corpus(folder / "articles", passages=passages)
    megabytes = list[float]()

    def note(progress: Progress) -> None:
        if not progress.passages and progress.done > len(megabytes) * progress.total // 20:
            megabytes.append(resident())

    with opened(folder) as assistant:
        began = time.perf_counter()
        assistant.sync(on_progress=note)
        seconds = time.perf_counter() - began
        return {
            "passages": assistant.status().passages,
            "seconds": seconds,
            "megabytes": megabytes,
        }


def main() -> int:
    """Make one index."""
    folder, passages = Path(sys.argv[1]), int(sys.argv[2])
    took = make(folder, passages=passages)
    (folder / "built.json").write_text(json.dumps(took), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
