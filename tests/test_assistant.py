"""The public API, end to end, with parts that cost nothing."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fakes import FakeChat, FakeEmbedder

import assistant as package
from assistant import Answer, Assistant, Sentence, Stage, Token
from assistant.errors import DataError, QuestionError, SettingsError, UnknownArticle, UsageError
from assistant.prompts import CANNOT
from assistant.records import Progress
from assistant.sources import Fetched, FetchLimits

BRIDGE = """Bridge opened in the rain

The harbour bridge was opened on Monday. The mayor said that the bridge cost 12 million crowns.

Ships pass it at noon. The ferry was closed on the same day, after ninety years.
"""
COST = "What did the mayor say that the bridge cost, how many crowns?"
GLOBE = """Ein Globus kehrt zurück

Das Museum erhielt am Freitag einen Globus aus dem siebzehnten Jahrhundert.

Der Globus lag dreißig Jahre in einem Keller. Die Direktorin nannte ihn ein Geschenk an die Stadt.
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "bridge.txt").write_text(BRIDGE)
    (folder / "globe.txt").write_text(GLOBE)
    return folder


@pytest.fixture
def quotes(folder: Path, embedder: FakeEmbedder) -> Iterator[Assistant]:
    with Assistant(folder, embedder=embedder, engine="quotes") as assistant:
        assistant.sync()
        yield assistant


@pytest.fixture
def written(folder: Path, embedder: FakeEmbedder, chat: FakeChat) -> Iterator[Assistant]:
    with Assistant(folder, embedder=embedder, chat_model=chat) as assistant:
        assistant.sync()
        yield assistant


def test_an_answer_cites_the_very_words(quotes: Assistant) -> None:
    answer = quotes.ask(COST)
    assert (answer.outcome, answer.answered, answer.engine) == ("answered", True, "quotes")
    assert "12 million" in answer.text
    for citation in answer.citations:
        text = quotes.show(citation.article.id).text
        assert text[citation.start : citation.end] == citation.quote
    assert answer.timings.total_s >= answer.timings.retrieval_s > 0
    assert answer.searched == COST


def test_a_model_s_answer_is_checked(written: Assistant, chat: FakeChat) -> None:
    chat.enqueue("The mayor said that the bridge cost 12 million crowns [1].")
    answer = written.ask("What did the harbour bridge cost?")
    assert answer.engine == "ollama" and answer.model == "fake-chat"
    assert answer.sentences[0].support == "supported"
    assert "12 million" in answer.citations[0].quote


def test_a_wrong_figure_gives_way_to_the_words_of_the_article(
    written: Assistant, chat: FakeChat
) -> None:
    chat.enqueue("The bridge cost 85 million crowns [1].")
    answer = written.ask("What did the harbour bridge cost?")
    assert (answer.outcome, answer.engine) == ("partly", "quotes")
    assert "85" not in answer.text and "12 million" in answer.text


def test_a_stream_ends_with_its_answer(written: Assistant, chat: FakeChat) -> None:
    chat.enqueue("The bridge cost 12 million crowns [1]. It was opened on Monday [1].")
    events = list(written.stream("What did the harbour bridge cost?"))
    stages = [event.name for event in events if isinstance(event, Stage)]
    assert stages[:2] == ["searching", "reading"]
    assert any(isinstance(event, Token) for event in events)
    assert any(isinstance(event, Sentence) for event in events)
    assert isinstance(events[-1], Answer)
    assert sum(isinstance(event, Answer) for event in events) == 1


def test_closing_a_stream_stops_the_model(written: Assistant, chat: FakeChat) -> None:
    chat.enqueue("The bridge cost 12 million crowns [1]. " * 20)
    events = written.stream("What did the harbour bridge cost?")
    for event in events:
        if isinstance(event, Token):
            break
    events.close()  # type: ignore[attr-defined]
    assert chat.closed == 1


def test_what_the_articles_do_not_say_is_refused(written: Assistant, chat: FakeChat) -> None:
    chat.enqueue(CANNOT)
    answer = written.ask("Who won the chess championship in Reykjavik?")
    assert (answer.outcome, answer.answered, answer.citations) == ("refused", False, ())
    assert answer.nearest


def test_an_empty_corpus_refuses(tmp_path: Path, embedder: FakeEmbedder) -> None:
    with Assistant(tmp_path / "none", embedder=embedder, engine="quotes") as assistant:
        assert assistant.ask("What did the bridge cost?").outcome == "refused"


@pytest.mark.parametrize("question", ["", "  ", "?!", "x" * 10_000])
def test_a_question_that_is_none_is_an_error(quotes: Assistant, question: str) -> None:
    with pytest.raises(QuestionError) as caught:
        quotes.ask(question)
    assert caught.value.hint and caught.value.exit_code == 2


def test_a_question_in_a_language_without_articles_is_answered(quotes: Assistant) -> None:
    assert quotes.ask("¿Cuánto costó el puente harbour bridge?").outcome in (
        "answered",
        "partly",
        "refused",
    )


def test_an_unknown_engine_is_refused(quotes: Assistant) -> None:
    with pytest.raises(UsageError, match="no engine 'gpt'") as caught:
        quotes.ask("What did the harbour bridge cost?", engine="gpt")
    assert "quotes" in caught.value.hint


def test_filters_hold_for_answers(quotes: Assistant) -> None:
    answer = quotes.ask("What did the harbour bridge cost?", language="de")
    assert {hit.article.language for hit in answer.passages} <= {"de"}


