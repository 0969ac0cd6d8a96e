"""Draws a whole article with its headings and pages, and the quoted words marked in it."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from assistant.chat.cards import original_link
from assistant.chat.markup import Markup, join, tag
from assistant.chat.wording import about, number, speaker
from assistant.languages import is_rtl
from assistant.languages import name as language_name
from assistant.records import Article, ArticleText, PagePicture

MOST_CHARS = 400_000
"""The longest stretch of an article that is put into the page at once (about 200 printed pages)."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of an article: a heading (level from 1), the start of a page, or a paragraph."""

    start: int
    end: int
    level: int = 0
    page: str = ""


def blocks(shown: ArticleText) -> Iterator[Block]:
    """Cut the text at its headings, pages and empty lines; nothing but white space is lost."""
    text = shown.text
    headings = {h.start: h for h in shown.headings if 0 <= h.start < len(text)}
    pages = {page.start: page for page in shown.pages if 0 <= page.start <= len(text)}
    cuts = {0, len(text), *headings, *pages, *_paragraph_starts(text)}
    cuts |= {_line_end(text, start) for start in headings}
    for start, end in pairwise(sorted(cuts)):
        if start in pages and len(pages) > 1:
            yield Block(start, start, page=pages[start].label or str(pages[start].number))
        while end > start and text[end - 1].isspace():
            end -= 1
        if end > start:
            heading = headings.get(start)
            yield Block(start, end, level=heading.level if heading else 0)


def article_page(shown: ArticleText, *, marks: Sequence[Span], language: str) -> Markup:
    """The article as the reader shows it. The first of `marks` is where it is opened."""
    say = speaker(language)
    article = shown.article
    low, high = _window(len(shown.text), marks)
    parts = [
        _drawn(block, shown.text, marks=marks, language=language)
        for block in blocks(shown)
        if block.end >= low and block.start <= high and not _is_title(block, shown, marks)
    ]
    author = say("by_author", author=article.author) if article.author else ""
    length = say("words", count=_count(article.words, language)) if article.words else ""
    known = [
        author,
        about(article, language=language),
        language_name(article.language, language=language),
        length,
    ]
    return join(
        tag(
            "header",
            tag("h2", article.title, dir="auto", id="reader-title"),
            tag("p", " · ".join(part for part in known if part), class_="about"),
            tag(
                "p",
                original_link(article, say("open_original")),
                tag(
                    "a",
                    say("open_file", kind=_kind(article)),
                    href=f"articles/{article.id}/file",
                    target="_blank",
                    rel="noopener",
                    class_="inline",
                ),
                class_="ways",
            ),
        ),
        tag("p", say("shortened"), class_="note") if high - low < len(shown.text) else "",
        tag(
            "div",
            *parts,
            class_="article-text",
            lang=article.language,
            dir="rtl" if is_rtl(article.language) else "ltr",
        ),
    )


def _kind(article: Article) -> str:
    return article.path.rpartition(".")[2].upper()


def page_view(drawn: PagePicture, *, label: str, title: str, language: str) -> Markup:
    """A page of a PDF as a picture, the quoted words boxed, with the way to the next page."""
    say = speaker(language)
    boxes = [
        tag("span", class_="box", style="; ".join(_edges(box)), aria_hidden="true")
        for box in drawn.boxes
    ]
    picture = tag(
        "img",
        src="data:image/png;base64," + b64encode(drawn.png).decode("ascii"),
        width=drawn.width,
        height=drawn.height,
        alt=say("page_picture", page=label, title=title),
    )
    turning = [
        tag(
            "button",
            sign,
            type="button",
            class_="plain",
            data_page=number,
            disabled=not 1 <= number <= drawn.count,
            aria_label=say(key),
            title=say(key),
        )
        for sign, number, key in (
            ("‹", drawn.number - 1, "page_back"),
            ("›", drawn.number + 1, "page_on"),
        )
    ]
    where = tag("span", say("page_of", page=label, count=drawn.count))
    return tag(
        "figure",
        tag("div", picture, *boxes, class_="sheet"),
        tag("figcaption", turning[0], where, turning[1]),
        class_="page-view",
    )


def _edges(box: tuple[float, float, float, float]) -> list[str]:
    names = ("left", "top", "width", "height")
    return [f"{name}: {share:.2%}" for name, share in zip(names, box, strict=True)]


def _is_title(block: Block, shown: ArticleText, marks: Sequence[Span]) -> bool:
    """Whether the block only repeats the title that stands above the text, unmarked."""
    text = shown.text[block.start : block.end].strip().casefold()
    marked = any(start < block.end and block.start < end for start, end in marks)
    first = not shown.text[: block.start].strip()
    return first and not block.page and not marked and text == shown.article.title.casefold()


def _count(words: int, language: str) -> int | str:
    return 1 if words == 1 else number(words, language=language)


def _paragraph_starts(text: str) -> Iterator[int]:
    position = text.find("\n\n")
    while position >= 0:
        yield position + 2
        position = text.find("\n\n", position + 2)


def _line_end(text: str, start: int) -> int:
    end = text.find("\n", start)
    return len(text) if end < 0 else end


def _window(length: int, marks: Sequence[Span]) -> Span:
    if length <= MOST_CHARS:
        return 0, length
    middle = marks[0][0] if marks else 0
    low = max(0, min(middle - MOST_CHARS // 2, length - MOST_CHARS))
    return low, low + MOST_CHARS


def _drawn(block: Block, text: str, *, marks: Sequence[Span], language: str) -> Markup:
    if block.page:
        label = speaker(language)("reader_page", page=block.page)
        return tag("div", label, class_="page-start")
    content = _marked(block, text, marks=marks)
    if block.level:
        return tag(f"h{min(block.level + 2, 6)}", content)
    return tag("p", content)


def _marked(block: Block, text: str, *, marks: Sequence[Span]) -> Markup:
    """The block's text with the parts of `marks` that lie in it marked; the first one is `here`."""
    edges = {block.start, block.end}
    for start, end in marks:
        edges |= {edge for edge in (start, end) if block.start < edge < block.end}
    pieces: list[str] = []
    for start, end in pairwise(sorted(edges)):
        inside = [at for at, span in enumerate(marks) if span[0] <= start and end <= span[1]]
        piece = text[start:end]
        pieces.append(
            tag("mark", piece, class_="here" if 0 in inside else None) if inside else piece
        )
    return join(*pieces)
