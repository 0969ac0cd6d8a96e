"""Decides whether what was found can answer the question at all, and names what comes nearest."""

import re
from collections.abc import Sequence

from assistant.figures import names, same_name
from assistant.keywords import index_terms, query_terms
from assistant.pieces import BACKGROUND, Scored, embed_texts
from assistant.prompts import CANNOT
from assistant.records import Embedder, Nearest, Passage

THRESHOLD = 0.5
"""The one threshold that decides: what fits less is refused without asking a model.

Measured on XQuAD's odd-numbered paragraphs, 149 questions each way, eight passages, the right one
among them or taken out: wrongly refused are 3 % of English questions on English text, 5 of German
on German, 0 of English on German, 4 of German on English; rightly 76, 84, 27 and 38 %.
"""
UNKNOWN_NAME = 0.15
"""What is taken off when a name of the question stands nowhere in what was found.

Only where the best sentence is in the question's language: names are spelt otherwise in another.
"""
UNKNOWN_NOUN = 0.1
"""The same in German, where every noun is written like a name."""
WORDS_WEIGHT = 0.64
"""What all words of the question in a passage count beside how far its best sentence stands out."""
WORDS_ACROSS = 0.5
"""The share of words a passage in another language counts with, since it cannot have them."""
ENOUGH_BACKGROUND = 12
MOST_NEAREST = 3
LONGEST_ABOUT = 160

_WORD = re.compile(r"\w+")
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
    r"(?:sources?|articles?)(?:(?:,| and)? (?:[0-9a-f]{6}|\d+))*\s*(?:[,.;]|$)"
    r"|(?:see |source|sources|according to source)s?\W*$"
    r"|dies(?:e|er|es)? (?:information|angabe|zahl|tatsache)\w*[^.]{0,60}?"
    r"\b(?:quellen?|artikeln?)\b"
    r"|(?:cette information|esta información)[^.]{0,60}?"
    r"\b(?:sources?|articles?|fuentes?|artículos?)",
    re.IGNORECASE,
)


def says_where(text: str) -> bool:
    """Whether a sentence of a model says nothing but that something stands in the sources."""
    return bool(_WHERE.match(text.strip()))


def says_cannot(text: str) -> bool:
    """Whether a sentence of a model says that the sources do not answer."""
    return bool(_CANNOT.search(text))


def fit(question: str, scored: Sequence[Scored], *, language: str, embedder: Embedder) -> float:
    """How well the evidence fits the question; below `THRESHOLD` it cannot answer it.

    That of the best passage. It is the sum of two margins, since the absolute similarity of a small
    embedder says little: how far the passage's best sentence stands out from the middle of all
    sentences, measured by how different these are among each other; and the share of the question's
    words the passage has.
    """
    embedded = [one for one in scored if one.similarity is not None]
    if not embedded:
        return -1.0
    middle, spread = _surroundings(question, embedded, embedder=embedder)
    best: dict[str, Scored] = {}
    for one in embedded:
        former = best.get(one.piece.passage.id)
        if former is None or (one.similarity or 0.0) > (former.similarity or 0.0):
            best[one.piece.passage.id] = one
    fits = max(
        ((one.similarity or 0.0) - middle) / spread
        + WORDS_WEIGHT * _share(question, one.piece.passage, language=language)
        for one in best.values()
    )
    first = max(embedded, key=lambda one: one.similarity or 0.0)
    if first.piece.language == language and _names_unknown(question, scored):
        fits -= UNKNOWN_NOUN if language == "de" else UNKNOWN_NAME
    return fits


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


def _names_unknown(question: str, scored: Sequence[Scored]) -> bool:
    """Whether a name of the question stands in none of the passages, in any spelling."""
    asked = names(question)
    texts = {one.piece.passage.text for one in scored} | {one.piece.article.title for one in scored}
    words = {word for text in texts for word in _WORD.findall(text)} if asked else set()
    return any(not same_name(name, words) for name in asked)


def _share(question: str, passage: Passage, *, language: str) -> float:
    """The share of the question's words in a passage, by their stems."""
    if passage.language not in (language, "und"):
        return WORDS_ACROSS
    asked = query_terms(question, language=language)
    if not asked:
        return WORDS_ACROSS
    has = set(index_terms(f"{passage.heading}\n{passage.text}", language=language))
    return sum(term in has for term in asked) / len(asked)


def _about(text: str) -> str:
    text = " ".join(text.split())
    if len(text) <= LONGEST_ABOUT:
        return text
    return text[:LONGEST_ABOUT].rsplit(" ", 1)[0].rstrip(",;:") + " …"
