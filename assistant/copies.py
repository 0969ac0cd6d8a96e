"""Recognises near-copies of a story: the same text syndicated, lightly edited, cut, or translated.

Candidates are cheap to look up: articles that share a few values of their sketch, or, in another
language, whose mean vectors are near. `is_copy` then decides between two articles. Two reports of
one event are no copies: they have facts in common, but not their sentences.
"""

import re
import unicodedata
import zlib
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from assistant.figures import figures
from assistant.languages import sentences
from assistant.records import Vectors

VERSION = "copies-1"
"""Version of `sketch`; sketches of different versions cannot be compared."""
SKETCH_VALUES = 48
"""Values of a sketch: a copy cut to 40 % with 20 % of its words changed still shares about 8."""

SHARED_VALUES = 4
"""From how many shared values on an article is a candidate; fewer are chance or a phrase."""
NEAR_MEANS = 0.68
"""From which product of their mean vectors on two articles in different languages are candidates:
all whole translations of NTREX articles are above."""
NEAR_PASSAGES = 0.67
"""The least `same_passages` of a translation. Translations of NTREX articles begin there; of pairs
of texts on one subject, halves of one XQuAD article, nine in ten are below."""
SAME_TEXT = 0.72
"""From which `same_text` on two articles are one text."""
TRANSLATED = 0.65
"""From which `translated` on two articles in different languages are one text."""
SAME_SENTENCE = 0.65
"""From which product of neutral vectors (of the default embedder) two sentences can be one."""
SAME_FIGURES = 0.5
"""The least share of common numbers in a translation; NTREX translations have .67 and more."""

_COMPARED = (
    500_000  # characters; of a longer text the beginning: a word can cost 120 bytes a letter
)
_SHINGLE_WORDS = 3
_WINDOW_WORDS = 24
_WINDOW_SHARE = 0.25  # with one word in five changed, half of the runs of three words are left
_LEAST_WORDS = 30
_LEAST_SENTENCES = 3
_MOST_SENTENCES = 30  # of the shorter text; twice as many of the longer one
_LONGEST_RATIO = 4  # a text of which less than a quarter was taken is quoted, not copied
_UNKNOWN_FIGURES = 2  # agreeing figures assumed, so that few figures decide little

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff"
_MARKS = "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0900-\u0dff"  # letters to \w only in part
_WORDS = re.compile(rf"[{_UNSPACED}]+|(?:[^\W_{_UNSPACED}]|[{_MARKS}])+")

Hashes = NDArray[np.uint64]
Embed = Callable[[Sequence[str]], Vectors]
"""Gives the neutral vectors of sentences, shape (len(texts), dim)."""


@dataclass(frozen=True, slots=True, eq=False)
class Story:
    """What is compared of an article; `vectors` are its neutral passage vectors, shape [n, dim].

    With the vectors of both, most pairs are told apart without embedding their sentences.
    """

    text: str
    language: str
    vectors: "Vectors | None" = None


def is_copy(first: Story, second: Story, *, embed: Embed | None = None) -> bool:
    """Whether two articles tell one story in one text, in one language or in two.

    Without `embed`, or with vectors of another embedder than the default one, whose products mean
    something else, translations cannot be recognised: leave it out then. The same whichever of the
    two comes first.
    """
    first, second = sorted((first, second), key=lambda story: (story.language, story.text))
    if same_text(first.text, second.text) >= SAME_TEXT:
        return True
    if embed is None or first.language == second.language:
        return False
    return _is_translation(first, second, embed=embed)


def one_of_a_story(ranked: Sequence[str], copies: Mapping[str, Collection[str]]) -> list[int]:
    """Positions that stay when of a story only its best article is shown, in rank order.

    `ranked` are article IDs, each as often as it was found; `copies` names the near-copies of each.
    """
    hidden: set[str] = set()
    kept = []
    for position, article_id in enumerate(ranked):
        if article_id not in hidden:
            kept.append(position)
            hidden.update(copies.get(article_id, ()))
    return kept


# --- one language ---------------------------------------------------------------------------------


def sketch(text: str) -> list[int]:
    """The text's values for the candidate lookup, each below 2**32; at most `SKETCH_VALUES`.

    The smallest hashes of all runs of three words (Broder 1997, "On the resemblance and containment
    of documents"): two texts share of these about what they share of their runs. The same in every
    Python run and on every machine.
    """
    smallest = _hashed(text).distinct[:SKETCH_VALUES]
    return [int(value) for value in smallest & np.uint64(0xFFFFFFFF)]


def same_text(first: str, second: str) -> float:
    """How far the shorter text is taken from the longer one, word for word, from 0 to 1.

    The share of its words that lie in a stretch found in the other, wherever it stands there, less
    up to half where the figures differ: last week's table in the same words is another article.
    """
    short, long = sorted((_hashed(first), _hashed(second)), key=lambda hashed: len(hashed.ordered))
    if len(short.ordered) < _LEAST_WORDS:
        return float(np.array_equal(short.ordered, long.ordered) and len(short.ordered) > 0)
    if len(long.ordered) > _LONGEST_RATIO * len(short.ordered):
        return 0.0
    covered = _covered(np.isin(short.ordered, long.distinct))
    if covered < SAME_TEXT:
        return covered / 2  # figures, which take time to read, would not make it a copy
    return covered * (1 + _same_figures(first, second)) / 2


@dataclass(frozen=True, slots=True, eq=False)
class _Hashed:
    """The runs of three words of a text as hashes: in order, and once each in rising order."""

    ordered: Hashes
    distinct: Hashes


