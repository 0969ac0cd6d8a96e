"""Decides whether a time named in a question is about publication, and which days it lets through.

A question's time is as often part of what happened as of when it was reported, and a wrong filter
hides the right article. So:

- With a word about publication beside it ("articles from March 2024"), a time is taken exactly.
- A time told from today ("last week"), "since", and a month without a year ("in March") give a
  beginning only: what was reported about that time later stays in.
- So does a span of months or days of the last years ("between May and July 2024"); a question for
  whatever happened then gives an end too, some weeks later.
- Any other date with a year ("the flood of January 2024") belongs to the content: no filter.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from assistant.times.dates import Mention, find_dates
from assistant.times.periods import Period, moved
from assistant.times.relative import Relative, find_relative
from assistant.times.words import OPERATORS, Words, fold, words

REPORTED_WITHIN_DAYS = 45
"""How long after a month its events are still reported on."""
KNOWN_BEFORE_DAYS = {"day": 1, "week": 3, "month": 3, "year": 3}
"""How long before a time what happens in it may be announced: in RealTime QA, supporting articles
of "this week" begin the day before the week."""
RECENT_YEARS = 5
"""Dates further back need a word about publication: without one they are history."""
EARLIEST_YEAR = 1990
"""No filter before the web: "what article was published in 1937" asks for a fact."""
_WORDS_BETWEEN = 4  # at most, between "articles" and the date it goes with

_QUOTED = re.compile(r"“[^”]*”|„[^“”]*[“”]|«[^»]*»|\"[^\"]*\"|「[^」]*」")
_MOSTLY = 0.8
_GAPS = (re.compile(r"(?:'s?|[的の의])? ?"), re.compile(r"(?:'s?|[的の의])? \w+ "))
_SENTENCE_START = re.compile(r"(?:^|[.?!:;¿¡“„«\"(])\s*$")


@dataclass(frozen=True, slots=True)
class TimeFilter:
    """What a question says about when its articles were published; dates are ISO and inclusive.

    `words` are the question's own, exactly as they stand there. `latest` asks for the newest first.
    """

    since: str | None
    until: str | None
    words: str
    latest: bool


def read_times(
    question: str, *, language: str, today: date, newest: date | None = None
) -> TimeFilter | None:
    """Read the time words of a question as a filter on the published date; None without any.

    `newest` is the date of the corpus's newest article: where a time told from today lies wholly
    after it, "last week" can only mean the newest there is, and "in March" an earlier March. An
    inferred filter should let articles without a date through. Never raises.
    """
    reading = _Reading(question, words=words(language), today=today, newest=newest)
    return reading.filter()


@dataclass(frozen=True, slots=True)
class _Span:
    """Two dates read as one range, or one date alone."""

    first: Mention
    last: Mention

    @property
    def is_range(self) -> bool:
        return self.first is not self.last


class _Reading:
    """One question being read."""

    def __init__(
        self, question: str, *, words: Words, today: date, newest: date | None
    ) -> None:
        self.question = question
        self.words = words
        self.today = today
        self.newest = newest
        self.folded = fold(_without_quotations(question))

    def filter(self) -> TimeFilter | None:
        """The first time that is about publication; else whether the newest are asked for."""
        matches = self.words.latest.finditer(self.folded)
        latest = next((match for match in matches if not self._is_name(match.start())), None)
        dates = find_dates(self.folded, words=self.words)
        for found in (*self._relative(dates), *self._absolute(dates)):
            return TimeFilter(found.since, found.until, found.words, found.latest or latest is not None)
        if latest:
            return TimeFilter(None, None, self.question[slice(*latest.span())], True)
        return None

    # --- times told from today ---

    def _relative(self, dates: list[Mention]) -> Iterator[TimeFilter]:
        for time in find_relative(self.folded, words=self.words, today=self.today):
            operator, start = self._operator(time.start)
            cued = self._has_cue(start, time.end)
            if not self._is_about_now(time, dates=dates, operator=operator, cued=cued):
                continue
            if operator in ("before", "until"):
                if cued or self._is_known_by(start):
                    last = moved(time.period.first, -1) if operator == "before" else time.period.last
                    yield self._made(start, time.end, until=last)
            elif operator in ("since", "after"):
                yield self._soft(start, time.end, since=time.period.first)
            elif cued:
                yield self._made(start, time.end, time.period.first, time.period.last)
            else:
                early = 0 if self._says("happened") or time.kind in ("ago", "past") else 1
                since = moved(time.since, -early * KNOWN_BEFORE_DAYS[time.unit])
                yield self._soft(start, time.end, since=since)

    def _is_about_now(
        self, time: Relative, *, dates: list[Mention], operator: str | None, cued: bool
    ) -> bool:
        """Whether a relative time counts from today, and from when the question is asked."""
        if self._is_name(time.start) and time.kind not in ("weekday", "last_weekday"):
            return False
        if self.words.genitive.match(self.folded, time.end):  # "the last year of the war"
            return False
        if time.kind == "this" and not cued:
            other_year = any(d.year is not None and d.year != self.today.year for d in dates)
            return not (other_year or self._says("future"))
        if time.weak and not cued and operator != "since":
            return time.kind == "today" and self._says("happened")
        return True

    # --- dates ---

    def _absolute(self, dates: list[Mention]) -> Iterator[TimeFilter]:
        for span in self._spans(dates):
            operator, start = self._operator(span.first.start)
            bare_year, end = span.first.is_bare_year, span.last.end
            cued = self._has_cue(start, end, for_year=bare_year)
            period = self._period(span)
            if period is None or period.first.year < EARLIEST_YEAR:
                continue
            if cued and (span.is_range or not operator):
                yield self._made(start, end, period.first, period.last)
            elif not cued and period.first.year < self.today.year - RECENT_YEARS:
                continue
            elif operator and (cued or operator == "since" or not bare_year):
                yield from self._open_ended(operator, start, end, period=period, cued=cued)
            elif self._is_event_near(span, dates=dates):
                reported = moved(period.last, REPORTED_WITHIN_DAYS)
                until = reported if self._says("happened") else None
                yield self._made(start, end, period.first, until)

    def _open_ended(
        self, operator: str, start: int, end: int, *, period: Period, cued: bool
    ) -> Iterator[TimeFilter]:
        """A filter for "since", "after", "as of"; and "before", "until" beside a cue."""
        if operator == "since":
            yield self._made(start, end, period.first)
        elif operator == "after":
            yield self._made(start, end, moved(period.last, 1))
        elif operator == "as_of":
            yield self._made(start, end, until=period.last)
        elif cued or self._is_known_by(start):
            last = moved(period.first, -1) if operator == "before" else period.last
            yield self._made(start, end, until=last)

    def _spans(self, dates: list[Mention]) -> Iterator[_Span]:
        """The dates, two of them as one where they are the ends of a range."""
        at = 0
        while at < len(dates):
            first, last = dates[at], dates[min(at + 1, len(dates) - 1)]
            between = self.folded[first.end : last.start]
            joined = first is not last and self.words.joint.fullmatch(between)
            opened = self.words.before["between"].search(self.folded[: first.start])
            dashed = "-" in between or self.words.before["between"].pattern == r"(?!)"
            at += 2 if joined and (opened or dashed) else 1
            yield _Span(first, last) if joined and (opened or dashed) else _Span(first, first)

    def _period(self, span: _Span) -> Period | None:
        """The days of a span; a bare month is the most recent one the corpus can know."""
        anchor = self.today
        last = span.last.period(anchor=anchor)
        if last and span.last.year is None and self.newest and self.newest < last.first:
            anchor = self.newest
            last = span.last.period(anchor=anchor)
        if last is None or not span.is_range:
            return last
        first = span.first.period(anchor=anchor, year=last.first.year)
        if first and first.first > last.last and span.first.year is None:
            first = span.first.period(anchor=anchor, year=last.first.year - 1)
        if first is None:
            return None
        return Period(min(first.first, last.first), max(first.last, last.last))

    def _is_event_near(self, span: _Span, *, dates: list[Mention]) -> bool:
        """Whether this is "in March", "between May and July" of something that happened once."""
        first, last = span.first, span.last
        if first.is_bare_year or self._says("habit") or self._says("future"):
            return False
        if span.is_range and last.year is not None:
            return True
        if any(mention.year for mention in dates) or not self._says("past"):
            return False
        if self.words.genitive.match(self.folded, last.end):  # "in March of that year"
            return False
        in_month = self.words.before["in"].search(self.folded[: first.start])
        return span.is_range or bool(first.month and not first.day and in_month)

    # --- what stands around a time ---

    def _operator(self, start: int) -> tuple[str | None, int]:
        """The word before a time that opens a range, and where it begins (else where it would)."""
        left = self.folded[:start]
        for name in (*OPERATORS, "between", "of", "in"):
            if match := self.words.before[name].search(left):
                begins = match.start() + (len(match[0]) - len(match[0].lstrip()))
                return (name if name in OPERATORS else None), begins
        return None, start

    def _has_cue(self, start: int, end: int, *, for_year: bool = False) -> bool:
        """Whether a word about publication goes with what stands from `start` to `end`.

        `for_year`: "published in 2012" is as often said of a book; a bare year needs a noun.
        """
        if self.words.before["only"].search(self.folded[:start]):
            return True
        noun, verb = self._cue("nouns", start), self._cue("published", start)
        if noun is not None and (verb is not None or self._is_near(noun, start)):
            return True
        if self._follows("nouns", end):
            return True
        if for_year:
            return False
        near = verb is not None and self._is_near(verb, start)
        return near or self._follows("published", end)

    def _is_known_by(self, start: int) -> bool:
        """Whether "before" speaks of what was reported: "what was known before May"."""
        known = self._cue("known", start)
        return known is not None and self._is_near(known, start)

    def _says(self, cue: str) -> bool:
        return self.words.cues[cue].search(self.folded) is not None

    def _cue(self, name: str, before: int) -> int | None:
        """Where the last such word before a place ends."""
        ends = [
            match.end()
            for match in self.words.cues[name].finditer(self.folded, 0, before)
            if not self._is_name(match.start())
        ]
        return ends[-1] if ends else None

    def _follows(self, name: str, end: int) -> bool:
        """Whether such a word comes next, or next but one: "March 2024 tunnel articles"."""
        return any(
            self.words.cues[name].match(self.folded, match.end())
            for gap in _GAPS
            if (match := gap.match(self.folded, end))
        )

    def _is_near(self, start: int, end: int) -> bool:
        between = self.folded[start:end]
        return len(between.split()) <= _WORDS_BETWEEN and not re.search(r"[.?!;:]", between)

    def _is_name(self, start: int) -> bool:
        """Whether a word is capitalised inside a sentence: "Fox News", "Last Week Tonight"."""
        if self.words.nouns_are_capitalised or self.question.isupper():
            return False
        inside = not _SENTENCE_START.search(self.question[:start])
        return inside and self.question[start].isupper()

    # --- the filter ---

    def _soft(self, start: int, end: int, *, since: date) -> TimeFilter:
        """A beginning, or the newest there is where the corpus ends before it."""
        if self.newest and since > self.newest:
            return TimeFilter(None, None, self._words(start, end), True)
        return self._made(start, end, since)

    def _made(
        self, start: int, end: int, since: date | None = None, until: date | None = None
    ) -> TimeFilter:
        ended = until if until and until < self.today else None
        return TimeFilter(
            since and since.isoformat(),
            ended and ended.isoformat(),
            self._words(start, end),
            False,
        )

    def _words(self, start: int, end: int) -> str:
        return self.question[start:end].strip()


def _without_quotations(question: str) -> str:
    """The question with its quotations blanked, unless it is little else."""
    quoted = sum(len(match[0]) for match in _QUOTED.finditer(question))
    if quoted > _MOSTLY * len(question.strip()):
        return question
    return _QUOTED.sub(lambda match: "\0" * len(match[0]), question)
