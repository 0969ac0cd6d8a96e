"""Where sentences begin and end, in any script, without ever losing a character between them."""

import re
from functools import cache

from assistant.languages.abbreviations import (
    DAY_WORDS,
    ENDING,
    INSIDE,
    LIST_ENDS,
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

Spans = list[tuple[int, int]]

_CLOSERS = "\"'”’“‘»«›‹)\\]}」』】》）"
_AFTER_END = (
    rf"(?:[{_CLOSERS}]+|[\u00a0\u202f]»|\[\d{{1,3}}\]|[¹²³⁰-⁹]+|[\u00a0 ]»(?=\s|$|[,.;:]))*"
)
_DENSE = r"|[。！？｡]+[”’」』】》）)\"']*"
_END = re.compile(r"[.!?…‼⁇⁈⁉؟۔।॥։።፧៕។]+" + _AFTER_END + _DENSE)
_GREEK_END = re.compile(r"[.!?;\u037e…]+" + _AFTER_END + _DENSE)
_NO_CASE_ENDS = frozenset("।॥។៕።")
_PARAGRAPH = re.compile(r"\n[^\S\n]*\n\s*")
_LIST_ITEM = re.compile(r"[ \t]*(?:[-*+•–—▪◦‣·]|(?P<number>\d{1,3})[.)]|[a-zA-Z]\)|#{1,6})[ \t]+\S")
_HEADING_LINE = re.compile(r"[ \t]*#{1,6}[ \t]+\S")
_WORD_BEFORE = re.compile(r"[^\s\"'“”„«»‚‘(\[{…/–—]*$")
_LETTERS = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*\.?")
_OPENERS = frozenset("\"'“”„«»‚‘’‹›([{¿¡–—- \t\n\u00a0\u202f*_•")
_ROMAN = re.compile(r"[IVXLCDM]+$")
_ACRONYM = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}$")
_SOFT = (
    re.compile(r"[;:؛；：][”»\")]*\s+"),
    re.compile(r"[,،、，][”»\")]*\s*"),
    re.compile(r"\s+"),
)
_SPACE = re.compile(r"\s+")
_WITHOUT_STOP = re.compile(r"[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff]")
_QUOTED_ON = frozenset("とってはがのをもにで、,，")


def sentences(text: str, *, language: str = "und") -> Spans:
    """Find the sentences of a text: spans in order, with nothing but white space outside them.

    A full stop ends no sentence after an abbreviation, an initial, an ordinal ("am 3. Mai") or
    before a small letter; a blank line always ends one; headings, list items and table rows stand
    alone. Closing quotes and brackets belong to the sentence they close. Thai, Lao, Khmer, Burmese
    and Tibetan, which write no full stop, are cut at spaces.
    """
    spans: Spans = []
    at = 0
    for gap in _PARAGRAPH.finditer(text):
        _paragraph(text, at, gap.start(), language, spans)
        at = gap.end()
    _paragraph(text, at, len(text), language, spans)
    return spans


def _paragraph(text: str, low: int, high: int, language: str, spans: Spans) -> None:
    """Add the sentences of one paragraph: of each list item, heading and table row by itself."""
    at = low
    line = text.find("\n", low, high)
    while line >= 0:
        if _stands_alone(text, at, line, high):
            _block(text, at, line, language, spans)
            at = line + 1
        line = text.find("\n", line + 1, high)
    _block(text, at, high, language, spans)


def _stands_alone(text: str, at: int, line: int, high: int) -> bool:
    """Whether the line break at `line` parts two blocks and not two lines of one sentence."""
    start = text.rfind("\n", at, line) + 1 or at
    item = _LIST_ITEM.match(text, line + 1, high)
    if item:
        number = item["number"]
        # A wrapped line may begin with an ordinal: a list begins at 1 or goes on.
        return number in (None, "1") or bool(_LIST_ITEM.match(text, start, line))
    if _HEADING_LINE.match(text, start, line):
        return True
    following = text.find("\n", line + 1, high)
    after = text.find(" | ", line + 1, following if following >= 0 else high)
    return after >= 0 or text.find(" | ", start, line) >= 0


def _block(text: str, low: int, high: int, language: str, spans: Spans) -> None:
    at = low
    marker = _LIST_ITEM.match(text, low, high)
    end = _GREEK_END if language == "el" else _END
    for match in end.finditer(text, marker.end() - 1 if marker else low, high):
        is_bare = match.start() - at < 4 and not any(map(str.isalnum, text[at : match.start()]))
        if not is_bare and _ends(text, match, high=high, low=at, language=language):
            _add(text, at, match.end(), spans)
            at = match.end()
    _add(text, at, high, spans)


