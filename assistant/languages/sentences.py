"""Where sentences begin and end, in any script, without ever losing a character between them."""

import re
from functools import cache

from assistant.languages.abbreviations import (
    DAY_WORDS,
    ENDING,
    MONTHS,
    NUMBERED,
    ORDINAL_LANGUAGES,
    TITLES,
    starters,
)

LONGEST = 1_000
"""A sentence longer than this is cut at its softest place: no splitter may need more room."""
THAI_PIECE = 120
"""Scripts without a full stop are cut at the first space after this many characters."""

_CLOSERS = "\"'”’“‘»«›‹)\\]}」』】》）"
_END = re.compile(
    rf"[.!?…‼⁇⁈⁉؟۔।॥։።፧៕。！？｡]+"
    rf"(?:[{_CLOSERS}]+|[\u00a0\u202f]»|\[\d{{1,3}}\]|[¹²³⁰-⁹]+|[\u00a0 ]»(?=\s|$|[,.;:]))*"
)
_GREEK_END = re.compile(_END.pattern.replace("[.!?", "[.!?;\u037e", 1))
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")
_LIST_ITEM = re.compile(r"[ \t]*(?:[-*+•–—▪◦‣·]|\d{1,3}[.)]|[a-zA-Z][.)]|#{1,6}|\|)[ \t]+\S")
_HEADING_LINE = re.compile(r"[ \t]*#{1,6}[ \t]+\S")
_WORD_BEFORE = re.compile(r"[^\s\"'“”„«»‚‘(\[{…/–—]*$")
_OPENERS = "\"'“”„«»‚‘’‹›([{¿¡–—- \t\n\u00a0\u202f*_•"
_DENSE_END = frozenset("。！？｡")
_ROMAN = re.compile(r"[IVXLCDM]+$")
_ACRONYM = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}$")
_SOFT = (
    re.compile(r"[;:؛；：][”»\")]*\s+"),
    re.compile(r"[,،、，][”»\")]*\s*"),
    re.compile(r"\s+"),
)
_BRAHMIC = re.compile(r"[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff]")
_QUOTED_ON = frozenset("とってはがのをもにで、,，")


def sentences(text: str, *, language: str = "und") -> list[tuple[int, int]]:
    """Find the sentences of a text: spans in order, with nothing but white space outside them.

    A full stop ends no sentence after an abbreviation, an initial, an ordinal ("am 3. Mai") or
    before a small letter; a blank line always ends one, and headings and list items stand alone.
    Closing quotes and brackets belong to the sentence they close. Thai, Lao, Khmer, Burmese and
    Tibetan, which write no full stop, are cut at spaces.
    """
    spans: list[tuple[int, int]] = []
    end = _GREEK_END if language == "el" else _END
    at = 0
    for gap in _PARAGRAPH.finditer(text):
        _paragraph(text, at, gap.start(), end, language, spans)
        at = gap.end()
    _paragraph(text, at, len(text), end, language, spans)
    return spans


def _paragraph(
    text: str,
    low: int,
    high: int,
    end: re.Pattern[str],
    language: str,
    spans: list[tuple[int, int]],
) -> None:
    """Add the sentences of one paragraph: first its list items and headings, then each of those."""
    at = low
    line = text.find("\n", low, high)
    while line >= 0:
        if _LIST_ITEM.match(text, line + 1, high) or _HEADING_LINE.match(text, at, line):
            _block(text, at, line, end, language, spans)
            at = line + 1
        line = text.find("\n", line + 1, high)
    _block(text, at, high, end, language, spans)


def _block(
    text: str,
    low: int,
    high: int,
    end: re.Pattern[str],
    language: str,
    spans: list[tuple[int, int]],
) -> None:
    at = low
    marker = _LIST_ITEM.match(text, low, high)
    for match in end.finditer(text, marker.end() - 1 if marker else low, high):
        if _ends(text, match, high=high, low=at, language=language):
            _add(text, at, match.end(), spans)
            at = match.end()
    _add(text, at, high, spans)


def _add(text: str, low: int, high: int, spans: list[tuple[int, int]]) -> None:
    """Add one span without the white space around it, cut up when it is too long."""
    while low < high and text[low].isspace():
        low += 1
    while high > low and text[high - 1].isspace():
        high -= 1
    if low == high:
        return
    if high - low > THAI_PIECE and _BRAHMIC.search(text, low, min(high, low + 40)):
        low = _cut_at_spaces(text, low, high, spans)
    while high - low > LONGEST:
        cut = _soft_place(text, low, low + LONGEST)
        stop = cut
        while stop > low and text[stop - 1].isspace():
            stop -= 1
        spans.append((low, stop))
        low = cut
    spans.append((low, high))


