"""Servers on loopback: a scripted one that says what a test has queued, and where to put others."""

import json
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


def free_port() -> int:
    """A port of loopback that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True)
class Served:
    """Where a server answers, and how to stop it before its end."""

    url: str
    stop: Callable[[], None]


@dataclass
class Reply:
    """One answer: a status, lines of body, and how to misbehave."""

    lines: list[bytes] = field(default_factory=list)
    status: int = 200
    pause: float = 0.0  # before each line
    cut: bool = False  # close the connection without ending the body
    hold: threading.Event | None = None  # wait for this after the first line


def json_lines(*objects: object, **options: Any) -> Reply:
    """A reply of one JSON object a line, as Ollama streams."""
    return Reply([json.dumps(item).encode() + b"\n" for item in objects], **options)


def events(*objects: object, done: bool = True, **options: Any) -> Reply:
    """A reply of server-sent events, as OpenAI-compatible servers stream."""
    lines = [b"data: " + json.dumps(item).encode() + b"\n\n" for item in objects]
    return Reply([*lines, *([b"data: [DONE]\n\n"] if done else [])], **options)


@dataclass
class ScriptedServer:
    """Replies by path; every request is kept in `heard` as (path, body), its key in `keys`.

    Of a list of replies each request gets the next one, the last one again and again.
    """

    url: str
    replies: dict[str, Reply | list[Reply]]
    heard: list[tuple[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    gone: threading.Event = field(default_factory=threading.Event)
    stop: Callable[[], None] = lambda: None

    def bodies(self, path: str) -> list[Any]:
        """The bodies that were sent to a path."""
        return [body for at, body in self.heard if at == path]


@contextmanager
def serving(
    handler: type[BaseHTTPRequestHandler],
    *,
    port: int = 0,
    tls: ssl.SSLContext | None = None,
) -> Iterator[Served]:
    """Serve on loopback, each request in a thread of its own; with a certificate by https."""
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    if tls:
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()

    def stop() -> None:
        if thread.is_alive():
            server.shutdown()
            server.server_close()
            thread.join()

    try:
        scheme = "https" if tls else "http"
        yield Served(f"{scheme}://127.0.0.1:{server.server_address[1]}", stop)
    finally:
        stop()


@contextmanager
def scripted_server(*, port: int = 0, **replies: Reply | list[Reply]) -> Iterator[ScriptedServer]:
    """Run a server; `api_chat=…` is the reply of `/api/chat`. `stop` ends it early."""
    paths = {"/" + name.replace("_", "/"): reply for name, reply in replies.items()}
    script = ScriptedServer("", paths)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None: ...

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            length = int(self.headers.get("content-length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            script.heard.append((self.path, body))
            script.keys.append(self.headers.get("authorization", ""))
            reply = script.replies.get(self.path, Reply([b'{"error":"no such route"}'], 404))
            if isinstance(reply, list):
                reply = reply.pop(0) if len(reply) > 1 else reply[0]
            self.send_response(reply.status)
            self.send_header("transfer-encoding", "chunked")
            self.send_header("content-type", "application/json")
            self.end_headers()
            try:
                self._write(reply)
            except OSError:
                script.gone.set()
                self.close_connection = True

        def _write(self, reply: Reply) -> None:
            for at, line in enumerate(reply.lines):
                time.sleep(reply.pause)
                self.wfile.write(f"{len(line):x}\r\n".encode() + line + b"\r\n")
                self.wfile.flush()
                if reply.hold is not None and at == 0:
                    self._wait(reply.hold)
            if reply.cut:
                self.close_connection = True
                self.connection.shutdown(2)
                return
            self.wfile.write(b"0\r\n\r\n")

        def _wait(self, hold: threading.Event) -> None:
            """Wait until the test lets go or the client has left."""
            self.connection.setblocking(False)
            try:
                while not hold.wait(0.02):
                    try:
                        if self.connection.recv(1) == b"":
                            raise BrokenPipeError
                    except BlockingIOError:
                        continue
            finally:
                self.connection.setblocking(True)

    with serving(Handler, port=port) as served:
        script.url, script.stop = served.url, served.stop
        yield script


def routes(routed: Any) -> Iterator[tuple[str, str]]:
    """Every method and path of an app, those of mounted apps and included routers too."""
    for route in routed.routes:
        if hasattr(route, "original_router"):
            yield from routes(route.original_router)
        elif hasattr(route, "app") and hasattr(route.app, "routes"):
            yield from routes(route.app)
        else:
            path = re.sub(r"\{[^}]*\}", "x", route.path)
            for method in sorted(getattr(route, "methods", None) or {"GET"}):
                yield method, path