def _add(text: str, low: int, high: int, spans: Spans) -> None:
    """Add one span without the white space around it, cut up when it is too long."""
    while low < high and text[low].isspace():
        low += 1
    while high > low and text[high - 1].isspace():
        high -= 1
    if low == high:
        return
    if high - low > THAI_PIECE and _WITHOUT_STOP.search(text, low, low + 40):
        low = _cut_at_spaces(text, low, high, spans)
    while high - low > LONGEST:
        cut = stop = _soft_place(text, low, low + LONGEST)
        while text[stop - 1].isspace():
            stop -= 1
        spans.append((low, stop))
        low = cut
        while text[low].isspace():
            low += 1
    spans.append((low, high))


def _cut_at_spaces(text: str, low: int, high: int, spans: Spans) -> int:
    """Cut a span of a script without full stops at spaces; gives where its last piece begins."""
    match = _SPACE.search(text, low + THAI_PIECE, high)
    while match and high - match.end() > THAI_PIECE // 3:
        spans.append((low, match.start()))
        low = match.end()
        match = _SPACE.search(text, low + THAI_PIECE, high)
    return low


def _soft_place(text: str, low: int, high: int) -> int:
    """The best place to cut inside text[low:high]: after a semicolon, a comma, a word, or last."""
    for pattern in _SOFT:
        ends = [match.end() for match in pattern.finditer(text, low + (high - low) // 3, high)]
        if ends and ends[-1] < high:
            return ends[-1]
    return high


def _ends(text: str, match: re.Match[str], *, low: int, high: int, language: str) -> bool:
    """Whether the end mark found is the end of a sentence and not part of one."""
    stop = match.end()
    if stop >= high:
        return True
    mark, follower = text[match.start()], text[stop]
    if mark in "。！？｡":
        return not (text[stop - 1] in "」』）)”" and follower in _QUOTED_ON)
    if not follower.isspace():
        return mark in _NO_CASE_ENDS and follower.isalpha()
    start = stop
    while start < high and text[start] in _OPENERS:
        start += 1
    if start >= high:
        return True
    if text[start].islower():
        return text[start + 1 : start + 2].isupper()  # a brand: "iPhone", "eBay"
    if mark != "." or text[match.start() + 1 : match.start() + 2] == ".":
        return True
    return _dot_ends(text, match.start(), start, low=low, language=language)


def _dot_ends(text: str, dot: int, start: int, *, low: int, language: str) -> bool:
    """Decide for a full stop with a word before it and, at `start`, one after it."""
    found = _WORD_BEFORE.search(text, max(low, dot - 40), dot)
    word = found.group() if found else ""
    if not word:
        return text[start] != "."  # dots apart are an ellipsis
    match = _LETTERS.match(text, start)
    follower = match.group().casefold() if match else ""
    if word[-1].isdigit():
        return _number_ends(text, dot, word, follower, language=language)
    plain = word.casefold()
    if word in TITLES or plain in INSIDE or (text[start].isdigit() and plain in NUMBERED):
        return False
    opens = follower in starters(language)
    if plain in LIST_ENDS:
        return opens or (language not in ("de", "lb", "und") and text[start].isupper())
    if plain in ENDING or _ACRONYM.match(word):
        return opens
    if _ROMAN.match(word) and language in ORDINAL_LANGUAGES:
        return opens
    if len(word) == 1 and word.isalpha() and ord(word) < 0x2E80:
        return _letter_ends(text, dot, low=low, opens=opens)
    return True


def _letter_ends(text: str, dot: int, *, low: int, opens: bool) -> bool:
    """Whether a single letter ends a sentence ("vitamin C. The") and is no initial ("J. Smith")."""
    if text[dot - 2 : dot - 1] in ("'", "’"):
        return True
    before = text[max(low, dot - 30) : dot - 1].split()
    if not before:
        return False
    return opens and not before[-1][0].isupper() and not before[-1].endswith(".")


def _number_ends(text: str, dot: int, word: str, follower: str, *, language: str) -> bool:
    """Whether a number with a full stop ends a sentence ("in 2024. Die") or is an ordinal."""
    if not word.isdigit() or len(word) > 2:
        return True
    if follower.rstrip(".") in _after_ordinals():
        return False
    line = text.rfind("\n", 0, dot) + 1
    if not text[line : dot - len(word)].strip():
        return False
    if language not in ORDINAL_LANGUAGES and language != "und":
        return True
    if follower in starters(language):
        return True
    before = text[max(0, dot - len(word) - 12) : dot - len(word)].split()
    return language == "und" and not (before and before[-1].casefold() in DAY_WORDS)


@cache
def _after_ordinals() -> frozenset[str]:
    return frozenset(MONTHS.split())
