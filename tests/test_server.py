"""The site as a whole: routes are guarded, ports explained, and it starts and ends well."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fake_assistant import FakeAssistant
from servers import free_port, routes

from assistant.errors import Locked, ServiceError, UsageError
from assistant.server import address, app, login, quick_gradio, run, users
from assistant.server.guard import HEALTH, Guard, Names

PASSWORD = "four words are enough"


def ask(
    site: Any, path: str, *, method: str = "GET", headers: tuple[tuple[str, str], ...] = ()
) -> tuple[int, dict[bytes, bytes]]:
    """Send one request to an ASGI app: status and headers, at once or after 5 seconds."""
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    async def receive() -> Any:
        return {"type": "http.request", "body": b"{}", "more_body": False}

    raw = [(name.encode(), value.encode()) for name, value in headers]
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": raw,
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 7860),
    }
    asyncio.run(asyncio.wait_for(site(scope, receive, send), 5))
    return sent[0]["status"], dict(sent[0]["headers"])


# --- every route --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The real page over a fake assistant; Gradio would make event loops where none runs."""
    before = dict(os.environ)

    async def make() -> Any:
        return app.page(FakeAssistant(), uploads=tmp_path_factory.mktemp("uploads"))  # type: ignore[arg-type]

    yield asyncio.run(make())
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def guarded(page: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Guard:
    monkeypatch.setattr(users.User.__init__, "__defaults__", (2**4, 8, 1))
    monkeypatch.setattr(login, "FAILURE_SECONDS", 0.0)
    users.add_user(tmp_path / "users.json", "anna", password=PASSWORD)
    return Guard(page, names=Names.of(), login=login.FileLogin(tmp_path / "users.json"))


def test_every_route_asks_who_it_is(page: Any, guarded: Guard) -> None:
    found = sorted(set(routes(page)))
    assert len(found) > 50
    assert ("POST", "/gradio_api/upload") in found
    open_routes = [
        (method, path)
        for method, path in found
        if ask(guarded, path, method=method, headers=(("host", "localhost"),))[0] != 401
    ]
    assert open_routes == []


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param((("host", "evil.example"),), id="foreign name"),
        pytest.param((("host", "localhost"), ("origin", "http://evil.example")), id="foreign page"),
    ],
)
def test_every_route_refuses_strangers(
    page: Any, guarded: Guard, headers: tuple[tuple[str, str], ...]
) -> None:
    answers = {
        ask(guarded, path, method=method, headers=headers)[0] for method, path in routes(page)
    }
    assert answers == {403}


def test_the_page_itself_comes_with_its_policy(page: Any) -> None:
    status, headers = ask(Guard(page, names=Names.of()), "/", headers=(("host", "localhost"),))
    assert status == 200
    assert b"frame-ancestors 'none'" in headers[b"content-security-policy"]


def test_the_page_offers_no_description_of_its_routes(page: Any) -> None:
    site = Guard(page, names=Names.of())
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert ask(site, path, headers=(("host", "localhost"),))[0] == 404


# --- the site while it loads --------------------------------------------------------------------


class Loadable:
    """A page with a lifespan, that says what happened to it."""

    def __init__(self, events: list[str]) -> None:
        self.events = events
        self.router = SimpleNamespace(lifespan_context=self._lifespan)

    def _lifespan(self, page: "Loadable") -> "Loadable":
        return self

    async def __aenter__(self) -> None:
        self.events.append("opened")

    async def __aexit__(self, *error: object) -> None:
        self.events.append("closed")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b"page"})


class Lifetime:
    """Runs a site's lifespan around what a test does with it."""

    def __init__(self, site: app.Site) -> None:
        self.site = site
        self.messages: asyncio.Queue[Any] = asyncio.Queue()
        self.sent: asyncio.Queue[Any] = asyncio.Queue()

    async def __aenter__(self) -> "Lifetime":
        coroutine = self.site({"type": "lifespan"}, self.messages.get, self.sent.put)
        self.task = asyncio.create_task(coroutine)  # type: ignore[arg-type]
        await self.messages.put({"type": "lifespan.startup"})
        assert (await self.sent.get())["type"] == "lifespan.startup.complete"
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.messages.put({"type": "lifespan.shutdown"})
        assert (await self.sent.get())["type"] == "lifespan.shutdown.complete"
        await self.task

    async def get(self, path: str) -> tuple[int, bytes]:
        sent: list[Any] = []

        async def send(message: Any) -> None:
            sent.append(message)

        await self.site({"type": "http", "path": path}, self.messages.get, send)
        return sent[0]["status"], sent[1]["body"]


