"""Near-copies in the product: found as articles are written, shown as one story, in any order."""

from collections.abc import Iterator
from itertools import permutations
from pathlib import Path

import pytest
from fakes import FakeEmbedder

from assistant import Assistant, neutral
from assistant.catalogue import FileState
from assistant.embedding import sentence_texts
from assistant.errors import IndexMismatch
from assistant.index import Index
from assistant.records import Article, Document
from assistant.stories import CopyFinder

BRIDGE = (
    "The harbour bridge at Larne was opened on Monday after four years of work, and the mayor cut "
    "a ribbon of green silk before two thousand people. It cost 12 million pounds, which is three "
    "million more than the council had set aside. A school band played for an hour in the rain. "
    "Lorries may cross from Thursday, once the last lamps have been put up along the northern side."
)
EDITED = "From our own pages. " + BRIDGE.replace("four years", "48 months").replace("cut", "held")
ANOTHER = (
    "Larne has its bridge at last. Few of those who stood in the rain on Monday could remember the "
    "first plans, drawn when the ferry still took horses. Twelve million is a great sum for a town "
    "of this size; the opposition wants to know where the last three of them came from. Drivers of "
    "lorries will have to be patient for some days yet, because the lamps are not all in place."
)
GERMAN = (
    "Der Hafen ist die Stadt. Die Regierung und der Bürgermeister. Wie viele Schiffe im Hafen. Die "
    "Brücke kostet 12 Mio Pfund."
)
ENGLISH = (
    "The harbour is the city. The Regierung and the Bürgermeister. How many ships in harbour. The "
    "bridge cost 12 million pounds."
)


def write(folder: Path, name: str, body: str, *, outlet: str, day: str = "2024-06-01") -> None:
    facts = [f"title: {name}", "language: en", f"outlet: {outlet}", f"date: {day}"]
    text = "\n".join(["---", *facts, "---", body, ""])
    (folder / f"{name}.md").write_text(text, encoding="utf-8")


@pytest.fixture
def assistant(tmp_path: Path, embedder: FakeEmbedder) -> Iterator[Assistant]:
    folder = tmp_path / "corpus"
    folder.mkdir()
    write(folder, "original", BRIDGE, outlet="Courier")
    write(folder, "edited", EDITED, outlet="Bote", day="2024-06-02")
    write(folder, "another", ANOTHER, outlet="Post", day="2024-06-03")
    with Assistant(folder, embedder=embedder, engine="quotes") as assistant:
        assistant.sync()
        yield assistant


def identity(assistant: Assistant, title: str) -> str:
    return next(article.id for article in assistant.articles() if article.title == title)


def groups(assistant: Assistant) -> dict[str, int]:
    return {article.title: article.copies for article in assistant.articles()}


QUERY = "harbour bridge at Larne opened ribbon"


def test_a_story_is_shown_once_with_its_outlets(assistant: Assistant) -> None:
    hits = assistant.search(QUERY)
    titles = [hit.article.title for hit in hits]
    assert len({"original", "edited"} & set(titles)) == 1
    assert "another" in titles
    for hit in hits:
        told = {"original", "edited"} - {hit.article.title} if hit.copies else set()
        assert {copy.title for copy in hit.copies} == told
    assert sum(bool(hit.copies) for hit in hits) >= 1


def test_articles_say_how_many_copies_they_have(assistant: Assistant) -> None:
    assert groups(assistant) == {"original": 1, "edited": 1, "another": 0}


def test_an_answer_rests_on_one_article_of_a_story(assistant: Assistant) -> None:
    answer = assistant.ask("When may lorries cross the harbour bridge?")
    found = {hit.article.title for hit in answer.passages}
    assert len(found & {"original", "edited"}) == 1
    assert {citation.article.title for citation in answer.citations} <= found


def test_a_filtered_out_copy_hides_nothing(assistant: Assistant) -> None:
    for outlet, title in (("Courier", "original"), ("Bote", "edited")):
        hits = assistant.search(QUERY, outlet=outlet)
        assert {hit.article.title for hit in hits} == {title}
        assert [hit.copies for hit in hits] == [() for _ in hits]


def test_copies_are_named_as_far_as_the_filters_let_them_through(assistant: Assistant) -> None:
    hits = assistant.search(QUERY, outlet=["Courier", "Bote"])
    assert [len(hit.copies) for hit in hits] == [1]
    keys = [identity(assistant, title) for title in ("original", "another")]
    assert not any(hit.copies for hit in assistant.search(QUERY, article=keys))


