"""What programs may ask: the OpenAI-compatible routes and the MCP server, over HTTP, no browser."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from browser.conftest import Server
from browser.fake_assistant import FakeAssistant
from browser.hands import until

pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning",
    "ignore::DeprecationWarning",
    "ignore::pytest.PytestUnraisableExceptionWarning",
)
COST = {"role": "user", "content": "What did it cost?"}


def post(server: Server, path: str, document: Any, **options: Any) -> httpx.Response:
    with httpx.Client(base_url=server.url, trust_env=False, timeout=60) as client:
        if isinstance(document, bytes):
            return client.post(path, content=document, **options)
        return client.post(path, json=document, **options)


@pytest.fixture
def fake(server: Server) -> FakeAssistant:
    server.assistant.__init__()  # type: ignore[misc]
    return server.assistant


# --- OpenAI ---------------------------------------------------------------------------------------


def test_the_one_model_is_listed(server: Server) -> None:
    listed = httpx.get(server.url + "v1/models", trust_env=False, timeout=60).json()
    assert [model["id"] for model in listed["data"]] == ["articles"]


def test_a_completion_has_the_answer_its_sources_and_annotations(
    server: Server, fake: FakeAssistant
) -> None:
    asked = {"model": "articles", "messages": [{"role": "system", "content": "Be rude."}, COST]}
    reply = post(server, "v1/chat/completions", asked).json()
    message = reply["choices"][0]["message"]
    assert "84 million euros [1]." in message["content"]
    assert "[2] Hafenbrücke teurer als geplant" in message["content"]
    first, second = (one["url_citation"] for one in message["annotations"])
    assert message["content"][first["start_index"] : first["end_index"]] == "[1]"
    assert first["url"] == "https://harbour-post.example/bridge"
    assert second["url"] == f"{server.url}articles/bruecke/file"
    assert second["quote"].startswith("Die neue Hafenbrücke")
    assert reply["choices"][0]["finish_reason"] == "stop"
    assert fake.asked[-1][1] == ()


def test_what_was_said_before_is_the_history(server: Server, fake: FakeAssistant) -> None:
    before = [
        {"role": "user", "content": [{"type": "text", "text": "Who opened it?"}]},
        {"role": "assistant", "content": "The mayor [1]."},
    ]
    post(server, "v1/chat/completions", {"messages": [*before, COST]})
    assert [(t.question, t.answer) for t in fake.asked[-1][1]] == [
        ("Who opened it?", "The mayor [1].")
    ]


def test_a_streamed_completion_says_the_same_in_pieces(server: Server, fake: FakeAssistant) -> None:
    whole = post(server, "v1/chat/completions", {"messages": [COST]}).json()
    said = post(server, "v1/chat/completions", {"messages": [COST], "stream": True})
    assert said.headers["content-type"].startswith("text/event-stream")
    lines = [line[6:] for line in said.text.splitlines() if line.startswith("data: ")]
    assert lines[-1] == "[DONE]"
    deltas = [json.loads(line)["choices"][0]["delta"] for line in lines[:-1]]
    content = "".join(delta.get("content", "") for delta in deltas)
    assert content == whole["choices"][0]["message"]["content"]
    assert len(deltas[-1]["annotations"]) == 2


def test_a_client_that_leaves_stops_the_model(server: Server, fake: FakeAssistant) -> None:
    fake.pause = 0.02
    asked = {"messages": [{"role": "user", "content": "Something long"}], "stream": True}
    with (
        httpx.Client(trust_env=False) as client,
        client.stream("POST", server.url + "v1/chat/completions", json=asked) as reply,
    ):
        next(reply.iter_lines())
    until(lambda: fake.closed == 1, seconds=10)


@pytest.mark.parametrize(
    ("document", "status", "said"),
    [
        pytest.param(b"{", 400, "no JSON", id="no JSON"),
        pytest.param({}, 400, "no messages", id="no messages"),
        pytest.param({"messages": []}, 400, "user's", id="nothing said"),
        pytest.param(
            {"messages": [{"role": "assistant", "content": "x"}]}, 400, "user's", id="not the user"
        ),
        pytest.param(
            {"messages": [{"role": "user", "content": "Is it broken?"}]},
            503,
            "ollama serve",
            id="no model",
        ),
        pytest.param(b" " * 2_100_000, 400, "too long", id="too long"),
    ],
)
def test_a_bad_request_is_an_error_that_says_what_to_do(
    server: Server, fake: FakeAssistant, document: Any, status: int, said: str
) -> None:
    reply = post(server, "v1/chat/completions", document)
    assert reply.status_code == status
    assert said in reply.json()["error"]["message"]


# --- MCP ------------------------------------------------------------------------------------------


def call(server: Server, method: str, **params: Any) -> Any:
    message = {"jsonrpc": "2.0", "id": 7, "method": method, "params": params}
    return post(server, "mcp", message).json()


def test_the_official_client_lists_and_calls_the_tools(server: Server, fake: FakeAssistant) -> None:
    mcp = pytest.importorskip("mcp", reason="the MCP client is not installed")

    async def talk() -> tuple[set[str], Any]:
        async with mcp.Client(server.url + "mcp") as client:
            tools = {tool.name for tool in (await client.list_tools()).tools}
            return tools, await client.call_tool("ask", {"question": "What did it cost?"})

    with ThreadPoolExecutor(1) as thread:  # Playwright's loop runs in this one
        tools, answer = thread.submit(asyncio.run, talk()).result()
    assert tools == {"ask", "search", "add", "articles", "show"}
    assert json.loads(answer.content[0].text)["citations"][0]["number"] == 1


@pytest.mark.parametrize(
    ("tool", "given", "key"),
    [
        ("search", {"query": "bridge", "k": 2}, "hits"),
        ("articles", {}, "articles"),
        ("show", {"article_id": "harbour"}, "text"),
        ("add", {"addresses": ["https://a.example/"]}, "failed"),
    ],
)
def test_each_tool_gives_the_document_of_its_command(
    server: Server, fake: FakeAssistant, tool: str, given: dict[str, Any], key: str
) -> None:
    result = call(server, "tools/call", name=tool, arguments=given)["result"]
    assert not result["isError"]
    assert key in result["structuredContent"]


@pytest.mark.parametrize(
    ("tool", "given"),
    [
        pytest.param("show", {"article_id": "nowhere"}, id="unknown article"),
        pytest.param("ask", {}, id="nothing asked"),
        pytest.param("ask", {"question": 5}, id="another kind"),
        pytest.param("search", {"query": "x", "k": "5"}, id="k is no number"),
        pytest.param("articles", {"path": "/etc"}, id="an argument of its own"),
        pytest.param("add", {"addresses": ["/etc/hostname"]}, id="a path of this machine"),
        pytest.param("add", {"addresses": []}, id="no address"),
    ],
)
def test_what_a_tool_cannot_do_is_an_error_the_model_can_read(
    server: Server, fake: FakeAssistant, tool: str, given: dict[str, Any]
) -> None:
    result = call(server, "tools/call", name=tool, arguments=given)["result"]
    assert result["isError"]
    assert json.loads(result["content"][0]["text"])["error"]["message"]
    assert len(fake.shelf) == 5


@pytest.mark.parametrize(
    ("method", "params", "code"),
    [("tools/call", {"name": "rm"}, -32602), ("resources/list", {}, -32601)],
)
def test_what_is_not_there_is_an_error_of_the_protocol(
    server: Server, method: str, params: dict[str, Any], code: int
) -> None:
    assert call(server, method, **params)["error"]["code"] == code


def test_notifications_are_taken_and_other_bodies_refused(server: Server) -> None:
    note = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    assert post(server, "mcp", note).status_code == 202
    assert post(server, "mcp", b"nothing").status_code == 400
    assert post(server, "mcp", [note]).status_code == 400


# --- the one guard --------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["v1/chat/completions", "mcp"])
@pytest.mark.parametrize(
    "headers", [{"host": "evil.example"}, {"origin": "http://evil.example"}], ids=["host", "origin"]
)
def test_no_foreign_name_or_page_may_ask(
    server: Server, fake: FakeAssistant, path: str, headers: dict[str, str]
) -> None:
    assert post(server, path, {"messages": [COST]}, headers=headers).status_code == 403
    assert fake.asked == []
