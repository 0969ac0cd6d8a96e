"""The folder is the truth: adding, syncing, removing and restoring."""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from fakes import FakeEmbedder
from filelock import FileLock, Timeout

from assistant import Assistant, Progress, Report
from assistant.corpus import count_words
from assistant.errors import Cancelled, DataError, IndexMismatch, UnknownArticle
from assistant.folders import DataFolder
from assistant.records import Vectors

STORY = """The harbour bridge was opened in May.

The mayor said the bridge cost 12 million crowns. It took three years to build.
"""
OTHER = """The museum received a globe from the seventeenth century.

Its owner had kept it in a cellar. The director called it a gift to the city.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "bridge.txt").write_text(STORY)
    (folder / "globe.txt").write_text(OTHER)
    return folder


@pytest.fixture
def assistant(folder: Path, embedder: FakeEmbedder) -> Iterator[Assistant]:
    with Assistant(folder, embedder=embedder, engine="quotes") as assistant:
        yield assistant


def paths(changes: object) -> list[str]:
    return sorted(change.path for change in changes)  # type: ignore[attr-defined]


def test_the_first_sync_adds_every_file(assistant: Assistant) -> None:
    report = assistant.sync()
    assert paths(report.added) == ["bridge.txt", "globe.txt"]
    assert (report.updated, report.removed, report.unchanged, report.failed) == ((), (), 0, ())


def test_a_second_sync_changes_nothing(assistant: Assistant, embedder: FakeEmbedder) -> None:
    assistant.sync()
    calls = len(embedder.passage_calls)
    assert assistant.sync() == Report(unchanged=2)
    assert len(embedder.passage_calls) == calls


def test_an_edited_file_is_updated_and_keeps_its_id(assistant: Assistant, folder: Path) -> None:
    (before,) = (change for change in assistant.sync().added if change.path == "bridge.txt")
    (folder / "bridge.txt").write_text(STORY + "\n\nThe ferry was closed on the same day.\n")
    (after,) = assistant.sync().updated
    assert after.id == before.id
    assert "ferry" in assistant.show(after.id).text


def test_a_renamed_file_is_not_embedded_again_and_keeps_its_id(
    assistant: Assistant, folder: Path, embedder: FakeEmbedder
) -> None:
    ids = {change.id for change in assistant.sync().added}
    calls = len(embedder.passage_calls)
    (folder / "bridge.txt").rename(folder / "opening.txt")
    assert assistant.sync() == Report(unchanged=2)
    assert len(embedder.passage_calls) == calls
    assert {article.id for article in assistant.articles()} == ids
    assert sorted(article.path for article in assistant.articles()) == ["globe.txt", "opening.txt"]


def test_a_touched_file_is_unchanged(assistant: Assistant, folder: Path) -> None:
    assistant.sync()
    os.utime(folder / "bridge.txt", (1, 1))
    assert assistant.sync() == Report(unchanged=2)


def test_a_deleted_file_is_removed(assistant: Assistant, folder: Path) -> None:
    assistant.sync()
    (folder / "globe.txt").unlink()
    assert paths(assistant.sync().removed) == ["globe.txt"]
    assert [article.path for article in assistant.articles()] == ["bridge.txt"]


def test_an_id_comes_back_with_its_file(assistant: Assistant, folder: Path) -> None:
    before = {article.path: article.id for article in assistant.articles() or []}
    assistant.sync()
    before = {article.path: article.id for article in assistant.articles()}
    (folder / "globe.txt").unlink()
    assistant.sync()
    (folder / "globe.txt").write_text(OTHER)
    assistant.sync()
    assert {article.path: article.id for article in assistant.articles()} == before


def test_a_bad_file_is_reported_each_time_but_read_only_once(
    assistant: Assistant, folder: Path
) -> None:
    (folder / "bad.txt").write_bytes(b"")
    for _ in range(2):
        (failure,) = assistant.sync().failed
        assert failure.path == "bad.txt"
        assert failure.error and failure.hint
    (folder / "bad.txt").write_text("Now it holds a whole sentence.")
    report = assistant.sync()
    assert (paths(report.added), report.failed) == (["bad.txt"], ())


class Watching(FakeEmbedder):
    """Embeds, and notes whether the corpus's write lock could be had meanwhile."""

    name = "fake-watching"

    def __init__(self, data: Path) -> None:
        super().__init__()
        self.data = data
        self.free: list[bool] = []

    def passages(self, texts: Sequence[str]) -> Vectors:
        lock = FileLock(self.data / "write.lock")
        try:
            with lock.acquire(timeout=10):  # the article before may be being written
                self.free.append(True)
        except Timeout:
            self.free.append(False)
        return super().passages(texts)


