"""PDF, page by page, through pypdf."""

import logging
import math
import re
from pathlib import Path
from typing import Any

from assistant.cleaning import same_title
from assistant.errors import UnreadableFile
from assistant.languages import sentences
from assistant.readers.common import damaged, gone
from assistant.readers.credits import dateline, take_credits
from assistant.readers.facts import iso_date, known_author, known_title
from assistant.readers.layout import Fragment, page_lines
from assistant.readers.paragraphs import Paragraph, assemble, paragraphs
from assistant.records import Document

MAX_PAGES = 3_000
"""Pages of one file: more is no article, and would take minutes."""
_TOP = 8
"""Paragraphs at the head of a document among which title, byline and date are looked for."""
_TITLE_LONGEST = 200
_UNREADABLE_LETTERS = 0.25
"""Share of letters without a meaning from which a font is taken for unreadable."""


def read(path: Path) -> Document:
    """Read a PDF. Raises UnreadableFile when it is encrypted, damaged, a scan or too long."""
    reader = _open(path)
    fragments = [_fragments(page, number, path=path) for number, page in _pages(reader, path)]
    if not any(fragment.text.strip() for page in fragments for fragment in page):
        raise _no_text(path)
    labels = _labels(reader, count=len(fragments))
    blocks = paragraphs(page_lines(fragments, labels=labels))
    metadata = _metadata(reader)
    author = known_author(metadata.get("/Author"))
    title, blocks = _without_title(blocks, title=known_title(metadata.get("/Title")))
    credit, places = take_credits([block.text for block in blocks], most=_TOP, author=author)
    kept = [block for at, block in enumerate(blocks) if at not in places]
    text, pages, headings = assemble(kept, labels=labels)
    if text.count("\ufffd") > _UNREADABLE_LETTERS * len(text):
        raise _no_text(path)
    return Document(
        text=text,
        title=title,
        author=author or credit.author,
        outlet=credit.outlet,
        published=credit.published or dateline(text) or _created(metadata.get("/CreationDate")),
        url=credit.url,
        pages=pages,
        headings=headings,
    )


def _open(path: Path) -> Any:
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = PdfReader(path, strict=False)
        locked = reader.is_encrypted and not reader.decrypt("")
        count = 0 if locked else len(reader.pages)
    except (FileNotFoundError, PermissionError) as error:
        raise gone(path, error) from error
    except MemoryError:
        raise
    except Exception as error:  # a door to hostile files: pypdf lets many kinds of errors through
        raise damaged(path) from error
    if locked:
        raise UnreadableFile(
            f"{path.name} is encrypted and opens only with a password.",
            hint=f"Save a copy without it: qpdf --password=PASSWORD --decrypt {path.name} open.pdf",
        )
    if count == 0:
        raise damaged(path)
    if count > MAX_PAGES:
        raise UnreadableFile(
            f"{path.name} has {count:,} pages; up to {MAX_PAGES:,} are read.",
            hint=f"Split it: qpdf --split-pages=500 {path.name} part.pdf",
        )
    return reader


def _pages(reader: Any, path: Path) -> Any:
    try:
        yield from enumerate(reader.pages, start=1)
    except MemoryError:
        raise
    except Exception as error:  # a door to hostile files
        raise damaged(path) from error


def _fragments(page: Any, number: int, *, path: Path) -> list[Fragment]:
    """The pieces of text of a page in the order they are drawn, with place, size and weight."""
    found: list[Fragment] = []

    def visit(text: str, cm: list[float], tm: list[float], font: Any, size: float) -> None:
        if not text.strip():
            if "\n" in text and found:
                found[-1] = found[-1].ended()
            return
        a, b, c, d = _product(tm, cm)
        x = tm[4] * cm[0] + tm[5] * cm[2] + cm[4]
        y = tm[4] * cm[1] + tm[5] * cm[3] + cm[5]
        height = abs(size) * (math.hypot(c, d) or 1.0)
        name = str((font or {}).get("/BaseFont", "")).lower()
        bold = any(weight in name for weight in ("bold", "black", "heavy", "semibold"))
        turned = abs(b) > abs(a)
        lines = text.strip("\n").split("\n")
        for at, line in enumerate(lines):
            ends = at < len(lines) - 1 or text.endswith("\n")
            drop = at * height * 1.2
            found.append(Fragment(line, x, y - drop, height, bold=bold, turned=turned, ends=ends))

    try:
        page.extract_text(visitor_text=visit)
    except MemoryError:
        raise
    except Exception as error:  # a door to hostile files
        raise UnreadableFile(
            f"Page {number} of {path.name} cannot be read.",
            hint=f"Repair it first: qpdf {path.name} repaired.pdf",
        ) from error
    upright = [fragment for fragment in found if not fragment.turned]
    return upright if len(upright) * 2 >= len(found) else found


def _product(tm: list[float], cm: list[float]) -> tuple[float, float, float, float]:
    return (
        tm[0] * cm[0] + tm[1] * cm[2],
        tm[0] * cm[1] + tm[1] * cm[3],
        tm[2] * cm[0] + tm[3] * cm[2],
        tm[2] * cm[1] + tm[3] * cm[3],
    )


def _labels(reader: Any, *, count: int) -> list[str]:
    """What is printed on each page, as the file says; else the page's number."""
    try:
        labels = [str(label) for label in reader.page_labels]
    except Exception:  # a door to hostile files: labels are a nicety
        labels = []
    return labels if len(labels) == count else [str(number + 1) for number in range(count)]


def _metadata(reader: Any) -> dict[str, str]:
    try:
        return {str(key): str(value) for key, value in (reader.metadata or {}).items()}
    except Exception:  # a door to hostile files: an article needs no metadata
        return {}


def _created(value: str | None) -> str | None:
    match = re.match(r"D:(\d{8})", value or "")
    return iso_date(match[1]) if match else None


def _without_title(blocks: list[Paragraph], *, title: str) -> tuple[str, list[Paragraph]]:
    """The title: the one stated, else the largest lines at the head; there it need not stay."""
    head = blocks[:_TOP]
    if not title and head:
        size = max(block.size for block in head)
        largest = next(block for block in head if block.size >= size * 0.98)
        title = largest.text if largest.level or _reads_like_title(largest.text) else ""
    kept = [
        block
        for at, block in enumerate(blocks)
        if not (at < _TOP and same_title(block.text, title))
    ]
    return title, kept or blocks


def _reads_like_title(text: str) -> bool:
    return len(text) <= _TITLE_LONGEST and len(sentences(text)) == 1 and not text.endswith(".")


def _no_text(path: Path) -> UnreadableFile:
    return UnreadableFile(
        f"{path.name} holds no text: its pages are images.",
        hint=f"Recognise the text first: ocrmypdf {path.name} {path.stem}-text.pdf",
    )
