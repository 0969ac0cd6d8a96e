"""Word documents."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.cleaning import same_title
from assistant.readers.common import BROKEN, Builder, damaged, open_archive, table_lines
from assistant.readers.credits import dateline, take_credits
from assistant.readers.facts import (
    iso_date,
    known_author,
    known_title,
    language_code,
    one_line,
)
from assistant.records import Document

_HEADING = re.compile(r"(?i)(?:heading|berschrift|überschrift|titre|título|titolo|kop)\s*(\d)")
_TEMPLATE_DATE = "2013-12-23"
"""The creation date in python-docx's own template: nobody's."""
_TOP = 5

Block = tuple[int, str]


def read(path: Path) -> Document:
    """Read a Word file. Raises UnreadableFile when it is damaged, encrypted or a bomb."""
    open_archive(path).close()
    import docx
    from docx.opc.exceptions import OpcError
    from lxml import etree

    try:
        document = docx.Document(str(path))
        blocks = list(_blocks(document))
        properties = document.core_properties
    except (*BROKEN, OpcError, etree.XMLSyntaxError) as error:
        raise damaged(path) from error
    author = known_author(properties.author)
    title, blocks = _without_title(blocks, title=known_title(properties.title))
    lines = ["" if level else words for level, words in blocks]
    credit, places = take_credits(lines, most=_TOP, author=author)
    builder = Builder()
    for at, (level, words) in enumerate(blocks):
        if at not in places:
            builder.add(words, level=level)
    return Document(
        text=builder.text,
        title=title,
        author=credit.author or author,
        outlet=credit.outlet,
        published=credit.published or dateline(builder.text) or _created(properties),
        language=language_code(properties.language),
        tags=tuple(filter(None, map(one_line, re.split("[,;]", properties.keywords or "")))),
        headings=builder.headings,
    )


def _blocks(document: Any) -> Iterator[Block]:
    """Headings (level from 1; the title is -1) and paragraphs (0); a list is one paragraph."""
    items: list[str] = []
    for block in _inner(document.element.body, document):
        if hasattr(block, "rows"):
            if items:
                yield 0, "\n".join(items)
                items = []
            yield 0, "\n".join(table_lines(_cells(row) for row in block.rows))
            continue
        level, is_item = _style(block)
        words = block.text.strip()
        if is_item and words:
            items.append("- " + " ".join(words.split()))
            continue
        if items:
            yield 0, "\n".join(items)
            items = []
        if words:
            yield level, words
    if items:
        yield 0, "\n".join(items)


def _inner(element: Any, document: Any) -> Iterator[Any]:
    """Paragraphs and tables in order, those inside content controls too, tables of contents not."""
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    for child in element.iterchildren():
        name = str(child.tag).rsplit("}", 1)[-1]
        if name == "p":
            yield Paragraph(child, document)
        elif name == "tbl":
            yield Table(child, document)
        elif name == "sdt" and child.find(".//{*}docPartGallery") is None:
            for content in child.iterchildren("{*}sdtContent"):
                yield from _inner(content, document)


def _cells(row: Any) -> list[str]:
    """The cells of a row; one that spans several columns comes once."""
    cells: list[str] = []
    before = None
    for cell in row.cells:
        if cell._tc is not before:
            cells.append(cell.text)
        before = cell._tc
    return cells


def _style(paragraph: Any) -> tuple[int, bool]:
    """A paragraph's heading level and whether it is an item of a list."""
    properties = paragraph._p.pPr
    style = paragraph.style
    names = (
        f"{style.name if style is not None else ''} {style.style_id if style is not None else ''}"
    )
    match = _HEADING.search(names)
    if match:
        return int(match[1]) or 1, False
    if re.match(r"(?i)(?:title|titel|titre|título)\b", names):
        return -1, False
    outline = properties.find("{*}outlineLvl") if properties is not None else None
    if outline is not None:
        value = next(iter(outline.attrib.values()), "9")
        if value.isdigit() and int(value) < 6:
            return int(value) + 1, False
    numbered = properties is not None and properties.numPr is not None
    return 0, numbered or names.lower().startswith(("list", "aufzählung"))


def _without_title(blocks: list[Block], *, title: str) -> tuple[str, list[Block]]:
    """The title: the paragraph in the style Title, else the one stated, else the first heading.

    What says it over again near the top is dropped; other titles become headings.
    """
    head = blocks[:_TOP]
    styled = next((words for level, words in head if level < 0), "")
    first = next((words for level, words in head if level == 1), "")
    title = " ".join((styled or title or first).split())
    if not title and blocks and blocks[0][0] == 0 and _reads_like_headline(blocks[0][1]):
        title = blocks[0][1]
    kept = [
        (abs(level), words)
        for at, (level, words) in enumerate(blocks)
        if not (at < _TOP and same_title(words, title))
    ]
    return title, kept or [(0, words) for _, words in blocks]


def _reads_like_headline(words: str) -> bool:
    return len(words) <= 200 and "\n" not in words and words[-1:] not in ".;:,"


def _created(properties: Any) -> str | None:
    try:
        date = iso_date(properties.created)
    except ValueError:
        return None
    return None if date == _TEMPLATE_DATE else date
