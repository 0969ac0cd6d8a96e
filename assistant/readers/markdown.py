"""Markdown with or without front matter."""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from assistant.cleaning import glue, same_title
from assistant.readers.common import Builder, content_of, table_lines
from assistant.readers.credits import dateline, take_credits
from assistant.readers.encoding import decode
from assistant.readers.stated import stated
from assistant.records import Document

Block = tuple[int, str]
"""A heading's level from 1 (0: a paragraph) and its words."""

_FRONT = re.compile(r"\A---[ \t]*\n(.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FRONT_LONGEST = 64_000
_TOP = 3
_ATX = re.compile(r"[ ]{0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_SETEXT = re.compile(r"[ ]{0,3}(=+|-{2,})[ \t]*$")
_FENCE = re.compile(r"[ ]{0,3}(`{3,}|~{3,})")
_ITEM = re.compile(r"([ \t]*)([-*+]|\d{1,3}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?(.*)$")
_RULE = re.compile(r"[ ]{0,3}(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$")
_TABLE_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_DEFINITION = re.compile(r"[ ]{0,3}\[[^\]^][^\]]*\]:\s*\S+.*$")
_QUOTE = re.compile(r"^[ ]{0,3}>[ ]?")

_INLINE_LONGEST = 50_000
"""In a longer paragraph marks stay: their patterns take time that grows with its square."""
_INLINE: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"<!--.*?-->", re.DOTALL), ""),
    (re.compile(r"!\[([^\]]*)\](?:\([^()]*(?:\([^()]*\)[^()]*)*\)|\[[^\]]*\])"), r"\1"),
    (re.compile(r"\[([^\]]+)\]\([^()]*(?:\([^()]*\)[^()]*)*\)"), r"\1"),
    (re.compile(r"\[\^[^\]]+\](?::\s+)?"), ""),
    (re.compile(r"\[([^\]]+)\]\[[^\]]*\]"), r"\1"),
    (re.compile(r"<(https?://[^>\s]+)>"), r"\1"),
    (re.compile(r"</?[a-zA-Z][^<>]*>"), ""),
    (re.compile(r"(?<![\\*])(\*{1,3})(?=\S)(.+?)(?<=[^\s\\])\1(?!\*)", re.DOTALL), r"\2"),
    (re.compile(r"(?<![\w\\_])(_{1,3})(?=\S)(.+?)(?<=[^\s\\])\1(?![\w_])", re.DOTALL), r"\2"),
    (re.compile(r"~~(.+?)~~", re.DOTALL), r"\1"),
    (re.compile(r"(`+)(.+?)\1", re.DOTALL), r"\2"),
    (re.compile(r"\\([!-/:-@\[-`{-~])"), r"\1"),
)


def read(path: Path) -> Document:
    """Read a Markdown file. Raises UnreadableFile for binary data and encodings not known."""
    text = decode(content_of(path), path=path).replace("\r\n", "\n").lstrip("\ufeff\n")
    record, body = _front_matter(text)
    facts = stated(record)
    title, blocks = _without_title(list(_blocks(body.split("\n"))), title=facts.title)
    lines = ["" if level else words for level, words in blocks]
    credit, places = take_credits(lines, most=_TOP, author=facts.author)
    builder = Builder()
    for at, (level, words) in enumerate(blocks):
        if at not in places:
            builder.add(words, level=level)
    return Document(
        text=builder.text,
        title=title,
        author=facts.author or credit.author,
        outlet=facts.outlet or credit.outlet,
        published=facts.published or credit.published or dateline(builder.text),
        language=facts.language,
        url=facts.url or credit.url,
        tags=facts.tags,
        headings=builder.headings,
    )


def _front_matter(text: str) -> tuple[dict[str, Any], str]:
    """Split YAML front matter from the body; what is no valid YAML stays in the body."""
    match = _FRONT.match(text)
    if match is None or len(match[1]) > _FRONT_LONGEST:
        return {}, text
    import yaml

    try:
        record = yaml.safe_load(match[1])
    except (yaml.YAMLError, ValueError, RecursionError):
        return {}, text[match.end() :]
    return (record, text[match.end() :]) if isinstance(record, dict) else ({}, text)


def _without_title(blocks: list[Block], *, title: str) -> tuple[str, list[Block]]:
    """The title: the one stated, else the first heading; as a heading of the body it goes."""
    first = next(((at, words) for at, (level, words) in enumerate(blocks[:4]) if level), None)
    if first is None:
        return title, blocks
    at, words = first
    if title and not same_title(words, title):
        return title, blocks
    return title or words, blocks[:at] + blocks[at + 1 :]


def _blocks(lines: list[str]) -> Iterator[Block]:
    """Give headings (level, words) and paragraphs (0, words) in order."""
    held: list[str] = []  # the lines of the paragraph so far
    fence = ""
    for line in lines:
        mark = _FENCE.match(line)
        if fence or mark:
            if not fence and mark:
                yield from _paragraph(held)
                held, fence = [], mark[1]
            elif mark and mark[1].startswith(fence):
                yield 0, "\n".join(held)
                held, fence = [], ""
            else:
                held.append(line)
            continue
        atx, underline = _ATX.match(line), _SETEXT.match(line)
        if atx:
            yield from _paragraph(held)
            held = []
            yield len(atx[1]), inline(atx[2])
        elif underline and held and not _ITEM.match(held[0]):
            yield (1 if underline[1][0] == "=" else 2), inline(" ".join(held))
            held = []
        elif not line.strip() or _RULE.match(line) or _DEFINITION.match(line):
            yield from _paragraph(held)
            held = []
        else:
            held.append(_QUOTE.sub("", line))
    yield from ([(0, "\n".join(held))] if fence else _paragraph(held))


def _paragraph(lines: list[str]) -> Iterator[Block]:
    """A paragraph on one line; a list or a table keeps its lines."""
    if not any(line.strip() for line in lines):
        return
    if any(_TABLE_RULE.match(line) and "|" in line for line in lines[1:2]):
        rows = [line.strip().strip("|").split("|") for line in lines if not _TABLE_RULE.match(line)]
        yield 0, "\n".join(table_lines([[inline(cell) for cell in row] for row in rows]))
        return
    out: list[str] = []
    for line in lines:
        item = _ITEM.match(line)
        if item:
            bullet = item[2] if item[2][0].isdigit() else "-"
            out.append(f"{bullet} {item[3]}")
        elif out and not out[-1].endswith("  "):
            out[-1] += glue(out[-1], line) + line.strip()
        else:
            out.append(line.strip())
    yield 0, inline("\n".join(line.strip() for line in out))


def inline(text: str) -> str:
    """Take Markdown's marks out of running text: links keep their words, images their caption."""
    if len(text) > _INLINE_LONGEST:
        return html.unescape(text)
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    return html.unescape(text)
