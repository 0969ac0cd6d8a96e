"""Ties each sentence of an answer to the words of the articles it rests on, and judges it."""

from collections.abc import Sequence
from dataclasses import dataclass

from assistant.claims import Claim
from assistant.naming import unknown_names
from assistant.pieces import Piece, Scored
from assistant.records import Embedder, Support
from assistant.stance import is_negated_otherwise, lost_attribution
from assistant.texts import say

SUPPORTED = 0.45
"""Share of a sentence's words, by rarity, that the evidence must have to count as supported."""
PARTLY = 0.25


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
    question: str = "",
    cited: Sequence[Piece] = (),
    language: str,
    embedder: Embedder,
) -> Checked:
    """Judge one sentence of an answer (without marks) by the evidence the model was given.

    `cited` are the pieces under the numbers the model wrote. The best piece is the one that shares
    most of the sentence's words (by rarity; across languages by embedding) and fits the question;
    others are added for what the first lacks. Figures and names must be in the evidence, and a
    "not" and who said it must not be lost. A small count that only the `question` has ("the three
    parts") makes a sentence partly supported; a name that it has may be spelt otherwise in another
    language's quotes. `language` is that of the sentence and of the reason.
    """
    if not evidence:
        return Checked("unsupported", say("answer.unsupported", language=language), ())
    claim = Claim(sentence, language=language, evidence=evidence, embedder=embedder)
    ranked = claim.ranked(cited)
    chosen = claim.chosen(ranked)
    coverage, pieces = claim.support(chosen, ranked), claim.pieces(chosen)
    reason = ""
    if lacking := claim.missing_figures(chosen):
        named = {"language": language, "figure": lacking[0].text}
        if not claim.are_only_asked(lacking, chosen, question=question):
            reason = say("answer.unsupported_figure", **named)
            return Checked("unsupported", reason, pieces if coverage >= PARTLY else ())
        reason = say("answer.asked_figure", **named)
    if coverage < PARTLY:
        return Checked("unsupported", say("answer.unsupported", language=language), ())
    reason = reason or _doubt(
        sentence, question=question, language=language, evidence=evidence, quotes=pieces
    )
    if not reason and coverage < SUPPORTED:
        reason = say("answer.partly", language=language)
    return Checked("partly" if reason else "supported", reason, pieces)


def rank_support(
    sentence: str, *, evidence: Sequence[Scored], language: str, embedder: Embedder
) -> list[Piece]:
    """The pieces of the evidence, the one that carries the sentence best first."""
    claim = Claim(sentence, language=language, evidence=evidence, embedder=embedder)
    return list(claim.pieces(claim.ranked(())))


def _doubt(
    sentence: str,
    *,
    question: str,
    language: str,
    evidence: Sequence[Scored],
    quotes: Sequence[Piece],
) -> str:
    """Why a sentence whose words are there is still not what the articles say; empty if it is."""
    known = [
        (f"{one.piece.text} {one.piece.article.title}", one.piece.language) for one in evidence
    ]
    if all(quote.language != language for quote in quotes):
        known.append((question, language))  # Venice is "Venedig" in what is quoted
    # German capitals are no sign of a name.
    if language != "de" and (unknown := unknown_names(sentence, language=language, known=known)):
        return say("answer.unsupported_name", language=language, name=unknown[0])
    first = quotes[0]
    stands = {"language": language, "quote": first.text, "spoken": first.language}
    if len(quotes) == 1 and is_negated_otherwise(sentence, **stands):
        return say("answer.negation", language=language)
    if words := lost_attribution(sentence, **stands):
        return say("answer.attribution", language=language, words=words)
    return ""
