"""The doctor: each thing that can be wrong is found, and comes with what mends it."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from fakes import FakeChat, FakeEmbedder

from assistant import __version__, doctor, engine_checks
from assistant.catalogue import ServerFacts
from assistant.engine_checks import Probes
from assistant.errors import IndexMismatch, ModelError, ModelMissing, ServiceError
from assistant.models import EngineChoice, OllamaModel
from assistant.records import Check
from assistant.settings import Settings, load_settings

CHATTY = OllamaModel("qwen2.5:3b", 2_000_000_000, 3_000_000_000, True)
NO_WEIGHTS = ModelMissing("It was not downloaded.", hint="assistant models pull --embedded")
NO_OLLAMA = ModelError("Ollama does not answer.", hint="Start it with: ollama serve")
EMBEDDER = OllamaModel("bge-m3:latest", 1_000_000_000, 500_000_000, False)


@dataclass
class FakeCatalogue:
    """What is in the index, as the test says."""

    known: dict[str, tuple[str, Any]] = field(default_factory=dict)
    failed: dict[str, Any] = field(default_factory=dict)

    def counts(self) -> tuple[int, int]:
        return len(self.known), 10 * len(self.known)

    def files(self) -> dict[str, tuple[str, Any]]:
        return self.known

    def failures(self) -> dict[str, Any]:
        return self.failed


@dataclass
class FakeIndex:
    """An index that can be opened."""

    catalogue: FakeCatalogue
    embedder: Any


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    folder = tmp_path / "articles"
    folder.mkdir()
    (folder / "bridge.txt").write_text("The bridge was closed on Monday.")
    return folder


@pytest.fixture
def index(corpus: Path) -> FakeIndex:
    """An index in step with the corpus."""
    return FakeIndex(FakeCatalogue({"bridge.txt": ("a1", state(corpus))}), FakeEmbedder())


def state(corpus: Path, name: str = "bridge.txt") -> SimpleNamespace:
    status = (corpus / name).stat()
    return SimpleNamespace(size=status.st_size, mtime_ns=status.st_mtime_ns)


DATABASE = ServerFacts("127.0.0.1:5432/d", "127.0.0.1", "15.1", False)


def probes(
    *,
    version: str | Exception = "0.30.1",
    models: Sequence[OllamaModel] = (CHATTY,),
    choice: EngineChoice | Exception | None = None,
    embedded: Path | Exception = NO_WEIGHTS,
    names: Sequence[str] | Exception = ("local",),
    chroma: str | Exception = "1.0.0",
    postgres: ServerFacts | Exception = DATABASE,
    reachable: bool = False,
) -> Probes:
    """Everything outside, as the test says."""

    def give(value: Any) -> Callable[..., Any]:
        def answer(*_: object) -> Any:
            if isinstance(value, Exception):
                raise value
            return value

        return answer

    return Probes(
        ollama_version=give(version),
        ollama_models=give(models),
        choose_engine=give(choice or EngineChoice("quotes", None, "Quotes were wanted.")),
        embedded=give(embedded),
        openai_models=give(names),
        chroma_version=give(chroma),
        postgres=give(postgres),
        reachable=give(reachable),
    )


def find(
    corpus: Path,
    index: FakeIndex | Exception,
    *,
    outside: Probes | None = None,
    given: dict[str, Any] | None = None,
) -> dict[str, Check]:
    """Run the doctor and give its findings by name."""

    def open_index() -> Any:
        if isinstance(index, Exception):
            raise index
        return index

    settings: Settings = load_settings(corpus=corpus, **(given or {}))
    checks = doctor.check(
        settings,
        config=None,
        given={"corpus", *(given or {})},
        open_index=open_index,
        probes=outside or probes(),
    )
    return {check.name: check for check in checks}


def test_a_healthy_machine_has_no_finding(corpus: Path, index: FakeIndex) -> None:
    checks = find(corpus, index)
    assert [name for name, check in checks.items() if not check.ok] == []
    assert list(checks) == [
        *("version", "settings", "corpus", "data", "index", "files", "embedder"),
        *("ollama", "ollama address", "models", "engine"),
    ]
    assert __version__ in checks["version"].message
    assert "1 articles, 10 passages, in step" in checks["index"].message


@pytest.mark.parametrize("engine", ["auto", "embedded"])
def test_ollama_is_not_missed_where_the_embedded_model_writes(
    engine: str, corpus: Path, index: FakeIndex
) -> None:
    outside = probes(version=NO_OLLAMA, embedded=Path("small.gguf"))
    checks = find(corpus, index, outside=outside, given={"engine": engine})
    assert [name for name, check in checks.items() if not check.ok] == []
    assert checks["ollama"].message == "not there and not needed: engine embedded"
    assert checks["embedded model"].message == "small.gguf"


def test_the_embedded_model_is_offered_where_ollama_is_missing(
    corpus: Path, index: FakeIndex
) -> None:
    check = find(corpus, index, outside=probes(version=NO_OLLAMA))["ollama"]
    assert not check.ok
    assert "pip install xllamacpp && assistant models pull --embedded" in check.hint


def test_an_embedded_model_that_was_named_and_cannot_be_used_is_found(
    corpus: Path, index: FakeIndex, tmp_path: Path
) -> None:
    outside = probes(version=NO_OLLAMA, embedded=ModelError("x.gguf is no GGUF.", hint="Another"))
    given = {"embedded_model": tmp_path / "x.gguf"}
    check = find(corpus, index, outside=outside, given=given)["embedded model"]
    assert (check.ok, check.message, check.hint) == (False, "x.gguf is no GGUF.", "Another")


def test_an_embedder_of_ollama_needs_it_whoever_writes(corpus: Path, index: FakeIndex) -> None:
    outside = probes(version=NO_OLLAMA, embedded=Path("small.gguf"))
    given = {"embedder": "ollama:bge-m3"}
    assert not find(corpus, index, outside=outside, given=given)["ollama"].ok


def test_every_finding_has_a_hint(tmp_path: Path) -> None:
    missing = IndexMismatch("Another embedder.", hint="assistant rebuild")
    outside = probes(version=ModelError("Silent.", hint="ollama serve"))
    checks = find(tmp_path / "none", missing, outside=outside)
    assert [c.name for c in checks.values() if not c.ok] == ["corpus", "index", "ollama"]
    assert [c.name for c in checks.values() if not c.ok and not c.hint] == []


def test_an_openai_server_is_checked_where_one_is_set(
    corpus: Path, index: FakeIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {"openai_url": "http://127.0.0.1:8080/v1"}
    check = find(corpus, index, given=given)["openai"]
    assert (check.ok, check.message) == (
        True,
        "http://127.0.0.1:8080/v1 has local, without a key",
    )
    down = probes(names=ModelError("It does not answer.", hint="Start it."))
    check = find(corpus, index, outside=down, given=given)["openai"]
    assert (check.ok, check.hint) == (False, "Start it.")


def test_a_key_that_would_go_unencrypted_is_found_and_not_shown(
    corpus: Path, index: FakeIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_OPENAI_KEY", "sk-secret")
    checks = find(corpus, index, given={"openai_url": "http://models.example/v1"})
    assert not checks["openai key"].ok
    assert "https://" in checks["openai key"].hint
    assert "your questions and the passages go there" in checks["openai"].message
    for url in ("https://models.example/v1", "http://127.0.0.1:8080/v1"):
        assert "openai key" not in find(corpus, index, given={"openai_url": url})
    assert "sk-secret" not in str(checks)


def test_a_chroma_server_is_checked_where_one_is_set(
    corpus: Path, index: FakeIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "chroma" not in find(corpus, index)
    given = {"chroma_url": "http://127.0.0.1:8000"}
    assert find(corpus, index, given=given)["chroma"].ok
    down = probes(chroma=ServiceError("It does not answer.", hint="chroma run"))
    check = find(corpus, index, outside=down, given=given)["chroma"]
    assert (check.ok, check.hint) == (False, "chroma run")
    monkeypatch.setenv("ASSISTANT_CHROMA_TOKEN", "secret-token")
    checks = find(corpus, index, given={"chroma_url": "http://vectors.example"})
    assert not checks["chroma token"].ok
    assert "secret-token" not in str(checks)


def test_the_database_of_the_index_is_checked_where_one_is_set(
    corpus: Path, index: FakeIndex
) -> None:
    assert "postgresql" not in find(corpus, index)
    given = {"catalogue": "postgresql://anna:secret@127.0.0.1/d"}
    checks = find(corpus, index, given=given)
    assert checks["postgresql"].ok and "PostgreSQL 15.1" in checks["postgresql"].message
    assert "secret" not in checks["settings"].message
    down = probes(postgres=ServiceError("It does not answer.", hint="Start it."))
    check = find(corpus, index, outside=down, given=given)["postgresql"]
    assert (check.ok, check.hint) == (False, "Start it.")
    for encrypted in (True, False):
        away = ServerFacts("db.example:5432/d", "db.example", "15.1", encrypted)
        checks = find(corpus, index, outside=probes(postgres=away), given=given)
        assert "words of your articles go there" in checks["postgresql"].message
        assert ("postgresql encryption" in checks) is not encrypted


# --- settings -----------------------------------------------------------------------------------


def test_settings_say_where_they_come_from(
    corpus: Path, index: FakeIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_MODEL", "qwen2.5:3b")
    message = find(corpus, index, given={"port": 8000})["settings"].message
    assert f"corpus = {corpus} (argument)" in message
    assert "model = qwen2.5:3b (environment)" in message
    assert "port = 8000 (argument)" in message
    assert "by default: " in message
    assert "engine = auto" in message.split("by default: ")[1]


def test_a_password_in_an_address_is_not_shown(corpus: Path, index: FakeIndex) -> None:
    url = "http://anna:secret@127.0.0.1:11434"
    checks = find(corpus, index, given={"ollama_url": url})
    assert not [check for check in checks.values() if "secret" in check.message + check.hint]
    assert "http://…@127.0.0.1:11434" in checks["settings"].message


# --- folders ------------------------------------------------------------------------------------


def test_a_missing_corpus_folder_is_found(tmp_path: Path, index: FakeIndex) -> None:
    check = find(tmp_path / "none", index)["corpus"]
    assert not check.ok
    assert check.hint.startswith("Make it: mkdir")


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_found(corpus: Path, index: FakeIndex) -> None:
    corpus.chmod(0o500)
    checks = find(corpus, index)
    corpus.chmod(0o700)
    assert not checks["corpus"].ok


def test_a_refused_write_is_found_whoever_runs_it(
    corpus: Path, index: FakeIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(doctor.tempfile, "TemporaryFile", refuse)
    checks = find(corpus, index)
    assert not checks["corpus"].ok
    assert not checks["data"].ok


def test_files_that_are_not_read_are_named(corpus: Path, index: FakeIndex) -> None:
    for name in ("a.xls", "b.xls", "c.xls", "d.xls"):
        (corpus / name).write_text("x")
    check = find(corpus, index)["corpus"]
    assert check.ok
    assert "a.xls, b.xls, c.xls and 1 more" in check.message


def test_a_full_disk_is_found(
    corpus: Path, index: FakeIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = SimpleNamespace(free=200_000_000)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda folder: usage)
    check = find(corpus, index)["data"]
    assert not check.ok
    assert "0.20 GB" in check.message


# --- the index ----------------------------------------------------------------------------------


def test_new_changed_and_missing_files_are_counted(corpus: Path, index: FakeIndex) -> None:
    (corpus / "new.txt").write_text("New.")
    old = SimpleNamespace(size=1, mtime_ns=1)
    index.catalogue.known = {"bridge.txt": ("a1", old), "gone.txt": ("a2", old)}
    check = find(corpus, index)["index"]
    assert not check.ok
    assert "1 new, 1 changed, 1 missing" in check.message
    assert check.hint.endswith("assistant sync")


def test_a_file_that_could_not_be_read_is_a_finding_but_not_new(
    corpus: Path, index: FakeIndex
) -> None:
    (corpus / "scan.pdf").write_text("x")
    failed = SimpleNamespace(error="It has no text.", hint="Run: ocrmypdf scan.pdf scan.pdf")
    index.catalogue.failed = {"scan.pdf": failed}
    checks = find(corpus, index)
    assert checks["index"].ok
    assert not checks["files"].ok
    assert checks["files"].message == "scan.pdf could not be read. scan.pdf: It has no text."
    assert checks["files"].hint == failed.hint


def test_an_index_made_otherwise_is_found_with_its_own_hint(corpus: Path) -> None:
    error = IndexMismatch("The index was made with another embedder.", hint="assistant rebuild")
    checks = find(corpus, error)
    assert checks["index"] == Check("index", False, error.message, error.hint)
    assert "embedder" not in checks


class BrokenEmbedder(FakeEmbedder):
    """An embedder that fails as the test says."""

    def __init__(self, result: Any) -> None:
        super().__init__()
        self.result = result

    def query(self, text: str) -> Any:
        if isinstance(self.result, Exception):
            raise self.result
        return self.result


@pytest.mark.parametrize(
    ("result", "words"),
    [
        pytest.param(ModelError("It does not load.", hint="x"), "does not load", id="fails"),
        pytest.param([0.0, 1.0], "2 numbers", id="wrong length"),
    ],
)
def test_an_embedder_that_does_not_answer_is_found(
    corpus: Path, index: FakeIndex, result: Any, words: str
) -> None:
    index.embedder = BrokenEmbedder(result)
    check = find(corpus, index)["embedder"]
    assert not check.ok
    assert words in check.message


# --- who answers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "ok"),
    [
        pytest.param("0.17.1", True, id="the first safe one"),
        pytest.param("0.17.0", False, id="the last unsafe one"),
        pytest.param("0.5.4-build-20250407", False, id="an old build"),
        pytest.param("1.0.0", True, id="much later"),
        pytest.param("development", True, id="unknown"),
    ],
)
def test_an_ollama_with_a_known_hole_is_found(
    corpus: Path, index: FakeIndex, version: str, ok: bool
) -> None:
    check = find(corpus, index, outside=probes(version=version))["ollama"]
    assert check.ok is ok
    assert ("CVE-2026-7482" in check.message) is not ok
    assert bool(check.hint) is not ok


def test_an_ollama_open_to_the_network_is_found(corpus: Path, index: FakeIndex) -> None:
    check = find(corpus, index, outside=probes(reachable=True))["ollama address"]
    assert not check.ok
    assert "OLLAMA_HOST=127.0.0.1" in check.hint


def test_an_ollama_elsewhere_is_said_but_is_no_fault(corpus: Path, index: FakeIndex) -> None:
    given = {"ollama_url": "http://models.lan:11434"}
    check = find(corpus, index, outside=probes(reachable=True), given=given)["ollama address"]
    assert check.ok
    assert "models.lan" in check.message


@pytest.mark.parametrize(
    ("given", "ok"),
    [
        pytest.param({}, False, id="auto"),
        pytest.param({"engine": "ollama"}, False, id="wanted"),
        pytest.param({"engine": "quotes"}, True, id="not needed"),
        pytest.param({"engine": "quotes", "embedder": "ollama:bge-m3"}, False, id="for vectors"),
    ],
)
def test_a_silent_ollama_is_a_finding_where_it_is_needed(
    corpus: Path, index: FakeIndex, given: dict[str, Any], ok: bool
) -> None:
    outside = probes(version=ModelError("Ollama does not answer.", hint="ollama serve"))
    check = find(corpus, index, outside=outside, given=given)["ollama"]
    assert check.ok is ok
    assert ok or check.hint.startswith("ollama serve")


@pytest.mark.parametrize(
    ("models", "given", "ok"),
    [
        pytest.param([CHATTY], {}, True, id="one that can chat"),
        pytest.param([], {}, False, id="none"),
        pytest.param([EMBEDDER], {}, False, id="none that can chat"),
        pytest.param([CHATTY], {"model": "qwen2.5:3b"}, True, id="the one wanted"),
        pytest.param([CHATTY], {"model": "llama3"}, False, id="not the one wanted"),
        pytest.param([CHATTY], {"model": "x", "engine": "openai"}, True, id="for another server"),
        pytest.param([CHATTY, EMBEDDER], {"embedder": "ollama:bge-m3"}, True, id="embedder there"),
        pytest.param([CHATTY], {"embedder": "ollama:bge-m3"}, False, id="embedder missing"),
    ],
)
def test_missing_models_are_found_with_the_command_that_gets_them(
    corpus: Path,
    index: FakeIndex,
    models: list[OllamaModel],
    given: dict[str, Any],
    ok: bool,
) -> None:
    check = find(corpus, index, outside=probes(models=models), given=given)["models"]
    assert check.ok is ok
    assert ok or check.hint.startswith(("Get it: assistant", "Get one: assistant"))


def test_the_engine_in_force_is_named_with_the_reason(corpus: Path, index: FakeIndex) -> None:
    choice = EngineChoice("fake", FakeChat(), "It is the only one.")
    check = find(corpus, index, outside=probes(choice=choice))["engine"]
    assert check == Check("engine", True, f"fake ({FakeChat().name}): It is the only one.")


def test_an_engine_that_is_wanted_and_missing_is_found(corpus: Path, index: FakeIndex) -> None:
    error = ModelMissing("Ollama does not have x.", hint="assistant models pull x")
    check = find(corpus, index, outside=probes(choice=error))["engine"]
    assert check == Check("engine", False, error.message, error.hint)


@pytest.mark.parametrize(
    ("address", "state", "expected"),
    [
        pytest.param("00000000:2CAA", "0A", True, id="all addresses"),
        pytest.param("0100007F:2CAA", "0A", False, id="loopback"),
        pytest.param("00000000:2CAB", "0A", False, id="another port"),
        pytest.param("00000000:2CAA", "01", False, id="a connection"),
    ],
)
def test_a_server_beyond_loopback_is_seen(
    tmp_path: Path, address: str, state: str, expected: bool
) -> None:
    table = tmp_path / "tcp"
    table.write_text(
        f"  sl  local_address rem_address   st\n   0: {address} 00000000:0000 {state} 0\n"
    )
    found = engine_checks.reachable_from_network(11434, tables=[tmp_path / "none", table])
    assert found is expected
