"""Finds the dates a text names: a day, a month, a season or a year, with or without a year."""

import re
from dataclasses import dataclass
from datetime import date
from itertools import islice

from assistant.times.periods import Period, month_of, season_of, year_of
from assistant.times.words import Words

_MOST = 20  # dates in one question; more are a pasted table
_LEAP_YEAR = date(2024, 12, 31)


@dataclass(frozen=True, slots=True)
class Mention:
    """A date as it stands in a text, `start` to `end`; what it does not say is None."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    season: int | None = None

    @property
    def is_bare_year(self) -> bool:
        """Whether only a year is named."""
        return self.month is None and self.season is None

    def period(self, *, anchor: date, year: int | None = None) -> Period | None:
        """The days meant; without a year the most recent such time up to `anchor`."""
        known = self.year or year
        if known is not None:
            return self._in(known)
        this_year = self._in(anchor.year)
        if this_year is None or this_year.first > anchor:
            return self._in(anchor.year - 1)
        return this_year

    def _in(self, year: int) -> Period | None:
        if self.season is not None:
            return season_of(year, self.season)
        if self.month is None:
            return year_of(year)
        month = month_of(year, self.month)
        if month is None or self.day is None:
            return month
        if not 1 <= self.day <= month.last.day:
            return None
        day = month.first.replace(day=self.day)
        return Period(day, day)


def find_dates(folded: str, *, words: Words) -> list[Mention]:
    """The dates named in a folded text, in order; longer forms win over their parts."""
    found: list[Mention] = []
    taken = bytearray(len(folded))
    for pattern in words.dates:
        for match in islice(pattern.finditer(folded), _MOST):
            mention = None if any(taken[slice(*match.span())]) else _mention(match, words=words)
            if mention and mention.period(anchor=_LEAP_YEAR):
                found.append(mention)
                taken[mention.start : mention.end] = b"\1" * (mention.end - mention.start)
    return sorted(found, key=lambda mention: mention.start)[:_MOST]


def _mention(match: re.Match[str], *, words: Words) -> Mention | None:
    parts = match.groupdict()
    year = int(parts["y"]) if parts.get("y") else None
    start, end = match.span()
    if parts.get("a"):
        day_month = _day_and_month(int(parts["a"]), int(parts["b"]), words=words)
        return day_month and Mention(start, end, year, day_month[1], day_month[0])
    if parts.get("s"):
        return Mention(start, end, year, season=_which(words.seasons, parts["s"]))
    month = _month(parts.get("m"), words=words)
    day = int(parts["d"]) if parts.get("d") else None
    return Mention(start, end, year, month, day)


def _day_and_month(first: int, second: int, *, words: Words) -> tuple[int, int] | None:
    """Read 3/5/2025: day first, but in English only where it cannot be read both ways."""
    if words.month_may_come_first and first <= 12:
        return (second, first) if second > 12 or first == second else None
    return first, second


def _month(written: str | None, *, words: Words) -> int | None:
    if written is None:
        return None
    return int(written) if written.isdigit() else _which(words.months, written) + 1


def _which(patterns: tuple[re.Pattern[str], ...], written: str) -> int:
    return next(at for at, pattern in enumerate(patterns) if pattern.fullmatch(written))
