"""Measuring on a question set."""

import json
from pathlib import Path

import pytest
from fakes import FakeChat, FakeEmbedder

from assistant import Assistant, evaluation
from assistant.errors import InputError
from assistant.evaluation import Outcome, changed, judge, read_former, summarise
from assistant.question_making import make_questions
from assistant.question_sets import Question, lines, read_questions
from assistant.records import Answer, Article, Citation

LANGUAGES = {"en": 2, "de": 1}


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
    judged = judge(answer, question=asked, languages=LANGUAGES)
    assert (judged.right, judged.cited_right, judged.citations_right) == (True, True, 1)
    assert judge(answer, question=Question("?", ("4,000",)), languages=LANGUAGES).right is False


def test_a_refusal_that_holds_the_words_is_not_right() -> None:
    answer = Answer("?", "Not about 3,000.", "en", "quotes", "refused")
    assert judge(answer, question=Question("?", ("3,000",)), languages=LANGUAGES).right is False


def test_the_language_is_that_of_the_words_not_what_the_answer_claims() -> None:
    question = Question("Wie viele Soldaten waren es?", ("3.000",))
    answer = Answer(
        "?", "There were about three thousand soldiers in the camp.", "de", "o", "answered"
    )
    assert judge(answer, question=question, languages=LANGUAGES).same_language is False
    short = Answer("?", "3.000 [1]", "de", "o", "answered")
    assert judge(short, question=question, languages=LANGUAGES).same_language is None


def test_citations_are_right_by_quote_by_article_or_by_the_answer() -> None:
    right, other = Article("a", "a.txt", "A"), Article("b", "b.txt", "B")
    citations = (
        Citation(1, right, "p", "It cost 12 million crowns.", 0, 10),
        Citation(2, right, "p", "It rained.", 20, 30),
        Citation(3, other, "q", "The price was 12 million.", 0, 10),
        Citation(4, other, "q", "Ships pass.", 20, 30),
    )
    answer = Answer("?", "12 million", "en", "quotes", "answered", citations=citations)
    question = Question("?", ("12 million",), "a.txt", "It cost 12 million crowns.")
    judged = judge(answer, question=question, languages=LANGUAGES)
    assert (judged.citations, judged.citations_right) == (4, 2)
    result = summarise([judged], engine="quotes", model="")
    assert (result.citation_precision, result.citation_recall) == (0.5, 1.0)


@pytest.mark.parametrize("expected", ["no answer", ["No answer"], [], None, ""])
def test_no_answer_is_said_in_many_ways(tmp_path: Path, expected: object) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(json.dumps({"question": "Who?", "expected": expected}))
    assert read_questions(file) == [Question("Who?")]


def test_one_expected_string_needs_no_list(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text(json.dumps({"question": "Who?", "expected": "Ann"}))
    assert read_questions(file)[0].expected == ("Ann",)


def test_questions_are_read_as_they_were_written(tmp_path: Path) -> None:
    questions = [Question("Wer?", ("Änne",), "a.txt", "Änne war da.", "de"), Question("Who?")]
    file = tmp_path / "questions.jsonl"
    file.write_text(lines(questions), "utf-8")
    assert read_questions(file) == questions


def test_a_former_evaluation_is_held_against_this_one(tmp_path: Path) -> None:
    def ask(first: bool, second: bool) -> evaluation.Evaluation:
        judged = [
            Outcome("one", "answered", "t", first, first, None, True, 1.0, 10),
            Outcome("two", "answered", "t", second, second, None, True, 1.0, 10),
        ]
        return summarise(judged, engine="quotes", model="")

    file = tmp_path / "former.json"
    file.write_text(json.dumps(evaluation.document(ask(True, False))))
    former = read_former(file)
    now = ask(False, True)
    assert changed(now, former) == (["two"], ["one"])
    shown = evaluation.text(now, former=former)
    assert "before" in shown.splitlines()[0]
    assert "better: two" in shown and "worse: one" in shown
    assert evaluation.document(now, former=former)["compared"] == {
        "better": ["two"],
        "worse": ["one"],
    }


@pytest.mark.parametrize("content", ["", "[]", '{"questions": 3}', '{"outcomes": 1}'])
def test_what_is_no_former_evaluation_is_refused(tmp_path: Path, content: str) -> None:
    file = tmp_path / "former.json"
    file.write_text(content)
    with pytest.raises(InputError, match="no former evaluation"):
        read_former(file)


BRIDGE = "The new harbour bridge cost 12 million crowns in the end, twice as much as planned."
GLOBE = "Das Museum erhielt am Freitag einen Globus, der 30 Jahre in einem Keller gelegen hatte."


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "bridge.txt").write_text(f"Bridge\n\n{BRIDGE} It is long.")
    (folder / "globe.txt").write_text(f"Globus\n\n{GLOBE}")
    return folder


def test_questions_are_drafted_by_leaving_a_gap(corpus: Path, embedder: FakeEmbedder) -> None:
    with Assistant(corpus, embedder=embedder, engine="quotes") as assistant:
        assistant.sync()
        made = {one.article: one for one in make_questions(assistant, count=5, model=None)}
    bridge = made["bridge.txt"]
    assert bridge.expected[0] in BRIDGE and bridge.expected[0] not in bridge.question
    assert "____" in bridge.question and "12" in bridge.expected[0]
    assert bridge.quote == BRIDGE
    assert "Lücke" in made["globe.txt"].question


def test_the_model_words_a_draft_unless_it_gives_the_answer_away(
    corpus: Path, embedder: FakeEmbedder, chat: FakeChat
) -> None:
    chat.enqueue("How much did the harbour bridge cost?", "Was it 12 million crowns or 30 Jahre?")
    with Assistant(corpus, embedder=embedder, engine="quotes") as assistant:
        assistant.sync()
        made = make_questions(assistant, count=2, model=chat)
    wordings = [one.question for one in made]
    assert "How much did the harbour bridge cost?" in wordings
    assert any("____" in wording for wording in wordings)


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
