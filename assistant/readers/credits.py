"""Who wrote it, when and where: the byline, date line and source line near the top of a text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.readers.facts import byline, find_date, one_line, word_set

LONGEST = 140
"""A credit line is short; a longer line is text."""

_ITEMS = re.compile(r"\s*[|•·»]\s*|\s+[–—-]\s+")
_NOT_ORIGINAL = re.compile(
    r"(?i)\b(?:updated|last modified|aktualisiert|stand|mis à jour|modifié|actualizado)\b"
)
_STATED_OUTLET = re.compile(
    r"(?i)(?:source|outlet|publisher|quelle|zeitung|fuente|medio|fonte|bron)\s*:\s*(?P<outlet>\S.*)"
)
_ADDRESS = re.compile(r"(?i)(?:(?:source|url|quelle|link|via)\s*:\s*)?(?P<url>https?://\S+)")
_DATELINE = re.compile(
    r"[^\W\d_][\w\s./()'’-]{1,40},\s(?P<date>[^–—:\n]{6,30}?)\s*(?:\([^)]{1,20}\))?\s*[–—-]\s"
)
_WORD = re.compile(r"[^\W\d_]{2,}")
_SECTIONS = word_set(
    """news world politics business sport sports culture science technology opinion local national
    international economy health nachrichten politik wirtschaft kultur wissen panorama ausland
    inland meinung monde politique économie société culture mundo política economía sociedad
    deportes minutes min read lesezeit minuten foto photo bild staff desk redaktion redaction"""
)


@dataclass(frozen=True, slots=True)
class Credits:
    """What credit lines say; empty where they say nothing."""

    author: str = ""
    outlet: str = ""
    published: str | None = None
    url: str | None = None


def take_credits(
    lines: Sequence[str], *, most: int, author: str = ""
) -> tuple[Credits, frozenset[int]]:
    """Read the credit lines among the first `most` lines; also gives the places of those lines.

    `author` is one known already. Two lines that give different dates give none.
    """
    found: list[Credits] = []
    places: set[int] = set()
    for at, line in enumerate(lines[:most]):
        credit = credit_line(line, author=author)
        if credit is not None:
            found.append(credit)
            places.add(at)
    dates = {credit.published for credit in found if credit.published}
    merged = Credits(
        author=next((credit.author for credit in found if credit.author), ""),
        outlet=next((credit.outlet for credit in found if credit.outlet), ""),
        published=dates.pop() if len(dates) == 1 else None,
        url=next((credit.url for credit in found if credit.url), None),
    )
    return merged, frozenset(places)


def credit_line(line: str, *, author: str = "") -> Credits | None:
    """Read one line that holds nothing but credits; None when it is text.

    Such lines are "By Ada Byron", "28 October 2024", "Von Ada Byron | Tagblatt Nord | Bonn, 3. Mai
    2024", "Source: Tagblatt Nord", or an address.
    """
    line = one_line(line)
    if not line or len(line) > LONGEST:
        return None
    address = _ADDRESS.fullmatch(line)
    if address:
        return Credits(url=address["url"])
    stated = _STATED_OUTLET.fullmatch(line)
    if stated and len(stated["outlet"]) <= 60:
        return Credits(outlet=stated["outlet"])
    return _items(_ITEMS.split(line), author=author)


def dateline(text: str) -> str | None:
    """The date of a dateline at the head of a body ("Brüssel, 28. Oktober 2024 – Die NATO …")."""
    match = _DATELINE.match(text[:120])
    return find_date(match["date"]) if match else None


def _items(items: list[str], *, author: str) -> Credits | None:
    """Sort the items of a line into author, date and the one other, which may be the outlet."""
    name, published = "", None
    is_dated = False
    others: list[str] = []
    for item in filter(None, items):
        date = _date_of(item)
        if date:
            is_dated = True
            published = published or (None if _NOT_ORIGINAL.search(item) else date)
        elif not name and byline(item):
            name = byline(item)
        elif not (author and item.casefold() == author.casefold()):
            others.append(item)
    if not (name or is_dated) or len(others) > 2 or any(_is_text(item) for item in others):
        return None
    outlet = _outlet(others[0]) if len(others) == 1 else ""
    return Credits(author=name, outlet=outlet, published=published)


def _date_of(item: str) -> str | None:
    """The date of an item that is a date and little else: a place, "published", a time."""
    date = find_date(item)
    if date is None or item.endswith((".", "!", "?")):
        return None
    return date if len(_WORD.findall(item)) <= 5 else None


def _is_text(item: str) -> bool:
    return len(item) > 60 or item.endswith((".", "!", "?", ":", ",")) or len(item.split()) > 6


def _outlet(item: str) -> str:
    """An item as the name of an outlet: two words or more, and no section of a paper."""
    name = item.split(",")[0].strip()
    words = re.split(r"[\s-]+", name.casefold())
    plain = not any(letter.isdigit() for letter in name) and name[:1].isupper()
    return name if plain and len(words) >= 2 and not set(words) <= _SECTIONS else ""
