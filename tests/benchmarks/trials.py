"""What a retrieval benchmark is made of: a corpus of articles, and questions that want some."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal


@dataclass(frozen=True)
class Source:
    """One article of a corpus. Without a title nothing but its text is searched."""

    text: str
    language: str
    title: str = ""
    published: str = ""


@dataclass(frozen=True)
class Corpus:
    """Articles to be searched; with `whole` each is one passage, however long."""

    name: str
    articles: tuple[Source, ...]
    whole: bool = False


@dataclass(frozen=True)
class Trial:
    """Questions of one language to one corpus; `gold[i]` are the articles question i wants.

    Recall at k is 1 where "any" of them is among the first k, or their "share" there. Trials with
    the same `row` are shown as their mean: the same questions, asked of several corpora or in
    several languages. `documents` numbers what the questions were made from, counting from 1:
    choices were made on the odd ones. `today` is when a question was asked, where that is known.
    """

    row: str
    corpus: Corpus
    language: str
    questions: tuple[str, ...]
    gold: tuple[frozenset[int], ...]
    documents: tuple[int, ...]
    counts: Literal["any", "share"] = "any"
    today: tuple[date, ...] | None = None


def json_lines(file: Path) -> list[dict[str, Any]]:
    """The objects of a JSONL file."""
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
