"""Decides whether what was found can answer the question at all, and names what comes nearest."""

import re
from collections.abc import Collection, Sequence
from math import log1p

from assistant.keywords import index_terms, query_terms
from assistant.naming import unknown_names
from assistant.pieces import BACKGROUND, Scored, embed_texts
from assistant.prompts import CANNOT
from assistant.records import Embedder, Nearest, Passage

THRESHOLD = 0.62
"""The one threshold that decides: what fits less is refused without asking a model.

`tests/benchmarks/refusal.py` measures what it does. It was chosen on odd-numbered documents so that
3 % of the questions of XQuAD that have their answer are refused.
"""
SURE = 0.9
"""What fits as well as this is quoted even when nothing that the model wrote is in it.

Of the odd-numbered turns of MTRAG-UN that cannot be answered .72 fit less, of those that can .33.
"""
BEST_WORDS, ALL_WORDS = 0.45, 0.25
"""What the question's words count, by rarity in the best sentence, and all alike in a passage."""
LEAD = 0.1
"""What it counts, on a logarithmic scale, how far the best passage stands out by its keywords."""
USUAL_LEAD = 10.0
"""The lead that is assumed where it is not known."""
UNKNOWN_NAME = 0.09
"""What is taken off when a name of the question stands nowhere in what was found."""
ABSENT_NAME = 0.25
"""What is taken off when no article at all has such a name.

In XQuAD, where every question has its answer, this is so for .003 to .008 of the questions.
"""
ACROSS = 0.44
"""What all of these count together for a passage in another language, which cannot have the words.
"""
ENOUGH_BACKGROUND = 12
MOST_NEAREST = 3
LONGEST_ABOUT = 160

_SOURCES_EN = r"(?:the )?(?:given |provided )?(?:articles?|sources?|texts?|passages?)"
_SAY_EN = r"(?:tell|say|mention|contain|provide|answer|specify|give|state|include|name|indicate)"
_SOURCES_DE = r"(?:artikeln?|quellen?|texte?n?|passagen?)"
_SAY_DE = r"(?:enthalten|enthält|nennen|nennt|erwähnen|sagen|geben|gibt|liefern|liefert)"
_CANNOT = re.compile(
    rf"{re.escape(CANNOT)}"
    rf"|\b{_SOURCES_EN} (?:do(?:es)? not|don['’]t|doesn['’]t) (?:\w+ )?{_SAY_EN}"
    rf"|\bnot (?:mentioned|specified|stated|given|provided|named) in {_SOURCES_EN}"
    r"|\bno information (?:about|on|is)\b|\bI (?:cannot|can['’]t|do not|don['’]t) (?:answer|know)"
    rf"|\b{_SOURCES_DE} {_SAY_DE} (?:\w+ ){{0,4}}(?:keine?\w*|nicht)\b"
    rf"|\bin (?:den|der) {_SOURCES_DE} nicht (?:erwähnt|genannt|angegeben|enthalten)"
    r"|\bnicht in den artikeln\b|\bkeine (?:information|angabe)\w*",
    re.IGNORECASE,
)


_WHERE = re.compile(
    r"(?:this|the|that) (?:information|fact|figure|number|answer|data) (?:is|was|comes|can be)"
    r"[^.]{0,40}?\b(?:sources?|articles?|texts?|passages?)\b"
    r"|(?:this|it) (?:is|was|can be) (?:also )?(?:supported|stated|confirmed|seen|found|mentioned)"
    r" (?:by|in|from) (?:the )?(?:information )?(?:\w+ ){0,2}?(?:in )?(?:the )?"
    r"(?:sources?|articles?)(?:(?:,| and)? \d+)*\s*(?:[,.;]|$)"
    r"|(?:this|it)(?: information| fact)? (?:is|was|can be) (?:also )?"
    r"(?:supported|stated|confirmed|mentioned|found|given) (?:by|in|from)\W*$"
    r"|(?:see |source|sources|according to source)s?\W*$"
    r"|dies(?:e|er|es)? (?:information|angabe|zahl|tatsache)\w*[^.]{0,60}?"
    r"\b(?:quellen?|artikeln?)\b"
    r"|(?:cette information|esta información)[^.]{0,60}?"
    r"\b(?:sources?|articles?|fuentes?|artículos?)",
    re.IGNORECASE,
)