def test_a_conversation_remembers(written: Assistant, chat: FakeChat) -> None:
    conversation = written.chat()
    chat.enqueue("The bridge cost 12 million crowns [1].")
    conversation.ask("What did the harbour bridge cost?")
    chat.enqueue("When was the harbour bridge opened?", "It was opened on Monday [1].")
    answer = conversation.ask("And when was it opened?")
    assert "bridge" in answer.searched
    assert len(conversation.turns) == 2


def test_status_says_who_answers_and_from_how_much(quotes: Assistant) -> None:
    status = quotes.status()
    assert (status.engine, status.articles) == ("quotes", 2)
    assert status.passages >= 2
    assert dict(status.languages) == {"en": 1, "de": 1}
    assert status.indexing is None


def test_progress_is_in_the_status_while_indexing(folder: Path, embedder: FakeEmbedder) -> None:
    seen = []
    with Assistant(folder, embedder=embedder, engine="quotes") as assistant:
        assistant.sync(on_progress=lambda progress: seen.append(assistant.status().indexing))
        assert seen and all(progress is not None for progress in seen)


def test_an_unknown_article_is_said(quotes: Assistant) -> None:
    for call in (quotes.show, quotes.file, quotes.remove, quotes.restore):
        with pytest.raises(UnknownArticle, match="none"):
            call("none")


def test_the_file_of_an_article_lies_in_the_corpus(quotes: Assistant, folder: Path) -> None:
    files = {quotes.file(article.id) for article in quotes.articles()}
    assert files == {folder / "bridge.txt", folder / "globe.txt"}


def test_an_assistant_can_be_used_again_after_closing(quotes: Assistant) -> None:
    quotes.close()
    assert quotes.search("bridge")


def test_closing_lets_go_of_what_a_person_made_too(quotes: Assistant) -> None:
    personal = quotes._parts.personal
    quotes.close()
    with pytest.raises(DataError):
        personal.tags("any")
    assert quotes.articles()


def test_nothing_is_made_before_it_is_needed(tmp_path: Path) -> None:
    Assistant(tmp_path / "corpus")
    assert list(tmp_path.glob("corpus*")) == []


def test_an_unknown_setting_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no setting 'modle'"):
        Assistant(tmp_path, modle="x")


def test_the_doctor_finds_a_fresh_corpus_in_order(quotes: Assistant) -> None:
    checks = {check.name: check for check in quotes.doctor()}
    assert all(check.hint for check in checks.values() if not check.ok)


def test_the_public_names_are_those_that_are_listed() -> None:
    for name in package.__all__:
        assert getattr(package, name) is not None
    with pytest.raises(AttributeError):
        package.Nothing  # noqa: B018


def test_today_is_the_day_from_which_times_are_told(folder: Path, embedder: FakeEmbedder) -> None:
    (folder / "old.md").write_text("---\ndate: 2024-03-04\n---\n\n" + BRIDGE, "utf-8")
    with Assistant(folder, embedder=embedder, engine="quotes") as assistant:
        assistant.sync()
        hits = assistant.search("What happened last week?", today=date(2024, 3, 7))
        assert hits.filters.since == "2024-02-26"


def test_what_was_cited_can_be_cited_again(quotes: Assistant) -> None:
    chat = quotes.chat()
    first = chat.ask(COST)
    again = chat.ask("And who said it?")
    cited = {citation.passage_id for citation in first.citations}
    assert cited <= {hit.passage.id for hit in again.passages}


def test_what_was_cited_of_a_removed_article_does_not_come_back(quotes: Assistant) -> None:
    chat = quotes.chat()
    first = chat.ask(COST)
    quotes.remove(first.citations[0].article.id)
    again = chat.ask("And who said it?")
    assert first.citations[0].article.id not in {hit.article.id for hit in again.passages}


def test_what_is_fetched_may_be_as_large_as_a_file(
    folder: Path, embedder: FakeEmbedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def fetch(url: str, *, limits: FetchLimits) -> Fetched:
        seen.append(limits.max_bytes)
        return Fetched(url, url, "text/plain", BRIDGE.encode() + b"More.", ".txt")

    monkeypatch.setattr("assistant.sources.fetch", fetch)
    with Assistant(folder, embedder=embedder, engine="quotes", max_file_mb=3) as assistant:
        report = assistant.add("https://example.org/bridge")
    assert (seen, len(report.added)) == ([3_000_000], 1)


def test_a_longer_answer_gets_more_room_from_the_model(folder: Path) -> None:
    with Assistant(folder, embedder=FakeEmbedder(), engine="quotes") as assistant:
        assistant.choose(answer_words=40)
        assert (assistant.settings.answer_words, assistant.settings.answer_tokens) == (40, 400)
        assistant.choose(answer_words=500)
        assert (assistant.settings.answer_words, assistant.settings.answer_tokens) == (500, 2000)
        with pytest.raises(SettingsError, match="answer_words"):
            assistant.choose(answer_words=5)


def test_pull_gets_the_embedded_model_by_its_name(
    monkeypatch: pytest.MonkeyPatch, folder: Path, embedder: FakeEmbedder
) -> None:
    steps = [Progress("downloading", 1, 1, "bytes")]
    monkeypatch.setattr("assistant.assistant.pull_weights", lambda: iter(steps))
    with Assistant(folder, embedder=embedder, engine="quotes") as assistant:
        assert list(assistant.pull("embedded")) == steps
