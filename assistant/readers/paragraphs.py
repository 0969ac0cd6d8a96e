"""Lines of pages to the paragraphs an author wrote, each sentence whole. Pure.

Line-end hyphens are mended, and lines are joined across columns and pages, while the span of each
page in the text stays known.
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from assistant.readers.facts import word_set
from assistant.readers.layout import Line, width
from assistant.records import Heading, Page

HEADING_RATIO, HEADING_LONGEST = 1.12, 110
"""A heading's size against the body's; longer than this is a standfirst, and text."""

BOLD = 3
"""The level of a heading that only its weight tells."""
FEWEST_CHARS = 40
"""What follows such a heading is at least this long."""

_DASHES = "-\u2010\u00ad"
_SUSPENDED = word_set("und oder bzw bis sowie and or to et ou y o en of och og eller i oraz")
_END = re.compile(r"[.!?…:。！？؟।][\"'”’“»)\]]*(?:\[\d+\]|\d{0,2})$")
_STOP = re.compile(r"[.,;][\"'”’“»)\]]*$")
_LIST_ITEM = re.compile(r"(?:[•▪◦‣·●■–—*-]|\(?\d{1,2}[.)]|\(?[a-z]\))\s+\S")
_WORDS = re.compile(r"[^\W\d_]+(?:[-‐][^\W\d_]+)*")

Column = tuple[int, int]


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


def paragraphs(lines: Sequence[Line]) -> list[Paragraph]:
    """Join lines in reading order into paragraphs and headings."""
    body = _body_size(lines)
    of_body = [line for line in lines if line.size == body]
    bold_body = sum(line.bold for line in of_body) * 2 > len(of_body)
    words = count_words(line.text for line in lines)
    blocks = [
        Paragraph(
            pieces=_pieces(group, words),
            level=_level(group, body=body, bold_body=bold_body),
            size=max(line.size for line in group),
        )
        for group in _groups(lines, body=body)
    ]
    return _without_labels(blocks)


def _without_labels(blocks: list[Paragraph]) -> list[Paragraph]:
    """Bold lines are headings only before text: the heads of a table's columns are none."""
    following = [*blocks[1:], None]
    return [
        replace(block, level=0)
        if block.level == BOLD and (after is None or after.level or len(after.text) < FEWEST_CHARS)
        else block
        for block, after in zip(blocks, following, strict=True)
    ]


def assemble(
    blocks: Iterable[Paragraph], *, labels: Sequence[str]
) -> tuple[str, tuple[Page, ...], tuple[Heading, ...]]:
    """Join paragraphs into one text, with the span of each page and the place of each heading."""
    parts: list[str] = []
    starts: dict[int, int] = {}
    headings: list[Heading] = []
    length = 0
    for block in blocks:
        if not block.text:
            continue
        if parts:
            parts.append("\n\n")
            length += 2
        if block.level:
            headings.append(Heading(level=block.level, text=block.text, start=length))
        for page, piece in block.pieces:
            starts.setdefault(page, length)
            parts.append(piece)
            length += len(piece)
    return "".join(parts), _spans(starts, labels=labels, length=length), tuple(headings)


def _spans(starts: dict[int, int], *, labels: Sequence[str], length: int) -> tuple[Page, ...]:
    """Spans that cover the text without gaps; a page without text is empty where it would be."""
    pages: list[Page] = []
    end = length
    for number in range(len(labels) - 1, -1, -1):
        start = min(starts.get(number, end), end) if number else 0
        pages.append(Page(number=number + 1, label=labels[number], start=start, end=end))
        end = start
    return tuple(reversed(pages))


# --- which lines belong together ----------------------------------------------------------------


