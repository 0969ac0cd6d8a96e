"""Talks to any server with OpenAI's routes: vLLM, llama.cpp, LM Studio and others."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from assistant.errors import ModelError, ServiceError
from assistant.models.door import CONNECT_SECONDS, said_error, service_errors
from assistant.models.ollama import PROBE_SECONDS
from assistant.models.tokens import PER_MESSAGE, bound_tokens
from assistant.records import Message, Usage
from assistant.settings import Settings

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
        with service_errors(SERVICE, url=url, model=self.name, hint=START):
            yield from self._stream(body)

    def _stream(self, body: dict[str, Any]) -> Iterator[str | Usage]:
        import httpx

        timeout = httpx.Timeout(self._settings.request_timeout, connect=CONNECT_SECONDS)
        route = _route(self._settings, "/chat/completions")
        with (
            httpx.Client(trust_env=False, timeout=timeout) as client,
            client.stream("POST", route, json=body) as response,
        ):
            if response.is_error:
                response.read()
            response.raise_for_status()
            yield from self._events(response.iter_lines())

    def _events(self, lines: Iterator[str]) -> Iterator[str | Usage]:
        reason, usage = "", dict[str, Any]()
        for line in lines:
            if not line.startswith("data:"):
                continue
            data = line.removeprefix("data:").strip()
            if data == "[DONE]":
                break
            event = json.loads(data)
            if "error" in event:
                raise said_error(SERVICE, _reason(event["error"]), model=self.name)
            usage = event.get("usage") or usage
            for choice in event.get("choices") or []:
                reason = choice.get("finish_reason") or reason
                if piece := (choice.get("delta") or {}).get("content"):
                    yield piece
        if not reason:
            url = self._settings.openai_url
            raise ModelError(f"{SERVICE} at {url} broke off in the middle of its answer.")
        yield Usage(
            int(usage.get("prompt_tokens") or 0),
            int(usage.get("completion_tokens") or 0),
            "length" if reason == "length" else "stop",
        )


def openai_models(settings: Settings) -> list[str]:
    """The models the server names. Raises ServiceError when it does not answer."""
    import httpx

    if not settings.openai_url:
        raise ServiceError(
            "No OpenAI-compatible server is set.",
            hint="Set openai_url, for example to http://127.0.0.1:8080/v1.",
        )
    with (
        service_errors(SERVICE, url=settings.openai_url, hint=START),
        httpx.Client(trust_env=False, timeout=PROBE_SECONDS) as client,
    ):
        response = client.get(_route(settings, "/models"))
        response.raise_for_status()
        return [str(entry["id"]) for entry in response.json().get("data") or []]


def _reason(error: object) -> str:
    return str(error.get("message", error)) if isinstance(error, dict) else str(error)


def _route(settings: Settings, path: str) -> str:
    return settings.openai_url.rstrip("/") + path
