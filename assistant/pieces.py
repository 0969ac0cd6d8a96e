"""The sentences of the passages that were found, and how well each fits the question."""

import threading
from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

from assistant.keywords import index_terms, query_terms
from assistant.languages import sentences
from assistant.records import Article, Embedder, Hit, Passage

if TYPE_CHECKING:
    from assistant.records import Vectors

MOST_EMBEDDED = 48
"""Sentences compared for one question: eight passages have about as many. Most vectors are stored;
one that is not costs about 0.02 s."""
KEYWORD_WEIGHT = 0.2
"""What having all keywords of the question is worth beside the similarity of the embeddings."""
PASSAGE_WEIGHT = 1.0
"""What the best sentence of its passage counts beside a sentence's own fit."""
KEPT_VECTORS = 4096

BACKGROUND = (
    "The bakery on the corner sells fresh bread from six in the morning.",
    "Heavy rain flooded several cellars in the old town on Tuesday night.",
    "The committee will vote on the new budget at its next meeting.",
    "She plays the violin in a small orchestra and teaches children.",
    "Researchers counted the birds on the island for the third year.",
    "Der Zug an die Küste hatte wegen eines defekten Signals Verspätung.",
    "Er unterschrieb beim Verein einen Vertrag bis zum Ende der Saison.",
    "Das Unternehmen will am Fluss eine Fabrik für Batterien bauen.",
    "Ein Gericht wies die Klage des früheren Geschäftsführers ab.",
    "Ärzte raten, bei Hitze genug Wasser zu trinken.",
    "Prices for heating oil fell slightly compared with last month.",
    "Das Museum zeigt Gemälde und Briefe aus dem neunzehnten Jahrhundert.",
)
"""Everyday news about nothing in particular: what a likeness is measured against."""

_vectors: OrderedDict[tuple[str, str], "Vectors"] = OrderedDict()
_vectors_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Piece:
    """One sentence of a passage: `article_text[start:end] == text`.

    `hit` is the rank of its passage from 0, `place` its place among the passage's sentences.
    """

    article: Article
    passage: Passage
    text: str
    start: int
    end: int
    hit: int
    place: int

    @property
    def language(self) -> str:
        """The language of the passage, else of the article."""
        known = self.passage.language
        return known if known != "und" else self.article.language


@dataclass(frozen=True, slots=True)
class Scored:
    """A piece with its fit to a question.

    `similarity` is the cosine of the embeddings (None: not embedded), `keywords` the share of the
    question's keywords in it, by rarity (0 in another language); `score` orders pieces.
    """

    piece: Piece
    score: float
    similarity: float | None
    keywords: float


def split_hits(hits: Iterable[Hit]) -> list[Piece]:
    """Cut the passages into sentences; where passages overlap, a sentence counts once."""
    pieces: list[Piece] = []
    seen: set[tuple[str, int, int]] = set()
    for rank, hit in enumerate(hits):
        spans = sentences(hit.passage.text, language=hit.passage.language)
        for place, (start, end) in enumerate(spans):
            text, low, high = hit.passage.text[start:end], hit.start + start, hit.start + end
            if text and (hit.article.id, low, high) not in seen:
                seen.add((hit.article.id, low, high))
                pieces.append(Piece(hit.article, hit.passage, text, low, high, rank, place))
    return pieces


def score_pieces(
    question: str, pieces: Sequence[Piece], *, language: str, embedder: Embedder
) -> list[Scored]:
    """Score pieces by how well they fit the question; same order as given.

    A sentence's own fit and the best of its passage count alike: a sentence beside the one that
    names the subject often holds the answer. At most `MOST_EMBEDDED` are compared by embedding,
    chosen by rank of passage and by keywords; the others score below all of them.
    """
    if not pieces:
        return []
    shares = keyword_shares(question, pieces, language=language)
    chosen = _worth_embedding(pieces, shares)
    vectors = embed_texts([pieces[at].text for at in chosen], embedder=embedder)
    asked = embedder.query(question)
    similarity = {at: float(vectors[row] @ asked) for row, at in enumerate(chosen)}
    floor = min(similarity.values()) - 2 * KEYWORD_WEIGHT
    own = [similarity.get(at, floor) + KEYWORD_WEIGHT * share for at, share in enumerate(shares)]
    best: dict[str, float] = {}
    for piece, fit in zip(pieces, own, strict=True):
        best[piece.passage.id] = max(fit, best.get(piece.passage.id, fit))
    return [
        Scored(
            piece,
            own[at] + PASSAGE_WEIGHT * best[piece.passage.id],
            similarity.get(at),
            shares[at],
        )
        for at, piece in enumerate(pieces)
    ]


def keyword_shares(question: str, pieces: Sequence[Piece], *, language: str) -> list[float]:
    """For each piece the share of the question's keywords in it, each weighted by its rarity.

    Rarity is the inverse share of the pieces that have the word. Only words of the same language
    are compared, except names and numbers, which are spelt alike in many.
    """
    texts = [set(index_terms(piece.text, language=piece.language)) for piece in pieces]
    asked = {
        code: query_terms(question, language=code) for code in {piece.language for piece in pieces}
    }
    counts = Counter(term for terms in texts for term in terms)
    shares = []
    for piece, terms in zip(pieces, texts, strict=True):
        weights = {
            term: log(1 + len(pieces) / (1 + counts[term])) for term in asked[piece.language]
        }
        total = sum(weights.values())
        share = sum(weight for term, weight in weights.items() if term in terms)
        shares.append(share / total if total else 0.0)
    return shares


def embed_texts(texts: Sequence[str], *, embedder: Embedder) -> "Vectors":
    """Vectors of texts as passages, shape (len(texts), dimension); a few thousand are kept."""
    import numpy as np

    name = embedder.name
    with _vectors_lock:
        known = {text: _vectors[name, text] for text in texts if (name, text) in _vectors}
    missing = [text for text in dict.fromkeys(texts) if text not in known]
    if missing:
        for text, vector in zip(missing, embedder.passages(missing), strict=True):
            known[text] = vector
    with _vectors_lock:
        for text in texts:
            _vectors[name, text] = known[text]
            _vectors.move_to_end((name, text))
        while len(_vectors) > KEPT_VECTORS:
            _vectors.popitem(last=False)
    if not texts:
        return np.zeros((0, embedder.dimension), np.float32)
    return np.stack([known[text] for text in texts])


def _worth_embedding(pieces: Sequence[Piece], shares: Sequence[float]) -> list[int]:
    """The indices of the pieces to embed: those of the first passages, and those with keywords."""
    if len(pieces) <= MOST_EMBEDDED:
        return list(range(len(pieces)))
    order = sorted(range(len(pieces)), key=lambda at: (pieces[at].hit - 4 * shares[at], at))
    return sorted(order[:MOST_EMBEDDED])
