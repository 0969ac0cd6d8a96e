"""Compares how two sentences stand to the same words: one says "not", or one says who says so."""

import re
from collections.abc import Sequence

from assistant.keywords import index_terms, query_terms

SHORTEST_CLAIM = 4
"""Terms from which a sentence claims something; less is a name or a number, which nobody claims."""

_CLAUSE = re.compile(r"[,;:–—()]\s|\s[–—(]")
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

# What makes a statement somebody's claim.
_CLAIMED = {
    "en": r"according to|sa(?:id|ys?)|claim(?:s|ed)?|alleg\w+|accus\w+|reportedly|believes?"
    r"|argue[sd]?|insist(?:s|ed)?|supposedly|rumou?r\w*|suspect(?:s|ed)?|estimates?",
    "de": r"laut|zufolge|nach (?:eigenen )?(?:angaben|ansicht|einschätzung|informationen|worten)"
    r"|sag(?:t|te|ten)|behaupte\w+|angeblich\w*|mutmaßlich\w*|vermutet\w*|wirft|warf|vorwurf"
    r"|soll(?:en)?(?= [^.]{0,120}(?:haben|sein|worden)\b)",
    "fr": r"selon|d['’]après|a (?:dit|déclaré|affirmé)|affirme|déclare|accus\w+|présumé\w*"
    r"|aurai(?:t|ent)",
    "es": r"según|dijo|dice|afirm[aó]|asegur[aó]|acus\w+|presunt\w+|habría\w*",
    "it": r"secondo|ha (?:detto|dichiarato|affermato)|sostiene|accus\w+|presunt\w+|sarebbe\w*",
    "pt": r"segundo|disse|afirm(?:a|ou)|acus\w+|alegad\w+|supost\w+",
    "nl": r"volgens|ze(?:i|gt)|beweer\w+|beschuldig\w+|vermoedelijk\w*",
}  # fmt: skip
# What says whose claim it is, or that it is one: more words do here.
_SAID = {
    "en": r"tells?|told|report\w*|confirm\w*|announc\w+|stat(?:e[sd]?|ing)|sp(?:oke|eaks?)"
    r"|warn\w*|den(?:y|ies|ied)|estimat\w+|suggest\w*|think\w*|expect\w*|call(?:s|ed)|may|might"
    r"|view\w*|consider\w*|describ\w+|in the (?:view|opinion) of|assert\w*|maintain\w*|declar\w*",
    "de": r"bericht\w*|bestätig\w*|erklär\w*|ankündig\w*|mitgeteilt|teilte|warn\w*|bestreite\w*"
    r"|schätz\w*|spr(?:ach|icht)|gesagt|meint\w*|geht davon aus|erwart\w*|könnte\w*|sieht|soll\w*"
    r"|dementier\w*|hält|nenn\w*|bezeichn\w*",
}
_claimed = {
    code: re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE) for code, pattern in _CLAIMED.items()
}
_said = {code: re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE) for code, pattern in _SAID.items()}


def is_negated_otherwise(sentence: str, *, language: str, quote: str, spoken: str) -> bool:
    """Whether a sentence says "not" where its quote does not, or the other way round.

    A "not" of the quote counts where the sentence's words are: in the clause that has most. Of a
    quote in another language (`spoken`) with several clauses only a missing "not" is sure.
    """
    here, there = _negation.get(language), _negation.get(spoken)
    if here is None or there is None:
        return False
    said = bool(here.search(sentence))
    if said:
        return not there.search(quote)
    clauses = [clause for clause in _CLAUSE.split(quote) if clause.strip()]
    if not clauses or (spoken != language and len(clauses) > 1):
        return False
    return bool(there.search(_nearest(clauses, sentence, language=language, spoken=spoken)))


def lost_attribution(sentence: str, *, language: str, quote: str, spoken: str) -> str:
    """The words by which a quote says whose claim it is, where a sentence takes it for a fact.

    Empty where the sentence says so too, in whatever words, or where nothing is claimed.
    """
    claimed = _claimed.get(spoken)
    if claimed is None or language not in _claimed:
        return ""
    found = claimed.search(quote)
    if not found or _claimed[language].search(sentence):
        return ""
    if language in _said and _said[language].search(sentence):
        return ""
    if len(query_terms(sentence, language=language)) < SHORTEST_CLAIM:
        return ""
    return found[0]


def _nearest(clauses: Sequence[str], sentence: str, *, language: str, spoken: str) -> str:
    """The clause that shares most terms with a sentence."""
    asked = set(query_terms(sentence, language=language))
    return max(
        clauses, key=lambda clause: len(asked.intersection(index_terms(clause, language=spoken)))
    )
