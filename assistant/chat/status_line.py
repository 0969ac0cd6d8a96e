"""Draws the line that says who answers, over how many articles, and what is being indexed."""

from assistant.chat.markup import Markup, join, tag
from assistant.chat.wording import number, progress_in_words, stage_of_work
from assistant.records import Progress, Status
from assistant.texts import say


def status_line(status: Status, *, language: str) -> Markup:
    """Engine, model, articles and passages; below them the work under way, or why only quotes."""
    parts = [
        _speaker(status, language=language),
        _counted("articles", status.articles, language=language),
        _counted("passages", status.passages, language=language),
    ]
    light = tag("span", class_=f"light {_light(status)}".strip(), aria_hidden="true")
    line = tag("p", light, " · ".join(parts), class_="line", title=status.why)
    if status.indexing is not None:
        return join(line, progress_bar(status.indexing, language=language))
    return join(line, tag("p", status.why, class_="why") if status.engine == "quotes" else "")


def progress_bar(progress: Progress, *, language: str) -> Markup:
    """A bar with count, rate and time left in words."""
    words = progress_in_words(progress, language=language)
    stage = stage_of_work(progress, language=language)
    known = progress.total > 0
    return tag(
        "div",
        tag(
            "progress",
            max=max(progress.total, 1) if known else None,
            value=min(progress.done, progress.total) if known else None,
            aria_label=stage,
        ),
        tag("p", f"{stage} · {words}" if known else stage),
        tag("p", progress.item, class_="item", dir="auto") if progress.item else "",
        class_="progress",
    )


def _light(status: Status) -> str:
    if status.indexing is not None:
        return "working"
    return "without-model" if status.engine == "quotes" else ""


def _speaker(status: Status, *, language: str) -> str:
    if status.engine == "quotes":
        return say("status.quotes", language=language)
    if not status.model:
        return status.engine
    engine = {"ollama": "Ollama", "embedded": "llama.cpp"}.get(status.engine, status.engine)
    return say("status.engine_model", language=language, model=status.model, engine=engine)


def _counted(key: str, count: int, *, language: str) -> str:
    shown = 1 if count == 1 else number(count, language=language)
    return say(f"status.{key}", language=language, count=shown)
