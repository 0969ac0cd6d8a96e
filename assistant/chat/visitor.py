"""What the page knows of the person in front of it: their name, the language they read."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from assistant.texts import LANGUAGES, choose

USER_HEADER = "x-assistant-user"
"""Where the server's guard says who asks; it lets no such header of a client through."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks ("" where nobody has to say), and the language of the interface."""

    name: str
    language: str


def visitor_of(request: Any, *, setting: str) -> Visitor:
    """The person behind a request that Gradio hands a function."""
    headers = getattr(request, "headers", None) or {}
    name = unquote(headers.get(USER_HEADER) or "")
    return Visitor(name, language_of(request, setting=setting))


def language_of(request: Any, *, setting: str) -> str:
    """The language of the interface: the setting, or the browser's own if that is "auto".

    `request` is what Gradio hands a function; programs may come without one.
    """
    if setting in LANGUAGES:
        return setting
    headers = getattr(request, "headers", None) or {}
    return choose(headers.get("accept-language", ""))
