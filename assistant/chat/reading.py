"""The reader beside the answer: its frame, and the functions its JavaScript calls."""

from typing import TYPE_CHECKING, Any

from assistant.chat.markup import Markup, join, tag
from assistant.chat.reader import article_page, page_view
from assistant.chat.visitor import language_of
from assistant.chat.wording import speaker
from assistant.errors import AssistantError, UnknownArticle
from assistant.languages import is_rtl
from assistant.languages import name as language_name
from assistant.texts import template

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.records import ArticleText

MOST_MARKS = 50

Span = tuple[int, int]


def functions(assistant: "Assistant", *, setting: str) -> list[Any]:
    """What the reader may call: an article with its marks, a PDF's page, a translation."""
    import gradio as gr

    def article(wanted: Any, request: gr.Request) -> dict[str, Any]:
        language = language_of(request, setting=setting)
        wanted = wanted if isinstance(wanted, dict) else {}
        try:
            shown = assistant.show(str(wanted.get("id", ""))[:200])
        except AssistantError as error:
            return {"html": _note(error, language=language)}
        html = article_page(shown, marks=_marks(wanted.get("marks")), language=language)
        return {"html": html, "pdf": shown.article.path.casefold().endswith(".pdf")}

    def picture(wanted: Any, request: gr.Request) -> dict[str, Any]:
        language = language_of(request, setting=setting)
        wanted = wanted if isinstance(wanted, dict) else {}
        key, number = str(wanted.get("id", ""))[:200], wanted.get("page")
        try:
            shown = assistant.show(key)
            marks = [mark for mark in _marks(wanted.get("marks")) if mark[1] <= len(shown.text)]
            page = number if isinstance(number, int) else _page_of(shown, marks[:1])
            drawn = assistant.page_picture(key, page=page, marks=marks)
        except AssistantError as error:
            return {"html": _note(error, language=language)}
        label = next((one.label for one in shown.pages if one.number == drawn.number), "")
        html = page_view(
            drawn,
            label=label or str(drawn.number),
            title=shown.article.title,
            language=language,
        )
        return {"html": html, "page": drawn.number}

    def translate(wanted: Any, request: gr.Request) -> dict[str, Any]:
        language = language_of(request, setting=setting)
        wanted = wanted if isinstance(wanted, dict) else {}
        key, to = str(wanted.get("id", ""))[:200], str(wanted.get("to", ""))[:10]
        spans = _marks([[wanted.get("start"), wanted.get("end")]])
        try:
            if not spans or not language_name(to):
                raise UnknownArticle("There is nothing to translate.")
            (start, end), *_ = spans
            text = assistant.translate(key, start=start, end=end, language=to)
        except AssistantError as error:
            return {"html": _note(error, language=language)}
        said = tag("p", text, lang=to, dir="rtl" if is_rtl(to) else "ltr")
        note = tag("p", speaker(language)("translated"), class_="note")
        return {"html": join(said, note)}

    return [article, picture, translate]


def frame(*, language: str) -> Markup:
    """The reader without an article, which the browser fetches (`reader.js`)."""
    say = speaker(language)
    steps = [
        tag("button", sign, type="button", class_=f"step {name}", aria_label=say(f"{name}_source"),
            title=say(f"{name}_source"), hidden=True)
        for sign, name in (("‹", "previous"), ("›", "next"))
    ]  # fmt: skip
    views = [
        tag("button", say(f"view_{name}"), type="button", data_view=name, aria_pressed="false")
        for name in ("page", "text")
    ]
    close = tag(
        "button", "×", type="button", class_="close", aria_label=say("close"), title=say("close")
    )
    bar = tag(
        "div",
        steps[0],
        tag("span", class_="at", role="status"),
        steps[1],
        tag("span", *views, class_="views", role="group", hidden=True),
        close,
        class_="bar",
    )
    body = tag(
        "div", class_="body", tabindex="-1", data_loading=say("loading"), data_error=say("error")
    )
    return tag(
        "aside",
        bar,
        body,
        class_="reader",
        hidden=True,
        role="dialog",
        aria_label=say("reader"),
        data_offline=say("offline"),
        data_restarted=say("restarted"),
        data_restarted_failed=say("restarted_failed"),
        data_at=template("page.source_of", language=language),
    )


def _note(error: AssistantError, *, language: str) -> Markup:
    if isinstance(error, UnknownArticle):
        return tag("p", speaker(language)("unknown_article"), class_="note")
    return tag("p", join(error.message, error.hint, between=" "), class_="note")


def _page_of(shown: "ArticleText", marks: list[Span]) -> int:
    """The page on which the first mark begins."""
    start = marks[0][0] if marks else 0
    return next((page.number for page in shown.pages if page.start <= start < page.end), 1)


def _marks(sent: Any) -> list[Span]:
    """The spans to mark, from what a browser sent: pairs of whole numbers, start before end."""
    pairs = sent[:MOST_MARKS] if isinstance(sent, list) else []
    spans = [
        (pair[0], pair[1])
        for pair in pairs
        if isinstance(pair, list) and len(pair) == 2 and all(type(part) is int for part in pair)
    ]
    return [(start, end) for start, end in spans if 0 <= start < end]
