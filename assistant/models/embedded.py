"""Writes answers in this process: llama.cpp, through `xllamacpp`, with any GGUF file."""

import atexit
import os
import queue
import secrets
import struct
import threading
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from weakref import WeakSet

from assistant.errors import ModelError, ModelMissing
from assistant.machine import cores
from assistant.models.chunks import read_chunks
from assistant.models.memory import free_memory, memory_needed
from assistant.models.tokens import PER_MESSAGE, bound_tokens
from assistant.models.weights import DEFAULT_WEIGHTS, PULL, weights_file
from assistant.records import Message, Usage
from assistant.settings import Settings

SERVICE = "The embedded model"
LIBRARY = "xllamacpp"
INSTALL = f"pip install {LIBRARY}"
BATCH_TOKENS = 128
"""Prompt tokens read at a time: a stop is heard between two batches, 2 s on two slow cores."""
TEMPLATE_TOKENS = 64
"""What a model's own template may put around a conversation, a system prompt of its own say."""
TOKENIZE_SECONDS = 10.0
_MAGIC = b"GGUF"
_VERSIONS = (2, 3)
"""The versions of the format that llama.cpp reads (github.com/ggml-org/ggml, docs/gguf.md)."""


class EmbeddedChat:
    """A chat model inside this process, loaded at its first use and shared by all who ask for it.

    One answer is written at a time; the others wait in the order in which they came.
    """

    engine = "embedded"

    def __init__(self, file: Path, *, settings: Settings) -> None:
        self.file = file
        self.name = file.stem
        self.context_tokens = settings.context_tokens
        self._temperature = settings.temperature

    def count_tokens(self, text: str) -> int:
        """Count a text's tokens as the model does; bound them where it cannot be loaded.

        What is wrong with the model is said by `stream`.
        """
        try:
            return _loaded(self.file, context=self.context_tokens).count(text)
        except ModelError:
            return bound_tokens(text)

    def stream(self, messages: Sequence[Message], *, max_tokens: int) -> Iterator[str | Usage]:
        """Yield the answer's pieces, then a `Usage`; closing the iterator stops the model.

        Raises ModelMissing where there is no file or no llama.cpp, ModelError where the file is no
        model, does not fit into memory, or the prompt does not fit the context.
        """
        engine = _loaded(self.file, context=self.context_tokens)
        counted = sum(engine.count(message.content) + PER_MESSAGE for message in messages)
        prompt = counted + TEMPLATE_TOKENS
        if prompt >= self.context_tokens:
            raise ModelError(
                f"The prompt of {prompt} tokens does not fit the {self.context_tokens} tokens of "
                f"{self.name}.",
                hint="Raise the setting context_tokens, or lower evidence_tokens.",
            )
        body = {
            "messages": [{"role": m.role, "content": m.content} for m in messages],
            "stream": True,
            "stream_options": {"include_usage": True},
            "return_progress": True,  # so that a stop is heard while the prompt is read
            "chat_template_kwargs": {"enable_thinking": False},
            "temperature": self._temperature,
            "max_tokens": min(max_tokens, self.context_tokens - prompt),
        }
        writing = engine.write(body)
        try:
            yield from read_chunks(writing.chunks(), service=SERVICE, place="", model=self.name)
        finally:
            writing.stop()


def embedded_file(settings: Settings) -> Path:
    """The GGUF file that the engine embedded uses: the setting's, else the one that is pulled."""
    named = settings.embedded_model
    return named.expanduser().resolve() if named else weights_file()


def check_embedded(settings: Settings) -> Path:
    """The file that can answer; it is not loaded.

    Raises ModelMissing where llama.cpp or the file is not there, ModelError where the file is no
    GGUF or does not fit into memory.
    """
    file = embedded_file(settings)
    if find_spec(LIBRARY) is None:
        raise ModelMissing(
            f"The engine embedded needs {LIBRARY}, which is not installed.",
            hint=f"Install it with: {INSTALL}",
        )
    if not file.is_file():
        hint = f"Get the default model with: {PULL}"
        if settings.embedded_model:
            hint = (
                f"Name another with the setting embedded_model, or leave it empty and type {PULL}"
            )
            raise ModelMissing(f"The model file {file} does not exist.", hint=hint)
        size = DEFAULT_WEIGHTS.size / 1e9
        raise ModelMissing(f"The embedded model ({size:.1f} GB) was not downloaded.", hint=hint)
    _check_format(file)
    _check_memory(file)
    return file


def unload() -> None:
    """Let go of the loaded model; the next question loads it again."""
    global _engine
    with _engine_lock:
        engine, _engine = _engine, None
    if engine is not None:
        engine.close()


# --- the file -----------------------------------------------------------------------------------


def _check_format(file: Path) -> None:
    """Raise ModelError unless the file begins as a GGUF of a version that is read."""
    try:
        with file.open("rb") as opened:
            head = opened.read(8)
    except OSError as error:
        raise ModelError(
            f"The model file {file} cannot be read: {error.strerror}.", hint="Allow it: chmod u+r"
        ) from error
    if len(head) < 8 or not head.startswith(_MAGIC):
        raise ModelError(
            f"{file} is no GGUF model.",
            hint=f"Name a .gguf file with the setting embedded_model, or type {PULL}",
        )
    (version,) = struct.unpack("<I", head[4:])
    if version not in _VERSIONS:
        raise ModelError(
            f"{file} is a GGUF model of version {version}, which llama.cpp does not read.",
            hint=f"Get a newer file of the model, or type {PULL}",
        )


