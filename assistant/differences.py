"""Finds where articles give different figures for the same thing, so that both can be shown."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.figures import Figure, figures, missing_figures
from assistant.keywords import index_terms, query_terms
from assistant.pieces import Piece, Scored
from assistant.quotes import asked_for
from assistant.records import Differing, source_line
from assistant.texts import say

LOOKED_AT = 12
"""Sentences, the best first, among which differences are looked for."""
SHARED_TERMS = 2
"""Terms of the question that both sentences must have, beside what the figure counts."""

_AFTER = re.compile(r"\W*([^\W\d_]+)")


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure that an article gives, in its own words."""

    words: str
    piece: Piece


def differences(
    question: str, scored: Sequence[Scored], *, used: Sequence[Piece], language: str
) -> list[Stated]:
    """The figures that articles give for what was asked, where they differ; else nothing.

    The first is that of a sentence the answer uses (`used`), the others are of other articles and
    count the same thing: they have the same unit or the same word behind them, and both sentences
    have words of the question. Only questions for a number are looked at.
    """
    if asked_for(question, language=language) != "number":
        return []
    best = sorted(scored, key=lambda one: -one.score)[:LOOKED_AT]
    known = figures(question, language=language)
    for piece in used:
        for counted, figure in _counted(piece, without=known):
            others = [
                Stated(other.text, one.piece)
                for one in best
                if one.piece.article.id != piece.article.id
                and _is_about(question, piece, one.piece, besides=counted)
                for unit, other in _counted(one.piece, without=known)
                if unit == counted and other.values.isdisjoint(figure.values)
            ]
            if others and not _agrees(figure, counted, others):
                return [Stated(figure.text, piece), *_one_an_article(others)]
    return []


def differing_notice(stated: Sequence[Differing], *, language: str) -> str:
    """The figures on which articles differ, each with its source, in one sentence."""
    each = (f"“{one.words}” ({source_line(one.article)})" for one in stated)
    return say("answer.differing", language=language, stated="; ".join(each))


def _counted(piece: Piece, *, without: Sequence[Figure]) -> list[tuple[str, Figure]]:
    """The figures of a sentence with what each counts: its unit, else the word behind it."""
    found = []
    for figure in missing_figures(figures(piece.text, language=piece.language), without):
        at = piece.text.find(figure.text)
        after = _AFTER.match(piece.text, at + len(figure.text)) if at >= 0 else None
        noun = index_terms(after[1], language=piece.language) if after else []
        if counted := figure.unit or (noun[0] if noun else ""):
            found.append((counted, figure))
    return found


def _is_about(question: str, one: Piece, other: Piece, *, besides: str) -> bool:
    """Whether two sentences of one language share enough of the question's words."""
    if one.language != other.language:
        return False
    asked = set(query_terms(question, language=one.language)) - {besides}
    both = [set(index_terms(piece.text, language=piece.language)) for piece in (one, other)]
    return len(asked.intersection(*both)) >= SHARED_TERMS


def _agrees(figure: Figure, counted: str, others: Sequence[Stated]) -> bool:
    """Whether another article's sentence gives the same figure beside a different one."""
    return any(
        unit == counted and figure.agrees(same)
        for stated in others
        for unit, same in _counted(stated.piece, without=())
    )


def _one_an_article(stated: Sequence[Stated]) -> list[Stated]:
    first: dict[str, Stated] = {}
    for one in stated:
        first.setdefault(one.piece.article.id, one)
    return list(first.values())
