"""Draws the conversation: questions, stages, answers with their chips, what follows them."""

import time
from collections.abc import Iterable

from assistant.chat.cards import Excerpt, quotation, read_button
from assistant.chat.conversation import Conversation, Exchange
from assistant.chat.foot import foot
from assistant.chat.markup import Markup, join, tag, text
from assistant.chat.prose import Doubt, prose
from assistant.chat.wording import about, filters_in_words, number, seconds, speaker
from assistant.differences import differing_notice
from assistant.languages import is_rtl
from assistant.records import Answer, Sentence
from assistant.texts import say

QUOTE_IN_TIP = 280


def past(conversation: Conversation, *, language: str) -> Markup:
    """All exchanges but the last one."""
    return join(
        *(
            turn(exchange, language=language, conversation=conversation.id)
            for exchange in conversation.exchanges[:-1]
        )
    )


def turn(exchange: Exchange, *, language: str, conversation: str = "") -> Markup:
    """One question and its answer, as far as it has come."""
    say = speaker(language)
    ended = exchange.done and conversation
    return tag(
        "article",
        tag("h2", exchange.question, class_="question", dir="auto"),
        _steps(exchange, language=language),
        _text(exchange, language=language),
        _problem(exchange),
        _after(exchange.answer, language=language) if exchange.answer else "",
        tag("p", _stop_note(exchange, language=language), class_="note")
        if exchange.stopped
        else "",
        foot(exchange, language=language) if ended else "",
        tag("p", _announcement(exchange, language=language), class_="for-ears", role="status"),
        class_="turn" if exchange.done else "turn going-on",
        id=f"turn-{exchange.number}",
        data_conversation=conversation or None,
        aria_busy=None if exchange.done else "true",
        aria_label=say("conversation"),
    )


def welcome(examples: Iterable[str], *, empty: bool, language: str) -> Markup:
    """What a conversation begins with: an invitation, and questions that the articles answer.

    In an `empty` corpus it shows the way to the Library instead.
    """
    say = speaker(language)
    if empty:
        return tag(
            "div",
            tag("h2", say("welcome_empty")),
            tag("p", say("welcome_empty_hint")),
            tag("button", say("go_to_library"), type="button", class_="plain", data_tab="library"),
            class_="welcome",
        )
    buttons = [
        tag("li", tag("button", example, type="button", data_ask=example, dir="auto"))
        for example in examples
    ]
    return tag(
        "div",
        tag("h2", say("welcome")),
        tag("p", say("welcome_hint")),
        tag("ul", *buttons, class_="examples", aria_label=say("examples")) if buttons else "",
        class_="welcome",
    )


def following(questions: Iterable[str], *, language: str) -> Markup | str:
    """Questions to go on with, as buttons that ask them."""
    buttons = [
        tag("li", tag("button", question, type="button", data_ask=question, dir="auto"))
        for question in questions
    ]
    if not buttons:
        return ""
    label = speaker(language)("following")
    heading = tag("p", label, class_="label")
    return join(heading, tag("ul", *buttons, class_="following", aria_label=label))


# --- while it is written ------------------------------------------------------------------------


def _steps(exchange: Exchange, *, language: str) -> Markup | str:
    if exchange.done:
        return ""
    say = speaker(language)
    now = time.monotonic()
    if not exchange.steps:
        waited = seconds(now - exchange.began, language=language) if exchange.began else ""
        return tag("ol", tag("li", say("stage_waiting"), tag("span", waited)), class_="steps")
    items: list[Markup] = []
    ends = [step.began for step in exchange.steps[1:]] + [now]
    for step, end in zip(exchange.steps, ends, strict=True):
        running = step is exchange.steps[-1]
        name, count = step.stage.name, step.stage.count
        key = f"stage_{name}" if name == "writing" else f"stage_{name}{'' if count else '_all'}"
        label = say(key, count=count if count == 1 else number(count, language=language))
        spent = tag("span", seconds(end - step.began, language=language))
        items.append(tag("li", label, spent, class_="now" if running else "over"))
    return tag("ol", *items, class_="steps")


def _text(exchange: Exchange, *, language: str) -> Markup | str:
    answer = exchange.answer
    if answer is not None:
        doubts = _doubts(answer.sentences, language=language)
        body = prose(answer.text, chips=_chips(exchange, answer, language=language), doubts=doubts)
        direction = "rtl" if is_rtl(answer.language) else "ltr"
        kind = "answer refused" if answer.outcome == "refused" else "answer"
        return tag("div", body, class_=kind, lang=answer.language, dir=direction)
    if not exchange.draft:
        return ""
    return tag("div", prose(exchange.draft), class_="answer draft", dir="auto")


def _problem(exchange: Exchange) -> Markup | str:
    if exchange.problem is None:
        return ""
    return tag(
        "div",
        tag("p", exchange.problem.message),
        tag("p", exchange.problem.hint, class_="hint") if exchange.problem.hint else "",
        class_="problem",
        role="alert",
    )


def _stop_note(exchange: Exchange, *, language: str) -> str:
    if exchange.cut_off:
        return speaker(language)("cut_off")
    return speaker(language)("stopped" if exchange.draft else "stopped_empty")


