"""Measures the assistant on a question set: right answers, right citations, right refusals."""

import json
import re
import statistics
import time
import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import InputError
from assistant.languages import detect_question
from assistant.progress import OnProgress
from assistant.question_sets import Question, read_questions
from assistant.records import Answer, Citation, Progress

if TYPE_CHECKING:
    from assistant.assistant import Assistant

ENOUGH_WORDS = 4
"""An answer of fewer words is a name or a number, which is in no language."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one question was answered. `right` and what is about citations is None without an answer.

    `citations` counts those that can be judged: where the set names article, quote or answer;
    `citations_right` those of the right words. `same_language` is None for an answer of few words.
    """

    question: str
    outcome: str
    text: str
    right: bool | None
    cited_right: bool | None
    article_found: bool | None
    same_language: bool | None
    seconds: float
    prompt_tokens: int
    answer_tokens: int = 0
    citations: int = 0
    citations_right: int = 0


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The outcomes of a question set, and what they come to; shares are None over nothing.

    `citation_recall` is the share of answerable questions with a right citation,
    `citation_precision` the share of right ones among their citations.
    """

    questions: int
    engine: str
    model: str
    accuracy: float | None
    citation_precision: float | None
    citation_recall: float | None
    article_recall: float | None
    refusal_precision: float | None
    refusal_recall: float | None
    language_match: float | None
    median_seconds: float
    median_prompt_tokens: float
    median_answer_tokens: float
    outcomes: tuple[Outcome, ...]


def evaluate(
    assistant: "Assistant",
    file: Path,
    *,
    engine: str | None = None,
    on_progress: OnProgress | None = None,
) -> Evaluation:
    """Ask every question of the set, each in a conversation of its own, and count.

    Raises InputError for a file that is no question set.
    """
    questions = read_questions(file)
    languages = dict(assistant.status().languages)
    outcomes: list[Outcome] = []
    answer: Answer | None = None
    began = time.monotonic()
    for done, question in enumerate(questions):
        if on_progress and done:
            left = (time.monotonic() - began) / done * (len(questions) - done)
            on_progress(
                Progress("asking", done, len(questions), "questions", seconds_left=left,
                         item=question.question)
            )  # fmt: skip
        answer = assistant.ask(question.question, engine=engine)
        outcomes.append(judge(answer, question=question, languages=languages))
    assert answer is not None, "a question set is never empty"
    return summarise(outcomes, engine=answer.engine, model=answer.model)


def judge(answer: Answer, *, question: Question, languages: dict[str, int]) -> Outcome:
    """Compare one answer with what was expected of it; `languages` are those of the corpus."""
    known = bool(question.expected)
    right = [_is_right(citation, question) for citation in answer.citations] if known else []
    plain = re.sub(r"\[\d+\]", "", answer.text)
    asked = question.language or detect_question(question.question, corpus=languages)
    spoken = detect_question(plain, corpus=languages)
    paths = {hit.article.path for hit in answer.passages}
    return Outcome(
        question=question.question,
        outcome=answer.outcome,
        text=answer.text,
        right=answer.answered and _holds(plain, question.expected) if known else None,
        cited_right=any(right) if known else None,
        article_found=question.article in paths if question.article else None,
        same_language=spoken == asked if len(plain.split()) >= ENOUGH_WORDS else None,
        seconds=answer.timings.total_s,
        prompt_tokens=answer.tokens.prompt,
        answer_tokens=answer.tokens.answer,
        citations=len(right),
        citations_right=sum(right),
    )


def summarise(outcomes: Sequence[Outcome], *, engine: str, model: str) -> Evaluation:
    """Count the outcomes of a question set. What was asked back was not refused."""
    refused = [o for o in outcomes if o.outcome == "refused"]
    without = [o for o in outcomes if o.right is None]
    cited = sum(o.citations for o in outcomes)
    return Evaluation(
        questions=len(outcomes),
        engine=engine,
        model=model,
        accuracy=_share([o.right for o in outcomes]),
        citation_precision=sum(o.citations_right for o in outcomes) / cited if cited else None,
        citation_recall=_share([o.cited_right for o in outcomes]),
        article_recall=_share([o.article_found for o in outcomes]),
        refusal_precision=_share([o.right is None for o in refused]),
        refusal_recall=_share([o.outcome == "refused" for o in without]),
        language_match=_share([o.same_language for o in outcomes]),
        median_seconds=statistics.median(o.seconds for o in outcomes),
        median_prompt_tokens=statistics.median(o.prompt_tokens for o in outcomes),
        median_answer_tokens=statistics.median(o.answer_tokens for o in outcomes),
        outcomes=tuple(outcomes),
    )


def read_former(file: Path) -> dict[str, Any]:
    """A former evaluation as `--json` printed it. Raises InputError when it is none."""
    try:
        former = json.loads(file.read_text("utf-8"))
        if not isinstance(former["outcomes"], list):
            raise TypeError("its outcomes are no list")
        return dict(former)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{file} is no former evaluation: {error}.",
            hint="Keep one with: assistant evaluate QUESTIONS.jsonl --json > former.json",
        ) from error


def document(evaluation: Evaluation, *, former: dict[str, Any] | None = None) -> dict[str, Any]:
    """The evaluation as JSON; with a former one, also what became right and wrong since."""
    result = asdict(evaluation)
    if former is not None:
        better, worse = changed(evaluation, former)
        result["compared"] = {"better": better, "worse": worse}
    return result


def text(evaluation: Evaluation, *, former: dict[str, Any] | None = None) -> str:
    """The evaluation as a table for the terminal, then the questions that went wrong."""
    values = asdict(evaluation)
    rows = [("questions", str(evaluation.questions), str(former["questions"]) if former else "")]
    rows.append(("engine", _who(values), _who(former) if former else ""))
    for key, (name, show) in _FIGURES.items():
        rows.append((name, show(values[key]), show(former.get(key)) if former else ""))
    width = max(len(name) for name, _, _ in rows)
    column = max(len(value) for _, value, _ in rows)
    lines = [
        f"{name:<{width}}  {value:<{column}}  {before}".rstrip() for name, value, before in rows
    ]
    if former is not None:
        lines.insert(0, f"{'':<{width}}  {'now':<{column}}  before")
        better, worse = changed(evaluation, former)
        lines += [f"\nbetter: {question}" for question in better]
        lines += [f"\nworse: {question}" for question in worse]
    wrong = [o for o in evaluation.outcomes if not _went_right(asdict(o))]
    lines += [f"\nwrong: {o.question}\n  {o.outcome}: {o.text}" for o in wrong]
    return "\n".join(lines)


def changed(evaluation: Evaluation, former: dict[str, Any]) -> tuple[list[str], list[str]]:
    """The questions that went wrong before and right now, and those that went the other way."""
    before = {row["question"]: _went_right(row) for row in former["outcomes"]}
    now = {o.question: _went_right(asdict(o)) for o in evaluation.outcomes}
    both = [question for question in now if question in before]
    better = [question for question in both if now[question] and not before[question]]
    return better, [question for question in both if before[question] and not now[question]]


def _went_right(outcome: dict[str, Any]) -> bool:
    right = outcome.get("right")
    return outcome["outcome"] == "refused" if right is None else bool(right)


def _is_right(citation: Citation, question: Question) -> bool:
    """Whether a citation is of the right words: of the quote named, else of the answer itself."""
    if question.article and citation.article.path != question.article:
        return _holds(citation.quote, question.expected)  # another article may say it, too
    if question.quote:
        here, there = _plain(citation.quote), _plain(question.quote)
        if here in there or there in here:
            return True
    return _holds(citation.quote, question.expected)


def _holds(text: str, expected: Sequence[str]) -> bool:
    plain = _plain(text)
    return any(_plain(string) in plain for string in expected)


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _share(judgements: Sequence[bool | None]) -> float | None:
    known = [judgement for judgement in judgements if judgement is not None]
    return sum(known) / len(known) if known else None


def _who(evaluation: dict[str, Any]) -> str:
    return f"{evaluation['engine']} {evaluation['model']}".strip()


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.0f}"


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"


_FIGURES = {
    "accuracy": ("right answers", _percent),
    "citation_precision": ("citations that are right", _percent),
    "citation_recall": ("answers with a right citation", _percent),
    "article_recall": ("article among the passages", _percent),
    "refusal_precision": ("refusals that were right", _percent),
    "refusal_recall": ("unanswerable ones refused", _percent),
    "language_match": ("in the question's language", _percent),
    "median_seconds": ("seconds, median", _seconds),
    "median_prompt_tokens": ("prompt tokens, median", _number),
    "median_answer_tokens": ("answer tokens, median", _number),
}
