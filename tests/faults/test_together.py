"""Eight processes add, eight ask: no error, and in the end the index of a clean build.

`pytest tests/faults/test_together.py -m long` goes on for ten minutes.
"""

import json
import sys
import time
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from conftest import Workshop, is_alive  # type: ignore[attr-defined]
from fakes import FakeEmbedder
from reporting import write_result
from workshop import text_of

from assistant import Assistant

EACH = 8


def run_together(root: Path, workshop: Workshop, *, seconds: float) -> dict[str, int]:
    """Start all of them as processes, wait for them, and compare with a clean build."""
    folder = root / "corpus"
    folder.mkdir()
    (folder / "first.txt").write_text(text_of("first"))
    with opened(folder) as assistant:
        assistant.sync()
    orders = [("add", f"a{n}") for n in range(EACH)] + [("ask", f"q{n}") for n in range(EACH)]
    pids = {
        workshop.start(do=what, folder=str(folder), name=name, seconds=seconds): (what, name)
        for what, name in orders
    }
    deadline = time.monotonic() + seconds + 240
    while any(map(is_alive, pids)):
        assert time.monotonic() < deadline, "a worker does not end"
        time.sleep(0.2)
    counts = {"add": 0, "ask": 0}
    for what, name in pids.values():
        said = json.loads((root / f"{name}.said").read_text())
        assert said["error"] == "", f"{what} {name}: {said['error']}"
        counts[what] += said["done"]
    with opened(folder) as assistant:
        assistant.sync()
        catalogue = assistant._parts.index().catalogue
        assert catalogue.problems() == []
        before = catalogue.digest()
        assistant.rebuild()
        assert assistant._parts.index().catalogue.digest() == before
        counts["articles"] = len(assistant.articles())
    return counts


def opened(folder: Path) -> Assistant:
    return Assistant(folder, embedder=FakeEmbedder(), engine="quotes", passage_chars=300)


@pytest.mark.timeout(400)
def test_eight_add_and_eight_ask(tmp_path: Path, workshop: Workshop) -> None:
    counts = run_together(tmp_path, workshop, seconds=60)
    assert min(counts.values()) > 8


@pytest.mark.long
@pytest.mark.timeout(0)
def test_eight_add_and_eight_ask_for_ten_minutes(tmp_path: Path, workshop: Workshop) -> None:
    counts = run_together(tmp_path, workshop, seconds=600)
    write_result(
        "together",
        processes="8 adding, editing and removing, 8 asking",
        seconds=600,
        changes=counts["add"],
        questions_and_searches=counts["ask"],
        articles_at_the_end=counts["articles"],
        errors=0,
        digest="equal to a clean build",
    )
