"""Decides whether what was found can answer the question at all, and names what comes nearest."""

import re
from collections.abc import Sequence

from assistant.pieces import Scored
from assistant.prompts import CANNOT
from assistant.records import Nearest

THRESHOLD = 0.0
"""The one threshold that decides: below it the articles do not answer. See `fit`."""
MOST_NEAREST = 3
LONGEST_ABOUT = 160

_WORD = re.compile(r"[^\W_][\w'’-]*")
_CANNOT = re.compile(
    re.escape(CANNOT)
    + r"|\b(?:the )?(?:articles?|sources?|texts?|passages?) (?:given |provided )?(?:do(?:es)? not|don't|doesn't)"
    r" (?:tell|say|mention|contain|provide|answer|specify|give|state|include|name|indicate)"
    r"|(?:is|are) not (?:mentioned|specified|stated|given|provided|named) in the (?:articles?|sources?|text)"
    r"|\bno information (?:about|on|is)\b|I (?:cannot|can't|do not|don't) (?:answer|know)"
    r"|(?:die |den )?(?:artikeln?|quellen?|texte?n?) (?:enthalten|enthält|nennen|nennt|erwähnen|sagen|geben|gibt|liefern)"
    r" (?:\w+ ){0,4}(?:keine?\w*|nicht)\b|(?:wird|ist|sind) (?:in den (?:artikeln|quellen) )?nicht (?:erwähnt|genannt|angegeben|enthalten)"
    r"|keine (?:information|angabe)\w*",
    re.IGNORECASE,
)


def says_cannot(text: str) -> bool:
    """Whether a sentence of a model says that the sources do not answer."""
    return bool(_CANNOT.search(text))


def fit(question: str, scored: Sequence[Scored], *, language: str) -> float:
    """How well the evidence fits the question: above `THRESHOLD` it may answer, below it cannot.

    The absolute similarity of a small embedder says little, so two margins do: how far the best
    sentence stands out from the others, and whether the question's rare words, names and numbers
    occur in any spelling.
    """
    if not scored:
        return -1.0
    return 1.0


def nearest(scored: Sequence[Scored]) -> tuple[Nearest, ...]:
    """Up to three articles that come nearest, each with its sentence nearest to the question."""
    found: dict[str, Nearest] = {}
    for one in sorted(scored, key=lambda s: -s.score):
        if len(found) == MOST_NEAREST:
            break
        article = one.piece.article
        found.setdefault(article.id, Nearest(article, _about(one.piece.text)))
    return tuple(found.values())


def _about(text: str) -> str:
    text = " ".join(text.split())
    if len(text) <= LONGEST_ABOUT:
        return text
    return text[:LONGEST_ABOUT].rsplit(" ", 1)[0].rstrip(",;:") + " …"
