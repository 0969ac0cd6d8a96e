"""Answers without a model: the sentences that answer best, verbatim and in reading order."""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from assistant.figures import Figure, figures, missing_figures, names
from assistant.keywords import index_terms, query_terms
from assistant.pieces import Piece, Scored

MOST_SENTENCES = 3
MOST_CHARACTERS = 300
"""An answer of quotes is at most this long."""
CUE_BONUS = 0.05
"""What it is worth that a sentence has the kind of thing the question asks for."""
WORTH_QUOTING = 0.3
"""How far below the best sentence another may score and still be quoted."""

_CUES: dict[str, dict[str, str]] = {
    "en": {
        "number": r"how (?:many|much|long|far|old|high|large|big|often|tall|deep|fast|heavy)"
        r"|what (?:percent\w*|share|number|amount|size|price|cost)"
        r"|what (?:do|does|did) .{1,80} cost",
        "date": r"when|(?:what|which) (?:year|date|day|month|century|decade)",
        "name": r"who|whom|whose|where|which|what (?:is|was|are|were) the names?"
        r"|what (?:team|person|country|city|company|river|party|state|organi[sz]ation)",
    },
    "de": {
        "number": r"wie ?(?:viele?n?|hoch|lange|weit|alt|gro(?:ß|ss)|oft|schnell|tief|schwer|teuer)"
        r"|welche (?:anzahl|summe|zahl|höhe)|welcher anteil|was kostete?n?",
        "date": r"wann|welche[mrsn]? (?:jahr|datum|tag|monat|jahrhundert|jahrzehnt)|seit wann",
        "name": r"wer|wem|wen|wessen|wo|wohin|woher|wie hei(?:ß|ss)(?:t|en)|welche[mrsn]?",
    },
    "fr": {
        "number": r"combien|quelle (?:somme|part|quantité)|quel (?:nombre|pourcentage|montant)",
        "date": r"quand|quelle (?:année|date)|quel (?:jour|mois|siècle)",
        "name": r"qui|où|comment s['’]appelle|quel(?:le)?s?",
    },
    "es": {
        "number": r"cuánt[oa]s?|qué (?:porcentaje|cantidad|número)",
        "date": r"cuándo|(?:en )?qué (?:año|fecha|día|mes|siglo)",
        "name": r"quién(?:es)?|dónde|adónde|cómo se llama|cuál(?:es)?",
    },
    "it": {"number": r"quant[oiae]", "date": r"quando|che anno", "name": r"chi|dove|quale|quali"},
    "pt": {"number": r"quant[oa]s?", "date": r"quando|que ano", "name": r"quem|onde|qual|quais"},
    "nl": {"number": r"hoe ?(?:veel|lang|hoog|ver|oud|groot)", "date": r"wanneer|welk jaar",
           "name": r"wie|waar|welke?"},
    "pl": {"number": r"ile|ilu", "date": r"kiedy|którym roku", "name": r"kto|kogo|gdzie|który"},
    "tr": {"number": r"kaç|ne kadar", "date": r"ne zaman|hangi yıl", "name": r"kim|nerede|hangi"},
    "ru": {"number": r"сколько", "date": r"когда|каком году", "name": r"кто|кого|где|куда|как\w+"},
    "el": {"number": r"πόσ\w+", "date": r"πότε|ποι[αο] (?:έτος|χρονιά)", "name": r"ποι\w+|πού"},
    "ar": {"number": r"كم", "date": r"متى|أي عام", "name": r"من|أين"},
    "hi": {"number": r"कितन\w*", "date": r"कब|किस वर्ष", "name": r"कौन|किस\w*|कहाँ"},
    "zh": {"number": r"多少|几|幾", "date": r"什么时候|何时|哪一年", "name": r"谁|誰|哪"},
    "ja": {"number": r"いくつ|何人|いくら", "date": r"いつ|何年", "name": r"誰|どこ|どの"},
}  # fmt: skip
_CLAUSE = re.compile(r"(?<=[,;:–—、，；：)])\s+|\s+(?=[(–—])|(?<=[、，；：])")


