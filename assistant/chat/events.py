"""Wires the Ask tab to its functions: ask, follow the answer, stop, open, begin anew, filters."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from assistant.chat import cards, filters, turns
from assistant.chat.conversation import Conversation
from assistant.chat.desk import Desk, found
from assistant.chat.layout import Page
from assistant.chat.visitor import Visitor, language_of, visitor_of
from assistant.errors import AssistantError
from assistant.texts import say

if TYPE_CHECKING:
    from assistant.assistant import Assistant

ANSWERS_AT_ONCE = 8
"""Answers made at the same time; more wait in line. A model's server has a line of its own."""
FOLLOWERS_AT_ONCE = 40
"""Tabs that follow an answer which another tab asked for, or the same one before a reload."""

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
AT_ONCE: dict[str, Any] = {**QUIET, "queue": False}


def wire_asking(page: Page, assistant: "Assistant", desk: Desk, *, setting: str) -> None:
    """Connect everything on the Ask tab."""
    _wire_questions(page, assistant, desk, setting=setting)
    _wire_conversations(page, assistant, desk, setting=setting)
    _wire_filters(page, assistant, setting=setting)


def drawn(conversation: Conversation, *, language: str) -> tuple[Any, ...]:
    """What every change of the conversation draws anew; the outputs are `shown(page)`."""
    import gradio as gr

    last = conversation.last
    going_on = last is not None and not last.done
    return (
        conversation.id,
        turns.past(conversation, language=language),
        turns.turn(last, language=language, conversation=conversation.id) if last else gr.skip(),
        cards.panel(conversation, language=language),
        gr.update(visible=not going_on),
        gr.update(visible=going_on),
        gr.update(visible=last is not None),
        "",
    )


def shown(page: Page) -> list[Any]:
    """The parts that `drawn` fills."""
    tab = page.asking
    return [
        page.current, tab.past, tab.live, tab.sources, tab.ask, tab.stop, tab.new, tab.next,
    ]  # fmt: skip


# --- questions and answers ------------------------------------------------------------------------


