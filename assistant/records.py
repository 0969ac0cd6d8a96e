"""The records that flow through the assistant, and the protocols of parts that can be exchanged.

Ingest: Document -> Article + Passage. Ask: Hit -> Evidence -> Sentence + Citation -> Answer.
Nothing here does any input or output.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias, TypedDict, overload

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Vectors: TypeAlias = "NDArray[np.float32]"
"""Rows of float32; a string at run time, so that the records do not load numpy."""

Outcome = Literal["answered", "partly", "refused", "asked_back"]
Support = Literal["supported", "partly", "unsupported"]


# --- ingest -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a document: its number from 1, its printed label, its span in the text."""

    number: int
    label: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading inside a document: its level from 1, its words, and where it starts in the text."""

    level: int
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Document:
    """What a reader found in one file: the clean text and what the file says about itself.

    `text` is final: every offset of the product counts code points in it. Fields a file does not
    give are empty (`""`, `None`, `()`), never guessed. `published` is an ISO date (YYYY-MM-DD).
    """

    text: str
    title: str = ""
    author: str = ""
    outlet: str = ""
    published: str | None = None
    language: str = ""
    url: str | None = None
    tags: tuple[str, ...] = ()
    pages: tuple[Page, ...] = ()
    headings: tuple[Heading, ...] = ()


@dataclass(frozen=True, slots=True)
class Article:
    """One article of the corpus as the catalogue lists it; `path` is relative to the corpus folder.

    `published` and `added` are ISO dates; `language` is an ISO 639-1 code or "und"; `words` counts
    the words of the text; `pages` is 0 where a format has none.
    """

    id: str
    path: str
    title: str
    outlet: str = ""
    author: str = ""
    published: str | None = None
    language: str = "und"
    url: str | None = None
    pages: int = 0
    words: int = 0
    added: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleText:
    """An article with its whole text, pages and headings, as `Assistant.show` gives it."""

    article: Article
    text: str
    pages: tuple[Page, ...] = ()
    headings: tuple[Heading, ...] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of one article that is found and cited: `article_text[start:end] == text`."""

    id: str
    article_id: str
    text: str
    start: int
    end: int
    language: str = "und"
    heading: str = ""
    page: int | None = None
    page_label: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """An article that was added, updated or removed."""

    id: str
    path: str
    title: str


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that could not be taken in, why, and what to do about it."""

    path: str
    error: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What `add`, `sync` or `rebuild` did."""

    added: tuple[Change, ...] = ()
    updated: tuple[Change, ...] = ()
    removed: tuple[Change, ...] = ()
    unchanged: int = 0
    failed: tuple[Failure, ...] = ()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far long work has come: `done` of `total` units, and the seconds left.

    `per_second` is passages embedded a second while indexing, else units a second.
    """

    stage: str
    done: int
    total: int
    unit: str = "passages"
    per_second: float = 0.0
    seconds_left: float | None = None
    item: str = ""


# --- search -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles a search may look at; dates are ISO and inclusive; empty means all.

    `inferred` names the fields that were read out of the question rather than given.
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
    """The hits of one search in rank order, the filters in force and what the user must know."""

    query: str
    items: tuple[Hit, ...] = ()
    filters: Filters = field(default_factory=Filters)
    notices: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.items)

    @overload
    def __getitem__(self, index: int) -> Hit: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Hit, ...]: ...
    def __getitem__(self, index: int | slice) -> Hit | tuple[Hit, ...]:
        return self.items[index]


# --- ask ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Citation:
    """The words of an article that a sentence rests on: `article_text[start:end] == quote`."""

    number: int
    article: Article
    passage_id: str
    quote: str
    start: int
    end: int
    page: int | None = None
    page_label: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer, the numbers it cites, and how far the articles support it.

    `text` is the sentence with its marks (`[1]`); `reason` says why it is not fully supported.
    """

    text: str
    citations: tuple[int, ...] = ()
    support: Support = "unsupported"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Nearest:
    """An article near the question that did not answer it, and what it is about."""

    article: Article
    about: str


@dataclass(frozen=True, slots=True)
class Timings:
    """Seconds from the question to the hits, to the first word, to the end."""

    retrieval_s: float = 0.0
    first_token_s: float | None = None
    total_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens of the prompt and of the answer, as the model's server counted them."""

    prompt: int = 0
    answer: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation and the text it was answered with."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with everything needed to check it. `text` is the sentences joined, marks included.

    `passages` are the hits the answer was made from; `missing` says what a partly answered question
    still lacks; `choices` are what an asked-back question may mean; `nearest` is for refusals;
    `searched` is the question as it was searched, when a follow-up was rewritten to stand alone.
    """

    question: str
    text: str
    language: str
    engine: str
    outcome: Outcome
    model: str = ""
    missing: str = ""
    choices: tuple[str, ...] = ()
    nearest: tuple[Nearest, ...] = ()
    filters: Filters = field(default_factory=Filters)
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    passages: tuple[Hit, ...] = ()
    notices: tuple[str, ...] = ()
    timings: Timings = field(default_factory=Timings)
    tokens: Tokens = field(default_factory=Tokens)
    searched: str = ""

    @property
    def answered(self) -> bool:
        """Whether the articles answered the question, wholly or in part."""
        return self.outcome in ("answered", "partly")

    def __str__(self) -> str:
        """The text with its marks, then the list of sources."""
        sources = [
            f"[{c.number}] {source_line(c.article, page=c.page_label)}" for c in self.citations
        ]
        return "\n".join([self.text, *([""] if sources else []), *sources])


@dataclass(frozen=True, slots=True)
class Stage:
    """An event: what the assistant is doing now ("searching", "reading", "writing")."""

    name: Literal["searching", "reading", "writing"]
    count: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Token:
    """An event: the next piece of the answer's text as the model writes it, provisional."""

    text: str


Event: TypeAlias = Stage | Token | Sentence | Answer


def source_line(article: Article, *, page: str | None = None) -> str:
    """Name an article in one line: title, outlet, date, page, whichever are known."""
    parts = [article.title, article.outlet, article.published or "", f"p. {page}" if page else ""]
    return " · ".join(part for part in parts if part)


# --- checks -------------------------------------------------------------------------------------


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


# --- parts that can be exchanged ----------------------------------------------------------------


class Embedder(Protocol):
    """Turns text into vectors: float32 rows of length one."""

    @property
    def name(self) -> str:
        """A fingerprint: two embedders with the same name give the same vectors."""

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts that are to be found, shape (len(texts), dimension)."""

    def query(self, text: str) -> Vectors:
        """Embed one question, shape (dimension,)."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a chat model."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What a chat model's server said at the end: tokens read and written, and why it stopped."""

    prompt_tokens: int = 0
    answer_tokens: int = 0
    stopped: Literal["stop", "length"] = "stop"


class ChatModel(Protocol):
    """Writes text. Closing the iterator stops the model at once."""

    @property
    def name(self) -> str:
        """The model's name as the user knows it."""

    @property
    def engine(self) -> str:
        """Which engine this is: "ollama", "openai", …"""

    @property
    def context_tokens(self) -> int:
        """How many tokens prompt and answer may have together."""

    def count_tokens(self, text: str) -> int:
        """Count a text's tokens, or bound them from above."""

    def stream(self, messages: Sequence[Message], *, max_tokens: int) -> "Iterator[str | Usage]":
        """Yield the answer piece by piece and a `Usage` last. Raises ModelError."""
