"""OpenAI's routes as real servers have them: llama.cpp's own from its wheel, and Ollama's."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from assistant.errors import ModelError, ModelMissing
from assistant.models import OllamaEmbedder, OpenAIChat, OpenAIEmbedder, openai_models
from assistant.records import Message, Usage
from assistant.settings import load_settings

pytestmark = pytest.mark.timeout(900)
KEY = "sk-live-0123456789"
OLLAMA = "http://127.0.0.1:11434"
TEXTS = ["The harbour is deep.", "Der Hafen ist tief.", "The harbour is deep."]


def llama(gguf: Path, **values: Any) -> Any:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = str(gguf)
    params.n_ctx, params.n_parallel, params.n_batch, params.n_ubatch = 512, 1, 512, 512
    params.warmup, params.verbosity, params.api_keys = False, -1, [KEY]
    for name, value in values.items():
        setattr(params, name, value)
    return xllamacpp.Server(params)


@pytest.fixture(scope="module")
def writer(gguf: Path) -> Iterator[str]:
    server = llama(gguf)
    yield f"{server.listening_address}/v1"


@pytest.fixture(scope="module")
def embedding(gguf: Path) -> Iterator[str]:
    from xllamacpp import llama_pooling_type

    mean = llama_pooling_type.LLAMA_POOLING_TYPE_MEAN
    server = llama(gguf, embedding=True, pooling_type=mean)
    yield f"{server.listening_address}/v1"


def written(url: str, model: str) -> tuple[str, Usage]:
    chat = OpenAIChat(model, settings=load_settings(openai_url=url, request_timeout=600))
    *pieces, usage = chat.stream([Message("user", "Say yes.")], max_tokens=3)
    assert isinstance(usage, Usage)
    return "".join(map(str, pieces)), usage


def check_vectors(embedder: OpenAIEmbedder | OllamaEmbedder) -> None:
    rows = embedder.passages(TEXTS)
    assert rows.shape == (3, embedder.dimension)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3)
    assert np.allclose(rows[0], rows[2], atol=1e-2)
    assert rows[0] @ rows[1] < rows[0] @ rows[2]


def test_llama_cpp_writes_with_a_key(writer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_OPENAI_KEY", KEY)
    (name,) = openai_models(load_settings(openai_url=writer))
    text, usage = written(writer, name)
    assert text
    assert usage.answer_tokens in range(1, 4)


@pytest.mark.parametrize("key", ["", "sk-wrong"])
def test_llama_cpp_without_its_key_is_said(
    key: str, writer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_OPENAI_KEY", key)
    with pytest.raises(ModelError, match="does not let you in: it wants a key"):
        written(writer, "m")


def test_llama_cpp_embeds(embedding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_OPENAI_KEY", KEY)
    check_vectors(OpenAIEmbedder("m", url=embedding, timeout=600))


def test_llama_cpp_that_does_not_embed_is_said(
    writer: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_OPENAI_KEY", KEY)
    with pytest.raises(ModelError, match="embeddings"):
        OpenAIEmbedder("m", url=writer, timeout=60).query("who?")


def test_ollama_writes_and_embeds_by_openais_routes(model: str) -> None:
    text, usage = written(f"{OLLAMA}/v1", model)
    assert text
    assert usage.prompt_tokens > 0
    check_vectors(OpenAIEmbedder(model, url=f"{OLLAMA}/v1", timeout=600))


def test_ollama_says_which_model_it_lacks(model: str) -> None:
    with pytest.raises(ModelMissing, match="does not have the model no-such-model"):
        written(f"{OLLAMA}/v1", "no-such-model")


def test_ollama_embeds_by_its_own_route(model: str) -> None:
    check_vectors(OllamaEmbedder(model, url=OLLAMA, timeout=600))


def test_ollama_without_its_v1_is_said(model: str) -> None:
    with pytest.raises(ModelError, match="does not speak like the OpenAI-compatible server"):
        openai_models(load_settings(openai_url=OLLAMA))
