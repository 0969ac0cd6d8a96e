"""What the live tests share: a real Ollama, a small corpus, a proxy that can be cut."""

import json
import os
import shutil
import socket
import threading
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from assistant import Assistant
from assistant.models import weights_file
from assistant.sample import shared_folder

OLLAMA = ("127.0.0.1", 11434)
MODEL = os.environ.get("ASSISTANT_LIVE_MODEL", "qwen2.5-coder:1.5b")
ARTICLES = (
    "nato-north-korea/2024-10-28-nordkoreaner-in-kursk.txt",
    "harbour-tunnel/2025-02-11-audit-tunnel-cost.html",
    "river-flood/2024-01-09-deichbruch-hohenaldern.html",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder is live."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.live)


def _go_without(missing: str) -> None:
    """Skip for want of something, or fail where it must be there."""
    if missing and os.environ.get("ASSISTANT_LIVE") == "required":
        pytest.fail(missing)
    if missing:
        pytest.skip(missing)


@pytest.fixture(scope="session")
def model() -> str:
    """The model of the live tests; skips, or fails where it must be there, without it."""
    host, port = OLLAMA
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/api/tags", timeout=5) as reply:
            names = {found["name"] for found in json.load(reply)["models"]}
        missing = "" if MODEL in names else f"Ollama does not have {MODEL}"
    except OSError as error:
        missing = f"no Ollama answers on {host}:{port}: {error}"
    _go_without(missing)
    return MODEL


@pytest.fixture(scope="session")
def gguf() -> Path:
    """The file of the embedded model: `ASSISTANT_LIVE_GGUF`, else the one that was pulled."""
    named = os.environ.get("ASSISTANT_LIVE_GGUF")
    file = Path(named) if named else weights_file()
    missing = "" if file.is_file() else f"no model at {file}: assistant models pull --embedded"
    if find_spec("xllamacpp") is None:
        missing = "xllamacpp is not installed"
    _go_without(missing)
    return file


@pytest.fixture(scope="session")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three of the sample's articles, indexed once with the product's own embedder."""
    folder = tmp_path_factory.mktemp("live") / "corpus"
    for path in ARTICLES:
        (folder / path).parent.mkdir(parents=True)
        shutil.copy(shared_folder("corpus") / path, folder / path)
    with Assistant(folder, engine="quotes") as assistant:
        assert len(assistant.sync().added) == len(ARTICLES)
    return folder


@pytest.fixture
def assistant(model: str, corpus: Path) -> Iterator[Assistant]:
    with Assistant(corpus, engine="ollama", model=model, answer_tokens=120) as assistant:
        yield assistant


class Proxy:
    """Stands before Ollama on a port of its own; counts what is asked, and can be cut."""

    def __init__(self) -> None:
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self.cut_after: int | None = None
        self.dropped_by_client = threading.Event()
        self._threads = [threading.Thread(target=self._accept, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        self._listening.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, socket.create_connection(OLLAMA) as server:
            up = threading.Thread(target=self._up, args=(client, server), daemon=True)
            up.start()
            seen = 0
            try:
                while data := server.recv(4096):
                    client.sendall(data)
                    seen += data.count(b'"content"')
                    if self.cut_after is not None and seen >= self.cut_after:
                        client.shutdown(
                            socket.SHUT_RDWR
                        )  # a close alone waits for the other thread
                        return
            except OSError:
                self.dropped_by_client.set()

    def _up(self, client: socket.socket, server: socket.socket) -> None:
        try:
            while data := client.recv(65536):
                server.sendall(data)
            self.dropped_by_client.set()
            server.close()
        except OSError:
            return


@pytest.fixture
def proxy(model: str) -> Iterator[Proxy]:
    proxy = Proxy()
    yield proxy
    proxy.close()
