"""Looks at a folder of Chroma: whether something changed it, and whether it can be opened at all.

A damaged folder can crash the process that opens it, so that is tried in a child process.
"""

import subprocess
import sys
from pathlib import Path

COLLECTION = "passages"
CHECK_SECONDS = 60.0


def look(folder: Path) -> dict[str, list[int]]:
    """The size and time of each file, but for our own note: enough to see that one was changed."""
    files = {path: path.stat() for path in folder.rglob("*") if path.is_file()}
    return {
        path.relative_to(folder).as_posix(): [stat.st_size, stat.st_mtime_ns]
        for path, stat in sorted(files.items())
        if path.name not in ("state.json", "state.new")
    }


def opens_in_a_child(folder: Path) -> bool:
    """Open the folder and search it in a child process, since a damaged one can crash."""
    script = f"import sys; from {__name__} import check; check(sys.argv[1])"
    call = [sys.executable, "-c", script, str(folder)]
    try:
        return subprocess.run(call, capture_output=True, timeout=CHECK_SECONDS).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def check(folder: str) -> None:
    """Open, count, read and search a folder; anything wrong raises, or ends the process."""
    import chromadb
    from chromadb.config import Settings

    for links in Path(folder).rglob("link_lists.bin"):
        # A damaged one can grow to a terabyte when it is written on (chroma-core/chroma #7510).
        if links.stat().st_size > 2 * (links.parent / "data_level0.bin").stat().st_size:
            raise ValueError(f"{links} is too large")
    client = chromadb.PersistentClient(folder, settings=Settings(anonymized_telemetry=False))
    collection = client.get_collection(COLLECTION, embedding_function=None)
    total = collection.count()
    for offset in range(0, total, max(1, total // 20)):
        some = collection.get(limit=1, offset=offset, include=["embeddings"])
        collection.query(query_embeddings=some["embeddings"], n_results=min(10, total))
