"""Turns what the assistant returns into what its faces show: JSON, plain text, Markdown."""

from assistant.render.conversation import conversation_document, conversation_markdown
from assistant.render.documents import (
    answer_document,
    article_document,
    articles_document,
    checks_document,
    error_document,
    filters_document,
    hits_document,
    report_document,
    show_document,
)
from assistant.render.markdown import answer_markdown
from assistant.render.text import (
    answer_details,
    answer_text,
    articles_text,
    checks_text,
    error_text,
    hits_text,
    printable,
    report_text,
    sentence_text,
    show_text,
)

__all__ = [
    # One JSON document each
    "answer_document",
    "article_document",
    "articles_document",
    "checks_document",
    "conversation_document",
    "error_document",
    "filters_document",
    "hits_document",
    "report_document",
    "show_document",
    # What a terminal shows
    "answer_details",
    "answer_text",
    "articles_text",
    "checks_text",
    "error_text",
    "hits_text",
    "printable",
    "report_text",
    "sentence_text",
    "show_text",
    # What a person keeps
    "answer_markdown",
    "conversation_markdown",
]
