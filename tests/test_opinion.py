"""A second opinion by the user's own model: it may doubt, and it never clears a doubt."""

import pytest
from fakes import FakeChat
from samples import harbour_hits
from test_answering import SAID, last, run, says

from assistant.errors import ModelError
from assistant.opinion import second_opinion
from assistant.records import Citation, Sentence

ARTICLE = harbour_hits()[0].article
QUOTE = "It cost 85 million pounds."
CITATIONS = {1: Citation(1, ARTICLE, "p", QUOTE, 0, len(QUOTE))}


def judged(reply: str, *, support: str = "supported", reason: str = "") -> Sentence:
    sentence = Sentence(f"{QUOTE} [1]", (1,), support, reason)  # type: ignore[arg-type]
    model = FakeChat().enqueue(reply)
    (done,) = second_opinion([sentence], citations=CITATIONS, model=model, language="en")
    return done


@pytest.mark.parametrize("reply", ["No", "no.", " **No**", "Nein", '"no"'])
def test_a_no_makes_the_sentence_partly_supported(reply: str) -> None:
    done = judged(reply)
    assert done.support == "partly"
    assert "fake-chat" in done.reason
    assert done.text == f"{QUOTE} [1]"


@pytest.mark.parametrize("reply", ["Yes", "yes, it does", "Not sure", "Nothing", ""])
def test_whatever_is_no_no_leaves_it_supported(reply: str) -> None:
    assert judged(reply).support == "supported"


def test_what_is_lacking_already_is_not_asked_about() -> None:
    model = FakeChat()
    lacking = Sentence("Other. (not in the articles)", (), "unsupported", "No passage says this.")
    (done,) = second_opinion([lacking], citations=CITATIONS, model=model, language="en")
    assert done == lacking
    assert model.history == []


def test_the_model_sees_the_quote_and_the_sentence_without_marks() -> None:
    model = FakeChat().enqueue("yes")
    sentence = Sentence(f"{QUOTE} [1]", (1,), "supported")
    second_opinion([sentence], citations=CITATIONS, model=model, language="en")
    assert f"Quote: {QUOTE}" in model.prompts[0]
    assert f"Sentence: {QUOTE}\n" in model.prompts[0]


# --- in an answer ---------------------------------------------------------------------------------


def test_no_second_opinion_is_asked_unless_it_is_set() -> None:
    model = says(SAID)
    assert last(run(model=model)).sentences[0].support == "supported"
    assert len(model.history) == 1


def test_it_is_asked_when_the_answer_is_written() -> None:
    model = says(SAID, "No")
    (sentence,) = last(run(model=model, second_opinion=True)).sentences
    assert (sentence.support, sentence.citations) == ("partly", (1,))
    assert len(model.history) == 2


def test_a_model_that_fails_then_leaves_the_answer_and_says_so() -> None:
    model = says(SAID, [ModelError("Ollama broke off.")])
    done = last(run(model=model, second_opinion=True))
    assert done.sentences[0].support == "supported"
    assert any("second opinion" in notice for notice in done.notices)
