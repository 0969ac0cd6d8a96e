"""The site: health from the first moment, and the page as soon as Gradio is loaded."""

import asyncio
import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant import __version__
from assistant.server import quick_gradio
from assistant.server.files import offer_files
from assistant.server.guard import HEALTH, Receive, Scope, Send
from assistant.server.intake import offer_intake
from assistant.server.mcp import offer_mcp
from assistant.server.metrics import offer_metrics
from assistant.server.openai import offer_openai

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.assistant import Assistant

QUIET_GRADIO = {
    "GRADIO_ANALYTICS_ENABLED": "False",  # no telemetry, no look for a newer version
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "GRADIO_RUN_HISTORY": "False",
    "FASTAPI_OTEL_AUTO_CONFIGURE": "false",  # no traces to where OTEL_EXPORTER_* may point
    "OTEL_SDK_DISABLED": "true",
}

NO_DESCRIPTION: dict[str, Any] = {"docs_url": None, "redoc_url": None, "openapi_url": None}


def page(assistant: "Assistant", *, uploads: Path) -> "FastAPI":
    """Make the page's app: Gradio at the root and nothing else. Takes seconds: Gradio is imported.

    `uploads` is the folder where Gradio puts files before the assistant takes them in.
    """
    os.environ.update(QUIET_GRADIO, GRADIO_TEMP_DIR=str(uploads))
    quick_gradio.load()
    import gradio
    from fastapi import FastAPI

    from assistant import chat

    settings = assistant.settings
    app = FastAPI(**NO_DESCRIPTION)
    for offer in (offer_files, offer_metrics, offer_openai, offer_mcp):
        offer(app, assistant)
    offer_intake(app, assistant, uploads=uploads)
    mounted: FastAPI = gradio.mount_gradio_app(
        app,
        chat.build(assistant, language=settings.language),
        path="/",
        app_kwargs=dict(NO_DESCRIPTION),  # Gradio writes into it
        **chat.launch_options(max_file_mb=settings.max_file_mb),
    )
    return mounted


class Site:
    """Answers `/healthz` at once, and lets every other request wait until the page is loaded."""

    def __init__(
        self,
        load: Callable[[], Any],
        *,
        on_ready: Callable[[], None] = lambda: None,
        on_failure: Callable[[Exception], None] = lambda error: None,
    ) -> None:
        self._load = load
        self._on_ready = on_ready
        self._on_failure = on_failure
        self._page: Any = None
        self._state = "starting"
        self._started = secrets.token_hex(8)  # another one: an open page has lost its session
        self._loaded = asyncio.Event()
        self._ending = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI)."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http" and scope["path"] == HEALTH:
            known = {"status": self._state, "version": __version__, "started": self._started}
            await _answer(send, 200, known)
        else:
            await self._loaded.wait()
            if self._page is None:
                message = {"error": {"message": "The page could not be loaded.", "hint": ""}}
                await _answer(send, 500, message)
            else:
                await self._page(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        opening = asyncio.create_task(self._open())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._ending.set()
        await opening
        await send({"type": "lifespan.shutdown.complete"})

    async def _open(self) -> None:
        """Load the page in a thread, and keep its own lifespan open until the site ends."""
        try:
            page = await asyncio.to_thread(self._load)
            async with page.router.lifespan_context(page):
                self._page, self._state = page, "ok"
                self._loaded.set()
                self._on_ready()
                await self._ending.wait()
        except Exception as error:  # the door of the page: whatever it is, the command must end
            self._state = "failed"
            self._loaded.set()
            self._on_failure(error)


async def _answer(send: Send, status: int, document: dict[str, Any]) -> None:
    body = json.dumps(document).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
