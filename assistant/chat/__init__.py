"""The page in the browser: ask, read the sources, keep the library. Gradio's one home."""

import os
from typing import TYPE_CHECKING, Any

from assistant.chat.theme import CONTENT_SECURITY_POLICY

if TYPE_CHECKING:
    from assistant.assistant import Assistant

__all__ = ["CONTENT_SECURITY_POLICY", "build", "launch_options"]

MOST_WAITING = 200
"""Questions that may wait in line before a visitor is told to come back."""


def build(assistant: "Assistant", *, language: str = "auto") -> Any:
    """The page as a `gradio.Blocks`, for `gradio.mount_gradio_app` or `.launch()`.

    Both take `**launch_options()` as well. `language` is that of the interface: "en", "de", or
    "auto" for the browser's own.
    """
    gr = _gradio()
    from assistant.chat import collecting, reading, talks
    from assistant.chat.collecting import wire_library
    from assistant.chat.desk import Desk
    from assistant.chat.endpoints import offer_endpoints
    from assistant.chat.events import ANSWERS_AT_ONCE, wire_asking
    from assistant.chat.guards import shut_doors
    from assistant.chat.health import wire_status
    from assistant.chat.layout import Functions, lay_out
    from assistant.chat.pagewide import wire_page
    from assistant.texts import say

    translate = _translate(language)
    desk = Desk(assistant)
    blocks = gr.Blocks(
        title=say("page.name", language=language),
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(3600, 3600),
    )
    with blocks:
        page = lay_out(
            translate,
            functions=Functions(
                table=collecting.functions(assistant, setting=language),
                reader=reading.functions(assistant, setting=language),
                talks=talks.functions(assistant, setting=language),
            ),
        )
        wire_asking(page, assistant, desk, setting=language)
        wire_library(page, assistant, setting=language)
        wire_page(page, blocks, assistant, desk, setting=language)
        wire_status(page, assistant, setting=language)
        offer_endpoints(assistant)
    shut_doors(blocks)
    blocks.queue(default_concurrency_limit=ANSWERS_AT_ONCE, max_size=MOST_WAITING)
    return blocks


def launch_options(*, max_file_mb: int = 100) -> dict[str, Any]:
    """Keyword arguments that `mount_gradio_app` and `Blocks.launch` both take for this page."""
    gr = _gradio()
    from assistant.chat import theme
    from assistant.texts import LANGUAGES, keys, placeholders, say

    fixed = [key for key in keys() if key.startswith("page.") and not placeholders(key)]
    words = {
        language: {_browser_key(key): say(key, language=language) for key in fixed}
        for language in LANGUAGES
    }
    return {
        "theme": theme.make_theme(),
        "css": theme.style(),
        "js": theme.page_script(),
        "head": theme.head(),
        "i18n": gr.I18n(**words),
        "footer_links": [],
        "run_history": False,
        "max_file_size": f"{max_file_mb}mb",
        "show_error": False,
        "ssr_mode": False,
        "mcp_server": False,
        "pwa": False,
    }


def _gradio() -> Any:
    """Gradio, told before it is loaded that it must not call home."""
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    import gradio

    return gradio


def _translate(language: str) -> Any:
    """Gives a text of the page: in a fixed language, or as a key that the browser translates."""
    from assistant.texts import say

    if language != "auto":
        return lambda key: say(f"page.{key}", language=language)
    keyed = _gradio().I18n()
    return lambda key: keyed(_browser_key(f"page.{key}"))


def _browser_key(key: str) -> str:
    """The key under which the browser knows a text: a dot would mean a path to it."""
    return key.replace(".", "_")