def _wire_questions(page: Page, assistant: "Assistant", desk: Desk, *, setting: str) -> None:
    import gradio as gr

    tab = page.asking
    everything = gr.State(False)  # whether the question is asked without the filters read out of it

    def typed(question: str, current: str, request: gr.Request) -> tuple[Any, ...]:
        visitor = visitor_of(request, setting=setting)
        return (*_begin(desk, question, current, visitor=visitor), "", False)

    def chosen(current: str, event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        data = event._data if isinstance(event._data, dict) else {}
        visitor = visitor_of(request, setting=setting)
        written = str(data.get("again", ""))[:9]
        again = int(written) if written.isdecimal() else 0
        begun = _begin(desk, str(data.get("question", "")), current, visitor=visitor, again=again)
        return (*begun, "", bool(data.get("everything")))

    def suggest(current: str, request: gr.Request) -> str:
        visitor = visitor_of(request, setting=setting)
        last = found(desk, current, owner=visitor.name).last
        if last is None or last.answer is None:
            return ""
        try:
            questions = assistant.suggestions(last.answer)
        except AssistantError:  # an article may be gone by now: then there is nothing to suggest
            return ""
        return turns.following(questions, language=visitor.language)

    def stop(current: str, request: gr.Request) -> None:
        if current:
            desk.stop(current, owner=visitor_of(request, setting=setting).name)

    outputs = [*shown(page), tab.question, everything]
    by_hand = gr.on(
        [tab.question.submit, tab.ask.click],
        typed,
        [tab.question, page.current],
        outputs,
        trigger_mode="multiple",
        **AT_ONCE,
    )
    by_button = [
        block.ask(chosen, [page.current], outputs, **AT_ONCE)
        for block in (tab.live, tab.past, tab.next)
    ]
    for begun in (by_hand, *by_button):
        answered = _wire_answers(page, begun, everything, desk, setting=setting)
        answered.then(suggest, [page.current], [tab.next], **QUIET, concurrency_limit=2)
    tab.stop.click(stop, [page.current], None, trigger_mode="multiple", **AT_ONCE)


def _begin(
    desk: Desk, question: str, current: str, *, visitor: Visitor, again: int = 0
) -> tuple[Any, ...]:
    """Show the question at once; nothing happens without words or while an answer is on its way."""
    import gradio as gr

    current = found(desk, current, owner=visitor.name).id
    asked = desk.ask(question, owner=visitor.name, conversation=current, again=again)
    if asked is None:
        return (gr.skip(),) * 8
    return drawn(asked, language=visitor.language)


def _wire_answers(page: Page, begun: Any, everything: Any, desk: Desk, *, setting: str) -> Any:
    """Let the answer follow the question that has `begun`."""
    import gradio as gr

    tab = page.asking

    def answer(
        current: str,
        all_dates: bool,
        since: str,
        until: str,
        languages: list[str],
        outlets: list[str],
        articles: list[str],
        tags: list[str],
        request: gr.Request,
    ) -> Iterator[tuple[Any, ...]]:
        visitor = visitor_of(request, setting=setting)
        owner, language = visitor.name, visitor.language
        if not current:
            yield _nothing()
            return
        fields = (since, until, languages, outlets, articles, tags)
        try:
            wanted = filters.read_filters(*fields, language=language)
        except AssistantError as error:
            states = iter([desk.refuse(current, owner=owner, error=error)])
        else:
            states = desk.follow(
                current,
                owner=owner,
                language=language,
                filters=wanted,
                inferred_filters=not all_dates,
            )
        yield from _news(states, language=language)

    return begun.then(
        answer,
        [page.current, everything, *tab.filters],
        [tab.live, tab.sources, tab.ask, tab.stop],
        concurrency_id="answer",
        concurrency_limit=ANSWERS_AT_ONCE,
        **QUIET,
    )


def _news(states: Iterator[Conversation], *, language: str) -> Iterator[tuple[Any, ...]]:
    """The last exchange drawn each time there is news; sources and buttons once it is done."""
    import gradio as gr

    yield _nothing()  # Gradio empties the outputs of a function that yields nothing at all
    for state in states:
        exchange = state.exchanges[-1]
        drawing = turns.turn(exchange, language=language, conversation=state.id)
        if exchange.done:
            panel = cards.panel(state, language=language)
            yield drawing, panel, gr.update(visible=True), gr.update(visible=False)
        else:
            yield drawing, gr.skip(), gr.skip(), gr.skip()


def _nothing() -> tuple[Any, ...]:
    import gradio as gr

    return (gr.skip(),) * 4


# --- conversations --------------------------------------------------------------------------------


def _wire_conversations(page: Page, assistant: "Assistant", desk: Desk, *, setting: str) -> None:
    import gradio as gr

    tab = page.asking

    def begin_anew(request: gr.Request) -> tuple[Any, ...]:
        language = language_of(request, setting=setting)
        return opened_as(assistant, Conversation(), language=language)

    def open_one(event: gr.EventData, request: gr.Request) -> tuple[Any, ...]:
        data = event._data if isinstance(event._data, dict) else {}
        visitor = visitor_of(request, setting=setting)
        conversation = found(desk, str(data.get("id", ""))[:100], owner=visitor.name)
        return opened_as(assistant, conversation, language=visitor.language)

    tab.new.click(begin_anew, None, shown(page), **AT_ONCE)
    opened = page.talks.open(open_one, None, shown(page), **AT_ONCE)
    follow_after(page, opened, desk, setting=setting)


def opened_as(
    assistant: "Assistant", conversation: Conversation, *, language: str
) -> tuple[Any, ...]:
    """A conversation as it is opened; an empty one begins with the invitation."""
    outputs = list(drawn(conversation, language=language))
    if conversation.last is None:
        outputs[2] = welcome(assistant, language=language)
    return tuple(outputs)


def follow_after(page: Page, opened: Any, desk: Desk, *, setting: str) -> None:
    """Follow the answer that is being made in the conversation that was `opened`, if one is."""
    import gradio as gr

    tab = page.asking

    def follow(current: str, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        visitor = visitor_of(request, setting=setting)
        conversation = found(desk, current, owner=visitor.name)
        if conversation.last is None or conversation.last.done:
            yield _nothing()
            return
        states = desk.follow(current, owner=visitor.name, language=visitor.language)
        yield from _news(states, language=visitor.language)

    opened.then(
        follow,
        [page.current],
        [tab.live, tab.sources, tab.ask, tab.stop],
        concurrency_id="following",
        concurrency_limit=FOLLOWERS_AT_ONCE,
        **QUIET,
    )


def welcome(assistant: "Assistant", *, language: str) -> str:
    """What an empty conversation shows; without examples where they cannot be had."""
    try:
        status = assistant.status()
        examples = assistant.examples(language=language) if status.articles else []
    except AssistantError:
        return turns.welcome([], empty=False, language=language)
    empty = status.articles == 0 and status.indexing is None
    return turns.welcome(examples, empty=empty, language=language)


# --- filters --------------------------------------------------------------------------------------


def _wire_filters(page: Page, assistant: "Assistant", *, setting: str) -> None:
    import gradio as gr

    tab = page.asking

    def offer(request: gr.Request) -> list[Any]:
        language = language_of(request, setting=setting)
        choices = filters.filter_choices(assistant.articles(), language=language)
        return [gr.update(choices=list(pairs)) for pairs in choices]

    def label(
        since: str,
        until: str,
        languages: list[str],
        outlets: list[str],
        articles: list[str],
        tags: list[str],
        request: gr.Request,
    ) -> Any:
        language = language_of(request, setting=setting)
        count = filters.filters_set(since, until, languages, outlets, articles, tags)
        key = "page.filters_on" if count else "page.filters"
        return gr.update(label=say(key, language=language, count=count))

    def clear() -> list[Any]:
        return ["", "", [], [], [], []]

    tab.accordion.expand(offer, None, tab.filters[2:], **AT_ONCE)
    tab.clear.click(clear, None, tab.filters, **AT_ONCE)
    gr.on([field.change for field in tab.filters], label, tab.filters, [tab.accordion], **AT_ONCE)
