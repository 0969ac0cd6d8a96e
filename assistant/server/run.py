"""Runs the site: opens the port, guards it, syncs the corpus meanwhile, and ends cleanly."""

import asyncio
import logging
import signal
import sys
import tempfile
import threading
import traceback
import webbrowser
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from socket import socket
from typing import TYPE_CHECKING

from assistant import render
from assistant.errors import AssistantError, ServiceError
from assistant.records import Progress
from assistant.server import address
from assistant.server.app import Site, page
from assistant.server.guard import Guard
from assistant.server.login import FileLogin

if TYPE_CHECKING:
    from assistant.assistant import Assistant

GRACE_SECONDS = 1
"""How long open answers may go on after Ctrl-C; a page in a browser holds one open for ever."""

INDEXING_SECONDS = 2
"""How long the indexing may take to end; what is not written is done again at the next start."""

OnProgress = Callable[[Progress], None]


def serve(
    assistant: "Assistant",
    *,
    host: str,
    port: int,
    auth_file: Path | None = None,
    names: tuple[str, ...] = (),
    open_browser: bool = False,
    watch: bool = False,
    display: AbstractContextManager[OnProgress] | None = None,
) -> None:
    """Serve the page until it is interrupted (KeyboardInterrupt); indexing goes on in a thread.

    `names` are further names under which browsers reach it, `display` shows the indexing, `watch`
    lets it go on whenever the folder changes. Raises UsageError for an address that needs an auth
    file or does not exist, ServiceError for a busy port.
    """
    address.check(host, guarded=auth_file is not None)
    login = FileLogin(auth_file) if auth_file else None
    with (
        address.listen(host, port) as listening,
        tempfile.TemporaryDirectory(prefix="article-assistant-") as uploads,
    ):
        where = address.url(host, listening.getsockname()[1])
        display = display or nullcontext(lambda progress: None)
        indexing = _Indexing(assistant, display=display, watch=watch)

        def ready() -> None:
            _say(f"The page is at {where} - Ctrl-C ends it.")
            if login and not address.is_loopback(host):
                _say("Over plain http passwords can be read on the way: put a TLS proxy before it.")
            indexing.start()
            if open_browser:
                threading.Thread(target=webbrowser.open, args=(where,), daemon=True).start()

        try:
            asyncio.run(
                _run(
                    lambda: page(assistant, uploads=Path(uploads)),
                    guard=lambda site: Guard(
                        site, names=address.names(host, more=names), login=login
                    ),
                    listening=listening,
                    on_ready=ready,
                )
            )
        finally:
            indexing.stop()


async def _run(
    load: Callable[[], object],
    *,
    guard: Callable[[Site], Guard],
    listening: socket,
    on_ready: Callable[[], None],
) -> None:
    import uvicorn

    failures: list[Exception] = []

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: list[socket] | None = None) -> None:
            # It would call the open connection of every open page an error.
            logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
            await super().shutdown(sockets)

    def failed(error: Exception) -> None:
        failures.append(error)
        server.should_exit = True

    site = Site(load, on_ready=on_ready, on_failure=failed)
    server = Server(
        uvicorn.Config(
            guard(site),
            log_config=None,
            access_log=False,
            ws="none",
            lifespan="on",
            server_header=False,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
    )
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _terminated)
    await server.serve(sockets=[listening])
    if failures:
        raise failures[0]


def _terminated(number: int, frame: object) -> None:
    """End like Ctrl-C does, so that everything is closed; 143 is what service managers expect."""
    raise SystemExit(128 + number)


class _Stopped(KeyboardInterrupt):
    """Raised inside the work when the server ends; no door around one file may swallow it."""


class _Indexing:
    """Warms up and syncs the corpus in a thread; stopping it is safe, a later sync goes on."""

    def __init__(
        self,
        assistant: "Assistant",
        *,
        display: AbstractContextManager[OnProgress],
        watch: bool = False,
    ) -> None:
        self._assistant = assistant
        self._display = display
        self._watch = watch
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._work, name="indexing", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End at the next step; a step that takes long is left behind."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=INDEXING_SECONDS)

    def _work(self) -> None:
        try:
            self._warm()
            with self._display as show:
                self._sync(show)
            if self._watch:
                self._assistant.watch(
                    on_report=lambda report: _say(render.report_text(report)),
                    on_progress=lambda step: self._step(step, lambda progress: None),
                    stop=self._stopping,
                )
        except _Stopped:
            pass
        except AssistantError as error:
            _say(render.error_text(error))
        except Exception:  # the door of the thread: the page goes on, the fault is shown
            traceback.print_exc()

    def _warm(self) -> None:
        try:
            self._assistant.warm()
        except ServiceError as error:  # it may come back: the watch goes on
            _say(render.error_text(error))

    def _sync(self, show: OnProgress) -> None:
        try:
            report = self._assistant.sync(on_progress=lambda step: self._step(step, show))
        except ServiceError as error:  # another writer, say: the folder is looked at again later
            _say(render.error_text(error))
            return
        if report.added or report.updated or report.removed or report.failed:
            _say(render.report_text(report))

    def _step(self, progress: Progress, show: OnProgress) -> None:
        if self._stopping.is_set():
            raise _Stopped
        show(progress)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
