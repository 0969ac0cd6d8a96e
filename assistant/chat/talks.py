"""The conversations' drawer: its frame, and the functions its JavaScript calls."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from assistant.chat.markup import Markup, tag
from assistant.chat.visitor import Visitor, visitor_of
from assistant.chat.wording import speaker
from assistant.errors import AssistantError, InputError
from assistant.records import KeptConversation, Verdict
from assistant.render import conversation_document, conversation_markdown
from assistant.texts import template

if TYPE_CHECKING:
    from assistant.assistant import Assistant

LONGEST = 2_000
"""Characters of a text that a browser sends here."""


def frame(*, language: str) -> Markup:
    """The drawer without its rows, which the browser fetches and draws (`talks.js`)."""
    say = speaker(language)
    texts = {
        f"data_{key}": say(f"talks_{key}")
        for key in (
            "empty", "no_match", "rename", "delete", "markdown", "json", "undo", "error",
        )
    }  # fmt: skip
    texts |= {
        f"data_{key}": template(f"page.talks_{key}", language=language)
        for key in ("count", "deleted", "menu")
    }
    search = tag(
        "input",
        type="search",
        class_="filter",
        placeholder=say("talks_search"),
        aria_label=say("talks_search"),
        autocomplete="off",
    )
    close = tag("button", "×", type="button", class_="close", aria_label=say("close"))
    return tag(
        "aside",
        tag("header", tag("h2", say("talks")), close),
        search,
        tag("p", class_="note", role="status"),
        tag("ul", class_="rows", aria_label=say("talks")),
        tag(
            "footer",
            tag(
                "button",
                say("talks_ratings"),
                type="button",
                class_="inline ratings",
                title=say("talks_ratings_hint"),
            ),
        ),
        class_="drawer",
        hidden=True,
        role="dialog",
        aria_label=say("talks"),
        data_locale=language,
        **texts,
    )


def opener(*, language: str) -> Markup:
    """The button that opens the drawer."""
    say = speaker(language)
    lines = Markup('<span class="bars" aria-hidden="true"></span>')
    return tag(
        "button", lines, tag("span", say("talks")), type="button", class_="open-talks",
        aria_label=say("talks"), aria_expanded="false",
    )  # fmt: skip


def functions(assistant: "Assistant", *, setting: str) -> list[Any]:
    """What the drawer may call: list, change, take out, judge."""
    import gradio as gr

    def answered(
        work: Callable[[dict[str, Any], Visitor], dict[str, Any]],
    ) -> Callable[[Any, Any], dict[str, Any]]:
        def call(sent: Any, request: Any) -> dict[str, Any]:
            sent = sent if isinstance(sent, dict) else {}
            try:
                return work(sent, visitor_of(request, setting=setting))
            except AssistantError as error:
                return {"error": error.message, "hint": error.hint}

        return call

    listing, changing, taking, judging = (
        answered(work)
        for work in (_list(assistant), _change(assistant), _take_out(assistant), _judge(assistant))
    )

    def talks(sent: Any, request: gr.Request) -> dict[str, Any]:
        return listing(sent, request)

    def change(sent: Any, request: gr.Request) -> dict[str, Any]:
        return changing(sent, request)

    def take_out(sent: Any, request: gr.Request) -> dict[str, Any]:
        return taking(sent, request)

    def rate(sent: Any, request: gr.Request) -> dict[str, Any]:
        return judging(sent, request)

    return [talks, change, take_out, rate]


def _list(assistant: "Assistant") -> Callable[[dict[str, Any], Visitor], dict[str, Any]]:
    def work(sent: dict[str, Any], visitor: Visitor) -> dict[str, Any]:
        found = assistant.conversations.listed(owner=visitor.name, search=_text(sent, "search"))
        return {"talks": [_row(one) for one in found]}

    return work


def _change(assistant: "Assistant") -> Callable[[dict[str, Any], Visitor], dict[str, Any]]:
    def work(sent: dict[str, Any], visitor: Visitor) -> dict[str, Any]:
        store, key = assistant.conversations, _text(sent, "id")
        match sent.get("what"):
            case "rename":
                store.rename(key, title=_text(sent, "title"), owner=visitor.name)
            case "delete":
                store.delete(key, owner=visitor.name)
            case "restore":
                store.restore(key, owner=visitor.name)
            case _:
                raise InputError("That is no change of a conversation.")
        return {}

    return work


def _take_out(assistant: "Assistant") -> Callable[[dict[str, Any], Visitor], dict[str, Any]]:
    """One conversation as a file, or the judged answers as a question set."""

    def work(sent: dict[str, Any], visitor: Visitor) -> dict[str, Any]:
        store, kind = assistant.conversations, sent.get("kind")
        if kind == "ratings":
            rows = store.question_set(owner=visitor.name)
            lines = [json.dumps(row, ensure_ascii=False) for row in rows]
            return {"name": "questions.jsonl", "text": "".join(f"{line}\n" for line in lines)}
        key = _text(sent, "id")
        about = store.get(key, owner=visitor.name)
        exchanges = store.exchanges(key, owner=visitor.name)
        if kind == "json":
            document = conversation_document(about, exchanges)
            text = json.dumps(document, ensure_ascii=False, indent=2)
            return {"name": f"{_file_name(about.title)}.json", "text": text + "\n"}
        text = conversation_markdown(about, exchanges, language=visitor.language)
        return {"name": f"{_file_name(about.title)}.md", "text": text}

    return work


def _judge(assistant: "Assistant") -> Callable[[dict[str, Any], Visitor], dict[str, Any]]:
    def work(sent: dict[str, Any], visitor: Visitor) -> dict[str, Any]:
        number = sent.get("number")
        good = {"up": True, "down": False}.get(_text(sent, "verdict"))
        assistant.conversations.judge(
            _text(sent, "id"),
            number=number if isinstance(number, int) else 0,
            verdict=None if good is None else Verdict(good, _text(sent, "why")),
            owner=visitor.name,
        )
        return {}

    return work


def _row(one: KeptConversation) -> dict[str, str | int]:
    return {"id": one.id, "title": one.title, "changed": one.changed, "count": one.exchanges}


def _text(sent: dict[str, Any], name: str) -> str:
    value = sent.get(name)
    return value[:LONGEST] if isinstance(value, str) else ""


def _file_name(title: str) -> str:
    """The title as the name of a file: letters and digits of any script, nothing else."""
    words = "".join(sign if sign.isalnum() else " " for sign in title).split()
    return "-".join(words)[:60].strip("-") or "conversation"
