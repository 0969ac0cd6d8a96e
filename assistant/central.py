"""Which sentences stand for a whole article: those nearest to the middle of all. Pure."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.pieces import Piece, Scored, embed_texts
from assistant.records import Embedder

if TYPE_CHECKING:
    from assistant.records import Vectors

LEAD_BONUS = 0.08
"""What it counts to be the first sentence; it falls to nothing within ten sentences.

News tells what matters first: the first sentences alone are a summary that is hard to beat.
"""
SAMENESS = 0.6
"""How much it counts against a sentence that it is like one already chosen."""
SHORTEST = 40
"""Characters a sentence must have to stand for an article: shorter ones are headings and asides."""
LONGEST = 600
"""Characters all chosen sentences may have together."""


def centre(pieces: Sequence[Piece], vectors: "Vectors") -> list[Scored]:
    """Score each sentence of an article, in order, by its nearness to the mean of all.

    `vectors` are rows of length one, one for each piece.
    """
    import numpy as np

    middle = vectors.mean(axis=0)
    middle = middle / max(float(np.linalg.norm(middle)), 1e-9)
    near = vectors @ middle
    return [
        Scored(piece, float(near[at]) + LEAD_BONUS * max(0.0, 1 - at / 10), float(near[at]), 0.0)
        for at, piece in enumerate(pieces)
    ]


def best_of(scored: Sequence[Scored], *, most: int, embedder: Embedder) -> list[Piece]:
    """Up to `most` sentences that stand for an article and say different things, in order."""
    import numpy as np

    long = [one for one in scored if len(one.piece.text) >= SHORTEST] or list(scored)
    vectors = embed_texts([one.piece.text for one in long], embedder=embedder)
    chosen: list[int] = []
    length = 0
    while len(chosen) < min(most, len(long)):
        alike = vectors @ vectors[chosen].T if chosen else np.zeros((len(long), 1), np.float32)
        worth = [
            one.score - SAMENESS * float(alike[at].max()) if at not in chosen else -np.inf
            for at, one in enumerate(long)
        ]
        at = int(np.argmax(worth))
        length += len(long[at].piece.text)
        if chosen and length > LONGEST:
            break
        chosen.append(at)
    return [long[at].piece for at in sorted(chosen)]
