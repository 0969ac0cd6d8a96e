"""What a search takes and finds: filters and hits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypedDict, overload

from assistant.records.articles import Article, Passage


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles a search may look at; dates are ISO and inclusive; empty means all.

    `inferred` names the fields that were read out of the question rather than given; "newest" among
    them says that the newest hits come first.
    """

    since: str | None = None
    until: str | None = None
    languages: tuple[str, ...] = ()
    outlets: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    inferred: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is filtered at all."""
        return any((self.since, self.until, self.languages, self.outlets, self.articles, self.tags))


class FilterArguments(TypedDict, total=False):
    """Filters as a caller names them: dates are ISO and inclusive, the others one or several."""

    since: str | date | None
    until: str | date | None
    language: str | Sequence[str] | None
    outlet: str | Sequence[str] | None
    article: str | Sequence[str] | None
    tag: str | Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, in rank order from 1. A score orders hits of one search only.

    `copies` are near-copies of the article: the same story in other outlets, one voice.
    """

    rank: int
    score: float
    article: Article
    passage: Passage
    copies: tuple[Article, ...] = ()

    @property
    def text(self) -> str:
        """The passage's text."""
        return self.passage.text

    @property
    def start(self) -> int:
        """Where the passage starts in the article's text, in code points."""
        return self.passage.start

    @property
    def end(self) -> int:
        """Where the passage ends in the article's text, in code points."""
        return self.passage.end


@dataclass(frozen=True, slots=True)
class Hits(Sequence[Hit]):
    """The hits of one search in rank order, the filters in force and what the user must know.

    `lead` is how far the best passage stands out by its keywords (`retrieval.keyword_lead`); None
    where that was not asked. `absent` are the names of the query that no article has
    (`naming.absent_names`).
    """

    query: str
    items: tuple[Hit, ...] = ()
    filters: Filters = field(default_factory=Filters)
    notices: tuple[str, ...] = ()
    lead: float | None = None
    absent: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.items)

    @overload
    def __getitem__(self, index: int) -> Hit: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Hit, ...]: ...
    def __getitem__(self, index: int | slice) -> Hit | tuple[Hit, ...]:
        return self.items[index]
