"""Lays the page out: which parts there are and where; what they do is wired elsewhere."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

Translate = Any
"""Gives a text of the page: a string, or a gradio.I18n key that the browser translates."""

ASSETS = Path(__file__).parent / "assets"


@dataclass(frozen=True, slots=True)
class AskTab:
    """The parts of the Ask tab."""

    past: Any
    live: Any
    next: Any
    sources: Any
    question: Any
    ask: Any
    stop: Any
    new: Any
    accordion: Any
    since: Any
    until: Any
    languages: Any
    outlets: Any
    articles: Any
    tags: Any
    clear: Any

    @property
    def filters(self) -> list[Any]:
        """The filter fields in the order in which the functions take them."""
        return [self.since, self.until, self.languages, self.outlets, self.articles, self.tags]


@dataclass(frozen=True, slots=True)
class LibraryTab:
    """The parts of the Library tab."""

    intake: Any
    report: Any
    table: Any
    changed: Any


@dataclass(frozen=True, slots=True)
class StatusTab:
    """The parts of the Status tab."""

    tab: Any
    report: Any
    again: Any
    rebuild: Any
    rebuild_progress: Any
    model: Any
    length: Any
    name: Any
    pull: Any
    stop: Any
    progress: Any


@dataclass(frozen=True, slots=True)
class Page:
    """All parts of the page that something is wired to."""

    header: Any
    status: Any
    tabs: Any
    current: Any
    talks: Any
    reader: Any
    timer: Any
    asking: AskTab
    library: LibraryTab
    health: StatusTab


@dataclass(frozen=True, slots=True)
class Functions:
    """The functions that the JavaScript of a part may call on the server, part by part."""

    table: list[Any]
    reader: list[Any]
    talks: list[Any]


def lay_out(translate: Translate, *, functions: Functions) -> Page:
    """Make the page's parts inside the Blocks that is open."""
    import gradio as gr

    # The ID of the conversation in this tab; the conversation itself is kept on the server.
    current = gr.HTML(
        "",
        elem_id="current",
        visible="hidden",
        apply_default_css=False,
        js_on_load=script("current"),
    )
    with gr.Row(elem_classes="masthead"):
        header = gr.HTML("", elem_id="masthead", apply_default_css=False)
        status = gr.HTML("", elem_id="status", apply_default_css=False)
    with gr.Tabs(elem_id="tabs") as tabs:
        with gr.Tab(translate("ask_tab"), id="ask", elem_id="ask-tab"):
            asking = _ask_tab(translate)
        with gr.Tab(translate("library_tab"), id="library", elem_id="library-tab"):
            library = _library_tab(rows=functions.table)
        with gr.Tab(translate("status_tab"), id="health", elem_id="health-tab") as tab:
            health = _status_tab(translate, tab)
    talks = gr.HTML(
        "",
        elem_id="talks",
        apply_default_css=False,
        js_on_load=script("talks"),
        server_functions=functions.talks,
    )
    reader = gr.HTML(
        "",
        elem_id="reader",
        apply_default_css=False,
        js_on_load="".join(map(script, ("reader", "peek", "translate", "alive", "drop"))),
        server_functions=functions.reader,
    )
    timer = gr.Timer(2.0)
    return Page(header, status, tabs, current, talks, reader, timer, asking, library, health)


def script(name: str) -> str:
    """The JavaScript of one part of the page."""
    return (ASSETS / f"{name}.js").read_text(encoding="utf-8")


def _ask_tab(translate: Translate) -> AskTab:
    import gradio as gr

    with gr.Row(elem_classes="room"):
        with gr.Column(elem_classes="talk"):
            asks = script("ask")
            past = gr.HTML("", elem_id="past", apply_default_css=False, js_on_load=asks)
            live = gr.HTML("", elem_id="live", apply_default_css=False, js_on_load=asks)
            following = gr.HTML("", elem_id="next", apply_default_css=False, js_on_load=asks)
        with gr.Column(elem_classes="evidence"):
            sources = gr.HTML("", elem_id="sources", apply_default_css=False)
        with gr.Column(elem_classes="desk"):
            question, ask, stop = _composer(translate)
            with gr.Row(elem_classes="below"):
                accordion, fields, clear = _filters(translate)
                new = gr.Button(
                    translate("new_conversation"), size="sm", elem_id="new", scale=0, visible=False
                )
    since, until, languages, outlets, articles, tags = fields
    return AskTab(
        past, live, following, sources, question, ask, stop, new, accordion,
        since, until, languages, outlets, articles, tags, clear,
    )  # fmt: skip


