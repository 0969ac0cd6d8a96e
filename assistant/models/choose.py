"""Chooses who answers: the engine asked for, else the best that is there, and says why."""

import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from assistant.errors import ModelError, ModelMissing, ServiceError
from assistant.models.door import START_OLLAMA
from assistant.models.embedded import EmbeddedChat, check_embedded
from assistant.models.memory import MEMORY_SHARE, machine_memory, memory_needed
from assistant.models.ollama import OllamaChat, OllamaModel, ollama_models
from assistant.models.openai import OpenAIChat, openai_models
from assistant.models.weights import DEFAULT_WEIGHTS
from assistant.records import ChatModel
from assistant.settings import Settings, without_keys
from assistant.texts import say

FEWEST_PARAMETERS = 1_000_000_000
"""Smaller models answer worse than the best sentence alone (.27-.32 against .72 on XQuAD)."""
PROBE_KEPT_SECONDS = 5.0

_probes: dict[str, tuple[float, list[OllamaModel] | ModelError]] = {}
_probes_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class EngineChoice:
    """Who answers, with which model (None: the quotes engine), and why, in one sentence."""

    engine: str
    model: ChatModel | None
    why: str


def choose_engine(
    settings: Settings, *, wanted: str | None = None, language: str = "en"
) -> EngineChoice:
    """Choose the engine: `wanted`, else the setting; "auto" takes the best that is there.

    "auto" never raises: without a model it is the quotes engine. An engine that was named and is
    not there raises ServiceError or ModelMissing. `language` is that of the sentence `why`.
    """
    engine = wanted or settings.engine
    if engine == "quotes":
        return EngineChoice("quotes", None, say("status.quotes_wanted", language=language))
    if engine == "ollama":
        return _ollama(settings, language=language)
    if engine == "openai":
        return _openai(settings, language=language)
    if engine == "embedded":
        return _embedded(settings, language=language)
    return _auto(settings, language=language)


def forget_probes() -> None:
    """Ask the servers anew at the next choice, for example after a model was downloaded."""
    with _probes_lock:
        _probes.clear()


def fits_in_memory(model: OllamaModel, *, memory: int) -> bool:
    """Whether a model with its context and buffers leaves a quarter of `memory` bytes free."""
    return memory_needed(model.size_bytes) <= memory * MEMORY_SHARE


def _auto(settings: Settings, *, language: str) -> EngineChoice:
    try:
        return _ollama(settings, language=language, choosy=True)
    except ModelMissing:
        why = say("status.no_model", language=language)
        if settings.model:
            why = say("status.model_missing", language=language, model=settings.model)
    except ServiceError:
        why = say("status.no_ollama", language=language, url=without_keys(settings.ollama_url))
    if settings.openai_url:
        try:
            return _openai(settings, language=language)
        except ServiceError:
            why = say("status.no_server", language=language, url=without_keys(settings.openai_url))
    try:
        return _embedded(settings, language=language)
    except ModelError as error:
        wanted = settings.embedded_model is not None or not isinstance(error, ModelMissing)
        offer = say(
            "status.offer_embedded", language=language, size=f"{DEFAULT_WEIGHTS.size / 1e9:.1f}"
        )
        why = f"{why} {error if wanted else offer}"
    return EngineChoice("quotes", None, why)


def _embedded(settings: Settings, *, language: str) -> EngineChoice:
    model = EmbeddedChat(check_embedded(settings), settings=settings)
    why = say("status.embedded", language=language, model=model.name)
    return EngineChoice("embedded", model, why)


def _ollama(settings: Settings, *, language: str, choosy: bool = False) -> EngineChoice:
    models = _probe(settings)
    if settings.model:
        found = _named(settings.model, models)
        if found is None:
            raise ModelMissing(
                f"Ollama does not have the model {settings.model}.",
                hint=f"Get it with: assistant models pull {settings.model}",
            )
        why = say("status.ollama_configured", language=language, model=found.name)
        return EngineChoice("ollama", OllamaChat(found.name, settings=settings), why)
    memory = machine_memory() if _is_local(settings.ollama_url) else 1 << 60
    chats = [m for m in models if m.chat and m.local]
    fitting = [m for m in chats if fits_in_memory(m, memory=memory)]
    large = [m for m in fitting if m.parameters >= FEWEST_PARAMETERS]
    usable = large if choosy else large or fitting or chats
    if not usable:
        raise ModelMissing(
            "Ollama has no model that can chat and fits in memory.",
            hint="Get one with: assistant models pull qwen2.5:3b",
        )
    why = say("status.ollama_largest", language=language, model=usable[0].name)
    return EngineChoice("ollama", OllamaChat(usable[0].name, settings=settings), why)


def _openai(settings: Settings, *, language: str) -> EngineChoice:
    names = openai_models(settings)
    name = settings.model or (names[0] if names else "")
    if not name:
        raise ModelMissing(
            f"The server at {without_keys(settings.openai_url)} names no model.",
            hint="Name one with --model NAME.",
        )
    if names and name not in names:
        raise ModelMissing(
            f"The server at {without_keys(settings.openai_url)} does not have the model {name}.",
            hint=f"It has: {', '.join(names[:5])}.",
        )
    why = say("status.openai", language=language, model=name, url=without_keys(settings.openai_url))
    return EngineChoice("openai", OpenAIChat(name, settings=settings), why)


def _named(name: str, models: list[OllamaModel]) -> OllamaModel | None:
    wanted = (name, f"{name}:latest")
    return next((model for model in models if model.name in wanted), None)


def _probe(settings: Settings) -> list[OllamaModel]:
    """Ollama's models, asked at most every few seconds; a silent server is remembered, too."""
    url, now = settings.ollama_url, time.monotonic()
    with _probes_lock:
        known = _probes.get(url)
    if known is None or now - known[0] > PROBE_KEPT_SECONDS:
        try:
            found: list[OllamaModel] | ModelError = ollama_models(settings)
        except ModelError as error:
            found = error
        known = (now, found)
        with _probes_lock:
            _probes[url] = known
    if isinstance(known[1], ModelError):
        raise ServiceError(
            f"Ollama does not answer at {without_keys(url)}.", hint=START_OLLAMA
        ) from known[1]
    return known[1]


def _is_local(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host.startswith("127.") or host in ("localhost", "::1", "0.0.0.0")
