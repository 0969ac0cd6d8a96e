"""Reranking: the best passages in another order, whatever the reranker is or does."""

from collections.abc import Iterator, Sequence
from math import log
from pathlib import Path

import pytest
from fakes import FakeEmbedder
from servers import Reply, json_lines, scripted_server

from assistant import Assistant
from assistant.errors import ModelError, ModelMissing, SettingsError
from assistant.models import OllamaReranker, RerankServer, make_reranker
from assistant.records import Passage
from assistant.reranking import rerank
from assistant.settings import load_settings


class FakeReranker:
    """Scores texts by what a test says, and remembers what it was asked."""

    name = "fake-reranker"

    def __init__(self, scores: Sequence[float] | Exception = ()) -> None:
        self._scores = scores
        self.history: list[tuple[str, list[str]]] = []

    def scores(self, query: str, texts: Sequence[str]) -> Sequence[float]:
        self.history.append((query, list(texts)))
        if isinstance(self._scores, Exception):
            raise self._scores
        return self._scores or [float("ferry" in text) for text in texts]


def passages(*texts: str) -> list[tuple[float, Passage]]:
    return [
        (1 / (at + 1), Passage(str(at), "a", text, 0, len(text))) for at, text in enumerate(texts)
    ]


def reranked(scores: Sequence[float] | Exception) -> tuple[list[str], str | None]:
    found, told = rerank(
        FakeReranker(scores), "q", passages("one", "two", "three"), articles={}, language="en"
    )
    return [passage.text for _, passage in found], told


def test_the_order_is_the_reranker_s() -> None:
    assert reranked([0.1, 0.9, 0.5]) == (["two", "three", "one"], None)


def test_ties_keep_their_order() -> None:
    assert reranked([0.5, 0.9, 0.5]) == (["two", "one", "three"], None)


@pytest.mark.parametrize(
    ("scores", "why"),
    [
        pytest.param([0.1], "1 usable scores came for 3 passages.", id="too few"),
        pytest.param([0.1, float("nan"), 1.0], "3 usable scores", id="not a number"),
        pytest.param(ModelError("Ollama does not answer."), "Ollama does not answer.", id="ours"),
        pytest.param(RuntimeError("out of paper"), "RuntimeError('out of paper').", id="foreign"),
    ],
)
def test_a_reranker_that_fails_changes_nothing_and_is_said(
    scores: Sequence[float] | Exception, why: str
) -> None:
    texts, told = reranked(scores)
    assert texts == ["one", "two", "three"]
    assert told and told.startswith("The reranker fake-reranker failed") and why in told


# --- through the product --------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "bridge.md").write_text("---\ndate: 2024-03-01\n---\nThe harbour bridge was opened.")
    (folder / "ferry.md").write_text("---\ndate: 2024-04-01\n---\nThe ferry was sold on Friday.")
    yield folder


def test_search_and_answers_are_reranked(folder: Path, embedder: FakeEmbedder) -> None:
    reranker = FakeReranker()
    with Assistant(folder, embedder=embedder, reranker=reranker, engine="quotes") as assistant:
        assistant.sync()
        hits = assistant.search("harbour bridge opened", k=1)
        assert [hit.article.path for hit in hits] == ["ferry.md"]
        assert hits[0].score == 1.0 and not hits.notices
        query, texts = reranker.history[0]
        assert query == "harbour bridge opened"
        assert len(texts) == 2 and texts[0].startswith("Bridge · 2024-03-01\n")
        answer = assistant.ask("When was the harbour bridge opened?")
        assert [hit.article.path for hit in answer.passages] == ["ferry.md", "bridge.md"]


def test_search_answers_when_the_reranker_does_not(folder: Path, embedder: FakeEmbedder) -> None:
    url = "http://127.0.0.1:9/v1"
    with Assistant(folder, embedder=embedder, reranker=url) as assistant:
        assistant.sync()
        hits = assistant.search("harbour bridge opened")
        assert hits[0].article.path == "bridge.md"
        assert "does not answer at http://127.0.0.1:9/v1" in hits.notices[0]


# --- Ollama ---------------------------------------------------------------------------------------


def sure(yes: float) -> Reply:
    words = [{"token": " Yes", "logprob": log(yes)}, {"token": "no", "logprob": log(1 - yes)}]
    return json_lines({"response": "yes", "logprobs": [{"token": "yes", "top_logprobs": words}]})


