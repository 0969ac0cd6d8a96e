"""The named endpoints for programs, over HTTP as Gradio's own client uses them; no browser."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest
from browser.conftest import Server

pytestmark = pytest.mark.filterwarnings(
    "ignore::ResourceWarning",
    "ignore::DeprecationWarning",
    "ignore::pytest.PytestUnraisableExceptionWarning",
)


def call(server: Server, name: str, *data: Any) -> Any:
    """Call an endpoint and give its result; None where the server reports an error."""
    with httpx.Client(base_url=server.url, trust_env=False, timeout=30) as client:
        started = client.post(f"gradio_api/call/{name}", json={"data": data})
        started.raise_for_status()
        event = started.json()["event_id"]
        said = client.get(f"gradio_api/call/{name}/{event}").text
    if "event: complete" not in said:
        return None
    return json.loads(said.split("event: complete\ndata: ", 1)[1].splitlines()[0])[0]


def upload(server: Server, file: Path) -> dict[str, Any]:
    with httpx.Client(base_url=server.url, trust_env=False, timeout=30) as client:
        sent = client.post("gradio_api/upload", files={"files": (file.name, file.read_bytes())})
    return {"path": sent.json()[0], "meta": {"_type": "gradio.FileData"}}


def test_ask_gives_the_document_of_the_command_line(server: Server) -> None:
    answer = call(server, "ask", "What did it cost?", "2024-10-01", "", ["de"], [], [], False)
    assert answer["answered"] is True
    assert answer["citations"][0]["article"]["title"] == "The new harbour bridge"
    options = server.assistant.asked[-1][2]
    assert (options["since"], options["language"]) == ("2024-10-01", ["de"])
    assert options["inferred_filters"] is False


def test_an_error_is_a_document_too(server: Server) -> None:
    answer = call(server, "ask", "Is it broken?", "", "", [], [], [], True)
    assert answer["error"]["hint"] == "Start it with: ollama serve"
    assert answer["error"]["code"] == 3


def test_search_articles_and_show(server: Server) -> None:
    hits = call(server, "search", "bridge", 2, "", "", [], [], [])["hits"]
    assert [hit["rank"] for hit in hits] == [1, 2]
    assert "harbour" in {article["id"] for article in call(server, "articles")["articles"]}
    assert call(server, "show", "harbour")["text"].startswith("The new harbour bridge")
    assert call(server, "show", "nowhere")["error"]["code"] == 1


def test_add_takes_uploads_and_addresses(server: Server, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("One more")
    sent = upload(server, tmp_path / "one.txt")
    report = call(server, "add", [sent], "https://a.example/")
    assert [change["title"] for change in report["added"]] == ["One more"]
    assert [failure["path"] for failure in report["failed"]] == ["https://a.example/"]


NAMED = [
    pytest.param("/etc/hostname", id="absolute"),
    pytest.param("../../../../../../etc/hostname", id="relative"),
    pytest.param("http://127.0.0.1:9/x.txt", id="address"),
]


@pytest.mark.parametrize("path", NAMED)
def test_add_takes_no_file_that_was_not_uploaded(server: Server, path: str) -> None:
    before = len(server.assistant.shelf)
    assert call(server, "add", [{"path": path, "meta": {"_type": "gradio.FileData"}}], "") is None
    assert len(server.assistant.shelf) == before


@pytest.mark.parametrize("path", NAMED)
def test_no_other_endpoint_takes_a_file_in_the_place_of_a_text(server: Server, path: str) -> None:
    assert call(server, "show", {"path": path, "meta": {"_type": "gradio.FileData"}}) is None


def test_no_file_outside_the_uploads_is_served(server: Server) -> None:
    for path in ("/etc/hostname", "/proc/self/environ", str(Path(__file__))):
        answer = httpx.get(f"{server.url}gradio_api/file={path}", trust_env=False)
        assert answer.status_code in (403, 404), path


def test_only_the_named_endpoints_are_public(server: Server) -> None:
    info = httpx.get(f"{server.url}gradio_api/info", trust_env=False).json()
    assert set(info["named_endpoints"]) == {"/ask", "/search", "/add", "/articles", "/show"}
    assert info["unnamed_endpoints"] == {}


def test_twenty_people_asking_at_once_each_get_their_own_answer(server: Server) -> None:
    def one(number: int) -> str:
        answer = call(server, "ask", f"cost number {number}", "", "", [], [], [], True)
        return str(answer["question"])

    with ThreadPoolExecutor(20) as people:
        answers = list(people.map(one, range(20)))
    assert answers == [f"cost number {number}" for number in range(20)]
