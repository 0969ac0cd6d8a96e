"""The data folder: generations, the switch between them, and the write lock."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from assistant import folders
from assistant.errors import DataError, Locked
from assistant.folders import DataFolder


def test_the_first_generation_is_one(tmp_path: Path) -> None:
    data = DataFolder(tmp_path / "data")
    assert (data.generation(), data.next_generation()) == ("1", "2")


def test_a_switch_is_seen_by_others_and_the_former_one_stays(tmp_path: Path) -> None:
    data, other = DataFolder(tmp_path), DataFolder(tmp_path)
    folders = [data.index(name) for name in ("1", "2", "3")]
    assert data.former() is None
    data.switch("3")
    assert (other.generation(), other.former()) == ("3", "2")
    for generation in data.old():
        data.drop(generation)
    assert [folder.exists() for folder in folders] == [False, True, True]


@pytest.mark.parametrize("content", ["", "noise", "1\x00"])
def test_a_broken_pointer_means_the_oldest_generation(tmp_path: Path, content: str) -> None:
    data = DataFolder(tmp_path)
    data.index("4")
    data.index("5")
    (tmp_path / "index" / "CURRENT").write_text(content)
    assert data.generation() == "4"


def test_of_damaged_generations_the_newest_is_kept(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    for name in ("1", "2"):
        data.index(name)
        data.keep_aside(name)
    assert [path.name for path in (tmp_path / "index").iterdir()] == ["damaged-2"]


def test_two_threads_of_one_process_write_one_after_the_other(tmp_path: Path) -> None:
    data = DataFolder(tmp_path)
    inside: list[int] = []
    most: list[int] = []

    def write(number: int) -> None:
        with data.writing("counting"):
            inside.append(number)
            most.append(len(inside))
            time.sleep(0.01)
            inside.remove(number)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(write, range(8)))
    assert max(most) == 1


def test_a_second_rebuild_is_refused(tmp_path: Path) -> None:
    held = pytest.raises(Locked, match="rebuilding")
    with DataFolder(tmp_path).rebuilding(), held, DataFolder(tmp_path).rebuilding():
        pass


def test_the_folder_keeps_itself_out_of_version_control(tmp_path: Path) -> None:
    DataFolder(tmp_path)
    assert (tmp_path / ".gitignore").read_text() == "*\n"


def test_a_folder_that_cannot_be_made_is_a_data_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(DataError, match="cannot be written") as caught:
        DataFolder(tmp_path / "file" / "data")
    assert "--data" in caught.value.hint


def test_a_second_writer_is_told_who_holds_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folders, "_WAIT_SECONDS", 0.2)
    holder = (
        "import sys, pathlib\n"
        "from assistant.folders import DataFolder\n"
        "with DataFolder(pathlib.Path(sys.argv[1])).writing('testing'):\n"
        "    print('held', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(folders.__file__).parents[1],
    ) as process:
        assert process.stdout and process.stdout.readline() == "held\n"
        held = pytest.raises(Locked, match=rf"process {process.pid} \(testing\)")
        with held, DataFolder(tmp_path).writing("waiting"):
            pass
        process.kill()
    with DataFolder(tmp_path).writing("after its death"):
        pass
