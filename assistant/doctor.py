"""Checks everything the assistant needs, and gives for each problem the command that mends it."""

import platform
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlsplit

from assistant import __version__, models, sources
from assistant import settings as settings_module
from assistant.errors import AssistantError, ModelError
from assistant.models import EngineChoice, OllamaModel
from assistant.records import Check, Embedder
from assistant.settings import Settings

SAFE_OLLAMA = (0, 17, 1)
"""The first Ollama without the heap leak of CVE-2026-7482 ("Bleeding Llama")."""

SOCKET_TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
LISTENS = "0A"
LOOPBACK = ("0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F")
"""127.0.0.1, ::1 and ::ffff:127.0.0.1 as the tables write them (proc(5))."""

LEAST_FREE_GB = 1.0
NAMED = 3
"""How many files a message names; the rest is a number."""


class Catalogue(Protocol):
    """What the doctor asks the catalogue."""

    def counts(self) -> tuple[int, int]:
        """How many articles and passages there are."""

    def files(self) -> Mapping[str, tuple[str, Any]]:
        """For each path in the index its article's ID and its file's state (size, mtime_ns)."""

    def failures(self) -> Mapping[str, Any]:
        """For each file that could not be read its state, error and hint."""


class OpenIndex(Protocol):
    """What the doctor asks the index."""

    @property
    def catalogue(self) -> Catalogue:
        """The catalogue."""

    @property
    def embedder(self) -> Embedder:
        """The embedder in use."""


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
    embedded: Callable[[Settings], Path] = models.check_embedded
    reachable: Callable[[int], bool] = reachable_from_network


def check(
    settings: Settings,
    *,
    config: Path | None,
    given: Collection[str],
    open_index: Callable[[], OpenIndex],
    probes: Probes | None = None,
) -> list[Check]:
    """Check settings, folders, index, embedder, Ollama and engine; nothing is changed.

    `given` names the settings that were given as arguments, `config` the settings file that was
    named. Problems are found, not raised.
    """
    corpus = settings_module.corpus_folder(settings)
    probes = probes or Probes()
    return [
        _versions(),
        _settings(settings, config=config, given=given),
        _corpus(corpus),
        _data(settings_module.data_folder(settings)),
        *_index(corpus, open_index=open_index),
        *_ollama(settings, probes=probes),
        *_openai(settings, probes=probes),
        _engine(settings, probes=probes),
    ]


# --- this machine -------------------------------------------------------------------------------


def _versions() -> Check:
    system = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    return Check("version", True, f"article-assistant {__version__}, {system}")


def _settings(settings: Settings, *, config: Path | None, given: Collection[str]) -> Check:
    origins = settings_module.sources(settings, config=config, given=set(given))
    values = {name: _shown(getattr(settings, name)) for name in origins}
    chosen = [
        f"{name} = {values[name]} ({origin})"
        for name, origin in origins.items()
        if origin != "default"
    ]
    defaults = [f"{name} = {values[name]}" for name, o in origins.items() if o == "default"]
    return Check("settings", True, f"{'; '.join([*chosen, 'by default: ' + ', '.join(defaults)])}")


def _corpus(folder: Path) -> Check:
    if not folder.is_dir():
        hint = f"Make it: mkdir -p {folder}"
        return Check("corpus", False, f"The corpus folder {folder} does not exist.", hint)
    if not _writable(folder):
        message = f"The corpus folder {folder} cannot be written: articles cannot be added."
        return Check("corpus", False, message, f"Allow it: chmod u+rwx {folder}")
    unread = sorted(path.name for path in sources.others(folder))
    kinds = f"; {_files(unread)} of a kind that is not read" if unread else ""
    return Check("corpus", True, f"{folder}, {len(list(sources.walk(folder))):,} articles{kinds}")


def _data(folder: Path) -> Check:
    place = next(path for path in (folder, *folder.parents) if path.exists())
    if not _writable(place):
        message = f"The data folder {folder} cannot be written."
        hint = "Name another: assistant --data DIR doctor"
        return Check("data", False, message, hint)
    free = shutil.disk_usage(place).free / 1e9
    if free < LEAST_FREE_GB:
        message = f"Only {free:.2f} GB are free where {folder} is."
        return Check("data", False, message, "Make room, or name another disk: --data DIR")
    return Check("data", True, f"{folder}, {free:.0f} GB free")


