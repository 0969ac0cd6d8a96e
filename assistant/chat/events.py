"""Wires the Ask tab to its functions: ask, stop, begin anew, choose filters."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from assistant.chat import asking, cards, turns
from assistant.chat.conversation import Conversation
from assistant.chat.layout import Page
from assistant.chat.visitor import language_of
from assistant.errors import AssistantError
from assistant.texts import say

if TYPE_CHECKING:
    from assistant.assistant import Assistant

ANSWERS_AT_ONCE = 8
"""Answers made at the same time; more wait in line. A model's server has a line of its own."""

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
AT_ONCE: dict[str, Any] = {**QUIET, "queue": False}


def wire_asking(page: Page, assistant: "Assistant", *, setting: str) -> None:
    """Connect everything on the Ask tab."""
    _wire_questions(page, assistant, setting=setting)
    _wire_conversation(page, assistant, setting=setting)
    _wire_filters(page, assistant, setting=setting)


def _wire_questions(page: Page, assistant: "Assistant", *, setting: str) -> None:
    import gradio as gr

    tab = page.asking
    everything = gr.State(False)  # whether the question is asked without the filters read out of it

    def typed(question: str, before: Conversation | None, request: gr.Request) -> tuple[Any, ...]:
        return (*_begin(question, before, language_of(request, setting=setting)), False)

    def chosen(
        before: Conversation | None, event: gr.EventData, request: gr.Request
    ) -> tuple[Any, ...]:
        data = event._data if isinstance(event._data, dict) else {}
        question = str(data.get("question", ""))
        begun = _begin(question, before, language_of(request, setting=setting))
        return (*begun, bool(data.get("everything")))

    begins = [
        page.conversation, tab.past, tab.live, tab.sources, tab.question, tab.ask, tab.stop,
        everything,
    ]  # fmt: skip
    by_hand = gr.on(
        [tab.question.submit, tab.ask.click],
        typed,
        [tab.question, page.conversation],
        begins,
        trigger_mode="multiple",
        **AT_ONCE,
    )
    by_button = [
        block.ask(chosen, [page.conversation], begins, **AT_ONCE) for block in (tab.live, tab.past)
    ]
    for begun in (by_hand, *by_button):
        _wire_answers(page, begun, everything, assistant, setting=setting)
    tab.stop.click(_stop, [page.conversation], None, trigger_mode="multiple", **AT_ONCE)


def _wire_answers(
    page: Page, begun: Any, everything: Any, assistant: "Assistant", *, setting: str
) -> None:
    """Let the answer follow the question that has `begun`."""
    import gradio as gr

    tab = page.asking

    def answer(
        conversation: Conversation | None,
        all_dates: bool,
        since: str,
        until: str,
        languages: list[str],
        outlets: list[str],
        articles: list[str],
        request: gr.Request,
    ) -> Iterator[tuple[Any, ...]]:
        fields = (since, until, languages, outlets, articles)
        language = language_of(request, setting=setting)
        yield from _answer(
            assistant, conversation, fields, inferred_filters=not all_dates, language=language
        )

    begun.then(
        answer,
        [page.conversation, everything, *tab.filters],
        [page.conversation, tab.live, tab.sources],
        concurrency_id="answer",
        concurrency_limit=ANSWERS_AT_ONCE,
        **QUIET,
    ).then(_finish, [page.conversation], [tab.ask, tab.stop, tab.new], **AT_ONCE)


def _begin(question: str, before: Conversation | None, language: str) -> tuple[Any, ...]:
    """Show the question at once; nothing happens without words or while an answer is on its way."""
    import gradio as gr

    conversation = before or Conversation()
    if conversation.busy or not question.strip():
        return (gr.skip(),) * 7
    conversation = conversation.asking(question.strip())
    return (
        conversation,
        turns.past(conversation, language=language),
        turns.turn(conversation.exchanges[-1], language=language),
        cards.panel(conversation, language=language),
        "",
        gr.update(visible=False),
        gr.update(visible=True),
    )


def _answer(
    assistant: "Assistant",
    conversation: Conversation | None,
    fields: tuple[Any, ...],
    *,
    inferred_filters: bool,
    language: str,
) -> Iterator[tuple[Any, ...]]:
    """The conversation, its last exchange drawn, and the sources, each time there is news."""
    import gradio as gr

    if conversation is None or conversation.last is None:
        return
    try:
        filters = asking.read_filters(*fields, language=language)
    except AssistantError as error:
        states = iter([conversation.with_last(conversation.last.failed(error))])
    else:
        states = asking.answer(
            assistant,
            conversation,
            filters=filters,
            inferred_filters=inferred_filters,
            language=language,
        )
    for state in states:
        exchange = state.exchanges[-1]
        panel = cards.panel(state, language=language) if exchange.done else gr.skip()
        yield state, turns.turn(exchange, language=language), panel


def _finish(conversation: Conversation | None) -> tuple[Any, ...]:
    """Give the button that asks back, and offer a new conversation once there is one."""
    import gradio as gr

    some = conversation is not None and conversation.last is not None
    return gr.update(visible=True), gr.update(visible=False), gr.update(visible=some)


def _stop(conversation: Conversation | None) -> None:
    if conversation is not None and conversation.stop is not None:
        conversation.stop.set()


def _wire_conversation(page: Page, assistant: "Assistant", *, setting: str) -> None:
    import gradio as gr

    tab = page.asking

    def begin_anew(before: Conversation | None, request: gr.Request) -> tuple[Any, ...]:
        if before is not None and before.stop is not None:
            before.stop.set()
        language = language_of(request, setting=setting)
        live = welcome(assistant, language=language)
        return (
            Conversation(),
            "",
            live,
            cards.panel(Conversation(), language=language),
            gr.update(visible=False),
        )

    tab.new.click(
        begin_anew,
        [page.conversation],
        [page.conversation, tab.past, tab.live, tab.sources, tab.new],
        **AT_ONCE,
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


def _wire_filters(page: Page, assistant: "Assistant", *, setting: str) -> None:
    import gradio as gr

    tab = page.asking

    def offer(request: gr.Request) -> list[Any]:
        language = language_of(request, setting=setting)
        choices = asking.filter_choices(assistant.articles(), language=language)
        return [gr.update(choices=list(pairs)) for pairs in choices]

    def label(
        since: str,
        until: str,
        languages: list[str],
        outlets: list[str],
        articles: list[str],
        request: gr.Request,
    ) -> Any:
        language = language_of(request, setting=setting)
        count = asking.filters_set(since, until, languages, outlets, articles)
        key = "page.filters_on" if count else "page.filters"
        return gr.update(label=say(key, language=language, count=count))

    def clear() -> list[Any]:
        return ["", "", [], [], []]

    tab.accordion.expand(offer, None, tab.filters[2:], **AT_ONCE)
    tab.clear.click(clear, None, tab.filters, **AT_ONCE)
    gr.on([field.change for field in tab.filters], label, tab.filters, [tab.accordion], **AT_ONCE)
