"""Question sets: JSONL with a question a line and what a right answer holds.

`question`; `expected` (strings, any of which a right answer holds; "no answer" or an empty list
where the articles have none); and where known `article` (its path) and `quote` (its words).
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import InputError

NO_ANSWER = "no answer"
_EXAMPLE = '{"question": "…", "expected": ["…"], "article": "…", "quote": "…"}'


@dataclass(frozen=True, slots=True)
class Question:
    """One row of a question set; without `expected` the articles have no answer."""

    question: str
    expected: tuple[str, ...] = ()
    article: str = ""
    quote: str = ""
    language: str = ""


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
            questions.append(_question(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(
                f"Line {number} of {file} is no question: {error}.", hint=f"A line is: {_EXAMPLE}"
            ) from error
    if not questions:
        raise InputError(f"The question set {file} is empty.", hint="Write a question a line.")
    return questions


def lines(questions: Iterable[Question]) -> str:
    """Questions as JSONL."""
    rows = [
        {
            "question": one.question,
            "language": one.language,
            "expected": list(one.expected),
            "article": one.article,
            "quote": one.quote,
        }
        for one in questions
    ]
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _question(row: dict[str, Any]) -> Question:
    expected = row.get("expected") or ()
    strings = (expected,) if isinstance(expected, str) else tuple(str(text) for text in expected)
    known = tuple(text for text in strings if text.strip().casefold() != NO_ANSWER)
    question = str(row["question"])
    if not question.strip():
        raise ValueError("the question is empty")
    return Question(
        question,
        known,
        str(row.get("article") or ""),
        str(row.get("quote") or ""),
        str(row.get("language") or ""),
    )
