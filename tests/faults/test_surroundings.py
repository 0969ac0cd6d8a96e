"""A disk that is full or read-only, a folder that was moved, a clock that was set back.

Disks are small tmpfs mounts, for which Linux and root are needed.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from pathlib import Path
from types import SimpleNamespace

import pytest
from fakes import FakeEmbedder

sys.path.insert(0, str(Path(__file__).parent))
from workshop import text_of

from assistant import Assistant
from assistant.errors import AssistantError, DataError, NoSpace


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of twelve megabytes."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = _mount("-t", "tmpfs", "-o", "size=12m", "tmpfs", str(place))
    if mounted:
        pytest.skip(f"a small disk cannot be mounted here: {mounted}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def _mount(*arguments: str) -> str:
    """Mount something, or say why that cannot be done."""
    if sys.platform != "linux":
        return "it takes Linux"
    done = subprocess.run(["mount", *arguments], capture_output=True, text=True)
    return done.stderr.strip() if done.returncode else ""


def opened(folder: Path, **settings: object) -> Assistant:
    return Assistant(
        folder, embedder=FakeEmbedder(), engine="quotes", passage_chars=300, **settings
    )


@contextmanager
def filled(disk: Path, *, but: int) -> Iterator[None]:
    """Fill a disk up to `but` bytes."""
    filler = disk / "filler"
    free = shutil.disk_usage(disk).free - but
    with suppress(OSError):
        filler.write_bytes(bytes(max(free, 0)))
    try:
        yield
    finally:
        filler.unlink()


def check(assistant: Assistant, tokens: list[str]) -> None:
    """All of them are there and whole, are found, and nothing else is."""
    articles = {article.path: article for article in assistant.articles()}
    assert sorted(articles) == sorted(f"{token}.txt" for token in tokens)
    for token in tokens:
        article = articles[f"{token}.txt"]
        assert f"{article.title}\n\n{assistant.show(article.id).text}" == text_of(token)
    assert assistant._parts.index().catalogue.problems() == []
    assert len(assistant.search("harbour bridge")) > 0


def grow(assistant: Assistant, spool: Path, *, most: int) -> tuple[list[str], str]:
    """Add articles until the disk is full; which were acknowledged, and what was said."""
    spool.mkdir()
    done: list[str] = []
    for number in range(most):
        token = f"g{number}"
        (spool / f"{token}.txt").write_text(text_of(token))
        try:
            report = assistant.add(spool / f"{token}.txt")
        except AssistantError as error:
            assert error.hint
            return done, error.message
        if report.failed:
            return done, report.failed[0].error
        done.append(token)
    return done, ""


@pytest.mark.parametrize("room", [40_000, 300_000, 900_000])
def test_a_disk_that_fills_up_while_articles_are_added(
    tmp_path: Path, disk: Path, room: int
) -> None:
    folder = disk / "corpus"
    folder.mkdir()
    (folder / "first.txt").write_text(text_of("first"))
    with opened(folder) as assistant:
        assistant.sync()
        with filled(disk, but=room):
            done, said = grow(assistant, tmp_path / "spool", most=400)
            assert "disk is full" in said or "No space left" in said
            check(assistant, ["first", *done])
        # With room again it goes on; what lay in the folder but was not indexed is.
        assistant.sync()
        tokens = sorted(path.stem for path in folder.glob("*.txt"))
        assert {"first", *done} <= set(tokens)
        check(assistant, tokens)
    with opened(folder) as again:
        check(again, tokens)


def test_a_disk_that_is_full_while_another_index_is_built(disk: Path) -> None:
    folder = disk / "corpus"
    folder.mkdir()
    tokens = [f"a{number}" for number in range(8)]
    for token in tokens:
        (folder / f"{token}.txt").write_text(text_of(token))
    with opened(folder) as assistant:
        assistant.sync()
        with filled(disk, but=60_000):
            with pytest.raises((NoSpace, DataError)) as caught:
                assistant.rebuild()
            assert "full" in caught.value.message and caught.value.hint
            check(assistant, tokens)
        assistant.rebuild()
        check(assistant, tokens)


def test_a_full_disk_for_temporary_files_stops_nothing(
    tmp_path: Path, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text(text_of("a"))
    for name in ("TMPDIR", "SQLITE_TMPDIR"):
        monkeypatch.setenv(name, str(disk))
    monkeypatch.setattr("tempfile.tempdir", str(disk))
    with filled(disk, but=0), opened(folder) as assistant:
        assistant.sync()
        assistant.rebuild()
        check(assistant, ["a"])


def test_a_data_folder_that_cannot_be_written(disk: Path, tmp_path: Path) -> None:
    folder, data = tmp_path / "corpus", disk / "data"
    folder.mkdir()
    (folder / "a.txt").write_text(text_of("a"))
    with opened(folder, data=data) as assistant:
        assistant.sync()
    assert _mount("-o", "remount,ro", str(disk)) == ""
    (folder / "b.txt").write_text(text_of("b"))
    try:
        for refused in ("sync", "rebuild"):
            with opened(folder, data=data) as assistant:
                with pytest.raises(DataError) as caught:
                    getattr(assistant, refused)()
                assert str(data) in caught.value.message
                assert "written" in caught.value.message and "--data" in caught.value.hint
    finally:
        assert _mount("-o", "remount,rw", str(disk)) == ""
    with opened(folder, data=data) as assistant:
        check(assistant, ["a"])
        assistant.sync()
        check(assistant, ["a", "b"])


def test_a_corpus_that_becomes_unwritable_under_a_running_assistant(
    disk: Path, tmp_path: Path
) -> None:
    folder = disk / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text(text_of("a"))
    (tmp_path / "b.txt").write_text(text_of("b"))
    with opened(folder) as assistant:
        assistant.sync()
        assert _mount("-o", "remount,ro", str(disk)) != "" or _is_read_only(disk)
        # Where files are open for writing, Linux refuses to make a disk read-only.
        if _is_read_only(disk):
            report = assistant.add(tmp_path / "b.txt")
            assert report.failed[0].error and report.failed[0].hint
        _mount("-o", "remount,rw", str(disk))
        check(assistant, ["a"])


def _is_read_only(disk: Path) -> bool:
    return bool(os.statvfs(disk).f_flag & os.ST_RDONLY)


@pytest.mark.parametrize("apart", [False, True])
def test_a_folder_that_was_moved(tmp_path: Path, apart: bool) -> None:
    before, after = tmp_path / "before", tmp_path / "elsewhere" / "after"
    settings = {"data": tmp_path / "data"} if apart else {}
    before.mkdir()
    for token in ("a", "b"):
        (before / f"{token}.txt").write_text(text_of(token))
    with opened(before, **settings) as assistant:
        assistant.sync()
        ids = {article.path: article.id for article in assistant.articles()}
    after.parent.mkdir()
    before.rename(after)
    with opened(after, **settings) as assistant:
        report = assistant.sync()
        assert (report.added, report.updated, report.removed) == ((), (), ())
        assert {article.path: article.id for article in assistant.articles()} == ids
        check(assistant, ["a", "b"])
        assert assistant._parts.embedder.passage_calls == []


def test_a_folder_that_is_moved_under_a_running_assistant(tmp_path: Path) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.txt").write_text(text_of("a"))
    with opened(folder) as assistant:
        assistant.sync()
        folder.rename(tmp_path / "moved")
        for step in (lambda: assistant.search("harbour"), assistant.sync):
            with pytest.raises(DataError) as caught:
                step()
            assert str(folder) in caught.value.message and caught.value.hint
        assert not folder.exists(), "a new corpus was begun in its place"
        (tmp_path / "moved").rename(folder)
        check(assistant, ["a"])


def test_a_clock_that_was_set_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files come from the future, then everything happens a year earlier."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    for token in ("a", "b", "c"):
        (folder / f"{token}.txt").write_text(text_of(token))
        ahead = time.time() + 86_400 * 365
        os.utime(folder / f"{token}.txt", (ahead, ahead))
    with opened(folder) as assistant:
        assistant.sync()
        (a, b, _) = sorted(assistant.articles(), key=lambda article: article.path)
        assistant.tag(a.id, add=["kept"])
        assistant.remove(b.id)
    _set_back(monkeypatch, seconds=86_400 * 365)
    with opened(folder) as assistant:
        (folder / "c.txt").write_text(text_of("d"))  # an older time than before
        past = time.time()
        os.utime(folder / "c.txt", (past, past))
        assert [change.path for change in assistant.sync().updated] == ["c.txt"]
        assistant.restore(b.id)
        assistant.correct(a.id, title="Article a begins here.")
        assert assistant.ask("Where does a end?").outcome
    (folder / ".assistant" / "personal.sqlite").unlink()  # the last copy is the newest
    with opened(folder) as assistant:
        assert assistant.show(a.id).article.tags == ("kept",)
        assert assistant._parts.personal.corrections(a.id) == {"title": "Article a begins here."}
        assert {article.path for article in assistant.articles()} == {"a.txt", "b.txt", "c.txt"}
        assert assistant._parts.index().catalogue.problems() == []


def _set_back(monkeypatch: pytest.MonkeyPatch, *, seconds: int) -> None:
    """Another time of day for the product; what measures durations goes on as it should."""
    now, now_ns = time.time, time.time_ns

    class Before(date):
        @classmethod
        def today(cls) -> date:
            return date.fromtimestamp(now() - seconds)

    monkeypatch.setattr("time.time", lambda: now() - seconds)
    monkeypatch.setattr("time.time_ns", lambda: now_ns() - seconds * 10**9)
    monkeypatch.setattr("assistant.corpus.date", SimpleNamespace(today=Before.today))
