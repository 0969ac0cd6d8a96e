"""Decides whether a time named in a question is about publication, and which days it lets through.

A question's time is as often part of what happened as of when it was reported, and a wrong filter
hides the right article. So:

- With a word about publication beside it ("articles from March 2024"), a time is taken exactly.
- A time told from today ("last week"), "since", and a month without a year ("in March") give a
  beginning only: what was reported about that time later stays in.
- So does a span of months or days of the last years ("between May and July 2024"); a question for
  whatever happened then gets an end too, some weeks later.
- Any other date with a year ("the flood of January 2024") belongs to the content: no filter.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain

from assistant.times.dates import Mention, find_dates
from assistant.times.periods import Period, moved
from assistant.times.question import Question
from assistant.times.relative import Relative, find_relative
from assistant.times.words import words

REPORTED_WITHIN_DAYS = 45
"""How long after a month its events are still reported on."""
KNOWN_BEFORE_DAYS = {"day": 1, "week": 3, "month": 3, "year": 0}
"""How long before a time what happens in it may be announced: in RealTime QA, articles that answer
a question about "this week" begin the day before that week."""
RECENT_YEARS = 5
"""Dates further back need a word about publication: without one they are history."""
EARLIEST_YEAR = 1990
"""No filter before the web: "what article was published in 1937" asks for a fact."""


@dataclass(frozen=True, slots=True)
class TimeFilter:
    """What a question says about when its articles were published; dates are ISO and inclusive.

    `words` are the question's own, exactly as they stand there. `latest` asks for the newest first.
    `loose`: the time is that of an event, which may have been announced before.
    """

    since: str | None
    until: str | None
    words: str
    latest: bool
    loose: bool = False


def read_times(
    question: str, *, language: str, today: date, newest: date | None = None
) -> TimeFilter | None:
    """Read the time words of a question as a filter on the published date; None without any.

    `newest` is the date of the corpus's newest article: where a time told from today lies wholly
    after it, "last week" can only mean the newest there is, and "in March" an earlier March. An
    inferred filter should let articles without a date through. Never raises.
    """
    asked = Question(question, words=words(language))
    latest = asked.latest()
    if found := _Reading(asked, today=today, newest=newest).first():
        return replace(found, latest=found.latest or latest is not None)
    return TimeFilter(None, None, latest, True) if latest else None


class _Reading:
    """The reading of one question."""

    def __init__(self, asked: Question, *, today: date, newest: date | None) -> None:
        self.asked = asked
        self.today = today
        self.newest = newest
        self.dates = find_dates(asked.folded, words=asked.words)

    def first(self) -> TimeFilter | None:
        """The filter of the first time that is about publication; those told from today first."""
        found = chain(self._from_today(), self._from_dates())
        return next((f for f in found if f.since or f.until or f.latest), None)

    # --- times told from today ---

    def _from_today(self) -> Iterator[TimeFilter]:
        asked = self.asked
        for time in find_relative(asked.folded, words=asked.words, today=self.today):
            operator, start = asked.operator(time.start)
            published = asked.is_published(start, time.end)
            if not self._counts(time, operator=operator, published=published):
                continue
            if operator in ("before", "until"):
                if published:
                    yield self._ended(operator, start, time.end, period=time.period)
            elif operator:
                yield self._begun(start, time.end, since=time.period.first)
            elif published:
                yield self._made(start, time.end, time.period.first, time.period.last)
            else:
                exact = asked.says("happened") or time.kind in ("ago", "past", "begun")
                early = 0 if exact else KNOWN_BEFORE_DAYS[time.unit]
                begun = self._begun(start, time.end, since=moved(time.since, -early))
                yield replace(begun, loose=begun.since is not None)

    def _counts(self, time: Relative, *, operator: str | None, published: bool) -> bool:
        """Whether a time is told from the day of asking and says enough to filter by."""
        if self.asked.is_name(time.start) and time.kind not in ("weekday", "last_weekday"):
            return False
        if self.asked.owns(time.end):
            return False
        if time.kind == "this" and not published:
            other_year = any(found.year not in (None, self.today.year) for found in self.dates)
            return not other_year and not self.asked.says("future")
        if time.weak and not published and operator != "since":
            return time.kind == "today" and self.asked.says("happened")
        return True

    # --- dates ---

    def _from_dates(self) -> Iterator[TimeFilter]:
        for first, last in self._spans():
            operator, start = self.asked.operator(first.start)
            published = self.asked.is_published(start, last.end, for_year=first.is_bare_year)
            period = self._period(first, last)
            if period is None or period.first.year < EARLIEST_YEAR:
                continue
            if published and (first is not last or not operator):
                yield self._made(start, last.end, period.first, period.last)
            elif not published and period.first.year < self.today.year - RECENT_YEARS:
                continue
            elif operator and (published or operator == "since" or not first.is_bare_year):
                yield from self._open_ended(operator, start, last.end, period, published=published)
            elif self._is_event_near(first, last):
                reported = moved(period.last, REPORTED_WITHIN_DAYS)
                until = reported if self.asked.says("happened") else None
                yield self._made(start, last.end, period.first, until)

    def _open_ended(
        self, operator: str, start: int, end: int, period: Period, *, published: bool
    ) -> Iterator[TimeFilter]:
        """A filter for "since", "after", "as of", and for "before", "until" of reports."""
        if operator == "since":
            yield self._made(start, end, period.first)
        elif operator == "after":
            yield self._made(start, end, moved(period.last, 1))
        elif operator == "as_of" or published or self.asked.is_known(start):
            yield self._ended(operator, start, end, period=period)

    def _spans(self) -> Iterator[tuple[Mention, Mention]]:
        """The dates, two of them together where they are the ends of a range."""
        at = 0
        while at < len(self.dates):
            first, second = self.dates[at], self.dates[min(at + 1, len(self.dates) - 1)]
            joint = self.asked.folded[first.end : second.start]
            joined = first is not second and self.asked.words.joint.fullmatch(joint)
            marked = self.asked.opens("between", first.start) or not joint.strip().isalpha()
            if joined and marked:
                yield first, second
                at += 2
            else:
                yield first, first
                at += 1

    def _period(self, first: Mention, last: Mention) -> Period | None:
        """The days of a range; a bare month is the most recent one the corpus can know."""
        anchor = self.today
        end = last.period(anchor=anchor)
        if end and last.year is None and self.newest and self.newest < end.first:
            anchor = self.newest
            end = last.period(anchor=anchor)
        if end is None or first is last:
            return end
        begin = first.period(anchor=anchor, year=end.first.year)
        if begin and begin.first > end.last and first.year is None:  # November to February
            begin = first.period(anchor=anchor, year=end.first.year - 1)
        if begin is None:
            return None
        return Period(min(begin.first, end.first), max(begin.last, end.last))

    def _is_event_near(self, first: Mention, last: Mention) -> bool:
        """Whether this is "in March", "between May and July" of something that happened once."""
        asked, is_range = self.asked, first is not last
        if first.is_bare_year or asked.says("habit") or asked.says("future"):
            return False
        if is_range and last.year is not None:
            return True
        dated = any(found.year is not None for found in self.dates)
        if dated or not asked.says("finished") or asked.owns(last.end):
            return False
        return is_range or (first.day is None and asked.opens("in", first.start))

    # --- the filter ---

    def _begun(self, start: int, end: int, *, since: date) -> TimeFilter:
        """A beginning, or the newest there is where the corpus ends before it."""
        if self.newest and since > self.newest:
            return replace(self._made(start, end), latest=True)
        return self._made(start, end, since)

    def _ended(self, operator: str, start: int, end: int, *, period: Period) -> TimeFilter:
        last = moved(period.first, -1) if operator == "before" else period.last
        return self._made(start, end, until=last)

    def _made(
        self, start: int, end: int, since: date | None = None, until: date | None = None
    ) -> TimeFilter:
        """A filter; a beginning or an end that no article can lie beyond is left out."""
        begun = since.isoformat() if since and since <= self.today else None
        ended = until.isoformat() if until and until < self.today else None
        return TimeFilter(begun, ended, self.asked.text[start:end].strip(), False)
