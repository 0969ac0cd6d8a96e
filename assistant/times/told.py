"""Resolves the times an article tells, "on Monday" or "last week", by the day it was published."""

from dataclasses import dataclass
from datetime import date

from assistant.times.dates import Mention, find_dates
from assistant.times.periods import Period, moved
from assistant.times.relative import find_relative
from assistant.times.words import fold, words


@dataclass(frozen=True, slots=True)
class Told:
    """Words of a text that name a time, `text[start:end]`, and the first and last day meant."""

    start: int
    end: int
    first: date
    last: date


def times_told(text: str, *, language: str, published: date) -> list[Told]:
    """The times that a text of that day names, in order: told from the day itself, or as dates.

    A weekday is the last such day up to the day of publication, as news tell it. A date without a
    year gets the one in which it is nearest.
    """
    folded, known = fold(text), words(language)
    found = []
    for time in find_relative(folded, words=known, today=published):
        period = time.period
        if time.kind == "weekday" and moved(period.first, 7) == published:
            period = Period(published, published)
        found.append(Told(time.start, time.end, period.first, period.last))
    for mention in find_dates(folded, words=known):
        overlaps = any(t.start < mention.end and mention.start < t.end for t in found)
        if not overlaps and (dated := _nearest(mention, published)):
            found.append(Told(mention.start, mention.end, dated.first, dated.last))
    return sorted(found, key=lambda told: told.start)


def _nearest(mention: Mention, published: date) -> Period | None:
    """The days of a date; without a year those nearest to the day of publication."""
    if mention.year is not None or mention.is_bare_year:
        return mention.period(anchor=published)
    years = (published.year + step for step in (0, -1, 1))
    periods = [p for year in years if (p := mention.period(anchor=published, year=year))]
    return min(periods, key=lambda p: abs((p.first - published).days), default=None)
