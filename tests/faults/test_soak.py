"""One server for long: its memory and its open files do not grow with questions and changes.

`pytest tests/faults/test_soak.py -m long` asks 2,000 questions while 500 files change.
"""

import json
import random
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from reporting import write_result
from workshop import WORDS, text_of

SCRIPT = Path(__file__).parent / "soak_server.py"
ARTICLES = 100
MOST_GROWTH = 0.05

pytestmark = pytest.mark.skipif(
    not Path("/proc/self/status").exists(), reason="memory and open files are read from /proc"
)


class Soaked:
    """A server over a corpus that changes while it is asked."""

    def __init__(self, folder: Path, *, pid: int, port: int) -> None:
        self.folder, self.pid = folder, pid
        self.url = f"http://127.0.0.1:{port}"
        self.rng = random.Random(1)
        self.made = 0

    def ask(self) -> None:
        words = WORDS.split()
        question = f"What did the {self.rng.choice(words)} and the {self.rng.choice(words)} see?"
        body = {"model": "articles", "messages": [{"role": "user", "content": question}]}
        request = urllib.request.Request(
            f"{self.url}/v1/chat/completions",
            data=json.dumps(body).encode(),
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=120) as answer:
            assert json.load(answer)["choices"][0]["message"]["content"]

    def change(self) -> None:
        """Write, rewrite or remove an article: their number stays about what it was."""
        files = sorted(self.folder.glob("*.txt"))
        self.made += 1
        if len(files) > ARTICLES and self.rng.random() < 0.5:
            self.rng.choice(files).unlink()
            return
        name = f"new-{self.made}.txt"
        target = self.rng.choice([*files, self.folder / name])
        beside = self.folder / ".writing"
        beside.write_text(text_of(f"n{self.made}"))
        beside.replace(target if self.rng.random() < 0.5 else self.folder / name)

    def settled(self) -> None:
        """Wait until the index holds what the folder does."""
        deadline = time.monotonic() + 120
        there = len(list(self.folder.glob("*.txt")))
        while self.counted() != there:
            assert time.monotonic() < deadline, "the server does not take in what changed"
            time.sleep(0.5)

    def counted(self) -> int:
        with urllib.request.urlopen(f"{self.url}/metrics", timeout=60) as metrics:
            found = re.search(r"^assistant_articles (\S+)", metrics.read().decode(), re.MULTILINE)
        assert found
        return int(float(found[1]))

    def megabytes(self) -> float:
        status = Path(f"/proc/{self.pid}/status").read_text()
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        assert found
        return int(found[1]) / 1024

    def open_files(self) -> int:
        return len(list(Path(f"/proc/{self.pid}/fd").iterdir()))


@contextmanager
def served(root: Path) -> Iterator[Soaked]:
    folder = root / "corpus"
    folder.mkdir()
    for number in range(ARTICLES):
        (folder / f"a{number}.txt").write_text(text_of(f"a{number}"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(SCRIPT), str(folder), str(port)]
    with (root / "said").open("w") as said, subprocess.Popen(command, stderr=said) as server:
        soaked = Soaked(folder, pid=server.pid, port=port)
        try:
            deadline = time.monotonic() + 120
            while True:
                assert server.poll() is None and time.monotonic() < deadline
                try:
                    soaked.counted()
                    break
                except OSError:
                    time.sleep(0.2)
            soaked.settled()
            yield soaked
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=30)


def soak(soaked: Soaked, *, questions: int, changes: int) -> None:
    """Ask, and change files all the while."""
    every = questions / changes
    due = every
    for number in range(1, questions + 1):
        soaked.ask()
        while number >= due:
            soaked.change()
            due += every
    soaked.settled()


@pytest.mark.timeout(300)
def test_open_files_do_not_grow(tmp_path: Path) -> None:
    """A guard against the gross; the long run holds the memory."""
    with served(tmp_path) as soaked:
        soak(soaked, questions=20, changes=6)
        files, memory = soaked.open_files(), soaked.megabytes()
        soak(soaked, questions=30, changes=8)
        assert soaked.open_files() <= files + 4
        assert soaked.megabytes() < 1.25 * memory


@pytest.mark.long
@pytest.mark.timeout(0)
def test_two_thousand_questions_and_five_hundred_changes(tmp_path: Path) -> None:
    with served(tmp_path) as soaked:
        soak(soaked, questions=400, changes=100)
        files, memory = soaked.open_files(), soaked.megabytes()
        started = time.monotonic()
        soak(soaked, questions=2000, changes=500)
        after, grown = soaked.open_files(), soaked.megabytes()
        write_result(
            "soak",
            questions="2,000 after 400 to warm up",
            changes="500 after 100 to warm up",
            minutes=f"{(time.monotonic() - started) / 60:.1f}",
            memory=f"{memory:.0f} MB, then {grown:.0f} MB ({grown / memory - 1:+.1%})",
            open_files=f"{files}, then {after}",
        )
        assert after <= files + 4
        assert grown <= (1 + MOST_GROWTH) * memory
