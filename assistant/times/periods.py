"""Spans of days: the week, month or year around a day, and steps back from it."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date

DAYS = {"day": 1, "week": 7, "month": 30, "year": 365}


@dataclass(frozen=True, slots=True)
class Period:
    """A span of days, both ends included."""

    first: date
    last: date


def moved(day: date, days: int) -> date:
    """A day so many days later, or earlier; stops at the ends of the calendar."""
    number = min(max(day.toordinal() + days, date.min.toordinal()), date.max.toordinal())
    return date.fromordinal(number)


def month_of(year: int, month: int) -> Period | None:
    """A month of a year, or None if there is none."""
    if not (1 <= month <= 12 and date.min.year <= year <= date.max.year):
        return None
    return Period(date(year, month, 1), date(year, month, monthrange(year, month)[1]))


def year_of(year: int) -> Period | None:
    """A whole year, or None if the calendar has none."""
    if not date.min.year <= year <= date.max.year:
        return None
    return Period(date(year, 1, 1), date(year, 12, 31))


def season_of(year: int, season: int) -> Period | None:
    """A northern season of a year, 0 spring to 3 winter.

    A winter may be the one that begins or the one that ends in its year: both are in the span.
    """
    if not date.min.year < year < date.max.year:
        return None
    if season == 3:
        return Period(date(year - 1, 12, 1), moved(date(year + 1, 3, 1), -1))
    first = 3 + 3 * season
    return Period(date(year, first, 1), date(year, first + 2, monthrange(year, first + 2)[1]))


def around(day: date, unit: str) -> Period:
    """The calendar day, week (from Monday), month or year that a day lies in."""
    if unit == "day":
        return Period(day, day)
    if unit == "week":
        monday = moved(day, -day.weekday())
        return Period(monday, moved(monday, 6))
    period = month_of(day.year, day.month) if unit == "month" else year_of(day.year)
    return period or Period(day, day)


def back(day: date, count: int, unit: str) -> date:
    """The day so many units earlier; the last of a month where the month is shorter."""
    if unit in ("day", "week"):
        return moved(day, -count * DAYS[unit])
    months = day.year * 12 + day.month - 1 - count * (12 if unit == "year" else 1)
    month = month_of(months // 12, months % 12 + 1)
    if month is None:
        return date.min
    return min(month.last, moved(month.first, day.day - 1))


def weekday_before(day: date, weekday: int) -> date:
    """The most recent such weekday before a day, Monday being 0."""
    return moved(day, -((day.weekday() - weekday - 1) % 7 + 1))
