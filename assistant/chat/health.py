"""The Status tab: who answers and why, what would be better, the model, the doctor's findings."""

import threading
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from assistant.chat import feed
from assistant.chat.events import AT_ONCE, QUIET
from assistant.chat.layout import Page
from assistant.chat.markup import Markup, join, tag
from assistant.chat.status_line import progress_bar
from assistant.chat.visitor import language_of
from assistant.chat.wording import number, speaker
from assistant.errors import AssistantError
from assistant.languages import name as language_name
from assistant.records import Check, Progress, Report, Status

if TYPE_CHECKING:
    from assistant.assistant import Assistant

REBUILD = "assistant rebuild"
"""The command in a hint that the button stands for."""


def wire_status(page: Page, assistant: "Assistant", *, setting: str) -> None:
    """Connect everything on the Status tab."""
    import gradio as gr

    tab = page.health

    def look(request: gr.Request) -> tuple[Any, ...]:
        language = language_of(request, setting=setting)
        say, settings = speaker(language), assistant.settings
        best = (say("model_best"), "")
        names = assistant.models()
        known = settings.model if settings.model in names else ""
        drawn, needs_rebuild = report(assistant, language=language)
        return (
            drawn,
            gr.update(visible=needs_rebuild),
            gr.update(choices=[best, *((name, name) for name in names)], value=known),
            settings.answer_words,
        )

    def choose(model: str, length: float, request: gr.Request) -> Markup:
        language = language_of(request, setting=setting)
        try:
            assistant.choose(model=model or "", answer_words=int(length))
        except AssistantError as error:
            return _said(error)
        return report(assistant, language=language)[0]

    shown = [tab.report, tab.rebuild, tab.model, tab.length]
    for event in (tab.tab.select, tab.again.click):
        event(look, None, shown, concurrency_id="status", concurrency_limit=2, **QUIET)
    for field in (tab.model, tab.length):
        field.input(choose, [tab.model, tab.length], [tab.report], **QUIET)
    _wire_pulling(page, assistant, look, setting=setting)
    _wire_rebuilding(page, assistant, look, setting=setting)


def _wire_rebuilding(page: Page, assistant: "Assistant", look: Any, *, setting: str) -> None:
    import gradio as gr

    tab = page.health

    def rebuild(request: gr.Request) -> Iterator[tuple[Any, ...]]:
        language = language_of(request, setting=setting)
        say = speaker(language)
        yield tag("p", say("rebuilding"), class_="note"), gr.update(visible=False)
        try:
            for news in _rebuilt(assistant):
                if isinstance(news, Progress):
                    yield progress_bar(news, language=language), gr.skip()
                    continue
                failed = say("failed", count=len(news.failed)) if news.failed else ""
                yield tag("p", say("rebuilt"), " ", failed, class_="note", role="status"), gr.skip()
        except AssistantError as error:
            yield _said(error), gr.update(visible=True)

    rebuilt = tab.rebuild.click(
        rebuild, None, [tab.rebuild_progress, tab.rebuild], concurrency_id="rebuilding", **QUIET
    )
    rebuilt.then(look, None, [tab.report, tab.rebuild, tab.model, tab.length], **QUIET)


def _rebuilt(assistant: "Assistant") -> Iterator[Progress | Report]:
    """The progress of a rebuild, and its report last. A page that is closed does not end it."""

    def work(put: feed.Put[Progress | Report]) -> None:
        put(assistant.rebuild(on_progress=put))

    for news in feed.run(work, stop=threading.Event(), gather=0.2):
        if news:
            yield news[-1]


