"""Keys of servers: from the environment, to the server they are for, and shown nowhere."""

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeEmbedder
from servers import Reply, ScriptedServer, events, scripted_server

from assistant import Assistant
from assistant.cli import entry
from assistant.errors import AssistantError, ModelError
from assistant.models import OpenAIChat, OpenAIEmbedder, openai_models
from assistant.models.openai import bearer
from assistant.records import Message
from assistant.settings import load_settings, openai_key, without_keys

KEY = "sk-secret-0123456789"
ASK = [Message("user", "Who?")]
DONE = events({"choices": [{"delta": {"content": "Anna."}, "finish_reason": "stop"}]})
MODELS = Reply([b'{"data":[{"id":"m"}]}'])
VECTOR = Reply([b'{"data":[{"index":0,"embedding":[3,4]}]}'])


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.setenv("ASSISTANT_OPENAI_KEY", KEY)


def chat(server: ScriptedServer) -> Any:
    settings = load_settings(openai_url=f"{server.url}/v1", request_timeout=5)
    return list(OpenAIChat("m", settings=settings).stream(ASK, max_tokens=9))


def embed(server: ScriptedServer) -> Any:
    return OpenAIEmbedder("m", url=f"{server.url}/v1", timeout=5).query("who?")


def names(server: ScriptedServer) -> Any:
    return openai_models(load_settings(openai_url=f"{server.url}/v1"))


def serving(reply: Reply | None = None) -> Any:
    return scripted_server(
        v1_chat_completions=reply or DONE,
        v1_embeddings=reply or VECTOR,
        v1_models=reply or MODELS,
    )


CALLS = pytest.mark.parametrize("call", [chat, embed, names])


@CALLS
def test_the_key_goes_along_as_a_bearer_token(call: Callable[[ScriptedServer], Any]) -> None:
    with serving() as server:
        call(server)
        assert server.keys == [f"Bearer {KEY}"]


@CALLS
def test_without_a_key_none_goes_along(
    call: Callable[[ScriptedServer], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ASSISTANT_OPENAI_KEY")
    monkeypatch.setenv("OPENAI_API_KEY", KEY)  # meant for OpenAI, not for this server
    with serving() as server:
        call(server)
        assert server.keys == [""]


def test_openais_own_key_goes_to_openai(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-own")
    assert openai_key("https://api.openai.com/v1") == KEY
    monkeypatch.delenv("ASSISTANT_OPENAI_KEY")
    assert openai_key("https://api.openai.com/v1") == "sk-own"
    assert openai_key("https://api.openai.com.example.org/v1") == ""


@CALLS
@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_key_is_said_in_plain_words(
    status: int, call: Callable[[ScriptedServer], Any]
) -> None:
    said = json.dumps({"error": {"message": f"Incorrect API key provided: {KEY}"}})
    failing = pytest.raises(ModelError, match="does not let you in: it wants a key")
    with serving(Reply([said.encode()], status)) as server, failing as caught:
        call(server)
    assert "export ASSISTANT_OPENAI_KEY=" in caught.value.hint
    assert KEY not in f"{caught.value}{caught.value.hint}"


@CALLS
def test_a_server_that_repeats_the_key_does_not_get_it_shown(
    call: Callable[[ScriptedServer], Any],
) -> None:
    said = json.dumps({"error": f"cannot serve {KEY} now"})
    failing = pytest.raises(ModelError, match="cannot serve … now")
    with serving(Reply([said.encode()], 500)) as server, failing as caught:
        call(server)
    assert KEY not in f"{caught.value}{caught.value.hint}"


@pytest.mark.parametrize("bad", ["sk-ü123", "sk 123", "sk\n123"])
def test_a_key_that_cannot_be_one_is_said_without_showing_it(
    bad: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_OPENAI_KEY", bad)
    with pytest.raises(ModelError, match="a character that no key has") as caught:
        bearer("http://127.0.0.1/v1")
    assert bad not in str(caught.value)


def test_passwords_of_addresses_are_hidden_like_keys() -> None:
    text = f"http://anna:geheim@127.0.0.1:8080/v1 with {KEY}"
    assert without_keys(text) == "http://…@127.0.0.1:8080/v1 with …"


def test_a_password_in_an_address_is_in_no_error_and_in_no_index() -> None:
    url = "http://anna:geheim@127.0.0.1:9/v1"
    settings = load_settings(openai_url=url, ollama_url=url.removesuffix("/v1"))
    embedder = OpenAIEmbedder("m", url=url, timeout=1)
    assert "geheim" not in embedder.name
    with pytest.raises(ModelError) as caught:
        embedder.query("who?")
    with pytest.raises(ModelError) as other:
        openai_models(settings)
    assert "geheim" not in f"{caught.value}{caught.value.hint}{other.value}{other.value.hint}"


def test_the_key_is_in_nothing_that_is_shown_logged_or_kept(
    tmp_path: Path,
    embedder: FakeEmbedder,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    """Status, doctor, an answer, its log and metrics, errors, and every file that was written."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "bridge.txt").write_text("The mayor said that the bridge cost 12 million crowns.")
    caplog.set_level(logging.DEBUG)
    shown: list[object] = []
    said = events({"choices": [{"delta": {"content": "12 million [1]."}, "finish_reason": "stop"}]})
    with (
        scripted_server(v1_chat_completions=said, v1_models=MODELS) as server,
        Assistant(
            folder,
            embedder=embedder,
            engine="openai",
            openai_url=f"{server.url}/v1",
        ) as assistant,
    ):
        assistant.sync()
        shown += [assistant.settings, assistant.status(), assistant.doctor()]
        shown.append(assistant.ask("What did the mayor say that the bridge cost?"))
        server.replies["/v1/chat/completions"] = Reply([KEY.encode()], 500)
        with pytest.raises(AssistantError) as caught:
            assistant.ask("What did the mayor say that the bridge cost, once more?")
        shown += [caught.value, caught.value.hint]
        entry.run(["--corpus", str(folder), "doctor", "--json"])
        assert f"Bearer {KEY}" in server.keys
    captured = capfd.readouterr()
    shown += [captured.out, captured.err, caplog.text]
    assert "with a key" in str(shown)
    assert [item for item in shown if KEY in str(item)] == []
    assert [p for p in tmp_path.rglob("*") if p.is_file() and KEY.encode() in p.read_bytes()] == []
