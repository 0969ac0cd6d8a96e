"""A real Ollama hurt in mid-answer: its runner killed or stopped, its model removed.

What it cannot be made to do (garbage, no memory) a scripted server does in `tests/faults/`.
"""

import json
import os
import signal
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from holding import SOLDIERS, check_citations

from assistant import Answer, Assistant, Token
from assistant.errors import ModelMissing
from assistant.models import forget_probes

TUNNEL = "Tell me all about the harbour tunnel and its cost."
BEFORE = 4
"""Tokens that are there when something goes wrong."""


def runners() -> list[int]:
    """The processes in which Ollama runs a model: children of the server, named for their job."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = file.read_bytes().split(b"\0")
        except OSError:  # it has ended meanwhile
            continue
        if b"ollama" in words[0] and b"runner" in b" ".join(words[:2]):
            found.append(int(file.parent.name))
    return found


@pytest.fixture
def hurt(assistant: Assistant) -> Iterator[Callable[[int], None]]:
    """Sends a signal to every runner; what was stopped goes on in the end."""
    assistant.warm()  # Ollama starts a runner when it loads a model
    assert runners(), "Ollama's runner is no process of this machine"
    stopped: list[int] = []

    def send(number: int) -> None:
        for pid in runners():
            os.kill(pid, number)
            stopped.append(pid)

    yield send
    for pid in stopped:
        if pid in runners():
            os.kill(pid, signal.SIGCONT)


@pytest.fixture
def copied(model: str) -> Iterator[str]:
    """The model under a name of its own, to be removed."""
    name = "removed-in-mid-answer:latest"
    asked("POST", "copy", {"source": model, "destination": name})
    forget_probes()
    yield name
    forget_probes()


def asked(method: str, route: str, body: dict[str, str]) -> None:
    request = urllib.request.Request(
        f"http://127.0.0.1:11434/api/{route}", json.dumps(body).encode(), method=method
    )
    with urllib.request.urlopen(request, timeout=30) as reply:
        assert reply.status == 200


def interrupted(assistant: Assistant, harm: Callable[[], None]) -> Answer:
    """The answer to a question during which harm is done."""
    tokens = 0
    last: object = None
    for event in assistant.stream(TUNNEL):
        tokens += isinstance(event, Token)
        if tokens == BEFORE and isinstance(event, Token):
            harm()
        last = event
    assert isinstance(last, Answer)
    assert tokens >= BEFORE
    check_citations(assistant, last)
    return last


def test_a_killed_runner_leaves_what_came(
    assistant: Assistant, hurt: Callable[[int], None]
) -> None:
    answer = interrupted(assistant, lambda: hurt(signal.SIGKILL))
    assert answer.text
    assert any("incomplete" in notice for notice in answer.notices)
    assert assistant.ask(SOLDIERS).outcome == "answered"  # it is started anew by Ollama itself


def test_a_hung_runner_is_given_up(
    corpus: Path, model: str, assistant: Assistant, hurt: Callable[[int], None]
) -> None:
    with Assistant(corpus, engine="ollama", model=model, request_timeout=25) as impatient:
        answer = interrupted(impatient, lambda: hurt(signal.SIGSTOP))
    assert answer.text
    assert any("too long" in notice for notice in answer.notices)
    for pid in runners():
        os.kill(pid, signal.SIGCONT)
    assert assistant.ask(SOLDIERS).outcome == "answered"


def test_a_model_removed_in_mid_answer(corpus: Path, copied: str, model: str) -> None:
    with Assistant(corpus, engine="ollama", model=copied) as assistant:
        answer = interrupted(assistant, lambda: asked("DELETE", "delete", {"model": copied}))
        assert answer.text
        forget_probes()
        with pytest.raises(ModelMissing) as caught:
            assistant.ask(SOLDIERS)
        assert f"assistant models pull {copied}" in caught.value.hint
    with Assistant(corpus, engine="auto") as assistant:
        assert assistant.ask(SOLDIERS).outcome == "answered"
