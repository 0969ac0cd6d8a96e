"""An answer as Markdown with footnotes, for a note or a file."""

import re

from assistant.records import Answer, Citation, source_line
from assistant.render.text import doubted, one_line, page_of, paragraphs, printable


def answer_markdown(answer: Answer, *, notes: str = "") -> str:
    """The question as a heading, the answer with footnotes, and what the reader must know.

    `notes` begins the names of the footnotes, where several answers share one file.
    """
    text = re.sub(r"\\\[(\d+)\\\]", rf"[^{notes}\1]", escaped(doubted(answer)))
    footnotes = "\n".join(
        f"[^{notes}{citation.number}]: {_linked(citation)} “{escaped(one_line(citation.quote))}”"
        for citation in answer.citations
    )
    near = "\n".join(
        f"- {escaped(source_line(nearest.article))}: {escaped(nearest.about)}"
        for nearest in answer.nearest
    )
    choices = "\n".join(f"- {escaped(choice)}" for choice in answer.choices)
    notices = "\n".join(f"> {escaped(notice)}" for notice in answer.notices)
    heading = f"## {escaped(one_line(answer.question))}"
    return paragraphs(heading, text, escaped(answer.missing), choices, near, notices, footnotes)


def _linked(citation: Citation) -> str:
    name = escaped(source_line(citation.article, page=page_of(citation)))
    url = citation.article.url or ""
    safe = re.fullmatch(r"https?://[^\s<>()\[\]]+", url)
    return f"[{name}](<{url}>)" if safe else name


def escaped(text: str) -> str:
    """Make text mean itself in Markdown, so that an article cannot bring links, images or HTML."""
    return re.sub(r"([\\`*_{}\[\]<>#|!~&])", r"\\\1", printable(text))
