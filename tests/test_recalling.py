"""What was cited before stays at hand."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import FakeEmbedder

from assistant import Assistant
from assistant.recalling import recall
from assistant.records import Hits, Turn

CELLAR = "Where did the old globe lie, in which cellar?"


@pytest.fixture
def assistant(tmp_path: Path, embedder: FakeEmbedder) -> Iterator[Assistant]:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "globe.txt").write_text("The old globe lay in the cellar of the town hall.")
    (folder / "bridge.txt").write_text("The bridge was opened on Monday in the rain.")
    with Assistant(folder, embedder=embedder, engine="quotes") as assistant:
        assistant.sync()
        yield assistant


def test_the_passage_comes_behind_what_was_found(assistant: Assistant) -> None:
    answer = assistant.ask(CELLAR)
    turn = Turn(CELLAR, answer.text, answer.citations)
    found = assistant.search("the bridge", k=1)
    index = assistant._parts.index()
    hits = recall(found, [turn], index=index)
    assert [hit.article.path for hit in hits] == ["bridge.txt", "globe.txt"]
    assert hits[1].text == "The old globe lay in the cellar of the town hall."
    assert hits[1].rank == 2
    assert list(recall(hits, [turn], index=index)) == list(hits)  # not twice
    long_ago = [turn, Turn("a", "b"), Turn("c", "d")]
    assert len(recall(found, long_ago, index=index)) == 1
    assert len(recall(Hits("nothing"), [], index=index)) == 0
