"""The index: words are embedded once, and the question's space follows the corpus."""

from pathlib import Path

import numpy as np
import pytest
from fakes import FakeEmbedder

from assistant.catalogue import FileState
from assistant.errors import IndexMismatch
from assistant.index import Index
from assistant.records import Article, Document

TEXT = "\n\n".join(f"Paragraph {n} tells of the harbour and its boats. " * 5 for n in range(4))


@pytest.fixture
def index(tmp_path: Path, embedder: FakeEmbedder) -> Index:
    return Index(tmp_path, embedder=embedder, passage_chars=300)


def put(index: Index, name: str, text: str, *, language: str = "en", title: str = "T") -> int:
    article = Article(id=name, path=name, title=title, language=language)
    return index.put(article, document=Document(text), file=FileState(name, name, 1, 1))


def embedded(embedder: FakeEmbedder) -> list[str]:
    return [text for call in embedder.passage_calls for text in call]


def test_words_are_embedded_once(index: Index, embedder: FakeEmbedder) -> None:
    count = put(index, "a", TEXT)
    assert count == len(embedded(embedder)) == len(set(embedded(embedder)))
    put(index, "b", TEXT)
    assert len(embedded(embedder)) == count


def test_a_new_title_is_embedded_and_the_old_passages_go(
    index: Index, embedder: FakeEmbedder
) -> None:
    count = put(index, "a", TEXT)
    put(index, "a", TEXT, title="Another title")
    assert len(embedded(embedder)) == 2 * count
    assert index.catalogue.counts() == (1, count)


def test_progress_counts_what_was_known_already(index: Index) -> None:
    done: list[int] = []
    article = Article(id="a", path="a", title="T")
    for _ in range(2):
        index.put(
            article,
            document=Document(TEXT),
            file=FileState("a", "a", 1, 1),
            on_embedded=done.append,
        )
    assert sum(done) == 2 * index.catalogue.counts()[1]


@pytest.mark.parametrize("languages", [("en", "en"), ("en", "de")], ids=["one", "two"])
def test_a_mixed_corpus_is_scored_without_language(index: Index, languages: list[str]) -> None:
    for number, language in enumerate(languages):
        put(index, str(number), f"Article {number} about the bridge.", language=language)
    assert index.scored_neutrally() == (len(set(languages)) > 1)


def test_an_index_made_otherwise_is_refused(tmp_path: Path, embedder: FakeEmbedder) -> None:
    Index(tmp_path, embedder=embedder, passage_chars=300).close()
    with pytest.raises(IndexMismatch, match="splitter") as caught:
        Index(tmp_path, embedder=embedder, passage_chars=500)
    assert "assistant rebuild" in caught.value.hint


def test_an_index_made_the_same_way_opens(tmp_path: Path, embedder: FakeEmbedder) -> None:
    for _ in range(2):
        Index(tmp_path, embedder=embedder, passage_chars=300).close()


def test_similarities_are_those_of_the_vectors(index: Index, embedder: FakeEmbedder) -> None:
    put(index, "a", "The harbour.", title="")
    ((number,), _) = index.catalogue.vectors_after(0, most=1)
    expected = float(np.dot(embedder.passages(["The harbour."])[0], embedder.query("harbour")))
    assert index.similarities("harbour", numbers=[number])[number] == pytest.approx(expected)
    assert index.similarities("harbour", numbers=[999]) == {}


def test_the_spread_of_a_sample_is_near_that_of_all(index: Index) -> None:
    put(index, "a", TEXT)
    exact = index.nearest("harbour boats", most=2).spread
    index.open_cache()
    assert index.nearest("harbour boats", most=2).spread == pytest.approx(exact, rel=0.01)
    index.close()
