"""Puts the best passages into the order a reranker gives them, or says why it could not."""

import math
from collections.abc import Mapping, Sequence

from assistant.errors import AssistantError, ModelError
from assistant.records import Article, Passage, Reranker
from assistant.texts import say

RERANKED = 20
"""Passages that are judged: a cross-encoder on a laptop takes 0.1 to 1 s for each."""

Ranked = Sequence[tuple[float, Passage]]


def rerank(
    reranker: Reranker,
    query: str,
    ranked: Ranked,
    *,
    articles: Mapping[str, Article],
    language: str,
) -> tuple[Ranked, str | None]:
    """The passages by the reranker's scores, ties in their former order; else a notice why not.

    `articles` are the passages' own: their titles are judged with the words. A search must not
    fail because a part that only orders it does, whatever that part raises.
    """
    texts = [_judged(passage, articles.get(passage.article_id)) for _, passage in ranked]
    try:
        scores = [float(score) for score in reranker.scores(query, texts)]
        if len(scores) != len(texts) or not all(map(math.isfinite, scores)):
            raise ModelError(f"{len(scores)} usable scores came for {len(texts)} passages.")
    except Exception as error:
        why = str(error) if isinstance(error, AssistantError) else f"{error!r}."
        told = say("search.not_reranked", language=language, name=reranker.name, error=why)
        return ranked, told
    order = sorted(range(len(texts)), key=lambda at: -scores[at])
    return [(scores[at], ranked[at][1]) for at in order], None


def _judged(passage: Passage, article: Article | None) -> str:
    head = " · ".join(filter(None, (article.title, article.published))) if article else ""
    return f"{head}\n{passage.text}" if head else passage.text
