"""Measuring on a question set."""

import json
from pathlib import Path

import pytest
from fakes import FakeEmbedder

from assistant import Assistant, evaluation
from assistant.errors import InputError
from assistant.evaluation import Outcome, Question, judge, read_questions, summarise
from assistant.records import Answer, Article, Citation


def outcome(kind: str, *, right: bool | None) -> Outcome:
    return Outcome("?", kind, "text", right, right, None, True, 1.0, 10)


def test_refusals_are_counted_against_the_unanswerable() -> None:
    outcomes = [
        outcome("refused", right=None),
        outcome("refused", right=False),
        outcome("answered", right=None),
        outcome("answered", right=True),
    ]
    result = summarise(outcomes, engine="quotes", model="")
    assert (result.refusal_precision, result.refusal_recall, result.accuracy) == (0.5, 0.5, 0.5)


def test_shares_over_nothing_are_unknown() -> None:
    result = summarise([outcome("answered", right=True)], engine="quotes", model="")
    assert (result.refusal_precision, result.refusal_recall) == (None, None)


def test_a_right_answer_holds_any_of_the_expected_strings() -> None:
    article = Article("a", "a.txt", "A")
    citation = Citation(1, article, "p", "Es waren 3.000\u202fSoldaten.", 0, 10)
    answer = Answer(
        "?", "About 3,000 soldiers. [1]", "en", "quotes", "answered", citations=(citation,)
    )
    asked = Question("?", ("3,000", "3.000"))
    judged = judge(answer, question=asked, language="en")
    assert (judged.right, judged.cited_right, judged.same_language) == (True, True, True)
    assert judge(answer, question=Question("?", ("4,000",)), language="de").right is False


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("", "empty", id="empty"),
        pytest.param('{"question": "a"}\nnoise', "Line 2", id="no JSON"),
        pytest.param('{"expected": []}', "Line 1", id="no question"),
        pytest.param("[1]", "Line 1", id="no object"),
    ],
)
def test_a_bad_question_set_is_refused(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(content)
    with pytest.raises(InputError, match=message):
        read_questions(file)


def test_a_missing_question_set_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_questions(tmp_path / "none.jsonl")


def test_a_set_is_asked_and_printed(tmp_path: Path, embedder: FakeEmbedder) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "bridge.txt").write_text("The harbour bridge cost 12 million crowns. It is long.")
    rows = [{"question": "What did the harbour bridge cost?", "expected": ["12 million"]}]
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)))
    with Assistant(folder, embedder=embedder, engine="quotes") as assistant:
        assistant.sync()
        result = evaluation.evaluate(assistant, file)
    assert result.accuracy == 1.0
    assert "right answers" in evaluation.text(result)
    assert json.loads(json.dumps(evaluation.document(result)))["questions"] == 1
