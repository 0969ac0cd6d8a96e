"""Checks everything the assistant needs, and gives for each problem the command that mends it."""

import platform
import shutil
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from assistant import __version__, sources
from assistant import settings as settings_module
from assistant.engine_checks import Probes, check_engines, listed
from assistant.errors import AssistantError, DataError
from assistant.records import Check, Embedder
from assistant.settings import Settings

LEAST_FREE_GB = 1.0


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


def check(
    settings: Settings,
    *,
    config: Path | None,
    given: Collection[str],
    open_index: Callable[[], OpenIndex],
    check_home: Callable[[], None] = lambda: None,
    probes: Probes | None = None,
) -> list[Check]:
    """Check settings, folders, index, embedder, Ollama and engine; nothing is changed.

    `given` names the settings that were given as arguments, `config` the settings file that was
    named. `check_home` raises DataError where the articles lie in another folder. Problems are
    found, not raised.
    """
    corpus = settings_module.corpus_folder(settings)
    probes = probes or Probes()
    return [
        _versions(),
        _settings(settings, config=config, given=given),
        _corpus(corpus),
        _data(settings_module.data_folder(settings)),
        *_index(corpus, open_index=open_index, check_home=check_home),
        *check_engines(settings, probes=probes),
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
    kinds = f"; {listed(unread)} of a kind that is not read" if unread else ""
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


def _index(
    corpus: Path, *, open_index: Callable[[], OpenIndex], check_home: Callable[[], None]
) -> Iterator[Check]:
    try:
        index = open_index()
        articles, passages = index.catalogue.counts()
        made = f"{articles:,} articles, {passages:,} passages"
        try:
            check_home()
        except DataError as error:  # no fault: this machine only asks
            yield Check("index", True, f"{made}; {error.message}")
        else:
            yield _in_step(corpus, index.catalogue, made=made)
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
    message = f"{listed(sorted(failed))} could not be read. {path}: {first.error}"
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


# --- words --------------------------------------------------------------------------------------


def _shown(value: object) -> str:
    """A setting's value; a password inside an address is not shown."""
    return settings_module.without_keys(str(value)) if value not in ("", None) else "not set"
