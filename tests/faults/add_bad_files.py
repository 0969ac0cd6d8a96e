"""Adds a folder of bad files with the real readers; says what became of them and what it took."""

import json
import re
import sys
import threading
import time
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from fakes import FakeEmbedder

from assistant import Assistant, Progress
from assistant.index import Index


def most_mb(pid: int | str) -> int:
    """The most memory a process has had; 0 if it is gone. (What getrusage says is inherited.)"""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found[1]) // 1024 if found else 0


def look_at_readers(assistant: Assistant, seen: list[int]) -> None:
    while True:
        pids = [worker._process.pid for worker in list(assistant._parts.reader._all)]
        seen += [max(map(most_mb, pids), default=0)]
        time.sleep(0.02)


def main(corpus: Path, bad: Path, seconds: float) -> None:
    Index.open_cache = lambda index: False  # type: ignore[method-assign]  # Chroma is not at stake
    ends, seen = [time.monotonic()], [0]

    def tell(progress: Progress) -> None:
        ends.append(time.monotonic())

    with Assistant(corpus, embedder=FakeEmbedder(), engine="quotes", read_seconds=seconds) as a:
        threading.Thread(target=look_at_readers, args=(a, seen), daemon=True).start()
        report = a.add(bad, on_progress=tell)
        problems = a._parts.index().catalogue.problems()
        texts = [a.show(article.id).text for article in a.articles()]
    print(
        json.dumps(
            {
                "added": len(report.added),
                "unchanged": report.unchanged,
                "failed": [[f.path, f.error, f.hint] for f in report.failed],
                "problems": problems,
                "own_mb": most_mb("self"),
                "child_mb": max(seen),
                "longest_pause_s": max(b - a for a, b in pairwise(ends)),
                "secret": any("secret of the harbour" in text for text in texts),
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), float(sys.argv[3]))
