"""Ollama killed, hung, slow, out of memory, its model removed in mid-answer: one question each.

The user keeps what came, hears why there is no more, and the next question is answered by the same
assistant without a restart. A scripted server does what a real one cannot be made to do.
"""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeEmbedder
from servers import Reply, json_lines, scripted_server

from assistant import Answer, Assistant
from assistant.models.choose import forget_probes

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

COST = "What did the mayor say that the bridge cost, how many crowns?"
SAID = ["The bridge cost ", "12 million crowns", " [1]. "]
MODEL = {"name": "m", "size": 1000, "details": {"parameter_size": "2B", "family": "qwen2"}}
TIMEOUT = 1.0
"""Seconds of silence after which a model is given up; 180 by default."""


@pytest.fixture(autouse=True)
def no_memory_of_servers() -> Iterator[None]:
    forget_probes()
    yield
    forget_probes()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "bridge.txt").write_text(
        "The harbour bridge was opened on Monday. The mayor said that the bridge cost 12 million"
        " crowns. Ships pass it at noon."
    )
    return folder


def chunk(text: str) -> dict[str, Any]:
    return {"model": "m", "message": {"role": "assistant", "content": text}, "done": False}


def end() -> dict[str, Any]:
    counts = {"prompt_eval_count": 21, "eval_count": 9}
    return chunk("") | {"done": True, "done_reason": "stop", **counts}


def whole(**options: Any) -> Reply:
    return json_lines(*map(chunk, SAID), end(), **options)


def broken(last: dict[str, Any] | bytes | None, **options: Any) -> Reply:
    """A sentence, the beginning of another, and then something that should not be."""
    lines = [json.dumps(chunk(piece)).encode() + b"\n" for piece in [*SAID, "Ships pa"]]
    if last is not None:
        lines.append(last if isinstance(last, bytes) else json.dumps(last).encode() + b"\n")
    return Reply(lines, **options)


HUNG = threading.Event()
MID_ANSWER = [
    pytest.param(broken(None, cut=True), "broke off", id="killed"),
    pytest.param(
        json_lines(chunk("".join(SAID)), chunk("Ships"), end(), hold=HUNG), "too long", id="hung"
    ),
    pytest.param(broken(b"\x00\xff{{{nonsense\n"), "does not speak", id="garbage"),
    pytest.param(
        broken({"error": "model requires more system memory (5.6 GiB) than is available"}),
        "memory",
        id="out of memory",
    ),
    pytest.param(
        broken({"error": "model 'm' not found"}), "does not have the model m", id="model removed"
    ),
]


def is_whole(answer: Answer) -> None:
    assert answer.text == "The bridge cost 12 million crowns. [1]"
    assert (answer.engine, answer.model, answer.outcome) == ("ollama", "m", "answered")
    assert "12 million" in answer.citations[0].quote


def opened(folder: Path, url: str) -> Assistant:
    return Assistant(folder, embedder=FakeEmbedder(), ollama_url=url, request_timeout=TIMEOUT)


@pytest.mark.parametrize(("fault", "word"), MID_ANSWER)
def test_what_came_is_kept_and_the_next_question_works(
    folder: Path, fault: Reply, word: str
) -> None:
    with (
        scripted_server(api_chat=[fault, whole()], api_tags=json_lines({"models": [MODEL]})) as s,
        opened(folder, s.url) as assistant,
    ):
        assistant.sync()
        answer = assistant.ask(COST)
        is_whole(answer)
        (notice,) = [said for said in answer.notices if said.startswith("The answer is incomplete")]
        assert word in notice
        again = assistant.ask(COST)
        is_whole(again)
        assert again.notices == ()


@pytest.mark.parametrize(
    ("fault", "word"),
    [
        pytest.param(
            json_lines({"error": "model 'm' not found"}, status=404),
            "assistant models pull m",
            id="removed",
        ),
        pytest.param(
            json_lines({"error": "model requires more system memory"}, status=500),
            "smaller model",
            id="out of memory",
        ),
        pytest.param(Reply([b"<html>a proxy</html>"]), "does not speak", id="garbage"),
        pytest.param(Reply([], cut=True), "broke off", id="killed"),
    ],
)
def test_before_the_first_word_quotes_take_its_place(folder: Path, fault: Reply, word: str) -> None:
    with (
        scripted_server(api_chat=[fault, whole()], api_tags=json_lines({"models": [MODEL]})) as s,
        opened(folder, s.url) as assistant,
    ):
        assistant.sync()
        answer = assistant.ask(COST)
        assert answer.engine == "quotes" and "12 million" in answer.text
        assert any(word in notice for notice in answer.notices), answer.notices
        is_whole(assistant.ask(COST))


def test_a_slow_model_is_waited_for(folder: Path) -> None:
    """Slow by 30 seconds a word of the 180 that are waited for; both are scaled down."""
    slow = whole(pause=30 / 180 * TIMEOUT)
    with (
        scripted_server(api_chat=slow, api_tags=json_lines({"models": [MODEL]})) as s,
        opened(folder, s.url) as assistant,
    ):
        assistant.sync()
        started = time.monotonic()
        answer = assistant.ask(COST)
        is_whole(answer)
        assert answer.notices == ()
        assert time.monotonic() - started > 4 * 30 / 180 * TIMEOUT


def test_an_ollama_that_goes_and_comes_back(folder: Path) -> None:
    with scripted_server(api_chat=whole(), api_tags=json_lines({"models": [MODEL]})) as first:
        url, port = first.url, int(first.url.rsplit(":", 1)[1])
        with opened(folder, url) as assistant:
            assistant.sync()
            is_whole(assistant.ask(COST))
            first.stop()
            answer = assistant.ask(COST)
            assert answer.engine == "quotes" and "12 million" in answer.text
            assert any(
                "does not answer" in said or "not running" in said for said in answer.notices
            )
            tags = json_lines({"models": [MODEL]})
            with scripted_server(port=port, api_chat=whole(), api_tags=tags):
                deadline = time.monotonic() + 30
                while (answer := assistant.ask(COST)).engine != "ollama":
                    assert time.monotonic() < deadline, "it is not noticed that Ollama is back"
                    time.sleep(0.5)
                is_whole(answer)
