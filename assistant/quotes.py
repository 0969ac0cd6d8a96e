"""Answers without a model: the sentences that answer best, verbatim and in reading order."""

import re
from collections.abc import Sequence

from assistant.figures import figures, names
from assistant.pieces import Piece, Scored

MOST_SENTENCES = 3
MOST_CHARACTERS = 300
"""An answer of quotes is at most this long, unless its first sentence alone is longer."""
CUE_BONUS = 0.02
"""What it is worth that a sentence has the kind of thing the question asks for."""
WORTH_QUOTING = 0.045
"""How far below the best sentence another may score and still be quoted."""

_CUES: dict[str, str] = {
    "number": r"how (?:many|much|long|far|old|high|large|big|often|tall|deep|fast)|what (?:percent"
    r"|share|number|amount)|wie ?(?:viele?n?|hoch|lange|weit|alt|gro(?:ß|ss)|oft|schnell|tief)"
    r"|welche (?:anzahl|summe)|combien|cuánt[oa]s?|quant[oiae]|hoeveel|сколько|ile|kaç|πόσ|多少|几|幾|كم|कितन",
    "date": r"when|what (?:year|date|day|month)|which (?:year|day|month)|in (?:what|which) year|wann|in welchem jahr"
    r"|welches (?:jahr|datum)|an welchem tag|quand|cuándo|quando|wanneer|когда|kiedy|ne zaman|πότε|什么时候|何时|いつ|متى|कब",
    "name": r"who|whom|whose|which (?:team|person|country|city|company)|what is the name|where|wer"
    r"|wem|wen|wessen|wo|wohin|woher|wie hei(?:ß|ss)t|qui|où|quién|dónde|chi|dove|quem|onde|wie|waar|кто|где|kto|kim|谁|誰|哪|من|कौन|कहाँ",
}
_cues = {
    kind: re.compile(rf"(?<!\w)(?:{pattern})", re.IGNORECASE) for kind, pattern in _CUES.items()
}


def choose_quotes(
    question: str, scored: Sequence[Scored], *, language: str, most: int = MOST_SENTENCES
) -> list[Piece]:
    """The one to three sentences that answer the question best, in reading order.

    The best sentence comes always; others only when they score nearly as well, say something else
    and leave the answer short enough. Articles stand in the order of their best sentence.
    """
    kind = asked_for(question)
    ranked = sorted(scored, key=lambda one: -_value(one, kind, language))
    if not ranked:
        return []
    chosen = [ranked[0]]
    best = _value(ranked[0], kind, language)
    length = len(ranked[0].piece.text)
    for one in ranked[1:]:
        if len(chosen) >= most or _value(one, kind, language) < best - WORTH_QUOTING:
            break
        same = any(_alike(one.piece.text, other.piece.text) for other in chosen)
        if same or length + len(one.piece.text) > MOST_CHARACTERS:
            continue
        chosen.append(one)
        length += len(one.piece.text)
    order = list(dict.fromkeys(one.piece.article.id for one in chosen))
    pieces = [one.piece for one in chosen]
    return sorted(pieces, key=lambda piece: (order.index(piece.article.id), piece.start))


def asked_for(question: str) -> str:
    """What kind of thing a question asks for: "number", "date", "name", or "" when unclear."""
    found = [(m.start(), kind) for kind, cue in _cues.items() if (m := cue.search(question))]
    return min(found, default=(0, ""))[1]


def _value(one: Scored, kind: str, language: str) -> float:
    return one.score + (CUE_BONUS if kind and _has(one.piece, kind) else 0.0)


def _has(piece: Piece, kind: str) -> bool:
    """Whether a sentence has a thing of this kind."""
    if kind == "name":
        return bool(names(piece.text))
    found = figures(piece.text, language=piece.language)
    if kind == "number":
        return any(not value.startswith(("m", "d")) for figure in found for value in figure.values)
    return any(_is_date(value) for figure in found for value in figure.values)


def _is_date(value: str) -> bool:
    return value[0] in "md" or (value.isdigit() and 1000 <= int(value) <= 2100)


def _alike(one: str, other: str) -> bool:
    """Whether two sentences are nearly the same words: copies of a story repeat each other."""
    here, there = (set(re.findall(r"\w+", text.casefold())) for text in (one, other))
    return len(here & there) >= 0.8 * min(len(here), len(there)) > 0