def test_health_is_answered_while_the_page_loads_and_requests_wait_for_it() -> None:
    events: list[str] = []
    gate = __import__("threading").Event()

    def load() -> Loadable:
        assert gate.wait(5)
        return Loadable(events)

    async def live() -> None:
        site = app.Site(load, on_ready=lambda: events.append("ready"))
        async with Lifetime(site) as life:
            status, body = await life.get(HEALTH)
            assert (status, json.loads(body)["status"]) == (200, "starting")
            waiting = asyncio.create_task(life.get("/"))
            await asyncio.sleep(0.01)
            assert not waiting.done()
            gate.set()
            assert await waiting == (200, b"page")
            assert json.loads((await life.get(HEALTH))[1])["status"] == "ok"

    asyncio.run(live())
    assert events == ["opened", "ready", "closed"]


def test_a_page_that_cannot_be_loaded_is_said_and_ends_the_site() -> None:
    failures: list[Exception] = []

    def load() -> Loadable:
        raise ServiceError("No page today.")

    async def live() -> None:
        async with Lifetime(app.Site(load, on_failure=failures.append)) as life:
            assert (await life.get("/"))[0] == 500
            assert json.loads((await life.get(HEALTH))[1])["status"] == "failed"

    asyncio.run(live())
    assert [str(error) for error in failures] == ["No page today."]


# --- addresses and ports ------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost", "::1"])
def test_this_machine_alone_needs_no_auth_file(host: str) -> None:
    address.check(host, guarded=False)


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "reader.invalid", ""])
def test_every_other_address_needs_an_auth_file(host: str) -> None:
    with pytest.raises(UsageError) as caught:
        address.check(host, guarded=False)
    assert "--auth-file" in caught.value.hint
    address.check(host, guarded=True)


def test_a_busy_port_is_named_with_the_next_free_one() -> None:
    with address.listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServiceError, match=f"Port {port} ") as caught:
            address.listen("127.0.0.1", port)
    found = re.search(r"--port (\d+)", caught.value.hint)
    assert found is not None
    assert int(found[1]) > port
    address.listen("127.0.0.1", int(found[1])).close()


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_an_address_of_another_machine_is_wrong_usage(host: str) -> None:
    with pytest.raises(UsageError, match=host):
        address.listen(host, 0)


@pytest.mark.parametrize(
    ("host", "url"),
    [
        pytest.param("127.0.0.1", "http://127.0.0.1:80", id="address"),
        pytest.param("::1", "http://[::1]:80", id="IPv6"),
        pytest.param("reader.lan", "http://reader.lan:80", id="name"),
        pytest.param("0.0.0.0", f"http://{socket.gethostname()}:80", id="everywhere"),
    ],
)
def test_the_address_can_be_typed_into_a_browser(host: str, url: str) -> None:
    assert address.url(host, 80) == url


def test_names_follow_the_address() -> None:
    assert not address.names("127.0.0.1").allow("192.0.2.1")
    assert address.names("0.0.0.0").allow("192.0.2.1")
    assert address.names("0.0.0.0").allow(socket.gethostname())
    assert address.names("127.0.0.1", more=("reader.lan",)).allow("reader.lan:443")


# --- indexing beside the page -------------------------------------------------------------------


class Display:
    """A progress display that keeps what it was shown."""

    def __init__(self) -> None:
        self.shown: list[Any] = []

    def __enter__(self) -> Any:
        return self.shown.append

    def __exit__(self, *error: object) -> None: ...


def indexed(assistant: Any, *, watch: bool = False) -> Display:
    display = Display()
    indexing = run._Indexing(assistant, display=display, watch=watch)  # type: ignore[arg-type]
    indexing.start()
    indexing._thread.join(5)
    return display


def test_indexing_reports_what_changed(capfd: pytest.CaptureFixture[str]) -> None:
    assistant = FakeAssistant()
    display = indexed(assistant)
    assert [name for name, _ in assistant.history] == ["warm", "sync"]
    assert [step.done for step in display.shown] == [1]
    assert capfd.readouterr().err.endswith("1 added.\n")


def test_an_error_while_indexing_is_said_and_the_page_goes_on(
    capfd: pytest.CaptureFixture[str],
) -> None:
    indexed(FakeAssistant(fail=Locked("Another process writes.", hint="Wait.")))
    assert capfd.readouterr().err == "Another process writes.\nWait.\n"


def test_the_folder_is_watched_after_that(capfd: pytest.CaptureFixture[str]) -> None:
    class Watching(FakeAssistant):
        def watch(self, *, on_report: Any, on_progress: Any, stop: Any) -> None:
            self._note("watch")
            assert not stop.is_set()
            on_report(self.report)

    assistant = Watching()
    indexed(assistant, watch=True)
    assert [name for name, _ in assistant.history] == ["warm", "sync", "watch"]
    assert capfd.readouterr().err.count("1 added.\n") == 2


