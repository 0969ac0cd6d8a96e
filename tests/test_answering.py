"""From question and hits to the events of an answer, with and without a model."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from fakes import FakeChat, FakeEmbedder
from samples import START, harbour_hits, hits

from assistant.answering import answer, check_question, standalone
from assistant.errors import ModelError, QuestionError
from assistant.prompts import CANNOT
from assistant.records import Answer, Event, Hits, Sentence, Stage, Token, Turn, Usage
from assistant.settings import load_settings

COST = "What did the harbour bridge in Larne cost?"
COLOUR = "Which colour has the bridge?"  # not told: the sentences fit, but not well
SAID = "It cost 85 million pounds [1]."


def run(
    question: str = COST,
    *,
    model: FakeChat | None = None,
    found: Hits | None = None,
    language: str = "en",
    history: Sequence[Turn] = (),
    searched: int = 3,
    **values: Any,
) -> Iterator[Event]:
    return answer(
        question,
        hits=harbour_hits() if found is None else found,
        language=language,
        embedder=FakeEmbedder(),
        model=model,
        settings=load_settings(**values),
        history=history,
        passages_searched=searched,
    )


def last(events: Iterator[Event]) -> Answer:
    done = list(events)[-1]
    assert isinstance(done, Answer)
    return done


def says(*answers: str | list[str | Exception], **values: Any) -> FakeChat:
    return FakeChat(**values).enqueue(*answers)


def hold(answer: Answer) -> None:
    """What holds for every answer."""
    assert [c.number for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    texts = {one.article.id: " " * START + one.passage.text for one in harbour_hits()}
    for citation in answer.citations:
        assert texts[citation.article.id][citation.start : citation.end] == citation.quote
    used = [number for sentence in answer.sentences for number in sentence.citations]
    assert list(dict.fromkeys(used)) == [c.number for c in answer.citations]
    for sentence in answer.sentences:
        assert sentence.citations or "(not in" in sentence.text or "(nicht" in sentence.text
        assert all(f"[{number}]" in sentence.text for number in sentence.citations)
    if answer.sentences:
        parts = " ".join(sentence.text for sentence in answer.sentences)
        assert parts.split() == answer.text.split()


# --- the question -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param(" \n ", "empty", id="blank"),
        pytest.param("?!… —", "no word", id="punctuation"),
        pytest.param("x" * 10_000, "10,000 characters", id="too long"),
    ],
)
def test_what_is_no_question_is_refused_with_a_hint(text: str, message: str) -> None:
    with pytest.raises(QuestionError, match=message) as caught:
        check_question(text)
    assert caught.value.hint


@pytest.mark.parametrize("text", ["Who?", " Wer? ", "谁?", "3000?"])
def test_a_question_is_stripped(text: str) -> None:
    assert check_question(text) == text.strip()


def test_a_follow_up_is_answered_in_the_words_it_was_searched_with() -> None:
    history = [Turn(COST, SAID)]
    question = standalone("And when?", history=history, model=None, language="en")
    model = says("It opened on Monday [1].")
    found = replace(harbour_hits(), query="When did the harbour bridge in Larne open?")
    done = last(run("And when?", model=model, found=found, history=history))
    assert "Larne" in question
    assert done.question == "And when?"
    assert "When did the harbour bridge in Larne open?" in model.prompts[0]
    hold(done)


# --- with a model -------------------------------------------------------------------------------


def test_the_events_come_in_order_and_the_tokens_join_to_the_text() -> None:
    events = list(run(model=says(f"{SAID} Ann Doyle cut the ribbon [1].")))
    kinds = [type(event) for event in events]
    stages = [event.name for event in events if isinstance(event, Stage)]
    assert stages == ["reading", "writing"]
    assert kinds[-1] is Answer
    done = events[-1]
    assert isinstance(done, Answer)
    assert "".join(event.text for event in events if isinstance(event, Token)) == done.text
    assert tuple(event for event in events if isinstance(event, Sentence)) == done.sentences
    assert done.text == "It cost 85 million pounds. [1] Ann Doyle cut the ribbon. [2]"
    assert (done.outcome, done.engine, done.model) == ("answered", "ollama", "fake-chat")
    assert done.passages == tuple(harbour_hits())
    assert done.tokens.prompt > 0 and done.timings.first_token_s is not None
    hold(done)


@pytest.mark.parametrize(
    "written",
    [
        "It cost 85 million pounds.",
        "It cost 85 million pounds [1, 2].",
        "It cost 85 million pounds (1).",
        "It cost 85 million pounds [Source 1].",
        "It cost 85 million pounds [^1].",
        "It cost 85 million pounds 【1】.",
        "It cost 85 million pounds [9].",
        "It cost 85 million pounds. [2]",
        "Answer: It cost 85 million pounds [1]",
    ],
)
def test_whatever_way_a_model_cites_the_right_words_are_quoted(written: str) -> None:
    done = last(run(model=says(written)))
    (sentence,) = done.sentences
    assert sentence.support == "supported"
    assert "[9]" not in done.text
    assert done.text == " ".join(sentence.text for sentence in done.sentences)
    hold(done)


def test_no_number_that_does_not_exist_is_ever_streamed() -> None:
    model = says("It cost 85 million pounds [7]. Ann Doyle cut the ribbon [8, 9].")
    events = list(run(model=model))
    shown = "".join(event.text for event in events if isinstance(event, Token))
    assert not any(f"[{number}]" in shown for number in (7, 8, 9))


def test_a_wrong_figure_stays_and_is_marked() -> None:
    done = last(run(model=says(f"{SAID} It opened with 12,345 guests [1].")))
    good, bad = done.sentences
    assert good.support == "supported"
    assert (bad.support, bad.citations) == ("unsupported", ())
    assert "(not in the articles)" in bad.text
    assert "12,345" in bad.reason
    assert done.outcome == "answered"
    hold(done)


def test_the_mark_is_in_the_answers_language() -> None:
    model = says("Die Brücke kostete 85 Mio. Pfund [1]. Sie hat 777 Lampen [1].")
    done = last(run("Was kostete die Brücke am Hafen?", model=model, language="de"))
    assert "(nicht belegt)" in done.text
    assert done.language == "de"


def test_html_images_and_foreign_links_never_reach_the_reader() -> None:
    model = says(
        "It cost <b>85 million</b> pounds [1] ![x](http://evil.example/?q=1)."
        " See [here](https://larne.example/bridge) or http://evil.example/a."
    )
    events = list(run(model=model))
    shown = "".join(event.text for event in events if isinstance(event, Token))
    for text in (shown, events[-1].text):  # type: ignore[union-attr]
        assert "evil.example" not in text
        assert "<b>" not in text
    assert isinstance(events[-1], Answer)
    assert any("Links" in notice for notice in events[-1].notices)


def test_sources_are_fenced_and_the_question_comes_last() -> None:
    model = says(SAID)
    last(run(model=model))
    ((system, user),) = model.history
    assert CANNOT in system.content
    assert user.content.index("85 million") < user.content.index("</sources")
    assert user.content.index("</sources") < user.content.index(COST)
    assert model.limits == [load_settings().answer_tokens]


def test_evidence_that_does_not_fit_is_named() -> None:
    question = "When will the ferry from Larne to Cairnryan not run, and what did the bridge cost?"
    done = last(run(question, model=says(SAID), evidence_tokens=100))
    assert any("left out" in notice for notice in done.notices)


# --- refusing -----------------------------------------------------------------------------------


def test_what_does_not_fit_is_refused_without_asking_the_model() -> None:
    model = says("Neptune is the mayor [1].")
    done = last(run("Which penguins breed in Chile?", model=model))
    assert (done.outcome, done.answered, model.history) == ("refused", False, [])
    assert done.text == "Your articles do not answer this."
    assert done.sentences == done.citations == ()
    assert 1 <= len(done.nearest) <= 3
    assert all(near.about for near in done.nearest)


@pytest.mark.parametrize(
    "written",
    [
        pytest.param(CANNOT, id="the phrase"),
        pytest.param(f"{CANNOT}.", id="the phrase with a stop"),
        pytest.param("The articles do not mention the cost.", id="in its own words"),
        pytest.param("Penguins breed on cliffs in Chile.", id="nothing supported"),
        pytest.param("It cost 777 million [1].", id="only a wrong figure"),
    ],
)
def test_an_answer_without_any_support_is_a_refusal(written: str) -> None:
    events = list(run(COLOUR, model=says(written)))
    done = events[-1]
    assert isinstance(done, Answer)
    assert (done.outcome, done.text) == ("refused", "Your articles do not answer this.")
    assert done.citations == ()
    assert done.nearest
    shown = "".join(event.text for event in events if isinstance(event, Token))
    assert CANNOT not in shown


@pytest.mark.parametrize(
    ("written", "notice"),
    [
        pytest.param(CANNOT, "found no answer", id="the phrase"),
        pytest.param("The articles do not mention the cost.", "found no answer", id="own words"),
        pytest.param("It cost 777 million [1].", "is not in your articles", id="a wrong figure"),
    ],
)
def test_what_surely_fits_is_quoted_when_the_model_overlooks_it(written: str, notice: str) -> None:
    done = last(run(COST, model=says(written)))
    assert (done.outcome, done.engine) == ("partly", "quotes")
    assert done.text == " ".join(sentence.text for sentence in done.sentences)
    assert any(notice in told for told in done.notices)
    assert "777" not in done.text
    hold(done)


def test_the_phrase_for_a_refusal_is_never_shown_as_what_is_missing() -> None:
    done = last(run(model=says(f"{SAID} {CANNOT}")))
    assert (done.outcome, done.missing) == ("partly", COST)


def test_what_is_missing_is_said_when_the_rest_is_answered() -> None:
    done = last(run(model=says(f"{SAID} The articles do not say who paid.")))
    assert (done.outcome, done.missing) == ("partly", "The articles do not say who paid.")
    assert "who paid" not in done.text


def test_without_articles_that_is_said() -> None:
    done = last(run(found=hits(), searched=0))
    assert done.outcome == "refused"
    assert "no articles" in done.text


def test_a_language_without_articles_or_texts_is_refused_in_english() -> None:
    done = last(run("Hány híd van?", language="hu", found=hits()))
    assert (done.outcome, done.language) == ("refused", "hu")
    assert done.text == "Your articles do not answer this."


# --- faults of a model --------------------------------------------------------------------------


def test_a_model_that_dies_in_mid_stream_leaves_what_came_with_its_evidence() -> None:
    model = says([SAID, " Ann Doyle cut", ModelError("Ollama broke off.")])
    done = last(run(model=model))
    assert done.text == "It cost 85 million pounds. [1]"
    assert any("incomplete" in n and "broke off" in n for n in done.notices)
    hold(done)


def test_a_model_that_fails_at_once_gives_way_to_quotes_when_none_was_named() -> None:
    done = last(run(model=says([ModelError("Ollama is gone.")])))
    assert (done.engine, done.model, done.outcome) == ("quotes", "", "answered")
    assert any("Ollama is gone." in notice for notice in done.notices)
    hold(done)


def test_a_named_engine_that_fails_at_once_is_an_error() -> None:
    with pytest.raises(ModelError, match="gone"):
        last(run(model=says([ModelError("Ollama is gone.")]), engine="ollama"))


@pytest.mark.parametrize("written", ["", "  \n", "[1]"])
def test_a_silent_model_gives_way_to_quotes(written: str) -> None:
    done = last(run(model=says(written)))
    assert done.engine == "quotes"
    assert any("said nothing" in notice for notice in done.notices)


def test_a_loop_is_ended_and_said() -> None:
    model = says("It cost 85 million pounds [1]. " * 30)
    done = last(run(model=model))
    assert done.text == "It cost 85 million pounds. [1]"
    assert any("repeat" in notice for notice in done.notices)
    assert model.closed == 1


def test_running_on_past_the_question_is_ended_and_said() -> None:
    done = last(run(model=says(f"{SAID}\nQuestion: Who? Answer: Ann Doyle.")))
    assert done.text == "It cost 85 million pounds. [1]"
    assert any("past the question" in notice for notice in done.notices)


def test_an_answer_cut_at_the_cap_says_so() -> None:
    model = says(f"{SAID} Ann Doyle cut the", usage=Usage(10, 400, "length"))
    done = last(run(model=model))
    assert done.text == "It cost 85 million pounds. [1]"
    assert any("cut at 400 tokens" in notice for notice in done.notices)


def test_another_language_is_said() -> None:
    german = "Die Brücke am Hafen kostete nach Angaben der Stadt 85 Mio. Pfund [1]."
    done = last(run(model=says(german)))
    assert any("German" in notice for notice in done.notices)


def test_closing_the_events_stops_the_model() -> None:
    model = says("It cost 85 million pounds [1]. " + "And more of it came. " * 50)
    events = run(model=model)
    for event in events:
        if isinstance(event, Token):
            break
    events.close()  # type: ignore[attr-defined]
    assert model.closed == 1


# --- without a model ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "language", "words"),
    [
        ("Who cut the ribbon?", "en", "Ann Doyle"),
        ("Wie viele Soldaten schickte Nordkorea?", "de", "3.000"),
        ("How many soldiers did Korea send?", "en", "3.000"),
    ],
)
def test_quotes_are_verbatim_with_their_marks(question: str, language: str, words: str) -> None:
    events = list(run(question, language=language))
    done = events[-1]
    assert isinstance(done, Answer)
    assert (done.engine, done.model, done.outcome) == ("quotes", "", "answered")
    assert words in done.text
    assert all(sentence.support == "supported" for sentence in done.sentences)
    for sentence, citation in zip(done.sentences, done.citations, strict=True):
        assert sentence.text == f"{citation.quote} [{citation.number}]"
    assert "".join(event.text for event in events if isinstance(event, Token)) == done.text
    hold(done)


def test_quotes_refuse_what_does_not_fit() -> None:
    assert last(run("Which penguins breed in Chile?")).outcome == "refused"


def test_notices_and_filters_of_the_search_are_kept() -> None:
    found = replace(harbour_hits(), notices=("Only articles of 2024.",))
    done = last(run(found=found))
    assert done.notices[0] == "Only articles of 2024."
    assert done.filters == found.filters
