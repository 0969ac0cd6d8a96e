"""The product with a real model inside the process, on a machine without Ollama."""

import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from holding import SOLDIERS, check_citations

from assistant import Answer, Assistant, Token
from assistant.models import EmbeddedChat, unload
from assistant.records import Message, Usage
from assistant.settings import load_settings

pytestmark = pytest.mark.timeout(900)
NOWHERE = "http://127.0.0.1:9"
"""The port of the discard service, where no Ollama answers."""


@pytest.fixture
def model(gguf: Path) -> EmbeddedChat:
    return EmbeddedChat(gguf, settings=load_settings(context_tokens=2048))


@pytest.fixture(scope="module", autouse=True)
def unloaded() -> Iterator[None]:
    yield
    unload()


def test_without_ollama_the_embedded_model_writes_a_cited_answer(gguf: Path, corpus: Path) -> None:
    options = {"context_tokens": 2048, "answer_tokens": 40, "evidence_tokens": 150}
    with Assistant(corpus, ollama_url=NOWHERE, embedded_model=gguf, **options) as assistant:
        assert (assistant.status().engine, assistant.status().model) == ("embedded", gguf.stem)
        events = list(assistant.stream(SOLDIERS))
        answer = events[-1]
        assert isinstance(answer, Answer)
        assert (answer.outcome, answer.engine, answer.model) == ("answered", "embedded", gguf.stem)
        assert any("3.000" in citation.quote for citation in answer.citations)
        check_citations(assistant, answer)
    assert sum(isinstance(event, Token) for event in events) > 3
    assert 0 < answer.tokens.prompt < 2048
    assert 0 < answer.tokens.answer <= 40


def test_closing_the_stream_stops_the_model(model: EmbeddedChat) -> None:
    stream = model.stream([Message("user", "Count from one to a thousand.")], max_tokens=1500)
    assert isinstance(next(stream), str)
    began = time.monotonic()
    stream.close()  # type: ignore[attr-defined]
    assert time.monotonic() - began < 0.5
    pieces = list(model.stream([Message("user", "Say yes.")], max_tokens=2))
    assert isinstance(pieces[-1], Usage)
    assert time.monotonic() - began < 60, "the first answer was written to its end"


def test_two_threads_are_both_answered(model: EmbeddedChat) -> None:
    said: dict[str, list[str | Usage]] = {}

    def ask(word: str) -> None:
        said[word] = list(model.stream([Message("user", f"Say {word}.")], max_tokens=3))

    threads = [threading.Thread(target=ask, args=(word,)) for word in ("yes", "no")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [isinstance(said[word][-1], Usage) for word in ("yes", "no")] == [True, True]


def test_tokens_are_the_models_own(model: EmbeddedChat) -> None:
    assert model.count_tokens("Hello world, wie geht es?") == 7
    prompt = [Message("user", "Hello world, wie geht es? " * 20)]
    usage = list(model.stream(prompt, max_tokens=1))[-1]
    assert isinstance(usage, Usage)
    assert abs(usage.prompt_tokens - model.count_tokens(prompt[0].content)) < 64
