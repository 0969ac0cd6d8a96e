"""Conversations are kept, found, renamed, deleted and judged; each owner has their own."""

from dataclasses import replace
from pathlib import Path

import pytest

from assistant.conversations import Conversations
from assistant.errors import InputError
from assistant.personal import Personal
from assistant.records import (
    Answer,
    Article,
    Citation,
    Filters,
    Hit,
    KeptExchange,
    Passage,
    Sentence,
    Timings,
    Verdict,
    from_plain,
    to_plain,
)

ARTICLE = Article("a1", "news/bridge.md", "The bridge", published="2024-10-05", tags=("x", "y"))
ANSWER = Answer(
    question="What did it cost?",
    text="It cost 84 million euros [1].",
    language="en",
    engine="quotes",
    outcome="answered",
    filters=Filters(since="2024-01-01", inferred=("since",)),
    sentences=(Sentence("It cost 84 million euros [1].", (1,), "supported"),),
    citations=(Citation(1, ARTICLE, "p1", "84 million euros", 4, 20, page=2),),
    passages=(Hit(1, 0.5, ARTICLE, Passage("p1", "a1", "It cost …", 0, 9), copies=(ARTICLE,)),),
    notices=("One thing.",),
    timings=Timings(0.1, None, 0.2),
)


@pytest.fixture
def kept(tmp_path: Path) -> Conversations:
    return Conversations(Personal(tmp_path / "personal.sqlite"))


def answered(kept: Conversations, question: str, **where: str) -> str:
    key, number = kept.ask(question, **where)
    exchange = kept.exchanges(key, owner=where.get("owner", ""))[-1]
    assert exchange.number == number
    kept.keep(key, replace(exchange, answer=ANSWER))
    return key


def test_an_answer_is_the_same_after_plain_data() -> None:
    assert from_plain(Answer, to_plain(ANSWER)) == ANSWER


def test_a_later_versions_fields_are_left_out_and_missing_ones_are_defaults() -> None:
    plain = {**to_plain(ANSWER), "colour": "blue"}
    del plain["notices"]
    assert from_plain(Answer, plain) == replace(ANSWER, notices=())


@pytest.mark.parametrize(
    "data",
    [
        pytest.param([], id="no dict"),
        pytest.param({"number": 1}, id="a field is missing"),
        pytest.param({"number": 1, "question": "x", "answer": "y"}, id="another shape"),
    ],
)
def test_data_of_another_shape_is_refused(data: object) -> None:
    with pytest.raises(TypeError):
        from_plain(KeptExchange, data)


def test_a_conversation_is_named_by_its_first_question(kept: Conversations) -> None:
    key = answered(kept, "  What did\nit cost? ")
    answered(kept, "And when?", conversation=key)
    (one,) = kept.listed()
    assert (one.id, one.title, one.exchanges) == (key, "What did it cost?", 2)
    assert [exchange.answer for exchange in kept.exchanges(key)] == [ANSWER, ANSWER]


def test_all_words_of_a_search_are_in_its_questions_answers_or_name(kept: Conversations) -> None:
    key = answered(kept, "Who built the ÜBERFÄHRE?")
    other = answered(kept, "What else?")
    kept.rename(other, title="Harbour things")
    assert [one.id for one in kept.listed(search="überfähre million")] == [key]
    assert [one.id for one in kept.listed(search="harbour")] == [other]
    assert kept.listed(search="nothing") == []


def test_a_deleted_conversation_comes_back_within_the_hour(kept: Conversations) -> None:
    key = answered(kept, "What did it cost?")
    kept.delete(key)
    assert kept.listed() == []
    with pytest.raises(InputError, match="no such conversation"):
        kept.exchanges(key)
    kept.restore(key)
    assert [one.id for one in kept.listed()] == [key]


def test_after_the_hour_nothing_of_it_is_left(
    kept: Conversations, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    key = answered(kept, "A secret question")
    kept.delete(key)
    monkeypatch.setattr("assistant.conversations.UNDO_HOURS", -1)
    answered(kept, "Another")
    with pytest.raises(InputError):
        kept.restore(key)
    assert "secret" not in Personal(tmp_path / "personal.sqlite").dump()


def test_one_owner_never_reaches_anothers_conversation(kept: Conversations) -> None:
    key = answered(kept, "What did it cost?", owner="ada")
    assert kept.listed(owner="bob") == []
    for reach in (
        lambda: kept.get(key, owner="bob"),
        lambda: kept.exchanges(key, owner="bob"),
        lambda: kept.ask("More?", conversation=key, owner="bob"),
        lambda: kept.rename(key, title="mine", owner="bob"),
        lambda: kept.delete(key, owner="bob"),
        lambda: kept.restore(key, owner="bob"),
        lambda: kept.drop_from(key, number=1, owner="bob"),
        lambda: kept.judge(key, number=1, verdict=Verdict(True), owner="bob"),
    ):
        with pytest.raises(InputError):
            reach()
    assert kept.get(key, owner="ada").title == "What did it cost?"


def test_a_question_asked_again_replaces_the_exchange_and_those_after_it(
    kept: Conversations,
) -> None:
    key = answered(kept, "One?")
    answered(kept, "Two?", conversation=key)
    kept.drop_from(key, number=1)
    answered(kept, "Uno?", conversation=key)
    assert [(one.number, one.question) for one in kept.exchanges(key)] == [(1, "Uno?")]


def test_an_answer_to_a_deleted_exchange_is_not_kept(kept: Conversations) -> None:
    key, number = kept.ask("One?")
    kept.drop_from(key, number=1)
    kept.keep(key, KeptExchange(number, "One?", answer=ANSWER))
    assert kept.exchanges(key) == ()


def test_verdicts_become_a_question_set(kept: Conversations) -> None:
    key = answered(kept, "What did it cost?")
    answered(kept, "Who paid?", conversation=key)
    answered(kept, "Why?", conversation=key)
    kept.judge(key, number=1, verdict=Verdict(True, "to the point"))
    kept.judge(key, number=2, verdict=Verdict(False, "The city of Hohenaldern"))
    kept.judge(key, number=3, verdict=Verdict(False))
    assert [one.verdict for one in kept.exchanges(key)][:1] == [Verdict(True, "to the point")]
    good, bad = kept.question_set()
    assert good["expected"] == ["84 million euros"]
    assert good["article"] == "news/bridge.md"
    assert bad["expected"] == ["The city of Hohenaldern"]
    kept.judge(key, number=1, verdict=None)
    assert len(kept.question_set()) == 1


def test_an_empty_name_is_refused(kept: Conversations) -> None:
    key = answered(kept, "One?")
    with pytest.raises(InputError, match="needs a name"):
        kept.rename(key, title="  ")
