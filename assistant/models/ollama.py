"""Talks to Ollama: chat through LlamaIndex's `Ollama`, the rest over its HTTP routes."""

import json
import re
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any

from assistant.errors import ModelError
from assistant.models.door import (
    CONNECT_SECONDS,
    START_OLLAMA,
    said_error,
    server_client,
    service_errors,
    trusted,
)
from assistant.models.tokens import PER_MESSAGE, bound_tokens
from assistant.records import Message, Progress, Usage
from assistant.settings import Settings

PROBE_SECONDS = 0.5
REPEAT_PENALTY = 1.0
"""None. Ollama's own 1.1 punishes words of the question and of what was just copied: on odd
documents of XQuAD 26 of 38 answers then held the gold one, without it 29, and they were longer. A
model that loops is stopped by `drafting.py`."""
_EMBEDDING_FAMILIES = ("bert", "nomic-bert", "embed", "minilm", "bge-", "snowflake-arctic")
_THOUGHTS = re.compile(r"\s*<think>.*?</think>\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class OllamaModel:
    """A model Ollama has; `parameters` is their number (0: unknown), `local` false for a cloud."""

    name: str
    size_bytes: int
    parameters: int
    chat: bool
    local: bool = True


class OllamaChat:
    """A chat model of Ollama. One fixed context size, since a change makes Ollama load it anew."""

    engine = "ollama"

    def __init__(self, name: str, *, settings: Settings) -> None:
        self.name = name
        self.context_tokens = settings.context_tokens
        self._settings = settings

    def count_tokens(self, text: str) -> int:
        """Bound a text's tokens from above: Ollama has no route that counts."""
        return bound_tokens(text)

    def stream(self, messages: Sequence[Message], *, max_tokens: int) -> Iterator[str | Usage]:
        """Yield the answer's pieces, then a `Usage`; closing the iterator stops the model.

        Raises ModelMissing, and ModelError for a server that is not there, breaks off, stays
        silent for `request_timeout`, or had to cut the prompt.
        """
        room = self._room(messages)
        url = self._settings.ollama_url
        with service_errors("Ollama", url=url, model=self.name, hint=START_OLLAMA):
            yield from self._stream(messages, max_tokens=min(max_tokens, room))

    def warm(self) -> None:
        """Load the library and the model before a question needs them. Raises ModelError."""
        for _piece in self.stream([Message("user", "Hi")], max_tokens=1):
            pass

    def _room(self, messages: Sequence[Message]) -> int:
        prompt = sum(self.count_tokens(message.content) + PER_MESSAGE for message in messages)
        if prompt >= self.context_tokens:
            raise ModelError(
                f"The prompt of up to {prompt} tokens does not fit the {self.context_tokens} "
                f"tokens of {self.name}.",
                hint="Raise the setting context_tokens, or lower evidence_tokens.",
            )
        return self.context_tokens - prompt

    def _stream(self, messages: Sequence[Message], *, max_tokens: int) -> Iterator[str | Usage]:
        from llama_index.core.base.llms.types import ChatMessage

        asked = [ChatMessage(role=m.role, content=m.content) for m in messages]
        last: dict[str, Any] = {}
        with self._client() as client:
            responses = self._llama_index(client, max_tokens=max_tokens).stream_chat(asked)
            with closing(_without_thoughts(self._pieces(responses, last))) as pieces:
                yield from pieces
        yield self._usage(last)

    def _pieces(self, responses: Any, last: dict[str, Any]) -> Generator[str, None, None]:
        with closing(responses):
            for response in responses:
                last.clear()
                last.update(response.raw)
                if response.delta:
                    yield response.delta

    def _usage(self, last: dict[str, Any]) -> Usage:
        if not last.get("done"):
            url = self._settings.ollama_url
            message = f"Ollama at {url} broke off in the middle of its answer."
            raise ModelError(message, hint="Ask again.")
        prompt = int(last.get("prompt_eval_count") or 0)
        if prompt >= self.context_tokens:
            raise ModelError(
                f"Ollama cut the prompt to the {self.context_tokens} tokens of {self.name}.",
                hint="Raise the setting context_tokens, or lower evidence_tokens.",
            )
        stopped = "length" if last.get("done_reason") == "length" else "stop"
        return Usage(prompt, int(last.get("eval_count") or 0), stopped)  # type: ignore[arg-type]

    def _llama_index(self, client: Any, *, max_tokens: int) -> Any:
        """LlamaIndex's `Ollama`; a new one each time, so that calls side by side do not mix."""
        from llama_index.llms.ollama import Ollama

        settings = self._settings
        return Ollama(
            model=self.name,
            base_url=settings.ollama_url,
            client=client,
            temperature=settings.temperature,
            context_window=settings.context_tokens,
            request_timeout=settings.request_timeout,
            keep_alive=settings.keep_alive,
            thinking=False,
            additional_kwargs={"num_predict": max_tokens, "repeat_penalty": REPEAT_PENALTY},
        )

    def _client(self) -> Any:
        import httpx
        import ollama

        settings = self._settings
        timeout = httpx.Timeout(settings.request_timeout, connect=CONNECT_SECONDS)
        host = settings.ollama_url
        return ollama.Client(host=host, timeout=timeout, trust_env=False, verify=trusted())


def ollama_version(settings: Settings) -> str:
    """The version of the Ollama that answers. Raises ModelError when none does."""
    return str(_get(settings, "/api/version", timeout=PROBE_SECONDS)["version"])


def ollama_models(settings: Settings) -> list[OllamaModel]:
    """The models Ollama has, largest first. Raises ModelError when it does not answer."""
    data = _get(settings, "/api/tags", timeout=PROBE_SECONDS)
    with service_errors("Ollama", url=settings.ollama_url):
        models = [_model(entry) for entry in data.get("models") or []]
    return sorted(models, key=lambda model: (-model.size_bytes, model.name))


def pull(name: str, settings: Settings) -> Iterator[Progress]:
    """Download a model into Ollama, telling how far it is in bytes. Raises ModelError."""
    import httpx

    url, began = settings.ollama_url, time.monotonic()
    timeout = httpx.Timeout(settings.request_timeout, connect=CONNECT_SECONDS)
    with (
        service_errors("Ollama", url=url, model=name, hint=START_OLLAMA),
        server_client(timeout=timeout) as client,
        client.stream("POST", _route(settings, "/api/pull"), json={"model": name}) as response,
    ):
        if response.is_error:
            response.read()
        response.raise_for_status()
        for line in response.iter_lines():
            if line.strip():
                yield _pull_progress(json.loads(line), name=name, seconds=time.monotonic() - began)


def _pull_progress(data: dict[str, Any], *, name: str, seconds: float) -> Progress:
    if "error" in data:
        raise said_error("Ollama", str(data["error"]), model=name)
    done, total = int(data.get("completed") or 0), int(data.get("total") or 0)
    rate = done / seconds if seconds > 0 else 0.0
    left = (total - done) / rate if rate and total else None
    stage = str(data.get("status") or "")
    return Progress(stage, done, total, "bytes", per_second=rate, seconds_left=left, item=name)


def _model(entry: dict[str, Any]) -> OllamaModel:
    details = entry.get("details") or {}
    name = str(entry.get("name") or entry.get("model"))
    families = [*(details.get("families") or []), details.get("family") or "", name.casefold()]
    embeds = any(sign in str(family) for family in families for sign in _EMBEDDING_FAMILIES)
    return OllamaModel(
        name=name,
        size_bytes=int(entry.get("size") or 0),
        parameters=_parameters(str(details.get("parameter_size") or "")),
        chat=not embeds,
        local=not entry.get("remote_host") and not name.endswith("cloud"),
    )


def _parameters(text: str) -> int:
    """The number behind Ollama's "1.8B" or "137M"; 0 when it says nothing."""
    match = re.fullmatch(r"\s*([\d.]+)\s*([KMBT]?)\s*", text.upper())
    if not match:
        return 0
    factor = {"": 1, "K": 10**3, "M": 10**6, "B": 10**9, "T": 10**12}[match[2]]
    return int(float(match[1]) * factor)


def _get(settings: Settings, path: str, *, timeout: float) -> Any:
    with (
        service_errors("Ollama", url=settings.ollama_url, hint=START_OLLAMA),
        server_client(timeout=timeout) as client,
    ):
        response = client.get(_route(settings, path))
        response.raise_for_status()
        return response.json()


def _route(settings: Settings, path: str) -> str:
    return settings.ollama_url.rstrip("/") + path


def _without_thoughts(pieces: Generator[str, None, None]) -> Generator[str, None, None]:
    """Drop `<think>…</think>` at the beginning of an answer, where some models think aloud."""
    held: str | None = ""
    with closing(pieces):
        for piece in pieces:
            if held is None:
                yield piece
                continue
            held += piece
            start = held.lstrip()
            if start and not "<think>".startswith(start[:7]):
                yield held
                held = None
            elif "</think>" in held:
                rest = _THOUGHTS.sub("", held, count=1)
                held = None
                if rest:
                    yield rest
    if held and not held.lstrip().startswith("<think>"):
        yield held
