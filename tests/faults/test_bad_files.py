"""Bad files thrown at `add`: each is indexed or fails with a reason, in bounded time and memory.

`pytest tests/faults/test_bad_files.py -m long` throws 300.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from bad_files import write_all
from fakes import FakeEmbedder
from reporting import write_result

from assistant import Assistant

SCRIPT = Path(__file__).parent / "add_bad_files.py"
READ_SECONDS = 20.0
MOST_MB = 600


def throw(root: Path, *, count: int, seed: int) -> dict[str, Any]:
    there = write_all(root / "bad", count=count, seed=seed)
    (root / "corpus").mkdir()
    arguments = [str(root / "corpus"), str(root / "bad"), str(READ_SECONDS)]
    done = subprocess.run([sys.executable, str(SCRIPT), *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    said: dict[str, Any] = json.loads(done.stdout)
    said["there"] = there
    return said


def check(said: dict[str, Any], root: Path) -> None:
    with_outcome = said["added"] + said["unchanged"] + len(said["failed"])
    assert with_outcome >= said["there"] - 3  # hidden names are passed over
    for path, error, hint in said["failed"]:
        assert error and hint, f"{path} failed without a reason or a hint"
        assert "fault of the assistant" not in error
    assert said["problems"] == []
    assert said["own_mb"] < MOST_MB and said["child_mb"] < MOST_MB
    assert said["longest_pause_s"] < 2 * READ_SECONDS + 5
    assert not said["secret"]
    inside = [path for path in (root / "corpus").rglob("*") if path.is_symlink()]
    assert inside == []


@pytest.mark.timeout(400)
def test_sixty_bad_files(tmp_path: Path) -> None:
    check(throw(tmp_path, count=60, seed=1), tmp_path)


def test_a_hard_link_out_of_the_folder_is_read_and_never_written(tmp_path: Path) -> None:
    folder, outside = tmp_path / "corpus", tmp_path / "diary.txt"
    folder.mkdir()
    outside.write_text("The diary lies outside. It tells of the harbour.")
    before = outside.stat()
    (folder / "link.txt").hardlink_to(outside)
    with Assistant(folder, embedder=FakeEmbedder(), engine="quotes") as assistant:
        (change,) = assistant.sync().added
        assistant.correct(change.id, title="Another title")
        assistant.remove(change.id)
        assistant.restore(change.id)
        assistant.rebuild()
        assert len(assistant.articles()) == 1
    after = outside.stat()
    assert outside.read_text() == "The diary lies outside. It tells of the harbour."
    assert (after.st_ino, after.st_mode, after.st_mtime_ns) == (
        before.st_ino,
        before.st_mode,
        before.st_mtime_ns,
    )


@pytest.mark.long
@pytest.mark.timeout(0)
def test_three_hundred_bad_files(tmp_path: Path) -> None:
    said = throw(tmp_path, count=300, seed=2)
    check(said, tmp_path)
    write_result(
        "bad_files",
        files=said["there"],
        indexed=said["added"],
        of_the_same_content=said["unchanged"],
        failed_with_a_reason=len(said["failed"]),
        most_memory_of_the_parent=f"{said['own_mb']} MB",
        most_memory_of_a_reader=f"{said['child_mb']} MB",
        longest_time_for_one_file=f"{said['longest_pause_s']:.1f} s of at most {READ_SECONDS:.0f}",
    )
