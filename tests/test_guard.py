"""The one middleware: which names, pages and people get through, and what every response says."""

import asyncio
import base64
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.server import login, users
from assistant.server.guard import (
    FILE_POLICY,
    HEALTH,
    USER_HEADER,
    Guard,
    Names,
    foreign,
    host_name,
)

HOST = ("host", "localhost:7860")
PASSWORD = "four words are enough"


async def inner(scope: Any, receive: Any, send: Any) -> None:
    """The app behind the guard: says that it was reached."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
        return
    headers = [(b"x-frame-options", b"ALLOWALL"), (b"x-own", b"kept")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"reached"})


def ask(
    guard: Guard, *headers: tuple[str, str], path: str = "/", kind: str = "http"
) -> list[dict[str, Any]]:
    """Send one request through the guard and give what it answers."""
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:
        sent.append(dict(message))

    async def receive() -> Any:
        return {"type": "http.request"}

    raw = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    scope = {"type": kind, "path": path, "method": "GET", "headers": raw}
    asyncio.run(guard(scope, receive, send))
    return sent


def status(guard: Guard, *headers: tuple[str, str], path: str = "/") -> int:
    return int(ask(guard, *headers, path=path)[0]["status"])


def basic(name: str, password: str) -> tuple[str, str]:
    token = base64.b64encode(f"{name}:{password}".encode()).decode()
    return "authorization", f"Basic {token}"


@pytest.fixture
def open_guard() -> Guard:
    return Guard(inner, names=Names.of("127.0.0.1"))


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(users.User.__init__, "__defaults__", (2**4, 8, 1))
    monkeypatch.setattr(login, "FAILURE_SECONDS", 0.0)
    path = tmp_path / "users.json"
    users.add_user(path, "anna", password=PASSWORD)
    return path


@pytest.fixture
def closed_guard(file: Path) -> Guard:
    return Guard(inner, names=Names.of("127.0.0.1"), login=login.FileLogin(file))


# --- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        pytest.param("localhost:7860", 200, id="localhost"),
        pytest.param("LocalHost", 200, id="case"),
        pytest.param("localhost.:80", 200, id="trailing dot"),
        pytest.param("127.0.0.1:7860", 200, id="address"),
        pytest.param("[::1]:7860", 200, id="IPv6"),
        pytest.param("evil.example:7860", 403, id="foreign name"),
        pytest.param("localhost.evil.example", 403, id="longer name"),
        pytest.param("192.0.2.7", 403, id="foreign address"),
        pytest.param("localhost:7860@evil.example", 403, id="user info"),
        pytest.param("localhost:80 evil", 403, id="garbage after the port"),
        pytest.param("[::1", 403, id="open bracket"),
        pytest.param("", 403, id="empty"),
    ],
)
def test_only_our_own_names_are_answered(open_guard: Guard, host: str, expected: int) -> None:
    assert status(open_guard, ("host", host)) == expected


def test_no_name_and_two_names_are_refused(open_guard: Guard) -> None:
    assert status(open_guard) == 403
    assert status(open_guard, HOST, HOST) == 403


def test_the_configured_name_is_one_of_ours() -> None:
    guard = Guard(inner, names=Names.of("reader.lan", "fe80::1"))
    assert status(guard, ("host", "reader.lan:7860")) == 200
    assert status(guard, ("host", "[fe80::1]:7860")) == 200
    assert status(guard, ("host", "other.lan:7860")) == 403


def test_listening_everywhere_allows_addresses_but_not_names() -> None:
    guard = Guard(inner, names=Names.of("reader", any_address=True))
    assert status(guard, ("host", "192.0.2.7:7860")) == 200
    assert status(guard, ("host", "[2001:db8::1]:7860")) == 200
    assert status(guard, ("host", "evil.example")) == 403


@given(st.text(max_size=40))
def test_any_host_header_has_a_name_or_none(host: str) -> None:
    name = host_name(host)
    assert name in host.lower()


# --- other pages --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        pytest.param([("origin", "http://localhost:7860")], 200, id="our own page"),
        pytest.param([("origin", "https://localhost:7860")], 200, id="behind TLS"),
        pytest.param([("origin", "http://localhost:3000")], 403, id="another port"),
        pytest.param([("origin", "http://127.0.0.1:7860")], 403, id="another name of ours"),
        pytest.param([("origin", "http://evil.example")], 403, id="foreign"),
        pytest.param([("origin", "null")], 403, id="null"),
        pytest.param([("origin", "file://localhost:7860")], 403, id="another scheme"),
        pytest.param([("origin", "http://localhost:7860")] * 2, 403, id="two origins"),
        pytest.param(
            [("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "cors")], 200, id="own fetch"
        ),
        pytest.param(
            [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "no-cors")],
            403,
            id="an image elsewhere",
        ),
        pytest.param(
            [("sec-fetch-site", "same-site"), ("sec-fetch-mode", "cors")],
            403,
            id="another port of this machine",
        ),
        pytest.param(
            [
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-mode", "navigate"),
                ("sec-fetch-dest", "document"),
            ],
            200,
            id="a link from elsewhere",
        ),
        pytest.param(
            [
                ("sec-fetch-site", "cross-site"),
                ("sec-fetch-mode", "navigate"),
                ("sec-fetch-dest", "iframe"),
            ],
            403,
            id="a frame elsewhere",
        ),
        pytest.param([("sec-fetch-site", "none"), ("sec-fetch-mode", "navigate")], 200, id="typed"),
    ],
)
def test_other_pages_may_link_here_and_nothing_more(
    open_guard: Guard, headers: list[tuple[str, str]], expected: int
) -> None:
    assert status(open_guard, HOST, *headers) == expected


def test_a_websocket_from_elsewhere_is_closed(open_guard: Guard) -> None:
    (own,) = ask(open_guard, HOST, ("origin", "http://localhost:7860"), kind="websocket")
    assert own["type"] == "websocket.accept"
    (foreign,) = ask(open_guard, HOST, ("origin", "http://evil.example"), kind="websocket")
    assert (foreign["type"], foreign["code"]) == ("websocket.close", 1008)


@given(st.dictionaries(st.text(max_size=20), st.lists(st.text(max_size=20), max_size=3)))
def test_any_headers_are_judged_without_an_error(headers: dict[str, list[str]]) -> None:
    assert foreign(headers, names=Names.of()) or "localhost" in str(headers)


# --- people and programs ------------------------------------------------------------------------


def test_without_an_auth_file_everybody_on_this_machine_may_enter(open_guard: Guard) -> None:
    assert ask(open_guard, HOST)[1]["body"] == b"reached"


def test_the_right_password_enters_and_is_remembered(closed_guard: Guard, file: Path) -> None:
    for _ in range(2):
        assert status(closed_guard, HOST, basic("anna", PASSWORD)) == 200


@pytest.mark.parametrize(
    "authorization",
    [
        pytest.param("", id="none"),
        pytest.param("Basic", id="nothing after Basic"),
        pytest.param("Basic !!!", id="no base64"),
        pytest.param("Basic " + base64.b64encode(b"anna").decode(), id="no colon"),
        pytest.param("Basic " + base64.b64encode(b"\xff:\xff").decode(), id="no UTF-8"),
        pytest.param(basic("anna", "wrong password")[1], id="wrong password"),
        pytest.param(basic("berta", PASSWORD)[1], id="unknown name"),
        pytest.param(basic("", "")[1], id="empty"),
        pytest.param("Bearer", id="no token"),
        pytest.param("Bearer x", id="wrong token"),
        pytest.param("Digest x", id="another scheme"),
        pytest.param("Bearer é\xff", id="odd bytes"),
        pytest.param("Basic é\xff", id="odd bytes as Basic"),
    ],
)
def test_everything_else_is_asked_who_it_is(closed_guard: Guard, authorization: str) -> None:
    start, body = ask(closed_guard, HOST, ("authorization", authorization))
    headers = dict(start["headers"])
    assert start["status"] == 401
    assert headers[b"www-authenticate"].startswith(b"Basic ")
    assert json.loads(body["body"])["error"]["code"] == 401


def test_two_authorizations_are_none(closed_guard: Guard) -> None:
    right = basic("anna", PASSWORD)
    assert status(closed_guard, HOST, right, basic("anna", "wrong")) == 401


def test_a_program_enters_with_its_token(file: Path) -> None:
    token = users.add_token(file, "backup")
    guard = Guard(inner, names=Names.of(), login=login.FileLogin(file))
    assert status(guard, HOST, ("authorization", f"bearer {token}")) == 200
    assert status(guard, HOST, ("authorization", f"Bearer {token}x")) == 401


def test_a_change_of_the_file_counts_at_once(closed_guard: Guard, file: Path) -> None:
    assert status(closed_guard, HOST, basic("anna", PASSWORD)) == 200
    users.add_user(file, "anna", password="another password")
    assert status(closed_guard, HOST, basic("anna", PASSWORD)) == 401
    assert status(closed_guard, HOST, basic("anna", "another password")) == 200
    users.remove(file, "anna")
    assert status(closed_guard, HOST, basic("anna", "another password")) == 401


@pytest.mark.parametrize("broken", [pytest.param(None, id="gone"), pytest.param("{", id="broken")])
def test_while_the_file_is_unusable_nobody_enters(
    closed_guard: Guard, file: Path, broken: str | None
) -> None:
    assert status(closed_guard, HOST, basic("anna", PASSWORD)) == 200
    if broken is None:
        file.unlink()
    else:
        file.write_text(broken)
    assert status(closed_guard, HOST, basic("anna", PASSWORD)) == 401


def test_a_stranger_under_a_foreign_name_is_not_even_asked(closed_guard: Guard) -> None:
    assert status(closed_guard, ("host", "evil.example"), basic("anna", PASSWORD)) == 403


def test_health_is_answered_to_everybody_and_nothing_near_it_is(closed_guard: Guard) -> None:
    assert status(closed_guard, ("host", "10.1.2.3"), path=HEALTH) == 200
    for path in ("/healthz/", "//healthz", "/healthz/x", "/HEALTHZ", "/x/../healthz"):
        assert status(closed_guard, HOST, path=path) == 401


# --- headers of every response ------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [pytest.param([HOST], id="answered"), pytest.param([("host", "evil")], id="refused")],
)
def test_every_response_carries_the_security_headers(
    open_guard: Guard, headers: list[tuple[str, str]]
) -> None:
    given = ask(open_guard, *headers)[0]["headers"]
    found = dict(given)
    assert len(found) == len(given)
    assert found[b"x-frame-options"] == b"DENY"
    assert found[b"x-content-type-options"] == b"nosniff"
    policy = found[b"content-security-policy"].decode()
    for rule in ("img-src 'self' data: blob:", "form-action 'none'", "frame-ancestors 'none'"):
        assert rule in policy
    assert "http" not in policy


def test_an_uploaded_file_may_run_no_script(open_guard: Guard) -> None:
    for path in ("/gradio_api/file=/tmp/x.html", "/gradio_api/file/x.html"):
        headers = dict(ask(open_guard, HOST, path=path)[0]["headers"])
        assert headers[b"content-security-policy"].decode() == FILE_POLICY
    assert "script-src" not in FILE_POLICY
    assert "default-src 'none'" in FILE_POLICY


def test_headers_of_the_page_are_kept(open_guard: Guard) -> None:
    assert (b"x-own", b"kept") in ask(open_guard, HOST)[0]["headers"]


@pytest.mark.parametrize(
    ("credentials", "seen"),
    [
        pytest.param((), [], id="nobody has to say who they are"),
        pytest.param((basic("jörg", PASSWORD),), [b"j%C3%B6rg"], id="a user"),
    ],
)
def test_the_page_hears_who_asks_from_the_guard_alone(
    tmp_path: Path, credentials: tuple[tuple[str, str], ...], seen: list[bytes]
) -> None:
    heard: list[Any] = []

    async def page(scope: Any, receive: Any, send: Any) -> None:
        heard.extend(value for name, value in scope["headers"] if name == USER_HEADER)
        await inner(scope, receive, send)

    users.add_user(tmp_path / "users.json", "jörg", password=PASSWORD)
    known = login.FileLogin(tmp_path / "users.json") if credentials else None
    guard = Guard(page, names=Names.of(), login=known)
    forged = ("X-Assistant-User", "root")
    assert status(guard, HOST, forged, *credentials) == 200
    assert heard == seen
