"""Draws the Library tab: the table's frame, its rows as data, and the report of what was added."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from assistant.chat.markup import Markup, tag
from assistant.chat.wording import speaker
from assistant.languages import name as language_name
from assistant.records import Article, Change, Failure, Report
from assistant.texts import template

_COLUMNS = ("title", "outlet", "date", "language", "pages", "words", "added", "copies")

Row = list[str | int | list[str]]


def frame(*, language: str) -> Markup:
    """The table without its rows, which the browser fetches, filters and draws (`library.js`)."""
    say = speaker(language)
    return tag(
        "div",
        tag("div", _search_box(language=language), *_actions(language=language), class_="tools"),
        _tag_form(language=language),
        _timeline(language=language),
        tag("p", class_="count", role="status"),
        tag("div", _empty_table(language=language), class_="table"),
        class_="shelf",
        data_shown=template("page.shown_of", language=language),
        data_empty=say("no_articles"),
        data_no_match=say("no_match"),
        data_select=template("page.select_row", language=language),
        data_locale=language,
        **details_texts(language=language),
    )


def _search_box(*, language: str) -> Markup:
    say = speaker(language)
    return tag(
        "input",
        type="search",
        class_="filter",
        placeholder=say("filter_table_placeholder"),
        aria_label=say("filter_table"),
        autocomplete="off",
        spellcheck="false",
    )


def _actions(*, language: str) -> list[Markup]:
    """Buttons for the chosen articles; the browser puts their number in and shows them."""
    labels = {
        "ask-within": "page.ask_within",
        "tag": "page.tag_selected",
        "remove": "page.remove_selected",
    }
    return [
        tag(
            "button",
            type="button",
            class_=f"plain {name}",
            data_label=template(key, language=language),
            hidden=True,
        )
        for name, key in labels.items()
    ]


def _tag_form(*, language: str) -> Markup:
    """Asks for the name under which the chosen articles are a set."""
    say = speaker(language)
    name = tag("input", name_="tag", maxlength=60, placeholder=say("tag_name"),
               aria_label=say("tag_name"), autocomplete="off")  # fmt: skip
    give = tag("button", say("tag_give"), type="submit", class_="plain")
    take = tag("button", say("tag_take"), type="button", class_="plain take")
    return tag("form", name, give, take, class_="tag-form", hidden=True)


def _timeline(*, language: str) -> Markup:
    """The articles over time as a picture, which the browser draws (`timeline.js`)."""
    say = speaker(language)
    ways = [
        tag("button", say(f"by_{way}"), type="button", data_by=way, aria_pressed=pressed)
        for way, pressed in (("language", "true"), ("outlet", "false"))
    ]
    return tag(
        "details",
        tag("summary", say("timeline")),
        tag("div", *ways, class_="ways", role="group", aria_label=say("timeline")),
        tag("div", class_="bars-of-time"),
        class_="timeline",
        data_bar=template("page.timeline_bar", language=language),
        data_other=say("timeline_other"),
    )


def details_texts(*, language: str) -> dict[str, str]:
    """What the form that corrects an article says."""
    say = speaker(language)
    keys = ("amend", "save", "cancel", "saved", "unamend", "unamended")
    fields = {"title": "column_title", "outlet": "column_outlet", "date": "column_date"}
    words = {f"data_{key}": say(key) for key in keys} | {"data_tags": say("tags")}
    return words | {f"data_field_{name}": say(key) for name, key in fields.items()}


def _empty_table(*, language: str) -> Markup:
    say = speaker(language)
    select_all = tag("input", type="checkbox", class_="all", aria_label=say("select_all"))
    heads = [
        tag(
            "th",
            tag("button", say(f"column_{column}"), type="button", data_column=at),
            scope="col",
            class_=column,
        )
        for at, column in enumerate(_COLUMNS)
    ]
    head = tag("tr", tag("th", select_all, class_="tick", scope="col"), *heads)
    return tag("table", tag("thead", head), tag("tbody"), aria_label=say("table"))


def rows(articles: Iterable[Article], *, language: str) -> list[Row]:
    """The articles as the table wants them: ID, the columns in order, tags."""
    return [
        [
            article.id,
            article.title,
            article.outlet,
            article.published or "",
            language_name(article.language, language=language) if article.language != "und" else "",
            article.pages,
            article.words,
            article.added,
            article.copies,
            list(article.tags),
        ]
        for article in articles
    ]


def report(done: Report, *, language: str) -> Markup:
    """What was added, and a row for everything that failed, with why and what to do."""
    say = speaker(language)
    changed = bool(done.added or done.updated)
    counts = [
        say("added", count=len(done.added)) if done.added else "",
        say("updated", count=len(done.updated)) if done.updated else "",
        say("unchanged", count=done.unchanged) if done.unchanged else "",
        say("nothing_added") if not changed and not done.unchanged else "",
        say("failed", count=len(done.failed)) if done.failed else "",
    ]
    return tag(
        "div",
        tag("p", " ".join(count for count in counts if count), class_="sum", role="status"),
        _titles((*done.added, *done.updated)),
        _failures(done.failed),
        class_="report",
    )


def failure(message: str, *, hint: str = "") -> Markup:
    """Something that failed as a whole."""
    return tag("div", _failures((Failure("", message, hint),)), class_="report", role="alert")


def undo(removed: Sequence[Change], *, language: str) -> Markup:
    """Which articles were removed, with the button that brings them back."""
    say = speaker(language)
    button = tag(
        "button",
        say("undo"),
        type="button",
        class_="inline",
        data_undo=" ".join(change.id for change in removed),
    )
    line = tag("p", say("removed", count=len(removed)), " ", button, class_="sum", role="status")
    return tag("div", line, _titles(removed), class_="report")


def restored(changes: Sequence[Change], *, language: str) -> Markup:
    """Which articles are back."""
    line = speaker(language)("restored", count=len(changes))
    return tag("div", tag("p", line, class_="sum", role="status"), class_="report")


def _titles(changes: Sequence[Change]) -> Markup | str:
    if not changes or len(changes) > 50:
        return ""
    return tag("ul", *(tag("li", change.title, dir="auto") for change in changes), class_="titles")


def _failures(failures: Sequence[Failure]) -> Markup | str:
    if not failures:
        return ""
    items = [
        tag(
            "li",
            tag("strong", _base(failure.path), dir="auto") if failure.path else "",
            tag("span", failure.error),
            tag("span", failure.hint, class_="hint") if failure.hint else "",
        )
        for failure in failures
    ]
    return tag("ul", *items, class_="failures")


def _base(path: str) -> str:
    """The name a person gave: the last part of a path, a web address as it is."""
    return path if "://" in path else Path(path).name
