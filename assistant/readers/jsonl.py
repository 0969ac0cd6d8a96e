"""One article as one line of JSON: title, text, date, source, url."""

import json
from pathlib import Path
from typing import Any

from assistant.errors import UnreadableFile
from assistant.readers.common import content_of
from assistant.readers.encoding import decode
from assistant.readers.facts import one_line
from assistant.readers.stated import stated
from assistant.readers.text import from_text
from assistant.records import Document

_TEXT = ("text", "body", "content", "article", "maintext", "articleBody")
_EXAMPLE = 'Write one object a line, such as {"title": "…", "text": "…"}.'


def read(path: Path) -> Document:
    """Read a JSONL file of one article. Raises UnreadableFile when it holds none, or many."""
    text = decode(content_of(path), path=path).lstrip("\ufeff")
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > 1 and not lines[0].strip() == "{":
        raise UnreadableFile(
            f"{path.name} holds {len(lines):,} articles; in the corpus one file is one article.",
            hint=f"Move it out of the corpus folder and run: assistant add {path.name}",
        )
    try:
        record: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableFile(f"{path.name} is no valid JSON: {error}.", hint=_EXAMPLE) from error
    return _document(record, path=path)


def _document(record: Any, *, path: Path) -> Document:
    if not isinstance(record, dict):
        raise UnreadableFile(f"{path.name} holds no JSON object.", hint=_EXAMPLE)
    text = next((record[name] for name in _TEXT if one_line(record.get(name))), "")
    if not text:
        raise UnreadableFile(f"{path.name} has no field `text`.", hint=_EXAMPLE)
    facts = stated(record)
    found = from_text(text, title=facts.title)
    return Document(
        text=found.text,
        title=found.title,
        author=facts.author or found.author,
        outlet=facts.outlet or found.outlet,
        published=facts.published or found.published,
        language=facts.language,
        url=facts.url or found.url,
        tags=facts.tags,
        headings=found.headings,
    )
