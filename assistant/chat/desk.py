"""Makes the page's answers: each in a thread of its own, followed by as many tabs as look at it.

A conversation lives in the file of what a person made, not in a tab: a reload, a second tab or a
lost connection finds the answer that is still being written and follows it.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, cast

from assistant.chat.conversation import Conversation, Exchange, Problem
from assistant.chat.wording import speaker
from assistant.errors import AssistantError, InputError

if TYPE_CHECKING:
    from collections.abc import Generator

    from assistant.assistant import Assistant
    from assistant.records import Event, FilterArguments

log = logging.getLogger(__name__)

ALONE_SECONDS = 15.0
"""How long an answer is made that nobody follows any more: a reload takes a few seconds."""
WAITING_SECONDS = 120.0
"""How long a question may wait in line before another one may be asked instead."""
TICK_SECONDS = 1.0
GATHER_SECONDS = 0.04


@dataclass
class _Live:
    """An answer that is being made: what has come of it, and who looks at it."""

    exchange: Exchange
    changed: threading.Condition = field(default_factory=threading.Condition)
    followers: int = 0
    left: float = field(default_factory=time.monotonic)

    def put(self, exchange: Exchange) -> None:
        """Tell the followers, unless the answer was stopped already."""
        with self.changed:
            if not self.exchange.done:
                self.exchange = exchange
                self.changed.notify_all()

    @property
    def alone(self) -> bool:
        """Whether nobody has looked for a while."""
        return self.followers == 0 and time.monotonic() - self.left > ALONE_SECONDS


class Desk:
    """All conversations as the page sees them: kept ones, and the answers that are being made.

    Raises InputError for a conversation that is not its owner's.
    """

    def __init__(self, assistant: "Assistant") -> None:
        self._assistant = assistant
        self._live: dict[str, _Live] = {}
        self._waiting: dict[str, float] = {}
        self._guard = threading.Lock()

    def open(self, conversation: str, *, owner: str) -> Conversation:
        """A conversation as it is now; "" is an empty one."""
        if not conversation:
            return Conversation()
        kept = self._assistant.conversations.exchanges(conversation, owner=owner)
        shown = Conversation(conversation, tuple(Exchange.of(one) for one in kept))
        live = self._live.get(conversation)
        if live is not None and shown.last and shown.last.number == live.exchange.number:
            return shown.with_last(live.exchange)
        return shown

    def ask(
        self, question: str, *, owner: str, conversation: str = "", again: int = 0
    ) -> Conversation | None:
        """Keep a question; None without words or while an answer is on its way.

        `again` is the number of an exchange that is asked anew: it and all after it are replaced.
        """
        question = question.strip()
        if not question or self._busy(conversation):
            return None
        store = self._assistant.conversations
        if again and conversation:
            store.drop_from(conversation, number=again, owner=owner)
        key, _ = store.ask(question, owner=owner, conversation=conversation)
        self._waiting[key] = time.monotonic()
        shown = self.open(key, owner=owner)
        return shown.with_last(shown.exchanges[-1].going_on())

    def follow(
        self,
        conversation: str,
        *,
        owner: str,
        language: str,
        filters: "FilterArguments | None" = None,
        inferred_filters: bool = True,
    ) -> Iterator[Conversation]:
        """The conversation each time there is news of its last answer, until that is done.

        With `filters` an answer that waits to be made is begun, else only one that is being made is
        followed.
        """
        shown = self.open(conversation, owner=owner)
        live = self._live.get(conversation)
        if live is None:
            waits = self._waiting.pop(conversation, None) is not None
            if filters is None or not waits or not shown.last or not shown.last.cut_off:
                return
            options = {**filters, "inferred_filters": inferred_filters}
            live = self._begin(shown, options=options, language=language)
        yield from (shown.with_last(exchange) for exchange in _looks(live))

    def refuse(self, conversation: str, *, owner: str, error: AssistantError) -> Conversation:
        """End the last question with an error before it is searched for."""
        self._waiting.pop(conversation, None)
        shown = self.open(conversation, owner=owner)
        if shown.last is None:
            return shown
        ended = replace(shown.last.going_on().failed(error), cut_off=False)
        self._assistant.conversations.keep(conversation, ended.kept)
        return shown.with_last(ended)

    def stop(self, conversation: str, *, owner: str) -> None:
        """End the answer that is being made; what has come of it is kept."""
        self.open(conversation, owner=owner)
        live = self._live.get(conversation)
        if live is not None:
            live.put(replace(live.exchange, stopped=True))

    def _busy(self, conversation: str) -> bool:
        live = self._live.get(conversation)
        asked = self._waiting.get(conversation, -WAITING_SECONDS)
        waits = time.monotonic() - asked < WAITING_SECONDS
        return waits or (live is not None and not live.exchange.done)

    def _begin(self, shown: Conversation, *, options: dict[str, Any], language: str) -> _Live:
        exchange = shown.exchanges[-1].going_on()
        live = _Live(exchange)
        with self._guard:
            self._live[shown.id] = live
        history = Conversation(shown.id, shown.exchanges[:-1]).turns
        work = (shown.id, live, {**options, "history": history}, language)
        threading.Thread(target=self._make, args=work, daemon=True, name="answer").start()
        return live

    def _make(self, key: str, live: _Live, options: dict[str, Any], language: str) -> None:
        """Make one answer to its end (the body of a thread), and keep it."""
        question = live.exchange.question
        try:
            events = cast("Generator[Event]", self._assistant.stream(question, **options))
            with closing(events):  # closing it is what stops the model
                for event in events:
                    if live.exchange.done or live.alone:
                        break
                    live.put(live.exchange.after([event], now=time.monotonic()))
        except AssistantError as error:
            live.put(live.exchange.failed(error))
        except Exception:  # a person waits for an answer: tell them, and let the log say what
            log.exception("no answer to %r", question)
            live.put(replace(live.exchange, problem=unexpected(language=language)))
        finally:
            live.put(replace(live.exchange, stopped=True))  # if it has no end yet
            self._keep(key, live)

    def _keep(self, key: str, live: _Live) -> None:
        try:
            self._assistant.conversations.keep(key, live.exchange.kept)
        except AssistantError as error:
            log.error("an answer could not be kept: %s", error)
        finally:
            with self._guard:
                if self._live.get(key) is live:
                    del self._live[key]


def _looks(live: _Live) -> Iterator[Exchange]:
    """The exchange at once, then whenever it changed or a second went by, until it is done."""
    with live.changed:
        live.followers += 1
    try:
        while True:
            seen = live.exchange
            yield seen
            if seen.done:
                return
            time.sleep(GATHER_SECONDS)
            with live.changed:
                if live.exchange is seen:
                    live.changed.wait(TICK_SECONDS)
    finally:
        with live.changed:
            live.followers -= 1
            live.left = time.monotonic()


def unexpected(*, language: str) -> Problem:
    """What a person is told of an error that nobody foresaw."""
    say = speaker(language)
    return Problem(say("unexpected"), say("unexpected_hint"))


def found(desk: Desk, conversation: str, *, owner: str) -> Conversation:
    """The conversation, or an empty one where its owner has none by this ID."""
    try:
        return desk.open(conversation, owner=owner)
    except InputError:
        return Conversation()
