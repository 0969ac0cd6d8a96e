"""Trees of HTML elements to headings and paragraphs."""

from collections.abc import Iterator
from typing import Any

from assistant.readers.common import Builder, table_lines
from assistant.readers.facts import word_set

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_SKIPPED = word_set(
    """script style noscript template nav aside form button select svg math iframe object audio
    video canvas head header footer figure"""
)
_BLOCKS = word_set(
    """p div section article main blockquote q pre li ul ol dl dt dd table tr td th thead tbody body
    html figcaption address details summary center hr fieldset"""
)

_BREAK = "\v"  # a line break of the page; those of the source are only spaces


def build(root: Any, builder: Builder) -> None:
    """Add an element's headings, paragraphs, lists and tables to a text, in reading order."""
    for level, words in _walk(root):
        builder.add(words, level=level)


def _walk(element: Any) -> Iterator[tuple[int, str]]:
    held: list[str] = [element.text or ""]
    for child in element:
        name = _name(child)
        if name in _SKIPPED or not name:
            held.append(child.tail or "")
            continue
        if name == "br":
            held.append(_BREAK + (child.tail or ""))
            continue
        if name not in _BLOCKS and name not in _HEADINGS and not _holds_blocks(child):
            held.append(words_of(child) + (child.tail or ""))
            continue
        yield from _flush(held)
        yield from _block(child, name)
        held = [child.tail or ""]
    yield from _flush(held)


def _block(element: Any, name: str) -> Iterator[tuple[int, str]]:
    if name in _HEADINGS:
        yield _HEADINGS[name], " ".join(words_of(element).split())
    elif name in ("ul", "ol"):
        yield 0, "\n".join(_items(element, ordered=name == "ol"))
    elif name == "table" and not _is_layout(element):
        yield 0, "\n".join(table_lines(_rows(element)))
    else:
        yield from _walk(element)


def _flush(held: list[str]) -> Iterator[tuple[int, str]]:
    lines = [" ".join(line.split()) for line in "".join(held).split(_BREAK)]
    text = "\n".join(line for line in lines if line)
    if text:
        yield 0, text


def _items(element: Any, *, ordered: bool) -> Iterator[str]:
    number = 0
    for child in element:
        if _name(child) in ("ul", "ol"):
            yield from _items(child, ordered=_name(child) == "ol")
        elif _name(child) == "li":
            number += 1
            inner = [nested for nested in child if _name(nested) in ("ul", "ol")]
            words = " ".join(words_of(child, without=inner).split())
            if words:
                yield f"{number}. {words}" if ordered else f"- {words}"
            for nested in inner:
                yield from _items(nested, ordered=_name(nested) == "ol")


def _rows(element: Any) -> list[list[str]]:
    return [
        [words_of(cell) for cell in row if _name(cell) in ("td", "th")]
        for row in element.iter("{*}tr")
    ]


def _is_layout(element: Any) -> bool:
    """Whether a table only lays a page out: it holds another table, or cells of paragraphs."""
    inner = sum(1 for _ in element.iter("{*}table")) > 1
    return inner or sum(1 for _ in element.iter("{*}p")) > 2 * sum(1 for _ in element.iter("{*}tr"))


def words_of(element: Any, *, without: list[Any] | None = None) -> str:
    """All words inside an element, blocks apart by a space."""
    pieces: list[str] = [element.text or ""]
    for child in element:
        name = _name(child)
        if name and name not in _SKIPPED and not (without and child in without):
            gap = " " if name in _BLOCKS or name == "br" else ""
            pieces.append(gap + words_of(child, without=without) + gap)
        pieces.append(child.tail or "")
    return "".join(pieces)


def _holds_blocks(element: Any) -> bool:
    return any(_name(inner) in _BLOCKS or _name(inner) in _HEADINGS for inner in element.iter())


def _name(element: Any) -> str:
    """An element's name without its namespace; "" for a comment or an instruction."""
    tag = element.tag
    return tag.rsplit("}", 1)[-1].lower() if isinstance(tag, str) else ""
