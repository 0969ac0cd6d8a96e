"""Follow-up questions: which lean on what was said, and how they are made to stand alone."""

import pytest
from fakes import FakeChat

from assistant.errors import ModelError
from assistant.followups import LONGEST, points_back, standalone_question
from assistant.records import Turn

TUNNEL = Turn("What will the Kelmouth Harbour Tunnel cost?", "It will cost 1.14 billion euros. [1]")
HAFEN = Turn("Was kostet der Hafentunnel in Kelmouth?", "Er kostet 1,14 Milliarden Euro. [1]")


def alone(
    question: str, last: Turn = TUNNEL, *, model: FakeChat | None = None, language: str = "en"
) -> str:
    return standalone_question(question, history=[last], model=model, language=language)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("And when?", "en"),
        ("What about the ferry?", "en"),
        ("Who said so about it?", "en"),
        ("What did he say?", "en"),
        ("Why?", "en"),
        ("Und wann?", "de"),
        ("Wer hat ihn gebaut?", "de"),
        ("Et quand ?", "fr"),
        ("¿Y cuándo?", "es"),
    ],
)
def test_a_question_that_leans_on_the_last_one_is_known(question: str, language: str) -> None:
    assert points_back(question, language=language)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("How many soldiers did North Korea send to Russia?", "en"),
        ("Who is the mayor of Hohenaldern?", "en"),
        ("Wann brach der Deich in Hohenaldern?", "de"),
        ("Combien coûtera la rénovation du barrage de la Sauvène ?", "fr"),
    ],
)
def test_a_change_of_topic_is_not_dragged_along(question: str, language: str) -> None:
    assert not points_back(question, language=language)
    model = FakeChat()
    assert alone(question, model=model, language=language) == question
    assert model.history == []


def test_without_a_conversation_nothing_is_rewritten() -> None:
    assert standalone_question("And when?", history=[], model=None, language="en") == "And when?"


@pytest.mark.parametrize(
    ("question", "last", "language", "carried"),
    [
        ("And when?", TUNNEL, "en", ["Kelmouth", "Tunnel"]),
        ("Und wann?", HAFEN, "de", ["Hafentunnel", "Kelmouth"]),
    ],
)
def test_by_rule_the_words_of_the_last_question_are_carried_over(
    question: str, last: Turn, language: str, carried: list[str]
) -> None:
    found = alone(question, last, language=language)
    assert found.startswith(question)
    assert all(word in found for word in carried)


def test_the_model_rewrites_in_one_short_call_that_begins_like_an_answer() -> None:
    model = FakeChat().enqueue("When will the Kelmouth Harbour Tunnel open?")
    assert alone("And when will it open?", model=model) == (
        "When will the Kelmouth Harbour Tunnel open?"
    )
    (call,) = model.history
    assert call[0].role == "system"
    assert TUNNEL.question in call[1].content
    assert model.limits[0] <= 100


@pytest.mark.parametrize(
    "written",
    [
        pytest.param("", id="nothing"),
        pytest.param("Wann wird der Hafentunnel in Kelmouth eröffnet?", id="another language"),
        pytest.param("When " + "will the tunnel open " * 40, id="too long"),
        pytest.param("Penguins breed on cliffs in Chile every autumn.", id="something else"),
    ],
)
def test_what_the_model_may_not_write_is_replaced_by_the_rule(written: str) -> None:
    found = alone("And when will it open?", model=FakeChat().enqueue(written))
    assert found == alone("And when will it open?")
    assert len(found) <= LONGEST


def test_a_model_that_fails_is_replaced_by_the_rule() -> None:
    model = FakeChat().enqueue([ModelError("gone")])
    assert alone("And when?", model=model) == alone("And when?")


def test_names_go_along_with_a_short_question_that_has_none() -> None:
    assert (
        alone("How long will the works take?")
        == "How long will the works take? (Kelmouth Harbour Tunnel)"
    )


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("How long will works in Larne take?", id="a name of its own"),
        pytest.param(
            "How do bakers knead bread dough with cold water during hot summer weeks?",
            id="much said",
        ),
    ],
)
def test_names_do_not_go_along_with_another_topic(question: str) -> None:
    assert alone(question) == question


def test_names_come_from_the_last_two_questions() -> None:
    history = [
        Turn("Who is Ann Doyle?", "A."),
        Turn("Who is Bob Lee?", "B."),
        Turn("And he?", "C."),
    ]
    found = standalone_question(
        "How long will works take?", history=history, model=None, language="en"
    )
    assert found == "How long will works take? (Bob Lee)"