@lru_cache(maxsize=64)
def _hashed(text: str) -> _Hashed:
    words = _words(text[:_COMPARED])
    hashes = np.fromiter(
        (zlib.crc32(word.encode("utf-8", "replace")) for word in words), np.uint64, len(words)
    )
    hashes = _mixed(hashes)
    runs = max(len(hashes) - _SHINGLE_WORDS + 1, min(len(hashes), 1))
    ordered = hashes[:runs].copy()
    for offset in range(1, min(_SHINGLE_WORDS, len(hashes))):
        ordered = _mixed(ordered * np.uint64(3) + hashes[offset : offset + runs])
    return _Hashed(ordered, np.unique(ordered))


def _words(text: str) -> list[str]:
    """Words without case; of scripts without spaces, overlapping groups of letters instead."""
    words: list[str] = []
    for word in _WORDS.findall(unicodedata.normalize("NFKC", text).casefold()):
        if re.match(rf"[{_UNSPACED}]", word):
            size = 2 if word[0] >= "\u3040" else 4
            words += [word[at : at + size] for at in range(max(1, len(word) - size + 1))]
        else:
            words.append(word)
    return words


def _mixed(values: Hashes) -> Hashes:
    """Spread hashes over 64 bits (the finaliser of SplitMix64, Steele et al. 2014)."""
    values = values + np.uint64(0x9E3779B97F4A7C15)
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def _covered(found: NDArray[np.bool_]) -> float:
    """The share of places that lie in a window with enough runs found in the other text."""
    width = min(_WINDOW_WORDS, len(found))
    sums = np.concatenate([[0], np.cumsum(found)])
    rich = np.flatnonzero(sums[width:] - sums[:-width] >= _WINDOW_SHARE * width)
    steps = np.zeros(len(found) + 1, np.int64)
    np.add.at(steps, rich, 1)
    np.add.at(steps, rich + width, -1)
    return float((np.cumsum(steps)[:-1] > 0).mean())


def _same_figures(first: str, second: str) -> float:
    """The share of the numbers of the text with fewer of them that the other has too."""
    few, many = sorted((_numbers(first), _numbers(second)), key=len)
    return (len(few & many) + _UNKNOWN_FIGURES) / (len(few) + _UNKNOWN_FIGURES)


@lru_cache(maxsize=64)
def _numbers(text: str) -> frozenset[str]:
    """Numbers from 10 on; smaller ones, months and weekdays are in every article."""
    values = (value for figure in figures(text) for value in figure.values)
    return frozenset(value for value in values if len(value) > 1 and value[0].isdigit())


# --- two languages --------------------------------------------------------------------------------


def mean_vector(vectors: Vectors) -> Vectors:
    """The direction of an article's neutral passage vectors together, for the candidate lookup.

    Shape [n, dim] to [dim], of length one; zeros for an article without passages.
    """
    if not len(vectors):
        return np.zeros(vectors.shape[1:], np.float32)
    mean = vectors.mean(axis=0, dtype=np.float64)
    unit: Vectors = (mean / (np.linalg.norm(mean) or 1.0)).astype(np.float32)
    return unit


def same_passages(first: Vectors, second: Vectors) -> float:
    """How near the passages of the article with fewer of them are to the other's, at most 1.

    Takes neutral passage vectors, shapes [n, dim] and [m, dim]; the mean of each best match.
    """
    few, many = sorted((first, second), key=len)
    return float((few @ many.T).max(axis=1).mean()) if len(few) else 0.0


def translated(first: Vectors, second: Vectors) -> float:
    """The share of the shorter text's sentences that the other has too, in the same order.

    Takes neutral vectors of the sentences of two articles, shapes [n, dim] and [m, dim]. Two
    sentences are one if each is the other's nearest; a first and a last sentence that an outlet
    added are overlooked. (Passages are too coarse for this: those of two reports of one event are
    as near as translations.)
    """
    short, long = sorted((first, second), key=len)
    if len(short) < _LEAST_SENTENCES:
        return 0.0
    near = short @ long.T
    nearest = (near == near.max(axis=1, keepdims=True)) & (near == near.max(axis=0))
    same = nearest & (near >= SAME_SENTENCE)
    return max(_in_order(rows) for rows in (same, same[1:], same[:-1], same[1:-1]))


def _in_order(same: NDArray[np.bool_]) -> float:
    """The longest common sequence of the rows with the columns, as a share of the rows."""
    longest = np.zeros(same.shape[1] + 1, np.int64)  # with the first j columns
    for row in same:
        matched = np.maximum(longest[1:], longest[:-1] + row)
        longest[1:] = np.maximum.accumulate(matched)
    return float(longest[-1] / len(same)) if longest[-1] >= _LEAST_SENTENCES else 0.0


def _is_translation(first: Story, second: Story, *, embed: Embed) -> bool:
    one, other = first.vectors, second.vectors
    if one is not None and other is not None and same_passages(one, other) < NEAR_PASSAGES:
        return False
    if _same_figures(first.text, second.text) < SAME_FIGURES:
        return False
    short, long = sorted((_sentences(first), _sentences(second)), key=len)
    if len(short) < _LEAST_SENTENCES or len(long) > _LONGEST_RATIO * len(short):
        return False
    short, long = short[:_MOST_SENTENCES], long[: 2 * _MOST_SENTENCES]
    return translated(embed(short), embed(long)) >= TRANSLATED


def _sentences(story: Story) -> list[str]:
    spans = sentences(story.text, language=story.language)
    return [story.text[start:end] for start, end in spans if _WORDS.search(story.text, start, end)]
