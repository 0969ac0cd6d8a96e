"""A whole conversation as a file: Markdown with footnotes, or JSON."""

from collections.abc import Sequence
from typing import Any

from assistant.records import KeptConversation, KeptExchange
from assistant.render.documents import answer_document
from assistant.render.markdown import answer_markdown, escaped
from assistant.render.text import one_line
from assistant.texts import say


def conversation_markdown(
    about: KeptConversation, exchanges: Sequence[KeptExchange], *, language: str
) -> str:
    """The title, the day, then each question with its answer and its footnotes."""
    head = f"# {escaped(one_line(about.title))}\n\n{about.began[:10]}"
    parts = [head, *(_exchange(exchange, language=language) for exchange in exchanges)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def conversation_document(
    about: KeptConversation, exchanges: Sequence[KeptExchange]
) -> dict[str, Any]:
    """The JSON document of a conversation; each answer is the document of `ask`."""
    return {
        "id": about.id,
        "title": about.title,
        "began": about.began,
        "changed": about.changed,
        "exchanges": [_document(exchange) for exchange in exchanges],
    }


def _exchange(exchange: KeptExchange, *, language: str) -> str:
    if exchange.answer is not None:
        return answer_markdown(exchange.answer, notes=f"{exchange.number}-")
    heading = f"## {escaped(one_line(exchange.question))}"
    if exchange.problem:
        return f"{heading}\n\n> {escaped(exchange.problem)} {escaped(exchange.hint)}"
    key = "page.stopped" if exchange.draft else "page.stopped_empty"
    return f"{heading}\n\n{escaped(exchange.draft)}\n\n> {say(key, language=language)}"


def _document(exchange: KeptExchange) -> dict[str, Any]:
    verdict = exchange.verdict
    return {
        "number": exchange.number,
        "question": exchange.question,
        "asked": exchange.asked,
        "answer": answer_document(exchange.answer) if exchange.answer else None,
        "draft": exchange.draft,
        "problem": exchange.problem,
        "stopped": exchange.stopped,
        "verdict": {"good": verdict.good, "why": verdict.why} if verdict else None,
    }
