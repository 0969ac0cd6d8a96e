"""The engine inside the process: with a stand-in for llama.cpp, and without it."""

import struct
import sys
import threading
from collections.abc import Callable, Iterator
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from servers import ScriptedServer, json_lines, scripted_server

from assistant.errors import ModelError, ModelMissing
from assistant.models import EmbeddedChat, check_embedded, choose_engine, embedded, unload
from assistant.models import memory as memory_module
from assistant.models.choose import forget_probes
from assistant.models.memory import free_memory
from assistant.records import Message, Usage
from assistant.settings import Settings, load_settings

ASK = [Message("system", "Answer."), Message("user", "Who?")]
GGUF = b"GGUF" + struct.pack("<I", 3) + bytes(100)
NOWHERE = "http://127.0.0.1:9"


def chunk(text: str | None, reason: str | None = None) -> dict[str, Any]:
    return {"choices": [{"delta": {"content": text}, "finish_reason": reason}]}


USAGE = {"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 2}}
SAID = [chunk(None), chunk("An"), chunk("na."), chunk(None, "stop"), USAGE]


class Llama(ModuleType):
    """Stands in for xllamacpp: says what is queued, keeps what it was asked, stops when told."""

    def __init__(self, address: str) -> None:
        super().__init__("xllamacpp")
        self.__spec__ = ModuleSpec("xllamacpp", None)
        self.says: list[Any] = SAID
        self.hold: threading.Event | None = None
        self.stopped = threading.Event()
        self.loaded: list[Any] = []
        self.bodies: list[dict[str, Any]] = []
        self.fails: Exception | None = None
        self._address = address

    def CommonParams(self) -> SimpleNamespace:  # noqa: N802 - the library's own name
        return SimpleNamespace(
            model=SimpleNamespace(path=""),
            cpuparams=SimpleNamespace(n_threads=-1),
            cpuparams_batch=SimpleNamespace(n_threads=-1),
        )

    def Server(self, params: Any) -> SimpleNamespace:  # noqa: N802 - the library's own name
        if self.fails:
            raise self.fails
        self.loaded.append(params)
        return SimpleNamespace(
            listening_address=self._address, handle_chat_completions=self._complete
        )

    def _complete(self, body: dict[str, Any], hear: Callable[[Any], bool]) -> None:
        self.bodies.append(body)
        for said in self.says:
            if isinstance(said, Exception):
                raise said
            if hear(said):
                self.stopped.set()
                return
            if self.hold and ("prompt_progress" in said or said["choices"][0]["delta"]["content"]):
                self.hold.wait(5)


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with scripted_server(tokenize=json_lines({"tokens": [1, 2, 3]})) as server:
        yield server


@pytest.fixture
def llama(server: ScriptedServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Llama]:
    module = Llama(server.url)
    monkeypatch.setitem(sys.modules, "xllamacpp", module)
    yield module
    unload()


@pytest.fixture
def gguf(tmp_path: Path) -> Path:
    file = tmp_path / "tiny.gguf"
    file.write_bytes(GGUF)
    return file


def settings(file: Path | None = None, **values: Any) -> Settings:
    return load_settings(embedded_model=file, ollama_url=NOWHERE, **values)


def chat(file: Path, **values: Any) -> EmbeddedChat:
    return EmbeddedChat(file, settings=settings(file, **values))


# --- writing ------------------------------------------------------------------------------------


def test_pieces_come_then_usage(llama: Llama, gguf: Path) -> None:
    pieces = list(chat(gguf).stream(ASK, max_tokens=50))
    assert pieces == ["An", "na.", Usage(9, 2, "stop")]
    (body,) = llama.bodies
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert (body["max_tokens"], body["temperature"], body["stream"]) == (50, 0.0, True)


def test_the_model_is_loaded_once_for_all_and_says_nothing(llama: Llama, gguf: Path) -> None:
    threads = [
        threading.Thread(target=lambda: list(chat(gguf).stream(ASK, max_tokens=5)))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    (params,) = llama.loaded
    assert (params.model.path, params.n_ctx, params.verbosity) == (str(gguf), 4096, -1)
    assert len(llama.bodies) == 4


def test_another_file_takes_the_place_of_the_first(
    llama: Llama, gguf: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.gguf"
    other.write_bytes(GGUF)
    list(chat(gguf).stream(ASK, max_tokens=5))
    list(chat(other).stream(ASK, max_tokens=5))
    assert [params.model.path for params in llama.loaded] == [str(gguf), str(other)]
    assert embedded._engine is not None
    assert embedded._engine.file == other


def test_closing_the_iterator_stops_the_model(llama: Llama, gguf: Path) -> None:
    llama.hold = threading.Event()
    stream = chat(gguf).stream(ASK, max_tokens=5)
    assert next(stream) == "An"
    stream.close()  # type: ignore[attr-defined]
    assert not llama.stopped.is_set(), "closing waits for nothing"
    llama.hold.set()
    assert llama.stopped.wait(5)


def test_a_stop_is_heard_while_the_prompt_is_read(llama: Llama, gguf: Path) -> None:
    llama.says = [chunk(None) | {"prompt_progress": {"processed": 128}}] * 3 + SAID
    llama.hold = threading.Event()
    writing = embedded._loaded(gguf, context=4096).write({})
    writing.stop()
    llama.hold.set()
    writing.join()
    assert llama.stopped.is_set()


def test_unloading_stops_what_is_written(llama: Llama, gguf: Path) -> None:
    stream = chat(gguf).stream(ASK, max_tokens=5)
    next(stream)
    unload()
    assert embedded._engine is None
    assert list(stream)


def test_the_port_is_guarded_by_a_key_of_its_own(
    llama: Llama, gguf: Path, server: ScriptedServer
) -> None:
    assert chat(gguf).count_tokens("Who?") == 3
    (params,) = llama.loaded
    (key,) = params.api_keys
    assert len(key) > 30
    assert server.bodies("/tokenize") == [{"content": "Who?"}]
    assert params.ui is params.endpoint_slots is params.endpoint_props is False


@pytest.mark.parametrize(("allowed", "threads"), [({0}, 1), ({0, 1, 2, 3}, -1)])
def test_it_has_no_more_threads_than_cores_it_may_use(
    allowed: set[int], threads: int, llama: Llama, gguf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded.os, "cpu_count", lambda: 4)
    monkeypatch.setattr(embedded.os, "sched_getaffinity", lambda pid: allowed, raising=False)
    list(chat(gguf).stream(ASK, max_tokens=5))
    (params,) = llama.loaded
    assert params.cpuparams.n_threads == params.cpuparams_batch.n_threads == threads


def test_tokens_are_bounded_where_the_model_cannot_count(
    llama: Llama, gguf: Path, server: ScriptedServer
) -> None:
    server.replies["/tokenize"] = json_lines({"error": "no"}, status=500)
    assert chat(gguf).count_tokens("Who is it?") >= 4
    llama.fails = RuntimeError("no")
    unload()
    assert chat(gguf).count_tokens("Who is it?") >= 4


@pytest.mark.parametrize(
    ("says", "message"),
    [
        pytest.param([{"error": {"message": "out of memory"}}], "out of memory", id="an error"),
        pytest.param([chunk("A")], "broke off", id="no end"),
        pytest.param([chunk("A"), ValueError("boom")], "boom", id="raised"),
    ],
)
def test_each_fault_of_llama_becomes_one_of_our_errors(
    says: list[Any], message: str, llama: Llama, gguf: Path
) -> None:
    llama.says = says
    with pytest.raises(ModelError, match=message):
        list(chat(gguf).stream(ASK, max_tokens=5))


def test_a_prompt_that_does_not_fit_is_said_before_it_is_sent(
    llama: Llama, gguf: Path, server: ScriptedServer
) -> None:
    server.replies["/tokenize"] = json_lines({"tokens": [1] * 4000})
    with pytest.raises(ModelError, match="does not fit the 4096 tokens of tiny") as caught:
        list(chat(gguf).stream(ASK, max_tokens=5))
    assert "context_tokens" in caught.value.hint
    assert llama.bodies == []


# --- what can be wrong --------------------------------------------------------------------------


def test_a_model_that_cannot_be_loaded_is_said(llama: Llama, gguf: Path) -> None:
    llama.fails = RuntimeError("Failed to init server")
    with pytest.raises(ModelError, match=r"could not load .*tiny\.gguf: it is damaged"):
        list(chat(gguf).stream(ASK, max_tokens=5))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param(b"MZ" + bytes(100), "is no GGUF model", id="something else"),
        pytest.param(b"GG", "is no GGUF model", id="too short"),
        pytest.param(b"GGUF" + struct.pack("<I", 1), "of version 1", id="old"),
    ],
)
def test_a_file_that_is_no_model_is_said_before_it_is_loaded(
    content: bytes, message: str, llama: Llama, gguf: Path
) -> None:
    gguf.write_bytes(content)
    with pytest.raises(ModelError, match=message) as caught:
        choose_engine(settings(gguf), wanted="embedded")
    assert "models pull --embedded" in caught.value.hint
    assert llama.loaded == []


def test_a_model_too_big_for_memory_is_said_before_it_is_loaded(
    llama: Llama, gguf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "free_memory", lambda: 500_000_000)
    with pytest.raises(ModelError, match=r"needs about 0\.7 GB of memory, and 0\.5 GB are free"):
        choose_engine(settings(gguf), wanted="embedded")
    why = choose_engine(settings(gguf)).why
    assert "0.5 GB are free" in why
    assert llama.loaded == []


def test_what_is_loaded_needs_no_memory_again(
    llama: Llama, gguf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    list(chat(gguf).stream(ASK, max_tokens=5))
    monkeypatch.setattr(embedded, "free_memory", lambda: 0)
    assert check_embedded(settings(gguf)) == gguf


def test_a_missing_file_is_said(llama: Llama, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"gone\.gguf does not exist"):
        check_embedded(settings(tmp_path / "gone.gguf"))
    with pytest.raises(ModelMissing, match="was not downloaded") as caught:
        check_embedded(settings())
    assert "models pull --embedded" in caught.value.hint


def test_without_llama_the_command_that_installs_it_is_said(
    gguf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "find_spec", lambda name: None)
    with pytest.raises(ModelMissing, match="xllamacpp, which is not installed") as caught:
        choose_engine(settings(gguf), wanted="embedded")
    assert "pip install xllamacpp" in caught.value.hint


# --- choosing -----------------------------------------------------------------------------------


def test_auto_lets_the_embedded_model_write_where_there_is_no_ollama(
    llama: Llama, gguf: Path
) -> None:
    forget_probes()
    choice = choose_engine(settings(gguf))
    assert (choice.engine, choice.model.name if choice.model else "") == ("embedded", "tiny")
    assert "without Ollama" in choice.why
    assert llama.loaded == [], "choosing loads nothing"


@pytest.mark.parametrize(("language", "words"), [("en", "small model"), ("de", "kleines Modell")])
def test_auto_offers_it_where_nothing_writes(language: str, words: str, llama: Llama) -> None:
    forget_probes()
    choice = choose_engine(settings(), language=language)
    assert choice.engine == "quotes"
    assert words in choice.why
    assert "`assistant models pull --embedded` (1.1 GB)" in choice.why


@pytest.mark.parametrize(
    ("limit", "used", "free"),
    [
        pytest.param("max", "1000", 4_000_000 * 1024, id="no limit"),
        pytest.param("3000000000", "1000000000", 2_000_000_000, id="a container's limit"),
        pytest.param("1000", "2000", 0, id="over it"),
    ],
)
def test_free_memory_is_what_the_system_and_the_container_leave(
    limit: str, used: str, free: int, tmp_path: Path
) -> None:
    (tmp_path / "meminfo").write_text("MemTotal: 8000000 kB\nMemAvailable:  4000000 kB\n")
    (tmp_path / "memory.max").write_text(f"{limit}\n")
    (tmp_path / "memory.current").write_text(f"{used}\n")
    assert free_memory(table=tmp_path / "meminfo", container=tmp_path) == free


def test_free_memory_is_a_share_of_all_where_the_system_does_not_tell(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory_module, "machine_memory", lambda: 1000)
    assert free_memory(table=tmp_path / "none", container=tmp_path) == 750
