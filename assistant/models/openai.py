"""Talks to any server with OpenAI's routes: vLLM, llama.cpp, LM Studio and others."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from assistant.errors import ModelError, ServiceError
from assistant.models.chunks import read_chunks
from assistant.models.door import CONNECT_SECONDS, server_client, service_errors
from assistant.models.ollama import PROBE_SECONDS
from assistant.models.tokens import PER_MESSAGE, bound_tokens
from assistant.records import Message, Usage
from assistant.settings import OPENAI_KEY, Settings, openai_key, without_keys

SERVICE = "The OpenAI-compatible server"
START = "Start the server, or change the setting openai_url."


class OpenAIChat:
    """A chat model behind `/chat/completions`; its answer comes as server-sent events."""

    engine = "openai"

    def __init__(self, name: str, *, settings: Settings) -> None:
        self.name = name
        self.context_tokens = settings.context_tokens
        self._settings = settings

    def count_tokens(self, text: str) -> int:
        """Bound a text's tokens from above."""
        return bound_tokens(text)

    def stream(self, messages: Sequence[Message], *, max_tokens: int) -> Iterator[str | Usage]:
        """Yield the answer's pieces, then a `Usage`; closing the iterator stops the model.

        Raises ModelMissing, and ModelError for a server that is not there, breaks off or stays
        silent for `request_timeout`.
        """
        prompt = sum(self.count_tokens(message.content) + PER_MESSAGE for message in messages)
        if prompt >= self.context_tokens:
            raise ModelError(
                f"The prompt of up to {prompt} tokens does not fit the {self.context_tokens} "
                f"tokens of {self.name}.",
                hint="Raise the setting context_tokens, or lower evidence_tokens.",
            )
        body = {
            "model": self.name,
            "messages": [{"role": m.role, "content": m.content} for m in messages],
            "stream": True,
            "stream_options": {"include_usage": True},
            "temperature": self._settings.temperature,
            "max_tokens": min(max_tokens, self.context_tokens - prompt),
        }
        url = self._settings.openai_url
        with service_errors(SERVICE, url=url, model=self.name, hint=START, key=OPENAI_KEY):
            yield from self._stream(body)

    def _stream(self, body: dict[str, Any]) -> Iterator[str | Usage]:
        import httpx

        timeout = httpx.Timeout(self._settings.request_timeout, connect=CONNECT_SECONDS)
        route = _route(self._settings, "/chat/completions")
        with (
            server_client(timeout=timeout, headers=bearer(self._settings.openai_url)) as client,
            client.stream("POST", route, json=body) as response,
        ):
            if response.is_error:
                response.read()
            response.raise_for_status()
            place = f" at {without_keys(self._settings.openai_url)}"
            chunks = _events(response.iter_lines())
            yield from read_chunks(chunks, service=SERVICE, place=place, model=self.name)


def openai_models(settings: Settings) -> list[str]:
    """The models the server names. Raises ServiceError when it does not answer."""
    if not settings.openai_url:
        raise ServiceError(
            "No OpenAI-compatible server is set.",
            hint="Set openai_url, for example to http://127.0.0.1:8080/v1.",
        )
    with (
        service_errors(SERVICE, url=settings.openai_url, hint=START, key=OPENAI_KEY),
        server_client(timeout=PROBE_SECONDS, headers=bearer(settings.openai_url)) as client,
    ):
        response = client.get(_route(settings, "/models"))
        response.raise_for_status()
        return [str(entry["id"]) for entry in response.json()["data"]]


def bearer(url: str) -> dict[str, str]:
    """The header with the key for a server, where the environment has one. Raises ModelError."""
    key = openai_key(url)
    if not key:
        return {}
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ModelError(
            f"The key in {OPENAI_KEY} has a character that no key has.", hint="Set it anew."
        )
    return {"Authorization": f"Bearer {key}"}


def _events(lines: Iterator[str]) -> Iterator[dict[str, Any]]:
    """The objects of server-sent events, until the server says that it is done."""
    for line in lines:
        if not line.startswith("data:"):
            continue
        data = line.removeprefix("data:").strip()
        if data == "[DONE]":
            return
        yield json.loads(data)


def _route(settings: Settings, path: str) -> str:
    return settings.openai_url.rstrip("/") + path
