"""Watching a folder: what changes is indexed by itself, what is half written is waited for."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fakes import FakeEmbedder

from assistant import Assistant, Report
from assistant.errors import Locked
from assistant.watching import _Shown, changes

SECONDS = 30.0


class Watched:
    """An assistant that watches in a thread, and what it reported."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.reports: list[Report] = []
        self.assistant = Assistant(folder, embedder=FakeEmbedder(), engine="quotes")
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def _watch(self) -> None:
        self.assistant.watch(on_report=self.reports.append, stop=self._stop)

    def __enter__(self) -> "Watched":
        self.assistant.sync()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(SECONDS)
        assert not self._thread.is_alive()
        self.assistant.close()

    def wait(self, condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + SECONDS
        while not condition():
            assert time.monotonic() < deadline, self.reports
            time.sleep(0.05)

    def paths(self) -> list[str]:
        return sorted(article.path for article in self.assistant.articles())


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[Watched]:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "bridge.txt").write_text("The bridge was opened in May.\n")
    with Watched(folder) as watched:
        yield watched


def test_what_changes_is_indexed(watched: Watched) -> None:
    (ids,) = ({article.id for article in watched.assistant.articles()},)
    (watched.folder / "globe.txt").write_text("The globe came to the museum.\n")
    watched.wait(lambda: watched.paths() == ["bridge.txt", "globe.txt"])
    (watched.folder / "bridge.txt").rename(watched.folder / "new name.txt")
    watched.wait(lambda: watched.paths() == ["globe.txt", "new name.txt"])
    assert ids < {article.id for article in watched.assistant.articles()}
    (watched.folder / "globe.txt").unlink()
    watched.wait(lambda: watched.paths() == ["new name.txt"])
    watched.wait(lambda: len(watched.reports) == 2)  # a renamed file is nothing to tell of
    assert [len(report.added) for report in watched.reports] == [1, 0]


def test_a_file_that_is_still_being_written_is_waited_for(watched: Watched) -> None:
    with (watched.folder / "long.txt").open("w") as file:
        for number in range(20):  # longer than changes are gathered at most
            file.write(f"Sentence {number} of the report was written.\n")
            file.flush()
            time.sleep(0.4)
    watched.wait(lambda: "long.txt" in watched.paths())
    watched.wait(lambda: len(watched.reports) == 1)
    (change,) = watched.reports[0].added
    assert "Sentence 19" in watched.assistant.show(change.id).text


def test_a_bad_file_is_told_of_once(watched: Watched) -> None:
    (watched.folder / "bad.txt").write_bytes(b"")
    watched.wait(lambda: len(watched.reports) == 1)
    (watched.folder / "globe.txt").write_text("The globe came to the museum.\n")
    watched.wait(lambda: len(watched.reports) == 2)
    assert [failure.path for failure in watched.reports[1].failed] == ["bad.txt"]
    assert [change.path for change in watched.reports[1].added] == ["globe.txt"]


def test_another_writer_is_waited_for(
    watched: Watched, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    parts = watched.assistant._parts
    work, calls = parts.sync, []

    def locked_once(**options: object) -> Report:
        calls.append(options)
        if len(calls) == 1:
            raise Locked("The corpus is being written by process 7.")
        return work(**options)  # type: ignore[arg-type]

    monkeypatch.setattr(parts, "sync", locked_once)
    (watched.folder / "globe.txt").write_text("The globe came to the museum.\n")
    watched.wait(lambda: "globe.txt" in watched.paths())
    assert "process 7" in caplog.text


def test_what_is_hidden_does_not_count(tmp_path: Path) -> None:
    shown = _Shown(tmp_path)
    assert shown(1, str(tmp_path / "a.txt"))
    assert shown(1, str(tmp_path / "2024" / "a.txt"))
    assert not shown(1, str(tmp_path / ".assistant" / "index" / "catalogue.sqlite"))
    assert not shown(1, str(tmp_path / "2024" / ".adding-1"))


def test_the_first_look_is_due_at_once_and_an_idle_folder_is_left_alone(tmp_path: Path) -> None:
    stop = threading.Event()
    looks = changes(tmp_path, stop=stop)
    assert [next(looks), next(looks)] == [True, False]
    stop.set()
    assert list(looks) == []