def test_others_may_write_while_an_article_is_embedded(folder: Path) -> None:
    embedder = Watching(folder / ".assistant")
    with Assistant(folder, embedder=embedder, engine="quotes") as assistant:
        assistant.sync()
    assert embedder.free and all(embedder.free)


def test_the_vector_cache_is_in_step_after_a_change(assistant: Assistant, folder: Path) -> None:
    assistant.sync()
    cache = assistant._parts.index().cache
    assert cache.is_open and cache.count() == assistant.status().passages
    (folder / "globe.txt").unlink()
    assistant.sync()
    assert cache.count() == assistant.status().passages == 1


def test_a_missing_corpus_folder_is_said(tmp_path: Path, embedder: FakeEmbedder) -> None:
    data = tmp_path / "data"
    assistant = Assistant(tmp_path / "gone", data=data, embedder=embedder)
    assistant.sync()
    (tmp_path / "gone").rmdir()
    with pytest.raises(DataError, match="does not exist"):
        assistant.sync()


def test_adding_a_file_copies_it_into_the_corpus(assistant: Assistant, tmp_path: Path) -> None:
    source = tmp_path / "ferry.txt"
    source.write_text("The ferry sails at noon. It carries forty cars.")
    (added,) = assistant.add(source).added
    assert added.path == "ferry.txt"
    assert (assistant.folder / "ferry.txt").read_bytes() == source.read_bytes()


def test_adding_the_same_content_again_changes_nothing(
    assistant: Assistant, tmp_path: Path
) -> None:
    source = tmp_path / "ferry.txt"
    source.write_text("The ferry sails at noon. It carries forty cars.")
    assistant.add(source)
    copy = tmp_path / "copy of ferry.txt"
    copy.write_bytes(source.read_bytes())
    assert assistant.add(source, copy) == Report(unchanged=2)


def test_adding_other_content_under_a_taken_name_keeps_both(
    assistant: Assistant, tmp_path: Path
) -> None:
    assistant.sync()
    other = tmp_path / "bridge.txt"
    other.write_text("Another bridge was closed for repair. It will open in June.")
    (added,) = assistant.add(other).added
    assert added.path != "bridge.txt"
    assert (assistant.folder / "bridge.txt").read_text() == STORY


def test_adding_a_folder_keeps_its_inner_folders(assistant: Assistant, tmp_path: Path) -> None:
    (tmp_path / "paper" / "may").mkdir(parents=True)
    (tmp_path / "paper" / "may" / "a.txt").write_text("The lock was opened. Ships passed it.")
    (added,) = assistant.add(tmp_path / "paper").added
    assert added.path == "paper/may/a.txt"


def test_a_file_of_the_corpus_is_indexed_where_it_lies(assistant: Assistant, folder: Path) -> None:
    (added,) = assistant.add(folder / "bridge.txt").added
    assert added.path == "bridge.txt"
    assert sorted(path.name for path in folder.glob("*.txt")) == ["bridge.txt", "globe.txt"]


