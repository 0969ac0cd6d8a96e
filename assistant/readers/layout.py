"""Pieces of text on pages to the paragraphs an author wrote. Pure.

Lines are put into reading order, running heads dropped, line-end hyphens mended, and lines joined
into paragraphs across columns and pages, so that each sentence is whole and each page's span known.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Self

from assistant.cleaning import tidy
from assistant.records import Heading, Page

EDGE_LINES = 3
"""Lines at the top and at the bottom of a page that may be running heads or page numbers."""
REPEATED = 0.6
"""Share of pages on which an edge line must stand (digits masked) to be furniture."""
HEADING_RATIO, HEADING_LONGEST = 1.12, 160

_DASHES = "-\u2010\u00ad"
_SUSPENDED = frozenset(
    "und oder bzw bis sowie and or to et ou y o en of och og eller i oraz".split()
)
_END = re.compile(r"[.!?…:。！？؟।][\"'”’“»)\]]*(?:\[\d+\]|\d{0,2})$")
_LIST_ITEM = re.compile(r"(?:[•▪◦‣·●■–—*-]|\(?\d{1,2}[.)]|\(?[a-z]\))\s+\S")
_PAGE_NUMBER = re.compile(r"(?i)\W*(?:(?:page|seite|p\.|s\.|página|pagina)\s*)?(?:\d{1,4}|[ivxlc]{1,7})"
                          r"(?:\s*(?:/|of|von|de|sur|di)\s*\d{1,4})?\W*")  # fmt: skip
_WORDS = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")


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


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page; `right` is estimated from its letters."""

    text: str
    x: float
    y: float
    right: float
    size: float
    bold: bool
    page: int
    column: int = 0


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph or a heading (level from 1; 0: none) as pieces of text, each with its page."""

    pieces: tuple[tuple[int, str], ...]
    level: int = 0
    size: float = 0.0

    @property
    def text(self) -> str:
        """The whole paragraph."""
        return "".join(piece for _, piece in self.pieces)


def paragraphs(pages: Sequence[Sequence[Fragment]], *, labels: Sequence[str]) -> list[Paragraph]:
    """Turn the fragments of each page into paragraphs in reading order."""
    lines = [_lines(page, number) for number, page in enumerate(pages)]
    lines = _without_running_heads(lines, labels=labels)
    ordered = [line for page in lines for line in _in_reading_order(page)]
    body = _body_size(ordered)
    bold_body = _is_mostly_bold(ordered, body)
    words = Counter(word.casefold() for line in ordered for word in _WORDS.findall(line.text))
    groups = _groups(ordered, body=body)
    return [_paragraph(group, words, body=body, bold_body=bold_body) for group in groups]


def assemble(
    blocks: Iterable[Paragraph], *, labels: Sequence[str]
) -> tuple[str, tuple[Page, ...], tuple[Heading, ...]]:
    """Join paragraphs into one text, with the span of each page and the place of each heading."""
    parts: list[str] = []
    starts: dict[int, int] = {}
    headings: list[Heading] = []
    length = 0
    for block in blocks:
        text = block.text
        if not text:
            continue
        if parts:
            parts.append("\n\n")
            length += 2
        if block.level:
            headings.append(Heading(level=block.level, text=text, start=length))
        for page, piece in block.pieces:
            starts.setdefault(page, length)
            parts.append(piece)
            length += len(piece)
    return "".join(parts), _page_spans(starts, labels=labels, length=length), tuple(headings)


def _page_spans(starts: dict[int, int], *, labels: Sequence[str], length: int) -> tuple[Page, ...]:
    """Spans that cover the text without gaps; a page without text is empty where it would stand."""
    pages: list[Page] = []
    end = length
    for number in range(len(labels) - 1, -1, -1):
        start = min(starts.get(number, end), end)
        pages.append(Page(number=number + 1, label=labels[number], start=start, end=end))
        end = start
    return tuple(reversed(pages))


# --- lines --------------------------------------------------------------------------------------


def _lines(fragments: Sequence[Fragment], page: int) -> list[Line]:
    """Join fragments that stand on one line, in the order they are drawn."""
    lines: list[Line] = []
    held: list[Fragment] = []
    for fragment in fragments:
        if held and not _goes_on(held[-1], fragment):
            lines += _line(held, page)
            held = []
        held.append(fragment)
        if fragment.ends:
            lines += _line(held, page)
            held = []
    return lines + (_line(held, page) if held else [])


def _goes_on(before: Fragment, here: Fragment) -> bool:
    """Whether a fragment stands on the line of the one before (superscripts included)."""
    return abs(before.y - here.y) < 0.6 * max(before.size, here.size) and here.x >= before.x - 1


def _line(fragments: list[Fragment], page: int) -> list[Line]:
    text = tidy("".join(fragment.text for fragment in fragments)).replace("\n", " ")
    if not text:
        return []
    main = max(fragments, key=lambda fragment: len(fragment.text.strip()))
    last = fragments[-1]
    letters = sum(len(fragment.text) for fragment in fragments)
    heavy = sum(len(fragment.text) for fragment in fragments if fragment.bold)
    return [
        Line(
            text=text,
            x=fragments[0].x,
            y=main.y,
            right=last.x + _width(last.text.strip()) * last.size,
            size=round(main.size, 1),
            bold=heavy > 0.8 * letters,
            page=page,
        )
    ]


def _width(text: str) -> float:
    """Estimate a text's width in ems: the letters of a common sans serif face, roughly."""
    narrow = sum(text.count(letter) for letter in "iljtfrI.,;:'|!()[] ")
    wide = sum(text.count(letter) for letter in "mwMW@%—…")
    capital = sum(letter.isupper() for letter in text)
    dense = sum(ord(letter) >= 0x2E80 for letter in text)
    return 0.53 * len(text) - 0.25 * narrow + 0.3 * wide + 0.12 * capital + 0.45 * dense