def test_a_corpus_that_is_locked_at_first_is_watched_all_the_same(
    capfd: pytest.CaptureFixture[str],
) -> None:
    class LockedAtFirst(FakeAssistant):
        def sync(self, *, on_progress: Any) -> Any:
            raise Locked("Another process writes.", hint="Wait.")

        def watch(self, **options: Any) -> None:
            self._note("watch")

    assistant = LockedAtFirst()
    indexed(assistant, watch=True)
    assert [name for name, _ in assistant.history] == ["warm", "watch"]
    assert "Another process writes." in capfd.readouterr().err


def test_a_server_that_is_away_at_first_does_not_end_the_watch(
    capfd: pytest.CaptureFixture[str],
) -> None:
    class AwayAtFirst(FakeAssistant):
        def warm(self) -> None:
            raise ServiceError("The database does not answer.", hint="Start it.")

        def watch(self, **options: Any) -> None:
            self._note("watch")

    assistant = AwayAtFirst()
    indexed(assistant, watch=True)
    assert [name for name, _ in assistant.history] == ["sync", "watch"]
    assert "The database does not answer." in capfd.readouterr().err


def test_a_fault_while_indexing_is_shown(capfd: pytest.CaptureFixture[str]) -> None:
    indexed(FakeAssistant(fail=RuntimeError("odd")))
    assert "RuntimeError: odd" in capfd.readouterr().err


def test_stopping_ends_the_work_at_its_next_step() -> None:
    class Endless(FakeAssistant):
        steps = 0

        def sync(self, *, on_progress: Any) -> Any:
            while True:
                self.steps += 1
                on_progress(None)
                time.sleep(0.001)

    assistant = Endless()
    indexing = run._Indexing(assistant, display=Display())  # type: ignore[arg-type]
    indexing.start()
    while not assistant.steps:
        time.sleep(0.001)
    indexing.stop()
    assert not indexing._thread.is_alive()


# --- the whole thing, as a process --------------------------------------------------------------

SERVE = """
import sys
sys.path.insert(0, sys.argv[1])
from fake_assistant import FakeAssistant
from servers import routes
from assistant.cli import entry, session
session.make_assistant = lambda chosen, **settings: FakeAssistant()
sys.exit(entry.run(sys.argv[2:]))
"""


def start(*arguments: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-c", SERVE, str(Path(__file__).parent), "serve", *arguments]
    return subprocess.Popen(
        command,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=_takes_interrupts,
    )


def _takes_interrupts() -> None:
    """A shell's background jobs ignore SIGINT, and so would their children."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


def fetch(url: str, **headers: str) -> int:
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as response:
            return int(response.status)
    except urllib.error.HTTPError as error:
        return error.code


def test_serve_answers_says_where_and_ends_cleanly_with_an_interrupt() -> None:
    port = free_port()
    process = start("--port", str(port))
    assert process.stderr is not None
    try:
        line = process.stderr.readline()
        assert line == f"The page is at http://127.0.0.1:{port} - Ctrl-C ends it.\n"
        assert "Bridge closed" in process.stderr.readline()
        assert process.stderr.readline() == "1 added.\n"
        assert fetch(f"http://127.0.0.1:{port}/") == 200
        assert fetch(f"http://127.0.0.1:{port}/", host="evil.example") == 403
        assert fetch(f"http://127.0.0.1:{port}/", origin="http://evil.example") == 403
        assert fetch(f"http://127.0.0.1:{port}{HEALTH}", host="evil.example") == 200
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()
    assert (process.returncode, out) == (130, "")
    assert err == "Stopped.\n"


def test_serve_on_all_addresses_without_an_auth_file_is_refused() -> None:
    process = start("--host", "0.0.0.0")
    _, err = process.communicate(timeout=20)
    assert process.returncode == 2
    assert "--auth-file" in err


def test_serve_on_a_busy_port_names_the_next() -> None:
    with address.listen("127.0.0.1", 0) as taken:
        process = start("--port", str(taken.getsockname()[1]))
        _, err = process.communicate(timeout=20)
    assert process.returncode == 3
    assert "Try: assistant serve --port" in err


def test_gradio_is_loaded_without_writing_stubs() -> None:
    code = (
        "import builtins, pathlib, sys; real = pathlib.Path.read_text; read = []\n"
        "def note(self, *a, **k):\n"
        "    read.append(self.suffix); return real(self, *a, **k)\n"
        "pathlib.Path.read_text = note\n"
        "from assistant.server import quick_gradio; quick_gradio.load()\n"
        "import gradio, inspect\n"
        "print(read.count('.pyi'), gradio.Textbox.__name__, inspect.getfile.__module__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout == "0 Textbox inspect\n", done.stderr


def test_a_gradio_that_needs_its_stubs_gets_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quick_gradio, "ALLOWS_NO_FILE", "words that are not in the source")
    assert not quick_gradio._can_do_without()
