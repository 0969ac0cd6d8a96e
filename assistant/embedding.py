"""Turns passages into embeddings for one index: only new words, only vectors of its own length."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import replace
from hashlib import blake2b

import numpy as np

from assistant.catalogue import Embedding
from assistant.errors import IndexMismatch
from assistant.languages import sentences
from assistant.neutral import Neutral
from assistant.records import Embedder, Passage, Vectors

EMBEDDED_AT_ONCE = 16

OnEmbedded = Callable[[Set[bytes]], None]
"""Told of the keys whose texts are embedded now, or were before."""
Wanted = Mapping[bytes, tuple[str, Passage | None]]
"""Texts to embed by their keys, each with its passage; a title has none."""


class Checked:
    """An embedder whose vectors must be as long as those that an index holds.

    A model that was replaced under its own name may give others. `held` is the length of what the
    index holds, if it holds any. Raises IndexMismatch.
    """

    def __init__(self, embedder: Embedder, *, held: int | None) -> None:
        self.name = embedder.name
        self._embedder = embedder
        self._held = held

    @property
    def dimension(self) -> int:
        """How many numbers a vector of this index has."""
        return self._embedder.dimension if self._held is None else self._held

    def query(self, text: str) -> Vectors:
        """Embed one question, shape (dimension,)."""
        return self._checked(self._embedder.query(text))

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts, shape (len(texts), dimension)."""
        return self._checked(self._embedder.passages(texts))

    def _checked(self, vectors: Vectors) -> Vectors:
        length = int(vectors.shape[-1])
        if self._held is None:
            self._held = length
        if length != self._held:
            raise IndexMismatch(
                f"The index was made with vectors of {self._held} numbers; {self.name} gives "
                f"{length} now.",
                hint="Run: assistant rebuild — or put the former model back.",
            )
        return vectors


class NeutralReader:
    """A neutral embedder that looks up the vectors of sentences that were embedded at ingest."""

    def __init__(
        self,
        embedder: Embedder,
        known: Mapping[str, Vectors],
        query: Callable[[str], Vectors],
        *,
        neutral: Neutral,
    ) -> None:
        self.name = f"{embedder.name} {neutral.version}"
        self.dimension = embedder.dimension
        self._embedder = embedder
        self._known = known
        self._query = query
        self._neutral = neutral

    def query(self, text: str) -> Vectors:
        """Embed one question, neutral, shape (dimension,)."""
        return self._neutral.queries(self._query(text))

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts, neutral, shape (len(texts), dimension); known ones are looked up."""
        missing = [text for text in texts if text not in self._known]
        fresh = dict(zip(missing, self._embedder.passages(missing), strict=True)) if missing else {}
        rows = [self._known[text] if text in self._known else fresh[text] for text in texts]
        raw = np.stack(rows) if rows else np.zeros((0, self.dimension), np.float32)
        return self._neutral.passages(raw)


def embed(
    wanted: Wanted,
    *,
    embedder: Embedder,
    known: Callable[[Sequence[bytes]], set[bytes]],
    ready: Mapping[bytes, Embedding] | None = None,
    former: Callable[[Set[bytes]], Mapping[str, Vectors]] = lambda missing: {},
    on_embedded: OnEmbedded | None = None,
) -> dict[bytes, Embedding]:
    """Embed the texts whose keys are not `known`, some at a time, and their passages' sentences.

    Those that are `ready` are given back as they are.

    `former` gives the vectors of sentences that articles had before: it is asked where texts are
    missing, and what stands there is not embedded again.
    """
    embeddings: dict[bytes, Embedding] = dict(ready or {})
    had = known([key for key in wanted if key not in embeddings]) | embeddings.keys()
    missing = [key for key in wanted if key not in had]
    if on_embedded and had:
        on_embedded(had)
    sentence_rows = former(set(missing)) if missing else {}
    for first in range(0, len(missing), EMBEDDED_AT_ONCE):
        batch = missing[first : first + EMBEDDED_AT_ONCE]
        cut = [wanted[key][1] for key in batch]
        parts = [sentence_texts(passage) if passage else [] for passage in cut]
        every = dict.fromkeys(text for part in parts for text in part)
        new = [text for text in every if text not in sentence_rows]
        rows = embedder.passages([*(wanted[key][0] for key in batch), *new])
        found = {**sentence_rows, **dict(zip(new, rows[len(batch) :], strict=True))}
        for row, key, part in zip(rows, batch, parts, strict=False):
            own = [found[text] for text in part]
            embeddings[key] = Embedding(row, np.stack(own) if own else rows[:0])
        if on_embedded:
            on_embedded(set(batch))
    return embeddings


def measured(embedding: Embedding, *, by: Neutral) -> Embedding:
    """An embedding with the lengths of its neutral vectors, of sentences as they will be stored."""
    if len(embedding.lengths):
        return embedding
    sentences = embedding.sentences.astype(np.float16).astype(np.float32)
    rows = np.concatenate([embedding.passage[None], sentences])
    return replace(embedding, lengths=by.lengths(rows))


def sentence_texts(passage: Passage) -> list[str]:
    """The sentences of a passage that get vectors of their own, in order."""
    spans = sentences(passage.text, language=passage.language)
    return [passage.text[start:end] for start, end in spans]


def says_something(title: str) -> bool:
    """Whether a title has a letter or digit in it: one made of a file's name may be `_`."""
    return any(map(str.isalnum, title))


def key_of(text: str, *, embedder: str) -> bytes:
    """Under which key the embedding of a text is kept."""
    return blake2b(f"{embedder}\0{text}".encode("utf-8", "replace"), digest_size=16).digest()