def _announcement(exchange: Exchange, *, language: str) -> str:
    """What a screen reader says: the stage, and later that the answer is complete."""
    say = speaker(language)
    if exchange.answer is not None:
        count = len(exchange.answer.citations)
        return say("done", count=count) if count else say("done_none")
    if exchange.done or not exchange.steps:
        return ""
    name = exchange.steps[-1].stage.name
    return say("stage_writing" if name == "writing" else f"stage_{name}_all")


# --- the text -----------------------------------------------------------------------------------


def _chips(exchange: Exchange, answer: Answer, *, language: str) -> dict[int, Markup]:
    say = speaker(language)
    return {
        citation.number: tag(
            "a",
            str(citation.number),
            class_="chip",
            href=f"#source-{exchange.number}-{citation.number}",
            data_title=citation.article.title,
            data_about=about(citation.article, language=language, page=citation.page_label),
            data_quote=_shortened(citation.quote),
            aria_label=f"{say('source_number', number=citation.number)}: {citation.article.title}",
            data_turn=exchange.number,
            data_number=citation.number,
        )
        for citation in answer.citations
    }


def _shortened(quote: str) -> str:
    quote = " ".join(quote.split())
    return quote if len(quote) <= QUOTE_IN_TIP else quote[:QUOTE_IN_TIP].rsplit(" ", 1)[0] + " …"


def _doubts(sentences: Iterable[Sentence], *, language: str) -> list[Doubt]:
    say = speaker(language)
    plain = {"partly": say("partly_supported"), "unsupported": say("unsupported")}
    return [
        Doubt(
            sentence.text,
            sentence.reason or plain[sentence.support],
            partly=sentence.support == "partly",
        )
        for sentence in sentences
        if sentence.support != "supported"
    ]


# --- what follows the text ----------------------------------------------------------------------


def _after(answer: Answer, *, language: str) -> Markup:
    say = speaker(language)
    missing = say("missing", missing=answer.missing) if answer.missing else ""
    return join(
        _differing(answer, language=language),
        tag("p", missing, class_="note", dir="auto") if missing else "",
        _choices(answer, language=language),
        _nearest(answer, language=language),
        _limits(answer, language=language),
        _notices(answer, language=language),
        _as_of(answer),
    )


def _differing(answer: Answer, *, language: str) -> Markup | str:
    """What articles say otherwise, side by side with their dates."""
    if not answer.differing:
        return ""
    label = speaker(language)("differing")
    items = [
        tag(
            "li",
            tag("strong", one.words, dir="auto"),
            tag("span", about(one.article, language=language), class_="about"),
            quotation(Excerpt("", " ".join(one.quote.split()), ""), article=one.article),
            read_button(one.article, one.article.title, start=one.start, end=one.end),
        )
        for one in answer.differing
    ]
    heading = tag("p", label, class_="label")
    return join(heading, tag("ul", *items, class_="differing", aria_label=label))


def _as_of(answer: Answer) -> Markup | str:
    if not (answer.answered and answer.as_of):
        return ""
    said = say("answer.as_of", language=answer.language, date=answer.as_of)
    return tag("p", said, class_="note as-of", dir="auto")


def _choices(answer: Answer, *, language: str) -> Markup | str:
    if not answer.choices:
        return ""
    buttons = [
        tag("li", tag("button", choice, type="button", data_ask=choice, dir="auto"))
        for choice in answer.choices
    ]
    label = speaker(language)("choices")
    return join(
        tag("p", label, class_="label"), tag("ul", *buttons, class_="examples", aria_label=label)
    )


def _nearest(answer: Answer, *, language: str) -> Markup | str:
    if not answer.nearest:
        return ""
    items = [
        tag(
            "li",
            tag(
                "button",
                near.article.title,
                type="button",
                class_="title",
                data_read=near.article.id,
                dir="auto",
            ),
            tag("span", about(near.article, language=language), class_="about"),
            tag("p", near.about, lang=near.article.language, dir="auto") if near.about else "",
        )
        for near in answer.nearest
    ]
    return join(
        tag("p", speaker(language)("nearest"), class_="label"), tag("ul", *items, class_="nearest")
    )


def _limits(answer: Answer, *, language: str) -> Markup | str:
    if not (answer.filters or answer.filters.inferred):
        return ""
    say = speaker(language)
    inferred = bool(answer.filters.inferred)
    words = filters_in_words(answer.filters, language=language)
    button = tag(
        "button",
        say("ask_without"),
        type="button",
        class_="inline",
        data_ask=answer.question,
        data_everything=True,
    )
    sentence = say("limited_inferred" if inferred else "limited", filters=words) if words else ""
    sentence = sentence or say("newest_first")
    return tag("p", sentence, text(" "), button if inferred else "", class_="note limits")


def _notices(answer: Answer, *, language: str) -> Markup:
    told = differing_notice(answer.differing, language=answer.language)  # shown side by side
    notices = [notice for notice in answer.notices if notice != told]
    if answer.searched and answer.searched != answer.question:
        notices.append(speaker(language)("searched_as", question=answer.searched))
    return join(*(tag("p", notice, class_="note", dir="auto") for notice in notices))