def test_a_bad_file_leaves_no_trace_in_the_corpus(assistant: Assistant, tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_bytes(b"")
    (tmp_path / "good.txt").write_text("A good file. It has two sentences.")
    report = assistant.add(tmp_path / "bad.txt", tmp_path / "missing.txt", tmp_path / "good.txt")
    assert paths(report.added) == ["good.txt"]
    assert sorted(Path(failure.path).name for failure in report.failed) == [
        "bad.txt",
        "missing.txt",
    ]
    assert not (assistant.folder / "bad.txt").exists()


def test_a_bad_jsonl_in_a_folder_does_not_keep_the_others_out(
    assistant: Assistant, tmp_path: Path
) -> None:
    (tmp_path / "many").mkdir()
    (tmp_path / "many" / "a.jsonl").write_bytes(b"\xff\xfe noise")
    (tmp_path / "many" / "b.txt").write_text("A good file. It has two sentences.")
    report = assistant.add(tmp_path / "many")
    assert [Path(failure.path).name for failure in report.failed] == ["a.jsonl"]
    assert paths(report.added) == ["many/b.txt"]


def test_a_folder_without_articles_is_said(assistant: Assistant, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (failure,) = assistant.add(tmp_path / "empty").failed
    assert "holds no articles" in failure.error


def test_a_jsonl_file_becomes_one_file_an_article(assistant: Assistant, tmp_path: Path) -> None:
    rows = [
        '{"title": "First", "text": "The first article. It is short.", "date": "2024-01-02"}',
        '{"title": "Second", "text": "The second article. It is short, too.", "source": "Bote"}',
    ]
    (tmp_path / "many.jsonl").write_text("\n".join(rows))
    report = assistant.add(tmp_path / "many.jsonl")
    assert len(report.added) == 2
    first, second = sorted(assistant.articles(), key=lambda article: article.title)
    assert (first.title, first.published) == ("First", "2024-01-02")
    assert (second.title, second.outlet) == ("Second", "Bote")


def test_what_came_of_each_source_is_told_once_when_it_is_done(
    assistant: Assistant, tmp_path: Path
) -> None:
    (tmp_path / "paper").mkdir()
    for name in ("a", "b"):
        (tmp_path / "paper" / f"{name}.txt").write_text(f"The lock {name} was opened. It is new.")
    (tmp_path / "paper" / "bad.txt").write_bytes(b"")
    (tmp_path / "twin.txt").write_text("The lock a was opened. It is new.")
    wanted = [str(tmp_path / name) for name in ("missing.txt", "paper", "twin.txt")]
    told: list[tuple[str, Report]] = []
    report = assistant.add(*wanted, on_source=lambda *news: told.append(news))
    assert [source for source, _ in told] == [wanted[0], wanted[2], wanted[1]]
    came = dict(told)
    assert [Path(one.path).name for one in came[wanted[0]].failed] == ["missing.txt"]
    assert paths(came[wanted[1]].added) == ["paper/a.txt", "paper/b.txt"]
    assert [Path(one.path).name for one in came[wanted[1]].failed] == ["bad.txt"]
    assert came[wanted[2]] == Report(unchanged=1)
    assert len(report.added) == 2 and len(report.failed) == 2 and report.unchanged == 1


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://a.example/x.pdf", "smb://nas/x"])
def test_an_address_of_another_scheme_is_no_path(assistant: Assistant, address: str) -> None:
    (failure,) = assistant.add(address).failed
    assert failure.path == address
    assert failure.error == f"{address} is not an http or https address."


def test_adding_that_is_cancelled_between_two_files_keeps_what_is_done(
    assistant: Assistant, tmp_path: Path
) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.txt").write_text(f"The lock {name} was opened. It is new.")

    def stop(source: str, report: Report) -> None:
        raise Cancelled("Enough.")

    with pytest.raises(Cancelled):
        assistant.add(tmp_path / "a.txt", tmp_path / "b.txt", on_source=stop)
    there = [article.path for article in assistant.articles()]
    assert there in (["a.txt"], ["a.txt", "b.txt"])  # the second may have been embedded by then
    assert sorted(file.name for file in assistant.folder.glob("?.txt")) == there


def test_a_removed_article_can_be_restored(assistant: Assistant, folder: Path) -> None:
    assistant.sync()
    (globe,) = (article for article in assistant.articles() if article.path == "globe.txt")
    assert paths(assistant.remove(globe.id).removed) == ["globe.txt"]
    assert not (folder / "globe.txt").exists()
    assert [article.path for article in assistant.articles()] == ["bridge.txt"]
    left = folder / ".assistant" / "trash" / f".{globe.id}"
    left.mkdir()  # by a kill, when it was restored before
    (left / "article.txt").write_text("old")
    (restored,) = assistant.restore(globe.id).added
    assert not left.exists()
    assert (restored.id, restored.path) == (globe.id, "globe.txt")
    assert (folder / "globe.txt").read_text() == OTHER
    with pytest.raises(UnknownArticle):
        assistant.restore(globe.id)


def test_an_id_that_two_files_have_stays_with_the_one_that_is_indexed(
    assistant: Assistant, folder: Path
) -> None:
    assistant.sync()
    (globe,) = (article for article in assistant.articles() if article.path == "globe.txt")
    (folder / "globe-2.txt").write_text(OTHER + "\n\nIt was restored twice. A kill did this.\n")
    assistant._parts.personal.moved(globe.id, path="globe-2.txt")  # and then it was killed
    (added,) = assistant.sync().added
    assert added.id != globe.id
    assert {article.path: article.id for article in assistant.articles()}["globe.txt"] == globe.id
    assert assistant.sync() == Report(unchanged=3)
    assert assistant._parts.personal.article_id("globe.txt", hash="") == globe.id


def test_removing_an_unknown_id_removes_nothing(assistant: Assistant) -> None:
    assistant.sync()
    known = assistant.articles()[0].id
    with pytest.raises(UnknownArticle, match="nowhere"):
        assistant.remove(known, "nowhere")
    assert len(assistant.articles()) == 2


def test_progress_counts_articles_and_passages(assistant: Assistant) -> None:
    told: list[Progress] = []
    assistant.sync(on_progress=told.append)
    assert (told[-1].done, told[-1].total) == (2, 2)
    assert told[-1].per_second > 0
    assert told[-1].seconds_left == 0


def test_another_embedder_is_refused_with_the_command_that_rebuilds(
    assistant: Assistant, folder: Path
) -> None:
    assistant.sync()
    assistant.close()
    other = FakeEmbedder()
    other.name = "fake-2"
    with Assistant(folder, embedder=other) as changed:
        with pytest.raises(IndexMismatch) as caught:
            changed.search("bridge")
        assert "assistant rebuild" in caught.value.hint
        assert len(changed.rebuild().added) == 2
        assert changed.search("bridge")[0].article.path == "bridge.txt"


def test_a_rebuild_embeds_nothing_that_was_embedded(
    assistant: Assistant, embedder: FakeEmbedder
) -> None:
    assistant.sync()
    ids = {article.id for article in assistant.articles()}
    calls = len(embedder.passage_calls)
    report = assistant.rebuild()
    assert len(report.added) == 2
    assert len(embedder.passage_calls) == calls
    assert {article.id for article in assistant.articles()} == ids


def test_a_deleted_index_loses_nothing_but_time(
    assistant: Assistant, folder: Path, embedder: FakeEmbedder
) -> None:
    import shutil

    assistant.sync()
    ids = {article.id for article in assistant.articles()}
    assistant.close()
    shutil.rmtree(folder / ".assistant" / "index")
    with Assistant(folder, embedder=embedder) as again:
        again.sync()
        assert {article.id for article in again.articles()} == ids


def test_another_process_that_rebuilt_is_followed(
    assistant: Assistant, folder: Path, embedder: FakeEmbedder
) -> None:
    assistant.sync()
    with Assistant(folder, embedder=embedder) as other:
        other.rebuild()
    assert DataFolder(folder / ".assistant").generation() == "2"
    assert len(assistant.search("bridge")) > 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("", 0, id="none"),
        pytest.param("Two words.", 2, id="latin"),
        pytest.param("今天天气很好", 3, id="chinese"),
        pytest.param("10 Boote", 2, id="digits"),
    ],
)
def test_counting_words(text: str, words: int) -> None:
    assert count_words(text) == words


@pytest.mark.parametrize("there", [True, False])
def test_a_file_whose_indexing_is_cancelled_is_left_as_it_was(
    assistant: Assistant, folder: Path, tmp_path: Path, there: bool
) -> None:
    wanted = tmp_path / "ferry.txt"
    wanted.write_text("The ferry will not run in January. It is being repaired.")
    if there:
        (folder / "ferry.txt").write_bytes(wanted.read_bytes())

    def stop(progress: Progress) -> None:
        if progress.passages:
            raise Cancelled("The reader left.")

    with pytest.raises(Cancelled):
        assistant.add(wanted, on_progress=stop)
    assert (folder / "ferry.txt").exists() == there
    assert assistant.articles() == []
