"""A conversation: each question is understood in the light of those before it."""

from collections.abc import Callable, Iterator
from typing import Any

from assistant.records import Answer, Event, Turn


class Chat:
    """A conversation with an assistant; `stream` answers one question, given the turns so far."""

    def __init__(self, *, stream: Callable[..., Iterator[Event]]) -> None:
        self._stream = stream
        self._turns: list[Turn] = []

    @property
    def turns(self) -> tuple[Turn, ...]:
        """What was asked and answered so far."""
        return tuple(self._turns)

    def ask(self, question: str, **options: Any) -> Answer:
        """Answer the next question; takes the options of `Assistant.ask`."""
        return last(self.stream(question, **options))

    def stream(self, question: str, **options: Any) -> Iterator[Event]:
        """Answer the next question step by step; takes the options of `Assistant.stream`."""
        for event in self._stream(question, history=self.turns, **options):
            if isinstance(event, Answer):
                turn = Turn(event.searched or question, event.text, event.citations)
                self._turns.append(turn)
            yield event


def last(events: Iterator[Event]) -> Answer:
    """The Answer that ends a stream of events."""
    for event in events:
        if isinstance(event, Answer):
            return event
    raise AssertionError("a stream ends with its Answer")