def _composer(translate: Translate) -> tuple[Any, Any, Any]:
    import gradio as gr

    with gr.Row(elem_classes="composer"):
        question = gr.Textbox(
            label=translate("question"),
            placeholder=translate("question_placeholder"),
            show_label=False,
            container=False,
            lines=1,
            max_lines=8,
            autofocus=True,
            scale=1,
            elem_id="question",
        )
        ask = gr.Button(translate("ask"), variant="primary", elem_id="ask", scale=0)
        stop = gr.Button(translate("stop"), variant="stop", elem_id="stop", scale=0, visible=False)
    return question, ask, stop


def _filters(translate: Translate) -> tuple[Any, list[Any], Any]:
    import gradio as gr

    with gr.Accordion(translate("filters"), open=False, elem_id="filters") as accordion:
        with gr.Row():
            dates = [
                gr.Textbox(
                    label=translate(name),
                    placeholder=translate("date_placeholder"),
                    max_lines=1,
                    min_width=140,
                    elem_id=name,
                    elem_classes="date",
                )
                for name in ("since", "until")
            ]
            choices = [
                gr.Dropdown(
                    [], label=translate(name), multiselect=True, min_width=160, elem_id=name
                )
                for name in ("languages", "outlets")
            ]
        articles, tags = (
            gr.Dropdown([], label=translate(name), multiselect=True, elem_id=name)
            for name in ("articles", "tags")
        )
        clear = gr.Button(translate("clear_filters"), size="sm", elem_id="clear-filters")
    return accordion, [*dates, *choices, articles, tags], clear


def _library_tab(*, rows: list[Any]) -> LibraryTab:
    import gradio as gr

    intake = gr.HTML("", elem_id="intake", apply_default_css=False, js_on_load=script("intake"))
    report = gr.HTML("", elem_id="report", apply_default_css=False, js_on_load=script("undo"))
    table = gr.HTML(
        "",
        elem_id="library",
        apply_default_css=False,
        js_on_load=script("timeline") + script("library"),
        server_functions=rows,
    )
    changed = gr.HTML(
        "",
        elem_id="changed",
        visible="hidden",
        apply_default_css=False,
        js_on_load="watch('value', () => document.dispatchEvent(new Event('assistant:changed')))",
    )
    return LibraryTab(intake, report, table, changed)


def _status_tab(translate: Translate, tab: Any) -> StatusTab:
    import gradio as gr

    report = gr.HTML("", elem_id="health", apply_default_css=False)
    rebuild = gr.Button(
        translate("rebuild"), variant="primary", size="sm", elem_id="rebuild", visible=False
    )
    rebuild_progress = gr.HTML("", elem_id="rebuild-progress", apply_default_css=False)
    again = gr.Button(translate("check_again"), size="sm", elem_id="check-again")
    with gr.Row(elem_classes="choices"):
        model = gr.Dropdown([], label=translate("model"), elem_id="model")
        length = gr.Slider(
            20, 600, step=20, value=60, label=translate("answer_length"), elem_id="length"
        )
    with gr.Row(elem_classes="pulling"):
        name = gr.Textbox(
            label=translate("pull_name"), placeholder="qwen2.5:3b", max_lines=1, elem_id="pull-name"
        )
        pull = gr.Button(translate("pull"), size="sm", elem_id="pull", scale=0)
        stop = gr.Button(
            translate("stop"),
            size="sm",
            variant="stop",
            elem_id="pull-stop",
            visible=False,
            scale=0,
        )
    progress = gr.HTML("", elem_id="pull-progress", apply_default_css=False)
    return StatusTab(
        tab, report, again, rebuild, rebuild_progress, model, length, name, pull, stop, progress
    )
