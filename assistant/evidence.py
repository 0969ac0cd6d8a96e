"""Ties each sentence of an answer to the words of the articles it rests on, and judges it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import log

from assistant.figures import Figure, figures, fold, missing_figures, names, same_name
from assistant.keywords import index_terms, query_terms
from assistant.pieces import BACKGROUND, Piece, Scored, embed_texts
from assistant.records import Embedder, Support
from assistant.texts import say

SUPPORTED = 0.45
"""Share of a sentence's words, by rarity, that the evidence must have to count as supported."""
PARTLY = 0.25
ANCHORED = 0.15
"""What it adds across languages that the piece has all figures and names of the sentence."""
CITED_BONUS = 0.15
"""What it counts that the model itself named the source of a piece."""
FIT_BONUS = 1.0
"""How much the fit of a piece to the question counts, per unit of its score."""
SECOND_GAIN = 0.2
"""Share of the words a second piece must add to be quoted, too."""

_CLAUSE = re.compile(r"[,;:–—()]\s|\s[–—(]")
_WORD = re.compile(r"[^\W_][\w'’-]*")
_NEGATIONS = {
    "en": r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot)\b|n['’]t\b",
    "de": r"\b(?:nicht|kein\w*|nie|niemals|niemand\w*|nichts|weder|ohne)\b",
    "fr": r"\b(?:ne|n['’]\w+|pas|jamais|aucun\w*|rien|sans|ni)\b",
    "es": r"\b(?:no|nunca|ning[uú]n\w*|nadie|nada|sin|tampoco)\b",
    "it": r"\b(?:non|mai|nessun\w*|niente|nulla|senza)\b",
    "pt": r"\b(?:não|nunca|nenhum\w*|ninguém|nada|sem)\b",
    "nl": r"\b(?:niet|geen|nooit|niemand|niets|zonder)\b",
}
_negation = {code: re.compile(pattern, re.IGNORECASE) for code, pattern in _NEGATIONS.items()}


@dataclass(frozen=True, slots=True)
class Checked:
    """How far the articles support a sentence, why not wholly, and the pieces to quote."""

    support: Support
    reason: str
    pieces: tuple[Piece, ...]


def check(
    sentence: str,
    *,
    evidence: Sequence[Scored],
    cited: Sequence[Piece] = (),
    language: str,
    embedder: Embedder,
) -> Checked:
    """Judge one sentence of an answer (without marks) by the evidence the model was given.

    `cited` are the pieces under the numbers the model wrote. The best piece is the one that shares
    most of the sentence's words (by rarity; across languages by embedding) and fits the question;
    a second one is added for what the first lacks. Figures and names must be in the evidence.
    `language` is that of the sentence and of the reason given.
    """
    if not evidence:
        return Checked("unsupported", say("answer.unsupported", language=language), ())
    claim = _Claim(sentence, language=language, evidence=evidence, embedder=embedder)
    ranked = claim.ranked(cited)
    chosen = [ranked[0]]
    chosen += claim.second(chosen[0], ranked[1:])
    chosen, lacking = claim.with_figures(chosen, ranked)
    if lacking:
        figure = lacking[0].text
        reason = say("answer.unsupported_figure", language=language, figure=figure)
        keep = claim.coverage(chosen) >= PARTLY
        return Checked("unsupported", reason, claim.quoted(chosen) if keep else ())
    return claim.judged(chosen)