def _body_size(lines: Sequence[Line]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _groups(lines: Sequence[Line], *, body: float) -> list[list[Line]]:
    leading = _leading(lines, body)
    edges = _edges(lines)
    groups: list[list[Line]] = []
    for line in lines:
        before = groups[-1][-1] if groups else None
        if before is not None and _goes_on(before, line, leading=leading, edges=edges, body=body):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _leading(lines: Sequence[Line], body: float) -> float:
    """The usual distance of two lines of a paragraph."""
    steps = [
        above.y - line.y
        for above, line in pairwise(lines)
        if above.page == line.page and above.size == line.size == body
    ]
    near = [step for step in steps if 0 < step < 2.5 * body]
    return median(near) if near else 1.2 * body


def _edges(lines: Sequence[Line]) -> dict[Column, tuple[float, float]]:
    """Left and right edge of each column of each page.

    The right edge is where nearly the furthest line ends, so that one too long is spared, and at
    least the usual one of that column: a page of short lines does not move it.
    """
    columns: dict[Column, list[Line]] = {}
    for line in lines:
        columns.setdefault((line.page, line.column), []).append(line)
    rights = {key: _high(line.right for line in held) for key, held in columns.items()}
    usual = {
        column: median(right for key, right in rights.items() if key[1] == column)
        for column in {key[1] for key in columns}
    }
    return {
        key: (
            Counter(round(line.x) for line in held).most_common(1)[0][0],
            max(rights[key], usual[key[1]]),
        )
        for key, held in columns.items()
    }


def _high(values: Iterable[float]) -> float:
    ordered = sorted(values)
    return ordered[int(0.85 * (len(ordered) - 1))]


def _goes_on(
    before: Line,
    line: Line,
    *,
    leading: float,
    edges: dict[Column, tuple[float, float]],
    body: float,
) -> bool:
    """Whether a line goes on with the paragraph of the one before."""
    if abs(before.size - line.size) > 0.08 * max(before.size, line.size):
        return False
    if before.bold != line.bold and (before.bold or len(line.text) < 60):
        return False
    if _LIST_ITEM.match(line.text) or before.row != line.row:
        return False
    left, right = edges[before.page, before.column]
    if before.page != line.page or before.column != line.column:
        return not before.row and not _broken_on_purpose(before, line, left=left, right=right)
    step = before.y - line.y
    if step < -0.5 * leading or step > max(1.35 * leading, 1.7 * line.size):
        return before.row and 0 < step < 2.2 * leading
    if line.row or step < 0.3 * line.size or line.size >= HEADING_RATIO * body:
        return True
    indented = left + 0.6 * line.size < line.x < left + 5 * line.size and before.x <= left + 2
    if indented and _END.search(before.text):
        return False
    return not _broken_on_purpose(before, line, left=left, right=right)


def _broken_on_purpose(before: Line, line: Line, *, left: float, right: float) -> bool:
    """Whether a line ended although the next word had room: so its author ended it.

    A line across the page's end is broken too where the sentence ended in a full line: the two
    cannot be told apart, and a new paragraph does less harm than two run together.
    """
    if before.text[-1] in _DASHES or line.text[0].islower():
        return False
    first = line.text.split(maxsplit=1)[0]
    slack = 0.06 * (right - left) + 0.5 * before.size
    has_room = before.right + width(f" {first}") * before.size + slack < right
    ended = bool(_END.search(before.text))
    across = (before.page, before.column) != (line.page, line.column)
    short = before.right < right - 0.12 * (right - left)
    return has_room or (ended and (short or across))


# --- line ends ----------------------------------------------------------------------------------


def _pieces(group: list[Line], words: Counter[str]) -> tuple[tuple[int, str], ...]:
    pieces: list[tuple[int, str]] = []
    for line in group:
        if not pieces:
            pieces.append((line.page, line.text))
            continue
        page, held = pieces[-1]
        held, gap = (held, "\n") if line.row else join(held, line.text, words=words)
        if page == line.page:
            pieces[-1] = (page, held + gap + line.text)
        else:  # what stands between the two belongs to the page before
            pieces[-1] = (page, held + gap)
            pieces.append((line.page, line.text))
    return tuple(pieces)


def count_words(texts: Iterable[str]) -> Counter[str]:
    """Count words and compounds, and the first parts of compounds with their hyphen ("self-")."""
    words = Counter(word.casefold() for text in texts for word in _WORDS.findall(text))
    firsts = (re.split("[-‐]", word)[0] + "-" for word in words if "-" in word or "‐" in word)
    return words + Counter(firsts)


def join(before: str, line: str, *, words: Counter[str]) -> tuple[str, str]:
    """Mend a line end: what becomes of the piece before, and what stands between the two.

    `words` counts the document's own words, which decide whether a hyphen is one of the word
    ("well-known") or of the line ("hyphen-ated").
    """
    if before[-1] not in _DASHES or len(before) < 2 or not before[-2].isalnum():
        dense = ord(before[-1]) >= 0x2E80 and ord(line[0]) >= 0x2E80
        return before, "" if dense else " "
    head = re.search(r"(?<![^\W\d_])[^\W\d_]*$", before[:-1])
    tail = re.match(r"[^\W\d_]+", line)
    if head is None or tail is None or not head.group():
        return before, ""
    first, second = head.group().casefold(), tail.group().casefold()
    if second in _SUSPENDED:
        return before, " "
    in_compound = before[head.start() - 1 : head.start()] in ("-", "\u2010")
    if in_compound or not tail.group()[0].islower() or _keeps_hyphen(first, second, words):
        return before, ""
    return before[:-1], ""


def _keeps_hyphen(first: str, second: str, words: Counter[str]) -> bool:
    """Whether two halves are a compound written with a hyphen, by the document's own words.

    The word written whole elsewhere settles it, then the compound written elsewhere; else a hyphen
    stays only between two words the document uses by themselves.
    """
    if words[first + second]:
        return False
    if words[f"{first}-{second}"] or words[f"{first}\u2010{second}"]:
        return True
    # Each half stands once at the line end itself, so it must be seen once more.
    by_themselves = words[second] > 1 and (words[first] > 1 or words[f"{first}-"] > 0)
    return by_themselves and min(len(first), len(second)) >= 3


def _level(group: list[Line], *, body: float, bold_body: bool) -> int:
    """The level of a heading by its size and weight; 0 for running text."""
    text = " ".join(line.text for line in group)
    if len(group) > 4 or len(text) > HEADING_LONGEST or group[0].row or _STOP.search(text):
        return 0
    if not any(map(str.isalpha, text)) or _LIST_ITEM.match(text):
        return 0
    ratio = group[0].size / body if body else 1.0
    if ratio >= HEADING_RATIO:
        return 1 if ratio >= 1.5 else 2
    heavy = all(line.bold for line in group) and not bold_body
    return BOLD if heavy and not text[0].islower() else 0
