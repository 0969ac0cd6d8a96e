"""Plain text, as a scraper or an editor leaves it."""

from pathlib import Path

from assistant.cleaning import clean, same_title, tidy
from assistant.readers.common import content_of
from assistant.readers.credits import dateline, take_credits
from assistant.readers.encoding import decode
from assistant.records import Document

_TOP = 8
"""Lines with words among which credits are looked for."""


def read(path: Path) -> Document:
    """Read a text file. Raises UnreadableFile for binary data and encodings that are not known."""
    return from_text(decode(content_of(path), path=path))


def from_text(text: str, *, title: str = "") -> Document:
    """Make a document of scraped text: cleaned, with what its credit lines say, and headings."""
    lines = tidy(text).split("\n")
    filled = [at for at, line in enumerate(lines) if line.strip()]
    if not title and filled:
        filled = [at for at in filled if not same_title(lines[at], lines[filled[0]])]
    credit, places = take_credits([lines[at] for at in filled[:_TOP]], most=_TOP)
    gone = {filled[place] for place in places}
    kept = "\n".join(line for at, line in enumerate(lines) if at not in gone)
    cleaned = clean(kept, title=title)
    return Document(
        text=cleaned.text,
        title=cleaned.title,
        author=credit.author,
        outlet=credit.outlet,
        published=credit.published or dateline(cleaned.text),
        url=credit.url,
        headings=cleaned.headings,
    )
