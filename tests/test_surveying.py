"""Questions about the corpus itself, answered from the catalogue and from whole articles."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from fakes import FakeChat, FakeEmbedder

from assistant import Answer, Assistant
from assistant.records import Turn

TODAY = date(2024, 11, 6)
ARTICLES = {
    "bridge": (
        "Bridge opened in the rain",
        "2024-11-04",
        "The harbour bridge was opened on Monday in heavy rain. It cost 12 million crowns, the "
        "mayor said at the opening. Ships pass under the bridge at noon every day.",
    ),
    "ferry": (
        "Ferry closes after ninety years",
        "2024-10-12",
        "The old ferry made its last trip on Saturday evening. The harbour bridge takes its place"
        " from November. The captain of the ferry retires after forty years.",
    ),
    "globe": (
        "A globe comes home",
        "2023-05-01",
        "The museum received a celestial globe on Friday. It had lain in a cellar for thirty years."
        " The director called it a gift to the city.",
    ),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for name, (title, day, text) in ARTICLES.items():
        front = f"---\ntitle: {title}\ndate: {day}\nlanguage: en\n---\n\n"
        (folder / f"{name}.md").write_text(f"{front}{text}\n")
    return folder


@pytest.fixture
def assistant(folder: Path, embedder: FakeEmbedder) -> Iterator[Assistant]:
    with Assistant(folder, embedder=embedder, engine="quotes") as assistant:
        assistant.sync()
        yield assistant


def titles(answer: Answer) -> list[str]:
    return list(dict.fromkeys(citation.article.title for citation in answer.citations))


def quoted(assistant: Assistant, answer: Answer) -> None:
    for citation in answer.citations:
        text = assistant.show(citation.article.id).text
        assert text[citation.start : citation.end] == citation.quote
    assert answer.text.split() == " ".join(s.text for s in answer.sentences).split()


def test_how_many_articles_mention_something(assistant: Assistant) -> None:
    answer = assistant.ask("How many articles mention the bridge?")
    assert answer.outcome == "answered"
    assert answer.text.startswith("2 of your 3 articles mention “bridge”:")
    assert titles(answer) == ["Bridge opened in the rain", "Ferry closes after ninety years"]
    assert all("bridge" in citation.quote for citation in answer.citations)
    assert (answer.engine, answer.tokens.prompt) == ("quotes", 0)
    quoted(assistant, answer)


def test_none_is_an_answer(assistant: Assistant) -> None:
    answer = assistant.ask("How many of my articles mention walruses?")
    assert answer.text.startswith("None of your 3 articles mentions “walruses”.")
    assert answer.answered


def test_how_many_there_are(assistant: Assistant) -> None:
    answer = assistant.ask("How many articles do I have?")
    assert answer.text.startswith("You have 3 articles:")
    assert len(titles(answer)) == 3


def test_in_german(assistant: Assistant) -> None:
    answer = assistant.ask("Wie viele Artikel habe ich?")
    assert answer.language == "de"
    assert answer.text.startswith("Sie haben 3 Artikel:")


def test_what_is_new_since_a_day(assistant: Assistant) -> None:
    answer = assistant.ask("What is new since Monday?", today=TODAY)
    assert answer.text.startswith("One article has been published since 2024-11-04:")
    assert titles(answer) == ["Bridge opened in the rain"]
    assert answer.filters.since == "2024-11-04"


def test_nothing_new_shows_the_newest(assistant: Assistant) -> None:
    answer = assistant.ask("What is new since Monday?", today=date(2025, 3, 5))
    assert answer.text.startswith("No article has been published since 2025-03-03")
    assert titles(answer)[0] == "Bridge opened in the rain"


def test_filters_hold(assistant: Assistant) -> None:
    answer = assistant.ask("How many articles mention the bridge?", until="2024-10-31")
    assert answer.text.startswith("One of your 2 articles mentions “bridge”:")


def test_a_named_article_is_summed_up_in_its_own_words(assistant: Assistant) -> None:
    answer = assistant.ask("Summarise “A globe comes home”")
    assert titles(answer) == ["A globe comes home"]
    assert answer.text.startswith("The museum received a celestial globe on Friday. [1]")
    assert len(answer.sentences) == 3
    quoted(assistant, answer)


def test_this_article_is_the_one_that_was_cited_last(assistant: Assistant) -> None:
    chat = assistant.chat()
    first = chat.ask("Where had the celestial globe lain in a cellar, for how many years?")
    assert titles(first) == ["A globe comes home"]
    assert titles(chat.ask("Summarise this article")) == ["A globe comes home"]


def test_this_article_is_the_one_chosen_by_filter(assistant: Assistant) -> None:
    (ferry,) = [a for a in assistant.articles() if a.path == "ferry.md"]
    answer = assistant.ask("Summarise this article", article=ferry.id)
    assert titles(answer) == ["Ferry closes after ninety years"]


def test_which_article_is_asked_back_with_choices_that_work(assistant: Assistant) -> None:
    answer = assistant.ask("Summarise this article")
    assert (answer.outcome, answer.text) == ("asked_back", "Which article do you mean?")
    assert answer.choices[0] == "Summarise “Bridge opened in the rain”"
    assert titles(assistant.ask(answer.choices[0])) == ["Bridge opened in the rain"]


def test_two_articles_are_compared(assistant: Assistant) -> None:
    answer = assistant.ask("Compare “Bridge opened in the rain” and “A globe comes home”")
    assert titles(answer) == ["Bridge opened in the rain", "A globe comes home"]
    one, other = answer.text.split("\n")
    assert one.startswith("Bridge opened in the rain · 2024-11-04: ")
    assert other.startswith("A globe comes home · 2023-05-01: ")


def test_a_question_that_names_no_article_is_an_ordinary_one(assistant: Assistant) -> None:
    answer = assistant.ask("What does the mayor say?")
    assert answer.outcome in ("answered", "refused")
    assert "article" not in answer.text


def test_the_model_writes_the_summary_from_the_article(
    folder: Path, embedder: FakeEmbedder, chat: FakeChat
) -> None:
    chat.enqueue("A celestial globe was received by the museum on Friday [1].")
    with Assistant(folder, embedder=embedder, chat_model=chat) as assistant:
        assistant.sync()
        answer = assistant.ask("Summarise “A globe comes home”")
    assert (answer.outcome, answer.engine) == ("answered", chat.engine)
    assert titles(answer) == ["A globe comes home"]
    assert "It had lain in a cellar" in chat.prompts[0]


def test_a_summary_the_article_does_not_bear_out_gives_way_to_its_own_words(
    folder: Path, embedder: FakeEmbedder, chat: FakeChat
) -> None:
    chat.enqueue("Parliament doubled every tax in 1999 [1].")
    with Assistant(folder, embedder=embedder, chat_model=chat) as assistant:
        assistant.sync()
        answer = assistant.ask("Summarise “A globe comes home”")
    assert answer.engine == "quotes"
    assert "celestial globe" in answer.text


def test_history_without_citations_is_borne(assistant: Assistant) -> None:
    events = assistant.stream("Compare these two articles", history=[Turn("Hello?", "Hello.")])
    answer = list(events)[-1]
    assert isinstance(answer, Answer)
    assert answer.outcome == "asked_back"
    assert answer.choices[0].startswith("Compare “Bridge opened in the rain” and “Ferry")
