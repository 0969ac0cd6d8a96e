"""Lets a model write the answer: context, prompt, each sentence checked as it comes, the end."""

import re
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from math import inf
from typing import cast

from assistant.clarifying import question_parts
from assistant.composing import Composition
from assistant.context import CLOSE, Context, build_context
from assistant.drafting import Draft, Drafted
from assistant.errors import ModelError
from assistant.evidence import Checked, check
from assistant.figures import figures, join_figures
from assistant.languages import detect
from assistant.languages import name as language_name
from assistant.opinion import second_opinion
from assistant.pieces import Scored
from assistant.prompts import CANNOT, answer_messages
from assistant.records import ChatModel, Event, Outcome, Stage, Token, Usage
from assistant.refusal import says_cannot, says_something

ENOUGH_WORDS = 6
"""Words an answer must have before its language is judged: shorter ones are names."""


def write(
    work: Composition, scored: Sequence[Scored], *, model: ChatModel, sure: bool = False
) -> Iterator[Event]:
    """Let the model answer from the best evidence, and check each of its sentences.

    When the evidence is `sure` to fit and nothing that the model writes is in it, it is quoted.
    Raises ModelError when the model fails before its first sentence and was asked for by name.
    """
    context = _fitting_context(work, scored, model=model)
    shown = {piece.passage.id for piece in context.pieces}
    evidence = [one for one in scored if one.piece.passage.id in shown]
    known_figures = {
        value
        for one in evidence
        for figure in figures(one.piece.text, language=one.piece.language)
        for value in figure.values
    }
    draft = Draft(
        language=work.language,
        known=[block.number for block in context.blocks],
        links={block.article.url for block in context.blocks if block.article.url},
        most_words=work.settings.answer_words,
    )
    yield Stage("writing")
    ending = _Ending()
    items = _drafted(work, context, draft=draft, model=model, ending=ending)
    with closing(items):
        for item in items:
            if isinstance(item, Token):
                yield from work.shown(item)
            elif says_cannot(item.text):
                told = work.question if item.text.startswith(CANNOT) else item.text
                ending.missing.append(told)
            elif says_something(item.text):
                item = replace(item, text=join_figures(item.text, known=known_figures))
                checked = _checked(work, item, context=context, evidence=evidence)
                yield from work.sentence(item, checked)
    if sure and ending.error is None and not work.is_held and (work.sentences or ending.missing):
        work.notices.append(work.say("invented" if work.sentences else "overlooked"))
        work.notices += _faults(work, draft, ending)
        work.start_over()
        yield from work.quote(scored, outcome="partly")
        return
    yield from _ended(work, scored, draft=draft, model=model, ending=ending)


@dataclass
class _Ending:
    """How a model's stream ended."""

    usage: Usage | None = None
    error: ModelError | None = None
    missing: list[str] = field(default_factory=list)


class _Closeable:
    """What a generator has and an iterator may lack."""

    def close(self) -> None:
        """Stop."""


def _fitting_context(work: Composition, scored: Sequence[Scored], *, model: ChatModel) -> Context:
    """The evidence that fits the model's context beside the prompt and the answer."""
    empty = answer_messages(work.asked, sources="", language=work.language)
    fixed = sum(model.count_tokens(message.content) + 8 for message in empty)
    room = model.context_tokens - fixed - work.settings.answer_tokens
    parts = list(question_parts(work.asked, language=work.language))
    context = build_context(
        scored,
        tokens=max(1, min(work.settings.evidence_tokens, room)),
        count_tokens=model.count_tokens,
        close=CLOSE if len(parts) < 2 else inf,  # the best sentence answers one part of several
    )
    if context.left_out:
        titles = ", ".join(article.title for article in context.left_out)
        work.notices.append(work.say("sources_left_out", titles=titles))
    return context


def _drafted(
    work: Composition, context: Context, *, draft: Draft, model: ChatModel, ending: _Ending
) -> Generator[Token | Drafted, None, None]:
    """The stream as sentences; what went wrong is kept in `ending`."""
    messages = answer_messages(work.asked, sources=context.text, language=work.language)
    stream = model.stream(messages, max_tokens=work.settings.answer_tokens)
    try:
        with closing(cast("_Closeable", stream)):
            for piece in stream:
                if isinstance(piece, Usage):
                    ending.usage = piece
                    break
                yield from draft.feed(piece)
                if draft.fault or draft.is_full:
                    return
    except ModelError as error:
        ending.error = error
    cut = ending.usage is not None and ending.usage.stopped == "length"
    yield from draft.finish(complete=not cut and ending.error is None)


def _checked(
    work: Composition, item: Drafted, *, context: Context, evidence: Sequence[Scored]
) -> Checked:
    blocks = [context.block(number) for number in item.numbers]
    cited = [piece for block in blocks if block for piece in block.pieces]
    return check(
        item.text,
        question=work.asked,
        evidence=evidence,
        cited=cited,
        language=work.language,
        embedder=work.embedder,
    )


def _ended(
    work: Composition,
    scored: Sequence[Scored],
    *,
    draft: Draft,
    model: ChatModel,
    ending: _Ending,
) -> Iterator[Event]:
    """The answer as the model left it; quotes where it wrote nothing."""
    if ending.error is not None and not work.sentences:
        if work.settings.engine != "auto":
            raise ending.error
        work.notices.append(work.say("failed", error=_with_hint(ending.error)))
        yield from work.quote(scored)
        return
    if not work.sentences and not ending.missing:
        work.notices.append(work.say("silent"))
        work.notices += _faults(work, draft, ending)
        yield from work.quote(scored)
        return
    work.notices += _faults(work, draft, ending)
    if not work.is_held:
        yield work.refused(scored, model=model, usage=ending.usage)
        return
    if work.settings.second_opinion:
        _doubt(work, model=model)
    missing = " ".join(ending.missing)
    outcome: Outcome = "partly" if missing else "answered"
    yield work.answered(model=model, outcome=outcome, usage=ending.usage, missing=missing)


def _with_hint(error: ModelError) -> str:
    return f"{error} {error.hint}".strip()


def _doubt(work: Composition, *, model: ChatModel) -> None:
    """Have the sentences judged by the model, too; the marks in the text stay as they are."""
    citations = {citation.number: citation for citation in work.citations.all}
    try:
        work.sentences = second_opinion(
            work.sentences, citations=citations, model=model, language=work.language
        )
    except ModelError as error:
        work.notices.append(work.say("no_second_opinion", error=str(error)))


def _faults(work: Composition, draft: Draft, ending: _Ending) -> list[str]:
    """What the user must know about how the model wrote."""
    found = []
    if ending.error is not None:
        found.append(work.say("broke_off", error=_with_hint(ending.error)))
    if draft.fault:
        found.append(work.say(draft.fault))
    if ending.usage and ending.usage.stopped == "length":
        found.append(work.say("cut", count=work.settings.answer_tokens))
    if draft.removed_links:
        found.append(work.say("links_removed"))
    plain = re.sub(r"\[\d+\]", "", work.text)
    if len(plain.split()) >= ENOUGH_WORDS:
        spoken = detect(plain, default=work.language)
        if spoken != work.language:
            own = language_name(spoken, language=work.language)
            found.append(work.say("other_language", spoken=own))
    return found