def choose_quotes(
    question: str, scored: Sequence[Scored], *, language: str, most: int = MOST_SENTENCES
) -> list[Piece]:
    """The one to three sentences that answer the question best, in reading order.

    The best sentence comes always, cut to the clauses that fit the question where it is too long;
    others when they score nearly as well, say something else and fit into the room that is left.
    Articles stand in the order of their best sentence.
    """
    if not scored:
        return []
    wanted = _Wanted(question, language)
    ranked = sorted(scored, key=lambda one: -wanted.value(one))
    near = [one for one in ranked if wanted.value(one) >= wanted.value(ranked[0]) - WORTH_QUOTING]
    chosen: list[Piece] = []
    room = MOST_CHARACTERS
    for one in near:
        if len(chosen) == most or any(_alike(one.piece.text, other.text) for other in chosen):
            continue
        if piece := _fitting(one.piece, room, first=not chosen, wanted=wanted):
            chosen.append(piece)
            room -= len(piece.text)
    order = list(dict.fromkeys(piece.article.id for piece in chosen))
    return sorted(chosen, key=lambda piece: (order.index(piece.article.id), piece.start))


def asked_for(question: str, *, language: str) -> str:
    """What kind of thing a question asks for: "number", "date", "name", or "" when unclear."""
    cues = _CUES.get(language, {})
    found = []
    for kind, pattern in cues.items():
        edge = "" if language in ("zh", "ja") else r"\b"
        if match := re.search(f"{edge}(?:{pattern}){edge}", question, re.IGNORECASE):
            found.append((match.start(), -match.end(), kind))
    return min(found)[2] if found else ""


class _Wanted:
    """What a question asks for, and how well sentences and clauses serve it."""

    def __init__(self, question: str, language: str) -> None:
        self.kind = asked_for(question, language=language)
        self._question = question
        self._figures = figures(question, language=language)
        self._names = set(names(question)) | set(question.split())
        self._terms: dict[str, set[str]] = {}

    def value(self, one: Scored) -> float:
        """How well a sentence answers."""
        return one.score + (CUE_BONUS if self.has_kind(one.piece.text, one.piece.language) else 0)

    def has_kind(self, text: str, language: str) -> bool:
        """Whether a text has a thing of the kind asked for that the question does not name."""
        if not self.kind:
            return False
        if self.kind == "name":
            return any(name not in self._names for name in names(text))
        found = missing_figures(figures(text, language=language), self._figures)
        return any(_is_date(figure) == (self.kind == "date") for figure in found)

    def cut(self, piece: Piece, limit: int) -> Piece:
        """The clauses of a sentence that serve best, side by side, at most `limit` characters."""
        spans = _clauses(piece.text, limit)
        windows = [
            (low, high)
            for at, (low, _) in enumerate(spans)
            for _, high in spans[at:]
            if high - low <= limit
        ]
        low, high = max(windows, key=lambda span: self._worth(piece, span))
        return replace(
            piece, text=piece.text[low:high], start=piece.start + low, end=piece.start + high
        )

    def _worth(self, piece: Piece, span: tuple[int, int]) -> tuple[float, int]:
        text, code = piece.text[slice(*span)], piece.language
        asked = self._terms.setdefault(code, set(query_terms(self._question, language=code)))
        shared = len(asked.intersection(index_terms(text, language=code)))
        return shared + 2.0 * self.has_kind(text, code), span[1] - span[0]


def _fitting(piece: Piece, room: int, *, first: bool, wanted: _Wanted) -> Piece | None:
    """The sentence where it fits into the room; only the first is cut to clauses that do."""
    if len(piece.text) <= room:
        return piece
    return wanted.cut(piece, room) if first else None


def _clauses(text: str, limit: int) -> list[tuple[int, int]]:
    """The spans between the commas of a sentence; what is longer than `limit` is cut at spaces."""
    edges = [0, *(match.end() for match in _CLAUSE.finditer(text)), len(text)]
    spans: list[tuple[int, int]] = []
    for low, high in pairwise(edges):
        while high - low > limit:
            cut = text.rfind(" ", low + 1, low + limit)
            cut = cut if cut > low else low + limit
            spans.append((low, cut))
            low = cut
        spans.append((low, high))
    return [
        (low + _leading(text[low:high]), low + len(text[low:high].rstrip()))
        for low, high in spans
        if text[low:high].strip()
    ]


def _leading(text: str) -> int:
    return len(text) - len(text.lstrip())


def _is_date(figure: Figure) -> bool:
    return any(
        value[0] in "md" or (value.isdigit() and 1000 <= int(value) <= 2100 and not figure.unit)
        for value in figure.values
    )


def _alike(one: str, other: str) -> bool:
    """Whether two sentences are nearly the same words: copies of a story repeat each other."""
    here, there = (set(re.findall(r"\w+", text.casefold())) for text in (one, other))
    return len(here & there) >= 0.8 * min(len(here), len(there)) > 0
