"""What a command prints: one document or one text on stdout, everything else on stderr."""

import json
import sys
from collections.abc import Callable
from typing import Any


def emit(as_json: bool, *, document: Callable[[], Any], text: Callable[[], str]) -> None:
    """Print the result once: as its JSON document, or as text for a person."""
    if as_json:
        emit_json(document())
    else:
        emit_text(text())


def emit_json(document: Any) -> None:
    """Print a JSON document in UTF-8 whatever the terminal's encoding is.

    A file name that is no UTF-8 holds lone surrogates: they are written as JSON escapes.
    """
    text = json.dumps(document, ensure_ascii=False, indent=2) + "\n"
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", errors="backslashreplace"))
    sys.stdout.buffer.flush()


def emit_text(text: str, *, end: str = "\n") -> None:
    """Print text on stdout; nothing for an empty text."""
    if text:
        sys.stdout.write(text + end)
        sys.stdout.flush()


def say(text: str) -> None:
    """Tell the person something that is not the result."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