def _wire_pulling(page: Page, assistant: "Assistant", look: Any, *, setting: str) -> None:
    import gradio as gr

    tab = page.health
    stops: dict[str, threading.Event] = {}

    def pull(name: str, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        language = language_of(request, setting=setting)
        name = name.strip()[:200]
        if not name:
            yield gr.skip(), gr.update(visible=False)
            return
        stop = stops[request.session_hash or ""] = threading.Event()
        yield (
            tag("p", speaker(language)("pulling", name=name), class_="note"),
            gr.update(visible=True),
        )
        drawn: Markup | str = ""
        try:
            for progress in _pulled(assistant, name, stop=stop):
                yield progress_bar(progress, language=language), gr.skip()
            done = speaker(language)("pull_stopped" if stop.is_set() else "pulled", name=name)
            drawn = tag("p", done, class_="note", role="status")
        except AssistantError as error:
            drawn = _said(error)
        yield drawn, gr.update(visible=False)

    def stop(request: gr.Request) -> None:
        if event := stops.get(request.session_hash or ""):
            event.set()

    pulled = tab.pull.click(
        pull, [tab.name], [tab.progress, tab.stop], concurrency_id="pulling", **QUIET
    )
    pulled.then(look, None, [tab.report, tab.rebuild, tab.model, tab.length], **QUIET)
    tab.stop.click(stop, None, None, **AT_ONCE)


def _pulled(assistant: "Assistant", name: str, *, stop: threading.Event) -> Iterator[Progress]:
    """The progress of a download; `stop` ends it."""

    def work(put: feed.Put[Progress]) -> None:
        steps = assistant.pull(name)
        for step in steps:
            if stop.is_set():
                break
            put(step)
        steps.close()  # type: ignore[attr-defined]

    for news in feed.run(work, stop=_Copy(stop), gather=0.2):
        if news:
            yield news[-1]


class _Copy(threading.Event):
    """Ends with the person's own stop, and is set by the feed without telling that a person did."""

    def __init__(self, other: threading.Event) -> None:
        super().__init__()
        self._other = other

    def is_set(self) -> bool:
        """Whether either was set."""
        return super().is_set() or self._other.is_set()


def report(assistant: "Assistant", *, language: str) -> tuple[Markup, bool]:
    """Who answers over what, what the doctor found; and whether to rebuild."""
    try:
        status, checks = assistant.status(), assistant.doctor()
    except AssistantError as error:
        return _said(error), REBUILD in error.hint
    drawn = join(_facts(status, language=language), _findings(checks, language=language))
    return drawn, any(REBUILD in check.hint and not check.ok for check in checks)


def _facts(status: Status, *, language: str) -> Markup:
    say = speaker(language)
    languages = ", ".join(
        f"{language_name(code, language=language)} {number(count, language=language)}"
        for code, count in status.languages
    )
    answers = status.model or say("quotes_engine")
    facts = [
        (say("status_answers"), join(answers, tag("span", status.why, class_="hint"), between=" ")),
        (say("table"), number(status.articles, language=language)),
        (say("languages"), languages),
    ]
    rows = [join(tag("dt", name), tag("dd", value)) for name, value in facts if value]
    return tag("dl", *rows, class_="facts")


def _findings(checks: Sequence[Check], *, language: str) -> Markup:
    """What needs a hand in full; what is well folded away below it."""
    say = speaker(language)
    bad = [_finding(check) for check in checks if not check.ok]
    well = [_finding(check) for check in checks if check.ok]
    summary = tag("summary", say("well", count=number(len(well), language=language)))
    return join(
        tag("h2", say("doctor")),
        tag("ul", *bad, class_="findings", aria_label=say("doctor")) if bad else "",
        tag("details", summary, tag("ul", *well, class_="findings")) if well else "",
    )


def _finding(check: Check) -> Markup:
    return tag(
        "li",
        tag("strong", check.name),
        tag("span", check.message),
        tag("code", check.hint) if check.hint and not check.ok else "",
        class_="ok" if check.ok else "bad",
    )


def _said(error: AssistantError) -> Markup:
    hint = tag("p", error.hint, class_="hint") if error.hint else ""
    return tag("div", tag("p", error.message), hint, class_="problem", role="alert")
