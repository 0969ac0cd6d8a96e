"""Web pages: the article in them, and what the page says about it."""

from copy import deepcopy
from pathlib import Path
from typing import Any

from assistant.cleaning import is_furniture, same_title
from assistant.errors import UnreadableFile
from assistant.languages import sentences
from assistant.readers.common import Builder, content_of, table_lines
from assistant.readers.encoding import decode
from assistant.readers.page_facts import page_facts
from assistant.records import Document

_NEAR_TOP = 500
FEWEST_CHARS, FEWEST_SENTENCES = 200, 2
"""A page whose main text is shorter is a menu, a login or an empty shell, and no article."""


def read(path: Path) -> Document:
    """Read a saved web page. Raises UnreadableFile when there is no article in it."""
    return from_html(content_of(path), path=path)


def from_html(content: bytes, *, path: Path) -> Document:
    """Find the article in a page's bytes; `path` names it in errors."""
    tree = _tree(content, path=path)
    facts = page_facts(tree)
    builder = _main_text(tree, title=facts.title)
    if not _is_article(builder.text):
        builder = _main_text(tree, title=facts.title, generous=True)
    if not _is_article(builder.text):
        raise UnreadableFile(
            f"{path.name} holds no article: its main text is too short.",
            hint="Open the page in a browser, save it once it shows the article, and add that.",
        )
    return Document(
        text=builder.text,
        title=facts.title,
        author=facts.author,
        outlet=facts.outlet,
        published=facts.published,
        language=facts.language,
        url=facts.url,
        tags=facts.tags,
        headings=builder.headings,
    )


def _main_text(tree: Any, *, title: str, generous: bool = False) -> Builder:
    """The article's blocks; generously, when the first try leaves next to nothing."""
    import trafilatura

    found = trafilatura.bare_extraction(
        deepcopy(tree), with_metadata=False, include_comments=False, favor_recall=generous
    )
    builder = Builder()
    body = getattr(found, "body", None)
    if body is not None:
        for level, words in _blocks(body):
            _add(builder, level, words, title=title)
    return builder


def _is_article(text: str) -> bool:
    return len(text) >= FEWEST_CHARS and len(sentences(text[:5_000])) >= FEWEST_SENTENCES


def _tree(content: bytes, *, path: Path) -> Any:
    """Parse a page, from its declared encoding where it has one."""
    from trafilatura.utils import load_html

    tree = load_html(content)
    if tree is None:
        tree = load_html(decode(content, path=path))
    if tree is None:
        raise UnreadableFile(
            f"{path.name} is no web page.", hint="If it is plain text, rename it to .txt."
        )
    return tree


def _add(builder: Builder, level: int, words: str, *, title: str) -> None:
    """Add a block unless it is page furniture or, near the top, the title over again."""
    line = " ".join(words.split())
    if "\n" not in words and is_furniture(line):
        return
    if builder.length < _NEAR_TOP and same_title(line, title):
        return
    builder.add(words, level=level)


def _blocks(body: Any) -> Any:
    """Headings and paragraphs out of trafilatura's tree."""
    for element in body:
        tag = element.tag
        if tag == "head":
            rend = element.get("rend") or "h2"
            yield (int(rend[1]) if rend[1:2].isdigit() else 2), _words(element)
        elif tag == "list":
            items = [" ".join(_words(item).split()) for item in element.iter("item")]
            yield 0, "\n".join(f"- {item}" for item in items if item)
        elif tag == "table":
            rows = ([_words(cell) for cell in row.iter("cell")] for row in element.iter("row"))
            yield 0, "\n".join(table_lines(rows))
        elif tag in ("quote", "code", "div") and len(element) and element.find(".//p") is not None:
            yield from _blocks(element)
        else:
            yield 0, _lines(element)


def _words(element: Any) -> str:
    return " ".join("".join(element.itertext()).split())


def _lines(element: Any) -> str:
    """The words of a paragraph; a line break in it stays one."""
    for mark in element.iter("lb"):
        mark.tail = "\n" + (mark.tail or "")
    lines = (" ".join(line.split()) for line in "".join(element.itertext()).split("\n"))
    return "\n".join(line for line in lines if line)