def test_a_removed_article_leaves_its_place_to_its_copy(assistant: Assistant) -> None:
    best = next(h.article for h in assistant.search(QUERY) if h.copies)
    (copy,) = next(h.copies for h in assistant.search(QUERY) if h.copies)
    assistant.remove(best.id)
    hits = assistant.search(QUERY)
    assert copy.title in {hit.article.title for hit in hits}
    assert not any(hit.copies for hit in hits)
    assistant.restore(best.id)
    assert groups(assistant)[best.title] == 1


def test_an_article_that_is_rewritten_is_no_copy_any_more(assistant: Assistant) -> None:
    write(assistant.folder, "edited", ANOTHER, outlet="Bote")
    assistant.sync()
    assert groups(assistant) == {"original": 0, "edited": 1, "another": 1}


def test_copies_do_not_crowd_other_articles_out(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(8):
        write(assistant.folder, f"syndicated {number}", BRIDGE, outlet=f"Paper {number}")
    assistant.sync()
    monkeypatch.setattr("assistant.retrieval.FETCHED", 5)
    monkeypatch.setattr("assistant.retrieval.FETCHED_A_HIT", 0)
    hits = assistant.search("harbour bridge ribbon mayor", k=2)
    assert [len(hit.copies) for hit in hits] == [9, 0]


def test_an_index_from_before_is_refused_with_what_to_do(
    tmp_path: Path, embedder: FakeEmbedder
) -> None:
    index = Index(tmp_path, embedder=embedder, passage_chars=300)
    index.catalogue.set_meta(copies="copies-0")
    index.close()
    with pytest.raises(IndexMismatch) as caught:
        Index(tmp_path, embedder=embedder, passage_chars=300)
    assert "assistant rebuild" in caught.value.hint


# --- any order, any language ----------------------------------------------------------------------

TEXTS = {
    "a": (BRIDGE, "en"),
    "b": (EDITED, "en"),
    "c": (ANOTHER, "en"),
    "d": (ENGLISH, "en"),
    "e": (GERMAN, "de"),
}


@pytest.fixture
def index(tmp_path: Path, embedder: FakeEmbedder) -> Iterator[Index]:
    """An index that takes its embedder for the default one, whose constants find translations."""
    index = Index(tmp_path, embedder=embedder, passage_chars=300)
    index._copies = CopyFinder(
        index.catalogue,
        embedder=embedder,
        neutral=neutral.identity(embedder.dimension),
        sentences=sentence_texts,
    )
    yield index
    index.close()


def put(index: Index, name: str, *, text: str = "", language: str = "") -> None:
    text, language = (text, language) if text else TEXTS[name]
    article = Article(id=name, path=name, title="", language=language)
    (prepared,) = index.embed([index.cut(article, document=Document(text))])
    index.put(prepared, file=FileState(name, name, 1, 1))


def pairs(index: Index) -> dict[str, list[str]]:
    return index.catalogue.stories.copies(list(TEXTS))


@pytest.mark.parametrize("order", list(permutations("abcde"))[::13])
def test_any_order_gives_the_same_groups(index: Index, order: tuple[str, ...]) -> None:
    for name in order:
        put(index, name)
    assert pairs(index) == {"a": ["b"], "b": ["a"], "d": ["e"], "e": ["d"]}


def test_a_changed_translation_is_found_and_lost_again(index: Index) -> None:
    put(index, "d")
    put(index, "e", text="Der Globus lag im Keller. Er ist alt. Wer fand ihn?", language="de")
    assert pairs(index) == {}
    put(index, "e")
    assert pairs(index) == {"d": ["e"], "e": ["d"]}
    index.catalogue.remove("d")
    assert pairs(index) == {}
    put(index, "d")
    assert pairs(index) == {"d": ["e"], "e": ["d"]}


def test_nothing_is_embedded_to_find_a_translation(index: Index, embedder: FakeEmbedder) -> None:
    put(index, "d")
    calls = len(embedder.passage_calls)
    put(index, "e")
    assert len(embedder.passage_calls) == calls + 1  # its own passages and sentences


def test_an_embedder_without_constants_finds_no_translations(
    tmp_path: Path, embedder: FakeEmbedder
) -> None:
    index = Index(tmp_path, embedder=embedder, passage_chars=300)
    for name in TEXTS:
        put(index, name)
    assert pairs(index) == {"a": ["b"], "b": ["a"]}
    index.close()
