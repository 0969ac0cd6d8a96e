"""Attacks and mishaps in a real Chromium: other users, other pages, names of files, restarts."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest
from browser.conftest import CHROMIUM, FLAGS, Server, Tabs
from browser.fake_assistant import FakeAssistant
from browser.hands import COST, QUIET_SERVERS, answered, ask, open_library, serving, taken_in, until
from servers import routes

from assistant.server import login, users

pytestmark = [
    pytest.mark.browser,
    QUIET_SERVERS,
]
PASSWORD = "four words are enough"
TRY_ALL = """(routes) => Promise.all(routes.map(async ([method, path]) => {
    const body = ["GET", "HEAD"].includes(method) ? undefined : "{}";
    return [[method, path], (await fetch(path, { method, body, credentials: "omit" })).status];
}))"""
REPLAY = """async (sent) => {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify(sent);
    return (await fetch("gradio_api/component_server/", { method: "POST", headers, body })).text();
}"""


def entered(chromium: Any, name: str, **options: Any) -> Any:
    """A browser context of its own for somebody who has signed in."""
    credentials = {"username": name, "password": PASSWORD}
    context = chromium.new_context(http_credentials=credentials, **options)
    context.set_default_timeout(90_000)  # a busy machine is slow, not wrong
    return context


def test_suggestions_to_go_on_with_are_asked_by_a_click(tabs: Tabs, fake: FakeAssistant) -> None:
    page = tabs.open()
    ask(page, COST)
    page.locator(".following button").click()
    until(lambda: fake.asked[-1][0] == "How long will the ferry run?")
    page.wait_for_selector(".following", state="detached")


def test_a_restarted_server_is_noticed_and_the_page_picks_up(
    chromium: Any, contexts: dict[str, Any]
) -> None:
    fake = FakeAssistant()
    with serving(fake) as first:
        tabs = Tabs(chromium, contexts, first.url)
        page = tabs.open()
        ask(page, COST)
        page.fill("#question textarea", "And what about the fer")
        open_library(page)
        port = first.port
    page.wait_for_selector(".offline:has-text('The server does not answer')")
    assert page.locator(".toast-wrap:visible").count() == 0  # one voice says so
    with serving(fake, port=port):
        page.wait_for_selector(".offline", state="hidden", timeout=60_000)
        page.wait_for_selector(".shelf tbody tr:visible")  # where the reader was
        page.get_by_role("tab").nth(0).click()
        answered(page, COST)
        until(
            lambda: page.input_value("#question textarea") == "And what about the fer", seconds=20
        )
        tabs.close()


def test_with_an_auth_file_everybody_has_their_own_conversations(
    chromium: Any, tmp_path: Path
) -> None:
    file = tmp_path / "users.json"
    for name in ("ada", "bob"):
        users.add_user(file, name, password=PASSWORD)
    with serving(FakeAssistant(), login=login.FileLogin(file)) as server:
        assert httpx.get(server.url, trust_env=False).status_code == 401
        people = {name: entered(chromium, name) for name in ("ada", "bob")}
        ada, bob = (context.new_page() for context in people.values())
        ada.goto(server.url)
        ada.wait_for_selector(".welcome")
        ask(ada, COST)
        ada.wait_for_url("**/?c=*")
        bob.goto(ada.url)
        bob.wait_for_selector(".welcome")
        assert COST not in bob.locator(".talk h2").all_inner_texts()
        bob.click(".open-talks")
        bob.wait_for_selector(".drawer :text('No conversations yet')")
        for context in people.values():
            context.close()


def test_what_one_person_sent_does_not_work_for_another(chromium: Any, tmp_path: Path) -> None:
    """Bob knows Ada's requests word for word, and forges the header that names her."""
    file = tmp_path / "users.json"
    for name in ("ada", "bob"):
        users.add_user(file, name, password=PASSWORD)
    fake = FakeAssistant()
    with serving(fake, login=login.FileLogin(file)) as server:
        ada = entered(chromium, "ada").new_page()
        sent: list[dict[str, Any]] = []

        def heard(request: Any) -> None:
            if request.url.endswith("component_server/"):
                sent.append(request.post_data_json)

        ada.on("request", heard)
        ada.goto(server.url)
        ada.wait_for_selector(".welcome")
        ask(ada, COST).locator(".thumb.up").click()
        ada.wait_for_selector(".why-form")
        ada.click(".open-talks")
        ada.wait_for_selector(".drawer .row")
        ada.locator(".drawer .row summary").click()
        with ada.expect_download():
            ada.get_by_role("button", name="Export as JSON").click()
        key = fake.conversations.listed(owner="ada")[0].id
        forged = {"x-assistant-user": "ada"}
        bob = entered(chromium, "bob", extra_http_headers=forged).new_page()
        bob.on("request", heard)
        bob.goto(server.url)
        bob.wait_for_selector(".welcome")
        bob.click(".open-talks")
        bob.wait_for_selector(".drawer :text('No conversations yet')")
        own = sent[-1]["session_hash"]
        tries = [one for one in sent if key in str(one["data"]) or one["fn_name"] == "talks"]
        changes = [
            {**tries[-1], "fn_name": "change", "data": {"what": what, "id": key, "title": "Mine"}}
            for what in ("rename", "delete", "restore")
        ]
        assert {one["fn_name"] for one in tries} == {"rate", "talks", "take_out"}
        for one in [*tries, *changes]:
            said = bob.evaluate(REPLAY, {**one, "session_hash": own})
            assert "error" in said or said == '{"talks":[]}', one
            assert "84 million" not in said and COST not in said
        (kept,) = fake.conversations.listed(owner="ada")
        assert kept.title == COST
        assert fake.conversations.listed(owner="bob") == []
        ada.context.close(), bob.context.close()


