"""Plain text, as a scraper or an editor leaves it."""

import re
from pathlib import Path

from assistant.cleaning import clean, tidy
from assistant.readers.encoding import decode
from assistant.readers.facts import byline, find_date
from assistant.records import Document

_TOP = 6
"""Lines after the title in which a byline or a date line may stand."""
_DATE_LINE = re.compile(
    r"(?i)(?:(?:published|updated|posted|date|veröffentlicht|stand|datum|erschienen|aktualisiert|"
    r"publié|paru|publicado|fecha)\b[^:]{0,20}:?\s*)?(?P<rest>.*)"
)
_NOT_ORIGINAL = re.compile(r"(?i)\b(?:updated|aktualisiert|stand|mis à jour|actualizado)\b")
_DATELINE = re.compile(
    r"^[A-ZÄÖÜÉÈ][\w\s./()'’-]{1,40},\s(?P<date>[^–—:]{6,30}?)\s*(?:\([^)]{1,20}\))?\s*[–—-]\s"
)
_URL = re.compile(r"^(?:(?:source|url|quelle|link)\s*:\s*)?(https?://\S+)$", re.IGNORECASE)


def read(path: Path) -> Document:
    """Read a text file. Raises UnreadableFile for binary noise and encodings that cannot be told."""
    from assistant.readers.common import content_of

    return from_text(decode(content_of(path), path=path))


def from_text(text: str, *, title: str = "") -> Document:
    """Make a document of scraped text: cleaned, with its byline, date line and headings."""
    text, author, published, url = _top_facts(tidy(text))
    cleaned = clean(text, title=title)
    published = published or _dateline(cleaned.text)
    return Document(
        text=cleaned.text,
        title=cleaned.title,
        author=author,
        published=published,
        url=url,
        headings=cleaned.headings,
    )


def _top_facts(text: str) -> tuple[str, str, str | None, str | None]:
    """Take byline, date line and address out of the first lines; the first line is the title."""
    lines = text.split("\n")
    author, published, url = "", None, None
    dates: set[str] = set()
    seen = 0
    for at, line in enumerate(lines):
        if not line.strip():
            continue
        seen += 1
        if seen > _TOP:
            break
        address = _URL.match(line.strip())
        if address:
            url, lines[at] = address[1], ""
        if seen == 1 or len(line) > 120:
            continue
        name, date = byline(line), line_date(line)
        if name or date:
            author = author or name
            if date and not _NOT_ORIGINAL.search(line):
                dates.add(date)
            lines[at] = ""
    published = dates.pop() if len(dates) == 1 else None
    return "\n".join(lines), author, published, url


def line_date(line: str) -> str | None:
    """The date of a line that is a date line: little else stands in it than the date."""
    date = find_date(line)
    if date is None:
        return None
    words = re.findall(r"[^\W\d_]{2,}", line)
    return date if len(words) <= 6 and not line.rstrip().endswith((".", "!", "?")) else None


def _dateline(text: str) -> str | None:
    """The date of a dateline at the head of the body ("Brüssel, 28. Oktober 2024 – …")."""
    match = _DATELINE.match(text[:120])
    return find_date(match["date"]) if match else None
