"""What goes into a corpus: documents, articles, passages, and what was done with them."""

from dataclasses import dataclass


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
    the words of the text; `pages` is 0 where a format has none; `copies` counts the article's
    near-copies in the corpus.
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
    copies: int = 0


@dataclass(frozen=True, slots=True)
class ArticleText:
    """An article with its whole text, pages and headings, as `Assistant.show` gives it."""

    article: Article
    text: str
    pages: tuple[Page, ...] = ()
    headings: tuple[Heading, ...] = ()


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page of a PDF as a PNG; boxes are left, top, width, height as shares of the page's size."""

    number: int
    count: int
    png: bytes
    width: int
    height: int
    boxes: tuple[tuple[float, float, float, float], ...] = ()


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
    """What `add`, `sync` or `rebuild` did.

    `waiting` counts the files that somebody is still writing, left for another time by `watch`.
    """

    added: tuple[Change, ...] = ()
    updated: tuple[Change, ...] = ()
    removed: tuple[Change, ...] = ()
    unchanged: int = 0
    failed: tuple[Failure, ...] = ()
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far long work has come: `done` of `total` units, and the seconds left.

    `per_second` is passages embedded a second while indexing, else units a second. `passages` of
    `passages_total` of the item under way are embedded, where that is known.
    """

    stage: str
    done: int
    total: int
    unit: str = "passages"
    per_second: float = 0.0
    seconds_left: float | None = None
    item: str = ""
    passages: int = 0
    passages_total: int = 0
