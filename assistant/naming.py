"""Looks for the names of one text in others, in any spelling and in any language."""

import re
from collections.abc import Callable, Collection, Iterable
from itertools import groupby, pairwise

from assistant.figures import names, same_name
from assistant.keywords import index_terms
from assistant.places import places

_WORD = re.compile(r"[^\W_][\w'’-]*")
_ELIDED = re.compile(r"(?<=\w)['’](?=[^\W\d_a-zß-öø-ÿ])")
_BEFORE_NOUNS = re.compile(
    r"der|die|das|den|dem|des|im|am|zum|zur|beim|vom|ins|ans|alle[nrs]?|viele[nr]?|wie ?viele?"
    r"|(?:ein|kein|welch|dies|jed|sein|ihr|unser|euer|mein|dein)(?:e[nmrs]?)?|\w{3,}(?:e|e[nmrs])"
)
"""What stands before a German noun more than before a name: articles, and whatever is declined."""
_PREPOSITIONS = frozenset(("aus", "außer", "gegen", "hinter", "neben", "über", "unter", "zwischen"))


def unknown_names(text: str, *, language: str, known: Iterable[tuple[str, str]]) -> list[str]:
    """The names of a text that none of the known texts has; these come with their languages.

    A place is known by any of its names ("USA" for "United States"). Scripts without capitals have
    no names to look for, and other scripts spell them beyond recognition: there nothing is unknown.
    """
    asked = names(text)
    if not asked:
        return []
    texts = list(known)
    words = {word for other, _ in texts for word in _WORD.findall(other)}
    if not any(word.isascii() for word in words):
        return []
    missing = [name for name in asked if not same_name(name, words)]
    if not missing:
        return []
    found = {code for other, spoken in texts for code in places(other, language=spoken)}
    named = places(text, language=language)
    same_places = {term for code, terms in named.items() if code in found for term in terms}
    return [name for name in missing if not same_places.issuperset(_terms(name, language=language))]


def _terms(name: str, *, language: str) -> set[str]:
    return set(index_terms(name, language=language)) or {name}


def absent_names(
    text: str,
    *,
    language: str,
    spoken: Collection[str],
    known: Callable[[Collection[str]], Collection[str]],
) -> list[str]:
    """The names of a text of which no word stands anywhere in a corpus, or at most half of them.

    `spoken` are the corpus's languages; `known` says which of some stems the corpus has. In a
    corpus without any text in the question's language nothing is absent: there names are written
    otherwise, and German nouns are unknown. Over XQuAD's questions, which all have their answer, it
    finds such a name in .003 to .008 where the corpus is in the question's language.
    """
    if language not in spoken:
        return []
    runs = _runs(text, language=language)
    stems = {w: {t for code in spoken for t in _terms(w, language=code)} for r in runs for w in r}
    there = set(known({stem for of_word in stems.values() for stem in of_word}))
    missing = [[word for word in run if not stems[word] & there] for run in runs]
    return [
        w
        for run, lacks in zip(runs, missing, strict=True)
        if 2 * len(lacks) >= len(run)
        for w in lacks
    ]


def _runs(text: str, *, language: str) -> list[list[str]]:
    """The names of a text, words that follow each other together; German nouns are left out."""
    asked = set(names(text))
    words = [word.strip("'’-") for word in _WORD.findall(_ELIDED.sub(" ", text))]
    nouns = {b for a, b in pairwise(words) if _makes_noun(a)} if language == "de" else set()
    grouped = groupby(words, key=lambda word: word in asked and word not in nouns)
    return [list(run) for is_name, run in grouped if is_name]


def _makes_noun(before: str) -> bool:
    """Whether a capitalised word after this one is a noun of German rather than a name."""
    before = before.casefold()
    return before not in _PREPOSITIONS and bool(_BEFORE_NOUNS.fullmatch(before))
