"""Times in a question, through the whole assistant."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fakes import FakeEmbedder
from searched import titles, write, write_corpus

from assistant import Assistant
from assistant.dated import newest_first, search_with_times
from assistant.errors import UsageError
from assistant.index import Index
from assistant.records import Article, Filters, Hit, Hits, Passage

TODAY = date(2024, 6, 5)


@pytest.fixture
def assistant(tmp_path: Path, embedder: FakeEmbedder) -> Iterator[Assistant]:
    with Assistant(write_corpus(tmp_path / "corpus"), embedder=embedder) as assistant:
        assistant.sync()
        yield assistant


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
