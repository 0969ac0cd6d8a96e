"""Question and hits -> the events of an answer: read, refuse, quote or let a model write."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from assistant.clarifying import choices, missing_part
from assistant.composing import Composition
from assistant.errors import QuestionError
from assistant.followups import standalone_question
from assistant.records import Answer, ChatModel, Embedder, Event, Hits, Stage, Turn
from assistant.refusal import SURE, THRESHOLD, fit
from assistant.settings import Settings
from assistant.writing import write

LONGEST_QUESTION = 4000


def check_question(text: str) -> str:
    """The question without white space around it.

    Raises QuestionError when it is empty, has no letter or digit, or is over 4,000 characters.
    """
    question = text.strip()
    if not question:
        raise QuestionError("The question is empty.", hint='Try: assistant ask "What happened?"')
    if not any(sign.isalnum() for sign in question):
        raise QuestionError(
            f"The question {question[:20]!r} has no word in it.",
            hint='Try: assistant ask "What happened?"',
        )
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(
            f"The question has {len(question):,} characters; the most is {LONGEST_QUESTION:,}.",
            hint="Ask a shorter question; to ask about a long text, add it as an article.",
        )
    return question


def standalone(
    question: str, *, history: Sequence[Turn], model: ChatModel | None, language: str
) -> str:
    """The question as it can be understood without the conversation before it."""
    return standalone_question(question, history=history, model=model, language=language)


def answer(
    question: str,
    *,
    hits: Hits,
    language: str,
    embedder: Embedder,
    model: ChatModel | None,
    settings: Settings,
    history: Sequence[Turn] = (),
    passages_searched: int = 0,
) -> Iterator[Event]:
    """Answer from the hits; the `Answer` comes last. Without a model the answer is quotes.

    With a `history`, `hits.query` is the question in words that stand alone, and it is answered.
    Tokens are provisional; the sentences joined are the text. Closing the iterator stops the model.
    A model that fails after its first sentence leaves what it wrote, with a notice; before that it
    is replaced by quotes when the engine is "auto", else raises ModelError.
    """
    asked = hits.query if history and hits.query.strip() else question
    work = Composition(question, asked, hits, language, embedder, settings)
    yield Stage("reading", count=len(hits))
    scored = work.read()
    fits = fit(
        asked, scored, lead=hits.lead, absent=hits.absent, language=language, embedder=embedder
    )
    if fits < THRESHOLD:
        yield work.refused(scored, model=model, empty=not hits and not passages_searched)
        return
    if meant := choices(asked, scored, language=language):
        yield work.asked_back(meant, model=model)
        return
    if model is None:
        events = work.quote(scored)
    else:
        events = write(work, scored, model=model, sure=fits >= SURE)
    for event in events:
        yield _in_part(event, asked) if isinstance(event, Answer) else event


def _in_part(answer: Answer, asked: str) -> Answer:
    """The answer, called one in part when it leaves out a part of the question."""
    if answer.outcome != "answered":
        return answer
    said = re.sub(r"\[\d+\]", "", answer.text)
    missing = missing_part(asked, said, language=answer.language)
    return replace(answer, outcome="partly", missing=missing) if missing else answer