def says_something(text: str) -> bool:
    """Whether a sentence of a model says more than that something stands in the sources."""
    return bool(re.search(r"\w", text)) and not _WHERE.match(text.strip())


def says_cannot(text: str) -> bool:
    """Whether a sentence of a model says that the sources do not answer."""
    return bool(_CANNOT.search(text))


def fit(
    question: str,
    scored: Sequence[Scored],
    *,
    language: str,
    embedder: Embedder,
    lead: float | None = None,
    absent: Collection[str] = (),
) -> float:
    """How well the evidence fits the question; below `THRESHOLD` it cannot answer it.

    A sum of margins, since the absolute similarity of an embedder says little: how far the best
    sentence stands out from the middle of all, measured by how different these are from each other;
    the shares of the question's words in the best sentence and the best passage; and `lead`
    (`Hits.lead`). For passages in other languages than the question's the first has to do. Names
    that are `absent` from the corpus (`Hits.absent`) count against all.
    """
    embedded = [one for one in scored if one.similarity is not None]
    if not embedded:
        return -1.0
    middle, spread = _surroundings(question, embedded, embedder=embedder)
    own = [one for one in embedded if one.piece.language == language]
    others = [one for one in embedded if one.piece.language != language]
    fits = []
    unknown = _unknown(question, scored, language=language) if own or absent else []
    if own:
        words = _words(question, own, language=language)
        led = LEAD * log1p(max(0.0, USUAL_LEAD if lead is None else lead))
        fits.append((_best(own) - middle) / spread + words + led - UNKNOWN_NAME * bool(unknown))
    if others:
        fits.append((_best(others) - middle) / spread + ACROSS)
    return max(fits) - ABSENT_NAME * (not set(unknown).isdisjoint(absent))


def nearest(scored: Sequence[Scored]) -> tuple[Nearest, ...]:
    """Up to three articles that come nearest, each with its sentence nearest to the question."""
    found: dict[str, Nearest] = {}
    for one in sorted(scored, key=lambda s: -s.score):
        if len(found) == MOST_NEAREST:
            break
        article = one.piece.article
        found.setdefault(article.id, Nearest(article, _about(one.piece.text)))
    return tuple(found.values())


def _surroundings(
    question: str, embedded: Sequence[Scored], *, embedder: Embedder
) -> tuple[float, float]:
    """The median likeness of all sentences to the question, and how unlike they are each other."""
    import numpy as np

    texts = [one.piece.text for one in embedded]
    texts += BACKGROUND[: max(0, ENOUGH_BACKGROUND - len(texts))]
    vectors = embed_texts(texts, embedder=embedder)
    alike = vectors @ vectors.T
    count = len(texts)
    spread = 1.0 - float(alike.sum() - np.trace(alike)) / (count * (count - 1))
    return float(np.median(vectors @ embedder.query(question))), max(spread, 0.01)


def _unknown(question: str, scored: Sequence[Scored], *, language: str) -> list[str]:
    """The names of the question that none of the passages has."""
    pieces = {one.piece.passage.id: one.piece for one in scored}.values()
    known = [(f"{piece.passage.text} {piece.article.title}", piece.language) for piece in pieces]
    return unknown_names(question, language=language, known=known)


def _best(embedded: Sequence[Scored]) -> float:
    return max(one.similarity or 0.0 for one in embedded)


def _words(question: str, own: Sequence[Scored], *, language: str) -> float:
    """What the question's words count that the best sentence and the best passage have."""
    asked = query_terms(question, language=language)
    passages = {one.piece.passage.id: one.piece.passage for one in own}.values()
    shares = [_share(asked, passage, language=language) for passage in passages]
    return BEST_WORDS * max(one.keywords for one in own) + ALL_WORDS * max(shares)


def _share(asked: Sequence[str], passage: Passage, *, language: str) -> float:
    """The share of the question's words in a passage, by their stems."""
    has = set(index_terms(f"{passage.heading}\n{passage.text}", language=language))
    return sum(term in has for term in asked) / len(asked) if asked else 0.0


def _about(text: str) -> str:
    text = " ".join(text.split())
    if len(text) <= LONGEST_ABOUT:
        return text
    return text[:LONGEST_ABOUT].rsplit(" ", 1)[0].rstrip(",;:") + " …"
