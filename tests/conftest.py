"""What holds for every test: a home of its own, no settings, no network but loopback."""

import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # so that tests can say `from fakes import …`

from fakes import FakeChat, FakeEmbedder, ReaderHere
from hypothesis import settings
from postgres_server import PostgresServer, postgres_server

settings.register_profile("here", deadline=None)  # a busy machine is slow, not wrong
settings.load_profile("here")

LOOPBACK = ("127.", "::1", "localhost")
HOME_VARIABLES = (
    "HOME",
    "XDG_CONFIG_HOME",
    "XDG_DATA_HOME",
    "XDG_CACHE_HOME",
    "XDG_STATE_HOME",
)
REQUIRED = ("ASSISTANT_LIVE", "ASSISTANT_BROWSER", "ASSISTANT_POSTGRES")
"""Variables that say what must be there, so that nothing is skipped for want of it."""


@pytest.fixture(autouse=True)
def isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A test sees neither the user's files nor settings and reaches nothing but loopback."""
    home = tmp_path / "home"
    home.mkdir()
    for name in HOME_VARIABLES:
        folder = home if name == "HOME" else home / name.lower()
        monkeypatch.setenv(name, str(folder))
    for name in list(os.environ):
        if name.startswith("ASSISTANT_") and name not in REQUIRED:
            monkeypatch.delenv(name)
    for name in (
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "ALL_PROXY",
        "http_proxy",
        "https_proxy",
        "all_proxy",
    ):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    _guard_sockets(monkeypatch)
    yield home


def _guard_sockets(monkeypatch: pytest.MonkeyPatch) -> None:
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex
    resolve = socket.getaddrinfo

    def check(address: object) -> None:
        if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
            pytest.fail(f"a test tried to reach {address!r}", pytrace=True)

    def guarded(self: socket.socket, address: object) -> None:
        check(address)
        connect(self, address)  # type: ignore[arg-type]

    def guarded_ex(self: socket.socket, address: object) -> int:
        check(address)
        return connect_ex(self, address)  # type: ignore[arg-type]

    def is_number(name: object) -> bool:
        try:
            resolve(str(name), None, flags=socket.AI_NUMERICHOST)
        except OSError:
            return False
        return True

    def guarded_resolve(host: object, *args: object, **kwargs: object) -> object:
        name = host.decode() if isinstance(host, bytes) else host
        if name and not (str(name).startswith(LOOPBACK) or is_number(name)):  # nobody is asked
            raise socket.gaierror(f"a test tried to look up {name!r}")
        return resolve(host, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", guarded)
    monkeypatch.setattr(socket.socket, "connect_ex", guarded_ex)
    monkeypatch.setattr(socket, "getaddrinfo", guarded_resolve)


@pytest.fixture(autouse=True)
def reads_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read in this process, but where a test asks for the real child processes."""
    if not any(request.node.get_closest_marker(name) for name in ("live", "browser", "children")):
        monkeypatch.setattr("assistant.parts.ReaderPool", ReaderHere)


@pytest.fixture
def embedder() -> FakeEmbedder:
    """An embedder that costs nothing."""
    return FakeEmbedder()


@pytest.fixture
def chat() -> FakeChat:
    """A chat model that says what the test queues."""
    return FakeChat()


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL; skips, or fails where `ASSISTANT_POSTGRES=required`, without one."""
    with postgres_server() as server:
        yield server


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests come last: Playwright keeps an event loop in this thread until the end."""
    items.sort(key=lambda item: "browser" in item.path.parts)