def _check_memory(file: Path) -> None:
    """Raise ModelError where the weights do not fit; what is loaded already does."""
    with _engine_lock:
        if _engine is not None and _engine.file == file:
            return
    needed, free = memory_needed(file.stat().st_size), free_memory()
    if needed > free:
        raise ModelError(
            f"{file.name} needs about {needed / 1e9:.1f} GB of memory, and {free / 1e9:.1f} GB "
            "are free.",
            hint="Close other programs, or name a smaller model with the setting embedded_model.",
        )


# --- llama.cpp ----------------------------------------------------------------------------------


class _Engine:
    """llama.cpp with one model loaded. Its counting is only offered over HTTP, on loopback.

    A key that is known to this process alone guards that port.
    """

    def __init__(self, file: Path, *, context: int) -> None:
        import httpx

        self.file, self.context = file, context
        key = secrets.token_urlsafe(32)
        self._server = _serve(file, context=context, key=key)
        self._client = httpx.Client(
            base_url=self._server.listening_address,
            headers={"Authorization": f"Bearer {key}"},
            timeout=TOKENIZE_SECONDS,
            trust_env=False,
        )
        self._writings = WeakSet[_Writing]()

    def count(self, text: str) -> int:
        """How many tokens the model makes of a text; a bound where llama.cpp says nothing."""
        import httpx

        try:
            reply = self._client.post("/tokenize", json={"content": text})
            reply.raise_for_status()
            return len(reply.json()["tokens"])
        except (httpx.HTTPError, RuntimeError, ValueError, KeyError):  # closed while it was asked
            return bound_tokens(text)

    def write(self, body: dict[str, Any]) -> "_Writing":
        """Begin an answer."""
        writing = _Writing(self._server, body)
        self._writings.add(writing)
        return writing

    def close(self) -> None:
        """Stop what is being written, and let go of the model when that has ended."""
        for writing in list(self._writings):
            writing.stop()
            writing.join()
        self._client.close()


class _Writing:
    """One answer, written in a thread of its own: llama.cpp holds its caller until the end."""

    def __init__(self, server: Any, body: dict[str, Any]) -> None:
        self._said: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(server, body), name="embedded-model", daemon=True
        )
        self._thread.start()

    def chunks(self) -> Iterator[dict[str, Any]]:
        """What llama.cpp says, until it has ended."""
        while (chunk := self._said.get()) is not None:
            yield chunk

    def stop(self) -> None:
        """Let llama.cpp end at its next token, or after the batch of the prompt it is reading."""
        self._stopped.set()

    def join(self) -> None:
        """Wait until it has ended."""
        self._thread.join()

    def _run(self, server: Any, body: dict[str, Any]) -> None:
        try:
            if not self._stopped.is_set():
                server.handle_chat_completions(body, self._hear)
        except Exception as error:  # whatever the library raises becomes a chunk that says so
            self._said.put({"error": str(error)})
        finally:
            self._said.put(None)

    def _hear(self, chunk: dict[str, Any]) -> bool:
        self._said.put(chunk)
        return self._stopped.is_set()


_engine: _Engine | None = None
_engine_lock = threading.Lock()


def _loaded(file: Path, *, context: int) -> _Engine:
    """The one engine of this process, with this file loaded. Raises ModelMissing, ModelError."""
    global _engine
    with _engine_lock:
        if _engine is not None and (_engine.file, _engine.context) == (file, context):
            return _engine
        before, _engine = _engine, None
        if before is not None:
            before.close()
        del before
        made = _Engine(file, context=context)
        atexit.register(unload)
        _engine = made
        return made


def _serve(file: Path, *, context: int, key: str) -> Any:
    """Load the model. Raises ModelMissing, ModelError."""
    try:
        import xllamacpp
    except ImportError as error:
        message = f"The engine embedded needs {LIBRARY}, which cannot be loaded: {error}."
        raise ModelMissing(message, hint=f"Install it with: {INSTALL}") from error
    params = xllamacpp.CommonParams()
    params.model.path = str(file)
    params.n_ctx = context
    params.n_parallel = 1
    params.n_batch = params.n_ubatch = BATCH_TOKENS
    params.cache_ram_mib = 0  # else up to 8 GB of former prompts are kept
    params.warmup = False
    if allowed := _cores_allowed():
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = allowed
    params.verbosity = -1  # it writes to stderr
    params.api_keys = [key]
    params.ui = params.endpoint_slots = params.endpoint_props = False
    try:
        return xllamacpp.Server(params)
    except RuntimeError as error:
        raise ModelError(
            f"llama.cpp could not load {file}: it is damaged, or of a kind it does not know.",
            hint=f"Download the file again, or get the default model with: {PULL}",
        ) from error


def _cores_allowed() -> int:
    """The cores this process may use, where it may not use all; 0: llama.cpp knows best.

    It counts those of the machine, and with more threads than cores each waits for the others: a
    container that is held to some cores would hardly write at all.
    """
    allowed = cores()
    return allowed if allowed < (os.cpu_count() or 1) else 0
