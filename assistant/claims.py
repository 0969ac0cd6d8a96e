"""What one sentence of an answer shares with each piece of the evidence."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property, lru_cache
from math import log

from assistant.figures import (
    Figure,
    day_figures,
    figures,
    fold,
    missing_figures,
    names,
    same_name,
)
from assistant.keywords import index_terms, query_terms
from assistant.pieces import BACKGROUND, Piece, Scored, embed_texts
from assistant.records import Embedder
from assistant.times import times_told

ANCHORED = 0.15
"""What it adds across languages that the piece has all figures and names of the sentence."""
CITED_BONUS = 0.15
"""What it counts that the model itself named the source of a piece."""
FIT_BONUS = 1.0
"""How much the fit of a piece to the question counts, per unit of its score."""
MOST_PIECES = 3
"""Sentences that are quoted for one sentence at most."""
ENOUGH_GAIN = 0.15
"""Share of the words a further piece must add to be quoted, too."""

_WORD = re.compile(r"[^\W_][\w'’-]*")


class Claim:
    """One sentence under examination. Pieces are named by their place in the evidence."""

    def __init__(
        self, sentence: str, *, language: str, evidence: Sequence[Scored], embedder: Embedder
    ) -> None:
        self.sentence = sentence
        self.language = language
        self.evidence = evidence
        self.figures = figures(sentence, language=language)
        self._embedder = embedder
        self._terms = [self._terms_of(one.piece) for one in evidence]
        self._asked: dict[str, list[str]] = {}
        self._weights: dict[str, float] = {}
        self._across = self._similarities()
        self._shares = [self._share(at) for at in range(len(evidence))]

    def ranked(self, cited: Sequence[Piece]) -> list[int]:
        """The pieces, the one that carries the sentence best first; `cited` ones are favoured."""

        def value(at: int) -> float:
            piece = self.evidence[at].piece
            bonus = CITED_BONUS if piece in cited else 0.0
            return self._shares[at] + bonus + FIT_BONUS * self.evidence[at].score

        return sorted(range(len(self.evidence)), key=value, reverse=True)

    def chosen(self, ranked: Sequence[int]) -> list[int]:
        """The best piece, then those that add most of the words or figures it lacks."""
        chosen, lacking = [ranked[0]], self.missing_figures(ranked[:1])
        for at in ranked[1:] if lacking else ():
            left = missing_figures(lacking, self._figures_of(at))
            helps = len(left) < len(lacking) and self._goes_with(at, ranked[0])
            if helps and len(chosen) < MOST_PIECES:
                chosen, lacking = [*chosen, at], left
        for gain, at in self._additions(chosen, ranked):
            if gain >= ENOUGH_GAIN:
                chosen.append(at)
        return chosen

    def _goes_with(self, at: int, best: int) -> bool:
        """Whether a piece may lend a figure: "two" of another story is not this sentence's "two".

        It must be of the best piece's article, or have another word of the sentence.
        """
        piece = self.evidence[at].piece
        if piece.article.id == self.evidence[best].piece.article.id:
            return True
        if piece.language != self.language:
            return self._across.get(at, 0.0) > ANCHORED
        return bool(self._words & self._terms[at])

    @cached_property
    def _words(self) -> set[str]:
        """The sentence's terms but those of its figures."""
        told = {t for f in self.figures for t in query_terms(f.text, language=self.language)}
        return set(query_terms(self.sentence, language=self.language)) - told

    def support(self, chosen: Sequence[int], ranked: Sequence[int]) -> float:
        """Share of the sentence's words that the best few pieces have together.

        Those that add too little to be quoted count, too: a pronoun's name is said a line above.
        """
        return self.coverage([*chosen, *(at for _, at in self._additions(chosen, ranked))])

    def _additions(
        self, chosen: Sequence[int], ranked: Sequence[int]
    ) -> Iterator[tuple[float, int]]:
        """The pieces that add most of what those before them lack, and how much each adds."""
        together = list(chosen)
        while len(together) < MOST_PIECES:
            had = self.coverage(together)
            gains = [(self.coverage([*together, at]) - had, -place, at)
                     for place, at in enumerate(ranked)
                     if at not in together and self._goes_with(at, together[0])]  # fmt: skip
            gain, _, at = max(gains, default=(0.0, 0, -1))
            if gain <= 0:
                return
            together.append(at)
            yield gain, at

    def missing_figures(self, chosen: Iterable[int]) -> list[Figure]:
        """The sentence's figures that none of these pieces has."""
        found = [figure for at in chosen for figure in self._figures_of(at)]
        return missing_figures(self.figures, found)

    def are_only_asked(
        self, lacking: Sequence[Figure], chosen: Sequence[int], *, question: str
    ) -> bool:
        """Whether figures are small counts that the question names and these pieces do not deny.

        "The three parts of the government" are three in the question; the article lists them. Only
        what the pieces themselves count denies it, not the date of their article.
        """
        asked = figures(question, language=self.language)
        pieces = self.pieces(chosen)
        told = [f for p in pieces for f in figures(p.text, language=p.language)]
        if missing_figures(lacking, asked) or not all(f.is_small_count for f in lacking):
            return False
        return not any(figure.is_small_count for figure in told)

    def coverage(self, chosen: Sequence[int]) -> float:
        """Share of the sentence's words that these pieces have together."""
        best = max((self._shares[at] for at in chosen), default=0.0)
        codes = {self.evidence[at].piece.language for at in chosen}
        if codes != {self.language}:
            return best
        together = set().union(*(self._terms[at] for at in chosen))
        return max(best, self._covered(together, self.language))

    def pieces(self, chosen: Sequence[int]) -> tuple[Piece, ...]:
        """The pieces themselves, in the order given."""
        return tuple(self.evidence[at].piece for at in chosen)

    def _share(self, at: int) -> float:
        piece = self.evidence[at].piece
        share = self._covered(self._terms[at], piece.language)
        return max(share, min(1.0, self._across.get(at, 0.0)))

    def _covered(self, terms: set[str], code: str) -> float:
        asked = self._asked.setdefault(code, query_terms(self.sentence, language=code))
        if not asked:
            words = _WORD.findall(self.sentence.casefold())
            return float(
                bool(words) and all(fold(word) in terms or word in terms for word in words)
            )
        weights = {term: self._weight(term) for term in asked}
        return sum(w for term, w in weights.items() if term in terms) / sum(weights.values())

    def _weight(self, term: str) -> float:
        if term not in self._weights:
            having = sum(term in terms for terms in self._terms)
            self._weights[term] = log(1 + len(self._terms) / (1 + having))
        return self._weights[term]

    def _similarities(self) -> dict[int, float]:
        """For pieces in other languages: how much of the sentence their likeness stands for.

        Likeness is measured between what the sentence has in common with anything (0) and
        identity (1).
        """
        import numpy as np

        others = [at for at, e in enumerate(self.evidence) if e.piece.language != self.language]
        if not others:
            return {}
        texts = [self.sentence, *(self.evidence[at].piece.text for at in others), *BACKGROUND]
        vectors = embed_texts(texts, embedder=self._embedder)
        cosines = vectors[1:] @ vectors[0]
        base = min(0.95, float(np.median(cosines)))
        return {
            at: (float(cosine) - base) / (1 - base) + self._anchored(at)
            for at, cosine in zip(others, cosines, strict=False)
        }

    def _anchored(self, at: int) -> float:
        """What the figures and names add that the sentence shares with a piece."""
        piece = self.evidence[at].piece
        lacking = missing_figures(self.figures, figures(piece.text, language=piece.language))
        named = names(self.sentence) if self.language != "de" else []
        words = _WORD.findall(piece.text)
        known = sum(same_name(name, words) for name in named)
        return ANCHORED if (self.figures or known) and not lacking and known == len(named) else 0.0

    def _figures_of(self, at: int) -> tuple[Figure, ...]:
        return _figures_of(self.evidence[at].piece)

    def _terms_of(self, piece: Piece) -> set[str]:
        """The terms of a piece, those of the sentence's figures among them if it has these.

        "21 October" is so in a piece that says "on Monday", and "ten thousand" in one with 10,000.
        """
        terms = set(index_terms(piece.text, language=piece.language))
        for figure in self.figures:
            if not missing_figures([figure], _figures_of(piece)):
                terms |= set(query_terms(figure.text, language=piece.language))
        return terms


@lru_cache(maxsize=2048)
def _figures_of(piece: Piece) -> tuple[Figure, ...]:
    """The figures of a piece, of what stands above it, and of the days it tells of."""
    published = piece.article.published or ""
    found: list[Figure] = []
    for text in (piece.text, piece.article.title, piece.passage.heading, published):
        found += figures(text, language=piece.language)
    if published:
        day = date.fromisoformat(published[:10])
        for told in times_told(piece.text, language=piece.language, published=day):
            found += day_figures(told.first, told.last)
    return tuple(found)
