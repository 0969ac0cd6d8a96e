"""Loads the time words of a language and makes regular expressions of them."""

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import count
from typing import Any

UNITS = ("day", "week", "month", "year")
OPERATORS = ("as_of", "since", "after", "before", "until")
RELATIVE = (
    "day_before", "yesterday", "ago", "past", "begun", "last_weekday", "weekend", "last", "this",
    "today",
)  # fmt: skip
_CUES = ("nouns", "published", "known", "happened", "future", "habit", "finished")
_LETTER = r"[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]"  # of a script that parts its words
_NEVER = re.compile(r"(?!)")
_UPPER_ESCAPE = re.compile(r"\\[A-Z]")


@dataclass(frozen=True, slots=True)
class Words:
    """The time words of one language; every expression is for folded text.

    `before` holds what may stand before a date, matched at the end of the text up to it; `cues`
    what says that a question is about publication, or that it is not.
    """

    months: tuple[re.Pattern[str], ...]
    weekdays: tuple[re.Pattern[str], ...]
    seasons: tuple[re.Pattern[str], ...]
    numbers: dict[str, int]
    dates: tuple[re.Pattern[str], ...]
    before: dict[str, re.Pattern[str]]
    joint: re.Pattern[str]
    relative: dict[str, re.Pattern[str]]
    weekday: re.Pattern[str]
    latest: re.Pattern[str]
    cues: dict[str, re.Pattern[str]]
    genitive: re.Pattern[str]
    month_may_come_first: bool
    nouns_are_capitalised: bool


def fold(text: str) -> str:
    """Lower case without accents, with plain apostrophes, dashes and spaces; as long as `text`."""
    return "".join(map(_fold, text))


@cache
def words(language: str) -> Words:
    """The words of a language; of one without words of its own, what is written in digits."""
    tables = tomllib.loads(files("assistant.times").joinpath("words.toml").read_text("utf-8"))
    table = tables.get(language, tables["other"])
    return _compiled({key: _folded(value) for key, value in table.items()}, language=language)


def _fold(character: str) -> str:
    if character in "’‘ʼ":
        return "'"
    if character in "–—‒":
        return "-"
    if character.isspace():
        return " "
    return unicodedata.normalize("NFD", character)[0].lower()[:1] or character


def _folded(value: Any) -> Any:
    if isinstance(value, str):
        return value if _UPPER_ESCAPE.search(value) else fold(value)
    if isinstance(value, list):
        return [_folded(item) for item in value]
    return {_folded(key): number for key, number in value.items()}


def _compiled(table: dict[str, Any], *, language: str) -> Words:
    numbers = {word: n for key, n in table["numbers"].items() for word in key.split("|")}
    slots = {
        "{unit}": "(?:" + "|".join(f"(?P<{unit}>{table[unit]})" for unit in UNITS) + ")",
        "{n}": "(?P<n>" + "|".join([r"\d{1,3}", *sorted(numbers, key=len, reverse=True)]) + ")",
        "{weekday}": f"(?P<weekday>{'|'.join(table['weekdays'])})",
        "{news}": table["news"],
    }
    english = language == "en"
    before = (*OPERATORS, "between", "in", "of", "only")
    return Words(
        months=_each(table["months"], short=table["months_short"]),
        weekdays=_each(table["weekdays"]),
        seasons=_each(table["seasons"]),
        numbers=numbers,
        dates=_date_patterns(table, english=english),
        before={key: _at_end(table[key]) for key in before},
        joint=re.compile(table["and"]),
        relative={key: _whole_words(table[key], slots=slots) for key in RELATIVE},
        weekday=_whole_words(["{weekday}"] if table["weekdays"] else [], slots=slots),
        latest=_whole_words(table["latest"], slots=slots),
        cues={key: _whole_words([table[key]] if table[key] else []) for key in _CUES},
        genitive=re.compile(table["genitive"]) if table["genitive"] else _NEVER,
        month_may_come_first=english,
        nouns_are_capitalised=language == "de",
    )


def _whole_words(patterns: list[str], *, slots: dict[str, str] | None = None) -> re.Pattern[str]:
    """One expression for several; group names, which must differ, get numbers: `week_0`."""
    if not patterns:
        return _NEVER
    expression = "|".join(patterns)
    for slot, words_for_it in (slots or {}).items():
        expression = expression.replace(slot, words_for_it)
    number = count()
    numbered = re.sub(r"\(\?P<(\w+)>", lambda group: f"(?P<{group[1]}_{next(number)}>", expression)
    return re.compile(rf"(?<!{_LETTER})(?:{numbered})(?!{_LETTER})")


def _each(patterns: list[str], *, short: list[str] | None = None) -> tuple[re.Pattern[str], ...]:
    pairs = zip(patterns, short or [""] * len(patterns), strict=True)
    return tuple(re.compile("|".join(form for form in pair if form)) for pair in pairs)


def _at_end(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{pattern}) ?$") if pattern else _NEVER


def _date_patterns(table: dict[str, Any], *, english: bool) -> tuple[re.Pattern[str], ...]:
    """How a date is written, the longest forms first.

    Groups: y, m, d; a and b, of which one is the day and one the month; s, a season.
    """
    patterns = [
        r"(?<![\w.-])(?P<y>\d{4})-(?P<m>\d\d)(?:-(?P<d>\d\d))?(?![\w-])",
        r"(?<!\d)(?P<y>\d{4}) ?[年년](?: ?(?P<m>\d\d?) ?[月월](?: ?(?P<d>\d\d?) ?[日일])?)?",
        r"(?<![\w.,/-])(?P<a>\d\d?)[./](?P<b>\d\d?)[./](?P<y>\d{4})(?![\w/])",
    ]
    if table["months"]:
        full = "|".join(table["months"])
        any_form = "|".join([full, *filter(None, table["months_short"])])
        of = r"(?: of| del?| do| di| van)?"
        year = rf"(?:,?{of} (?P<y>\d{{4}}))"
        day = r"(?P<d>\d\d?)(?:st|nd|rd|th|er|\.|º|°)?"
        patterns += [
            rf"(?<![\w.,]){day}{of} (?P<m>{any_form})\b\.?{year}?(?!\w)",
            rf"\b(?P<m>{any_form})\.?{year}(?!\w)",
            rf"\b(?P<s>{'|'.join(table['seasons'])}){year}(?!\w)",
        ]
        if english:
            patterns += [rf"\b(?P<m>{any_form})\.? {day}(?:,? (?P<y>\d{{4}}))?(?![\w%])"]
        patterns += [rf"(?<![\w-])(?P<m>{full})(?!\w)"]
    patterns += [r"(?<![\w.,:/€$£-])(?P<y>(?:19|20)\d\d)(?![\w%€$£]|[.,/-]\d)"]
    return tuple(re.compile(pattern) for pattern in patterns)
