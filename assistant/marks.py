"""Reads a model's stream: safe text and the source numbers in it, whatever way they are written.

Numbers come as `[1]`, `[1, 2]`, `[1-3]`, `(1)`, `[Source 1]`, `[^1]`, `【1】`. HTML, images and links
that are not allowed are taken out. What may become one of these is held back until it is known.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from html import unescape

_WORDS = "sources?|quellen?|articles?|artikel|passages?|refs?|nr|no|fuentes?|fontes?|fonti?|bron"
_LIST = r"\^?\s*(?:#\s*)?\d{1,3}"
_NUMBERS = rf"(?:(?:{_WORDS})\.?:?\s*)?{_LIST}(?:\s*(?:[,;&/–-]|and|und|et|y)\s*(?:(?:{_WORDS})\.?:?\s*)?{_LIST})*"
_MARK = re.compile(
    rf"\s*(?:\[\s*(?P<square>{_NUMBERS})\s*\](?!\()|【\s*(?P<cjk>{_NUMBERS})[^】]{{0,40}}】"
    rf"|\(\s*(?P<word>(?:{_WORDS})\.?:?\s*{_LIST}(?:\s*,\s*{_LIST})*)\s*\)"
    r"|(?:\A|(?<=[^\s(]))[ \t]*\(\s*(?P<round>\d{1,2}(?:\s*,\s*\d{1,2})*)\s*\))",
    re.IGNORECASE,
)
_IMAGE = re.compile(r"!\[[^\]\n]*\](?:\([^)\s]*(?:\s[^)\n]*)?\)|\[[^\]\n]*\])")
_LINK = re.compile(r"\[(?P<label>[^\[\]\n]*)\]\(\s*<?(?P<url>[^)>\s]*)>?(?:\s[^)\n]*)?\)")
_SCRIPT = re.compile(r"<(script|style|iframe|svg)\b.*?(?:</\1\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_AUTOLINK = re.compile(r"<(?P<url>(?:https?|mailto|ftp):[^>\s]*)>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<!\w[^<>]*>")
_URL = re.compile(
    r"(?:\b(?:https?|ftp|data|javascript)://?|\bwww\.)[^\s<>\[\]()\"'“”]+", re.IGNORECASE
)
_UNFINISHED = re.compile(
    r"(?:\s*(?:!?\[[^\[\]\n]{0,200}(?:\](?:\([^)\n]{0,500})?)?|【[^】\n]{0,60}|\([^()\n]{0,30}|!)"
    r"|<(?:script|style|iframe|svg)\b.*|<!--.*|<[A-Za-z/!][^<>]{0,500}|<"
    r"|\b(?:h|ht|htt|https?|https?:|https?:/|f|ft|ftp|w|ww|www|https?://[^\s]*|ftp:[^\s]*"
    r"|www\.[^\s]*|d|da|dat|data|data:[^\s]*|j|ja|javascript:[^\s]*)|\s+)\Z",
    re.IGNORECASE | re.DOTALL,
)
_RANGE = re.compile(r"(\d{1,3})\s*[–-]\s*\^?(\d{1,3})")


@dataclass(frozen=True, slots=True)
class Mark:
    """Source numbers at one place of a text; only such as exist. Empty: a mark of none."""

    numbers: tuple[int, ...]


class MarkReader:
    """Turns the pieces of a stream into safe text and marks."""

    def __init__(self, *, known: Collection[int], links: Collection[str] = ()) -> None:
        self._known = frozenset(known)
        self._links = frozenset(links)
        self._held = ""
        self._line_begins = True
        self.removed_links = False

    def feed(self, text: str) -> Iterator[str | Mark]:
        """Take the next piece of the stream; yield what is known to be text or a mark."""
        self._held += text
        unfinished = _UNFINISHED.search(self._held)
        if unfinished and len(unfinished[0]) > 2000:  # never closed: it is no construct
            unfinished = None
        ready = self._held[: unfinished.start()] if unfinished else self._held
        self._held = self._held[len(ready) :]
        yield from self._read(ready)

    def finish(self) -> Iterator[str | Mark]:
        """The stream has ended: yield what was held back."""
        rest = re.sub(r"<[A-Za-z/!][^<>]*\Z|\s*\[[\d\s,^]*\Z", "", self._held)
        self._held = ""
        yield from self._read(rest)

    def _read(self, text: str) -> Iterator[str | Mark]:
        text = self._clean(text)
        at = 0
        for match in _MARK.finditer(text):
            numbers = self._numbers(match)
            if numbers is None or (match["round"] and not match.start() and self._line_begins):
                continue
            if match.start() > at:
                yield text[at : match.start()]
            yield Mark(numbers)
            at = match.end()
        if at < len(text):
            yield text[at:]
        if text:
            self._line_begins = not text.rpartition("\n")[2].strip()

    def _numbers(self, match: re.Match[str]) -> tuple[int, ...] | None:
        """The numbers of a mark that exist; None when it is not a mark but text, such as (2024)."""
        written = match["square"] or match["cjk"] or match["word"] or match["round"]
        spelt = _RANGE.sub(lambda m: " ".join(map(str, _between(m[1], m[2]))), written)
        numbers = [int(number) for number in re.findall(r"\d+", spelt)]
        exist = tuple(dict.fromkeys(n for n in numbers if n in self._known))
        if match["round"] and len(exist) < len(numbers):
            return None
        return exist

    def _clean(self, text: str) -> str:
        before = text
        text = _SCRIPT.sub("", _COMMENT.sub("", text))
        text = _IMAGE.sub("", text)
        text = _LINK.sub(self._link, text)
        text = _AUTOLINK.sub(lambda m: m["url"], text)
        text = _TAG.sub("", text)
        text = _URL.sub(self._url, text)
        if before != text:
            self.removed_links = self.removed_links or "://" in before or "](" in before
        return text

    def _link(self, match: re.Match[str]) -> str:
        return match[0] if match["url"] in self._links else match["label"]

    def _url(self, match: re.Match[str]) -> str:
        url = match[0].rstrip(".,;:!?")
        return match[0] if url in self._links else match[0][len(url) :]


def safe(text: str, *, links: Collection[str] = ()) -> str:
    """A finished text without HTML, images and links that are not among `links`."""
    return MarkReader(known=(), links=links)._clean(unescape(text) if "&lt;" in text else text)


def _between(low: str, high: str) -> range:
    first, last = int(low), int(high)
    return range(first, last + 1) if first <= last <= first + 20 else range(first, first + 1)
