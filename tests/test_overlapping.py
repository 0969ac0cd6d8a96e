"""Indexing that overlaps: an article is written while the next is embedded, and nothing is lost."""

import threading
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path

import pytest
from fakes import FakeEmbedder

from assistant import Assistant, Progress, Report, indexing
from assistant.catalogue import FileState
from assistant.errors import Cancelled, NoSpace
from assistant.index import Index, Prepared
from assistant.records import Vectors

PATIENCE = 10.0
"""Seconds after which something that should have happened meanwhile did not."""
NAMES = ("bridge.txt", "ferry.txt", "globe.txt")


class Turns(FakeEmbedder):
    """Embeds, and does something before it embeds the second article."""

    def __init__(self, before_second: Callable[[], object] = lambda: None) -> None:
        super().__init__()
        self.before_second = before_second

    def passages(self, texts: Sequence[str]) -> Vectors:
        if len(self.passage_calls) == 1:
            self.before_second()
        return super().passages(texts)


@pytest.fixture(autouse=True)
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three short articles would fill one batch."""
    monkeypatch.setattr(indexing, "TOGETHER", 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name in NAMES:
        (folder / name).write_text(f"The {name} was opened in May.\n\nIt cost 12 million crowns.\n")
    return folder


def opened(folder: Path, embedder: FakeEmbedder) -> Assistant:
    return Assistant(folder, embedder=embedder, engine="quotes")


def written(assistant: Assistant) -> list[str]:
    return sorted(article.path for article in assistant.articles())


def write_first(monkeypatch: pytest.MonkeyPatch, before: Callable[[str], object]) -> None:
    """Have something done in the writing thread before an article is written."""
    put = Index.put

    def late(index: Index, prepared: Prepared, *, file: FileState) -> None:
        before(file.path)
        put(index, prepared, file=file)

    monkeypatch.setattr(Index, "put", late)


@pytest.mark.parametrize("how", ["sync", "add", "rebuild"])
def test_an_article_is_written_while_the_next_is_embedded(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    second = threading.Event()
    came: list[bool] = []
    write_first(monkeypatch, lambda path: came.append(second.wait(PATIENCE)))
    (tmp_path / "empty").mkdir()
    with opened(tmp_path / "empty" if how == "add" else folder, Turns(second.set)) as assistant:
        report = {
            "sync": assistant.sync,
            "add": lambda: assistant.add(*(folder / name for name in NAMES)),
            "rebuild": assistant.rebuild,
        }[how]()
        assert [change.path for change in report.added] == list(NAMES)
    assert came == [True, True, True]


def test_words_of_an_article_that_is_not_written_yet_are_not_embedded_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "ferry.txt").write_bytes((folder / "bridge.txt").read_bytes())
    second, embedder = threading.Event(), FakeEmbedder()
    write_first(monkeypatch, lambda path: second.wait(PATIENCE))

    def look(progress: Progress) -> None:
        if progress.item == "ferry.txt":
            second.set()

    with opened(folder, embedder) as assistant:
        assistant.sync(on_progress=look)
        assert second.is_set()
        assert written(assistant) == list(NAMES)
    texts = chain.from_iterable(embedder.passage_calls)
    assert len([text for text in texts if "bridge" in text and "crowns" in text]) == 1


def test_an_article_counts_when_it_is_written(folder: Path) -> None:
    counts: list[tuple[int, int]] = []
    with opened(folder, FakeEmbedder()) as assistant:
        assistant.sync(
            on_progress=lambda progress: counts.append((progress.done, len(written(assistant))))
        )
    assert counts[-1] == (3, 3)
    assert all(done <= there for done, there in counts)


@pytest.mark.parametrize("error", [KeyboardInterrupt(), Cancelled("Enough.")])
def test_what_was_embedded_is_written_when_the_rest_is_interrupted(
    folder: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    interrupted = threading.Event()
    write_first(monkeypatch, lambda path: interrupted.wait(PATIENCE))

    def interrupt() -> None:
        interrupted.set()
        raise error

    embedder = Turns(interrupt)
    with opened(folder, embedder) as assistant:
        with pytest.raises(type(error)):
            assistant.sync()
        assert written(assistant) == ["bridge.txt"]
        embedder.before_second = lambda: None
        report = assistant.sync()
        assert (len(report.added), report.unchanged) == (2, 1)


def test_what_cannot_be_written_ends_the_run_and_is_written_by_the_next(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = [True]

    def fill(path: str) -> None:
        if full and path == "ferry.txt":
            full.clear()
            raise NoSpace("The disk is full.")

    write_first(monkeypatch, fill)
    with opened(folder, FakeEmbedder()) as assistant:
        with pytest.raises(NoSpace):
            assistant.sync()
        assert written(assistant) == ["bridge.txt"]
        assert [change.path for change in assistant.sync().added] == ["ferry.txt", "globe.txt"]


def test_each_source_is_told_of_when_adding_is_stopped(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is embedded by then is written, told of and has its file; the rest leaves none."""
    stopped = threading.Event()
    write_first(monkeypatch, lambda path: stopped.wait(PATIENCE))
    told: list[str] = []

    def note(source: str, report: Report) -> None:
        told.extend(change.path for change in report.added)

    def stop(progress: Progress) -> None:
        if progress.passages and progress.item.endswith("ferry.txt"):
            stopped.set()
            raise Cancelled("Enough.")

    corpus = tmp_path / "empty"
    corpus.mkdir()
    with opened(corpus, FakeEmbedder()) as assistant:
        with pytest.raises(Cancelled):
            assistant.add(*(folder / name for name in NAMES), on_progress=stop, on_source=note)
        assert told == written(assistant) == ["bridge.txt"]
    assert [file.name for file in corpus.glob("*.txt")] == ["bridge.txt"]


def test_short_articles_are_embedded_together_and_a_bad_file_in_its_turn(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "TOGETHER", 16)
    (folder / "empty.txt").write_bytes(b"")  # after bridge, before ferry and globe
    items: list[str] = []

    def note(progress: Progress) -> None:
        if not progress.passages:
            items.append(progress.item)

    embedder = FakeEmbedder()
    with opened(folder, embedder) as assistant:
        report = assistant.sync(on_progress=note)
        assert written(assistant) == list(NAMES)
    assert [failure.path for failure in report.failed] == ["empty.txt"]
    assert items == ["bridge.txt", "empty.txt", "ferry.txt", "globe.txt"]
    assert len(embedder.passage_calls) == 2


def test_what_is_cancelled_before_it_is_embedded_leaves_no_file(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "TOGETHER", 16)
    corpus = tmp_path / "empty"
    corpus.mkdir()

    def stop(progress: Progress) -> None:
        raise Cancelled("Enough.")

    with opened(corpus, FakeEmbedder()) as assistant:
        with pytest.raises(Cancelled):
            assistant.add(*(folder / name for name in NAMES), on_progress=stop)
        assert written(assistant) == []
    assert list(corpus.glob("*.txt")) == []


def test_copies_are_found_among_the_articles_of_the_same_run(folder: Path) -> None:
    story = " ".join(
        f"Line {number} of the story names the {number}th ship." for number in range(9)
    )
    for name in ("one.txt", "two.txt"):
        (folder / name).write_text(f"The story of {name}.\n\n{story}\n")
    with opened(folder, FakeEmbedder()) as assistant:
        assistant.sync()
        copies = {article.path: article.copies for article in assistant.articles()}
    assert copies["one.txt"] == copies["two.txt"] == 1
