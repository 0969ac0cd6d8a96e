"""The index in force: mended when damaged, rebuilt while others write, put back."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import FakeEmbedder
from searched import write_two

from assistant import Assistant
from assistant.errors import DamagedFile, DataError, IndexMismatch
from assistant.records import Progress


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_two(tmp_path / "corpus")


@pytest.fixture
def assistant(folder: Path, embedder: FakeEmbedder) -> Iterator[Assistant]:
    with Assistant(folder, embedder=embedder, engine="quotes") as assistant:
        assistant.sync()
        yield assistant


def other_embedder() -> FakeEmbedder:
    other = FakeEmbedder()
    other.name = "fake-2"
    return other


def titles(assistant: Assistant) -> list[str]:
    return sorted(article.path for article in assistant.articles())


def damaged(folder: Path) -> Path:
    """Noise in the middle of the file of the index in force."""
    file = folder / ".assistant" / "index" / "1" / "catalogue.sqlite"
    content = bytearray(file.read_bytes())
    content[8192:12288] = b"\x5a" * 4096
    file.write_bytes(content)
    return file


def test_a_damaged_index_is_refused_to_who_reads(assistant: Assistant, folder: Path) -> None:
    assistant.close()
    damaged(folder)
    with pytest.raises(DamagedFile, match=r"catalogue\.sqlite") as caught:
        assistant.search("bridge")
    assert "assistant sync" in caught.value.hint


def test_a_damaged_index_is_kept_aside_and_made_again_by_a_sync(
    assistant: Assistant, folder: Path
) -> None:
    ids = {article.id for article in assistant.articles()}
    assistant.close()
    damaged(folder)
    assert len(assistant.sync().added) == 2
    assert {article.id for article in assistant.articles()} == ids
    assert assistant.search("bridge").notices == ()
    assert (folder / ".assistant" / "index" / "damaged-1" / "catalogue.sqlite").exists()


def test_adding_to_a_damaged_index_brings_all_the_others_back(
    assistant: Assistant, folder: Path, tmp_path: Path
) -> None:
    assistant.close()
    damaged(folder)
    (tmp_path / "ferry.txt").write_text("The ferry sails at noon. It carries forty cars.")
    assert len(assistant.add(tmp_path / "ferry.txt").added) == 1
    assert titles(assistant) == ["bridge.txt", "ferry.txt", "globe.txt"]


def test_who_asks_before_a_mended_index_is_whole_is_told(
    assistant: Assistant, folder: Path
) -> None:
    assistant.close()
    damaged(folder)
    assistant.warm()
    (notice, *_) = assistant.search("bridge").notices
    assert "still being indexed" in notice
    assistant.sync()
    assert assistant.search("bridge").notices == ()


def test_going_back_after_a_rebuild_with_another_embedder(
    assistant: Assistant, folder: Path, embedder: FakeEmbedder
) -> None:
    assistant.close()
    with Assistant(folder, embedder=other_embedder()) as changed:
        changed.rebuild()
        (folder / "ferry.txt").write_text("The ferry sails at noon. It carries forty cars.")
        changed.sync()
        with pytest.raises(IndexMismatch):
            changed.back()
        assert len(changed.search("bridge")) > 0
    calls = len(embedder.passage_calls)
    with pytest.raises(IndexMismatch, match="fake-2") as caught:
        assistant.search("bridge")
    assert "rebuild --back" in caught.value.hint
    assert [change.path for change in assistant.back().added] == ["ferry.txt"]
    assert len(embedder.passage_calls) == calls + 1
    assert titles(assistant) == ["bridge.txt", "ferry.txt", "globe.txt"]


def test_without_a_rebuild_there_is_nothing_to_go_back_to(assistant: Assistant) -> None:
    with pytest.raises(DataError, match="no former index"):
        assistant.back()


def test_what_is_added_during_a_rebuild_is_in_the_new_index(
    assistant: Assistant, folder: Path, tmp_path: Path, embedder: FakeEmbedder
) -> None:
    (tmp_path / "ferry.txt").write_text("The ferry sails at noon. It carries forty cars.")
    with Assistant(folder, embedder=embedder) as other:

        def add_once(progress: Progress) -> None:
            if progress.done == progress.total and "ferry.txt" not in titles(other):
                other.add(tmp_path / "ferry.txt")
                assert len(other.search("bridge")) > 0  # the old index answers meanwhile

        assistant.rebuild(on_progress=add_once)
        assert titles(assistant) == titles(other) == ["bridge.txt", "ferry.txt", "globe.txt"]


def test_who_writes_to_a_superseded_index_starts_over(
    assistant: Assistant, folder: Path, tmp_path: Path, embedder: FakeEmbedder
) -> None:
    (tmp_path / "ferry.txt").write_text("The ferry sails at noon. It carries forty cars.")

    class Slow(FakeEmbedder):
        rebuilt = False

        def passages(self, texts: list[str]) -> object:  # type: ignore[override]
            if not self.rebuilt:
                self.rebuilt = True
                assistant.rebuild()
            return super().passages(texts)

    with Assistant(folder, embedder=Slow()) as other:
        other.add(tmp_path / "ferry.txt")
    assert titles(assistant) == ["bridge.txt", "ferry.txt", "globe.txt"]


def test_a_half_made_index_of_other_settings_is_made_anew(
    assistant: Assistant, folder: Path
) -> None:
    with Assistant(folder, data=folder / ".other", embedder=other_embedder()) as other:
        other.sync()
    shutil.copytree(folder / ".other" / "index" / "1", folder / ".assistant" / "index" / "2")
    assert len(assistant.rebuild().added) == 2
    assert len(assistant.search("bridge")) > 0


def test_a_rebuild_takes_over_nothing_of_a_model_that_was_replaced_under_its_name(
    assistant: Assistant, embedder: FakeEmbedder
) -> None:
    assistant.close()
    embedder.dimension = 64

    def interrupt(progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(IndexMismatch, match="vectors of 128"):
        assistant.search("bridge")
    with pytest.raises(KeyboardInterrupt):
        assistant.rebuild(on_progress=interrupt)  # leaves one with the shorter vectors
    embedder.dimension = 32
    assert len(assistant.rebuild().added) == 2
    assert assistant._parts.index().catalogue.dimension() == 32
    assert assistant.search("bridge")[0].article.path == "bridge.txt"
