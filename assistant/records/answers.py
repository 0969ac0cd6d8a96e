"""What an answer is made of, the events before it, and the line that names a source."""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from assistant.records.articles import Article
from assistant.records.hits import Filters, Hit

Outcome = Literal["answered", "partly", "refused", "asked_back"]
Support = Literal["supported", "partly", "unsupported"]


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
class Differing:
    """A figure that an article gives where another gives another one, and the sentence it is in."""

    words: str
    article: Article
    quote: str
    start: int
    end: int


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
    """One question of a conversation, the text it was answered with, and what that cited."""

    question: str
    answer: str
    citations: tuple[Citation, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with everything needed to check it. `text` is the sentences joined, marks included.

    `passages` are the hits the answer was made from; `missing` says what a partly answered question
    still lacks; `choices` are what an asked-back question may mean; `nearest` is for refusals;
    `searched` is the question as it was searched, when a follow-up was rewritten to stand alone;
    `differing` are the figures on which articles differ, which a notice says in words.
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
    differing: tuple[Differing, ...] = ()

    @property
    def answered(self) -> bool:
        """Whether the articles answered the question, wholly or in part."""
        return self.outcome in ("answered", "partly")

    @property
    def as_of(self) -> str:
        """The date of the newest article cited, ISO; empty where none is known."""
        dates = (citation.article.published for citation in self.citations)
        return max((date for date in dates if date), default="")

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