def test_without_credentials_no_route_opens_in_the_browser(chromium: Any, tmp_path: Path) -> None:
    file = tmp_path / "users.json"
    users.add_user(file, "ada", password=PASSWORD)
    with serving(FakeAssistant(), login=login.FileLogin(file)) as server:
        found = sorted(set(routes(server.page)))
        context = chromium.new_context()
        page = context.new_page()
        # Chromium shows nothing of a 401: the page that tries the routes is put in its place.
        page.route(server.url, lambda route: route.fulfill(body="", content_type="text/html"))
        page.goto(server.url)
        page.unroute(server.url)
        statuses = page.evaluate(TRY_ALL, found)
        context.close()
    assert len(found) > 50
    assert {tuple(route): status for route, status in statuses if status != 401} == {}


def test_a_name_that_was_pointed_at_this_machine_gets_nothing(
    chromium: Any, server: Server
) -> None:
    """DNS rebinding: the page of a foreign name leads here, which makes it same-origin."""
    server.assistant.__init__()  # type: ignore[misc]
    rebound = "--host-resolver-rules=MAP rebound.example 127.0.0.1"
    browser = chromium.browser_type.launch(executable_path=str(CHROMIUM), args=[*FLAGS, rebound])
    try:
        page = browser.new_page()
        reply = page.goto(f"http://rebound.example:{server.port}/")
        assert reply.status == 403
        wanted = [["GET", "/v1/models"], ["POST", "/gradio_api/call/articles"], ["POST", "/intake"]]
        assert {status for _, status in page.evaluate(TRY_ALL, wanted)} == {403}
    finally:
        browser.close()
    assert len(server.assistant.shelf) == 5


@pytest.mark.parametrize("name", ["../../../outside.txt", "..\\outside.txt", "/etc/outside.txt"])
def test_no_name_of_an_upload_leads_out_of_the_uploads(
    tabs: Tabs, fake: FakeAssistant, server: Server, name: str
) -> None:
    page = tabs.open()
    open_library(page)
    file = {"name": name, "mimeType": "text/plain", "buffer": b"Outside or not"}
    page.set_input_files(".intake input.files", files=[file])
    page.wait_for_selector(".rows [data-state=added]")
    outside = [Path("/etc/outside.txt"), server.uploads.parent / "outside.txt"]
    assert not any(path.exists() for path in outside)
    sent = httpx.post(
        server.url + "gradio_api/upload", files={"files": (name, b"x")}, trust_env=False
    ).json()
    assert all(Path(path).resolve().is_relative_to(server.uploads.resolve()) for path in sent)
    assert '"kind": "added"' in taken_in(server.url, b"A", name=f"{name}.txt")
    assert not any(path.exists() for path in outside)


class _Evil(BaseHTTPRequestHandler):
    """A page of somebody else's, on another port of this machine."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.end_headers()
        self.wfile.write(b"<h1>Win a prize</h1>")

    def log_message(self, *_: object) -> None: ...


def test_another_page_in_the_same_browser_can_neither_read_nor_ask(
    chromium: Any, server: Server
) -> None:
    server.assistant.__init__()  # type: ignore[misc]
    evil = ThreadingHTTPServer(("127.0.0.1", 0), _Evil)
    threading.Thread(target=evil.serve_forever, daemon=True).start()
    context = chromium.new_context()
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{evil.server_address[1]}/")
    tried = page.evaluate(
        """async (target) => {
            const tries = [
                ["v1/chat/completions", {method: "POST", mode: "no-cors",
                    body: '{"messages": [{"role": "user", "content": "What did it cost?"}]}'}],
                ["gradio_api/call/articles", {method: "POST", body: '{"data": []}',
                    headers: {"content-type": "application/json"}}],
                ["intake", {method: "POST", mode: "no-cors", body: "A planted article"}],
                ["v1/models", {}],
                ["articles/harbour/file", {mode: "no-cors"}],
            ];
            const read = [];
            for (const [path, options] of tries) {
                try {
                    const reply = await fetch(target + path, options);
                    read.push(reply.type === "opaque" ? "" : await reply.text());
                } catch { read.push(""); }
            }
            return read;
        }""",
        server.url,
    )
    page.evaluate(
        """(target) => new Promise((done) => {
            const frame = document.createElement("iframe");
            frame.onload = done;
            frame.src = target;
            document.body.append(frame);
        })""",
        server.url,
    )
    framed = page.frames[1].url
    context.close()
    evil.shutdown()
    evil.server_close()
    assert tried == ["", "", "", "", ""]
    assert framed.startswith("chrome-error:")
    assert len(server.assistant.shelf) == 5
    assert server.assistant.asked == []


def test_a_foreign_name_for_this_machine_is_refused(server: Server) -> None:
    reply = httpx.get(server.url, headers={"host": "evil.example"}, trust_env=False)
    assert reply.status_code == 403
