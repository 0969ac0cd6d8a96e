"""The facts a record states about an article: front matter, a line of JSON."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from assistant.readers.facts import iso_date, known_author, known_title, language_code, one_line

_NAMES = {
    "title": ("title", "headline"),
    "author": ("author", "authors", "byline", "creator", "autor"),
    "outlet": ("outlet", "source", "publisher", "publication", "site", "site_name", "sitename"),
    "published": ("published", "date", "date_published", "publish_date", "datePublished",
                  "published_at", "pubdate", "datum"),
    "language": ("language", "lang", "inLanguage", "locale"),
    "url": ("url", "link", "canonical_url", "canonical"),
    "tags": ("tags", "keywords"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stated:
    """What a record says; empty where it says nothing."""

    title: str = ""
    author: str = ""
    outlet: str = ""
    published: str | None = None
    language: str = ""
    url: str | None = None
    tags: tuple[str, ...] = ()


def stated(record: Mapping[str, Any]) -> Stated:
    """Read the usual fields out of a record, whatever they are called; defaults are left out."""
    low = {str(key).replace("-", "_"): value for key, value in record.items()}
    low |= {key.casefold(): value for key, value in low.items()}

    def first(field: str) -> Any:
        return next((low[name] for name in _NAMES[field] if low.get(name)), "")

    return Stated(
        title=known_title(_text(first("title"))),
        author=people(first("author")),
        outlet=_host_or_name(_text(first("outlet"))),
        published=iso_date(first("published")),
        language=language_code(_text(first("language"))),
        url=web_address(_text(first("url"))),
        tags=_tags(first("tags")),
    )


def people(value: Any) -> str:
    """Authors as one line: a name, a list of names, or objects with a `name`."""
    values = value if isinstance(value, list | tuple) else [value]
    names = (known_author(_text(value)) for value in values)
    return ", ".join(dict.fromkeys(name for name in names if name))


def web_address(value: str) -> str | None:
    """An address of the web, or None."""
    return value if value.startswith(("http://", "https://")) and " " not in value else None


def _text(value: Any) -> str:
    """A value as one line: of an object its name, of a list its first."""
    if isinstance(value, list | tuple):
        value = next(iter(value), "")
    if isinstance(value, dict):
        value = value.get("name") or value.get("title") or value.get("@value") or ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)
    return one_line(value)


def _host_or_name(value: str) -> str:
    """An outlet given as an address is not a name."""
    return "" if web_address(value) else value


def _tags(value: Any) -> tuple[str, ...]:
    values = value.split(",") if isinstance(value, str) else value
    if not isinstance(values, list | tuple):
        return ()
    return tuple(dict.fromkeys(tag for tag in map(_text, values) if tag))
