"""What a question leaves open: which of several things it means, and which part was not told."""

import pytest
from fakes import FakeEmbedder
from samples import hit

from assistant.clarifying import choices, missing_part, question_parts
from assistant.pieces import Scored, score_pieces, split_hits
from assistant.records import Hit

NORTH = "The election in Larne was won by Ann Doyle of the Harbour List on Sunday."
SOUTH = "Rafael Ortega won the election in Puerto Lirio on Sunday with the votes of the valley."
AGAIN = "Ann Doyle won the election in Larne, the count confirmed on Monday."


def read(question: str, *found: Hit) -> list[Scored]:
    pieces = split_hits(found)
    return score_pieces(question, pieces, language="en", embedder=FakeEmbedder())


def asked(question: str, *found: Hit) -> tuple[str, ...]:
    return choices(question, read(question, *found), language="en")


def test_an_open_question_is_asked_back_with_what_there_is() -> None:
    found = asked("Who won the election?", hit("north", NORTH), hit("south", SOUTH, rank=2))
    assert sorted(found) == ["Who won the election – “North”?", "Who won the election – “South”?"]


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("Who won the election in Larne?", id="a name"),
        pytest.param("Who won the election of 2024?", id="a figure"),
        pytest.param("Who won the election “for the valley”?", id="a quotation"),
        pytest.param("Who won the election with the votes of farmers and sailors?", id="much said"),
        pytest.param("Who lost the referendum?", id="other words"),
    ],
)
def test_a_question_that_says_which_is_answered(question: str) -> None:
    assert asked(question, hit("north", NORTH), hit("south", SOUTH, rank=2)) == ()


def test_two_articles_about_the_same_thing_are_one() -> None:
    assert asked("Who won the election?", hit("north", NORTH), hit("again", AGAIN, rank=2)) == ()


def test_one_article_leaves_nothing_open() -> None:
    assert asked("Who won the election?", hit("north", NORTH)) == ()


@pytest.mark.parametrize(
    ("question", "language", "parts"),
    [
        ("When did it open, and who opened it?", "en", ["When did it open", "who opened it"]),
        ("Wann wurde sie eröffnet und von wem?", "de", ["Wann wurde sie eröffnet", "von wem"]),
        ("What did Ann and Bob say?", "en", ["What did Ann and Bob say"]),
        ("Quand, et qui ?", "fr", ["Quand, et qui"]),
    ],
)
def test_a_question_in_two_parts(question: str, language: str, parts: list[str]) -> None:
    assert list(question_parts(question, language=language)) == parts


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("It cost 85 million pounds.", "who opened it"),
        ("Mayor Ann Doyle opened it.", "How much did the bridge cost"),
        ("It cost 85 million pounds; Mayor Ann Doyle opened it.", ""),
    ],
)
def test_the_part_that_was_not_told(text: str, missing: str) -> None:
    question = "How much did the bridge cost, and who opened it?"
    assert missing_part(question, text, language="en") == missing


def test_a_question_in_one_part_lacks_nothing() -> None:
    assert missing_part("Who opened the bridge?", "Nobody knows.", language="en") == ""
