"""What the assistant says of itself: findings of the doctor and its status."""

from dataclasses import dataclass

from assistant.records.articles import Progress


@dataclass(frozen=True, slots=True)
class Check:
    """One finding of the doctor; `hint` is the command that mends it."""

    name: str
    ok: bool
    message: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """What the assistant has and who answers: one line of every face.

    `why` says in one sentence why this engine speaks; `indexing` is the work under way, if any;
    `languages` counts articles by language.
    """

    engine: str
    model: str
    why: str
    articles: int
    passages: int
    languages: tuple[tuple[str, int], ...] = ()
    indexing: Progress | None = None
