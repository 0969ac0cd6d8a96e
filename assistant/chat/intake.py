"""Draws where documents come in: a place to drop them, addresses, and room for a row each."""

from assistant.chat.markup import Markup, tag
from assistant.chat.wording import speaker
from assistant.texts import template

_ROW_TEXTS = (
    "row_waiting",
    "row_sending",
    "row_stopped",
    "row_stop",
    "row_gone",
    "row_gone_hint",
    "row_unreachable",
    "row_unreachable_hint",
)


def frame(*, most_mb: int, language: str) -> Markup:
    """The whole intake; what it does is in `intake.js`, which fills the rows."""
    say = speaker(language)
    words = {f"data_{key.removeprefix('row_')}": say(key) for key in _ROW_TEXTS}
    return tag(
        "div",
        _drop(most_mb=most_mb, language=language),
        _by_address(language=language),
        _work(language=language),
        class_="intake",
        data_most=most_mb,
        data_too_large=say("row_too_large", most=most_mb),
        data_too_large_hint=say("row_too_large_hint"),
        data_sum=template("page.intake_sum", language=language),
        data_sum_failed=template("page.intake_sum_failed", language=language),
        **words,
    )


def _drop(*, most_mb: int, language: str) -> Markup:
    say = speaker(language)
    choose = [
        tag("button", say(f"choose_{what}"), type="button", class_="plain", data_choose=what)
        for what in ("files", "folder")
    ]
    files = tag("input", type="file", class_="files", multiple=True, hidden=True,
                aria_label=say("choose_files"))  # fmt: skip
    folder = tag("input", type="file", class_="folder", webkitdirectory=True, hidden=True,
                 aria_label=say("choose_folder"))  # fmt: skip
    return tag(
        "div",
        tag("p", say("drop"), class_="invitation"),
        tag("p", *choose, class_="ways-in"),
        tag("p", say("upload_kinds", most=most_mb), class_="note"),
        files,
        folder,
        class_="drop",
    )


def _by_address(*, language: str) -> Markup:
    say = speaker(language)
    box = tag(
        "textarea",
        rows=3,
        required=True,
        name_="addresses",
        placeholder=say("addresses_placeholder"),
        spellcheck="false",
    )
    return tag(
        "form",
        tag("label", tag("span", say("addresses"), class_="label"), box),
        tag("button", say("add_addresses"), type="submit", class_="plain"),
        class_="by-address",
    )


def _work(*, language: str) -> Markup:
    say = speaker(language)
    return tag(
        "div",
        tag("p", class_="sum", role="status"),
        tag("progress", aria_label=say("adding"), max=1, value=0),
        tag("button", say("stop_all"), type="button", class_="inline stop-all"),
        tag("button", say("clear_rows"), type="button", class_="inline clear-rows"),
        tag("ol", class_="rows"),
        class_="work",
        hidden=True,
    )
