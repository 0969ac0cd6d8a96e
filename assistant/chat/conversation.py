"""The records of one conversation in one browser tab, and how an event changes them."""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from assistant.errors import AssistantError
from assistant.records import Answer, Event, Sentence, Stage, Token, Turn


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
    """A question and what has come of it so far; `number` counts from 1 in its conversation."""

    number: int
    question: str
    began: float = 0.0
    steps: tuple[Step, ...] = ()
    written: str = ""
    sentences: tuple[Sentence, ...] = ()
    answer: Answer | None = None
    problem: Problem | None = None
    stopped: bool = False

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


@dataclass(frozen=True, slots=True)
class Conversation:
    """What one tab has asked so far. The last exchange may still be going on.

    `stop` belongs to that one: setting it ends the answer. Nothing here is shared between tabs.
    """

    exchanges: tuple[Exchange, ...] = ()
    stop: threading.Event | None = field(default=None, compare=False)

    @property
    def last(self) -> Exchange | None:
        """The latest exchange."""
        return self.exchanges[-1] if self.exchanges else None

    @property
    def busy(self) -> bool:
        """Whether an answer is being made. A set `stop` means that its maker has left."""
        going_on = self.last is not None and not self.last.done
        return going_on and self.stop is not None and not self.stop.is_set()

    @property
    def turns(self) -> tuple[Turn, ...]:
        """The finished exchanges as the assistant wants a conversation's history."""
        return tuple(
            _turn(exchange)
            for exchange in self.exchanges
            if exchange.answer or (exchange.stopped and exchange.draft)
        )

    def asking(self, question: str) -> "Conversation":
        """The conversation with a new question at its end."""
        number = self.last.number + 1 if self.last else 1
        exchange = Exchange(number, question, began=time.monotonic())
        return Conversation((*self.exchanges, exchange), threading.Event())

    def with_last(self, exchange: Exchange) -> "Conversation":
        """The conversation with its last exchange replaced."""
        return replace(self, exchanges=(*self.exchanges[:-1], exchange))


def _turn(exchange: Exchange) -> Turn:
    """An exchange as the next question sees it: in words that stand alone, with its citations."""
    answer = exchange.answer
    if answer is None:
        return Turn(exchange.question, exchange.draft)
    return Turn(answer.searched or exchange.question, answer.text, answer.citations)
