"""Pieces of text on pages to lines in reading order, without running heads. Pure."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median
from typing import Self

from assistant.cleaning import tidy

EDGE_ROWS = 3
"""Rows at the top and at the bottom of a page that may be running heads or page numbers."""
REPEATED = 0.6
"""Share of pages on which an edge line must stand (digits masked) to be furniture."""

_PAGE_NUMBER = re.compile(
    r"(?i)\W*(?:(?:page|seite|página|pagina|p\.|s\.)\s*)?(?:\d{1,4}|[ivxlc]{1,7})"
    r"(?:\s*(?:/|of|von|de|sur|di)\s*\d{1,4})?\W*"
)
_ROMAN = re.compile(r"\b[ivxlc]+\b")
_SIGNS = frozenset({"$", "€", "£", "¥", "("})
_FIGURE = re.compile(r"[-–—]|[$€£¥(]*[-–]?[\d.,]+[%)]*|[$€£¥]")


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of text as it is drawn: its place from the page's lower left corner, in points."""

    text: str
    x: float
    y: float
    size: float
    bold: bool = False
    turned: bool = False
    ends: bool = False

    def ended(self) -> Self:
        """The same piece as the last of its line."""
        return replace(self, ends=True)

    @property
    def right(self) -> float:
        """Where the piece ends, estimated."""
        return self.x + width(self.text.rstrip()) * self.size


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page; `right` is estimated from its letters; a row is a line of a table."""

    text: str
    x: float
    y: float
    right: float
    size: float
    bold: bool
    page: int
    column: int = 0
    row: bool = False


def page_lines(pages: Sequence[Sequence[Fragment]], *, labels: Sequence[str]) -> list[Line]:
    """Make lines of each page's fragments, drop running heads, put columns into reading order."""
    lines = [_lines(page, number) for number, page in enumerate(pages)]
    kept = _without_running_heads(lines, labels=labels)
    return [line for page in kept for line in in_reading_order(page)]


def width(text: str) -> float:
    """Estimate a text's width in ems: the letters of a common sans serif face, roughly."""
    narrow = sum(text.count(letter) for letter in "iljtfrI.,;:'|!()[] ")
    wide = sum(text.count(letter) for letter in "mwMW@%—…")
    capital = sum(letter.isupper() for letter in text)
    dense = 0 if text.isascii() else sum(ord(letter) >= 0x2E80 for letter in text)
    return 0.53 * len(text) - 0.25 * narrow + 0.3 * wide + 0.12 * capital + 0.45 * dense


# --- lines --------------------------------------------------------------------------------------


def _lines(fragments: Sequence[Fragment], page: int) -> list[Line]:
    """Join fragments that stand on one line, in the order they are drawn."""
    lines: list[Line] = []
    held: list[Fragment] = []
    for fragment in fragments:
        if held and (held[-1].ends or not _on_one_line(held[-1], fragment)):
            lines += _line(held, page)
            held = []
        held.append(fragment)
    return lines + _line(held, page)


def _on_one_line(before: Fragment, here: Fragment) -> bool:
    """Whether a fragment stands on the line of the one before (superscripts included)."""
    return abs(before.y - here.y) < 0.6 * max(before.size, here.size) and here.x >= before.x - 1


def _line(fragments: list[Fragment], page: int) -> list[Line]:
    cells = _cells(fragments)
    text = " | ".join(cells) if len(cells) > 1 else "".join(part.text for part in fragments)
    text = tidy(text).replace("\n", " ")
    if not text:
        return []
    main = max(fragments, key=lambda fragment: len(fragment.text.strip()))
    letters = sum(len(fragment.text) for fragment in fragments)
    heavy = sum(len(fragment.text) for fragment in fragments if fragment.bold)
    return [
        Line(
            text=text,
            x=fragments[0].x,
            y=main.y,
            right=fragments[-1].right,
            size=round(main.size, 1),
            bold=heavy > 0.8 * letters,
            page=page,
            row=len(cells) > 1,
        )
    ]


