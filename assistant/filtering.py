"""Checks the filters a caller gave against what the corpus has, and says why none is left."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from difflib import get_close_matches

from assistant.catalogue import Catalogue
from assistant.errors import UnknownArticle, UsageError
from assistant.languages import name as language_name
from assistant.records import FilterArguments, Filters
from assistant.texts import say

MOST_NAMED = 12
"""Outlets or tags that a message lists, the most frequent ones."""
ALIKE = 0.6
"""From which share of common letters a name may be a misspelt one (difflib's own default)."""


def make_filters(arguments: FilterArguments, *, catalogue: Catalogue) -> Filters:
    """Check the filters a caller gave; names may be in any case.

    Raises UsageError for what cannot be meant or is not in the corpus, with what there is, and
    UnknownArticle for an ID that no article has.
    """
    since, until = _day("since", arguments.get("since")), _day("until", arguments.get("until"))
    if since and until and since > until:
        raise UsageError(
            f"--since {since} is after --until {until}.", hint="Exchange the two dates."
        )
    return Filters(
        since=since,
        until=until,
        languages=tuple(_language(code, catalogue) for code in _several(arguments.get("language"))),
        outlets=_known("outlet", _several(arguments.get("outlet")), catalogue.facets.outlets),
        articles=_articles(_several(arguments.get("article")), catalogue),
        tags=_known("tag", _several(arguments.get("tag")), catalogue.facets.tags),
    )


def read_day(name: str, value: str | date | None) -> date | None:
    """A day given as ISO date or as a date; None for none. Raises UsageError, naming the option."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value.strip())
    except ValueError as error:
        raise UsageError(
            f"--{name} {value!r} is not a date.", hint="Write it as YYYY-MM-DD, e.g. 2024-10-28."
        ) from error


def why_nothing(catalogue: Catalogue, filters: Filters, *, language: str) -> str:
    """Why no article is left: what the filters ask for, and which of them to leave out."""
    if not catalogue.counts()[0] or not filters:
        return say("search.empty_corpus", language=language)
    words = filters_in_words(filters, language=language)
    told = [say("search.filtered_out", language=language, filters=words)]
    parts = [fields for fields in _PARTS if any(getattr(filters, name) for name in fields)]
    if len(parts) > 1:
        told += _ways_out(catalogue, filters, parts, language=language)
    elif parts[0] == _DATES:
        extent = catalogue.facets.extent(Filters())
        key = "search.extent" if extent.last else "search.no_dates"
        told.append(say(key, language=language, first=extent.first, last=extent.last))
    return " ".join(told)


def filters_in_words(filters: Filters, *, language: str) -> str:
    """The filters in force as a list of words, "since 2024-10-01, outlet Harbour Post"."""
    languages = (language_name(code, language=language) for code in filters.languages)
    values: dict[str, dict[str, object]] = {
        "since": {"date": filters.since},
        "until": {"date": filters.until},
        "languages": {"names": ", ".join(languages)},
        "outlets": {"names": ", ".join(filters.outlets)},
        "articles": {"count": len(filters.articles)},
        "tags": {"names": ", ".join(filters.tags)},
    }
    return ", ".join(
        say(f"search.filter_{name}", language=language, **value)
        for name, value in values.items()
        if getattr(filters, name)
    )


# --- why nothing is left ---

_DATES = ("since", "until")
_PARTS = (_DATES, ("languages",), ("outlets",), ("articles",), ("tags",))


def _ways_out(
    catalogue: Catalogue, filters: Filters, parts: Sequence[tuple[str, ...]], *, language: str
) -> list[str]:
    """What each filter alone keeps out, where it is one that does."""
    told = []
    for fields in parts:
        given = {name: getattr(filters, name) for name in fields}
        nothing = {name: getattr(Filters(), name) for name in fields}
        extent = catalogue.facets.extent(replace(filters, **nothing))
        if extent.articles:
            words = filters_in_words(Filters(**given), language=language)
            dated = fields == _DATES and extent.last
            key = "search.without_dates" if dated else "search.without"
            values = {"filters": words, "count": extent.articles}
            values |= {"first": extent.first, "last": extent.last} if dated else {}
            told.append(say(key, language=language, **values))
    return told or [say("search.without_more", language=language)]


# --- what is there ---


def _language(code: str, catalogue: Catalogue) -> str:
    """A code of the corpus; "de-AT" is "de", and "German" is, too."""
    known = catalogue.languages()
    wanted = code.strip().lower().split("-")[0].split("_")[0]
    names = {language_name(c, language=face).lower(): c for c in known for face in ("en", "de")}
    found = wanted if wanted in known else names.get(code.strip().lower())
    if found is None:
        listed = ", ".join(sorted(known)) or "none yet"
        raise UsageError(
            f"No article is in the language {code!r}.",
            hint=f"Languages of this corpus: {listed}.",
        )
    return found


def _known(
    kind: str, wanted: Sequence[str], there: Callable[[], dict[str, int]]
) -> tuple[str, ...]:
    """The names as the corpus spells them, whatever their case."""
    if not wanted:
        return ()
    known = there()
    spelt: dict[str, list[str]] = {}
    for name in known:
        spelt.setdefault(_folded(name), []).append(name)
    found: list[str] = []
    for name in wanted:
        same = [name] if name in known else spelt.get(_folded(name), [])
        if not same:
            says = "of the outlet" if kind == "outlet" else "tagged"
            raise UsageError(f"No article is {says} {name!r}.", hint=_hint(kind, name, known))
        found += same
    return tuple(dict.fromkeys(found))


def _hint(kind: str, name: str, known: dict[str, int]) -> str:
    """The nearest spelling, and the most frequent names there are."""
    if not known:
        return f"No article of this corpus has {'an outlet' if kind == 'outlet' else 'a tag'}."
    folded = {_folded(other): other for other in known}
    near = get_close_matches(_folded(name), folded, n=1, cutoff=ALIKE)
    near = near or [other for other in folded if _folded(name) in other][:1]
    meant = f"Did you mean {folded[near[0]]!r}? " if near else ""
    listed = ", ".join(list(known)[:MOST_NAMED])
    more = f" and {len(known) - MOST_NAMED:,} more" if len(known) > MOST_NAMED else ""
    return f"{meant}{kind.capitalize()}s of this corpus: {listed}{more}."


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _articles(wanted: Sequence[str], catalogue: Catalogue) -> tuple[str, ...]:
    unknown = catalogue.facets.unknown(wanted) if wanted else []
    if unknown:
        raise UnknownArticle(
            f"There is no article with the ID {unknown[0]!r}.", hint="List them: assistant articles"
        )
    return tuple(wanted)


def _several(value: str | Sequence[str] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(value)


def _day(name: str, value: str | date | None) -> str | None:
    day = read_day(name, value)
    return day.isoformat() if day else None
