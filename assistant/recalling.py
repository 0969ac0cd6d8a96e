"""What was cited before stays at hand: a follow-up may rest on the words shown a moment ago."""

from collections.abc import Sequence

from assistant.index import Index
from assistant.records import Hit, Hits, Turn

TURNS = 2
MOST = 4
"""Passages that come along from the last answers; they stand behind what was found anew."""


def recall(hits: Hits, history: Sequence[Turn], *, index: Index) -> Hits:
    """The hits with the passages that the last answers cited behind them, as far as they are there.

    A passage that has changed since has another ID and does not come back.
    """
    cited = {
        citation.passage_id: citation.article.id
        for turn in reversed(history[-TURNS:])
        for citation in turn.citations
    }
    known = {hit.passage.id for hit in hits}
    wanted = [key for key in cited if key not in known][:MOST]
    numbers = index.catalogue.numbers_of(wanted)
    passages = index.catalogue.passages(list(numbers.values()))
    items = list(hits)
    for key in wanted:
        passage = passages.get(numbers.get(key, -1))
        article = index.catalogue.article(cited[key])
        if passage is not None and article is not None:
            items.append(Hit(len(items) + 1, 0.0, article, passage))
    return Hits(hits.query, tuple(items), filters=hits.filters, notices=hits.notices)
