"""Draws the foot of an answer: who made it, and what can be done with it."""

from assistant.chat.conversation import Exchange
from assistant.chat.markup import Markup, tag
from assistant.chat.wording import seconds, speaker
from assistant.records import Answer

_THUMB = Markup(
    '<svg viewBox="0 0 24 24" width="16" height="16" aria-hidden="true" fill="none"'
    ' stroke="currentColor" stroke-width="1.8" stroke-linejoin="round"><path d="M7 11v9H4v-9zM7 11'
    "l4-8c1.7 0 2.5 1 2.5 2.5V9H19c1.2 0 2 .9 1.8 2l-1.3 7.2c-.2 1.1-1 1.8-2.1 1.8H7"
    '"/></svg>'
)


def foot(exchange: Exchange, *, language: str) -> Markup:
    """Engine and time, copy, link, ask again, change the question, thumbs."""
    answer = exchange.answer
    return tag(
        "footer",
        tag("span", _facts(answer, language=language), class_="facts") if answer else "",
        *(_of_an_answer(exchange, answer, language=language) if answer else ()),
        *_again(exchange, language=language),
        tag("span", *_thumbs(exchange, language=language), class_="thumbs") if answer else "",
    )


def _facts(answer: Answer, *, language: str) -> str:
    engine = answer.model or answer.engine
    if not answer.model and answer.engine == "quotes":
        engine = speaker(language)("quotes_engine")
    spent = answer.timings.total_s
    return " · ".join([engine, *([seconds(spent, language=language)] if spent >= 0.05 else [])])


def _of_an_answer(exchange: Exchange, answer: Answer, *, language: str) -> tuple[Markup, ...]:
    say = speaker(language)
    return (
        _button(say("copy"), data_copy=str(answer), data_copied=say("copied")),
        _button(
            say("link"),
            title=say("link_hint"),
            data_link=exchange.number,
            data_copied=say("copied"),
        ),
    )


def _again(exchange: Exchange, *, language: str) -> tuple[Markup, ...]:
    """Only the last exchange shows these: what follows another rests on it."""
    say = speaker(language)
    asked: dict[str, str | int] = {
        "data_question": exchange.question,
        "data_again": exchange.number,
        "data_note": say("editing"),
    }
    return (
        _button(
            say("retry"), kind="inline last", data_ask=exchange.question, data_again=exchange.number
        ),
        _button(say("edit"), kind="inline last", **asked),
    )


def _thumbs(exchange: Exchange, *, language: str) -> tuple[Markup, ...]:
    say = speaker(language)
    given = exchange.verdict
    return tuple(
        tag(
            "button",
            _THUMB,
            type="button",
            class_=f"thumb {name}",
            title=say(f"thumb_{name}"),
            aria_label=say(f"thumb_{name}"),
            aria_pressed="true" if given is not None and given.good is good else "false",
            data_rate=name,
            data_number=exchange.number,
            data_ask_why=say(f"why_{name}"),
            data_why=given.why if given is not None and given.good is good else "",
            data_send=say("why_send"),
            data_thanks=say("why_thanks"),
        )
        for name, good in (("up", True), ("down", False))
    )


def _button(label: str, *, kind: str = "inline", **attributes: str | int) -> Markup:
    return tag("button", label, type="button", class_=kind, **attributes)
