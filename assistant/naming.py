"""Looks for the names of one text in others, in any spelling and in any language."""

import re
from collections.abc import Iterable

from assistant.figures import names, same_name
from assistant.keywords import index_terms
from assistant.places import places

_WORD = re.compile(r"[^\W_][\w'’-]*")


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
