"""Rows of the catalogue as records, and filters as SQL."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.records import Article, Filters, Heading, Page, Passage

ARTICLE = (
    "id, path, title, outlet, author, published, language, url, pages, words, added, tags, "
    "(SELECT count(*) FROM copies WHERE article_id = id)"
)
"""What an Article is made of, in the order of its fields."""


@dataclass(frozen=True, slots=True)
class FileState:
    """A file as it was when it was indexed: enough to see whether it changed."""

    path: str
    hash: str
    size: int
    mtime_ns: int


@dataclass(frozen=True, slots=True)
class KnownFailure:
    """A file that could not be read, as it was then, and why."""

    path: str
    size: int
    mtime_ns: int
    error: str
    hint: str


def article_of(row: Sequence[Any]) -> Article:
    """Make an Article of the columns in `ARTICLE`."""
    known: list[Any] = [*row[:-2], tuple(json.loads(row[-2])), row[-1]]
    return Article(*known)


def passage_of(row: Sequence[Any], *, text: str) -> Passage:
    """Make a Passage of (id, article_id, start, end, language, heading, page, page_label)."""
    key, article_id, start, end, language, heading, page, label = row
    return Passage(key, article_id, text, start, end, language, heading, page, label)


def pages_of(stored: str) -> tuple[Page, ...]:
    """Read the pages that `texts.pages` holds as JSON."""
    return tuple(Page(**page) for page in json.loads(stored))


def headings_of(stored: str) -> tuple[Heading, ...]:
    """Read the headings that `texts.headings` holds as JSON."""
    return tuple(Heading(**heading) for heading in json.loads(stored))


def where(filters: Filters) -> tuple[str, list[str]]:
    """Turn filters into a condition on `articles` and its values; ("TRUE", []) lets all through.

    A date that was read out of the question lets articles of no date through.
    """
    conditions: list[str] = []
    values: list[str] = []

    def among(column: str, wanted: Sequence[str]) -> None:
        if wanted:
            conditions.append(f"{column} IN ({', '.join('?' * len(wanted))})")
            values.extend(wanted)

    for name, day, sign in (("since", filters.since, ">="), ("until", filters.until, "<=")):
        if day:
            undated = " OR published IS NULL" if name in filters.inferred else ""
            conditions.append(f"(published {sign} ?{undated})")
            values.append(day)
    among("language", filters.languages)
    among("outlet", filters.outlets)
    among("id", filters.articles)
    if filters.tags:
        marks = ", ".join("?" * len(filters.tags))
        conditions.append(f"EXISTS (SELECT 1 FROM json_each(tags) WHERE value IN ({marks}))")
        values.extend(filters.tags)
    return " AND ".join(conditions) or "TRUE", values