# --- running heads ------------------------------------------------------------------------------


def _without_running_heads(pages: list[list[Line]], *, labels: Sequence[str]) -> list[list[Line]]:
    """Drop lines at the edges of pages that repeat from page to page, and page numbers."""
    edges = [_edges(page) for page in pages]
    repeated = _repeated(edges)
    kept = []
    for number, (page, edge) in enumerate(zip(pages, edges, strict=True)):
        own = {str(number + 1), labels[number]}
        gone = {
            id(line)
            for line in edge
            if _masked(line) in repeated or _is_page_number(line, page, own=own)
        }
        kept.append([line for line in page if id(line) not in gone])
    return kept


def _edges(page: list[Line]) -> list[Line]:
    by_height = sorted(page, key=lambda line: -line.y)
    rows: list[float] = []
    for line in by_height:
        if not rows or rows[-1] - line.y > 2:
            rows.append(line.y)
    if len(rows) <= 2 * EDGE_LINES:
        low, high = (rows[-1], rows[0]) if rows else (0.0, 0.0)
    else:
        low, high = rows[-EDGE_LINES], rows[EDGE_LINES - 1]
    return [line for line in by_height if line.y >= high - 2 or line.y <= low + 2]


def _masked(line: Line) -> str:
    return re.sub(r"\d+", "#", re.sub(r"\b[ivxlc]+\b", "#", " ".join(line.text.casefold().split())))


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
    numbers = set(re.findall(r"\w+", line.text))
    return bool(numbers & own) and line.y in (max(heights), min(heights))


# --- reading order ------------------------------------------------------------------------------


def _in_reading_order(page: list[Line]) -> list[Line]:
    """Two columns drawn row by row become left column, right column; else the order stays."""
    gutter = _gutter(page)
    if gutter is None:
        return page
    ordered: list[Line] = []
    band: list[Line] = []
    for line in sorted(page, key=lambda line: -line.y):
        if line.x < gutter - 5 and line.right > gutter + 15:
            ordered += _columns(band, gutter)
            ordered.append(line)
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
    starts = Counter(
        round(line.x / 4) for line in page if 0.38 < (line.x - low) / (high - low + 1) < 0.68
    )
    if not starts:
        return None
    at = starts.most_common(1)[0][0] * 4.0
    right = [line for line in page if line.x >= at - 5]
    left = [line for line in page if line.x < at - 5 and line.right <= at + 15]
    across = len(page) - len(right) - len(left)
    long_enough = all(
        len(side) >= 5 and median(len(line.text) for line in side) >= 18 for side in (left, right)
    )
    return at if long_enough and across <= 0.35 * len(page) else None


# --- paragraphs ---------------------------------------------------------------------------------


