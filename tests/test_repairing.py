"""`doctor --repair`: what is damaged is made good, and what was done is said."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import FakeEmbedder
from searched import write_two

from assistant import Assistant


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_two(tmp_path / "corpus")


@pytest.fixture
def assistant(folder: Path, embedder: FakeEmbedder) -> Iterator[Assistant]:
    with Assistant(folder, embedder=embedder, engine="quotes") as assistant:
        (first, _) = assistant.sync().added
        assistant.tag(first.id, add=["kept"])
        assistant.close()
        yield assistant


def noise(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[:2048] = b"\x5a" * 2048
    file.write_bytes(content)


def said(assistant: Assistant) -> dict[str, str]:
    checks = assistant.repair()
    assert all(check.ok for check in checks), checks
    return {check.name.removeprefix("repair: "): check.message for check in checks}


def is_whole(assistant: Assistant) -> None:
    assert sorted(a.path for a in assistant.articles()) == ["bridge.txt", "globe.txt"]
    assert [a.tags for a in assistant.articles(tag=["kept"])] == [("kept",)]
    assert assistant.search("bridge")[0].article.path == "bridge.txt"
    catalogue = assistant._parts.index().catalogue
    assert catalogue.problems() == []
    assert assistant._parts.index().cache.count() == catalogue.counts()[1]


def test_nothing_to_mend(assistant: Assistant) -> None:
    assert said(assistant) == {
        "what you made": "is sound",
        "index": "is sound and in step with the folder",
        "vector cache": "holds all 2 passages",
    }
    is_whole(assistant)


def test_a_damaged_index_is_made_again(assistant: Assistant, folder: Path) -> None:
    noise(folder / ".assistant" / "index" / "1" / "catalogue.sqlite")
    assert "made again: 2 added" in said(assistant)["index"]
    is_whole(assistant)


def test_an_index_that_does_not_fit_together_is_rebuilt(assistant: Assistant) -> None:
    with assistant._parts.index().catalogue._connections.transaction() as db:
        db.execute("DELETE FROM texts")  # what a fault of ours might do
    assert "it was rebuilt: 2 added" in said(assistant)["index"]
    is_whole(assistant)


def test_what_a_person_made_comes_back_from_its_copy(assistant: Assistant, folder: Path) -> None:
    noise(folder / ".assistant" / "personal.sqlite")
    told = said(assistant)["what you made"]
    assert "newest sound copy" in told and "personal.damaged-1.sqlite" in told
    is_whole(assistant)


def test_a_missing_personal_file_comes_back(assistant: Assistant, folder: Path) -> None:
    for file in (folder / ".assistant").glob("personal.sqlite*"):
        file.unlink()
    assert said(assistant)["what you made"].startswith("was missing")
    is_whole(assistant)


def test_a_file_without_a_copy_is_left_and_said(assistant: Assistant, folder: Path) -> None:
    noise(folder / ".assistant" / "personal.sqlite")
    shutil.rmtree(folder / ".assistant" / "personal.copies")
    first, *_ = assistant.repair()
    assert not first.ok and "no copy" in first.message and "mv" in first.hint


def test_a_vector_cache_that_is_gone_is_filled(
    assistant: Assistant, folder: Path, embedder: FakeEmbedder
) -> None:
    shutil.rmtree(folder / ".assistant" / "index" / "1" / "chroma")
    calls = len(embedder.passage_calls)
    assert said(assistant)["vector cache"] == "holds all 2 passages"
    assert len(embedder.passage_calls) == calls
    is_whole(assistant)


def test_a_folder_that_changed_is_taken_in(assistant: Assistant, folder: Path) -> None:
    (folder / "ferry.txt").write_text("The ferry sails at noon. It carries forty cars.")
    assert "1 added, 2 unchanged" in said(assistant)["index"]
