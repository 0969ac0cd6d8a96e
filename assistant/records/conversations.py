"""What is kept of conversations: their exchanges and what a person thought of an answer."""

from dataclasses import dataclass

from assistant.records.answers import Answer


@dataclass(frozen=True, slots=True)
class Verdict:
    """A thumb up or down. `why` says why it is good, or what would have been right."""

    good: bool
    why: str = ""


@dataclass(frozen=True, slots=True)
class KeptExchange:
    """A question and what came of it: an answer, or a draft that was stopped, or a problem.

    `number` counts from 1 in its conversation; `asked` is an ISO time in UTC. An exchange that is
    not `done` is still being answered, or was cut off when the program ended.
    """

    number: int
    question: str
    asked: str = ""
    answer: Answer | None = None
    draft: str = ""
    problem: str = ""
    hint: str = ""
    stopped: bool = False
    verdict: Verdict | None = None

    @property
    def done(self) -> bool:
        """Whether nothing more will come."""
        return self.answer is not None or bool(self.problem) or self.stopped


@dataclass(frozen=True, slots=True)
class KeptConversation:
    """A conversation as the list of them shows it; times are ISO, in UTC."""

    id: str
    title: str
    began: str
    changed: str
    exchanges: int = 0
