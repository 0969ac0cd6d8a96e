"""The small texts of the page that are put together from parts: dates, filters, counts, times."""

from collections.abc import Callable

from assistant.filtering import filters_in_words as filters_in_words
from assistant.records import Article, Progress
from assistant.texts import say

_STAGES = ("reading", "embedding", "indexing", "fetching")
_UNITS = ("passages", "files", "articles", "bytes")


def number(value: float, *, language: str) -> str:
    """A whole number with its thousands set apart as the language does it."""
    written = f"{round(value):,}"
    return written.replace(",", ".") if language == "de" else written


def about(article: Article, *, language: str, page: str | None = None) -> str:
    """Outlet, date and page of an article in one line, whichever are known."""
    known = [article.outlet, article.published or ""]
    if page:
        known.append(say("page.page", language=language, page=page))
    return " · ".join(part for part in known if part)


def progress_in_words(progress: Progress, *, language: str) -> str:
    """Count, rate and time left of long work: "34 of 120 passages · about 15 s left"."""
    unit = progress.unit
    if unit in _UNITS:
        unit = say(f"page.unit_{unit}", language=language)
    done, total = (number(value, language=language) for value in (progress.done, progress.total))
    parts = [say("page.progress_count", language=language, done=done, total=total, unit=unit)]
    if progress.per_second > 0:
        decimals = 1 if progress.per_second < 10 else 0
        rate = f"{progress.per_second:.{decimals}f}"
        rate = rate.replace(".", ",") if language == "de" else rate
        parts.append(say("page.progress_rate", language=language, rate=rate))
    if progress.seconds_left is not None and progress.done < progress.total:
        time = duration(progress.seconds_left, language=language)
        parts.append(say("page.progress_left", language=language, time=time))
    return " · ".join(parts)


def stage_of_work(progress: Progress, *, language: str) -> str:
    """What long work is doing: "Indexing"."""
    stage = progress.stage if progress.stage in _STAGES else "other"
    return say(f"page.progress_{stage}", language=language)


def duration(seconds: float, *, language: str) -> str:
    """A time left, in the one unit a person would name."""
    if seconds < 90:
        return say("page.time_seconds", language=language, count=max(1, round(seconds)))
    if seconds < 90 * 60:
        return say("page.time_minutes", language=language, count=round(seconds / 60))
    return say("page.time_hours", language=language, count=round(seconds / 3600))


def seconds(value: float, *, language: str) -> str:
    """A time that has passed, "0.3 s" or "12 s"."""
    written = f"{value:.1f}" if value < 9.95 else str(round(value))
    written = written.replace(".", ",") if language == "de" else written
    return say("page.seconds", language=language, seconds=written)


def speaker(language: str) -> Callable[..., str]:
    """`say` for the page's keys in one language: `speaker("de")("ask")` is "Fragen"."""

    def page(key: str, **values: object) -> str:
        return say(f"page.{key}", language=language, **values)

    return page
