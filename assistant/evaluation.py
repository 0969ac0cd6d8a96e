"""Measures the assistant on a question set: right answers, right citations, right refusals.

A question set is JSONL, one question a line: `question`, `expected` (strings, any of which a right
answer contains; empty: the articles have no answer), and where known `article` (its path).
"""

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import InputError
from assistant.languages import detect_question
from assistant.records import Answer

if TYPE_CHECKING:
    from assistant.assistant import Assistant


@dataclass(frozen=True, slots=True)
class Question:
    """One row of a question set."""

    question: str
    expected: tuple[str, ...] = ()
    article: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one question was answered. `right` and `cited_right` are None where no answer exists."""

    question: str
    outcome: str
    text: str
    right: bool | None
    cited_right: bool | None
    article_found: bool | None
    same_language: bool
    seconds: float
    prompt_tokens: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcomes of a question set, and what they come to; shares are None over nothing."""

    questions: int
    engine: str
    model: str
    accuracy: float | None
    citation_accuracy: float | None
    article_recall: float | None
    refusal_precision: float | None
    refusal_recall: float | None
    language_match: float | None
    median_seconds: float
    median_prompt_tokens: float
    outcomes: tuple[Outcome, ...]


def read_questions(file: Path) -> list[Question]:
    """Read a question set. Raises InputError naming the line that is none."""
    try:
        lines = file.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"The question set {file} cannot be read: {error}.",
            hint="Name a JSONL file: assistant evaluate corpus/questions.jsonl",
        ) from error
    questions = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            expected = tuple(str(text) for text in row.get("expected", ()))
            questions.append(Question(str(row["question"]), expected, row.get("article") or ""))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(
                f"Line {number} of {file} is no question: {error}.",
                hint='A line is: {"question": "…", "expected": ["…"], "article": "…"}',
            ) from error
    if not questions:
        raise InputError(f"The question set {file} is empty.", hint="Write a question a line.")
    return questions


def evaluate(assistant: "Assistant", file: Path) -> Evaluation:
    """Ask every question of the set, each in a conversation of its own, and count."""
    languages = dict(assistant.status().languages)
    outcomes: list[Outcome] = []
    answers: list[Answer] = []
    for question in read_questions(file):
        answer = assistant.ask(question.question)
        answers.append(answer)
        asked = detect_question(question.question, corpus=languages)
        outcomes.append(judge(answer, question=question, language=asked))
    return summarise(outcomes, engine=answers[-1].engine, model=answers[-1].model)


def judge(answer: Answer, *, question: Question, language: str) -> Outcome:
    """Compare one answer with what was expected of it."""
    quotes = " ".join(citation.quote for citation in answer.citations)
    paths = {hit.article.path for hit in answer.passages}
    known = bool(question.expected)
    return Outcome(
        question=question.question,
        outcome=answer.outcome,
        text=answer.text,
        right=_holds(answer.text, question.expected) if known else None,
        cited_right=_holds(quotes, question.expected) if known else None,
        article_found=question.article in paths if question.article else None,
        same_language=answer.language == language,
        seconds=answer.timings.total_s,
        prompt_tokens=answer.tokens.prompt,
    )


def summarise(outcomes: Sequence[Outcome], *, engine: str, model: str) -> Evaluation:
    """Count the outcomes of a question set."""
    refused = [o for o in outcomes if o.outcome == "refused"]
    without = [o for o in outcomes if o.right is None]
    return Evaluation(
        questions=len(outcomes),
        engine=engine,
        model=model,
        accuracy=_share([o.right for o in outcomes]),
        citation_accuracy=_share([o.cited_right for o in outcomes]),
        article_recall=_share([o.article_found for o in outcomes]),
        refusal_precision=_share([o.right is None for o in refused]),
        refusal_recall=_share([o.outcome == "refused" for o in without]),
        language_match=_share([o.same_language for o in outcomes]),
        median_seconds=statistics.median(o.seconds for o in outcomes),
        median_prompt_tokens=statistics.median(o.prompt_tokens for o in outcomes),
        outcomes=tuple(outcomes),
    )


def document(evaluation: Evaluation) -> dict[str, Any]:
    """The evaluation as JSON."""
    return asdict(evaluation)


def text(evaluation: Evaluation) -> str:
    """The evaluation as a table for the terminal, then the questions that went wrong."""
    rows = [
        ("questions", str(evaluation.questions)),
        ("engine", " ".join((evaluation.engine, evaluation.model)).strip()),
        ("right answers", _percent(evaluation.accuracy)),
        ("a citation holds the answer", _percent(evaluation.citation_accuracy)),
        ("article among the passages", _percent(evaluation.article_recall)),
        ("refusals that were right", _percent(evaluation.refusal_precision)),
        ("unanswerable ones refused", _percent(evaluation.refusal_recall)),
        ("in the question's language", _percent(evaluation.language_match)),
        ("seconds, median", f"{evaluation.median_seconds:.2f}"),
        ("prompt tokens, median", f"{evaluation.median_prompt_tokens:.0f}"),
    ]
    width = max(len(name) for name, _ in rows)
    lines = [f"{name:<{width}}  {value}" for name, value in rows]
    wrong = [o for o in evaluation.outcomes if _went_wrong(o)]
    lines += [f"\nwrong: {o.question}\n  {o.outcome}: {o.text}" for o in wrong]
    return "\n".join(lines)


def _went_wrong(outcome: Outcome) -> bool:
    return outcome.outcome != "refused" if outcome.right is None else not outcome.right


def _holds(text: str, expected: Sequence[str]) -> bool:
    plain = " ".join(text.casefold().split())
    return any(" ".join(string.casefold().split()) in plain for string in expected)


def _share(judgements: Sequence[bool | None]) -> float | None:
    known = [judgement for judgement in judgements if judgement is not None]
    return sum(known) / len(known) if known else None


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"
