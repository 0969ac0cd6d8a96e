"""A real Chroma server on loopback, and a small proxy before it that wants a token."""

import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from servers import free_port, serving

START_SECONDS = 60.0


@dataclass
class ChromaServer:
    """`chroma run` over a folder; it can be stopped and started again, on the same port."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes] | None = field(default=None)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        code = "import sys; from chromadb.cli.cli import app; sys.argv[0] = 'chroma'; app()"
        call = [sys.executable, "-c", code, "run", "--path", str(self.folder)]
        self.process = subprocess.Popen(
            [*call, "--host", "127.0.0.1", "--port", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            try:
                with urllib.request.urlopen(f"{self.url}/api/v2/heartbeat", timeout=2):
                    return
            except OSError:
                time.sleep(0.1)
        raise TimeoutError("chroma run did not start")

    def stop(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


@contextmanager
def chroma_server(folder: Path) -> Iterator[ChromaServer]:
    server = ChromaServer(folder, free_port())
    server.start()
    try:
        yield server
    finally:
        server.stop()


@contextmanager
def guarded(
    server: ChromaServer, *, token: str, tls: ssl.SSLContext | None = None
) -> Iterator[str]:
    """The address of a proxy that lets only requests with the token through."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None: ...

        def _pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            if self.headers.get("authorization") != f"Bearer {token}":
                self._reply(401, b'{"error":"Unauthorized"}')
                return
            request = urllib.request.Request(
                server.url + self.path,
                data=body or None,
                method=self.command,
                headers={"content-type": "application/json"},
            )
            try:
                with urllib.request.urlopen(request, timeout=30) as reply:
                    self._reply(reply.status, reply.read())
            except urllib.error.HTTPError as error:
                self._reply(error.code, error.read())

        do_GET = do_POST = do_PUT = do_DELETE = _pass_on  # noqa: N815 - names of http.server

        def _reply(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with serving(Handler, tls=tls) as proxy:
        yield proxy.url
