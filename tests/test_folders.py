"""The data folder: generations, the switch between them, and the write lock."""

import subprocess
import sys
from pathlib import Path

import pytest

from assistant import folders
from assistant.errors import DataError, Locked
from assistant.folders import DataFolder


def test_the_first_generation_is_one(tmp_path: Path) -> None:
    data = DataFolder(tmp_path / "data")
    assert (data.generation(), data.next_generation()) == ("1", "2")


def test_a_switch_is_seen_by_others_and_drops_the_old(tmp_path: Path) -> None:
    data, other = DataFolder(tmp_path), DataFolder(tmp_path)
    old, new = data.index("1"), data.index("2")
    data.switch("2")
    assert other.generation() == "2"
    data.drop_old()
    assert new.is_dir() and not old.exists()


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
