"""A question as the reading of its times sees it: folded, without quotations, with cues."""

import re

from assistant.times.words import OPERATORS, Words, fold

_WORDS_BETWEEN = 4  # at most, between "articles" and the date it goes with
_LONGEST_PREPOSITION = 60
_MOSTLY = 0.8  # a question that is all quotation is read as if it were none

_QUOTED = re.compile(r"“[^”]*”|„[^“”]*[“”]|«[^»]*»|\"[^\"]*\"|「[^」]*」")
_OPENERS = frozenset('.?!:;¿¡“„«"(')
_GAPS = (re.compile(r"(?:'s?|[的の의])? ?"), re.compile(r"(?:'s?|[的の의])? \w+ "))


class Question:
    """A question and what it says around the times in it; places are offsets in its text."""

    def __init__(self, text: str, *, words: Words) -> None:
        self.text = text
        self.words = words
        self.folded = fold(_without_quotations(text))

    def says(self, cue: str) -> bool:
        """Whether a cue of this kind stands anywhere in the question."""
        return self.words.cues[cue].search(self.folded) is not None

    def latest(self) -> str | None:
        """The words that ask for the newest articles."""
        for match in self.words.latest.finditer(self.folded):
            if not self.is_name(match.start()):
                return self.text[match.start() : match.end()]
        return None

    def operator(self, start: int) -> tuple[str | None, int]:
        """The word before a time that opens a range, if any, and where time and word begin."""
        left, skipped = self._left(start)
        for name in (*OPERATORS, "between", "of", "in"):
            if match := self.words.before[name].search(left):
                begins = skipped + match.end() - len(match[0].lstrip())
                return (name if name in OPERATORS else None), begins
        return None, start

    def opens(self, name: str, start: int) -> bool:
        """Whether a word of this kind stands right before a place."""
        return self.words.before[name].search(self._left(start)[0]) is not None

    def owns(self, end: int) -> bool:
        """Whether a genitive follows: "the last year of the war", "in March of that year"."""
        return self.words.genitive.match(self.folded, end) is not None

    def is_published(self, start: int, end: int, *, for_year: bool = False) -> bool:
        """Whether a word about publication goes with the time from `start` to `end`.

        `for_year`: "published in 2012" is as often said of a book; a bare year needs a noun.
        """
        if self.opens("only", start):
            return True
        noun, verb = self._last("nouns", start), self._last("published", start)
        if noun is not None and (verb is not None or self._is_near(noun, start)):
            return True
        if self._follows("nouns", end):
            return True
        if for_year:
            return False
        near = verb is not None and self._is_near(verb, start)
        return near or self._follows("published", end)

    def is_known(self, start: int) -> bool:
        """Whether a time is that of a report: "what was known before May"."""
        known = self._last("known", start)
        return known is not None and self._is_near(known, start)

    def is_name(self, start: int) -> bool:
        """Whether a word is capitalised inside a sentence: "Fox News", "Last Week Tonight"."""
        if self.words.nouns_are_capitalised or self.text.isupper():
            return False
        before = self.text[:start].rstrip()[-1:]
        return bool(before) and before not in _OPENERS and self.text[start].isupper()

    def _left(self, start: int) -> tuple[str, int]:
        """The text just before a place, and where it begins."""
        first = max(0, start - _LONGEST_PREPOSITION)
        return self.folded[first:start], first

    def _last(self, cue: str, before: int) -> int | None:
        """Where the last such cue before a place ends."""
        ends = [
            match.end()
            for match in self.words.cues[cue].finditer(self.folded)
            if match.end() <= before and not self.is_name(match.start())
        ]
        return ends[-1] if ends else None

    def _follows(self, cue: str, end: int) -> bool:
        """Whether such a cue comes next, or next but one: "March 2024 tunnel articles"."""
        return any(
            self.words.cues[cue].match(self.folded, match.end())
            for gap in _GAPS
            if (match := gap.match(self.folded, end))
        )

    def _is_near(self, start: int, end: int) -> bool:
        between = self.folded[start:end]
        return len(between.split()) <= _WORDS_BETWEEN and not re.search(r"[.?!;:]", between)


def _without_quotations(text: str) -> str:
    """The text with its quotations blanked, unless it is little else."""
    quoted = sum(len(match[0]) for match in _QUOTED.finditer(text))
    if quoted > _MOSTLY * len(text.strip()):
        return text
    return _QUOTED.sub(lambda match: "\0" * len(match[0]), text)