def test_ollama_s_sureness_of_yes_is_the_score() -> None:
    with scripted_server(api_generate=[sure(0.2), sure(0.9)]) as server:
        reranker = OllamaReranker("q", settings=load_settings(ollama_url=server.url))
        assert reranker.scores("Who?", ["one", "two"]) == pytest.approx([0.2, 0.9])
        bodies = server.bodies("/api/generate")
        assert [body["prompt"].rpartition(": ")[2] for body in bodies] == ["one", "two"]
        assert bodies[0]["options"]["num_predict"] == 1
        assert (bodies[0]["stream"], bodies[0]["logprobs"]) == (False, True)
        assert "<Query>: Who?" in bodies[0]["prompt"] and "yes" in bodies[0]["system"]


def test_qwen_s_reranker_is_asked_as_it_was_trained() -> None:
    with scripted_server(api_generate=sure(0.5)) as server:
        settings = load_settings(ollama_url=server.url)
        OllamaReranker("dengcao/Qwen3-Reranker-0.6B:Q8_0", settings=settings).scores("Who?", ["x"])
        (body,) = server.bodies("/api/generate")
        assert body["raw"] is True
        assert body["prompt"].endswith("<|im_start|>assistant\n<think>\n\n</think>\n\n")


def test_an_old_ollama_tells_yes_or_no() -> None:
    said = [json_lines({"response": text}) for text in ("Yes", "no", " yes")]
    with scripted_server(api_generate=said) as server:
        reranker = OllamaReranker("q", settings=load_settings(ollama_url=server.url))
        assert reranker.scores("Who?", ["a", "b", "c"]) == [1.0, 0.0, 1.0]


@pytest.mark.parametrize(
    ("reply", "error", "message"),
    [
        pytest.param(json_lines({"response": "Sure"}), ModelError, "neither yes nor no", id="talk"),
        pytest.param(
            json_lines({"error": "model 'q' not found"}, status=404),
            ModelMissing,
            "does not have the model q",
            id="missing",
        ),
        pytest.param(Reply([b"<html>"]), ModelError, "does not speak like Ollama", id="html"),
        pytest.param(json_lines({"response": "yes"}, cut=True), ModelError, "broke off", id="cut"),
    ],
)
def test_each_fault_of_ollama_becomes_one_of_our_errors(
    reply: Reply, error: type[ModelError], message: str
) -> None:
    with scripted_server(api_generate=reply) as server:
        reranker = OllamaReranker("q", settings=load_settings(ollama_url=server.url))
        with pytest.raises(error, match=message) as caught:
            reranker.scores("Who?", ["one"])
        assert caught.value.hint


# --- a server with /rerank ------------------------------------------------------------------------


def test_a_server_s_scores_come_back_in_the_order_of_the_texts() -> None:
    results = [{"index": 1, "relevance_score": 3.5}, {"index": 0, "relevance_score": -2.0}]
    with scripted_server(v1_rerank=json_lines({"results": results})) as server:
        reranker = RerankServer(f"{server.url}/v1/rerank", model="bge", timeout=5)
        assert reranker.scores("Who?", ["one", "two"]) == [-2.0, 3.5]
        assert server.bodies("/v1/rerank") == [
            {"model": "bge", "query": "Who?", "documents": ["one", "two"], "top_n": 2}
        ]


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        pytest.param(json_lines({"results": []}), "does not speak like", id="too few"),
        pytest.param(json_lines({"error": "no rerank model"}, status=501), "no rerank", id="501"),
        pytest.param(Reply([b"hello"]), "does not speak like", id="no JSON"),
    ],
)
def test_each_fault_of_a_server_becomes_one_of_our_errors(reply: Reply, message: str) -> None:
    with scripted_server(v1_rerank=reply) as server:
        reranker = RerankServer(f"{server.url}/v1", model="", timeout=5)
        with pytest.raises(ModelError, match=message) as caught:
            reranker.scores("Who?", ["one"])
        assert caught.value.hint


# --- the setting ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "name"),
    [
        pytest.param("", None, id="none"),
        pytest.param("ollama:qwen3-reranker", "ollama:qwen3-reranker", id="ollama"),
        pytest.param("http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1", id="address"),
        pytest.param("http://127.0.0.1:8080/v1#bge", "bge", id="address with a model"),
    ],
)
def test_the_setting_names_the_reranker(value: str, name: str | None) -> None:
    made = make_reranker(load_settings(reranker=value))
    assert (made.name if made else None) == name


@pytest.mark.parametrize("value", ["bge", "ollama:", "openai:x"])
def test_a_setting_that_names_none_is_refused(value: str) -> None:
    with pytest.raises(SettingsError, match="reranker") as caught:
        make_reranker(load_settings(reranker=value))
    assert "ollama:NAME" in caught.value.hint
