"""Checks who writes and embeds: Ollama, an OpenAI-compatible server, the embedded model."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from assistant import catalogue, models, vectors
from assistant.errors import AssistantError, ModelError
from assistant.models import EngineChoice, OllamaModel
from assistant.records import Check
from assistant.settings import Settings, chroma_token, openai_key, without_keys

SAFE_OLLAMA = (0, 17, 1)
"""The first Ollama without the heap leak of CVE-2026-7482 ("Bleeding Llama")."""

SOCKET_TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
LISTENS = "0A"
LOOPBACK = ("0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F")
"""127.0.0.1, ::1 and ::ffff:127.0.0.1 as the tables write them (proc(5))."""

NAMED = 3
"""How many names a message gives; the rest is a number."""


def reachable_from_network(port: int, *, tables: Sequence[Path] = SOCKET_TABLES) -> bool:
    """Whether a server on this machine listens on `port` beyond loopback, by Linux's own tables.

    Nothing is connected or looked up. Where there are no such tables the answer is no.
    """
    for table in tables:
        try:
            rows = [line.split() for line in table.read_text("ascii").splitlines()[1:]]
        except OSError:
            continue
        for address, number in (row[1].split(":") for row in rows if row[3] == LISTENS):
            if int(number, 16) == port and address not in LOOPBACK:
                return True
    return False


@dataclass(frozen=True, slots=True)
class Probes:
    """The questions that leave this process; tests answer them themselves."""

    ollama_version: Callable[[Settings], str] = models.ollama_version
    openai_models: Callable[[Settings], Sequence[str]] = models.openai_models
    ollama_models: Callable[[Settings], Sequence[OllamaModel]] = models.ollama_models
    choose_engine: Callable[[Settings], EngineChoice] = models.choose_engine
    chroma_version: Callable[[str], str] = vectors.check_server
    postgres: Callable[[str], catalogue.ServerFacts] = catalogue.check_postgres
    embedded: Callable[[Settings], Path] = models.check_embedded
    reachable: Callable[[int], bool] = reachable_from_network


def check_engines(settings: Settings, *, probes: Probes) -> Iterator[Check]:
    """Check the servers that are set and who would answer now. Problems are found, not raised."""
    yield from _ollama(settings, probes=probes)
    yield from _openai(settings, probes=probes)
    yield from _chroma(settings, probes=probes)
    yield from _postgres(settings, probes=probes)
    yield _engine(settings, probes=probes)


def _ollama(settings: Settings, *, probes: Probes) -> Iterator[Check]:
    try:
        version = probes.ollama_version(settings)
        found = probes.ollama_models(settings)
    except AssistantError as error:
        yield from _without_ollama(settings, error, probes=probes)
        return
    yield _ollama_version(version, url=settings.ollama_url)
    yield _exposure(settings.ollama_url, reachable=probes.reachable)
    yield _models(settings, found)


def _without_ollama(
    settings: Settings, error: AssistantError, *, probes: Probes
) -> Iterator[Check]:
    """Whether something else writes; else how to start Ollama, and what writes without it."""
    engine, embeds = settings.engine, settings.embedder.startswith("ollama:")
    try:
        file = probes.embedded(settings)
    except ModelError as missing:
        if settings.embedded_model:
            yield Check("embedded model", False, missing.message, missing.hint)
    else:
        yield Check("embedded model", True, f"{file}")
        engine = "embedded" if engine == "auto" else engine
    if engine not in ("auto", "ollama") and not embeds:
        yield Check("ollama", True, f"not there and not needed: engine {engine}")
        return
    hint = f"{error.hint} (https://ollama.com)"
    if engine == "auto" and not embeds:
        hint += f". Or let a small model write without it: {models.INSTALL} && {models.PULL}"
    yield Check("ollama", False, error.message, hint)


def _ollama_version(version: str, *, url: str) -> Check:
    message = f"Ollama {version} answers at {without_keys(url)}"
    numbers = re.match(r"(\d+)\.(\d+)\.(\d+)", version)
    if numbers and tuple(map(int, numbers.groups())) < SAFE_OLLAMA:
        safe = ".".join(map(str, SAFE_OLLAMA))
        message += f"; before {safe} it gives parts of its memory to whoever asks (CVE-2026-7482)."
        return Check("ollama", False, message, "Update it: https://ollama.com/download")
    return Check("ollama", True, message)


def _exposure(url: str, *, reachable: Callable[[int], bool]) -> Check:
    parts = urlsplit(url)
    if not _is_local(parts.hostname or ""):
        message = f"Ollama is on {parts.hostname}: your questions and the passages go there"
        return Check("ollama address", True, message)
    if reachable(parts.port or 80):
        message = "Everybody on your network can use your Ollama: it has no password."
        hint = "Let it listen on this machine only: OLLAMA_HOST=127.0.0.1 ollama serve"
        return Check("ollama address", False, message, hint)
    return Check("ollama address", True, "only this machine reaches it")


def _models(settings: Settings, found: Sequence[OllamaModel]) -> Check:
    names = [model.name for model in found]
    named = settings.model and settings.engine not in ("openai", "embedded")
    wanted = [settings.model] if named else []
    kind, _, embedder = settings.embedder.partition(":")
    wanted += [embedder] if kind == "ollama" and embedder else []
    missing = [name for name in wanted if not {name, f"{name}:latest"} & set(names)]
    if missing:
        hint = f"Get it: assistant models pull {missing[0]}"
        return Check("models", False, f"Ollama does not have {', '.join(missing)}.", hint)
    if not any(model.chat for model in found):
        hint = "Get one: assistant models pull qwen2.5:3b"
        return Check("models", False, "Ollama has no model that can chat.", hint)
    return Check("models", True, ", ".join(names))


def _openai(settings: Settings, *, probes: Probes) -> Iterator[Check]:
    """The OpenAI-compatible server, where one is set; its key is said to be there, never shown."""
    url = settings.openai_url
    if not url:
        return
    try:
        names = probes.openai_models(settings)
    except AssistantError as error:
        yield Check("openai", False, error.message, error.hint)
        return
    keyed, parts = bool(openai_key(url)), urlsplit(url)
    away = not _is_local(parts.hostname or "")
    if keyed and away and parts.scheme != "https":
        message = f"The key for {without_keys(url)} goes there unencrypted."
        yield Check("openai key", False, message, "Let openai_url begin with https://")
    message = f"{without_keys(url)} has {listed(names) or 'no model'}"
    message += ", with a key" if keyed else ", without a key"
    message += "; your questions and the passages go there" if away else ""
    yield Check("openai", True, message)


def _chroma(settings: Settings, *, probes: Probes) -> Iterator[Check]:
    """The Chroma server, where one is set; without it search is exact and slower, not wrong."""
    url = settings.chroma_url
    if not url:
        return
    try:
        version = probes.chroma_version(url)
    except AssistantError as error:
        yield Check("chroma", False, error.message, error.hint)
        return
    parts = urlsplit(url)
    away = not _is_local(parts.hostname or "")
    if chroma_token() and away and parts.scheme != "https":
        message = f"The token for {without_keys(url)} goes there unencrypted."
        yield Check("chroma token", False, message, "Let chroma_url begin with https://")
    message = f"{without_keys(url)} answers, routes of version {version}"
    message += "; the passages' vectors go there, not their words" if away else ""
    yield Check("chroma", True, message)


def _postgres(settings: Settings, *, probes: Probes) -> Iterator[Check]:
    """The database of the index, where one is set; without it there is no answer."""
    if not settings.catalogue:
        return
    try:
        found = probes.postgres(settings.catalogue)
    except AssistantError as error:
        yield Check("postgresql", False, error.message, error.hint)
        return
    away = bool(found.host) and not found.host.startswith("/") and not _is_local(found.host)
    if away and not found.encrypted:
        message = f"The words of your articles go to {found.where} unencrypted."
        hint = "Let the address in the setting catalogue end with ?sslmode=require"
        yield Check("postgresql encryption", False, message, hint)
    message = f"{found.where} answers, PostgreSQL {found.version}"
    message += "; the words of your articles go there" if away else ""
    yield Check("postgresql", True, message)


def _engine(settings: Settings, *, probes: Probes) -> Check:
    try:
        choice = probes.choose_engine(settings)
    except AssistantError as error:
        return Check("engine", False, error.message, error.hint)
    name = f"{choice.engine} ({choice.model.name})" if choice.model else choice.engine
    return Check("engine", True, f"{name}: {choice.why}")


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback or ip_address(host).is_unspecified
    except ValueError:
        return host == "localhost"


def listed(names: Sequence[str]) -> str:
    """The first names, and how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
