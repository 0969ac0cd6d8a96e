"""Checks what a person says better about an article than its file: title, outlet, date, tags."""

from collections.abc import Sequence
from datetime import date

from assistant.errors import UsageError

LONGEST = 300
LONGEST_TAG = 60


def corrections(
    *, title: str | None, outlet: str | None, published: str | date | None
) -> dict[str, str]:
    """The fields that are given, each in one line. Raises UsageError."""
    fields = {}
    if title is not None:
        fields["title"] = _line(title)
        if not fields["title"]:
            raise UsageError("An article needs a title.", hint="Write a word or two.")
    if outlet is not None:
        fields["outlet"] = _line(outlet)
    if published is not None:
        fields["published"] = _day(published)
    return fields


def checked_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """The tags, each in one line and once. Raises UsageError for an empty or a long one."""
    lines = tuple(dict.fromkeys(_line(tag) for tag in tags))
    for tag in lines:
        if not tag or len(tag) > LONGEST_TAG:
            raise UsageError(
                f"{tag[:LONGEST_TAG]!r} cannot be a tag.",
                hint=f"Use 1 to {LONGEST_TAG} characters.",
            )
    return lines


def _line(text: str) -> str:
    return " ".join(text.split())[:LONGEST]


def _day(published: str | date) -> str:
    if isinstance(published, date):
        return published.isoformat()
    try:
        return date.fromisoformat(published.strip()).isoformat()
    except ValueError as error:
        raise UsageError(
            f"{published[:40]!r} is no date.", hint="Write it as YYYY-MM-DD: 2024-10-23."
        ) from error