def _cells(fragments: list[Fragment]) -> list[str]:
    """The cells of a table row: pieces far apart, most of them figures; one cell: no row."""
    if len(fragments) < 2:
        return []
    cells = [fragments[0].text]
    for before, here in pairwise(fragments):
        # The width is an estimate: a long piece may end later than it seems to.
        far = here.x - before.right > 1.2 * here.size + 0.08 * (before.right - before.x)
        after_sign = cells[-1].strip() in _SIGNS
        if (far or here.text.strip() in _SIGNS) and not after_sign:
            cells.append(here.text)
        else:
            cells[-1] += here.text
    cells = [" ".join(cell.split()) for cell in cells if cell.strip()]
    figures = sum(bool(_FIGURE.fullmatch(cell.replace(" ", ""))) for cell in cells[1:])
    return cells if figures * 2 >= len(cells) - 1 and len(cells) > 1 else []


# --- running heads ------------------------------------------------------------------------------


def _without_running_heads(pages: list[list[Line]], *, labels: Sequence[str]) -> list[list[Line]]:
    """Drop lines at the edges of pages that repeat from page to page, and page numbers."""
    edges = [_edges(page) for page in pages]
    repeated = _repeated(edges)
    kept = []
    for number, (page, edge) in enumerate(zip(pages, edges, strict=True)):
        own = {str(number + 1), labels[number].casefold()}
        gone = {
            id(line)
            for line in edge
            if _masked(line) in repeated or _is_page_number(line, page, own=own)
        }
        kept.append([line for line in page if id(line) not in gone])
    return kept


def _edges(page: list[Line]) -> list[Line]:
    """The lines of the first and the last rows of a page."""
    heights: list[float] = []
    for line in sorted(page, key=lambda line: -line.y):
        if not heights or heights[-1] - line.y > 2:
            heights.append(line.y)
    edge = {*heights[:EDGE_ROWS], *heights[-EDGE_ROWS:]}
    return [line for line in page if any(abs(line.y - height) <= 2 for height in edge)]


def _masked(line: Line) -> str:
    words = " ".join(line.text.casefold().split())
    return re.sub(r"\d+", "#", _ROMAN.sub("#", words))


def _repeated(edges: list[list[Line]]) -> frozenset[str]:
    """Edge lines on most pages, or on most odd or most even ones, of at least three."""
    repeated: set[str] = set()
    for step, first in ((1, 0), (2, 0), (2, 1)):
        chosen = [edge for edge in edges[first::step] if edge]
        if len(chosen) < 3:
            continue
        counts = Counter(key for edge in chosen for key in {_masked(line) for line in edge})
        repeated |= {key for key, count in counts.items() if count > REPEATED * len(chosen)}
    return frozenset(repeated)


def _is_page_number(line: Line, page: list[Line], *, own: set[str]) -> bool:
    """Whether a line at the very top or bottom is nothing but the page's own number or label."""
    if not _PAGE_NUMBER.fullmatch(line.text):
        return False
    heights = [other.y for other in page]
    numbers = set(re.findall(r"\w+", line.text.casefold()))
    return bool(numbers & own) and line.y in (max(heights), min(heights))


# --- reading order ------------------------------------------------------------------------------


def in_reading_order(page: list[Line]) -> list[Line]:
    """Two columns, drawn row by row, become left column, right column; else the order stays."""
    gutter = _gutter(page)
    if gutter is None:
        return page
    ordered: list[Line] = []
    band: list[Line] = []
    for line in sorted(page, key=lambda line: -line.y):
        if line.x < gutter - 5 and line.right > gutter + 15:  # over both columns
            ordered += [*_columns(band, gutter), line]
            band = []
        else:
            band.append(line)
    return ordered + _columns(band, gutter)


def _columns(band: list[Line], gutter: float) -> list[Line]:
    left = [line for line in band if line.x < gutter - 5]
    right = [replace(line, column=1) for line in band if line.x >= gutter - 5]
    return left + right


def _gutter(page: list[Line]) -> float | None:
    """Find where a right column begins: many long lines start there and few cross it."""
    if len(page) < 12:
        return None
    low, high = min(line.x for line in page), max(line.right for line in page)
    middle = [line.x for line in page if 0.38 < (line.x - low) / (high - low + 1) < 0.68]
    if not middle:
        return None
    at = Counter(round(x / 4) for x in middle).most_common(1)[0][0] * 4.0
    right = [line for line in page if line.x >= at - 5]
    left = [line for line in page if line.x < at - 5 and line.right <= at + 15]
    across = len(page) - len(right) - len(left)
    both_are_text = all(
        len(side) >= 5 and median(len(line.text) for line in side) >= 18 for side in (left, right)
    )
    return at if both_are_text and across <= 0.35 * len(page) else None
