"""Search through the whole assistant, with an embedder that costs nothing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import FakeEmbedder
from searched import titles, write, write_corpus

from assistant import Assistant
from assistant.errors import UsageError
from assistant.records import Filters
from assistant.retrieval import keyword_matches


@pytest.fixture
def assistant(tmp_path: Path, embedder: FakeEmbedder) -> Iterator[Assistant]:
    with Assistant(write_corpus(tmp_path / "corpus"), embedder=embedder) as assistant:
        assistant.sync()
        yield assistant


def test_hits_are_ranked_and_exact(assistant: Assistant) -> None:
    hits = assistant.search("harbour bridge opened")
    assert hits[0].article.title in ("bridge", "hafen")
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    for hit in hits:
        assert assistant.show(hit.article.id).text[hit.start : hit.end] == hit.text


def test_a_question_finds_the_article_in_another_language(assistant: Assistant) -> None:
    assert set(titles(assistant.search("harbour bridge opened", k=2))) == {"bridge", "hafen"}


def test_an_article_is_shown_at_most_twice_unless_it_is_named(assistant: Assistant) -> None:
    assert titles(assistant.search("lighthouse", k=10)).count("lighthouse") == 2
    (key,) = {
        h.article.id for h in assistant.search("lighthouse") if h.article.title == "lighthouse"
    }
    assert len(assistant.search("lighthouse", k=10, article=key)) > 2


def test_a_long_article_that_fills_all_places_is_no_error(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.retrieval.FETCHED", 3)
    monkeypatch.setattr("assistant.retrieval.FETCHED_A_HIT", 0)
    assert titles(assistant.search("lighthouse", k=10)).count("lighthouse") == 2


def test_k_is_kept(assistant: Assistant) -> None:
    assert len(assistant.search("harbour", k=2)) == 2


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        pytest.param({"since": "2024-06-01"}, {"ferry", "hafen"}, id="since"),
        pytest.param({"until": "2024-06-01"}, {"bridge", "ferry"}, id="until"),
        pytest.param({"language": "de"}, {"hafen"}, id="language"),
        pytest.param({"language": ["de", "en"], "outlet": "Bote"}, {"ferry", "hafen"}, id="two"),
        pytest.param({"since": "2030-01-01"}, set(), id="nothing left"),
    ],
)
def test_filters(assistant: Assistant, filters: dict[str, str], expected: set[str]) -> None:
    hits = assistant.search("harbour", **filters)  # type: ignore[arg-type]
    assert set(titles(hits)) == expected
    assert bool(hits.notices) == (not expected)


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        pytest.param({"since": "yesterday"}, "not a date", id="no date"),
        pytest.param({"since": "2024-02-30"}, "not a date", id="no such day"),
        pytest.param({"since": "2024-06-01", "until": "2024-05-01"}, "after", id="wrong order"),
        pytest.param({"language": "xx"}, "No article is in the language 'xx'", id="language"),
    ],
)
def test_a_filter_that_cannot_be_meant(
    assistant: Assistant, filters: dict[str, str], message: str
) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        assistant.search("harbour", **filters)  # type: ignore[arg-type]
    assert caught.value.hint
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("query", ["", "  ", "\n"])
def test_an_empty_query_is_refused(assistant: Assistant, query: str) -> None:
    with pytest.raises(UsageError):
        assistant.search(query)


@pytest.mark.parametrize(
    "query", ['"', "a AND (", "gpt-4 * OR", "it's u.s.", "ß", "天気", "NULL; --"]
)
def test_no_query_breaks_the_keyword_search(assistant: Assistant, query: str) -> None:
    assistant.search(query)


def test_an_empty_corpus_says_so(tmp_path: Path, embedder: FakeEmbedder) -> None:
    with Assistant(tmp_path / "empty", embedder=embedder) as assistant:
        hits = assistant.search("anything")
        assert len(hits) == 0
        assert "assistant sync" in hits.notices[0]


def test_the_vector_cache_and_exact_search_find_the_same(assistant: Assistant) -> None:
    exact = assistant.search("harbour bridge opened", k=5)
    assistant.warm()
    cached = assistant.search("harbour bridge opened", k=5)
    assert [hit.passage.id for hit in cached] == [hit.passage.id for hit in exact]


def test_a_second_assistant_sees_at_once_what_the_first_added(
    assistant: Assistant, tmp_path: Path, embedder: FakeEmbedder
) -> None:
    assistant.warm()
    with Assistant(assistant.folder, embedder=embedder) as other:
        (tmp_path / "zeppelin.txt").write_text("A zeppelin crossed the bay. It was silver.")
        other.add(tmp_path / "zeppelin.txt")
        assert assistant.search("zeppelin")[0].article.path == "zeppelin.txt"
        assert other.search("zeppelin")[0].article.path == "zeppelin.txt"


def test_keywords_find_german_compounds_by_their_parts_and_parts_in_compounds(
    assistant: Assistant,
) -> None:
    write(assistant.folder, "one", "de", None, "Bote", "Der Elbtunnel wurde gesperrt.")
    write(assistant.folder, "two", "de", None, "Bote", "Am Bahnhof hielt gestern kein Zug.")
    assistant.sync()
    index = assistant._parts.index()
    for asked, title in (("Tunnel", "one"), ("Hauptbahnhof", "two")):
        every = {"filters": Filters(), "scope": index.catalogue.scope(), "most": 9}
        found = keyword_matches(index, asked, **every, question="de")
        named = index.catalogue.passages(list(found))
        owners = {index.catalogue.article(p.article_id) for p in named.values()}
        assert title in {owner.title for owner in owners if owner}, asked
        assert not keyword_matches(index, asked, **every, question="en")
