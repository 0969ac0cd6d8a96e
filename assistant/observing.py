"""Tells who wants to know how each question went: counters, and a log without anybody's words."""

import json
import logging
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.errors import AssistantError
from assistant.records import Answer, Event

log = logging.getLogger("assistant.requests")


@dataclass(frozen=True, slots=True)
class Asked:
    """How one question went: its answer, the error that ended it, or neither if it was stopped."""

    request: str
    question: str
    seconds: float
    answer: Answer | None = None
    error: AssistantError | None = None

    @property
    def outcome(self) -> str:
        """The answer's outcome, else "failed" or "stopped"."""
        if self.answer:
            return self.answer.outcome
        return "failed" if self.error else "stopped"


class Observer(Protocol):
    """Is told of every question, in the thread that answers it."""

    def began(self) -> None:
        """A question is being answered now."""

    def ended(self, asked: Asked) -> None:
        """It was answered, failed or was stopped."""


class RequestLog:
    """Writes a line of JSON for each question; its words only at the level DEBUG."""

    def began(self) -> None:
        """Nothing is written yet."""

    def ended(self, asked: Asked) -> None:
        """Write what happened: numbers and names of models, no word of question or articles."""
        answer = asked.answer
        line: dict[str, object] = {
            "request": asked.request,
            "outcome": asked.outcome,
            "seconds": round(asked.seconds, 3),
        }
        if answer:
            line |= {
                "engine": answer.engine,
                "model": answer.model,
                "language": answer.language,
                "retrieval_s": round(answer.timings.retrieval_s, 3),
                "sentences": len(answer.sentences),
                "unsupported": unsupported(answer),
                "citations": len(answer.citations),
                "prompt_tokens": answer.tokens.prompt,
                "answer_tokens": answer.tokens.answer,
            }
        if asked.error:
            line["error"] = type(asked.error).__name__
        if log.isEnabledFor(logging.DEBUG):
            line |= {"question": asked.question, "text": answer.text if answer else ""}
        log.info(json.dumps(line, ensure_ascii=False))


def unsupported(answer: Answer) -> int:
    """How many sentences of an answer its articles do not support."""
    return sum(sentence.support == "unsupported" for sentence in answer.sentences)


def observed(
    events: Iterator[Event], *, question: str, observers: Sequence[Observer]
) -> Iterator[Event]:
    """The events of an answer, unchanged; at their end, however it comes, the observers know."""
    started, answer, failure = time.monotonic(), None, None
    for observer in observers:
        observer.began()
    try:
        for event in events:
            if isinstance(event, Answer):
                answer = event
            yield event
    except AssistantError as error:
        failure = error
        raise
    finally:
        if close := getattr(events, "close", None):
            close()
        seconds = time.monotonic() - started
        asked = Asked(secrets.token_hex(6), question, seconds, answer, failure)
        for observer in observers:
            observer.ended(asked)