def _writable(folder: Path) -> bool:
    """Whether a file can really be made there: permissions alone do not tell."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


# --- the index ----------------------------------------------------------------------------------


def _index(corpus: Path, *, open_index: Callable[[], OpenIndex]) -> Iterator[Check]:
    try:
        index = open_index()
        articles, passages = index.catalogue.counts()
        yield _in_step(
            corpus, index.catalogue, made=f"{articles:,} articles, {passages:,} passages"
        )
        yield _failures(index.catalogue)
    except AssistantError as error:
        yield Check("index", False, error.message, error.hint)
        return
    yield _embedder(index.embedder)


def _in_step(corpus: Path, catalogue: Catalogue, *, made: str) -> Check:
    known, failed = catalogue.files(), catalogue.failures()
    there = {file.relative: file for file in sources.walk(corpus)} if corpus.is_dir() else {}
    changed = [
        path for path, file in there.items() if path in known and not _same(file, known[path][1])
    ]
    counts = {
        "new": len(there.keys() - known.keys() - failed.keys()),
        "changed": len(changed),
        "missing": len(known.keys() - there.keys()),
    }
    if any(counts.values()):
        differences = ", ".join(f"{count} {name}" for name, count in counts.items() if count)
        message = f"{made}; the folder differs: {differences}."
        return Check("index", False, message, "Bring it up to date: assistant sync")
    return Check("index", True, f"{made}, in step with the folder")


def _same(file: Any, state: Any) -> bool:
    return bool((file.size, file.mtime_ns) == (state.size, state.mtime_ns))


def _failures(catalogue: Catalogue) -> Check:
    failed = catalogue.failures()
    if not failed:
        return Check("files", True, "every file could be read")
    path, first = next(iter(sorted(failed.items())))
    message = f"{_files(sorted(failed))} could not be read. {path}: {first.error}"
    return Check("files", False, message, first.hint or "See all of them: assistant sync")


def _embedder(embedder: Embedder) -> Check:
    started = time.monotonic()
    try:
        length = len(embedder.query("Is it working?"))
    except AssistantError as error:
        return Check("embedder", False, error.message, error.hint)
    took = time.monotonic() - started
    if length != embedder.dimension:
        message = f"{embedder.name} gave {length} numbers, not {embedder.dimension}."
        return Check("embedder", False, message, "Make the index anew: assistant rebuild")
    return Check("embedder", True, f"{embedder.name} answers in {took:.2f} s")


# --- who answers --------------------------------------------------------------------------------


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
    message = f"Ollama {version} answers at {_shown(url)}"
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
    keyed, parts = bool(settings_module.openai_key(url)), urlsplit(url)
    away = not _is_local(parts.hostname or "")
    if keyed and away and parts.scheme != "https":
        message = f"The key for {_shown(url)} goes there unencrypted."
        yield Check("openai key", False, message, "Let openai_url begin with https://")
    message = f"{_shown(url)} has {_files(names) or 'no model'}"
    message += ", with a key" if keyed else ", without a key"
    message += "; your questions and the passages go there" if away else ""
    yield Check("openai", True, message)


def _engine(settings: Settings, *, probes: Probes) -> Check:
    try:
        choice = probes.choose_engine(settings)
    except AssistantError as error:
        return Check("engine", False, error.message, error.hint)
    name = f"{choice.engine} ({choice.model.name})" if choice.model else choice.engine
    return Check("engine", True, f"{name}: {choice.why}")


# --- words --------------------------------------------------------------------------------------


def _is_local(host: str) -> bool:
    try:
        return ip_address(host).is_loopback or ip_address(host).is_unspecified
    except ValueError:
        return host == "localhost"


def _shown(value: object) -> str:
    """A setting's value; a password inside an address is not shown."""
    return settings_module.without_keys(str(value)) if value not in ("", None) else "not set"


def _files(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
