"""Questions to begin with: the corpus's own question set, else made from its articles' titles."""

import json
from collections.abc import Sequence
from pathlib import Path

from assistant.records import Article
from assistant.texts import say

QUESTION_SET = "questions.jsonl"
"""A file in the corpus folder with one question a line; also what `assistant evaluate` reads."""


def examples(folder: Path, *, articles: Sequence[Article], language: str, most: int) -> list[str]:
    """At most `most` questions that this corpus can answer.

    A question of the set is offered once its article is indexed.
    """
    paths = {article.path for article in articles}
    written = [
        question["question"]
        for question in _question_set(folder / QUESTION_SET)
        if question.get("article") in paths
    ]
    if written:
        return written[:most]
    titles = [article.title for article in articles[:most]]
    return [say("search.example", language=language, title=title) for title in titles]


def _question_set(file: Path) -> list[dict[str, str]]:
    """The rows of a question set; one that cannot be read has none (`evaluate` says why)."""
    try:
        lines = file.read_text("utf-8").splitlines()
        rows = [json.loads(line) for line in lines if line.strip()]
    except (OSError, ValueError):
        return []
    return [row for row in rows if isinstance(row, dict) and row.get("question")]
