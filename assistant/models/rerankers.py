"""Judges passages against a question: a reranker of Ollama, or one behind `/v1/rerank`.

Ollama has no route for rerankers (its issue 3368), so that a model that says "yes" or "no" is asked
for one word a passage. Cross-encoders run in llama.cpp (`llama-server --reranking`), vLLM and
others, whose route takes all passages at once.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from assistant.errors import ModelError, SettingsError
from assistant.models.door import CONNECT_SECONDS, START_OLLAMA, server_client, service_errors
from assistant.records import Reranker
from assistant.settings import Settings

LONGEST_TEXT = 4000
"""Characters of a passage that are judged."""

SERVICE = "The reranking server"
START = "Start the server, or change the setting reranker."

_TASK = "Given a question, find the passages that answer it"
_JUDGE = (
    "Judge whether the Document meets the requirements based on the Query and the Instruct "
    'provided. Note that the answer can only be "yes" or "no".'
)
# What Qwen3-Reranker was trained on (its model card); a template of Ollama's may leave it out.
_QWEN = (
    "<|im_start|>system\n{judge}<|im_end|>\n<|im_start|>user\n{asked}<|im_end|>\n"
    "<|im_start|>assistant\n<think>\n\n</think>\n\n"
)


class OllamaReranker:
    """A model of Ollama that answers yes or no; how sure it is of "yes" is the score.

    That is told from Ollama 0.12.11 on; before, a passage is either in or out.
    """

    def __init__(self, model: str, *, settings: Settings) -> None:
        self.model = model
        self.name = f"ollama:{model}"
        self._settings = settings

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers the query, from 0 to 1. Raises ModelError."""
        import httpx

        url = self._settings.ollama_url.rstrip("/")
        timeout = httpx.Timeout(self._settings.request_timeout, connect=CONNECT_SECONDS)
        with (
            service_errors("Ollama", url=url, model=self.model, hint=START_OLLAMA),
            server_client(timeout=timeout) as client,
        ):
            found = []
            for text in texts:
                response = client.post(f"{url}/api/generate", json=self._body(query, text))
                response.raise_for_status()
                found.append(_sure(response.json()))
            return found

    def _body(self, query: str, text: str) -> dict[str, Any]:
        asked = f"<Instruct>: {_TASK}\n<Query>: {query}\n<Document>: {text[:LONGEST_TEXT]}"
        body: dict[str, Any] = {
            "model": self.model,
            "stream": False,
            "keep_alive": self._settings.keep_alive,
            "logprobs": True,
            "top_logprobs": 5,
            "options": {
                "temperature": 0,
                "num_predict": 1,
                "num_ctx": self._settings.context_tokens,
            },
        }
        if "qwen3-reranker" in self.model.lower():
            return body | {"raw": True, "prompt": _QWEN.format(judge=_JUDGE, asked=asked)}
        return body | {"system": _JUDGE, "prompt": asked}


class RerankServer:
    """A cross-encoder behind `/rerank`: llama.cpp, vLLM, text-embeddings-inference and others."""

    def __init__(self, url: str, *, model: str, timeout: float) -> None:
        self.url = url.rstrip("/").removesuffix("/rerank")
        self.name = model or self.url
        self._model = model
        self._timeout = timeout

    def scores(self, query: str, texts: Sequence[str]) -> list[float]:
        """How well each text answers the query; a higher score is better. Raises ModelError."""
        import httpx

        body = {
            "model": self._model,
            "query": query,
            "documents": [text[:LONGEST_TEXT] for text in texts],
            "top_n": len(texts),
        }
        timeout = httpx.Timeout(self._timeout, connect=CONNECT_SECONDS)
        with (
            service_errors(SERVICE, url=self.url, model=self._model, hint=START),
            server_client(timeout=timeout) as client,
        ):
            response = client.post(f"{self.url}/rerank", json=body)
            response.raise_for_status()
            rows = {int(row["index"]): row for row in response.json()["results"]}
            return [float(rows[at]["relevance_score"]) for at in range(len(texts))]


def make_reranker(settings: Settings) -> Reranker | None:
    """The reranker that `settings.reranker` names, if any; nothing is asked before its use.

    Raises SettingsError for a name of another form.
    """
    wanted = settings.reranker.strip()
    if not wanted:
        return None
    kind, _, model = wanted.partition(":")
    if kind == "ollama" and model:
        return OllamaReranker(model, settings=settings)
    if kind in ("http", "https"):
        url, _, model = wanted.partition("#")
        return RerankServer(url, model=model, timeout=settings.request_timeout)
    raise SettingsError(
        f"The setting reranker cannot be {wanted!r}.",
        hint="Use ollama:NAME, or an address such as http://127.0.0.1:8080/v1 (vLLM: #MODEL "
        "behind it); leave it empty for none.",
    )


def _sure(answer: dict[str, Any]) -> float:
    """How probable "yes" is against "no" as the first word; 1 or 0 where no number is told.

    Raises ModelError for a model that says something else.
    """
    told = answer.get("logprobs") or []
    words = told[0].get("top_logprobs") or [told[0]] if told else []
    yes = sum(_chances(words, "yes"))
    no = sum(_chances(words, "no"))
    if yes + no > 0:
        return yes / (yes + no)
    said = str(answer["response"]).strip().lower()
    if said.startswith(("yes", "no")):
        return float(said.startswith("yes"))
    raise ModelError(
        f"{answer.get('model', 'The model')} says neither yes nor no, but {said[:30]!r}.",
        hint="Name a model that is made for reranking, such as Qwen3-Reranker.",
    )


def _chances(words: Iterable[dict[str, Any]], wanted: str) -> list[float]:
    return [
        math.exp(float(word["logprob"]))
        for word in words
        if str(word["token"]).strip().lower() == wanted
    ]
