"""Cuts an article into passages: whole sentences, one to a few paragraphs, with exact offsets.

LlamaIndex's splitter is not used: it finds its offsets by searching, which goes wrong where text
repeats, and it ends sentences after "Dr." and never in Chinese.
"""

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from hashlib import blake2b

from assistant.languages import sentences
from assistant.records import Heading, Page, Passage

SPLITTER = "passages-1"
"""Version of the rules below; part of what an index records. Change it when a cut would change."""

Span = tuple[int, int]

_PARAGRAPH = re.compile(r"[^\n]+(?:\n(?!\n)[^\n]+)*")
_SHARE_BEFORE_HEADING = 0.3  # a passage shorter than this share of the limit goes on past a heading


def split(
    text: str,
    *,
    article_id: str,
    language: str = "und",
    headings: Sequence[Heading] = (),
    pages: Sequence[Page] = (),
    limit: int = 1000,
) -> list[Passage]:
    """Cut `text` into passages of at most `limit` characters, in order, none overlapping.

    A sentence is never cut unless it alone is longer than the limit; then it is cut at a space.
    What lies outside all passages is white space or a heading; where there is nothing but headings
    these are the passages. IDs depend on the article and the
    passage's own words only, so an edit elsewhere in the article leaves them as they are.
    """
    starts = {heading.start for heading in headings}
    units = list(_units(text, language=language, limit=limit, headings=starts))
    spans = list(_pack(units, headings=starts, limit=limit))
    spans = spans or list(_pack(units, headings=set(), limit=limit))
    seen: Counter[str] = Counter()
    result = []
    for start, end in spans:
        words = text[start:end]
        digest = blake2b(words.encode("utf-8", "replace"), digest_size=6).hexdigest()
        seen[digest] += 1
        again = f".{seen[digest]}" if seen[digest] > 1 else ""
        page = _page_at(pages, start)
        result.append(
            Passage(
                id=f"{article_id}-{digest}{again}",
                article_id=article_id,
                text=words,
                start=start,
                end=end,
                language=language,
                heading=_heading_at(headings, start),
                page=page.number if page else None,
                page_label=page.label if page else None,
            )
        )
    return result


def embedded_text(passage: Passage, *, title: str, published: str | None) -> str:
    """What is embedded and indexed for a passage: title, date and heading before its own words."""
    head = " · ".join(part for part in (title, published or "", passage.heading) if part)
    return f"{head}\n{passage.text}" if head else passage.text


def _units(text: str, *, language: str, limit: int, headings: set[int]) -> Iterator[Span]:
    """Yield paragraphs; one over the limit as its sentences, such a sentence in parts."""
    for match in _PARAGRAPH.finditer(text):
        for start, end in _around_headings(text, match.span(), headings):
            if end - start <= limit:
                yield start, end
                continue
            for first, last in sentences(text[start:end], language=language):
                yield from _parts(text, start + first, start + last, limit=limit)


def _around_headings(text: str, span: Span, headings: set[int]) -> Iterator[Span]:
    """Split a paragraph where a heading line begins or ends inside it."""
    start, end = span
    for line in re.finditer(r"[^\n]+", text[start:end]):
        at = span[0] + line.start()
        if at not in headings:
            continue
        if text[start:at].strip():
            yield _stripped(text, start, at)
        yield _stripped(text, at, span[0] + line.end())
        start = span[0] + line.end()
    if text[start:end].strip():
        yield _stripped(text, start, end)


def _parts(text: str, start: int, end: int, *, limit: int) -> Iterator[Span]:
    while end - start > limit:
        space = text.rfind(" ", start + limit // 2, start + limit)
        cut = space if space > 0 else start + limit
        yield _stripped(text, start, cut)
        start = cut
    if text[start:end].strip():
        yield _stripped(text, start, end)


def _stripped(text: str, start: int, end: int) -> Span:
    words = text[start:end]
    return start + len(words) - len(words.lstrip()), end - (len(words) - len(words.rstrip()))


def _pack(units: Sequence[Span], *, headings: set[int], limit: int) -> Iterator[Span]:
    """Join neighbouring units into passages; a heading begins a new one and stays outside it."""
    section: list[Span] = []
    for unit in units:
        if unit[0] in headings:
            if section and section[-1][1] - section[0][0] >= limit * _SHARE_BEFORE_HEADING:
                yield from _even(section, limit=limit)
                section = []
            if not section:
                continue
        section.append(unit)
    while section and section[-1][0] in headings:
        section.pop()
    if section:
        yield from _even(section, limit=limit)


def _even(section: Sequence[Span], *, limit: int) -> Iterator[Span]:
    """Cut a section into passages of about equal length, so that none is a tiny rest."""
    length = section[-1][1] - section[0][0]
    target = length / math.ceil(length / limit)
    start, last = section[0][0], section[0][1]
    for unit_start, unit_end in section[1:]:
        too_long = unit_end - start > limit
        full = last - start >= target or (unit_end - start) - target > target - (last - start)
        if too_long or full:
            yield start, last
            start = unit_start
        last = unit_end
    yield start, last


def _heading_at(headings: Sequence[Heading], start: int) -> str:
    before = [heading.text for heading in headings if heading.start <= start]
    return before[-1] if before else ""


def _page_at(pages: Sequence[Page], start: int) -> Page | None:
    for page in pages:
        if page.start <= start < page.end:
            return page
    return None
