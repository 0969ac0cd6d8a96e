"""Search through the whole assistant, with an embedder that costs nothing."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fakes import FakeEmbedder

from assistant import Assistant
from assistant.errors import UsageError
from assistant.index import Index
from assistant.records import Article, Filters, Hit, Hits, Passage
from assistant.retrieval import Scope, keyword_matches, newest_first, search_with_times


@pytest.fixture
def assistant(tmp_path: Path, embedder: FakeEmbedder) -> Iterator[Assistant]:
    folder = tmp_path / "corpus"
    folder.mkdir()
    write(folder, "bridge", "en", "2024-03-01", "Courier", "The harbour bridge was opened in May.")
    write(folder, "ferry", "en", "2024-06-01", "Bote", "The ferry across the harbour was closed.")
    write(folder, "hafen", "de", "2024-06-02", "Bote", "Die Brücke im Hafen wurde eröffnet.")
    long = "\n\n".join(f"Paragraph {n} about the lighthouse. " * 20 for n in range(5))
    write(folder, "lighthouse", "en", None, "Courier", long)
    with Assistant(folder, embedder=embedder) as assistant:
        assistant.sync()
        yield assistant


def write(folder: Path, name: str, language: str, day: str | None, outlet: str, body: str) -> None:
    front = [f"title: {name}", f"language: {language}", f"outlet: {outlet}"]
    front += [f"date: {day}"] if day else []
    text = "\n".join(["---", *front, "---", body, ""])
    (folder / f"{name}.md").write_text(text, encoding="utf-8")


def titles(hits: object) -> list[str]:
    return [hit.article.title for hit in hits]  # type: ignore[attr-defined]


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
        assert "assistant add" in hits.notices[0]


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


TODAY = date(2024, 6, 5)


def timed(assistant: Assistant, query: str, **given: str) -> Hits:
    index = assistant._parts.index()
    filters = Filters(**given)  # type: ignore[arg-type]
    return search_with_times(index, query, k=9, filters=filters, language="en", today=TODAY)


def test_a_time_in_the_question_becomes_a_filter_and_is_said(assistant: Assistant) -> None:
    hits = timed(assistant, "What was said about the harbour in articles from March 2024?")
    assert hits.filters.inferred
    assert {"bridge"} <= set(titles(hits)) <= {"bridge", "lighthouse"}  # this one has no date
    assert "March 2024" in hits.notices[0]


def test_a_time_without_articles_is_left_out_again_and_is_said(assistant: Assistant) -> None:
    hits = timed(assistant, "harbour in articles from May 2021")
    assert not hits.filters
    assert "bridge" in titles(hits)
    assert "May 2021" in hits.notices[0]


def test_given_dates_win_over_the_question_s(assistant: Assistant) -> None:
    hits = timed(assistant, "the harbour in articles from March 2024", since="2024-06-01")
    assert hits.filters == Filters(since="2024-06-01")


def test_inferred_filters_can_be_left_out(assistant: Assistant) -> None:
    query = "What was said about the harbour in articles from March 2024?"
    assert not assistant.search(query, inferred_filters=False).filters
    assert assistant.search(query).filters.inferred


def test_keywords_find_german_compounds_by_their_parts_and_parts_in_compounds(
    assistant: Assistant,
) -> None:
    write(assistant.folder, "one", "de", None, "Bote", "Der Elbtunnel wurde gesperrt.")
    write(assistant.folder, "two", "de", None, "Bote", "Am Bahnhof hielt gestern kein Zug.")
    assistant.sync()
    index = assistant._parts.index()
    for asked, title in (("Tunnel", "one"), ("Hauptbahnhof", "two")):
        found = keyword_matches(index, asked, scope=Scope(), question="de")
        named = index.catalogue.passages(list(found))
        owners = {index.catalogue.article(p.article_id) for p in named.values()}
        assert title in {owner.title for owner in owners if owner}, asked
        assert not keyword_matches(index, asked, scope=Scope(), question="en")


def test_what_was_announced_weeks_before_is_found_where_it_fits_much_better(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Index, "spread", lambda self: 0.05)
    write(assistant.folder, "tour", "en", "2024-04-25", "Bote", "Wanda Wolf tours in Kelmouth.")
    write(assistant.folder, "rain", "en", "2024-05-16", "Bote", "Rain fell on the old harbour.")
    assistant.sync()
    day = date(2024, 5, 17)
    asked = assistant.search("Where did Wanda Wolf tour this week?", today=day)
    assert titles(asked)[0] == "tour"
    assert asked.filters.since == "2024-04-07"
    assert "2024-04-07" in asked.notices[0]
    other = assistant.search("What rain fell on the harbour this week?", today=day)
    assert other.filters.since == "2024-05-07"
    published = assistant.search("Articles on Wanda Wolf from this week?", today=day)
    assert (published.filters.since or "") >= "2024-05-07"


# --- the newest first -----------------------------------------------------------------------------


def found(*scored: tuple[float, str | None]) -> list[Hit]:
    return [
        Hit(
            rank, score, Article(str(rank), "", day or "", published=day), Passage("", "", "", 0, 0)
        )
        for rank, (score, day) in enumerate(scored, start=1)
    ]


def test_of_what_fits_alike_the_newest_comes_first() -> None:
    hits = found((0.80, "2024-01-01"), (0.79, None), (0.78, "2024-03-01"), (0.60, "2024-09-01"))
    ordered = newest_first(hits, k=3, spread=0.05)
    assert [hit.article.published for hit in ordered] == ["2024-03-01", "2024-01-01", None]
    assert [hit.rank for hit in ordered] == [1, 2, 3]
    assert newest_first([], k=3, spread=None) == ()


def test_the_spread_of_the_scores_decides_where_no_other_is_known() -> None:
    hits = found((0.9, "2024-01-01"), (0.88, "2024-02-01"), (0.2, "2024-09-01"))
    days = [hit.article.published for hit in newest_first(hits, k=2, spread=None)]
    assert days == ["2024-02-01", "2024-01-01"]


def test_latest_puts_the_newest_first_and_says_so(assistant: Assistant) -> None:
    query = "What is the latest on the harbour bridge and the ferry?"
    plain = assistant.search(query, inferred_filters=False, language="en", outlet="Bote", k=2)
    assert not plain.notices and not plain.filters.inferred
    write(assistant.folder, "one", "en", "2024-07-01", "Bote", "The ferry harbour bridge.")
    write(assistant.folder, "two", "en", "2024-08-01", "Bote", "Harbour bridge, the ferry.")
    assistant.sync()
    hits = assistant.search(query, language="en", outlet="Bote", k=1)
    assert titles(hits) == ["two"]
    assert hits.filters.inferred == ("newest",)
    assert "“latest”" in hits.notices[-1]
    assert not assistant.search(query, inferred_filters=False, language="en").filters.inferred


def test_a_day_that_is_none_is_refused(assistant: Assistant) -> None:
    with pytest.raises(UsageError, match="--today 'soon' is not a date"):
        assistant.search("harbour last week", today="soon")
