"""Turns a model's stream into finished sentences, and stops it when it loops or runs on."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

from assistant.languages import sentences
from assistant.marks import Mark, MarkReader
from assistant.prompts import CANNOT
from assistant.records import Token

ENOUGH_TO_SPLIT = 12
"""Characters of the next sentence that must be there before the last one counts as finished."""
REPEATS_ALLOWED = 1

Fault = Literal["", "loop", "ran_on"]

_LABEL_WORDS = r"\s*\**(?:answer|antwort|réponse|respuesta|risposta|resposta|antwoord)"
_LABEL = re.compile(rf"{_LABEL_WORDS}\s*\**\s*:\s*\**\s*(?=[^\s*])", re.IGNORECASE)
_LABEL_BEGUN = re.compile(rf"{_LABEL_WORDS}\s*\**\s*:?\s*\**\s*\Z", re.IGNORECASE)
_RUNS_ON = re.compile(
    r"(?:^|\n)\s*(?:(?:question|frage|pregunta|domanda|pergunta|user|human|assistant|q)\s*:|<\|)",
    re.IGNORECASE,
)
_LABELS = ("answer:", "antwort:", "réponse:", "respuesta:", "risposta:", "resposta:", "antwoord:")
_LOOP = re.compile(r"(?P<unit>\w[^\n]{0,79}?[\s,;]+)(?P=unit){5,}\Z")
"""The same words six times in a row at the end of what was written."""
_LOOP_SEEN = 700
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Drafted:
    """A finished sentence without its marks, the source numbers in it, what separates it."""

    text: str
    numbers: tuple[int, ...]
    before: str


class Draft:
    """The answer as it is being written. Feed it pieces; it yields tokens and sentences.

    A token is text that belongs to the sentence being written; the tokens of a sentence joined are
    its text. `fault` says why the model should be stopped, `is_full` that `most_words` are there:
    then stop feeding and call `finish`. A draft is full when one more sentence like the last would
    be too much; of a sentence that makes it too much nothing is kept, unless it is the only one.
    """

    def __init__(
        self, *, language: str, known: Collection[int], links: Collection[str], most_words: int
    ) -> None:
        self.fault: Fault = ""
        self.is_full = False
        self._most_words = most_words
        self._words = 0
        self._language = language
        self._reader = MarkReader(known=known, links=links)
        self._buffer = ""
        self._marks: list[tuple[int, tuple[int, ...]]] = []
        self._shown = 0
        self._count = 0
        self._seen: dict[str, int] = {}

    @property
    def removed_links(self) -> bool:
        """Whether a link or image was taken out."""
        return self._reader.removed_links

    def feed(self, piece: str) -> Iterator[Token | Drafted]:
        """Take the next piece of the stream."""
        for item in self._reader.feed(piece):
            yield from self._take(item)

    def finish(self, *, complete: bool = True) -> Iterator[Token | Drafted]:
        """The stream has ended. An incomplete last sentence is dropped when there is another."""
        for item in self._reader.finish():
            yield from self._take(item)
        if self.fault or self.is_full:
            return
        spans = self._spans()
        others = self._count or len(spans) > 1
        if not complete and others and spans and not _ended(self._buffer[slice(*spans[-1])]):
            spans = spans[:-1]
        yield from self._finish_sentences(spans, following=len(self._buffer))

    def _take(self, item: str | Mark) -> Iterator[Token | Drafted]:
        if self.fault or self.is_full:
            return
        if isinstance(item, Mark):
            self._marks.append((len(self._buffer), item.numbers))
            return
        self._buffer += _CONTROL.sub(" ", item)
        self._strip_beginning()
        if stop := _RUNS_ON.search(self._buffer):
            if self._count or stop.start():
                self._buffer = self._buffer[: stop.start()]
                yield from self._finish_sentences(self._spans(), following=len(self._buffer))
            self.fault = "ran_on"
            return
        begin = max(0, len(self._buffer) - _LOOP_SEEN)
        if loop := _LOOP.search(
            f"{self._buffer} ", begin
        ):  # white space comes with what follows it
            yield from self._end_loop(loop.start())
            return
        yield from self._progress()

    def _end_loop(self, start: int) -> Iterator[Token | Drafted]:
        """Keep what stands before the words that come again and again."""
        self._buffer = self._buffer[:start].rstrip(" ,;")
        yield from self._finish_sentences(self._spans(), following=len(self._buffer))
        self._buffer = ""
        self.fault = "loop"

    def _progress(self) -> Iterator[Token | Drafted]:
        spans = self._spans()
        ready = spans[:-1] if spans and spans[-1][1] - spans[-1][0] >= ENOUGH_TO_SPLIT else []
        if ready:
            yield from self._finish_sentences(ready, following=spans[-1][0])
            spans = self._spans()
        if self.fault or self.is_full or not spans:
            return
        begun = self._buffer[slice(*spans[0])]
        self.is_full = bool(self._count) and self._has_enough(begun)
        if self.is_full or self._undecided(begun):
            return
        yield from self._show(spans[0][1])

    def _has_enough(self, more: str) -> bool:
        return self._words + count_words(more) > self._most_words

    def _finish_sentences(
        self, spans: list[tuple[int, int]], *, following: int
    ) -> Iterator[Token | Drafted]:
        for at, (start, end) in enumerate(spans):
            next_start = spans[at + 1][0] if at + 1 < len(spans) else following
            numbers = [n for place, ns in self._marks if start < place <= next_start for n in ns]
            text = self._buffer[start:end]
            if self._repeats(text):
                self.fault = "loop"
                return
            before = self._separator(start)
            if self._shown < end and not text.startswith(CANNOT):
                yield from self._show(end)
            self._count += 1
            self._words += count_words(text)
            yield Drafted(text, tuple(dict.fromkeys(numbers)), before)
            if self._has_enough(text):
                self.is_full = True
                return
        self._buffer = self._buffer[following:] if spans else self._buffer
        if spans:
            self._marks = [(p - following, ns) for p, ns in self._marks if p > following]
            self._shown = 0

    def _show(self, end: int) -> Iterator[Token]:
        start = self._shown
        before = ""
        if start == 0:
            start = len(self._buffer) - len(self._buffer.lstrip())
            before = self._separator(start)
        if end > start:
            self._shown = end
            yield Token(before + self._buffer[start:end])

    def _separator(self, start: int) -> str:
        if not self._count:
            return ""
        return "\n" if _LIST_ITEM.match(self._buffer[start:]) else " "

    def _strip_beginning(self) -> None:
        if not self._count and not self._shown:
            self._buffer = (
                _LABEL.sub("", self._buffer, count=1) if self._starts_label() else self._buffer
            )

    def _starts_label(self) -> bool:
        return bool(_LABEL.match(self._buffer))

    def _undecided(self, sentence: str) -> bool:
        """Whether what is there may become a label, the phrase that refuses, or a repetition."""
        if self._shown:
            return False
        if self._count:
            key = _key(sentence)
            return any(seen.startswith(key) for seen in self._seen)
        start = self._buffer.strip(" \n*").casefold()
        if any(whole.startswith(start) for whole in (CANNOT.casefold(), *_LABELS)):
            return True
        return start.startswith(CANNOT.casefold()) or bool(_LABEL_BEGUN.match(self._buffer))

    def _repeats(self, text: str) -> bool:
        key = _key(text)
        self._seen[key] = self._seen.get(key, 0) + 1
        return self._seen[key] > REPEATS_ALLOWED and len(key) > 0

    def _spans(self) -> list[tuple[int, int]]:
        return sentences(self._buffer, language=self._language)


def count_words(text: str) -> int:
    """How many words a text has; where none are written apart, two signs count as one."""
    unspaced = len(_UNSPACED.findall(text))
    return len(_UNSPACED.sub(" ", text).split()) + (unspaced + 1) // 2


_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")
_LIST_ITEM = re.compile(r"(?:[-*•]|\d{1,2}[.)])\s")


def _key(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def _ended(text: str) -> bool:
    return bool(re.search(r"[.!?…。！？।؟]['\"”’»)\]]*\s*$", text))
