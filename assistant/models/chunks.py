"""Reads an answer in the chunks of OpenAI's chat stream, from a server or from llama.cpp here."""

from collections.abc import Iterable, Iterator
from typing import Any

from assistant.errors import ModelError
from assistant.models.door import said_error
from assistant.records import Usage


def read_chunks(
    chunks: Iterable[dict[str, Any]], *, service: str, place: str, model: str
) -> Iterator[str | Usage]:
    """Yield the pieces of text, then a `Usage`.

    `service` and `place` are for the errors: ModelMissing and ModelError where a chunk says what
    went wrong, or the stream ends before the answer does.
    """
    reason, usage = "", dict[str, Any]()
    for chunk in chunks:
        if "error" in chunk:
            raise said_error(service, _said(chunk["error"]), model=model)
        usage = chunk.get("usage") or usage
        for choice in chunk.get("choices") or []:
            reason = choice.get("finish_reason") or reason
            if piece := (choice.get("delta") or {}).get("content"):
                yield piece
    if not reason:
        raise ModelError(f"{service}{place} broke off in the middle of its answer.")
    yield Usage(
        int(usage.get("prompt_tokens") or 0),
        int(usage.get("completion_tokens") or 0),
        "length" if reason == "length" else "stop",
    )


def _said(error: object) -> str:
    return str(error.get("message", error)) if isinstance(error, dict) else str(error)
