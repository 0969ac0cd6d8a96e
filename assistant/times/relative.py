"""Finds times told from today: yesterday, last week, two months ago, last Monday."""

import re
from dataclasses import dataclass
from datetime import date
from itertools import islice

from assistant.times.periods import DAYS, Period, around, back, moved, weekday_before
from assistant.times.words import RELATIVE, UNITS, Words

LONGEST_DAYS = 731
"""A time further back ("200 years ago", "the last ten years") is history, not publication."""
_MOST = 20  # times of one kind in one question
_EITHER_SIDE = {"day": 0, "week": 3, "month": 15, "year": 90}  # what "two weeks ago" leaves open


@dataclass(frozen=True, slots=True)
class Relative:
    """A time told from today, `start` to `end` in the text: the days meant, and a safe beginning.

    `weak` ones ("today", "from Monday") count only with a word about publication.
    """

    start: int
    end: int
    kind: str
    unit: str
    period: Period
    since: date
    weak: bool = False


def find_relative(folded: str, *, words: Words, today: date) -> list[Relative]:
    """Every relative time in a folded text, in order; longer forms win over their parts."""
    found: list[Relative] = []
    for kind in RELATIVE:
        for match in islice(words.relative[kind].finditer(folded), _MOST):
            start, end = match.span()
            overlaps = any(start < other.end and other.start < end for other in found)
            if not overlaps and (meant := _meant(kind, match, words=words, today=today)):
                found.append(meant)
    for match in islice(words.weekday.finditer(folded), _MOST):
        start, end = match.span()
        if not any(start < other.end and other.start < end for other in found):
            day = weekday_before(today, _weekday(match, words=words))
            found.append(Relative(start, end, "weekday", "day", Period(day, day), day, weak=True))
    return sorted(found, key=lambda relative: relative.start)


def _meant(kind: str, match: re.Match[str], *, words: Words, today: date) -> Relative | None:
    unit, count = _unit(match), _count(match, words=words)
    if kind == "ago":
        if count * DAYS[unit] > LONGEST_DAYS:
            return None
        day = back(today, count, unit)
        period = around(day, unit)
        since = min(period.first, moved(day, -_EITHER_SIDE[unit]))
    elif kind == "past":
        if count * DAYS[unit] > LONGEST_DAYS:
            return None
        since = back(today, count, unit)
        period = Period(since, today)
    elif kind == "begun":
        since = around(today, unit).first
        period = Period(since, today)
    elif kind == "this":
        period = Period(around(today, unit).first, today)
        since = min(period.first, moved(today, -7))  # "this week" on a Monday is the week past
    else:
        period = _named(kind, match, unit=unit, words=words, today=today)
        since = period.first
    return Relative(*match.span(), kind, unit, period, since, weak=kind == "today")


def _named(kind: str, match: re.Match[str], *, unit: str, words: Words, today: date) -> Period:
    if kind == "last":
        return around(back(today, 1, unit), unit)
    if kind == "weekend":
        saturday = weekday_before(moved(today, 1), 5)
        return Period(saturday, moved(saturday, 1))
    if kind == "last_weekday":
        day = weekday_before(today, _weekday(match, words=words))
    else:
        day = moved(today, -("today", "yesterday", "day_before").index(kind))
    return Period(day, day)


def _group(match: re.Match[str], name: str) -> str | None:
    """What the first group of this name holds; the names are numbered by alternative."""
    return next(
        (
            value
            for group, value in match.groupdict().items()
            if value is not None and group.rpartition("_")[0] == name
        ),
        None,
    )


def _unit(match: re.Match[str]) -> str:
    return next((unit for unit in UNITS if _group(match, unit)), "day")


def _count(match: re.Match[str], *, words: Words) -> int:
    written = _group(match, "n")
    if written is None:
        return 1
    return int(written) if written.isdigit() else words.numbers[written]


def _weekday(match: re.Match[str], *, words: Words) -> int:
    written = _group(match, "weekday") or ""
    return next((at for at, day in enumerate(words.weekdays) if day.fullmatch(written)), 0)
