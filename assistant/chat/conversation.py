"""The records of one conversation as the page draws it, and how an event changes them."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, replace

from assistant.errors import AssistantError
from assistant.records import (
    Answer,
    Event,
    KeptExchange,
    Sentence,
    Stage,
    Token,
    Turn,
    Verdict,
)


@dataclass(frozen=True, slots=True)
class Step:
    """A stage of an answer and the moment it began, on the monotonic clock."""

    stage: Stage
    began: float


@dataclass(frozen=True, slots=True)
class Problem:
    """What the reader is told when a question could not be answered: a message and a next step."""

    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A question and what has come of it so far; `number` counts from 1 in its conversation.

    `cut_off` says that the program ended before the answer did.
    """

    number: int
    question: str
    began: float = 0.0
    asked: str = ""
    steps: tuple[Step, ...] = ()
    written: str = ""
    sentences: tuple[Sentence, ...] = ()
    answer: Answer | None = None
    problem: Problem | None = None
    stopped: bool = False
    cut_off: bool = False
    verdict: Verdict | None = None

    @classmethod
    def of(cls, kept: KeptExchange) -> "Exchange":
        """The exchange as it was kept; one without an end was cut off."""
        return cls(
            kept.number,
            kept.question,
            asked=kept.asked,
            written=kept.draft,
            answer=kept.answer,
            problem=Problem(kept.problem, kept.hint) if kept.problem else None,
            stopped=kept.stopped or not kept.done,
            cut_off=not kept.done,
            verdict=kept.verdict,
        )

    @property
    def kept(self) -> KeptExchange:
        """The exchange as it is kept."""
        problem = self.problem or Problem("")
        return KeptExchange(
            self.number,
            self.question,
            asked=self.asked,
            answer=self.answer,
            draft="" if self.answer else self.draft,
            problem=problem.message,
            hint=problem.hint,
            stopped=self.stopped,
        )

    @property
    def done(self) -> bool:
        """Whether nothing more will come."""
        return self.answer is not None or self.problem is not None or self.stopped

    @property
    def draft(self) -> str:
        """The text so far: as the model writes it, or else the sentences that were finished."""
        return self.written or " ".join(sentence.text for sentence in self.sentences)

    def after(self, events: Iterable[Event], *, now: float) -> "Exchange":
        """The exchange once these events have come."""
        exchange = self
        for event in events:
            match event:
                case Stage():
                    exchange = replace(exchange, steps=(*exchange.steps, Step(event, now)))
                case Token(text):
                    exchange = replace(exchange, written=exchange.written + text)
                case Sentence():
                    exchange = replace(exchange, sentences=(*exchange.sentences, event))
                case Answer():
                    exchange = replace(exchange, answer=event)
        return exchange

    def failed(self, error: AssistantError) -> "Exchange":
        """The exchange that ended with this error."""
        return replace(self, problem=Problem(error.message, error.hint))

    def going_on(self) -> "Exchange":
        """The exchange as it is when its answer begins to be made."""
        return Exchange(self.number, self.question, began=time.monotonic(), asked=self.asked)


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation by its ID ("" before the first question) and its exchanges.

    The last exchange may still be going on.
    """

    id: str = ""
    exchanges: tuple[Exchange, ...] = ()

    @property
    def last(self) -> Exchange | None:
        """The latest exchange."""
        return self.exchanges[-1] if self.exchanges else None

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The finished exchanges as the assistant wants a conversation's history."""
        return tuple(
            _turn(exchange)
            for exchange in self.exchanges
            if exchange.answer or (exchange.stopped and exchange.draft)
        )

    def with_last(self, exchange: Exchange) -> "Conversation":
        """The conversation with its last exchange replaced."""
        return replace(self, exchanges=(*self.exchanges[:-1], exchange))


def _turn(exchange: Exchange) -> Turn:
    """An exchange as the next question sees it: in words that stand alone, with its citations."""
    answer = exchange.answer
    if answer is None:
        return Turn(exchange.question, exchange.draft)
    return Turn(answer.searched or exchange.question, answer.text, answer.citations)