def _body_size(lines: list[Line]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _is_mostly_bold(lines: list[Line], body: float) -> bool:
    of_body = [line for line in lines if line.size == body]
    return sum(line.bold for line in of_body) * 2 > len(of_body)


def _groups(lines: list[Line], *, body: float) -> list[list[Line]]:
    leading = _leading(lines, body)
    rights = _right_edges(lines)
    lefts = _left_edges(lines)
    groups: list[list[Line]] = []
    for line in lines:
        before = groups[-1][-1] if groups else None
        if before is not None and _same_paragraph(
            before, line, leading=leading, right=rights[before.page, before.column],
            left=lefts[line.page, line.column],
        ):  # fmt: skip
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _leading(lines: list[Line], body: float) -> float:
    """The usual distance of two lines of a paragraph."""
    steps = [
        above.y - line.y
        for above, line in zip(lines, lines[1:], strict=False)
        if above.page == line.page and above.size == line.size == body and above.y > line.y
    ]
    near = [step for step in steps if step < 2.5 * body]
    return median(near) if near else 1.2 * body


def _right_edges(lines: list[Line]) -> dict[tuple[int, int], float]:
    """How far the lines of each column reach: nearly the furthest, so that one long one is spared."""
    ends: dict[tuple[int, int], list[float]] = {}
    for line in lines:
        ends.setdefault((line.page, line.column), []).append(line.right)
    return {key: sorted(values)[int(0.85 * (len(values) - 1))] for key, values in ends.items()}


def _left_edges(lines: list[Line]) -> dict[tuple[int, int], float]:
    starts: dict[tuple[int, int], list[float]] = {}
    for line in lines:
        starts.setdefault((line.page, line.column), []).append(round(line.x))
    return {key: Counter(values).most_common(1)[0][0] for key, values in starts.items()}


def _same_paragraph(before: Line, line: Line, *, leading: float, right: float, left: float) -> bool:
    """Whether a line goes on with the paragraph of the one before."""
    if abs(before.size - line.size) > 0.08 * max(before.size, line.size):
        return False
    if before.bold != line.bold and (before.bold or len(line.text) < 60):
        return False
    if _LIST_ITEM.match(line.text):
        return False
    ended = bool(_END.search(before.text))
    if before.page != line.page or before.column != line.column:
        return not ended and (line.text[0].islower() or before.right > right - 4 * before.size)
    step = before.y - line.y
    if step < -0.5 * leading or step > max(1.35 * leading, 1.7 * line.size):
        return False
    if step < 0.3 * line.size:
        return True  # cells of one row
    short = before.right < right - 0.12 * (right - left)
    indented = left + 0.6 * line.size < line.x < left + 5 * line.size and before.x <= left + 2
    return not (ended and (short or indented))


def _paragraph(
    group: list[Line], words: Counter[str], *, body: float, bold_body: bool
) -> Paragraph:
    pieces: list[tuple[int, str]] = []
    for line in group:
        if pieces:
            page, before = pieces[-1]
            joined, gap = _joined(before, line.text, words)
            pieces[-1] = (page, joined)
            pieces.append((line.page, gap + line.text))
        else:
            pieces.append((line.page, line.text))
    return Paragraph(
        pieces=_merged(pieces),
        level=_level(group, body=body, bold_body=bold_body),
        size=max(line.size for line in group),
    )


def _merged(pieces: list[tuple[int, str]]) -> tuple[tuple[int, str], ...]:
    """Neighbouring pieces of one page as one; a space at a page's break belongs to the page before."""
    merged: list[tuple[int, str]] = []
    for page, piece in pieces:
        if merged and merged[-1][0] == page:
            merged[-1] = (page, merged[-1][1] + piece)
        elif merged and piece.startswith(" "):
            merged[-1] = (merged[-1][0], merged[-1][1] + " ")
            merged.append((page, piece[1:]))
        else:
            merged.append((page, piece))
    return tuple(merged)


def _joined(before: str, line: str, words: Counter[str]) -> tuple[str, str]:
    """Mend a line end: what becomes of the piece before, and what stands between the two."""
    if before[-1] not in _DASHES or len(before) < 2 or not before[-2].isalnum():
        dense = ord(before[-1]) >= 0x2E80 and ord(line[0]) >= 0x2E80
        return before, "" if dense else " "
    head = re.search(r"[^\W\d_]*$", before[:-1])
    tail = re.match(r"[^\W\d_]+", line)
    if head is None or tail is None or not head.group():
        return before, ""
    first, second = head.group().casefold(), tail.group().casefold()
    if second in _SUSPENDED:
        return before, " "
    if not tail.group()[0].islower():
        return before, ""
    if _keeps_hyphen(first, second, words):
        return before, ""
    return before[:-1], ""


def _keeps_hyphen(first: str, second: str, words: Counter[str]) -> bool:
    """Whether two halves are a compound written with a hyphen, by the document's own words.

    The word written whole elsewhere settles it, then the compound written elsewhere; else a hyphen
    stays only between two words the document uses by themselves ("well-known").
    """
    if words[first + second]:
        return False
    if words[f"{first}-{second}"] or words[f"{first}\u2010{second}"]:
        return True
    # Each half stands once at the line end itself, so it must be seen once more.
    return min(len(first), len(second)) >= 3 and words[first] > 1 and words[second] > 1


def _level(group: list[Line], *, body: float, bold_body: bool) -> int:
    """The level of a heading by its size; 0 for running text."""
    text = " ".join(line.text for line in group)
    if len(group) > 4 or len(text) > HEADING_LONGEST or not any(map(str.isalpha, text)):
        return 0
    ratio = group[0].size / body if body else 1.0
    if ratio >= HEADING_RATIO:
        return 1 if ratio >= 1.5 else 2
    heavy = all(line.bold for line in group) and not bold_body
    starts_well = not text[0].islower() and not _LIST_ITEM.match(text)
    return (
        3 if heavy and starts_well and not text.endswith((".", ",", ";")) and len(text) < 100 else 0
    )