class _Claim:
    """One sentence under examination, with what it shares with every piece of the evidence."""

    def __init__(
        self, sentence: str, *, language: str, evidence: Sequence[Scored], embedder: Embedder
    ) -> None:
        self.sentence = sentence
        self.language = language
        self.evidence = evidence
        self.figures = figures(sentence, language=language)
        self._embedder = embedder
        self._terms = [set(index_terms(e.piece.text, language=e.piece.language)) for e in evidence]
        self._asked: dict[str, list[str]] = {}
        self._weights: dict[str, float] = {}
        self._across = self._similarities()
        self._shares = [self._share(at) for at in range(len(evidence))]

    def ranked(self, cited: Sequence[Piece]) -> list[int]:
        """The pieces of the evidence, the one that carries the sentence best first."""

        def value(at: int) -> float:
            piece = self.evidence[at].piece
            bonus = CITED_BONUS if piece in cited else 0.0
            return self._shares[at] + bonus + FIT_BONUS * self.evidence[at].score

        return sorted(range(len(self.evidence)), key=value, reverse=True)

    def second(self, first: int, others: Sequence[int]) -> list[int]:
        """The piece that adds most of what the first lacks, when that is enough to matter."""
        gains = [(self.coverage([first, at]) - self._shares[first], at) for at in others]
        gain, at = max(gains, default=(0.0, -1), key=lambda pair: pair[0])
        return [at] if gain >= SECOND_GAIN else []

    def with_figures(
        self, chosen: list[int], ranked: Sequence[int]
    ) -> tuple[list[int], list[Figure]]:
        """Add pieces that hold the sentence's figures; the figures that no piece holds."""
        lacking = missing_figures(self.figures, self._figures(chosen))
        for at in ranked:
            if not lacking or len(chosen) >= 3:
                break
            left = missing_figures(lacking, self._figures([at]))
            if len(left) < len(lacking):
                chosen, lacking = [*chosen, at], left
        return chosen, lacking

    def judged(self, chosen: Sequence[int]) -> Checked:
        """The judgement on a sentence whose figures are all in the evidence."""
        coverage, pieces = self.coverage(chosen), self.quoted(chosen)
        if coverage < PARTLY:
            return Checked("unsupported", say("answer.unsupported", language=self.language), ())
        if unknown := self._unknown_name(chosen):
            reason = say("answer.unsupported_name", language=self.language, name=unknown)
            return Checked("partly", reason, pieces)
        if coverage < SUPPORTED:
            return Checked("partly", say("answer.partly", language=self.language), pieces)
        if self._negated_otherwise(chosen):
            return Checked("partly", say("answer.negation", language=self.language), pieces)
        return Checked("supported", "", pieces)

    def coverage(self, chosen: Sequence[int]) -> float:
        """Share of the sentence's words that these pieces have together."""
        best = max((self._shares[at] for at in chosen), default=0.0)
        codes = {self.evidence[at].piece.language for at in chosen}
        if codes != {self.language}:
            return best
        together = set().union(*(self._terms[at] for at in chosen))
        return max(best, self._covered(together, self.language))

    def quoted(self, chosen: Sequence[int]) -> tuple[Piece, ...]:
        """The chosen pieces, the most important first."""
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
        identity (1). Translations have .45 to .65, the nearest other sentence of the same article
        .2 to .35 (NTREX, articles 1-40, six pairs of languages).
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

    def _figures(self, chosen: Sequence[int]) -> list[Figure]:
        found = []
        for at in chosen:
            piece = self.evidence[at].piece
            published = piece.article.published or ""
            for text in (piece.text, piece.article.title, piece.passage.heading, published):
                found += figures(text, language=piece.language)
        return found

    def _unknown_name(self, chosen: Sequence[int]) -> str:
        """A name of the sentence that nothing of the evidence spells in any way.

        German capitals are no sign of a name, nor do other scripts have any; there the words count.
        """
        if self.language == "de":
            return ""
        texts = [self.evidence[at].piece for at in range(len(self.evidence))]
        words = {w for p in texts for w in _WORD.findall(f"{p.text} {p.article.title}")}
        latin = any(word.isascii() for word in words)
        if not latin:
            return ""
        return next((name for name in names(self.sentence) if not same_name(name, words)), "")

    def _negated_otherwise(self, chosen: Sequence[int]) -> bool:
        """Whether the sentence says "not" where its only quote does not, or the other way round.

        A "not" of the quote counts where the sentence's words are: in the clause that has most.
        """
        first = self.evidence[chosen[0]].piece
        here, there = _negation.get(self.language), _negation.get(first.language)
        if here is None or there is None or len(chosen) > 1:
            return False
        clauses = [clause for clause in _CLAUSE.split(first.text) if clause.strip()]
        said = bool(here.search(self.sentence))
        if first.language != self.language and len(clauses) > 1:
            return said and not there.search(first.text)
        asked = set(query_terms(self.sentence, language=self.language))
        shared = [
            len(asked.intersection(index_terms(clause, language=first.language)))
            for clause in clauses
        ]
        nearest = clauses[max(range(len(clauses)), key=lambda at: shared[at])]
        if said:
            return not there.search(first.text)
        return bool(there.search(nearest))
