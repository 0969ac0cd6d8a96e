"""One page and one Chromium for all browser tests; every test gets a fresh tab of its own."""

import gc
import os
import socket
import tempfile
import threading
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from browser.fake_assistant import FakeAssistant

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
UPLOADS = Path(tempfile.gettempdir()) / f"uploads-{os.getpid()}"
"""Gradio knows one folder for uploads in a process, so all pages of these tests share it."""
NOISE = ("Method not implemented",)  # Gradio says this three times on every page
ON_LEAVING = ("AbortError", "Connection errored out")
"""What Gradio says of its own requests that a reload breaks off."""


class Server:
    """The page over an assistant, as `assistant serve` serves it: the site behind its guard."""

    def __init__(self, assistant: Any, *, port: int = 0, login: Any = None) -> None:
        import uvicorn

        from assistant.server.app import Site, page
        from assistant.server.guard import Guard, Names

        self.assistant = assistant
        self.uploads = UPLOADS
        listening = socket.socket()
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(("127.0.0.1", port))
        self.port = listening.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/"
        loaded = threading.Event()
        broken: list[Exception] = []

        def failed(error: Exception) -> None:
            broken.append(error)
            loaded.set()

        def load() -> Any:
            self.page = page(assistant, uploads=self.uploads)
            return self.page

        site = Site(load, on_ready=loaded.set, on_failure=failed)
        self._server = uvicorn.Server(
            uvicorn.Config(
                Guard(site, names=Names(), login=login),
                log_level="critical",
                lifespan="on",
                ws="none",
                timeout_graceful_shutdown=1,
            )
        )
        self._thread = threading.Thread(target=self._server.run, kwargs={"sockets": [listening]})
        self._thread.start()
        loaded.wait()
        if broken:
            self.close()
            raise broken[0]

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(timeout=10)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The page in English and German."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        running = Server(FakeAssistant())
        gc.collect()  # Gradio leaves event loops open: let them complain here
    yield running
    running.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """Debian's Chromium."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        missing = pytest.fail if os.environ.get("ASSISTANT_BROWSER") == "required" else pytest.skip
        missing(f"no Chromium at {CHROMIUM}")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def contexts(chromium: Any) -> dict[str, Any]:
    """One browser context for each language, so that Gradio's files are fetched only once."""
    return {}


class Tabs:
    """Opens the page in fresh tabs and watches what their consoles and requests say."""

    def __init__(self, browser: Any, contexts: dict[str, Any], url: str) -> None:
        self._browser, self._contexts, self.url = browser, contexts, url
        self.assistant: Any = None
        self._pages: list[Any] = []
        self.complaints: list[str] = []
        self.strangers: list[str] = []

    def open(
        self,
        *,
        width: int = 1280,
        height: int = 800,
        language: str = "en-US",
        scheme: str = "light",
        path: str = "",
        until: str = ".welcome",
    ) -> Any:
        if language not in self._contexts:
            permissions = ["clipboard-read", "clipboard-write"]
            made = self._browser.new_context(locale=language, permissions=permissions)
            made.set_default_timeout(60_000)  # a busy machine is slow, not wrong
            self._contexts[language] = made
        page = self._contexts[language].new_page()
        self._pages.append(page)
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._requested)
        page.goto(self.url + path, timeout=90_000)  # Gradio may be loading still
        page.wait_for_selector(until)
        return page

    def reload(self, page: Any) -> None:
        """Load the page anew; what its requests say of being broken off is no complaint."""
        page.reload()
        self.complaints = [
            said for said in self.complaints if not any(noise in said for noise in ON_LEAVING)
        ]

    def _heard(self, message: Any) -> None:
        if message.type == "error" and not any(noise in message.text for noise in NOISE):
            self.complaints.append(message.text)

    def _requested(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.hostname != "127.0.0.1":
            self.strangers.append(request.url)

    def close(self) -> None:
        for page in self._pages:
            page.close()


@pytest.fixture
def tabs(server: Server, chromium: Any, contexts: dict[str, Any]) -> Iterator[Tabs]:
    """Tabs that must end without an error on the console and without a request to elsewhere."""
    server.assistant.__init__()  # type: ignore[misc]
    opened = Tabs(chromium, contexts, server.url)
    yield opened
    opened.close()
    assert opened.complaints == []
    assert opened.strangers == []


@pytest.fixture
def fake(server: Server, tabs: Tabs) -> FakeAssistant:
    """The assistant behind the page."""
    return server.assistant
