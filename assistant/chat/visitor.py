"""What the page knows of the person in front of it: the language their browser asks for."""

from typing import Any

from assistant.texts import LANGUAGES, choose


def language_of(request: Any, *, setting: str) -> str:
    """The language of the interface: the setting, or the browser's own if that is "auto".

    `request` is what Gradio hands a function; programs may come without one.
    """
    if setting in LANGUAGES:
        return setting
    headers = getattr(request, "headers", None) or {}
    return choose(headers.get("accept-language", ""))