def _cut_at_spaces(text: str, low: int, high: int, spans: list[tuple[int, int]]) -> int:
    """Cut a span of a script without full stops at spaces; gives where its last piece begins."""
    space = re.compile(r"\s+")
    match = space.search(text, low + THAI_PIECE, high)
    while match and high - match.end() > THAI_PIECE // 3:
        spans.append((low, match.start()))
        low = match.end()
        match = space.search(text, low + THAI_PIECE, high)
    return low


def _soft_place(text: str, low: int, high: int) -> int:
    """The best place to cut inside text[low:high]: after a semicolon, a comma, a word, or at all."""
    middle = low + (high - low) // 3
    for pattern in _SOFT:
        last = None
        for last in pattern.finditer(text, middle, high):
            pass
        if last is not None and last.end() < high:
            return last.end()
    return high


def _ends(text: str, match: re.Match[str], *, low: int, high: int, language: str) -> bool:
    """Whether the end mark found is the end of a sentence and not part of one."""
    stop = match.end()
    if stop >= high:
        return True
    mark, follower = text[match.start()], text[stop]
    if mark in _DENSE_END:
        return not (text[stop - 1] in "」』）)”" and follower in _QUOTED_ON)
    if not follower.isspace():
        return mark in "।॥።។៕։" and follower.isalpha()
    start = _next_word(text, stop, high)
    if start >= high:
        return True
    first = text[start]
    if first.islower() and mark not in "।۔؟։":
        return bool(_ends_brand(text, start))
    if mark != ".":
        return True
    dot = match.start()
    if text[dot : dot + 2] == "..":
        return True
    return _dot_ends(text, dot, start, low=low, language=language)


def _ends_brand(text: str, start: int) -> bool:
    """Whether a word with a small first letter can open a sentence ("iPhone", "eBay")."""
    return text[start + 1 : start + 2].isupper()


def _next_word(text: str, at: int, high: int) -> int:
    while at < high and text[at] in _OPENERS:
        at += 1
    return at


def _dot_ends(text: str, dot: int, start: int, *, low: int, language: str) -> bool:
    """Decide for a full stop with a word before it and, at `start`, one after it."""
    found = _WORD_BEFORE.search(text, max(low, dot - 40), dot)
    word = found.group() if found else ""
    follower = _word_at(text, start)
    if not word:
        return True
    if word[-1].isdigit():
        return _number_ends(text, dot, word, follower, language=language)
    plain = word.casefold()
    if plain in TITLES:
        return False
    if text[start].isdigit() and plain in NUMBERED:
        return False
    opens = follower.casefold() in starters(language)
    if _ACRONYM.match(word) or (_ROMAN.match(word) and language in ORDINAL_LANGUAGES):
        return opens
    if plain in ENDING:
        return opens or (language == "en" and text[start].isupper())
    if len(word) == 1 and word.isalpha() and ord(word) < 0x2E80:
        return _letter_ends(text, dot, low=low, opens=opens)
    return True


def _letter_ends(text: str, dot: int, *, low: int, opens: bool) -> bool:
    """Whether a single letter with a full stop ends a sentence ("vitamin C. The") or is an initial."""
    before = text[max(low, dot - 30) : dot - 1].split()
    if text[dot - 2 : dot - 1] in ("'", "’"):
        return True
    if not before:
        return False
    return opens and not before[-1][0].isupper() and not before[-1].endswith(".")


def _number_ends(text: str, dot: int, word: str, follower: str, *, language: str) -> bool:
    """Whether a number with a full stop ends a sentence ("in 2024. Die") or is an ordinal."""
    if not word.isdigit() or len(word) > 2:
        return True
    if follower.casefold().rstrip(".") in _month_words():
        return False
    line = text.rfind("\n", 0, dot) + 1
    if not text[line : dot - len(word)].strip():
        return False
    if language not in ORDINAL_LANGUAGES and language != "und":
        return True
    if follower.casefold() in starters(language):
        return True
    before = text[max(0, dot - len(word) - 12) : dot - len(word)].split()
    return language == "und" and not (before and before[-1].casefold() in DAY_WORDS)


def _word_at(text: str, start: int) -> str:
    match = _LETTERS.match(text, start)
    return match.group() if match else ""


_LETTERS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?")


@cache
def _month_words() -> frozenset[str]:
    return frozenset(MONTHS.split())
