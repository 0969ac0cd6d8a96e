"""Compounds of German and its like: what is asked for in one word may be written in another.

Who asks for the *Hauptbahnhof* is served by a text about the *Bahnhof*, and a text may say nothing
but *Elbbrücke* of the *Brücke* that is asked for. Only words that the corpus does not know as they
stand are looked at: a rare compound beside a word that is known weighs too much in BM25 (recall at
1 of keywords on XQuAD's German half falls from .90 to .86; looked up for unknown words alone it
stays at .90).
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from assistant.keywords import stem

LANGUAGES = frozenset({"de", "nl", "sv", "da", "nb", "nn", "no", "fi"})
"""Languages that write compounds as one word."""
SHORTEST_PART = 4
SHORTEST_WORD = 5
"""Letters of a word whose compounds are looked up; shorter ones stand in too many by chance."""
MOST_COMPOUNDS = 6
MOST_UNKNOWN = 3
"""Words of a question that are looked up, the longest first: each takes a look at all terms."""
LINKS = ("", "s", "es", "n", "en", "er", "e", "ns", "ens")
"""What joins the parts: Versicherung-s-betrug, Sonne-n-schein."""

Known = Callable[[Sequence[str]], set[str]]


class Vocabulary(Protocol):
    """The terms of an index."""

    def known_terms(self, terms: Iterable[str]) -> set[str]:
        """Those of the terms that the index holds."""

    def compounds_of(self, term: str, *, most: int) -> list[str]:
        """Terms that begin or end with this one, the most frequent first."""


def widened(terms: Sequence[str], *, language: str, vocabulary: Vocabulary) -> list[str]:
    """The terms of a question, with the parts and the compounds of those the index lacks.

    Terms are stems as `keywords.query_terms` gives them. In a language that does not write
    compounds as one word they come back as they are.
    """
    if language not in LANGUAGES:
        return list(terms)
    words = [term for term in terms if term.isalpha() and len(term) >= SHORTEST_WORD]
    known = vocabulary.known_terms(words)
    unknown = sorted((term for term in words if term not in known), key=len, reverse=True)
    added = [
        other
        for term in unknown[:MOST_UNKNOWN]
        for other in (
            *parts(term, language=language, known=vocabulary.known_terms),
            *vocabulary.compounds_of(term, most=MOST_COMPOUNDS),
        )
    ]
    return list(dict.fromkeys([*terms, *added]))


def parts(term: str, *, language: str, known: Known) -> list[str]:
    """The two known words a compound is made of, else the longest known word it ends with.

    The first word loses its link and is stemmed, since terms are: *versicherungsbetrug* gives
    *versicher* and *betrug*.
    """
    cuts = range(SHORTEST_PART, len(term) - SHORTEST_PART + 1)
    splits = [
        (stem(first.removesuffix(link), language=language), term[cut:])
        for cut in cuts
        for first in (term[:cut],)
        for link in LINKS
        if first.endswith(link) and len(first) - len(link) >= SHORTEST_PART - 1
    ]
    there = known([word for split in splits for word in split])
    for first, second in splits:
        if first in there and second in there:
            return [first, second]
    return next(([second] for _, second in splits if second in there), [])
