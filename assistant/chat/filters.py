"""The filter row: what it offers, and what a person chose in it."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from assistant.chat.wording import speaker
from assistant.errors import UsageError
from assistant.languages import name as language_name
from assistant.records import Article

if TYPE_CHECKING:
    from assistant.records import FilterArguments

MOST_CHOICES = 500
"""Articles offered in the filter's list; with more of them, they are chosen in the Library."""

Choice = tuple[str, str]


def read_filters(
    since: str | None,
    until: str | None,
    languages: Sequence[str] | None,
    outlets: Sequence[str] | None,
    articles: Sequence[str] | None,
    tags: Sequence[str] | None = None,
    *,
    language: str,
) -> "FilterArguments":
    """The filter row as the assistant takes it. Raises UsageError for a date that is none."""
    return {
        "since": _date(since, language=language),
        "until": _date(until, language=language),
        "language": list(languages or ()),
        "outlet": list(outlets or ()),
        "article": list(articles or ()),
        "tag": list(tags or ()),
    }


def _date(written: str | None, *, language: str) -> str | None:
    if not written or not written.strip():
        return None
    try:
        return date.fromisoformat(written.strip()).isoformat()
    except ValueError as error:
        raise UsageError(speaker(language)("bad_date", date=written.strip())) from error


def filters_set(*fields: object) -> int:
    """How many of the filter fields say something."""
    return sum(1 for field in fields if field)


def filter_choices(
    articles: Sequence[Article], *, language: str
) -> tuple[list[Choice], list[Choice], list[Choice], list[Choice]]:
    """What the filter row offers: languages, outlets, articles, tags as (shown, meant) pairs."""
    codes = {article.language for article in articles} - {"und", ""}
    languages = sorted((language_name(code, language=language), code) for code in codes)
    outlets = sorted({article.outlet for article in articles} - {""}, key=str.casefold)
    newest = sorted(articles, key=lambda article: article.published or "", reverse=True)
    titles = [(_listed(article), article.id) for article in newest[:MOST_CHOICES]]
    tags = sorted({tag for article in articles for tag in article.tags}, key=str.casefold)
    return (
        languages,
        [(outlet, outlet) for outlet in outlets],
        titles,
        [(tag, tag) for tag in tags],
    )


def _listed(article: Article) -> str:
    return " · ".join(part for part in (article.title, article.published) if part)
