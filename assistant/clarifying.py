"""What a question leaves open: it may fit several things, or ask for two where one was told. Pure.

"Who won the election?" fits every election the articles tell of. Answering one of them without a
word would be wrong for whoever meant another; so the question is asked back, with what there is.
"""

import re
from collections.abc import Iterator, Sequence

from assistant.figures import figures, missing_figures, names
from assistant.keywords import index_terms, query_terms
from assistant.pieces import Scored
from assistant.quotes import asked_for

FEW_TERMS = 3
"""Content words a question may have and still be open; with more it says which one it means."""
MOST_CHOICES = 4
CLOSE = 0.06
"""How far behind the best article another may be and still be meant, in cosine similarity."""
SHARED_NAMES = 0.1
"""Share of their names above which two passages are about the same thing."""

_QUOTED = re.compile(r"[\"“„«].+[\"”“»]")
_PARTS = {
    "en": r",?\s+and\s+(?=(?:when|where|who|whom|why|how|what|which|by whom|at what|in which)\b)",
    "de": r",?\s+und\s+(?=(?:wann|wo|wer|wen|wem|von wem|warum|wieso|wie|was|welche[mrsn]?)\b)",
}
_CALENDAR = frozenset(
    """monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag
    freitag samstag sonntag january february march april may june july august september october
    november december januar februar märz mai juni juli oktober dezember""".split()  # noqa: SIM905
)


def choices(question: str, scored: Sequence[Scored], *, language: str) -> tuple[str, ...]:
    """The questions that an open question may mean, each naming its article; else empty.

    A question is open when it has few content words and neither a name, a figure nor a quotation,
    and when two or more articles have all its words, fit it nearly alike and share no name.
    """
    terms = set(query_terms(question, language=language))
    if not 0 < len(terms) <= FEW_TERMS or _is_certain(question, language):
        return ()
    best: dict[str, Scored] = {}
    for one in sorted(scored, key=lambda one: -(one.similarity or 0.0)):
        if one.similarity is not None and _has(one, terms, language):
            best.setdefault(one.piece.article.id, one)
    if not best:
        return ()
    top = max(one.similarity or 0.0 for one in best.values())
    apart: list[Scored] = []
    for one in best.values():
        near = (one.similarity or 0.0) >= top - CLOSE
        if near and not any(_same_thing(one, other) for other in apart):
            apart.append(one)
    if len(apart) < 2:
        return ()
    asked = question.strip().rstrip("?!. ¿")
    titles = list(dict.fromkeys(one.piece.article.title for one in apart))[:MOST_CHOICES]
    return tuple(f"{asked} – “{title}”?" for title in titles) if len(titles) > 1 else ()


def missing_part(question: str, text: str, *, language: str) -> str:
    """The part of a question in two parts that an answer says nothing to; "" when there is none.

    Told by kind: where a part asks for a number, a date or a name, the answer must have one that
    the question does not name itself.
    """
    parts = list(question_parts(question, language=language))
    if len(parts) < 2:
        return ""
    for part in parts:
        kind = asked_for(part, language=language)
        if kind and not _has_kind(text, kind, question=question, language=language):
            return part
    return ""


def question_parts(question: str, *, language: str) -> Iterator[str]:
    """The parts of a question like "When did it open, and who opened it?"."""
    pattern = _PARTS.get(language)
    parts = re.split(pattern, question, flags=re.IGNORECASE) if pattern else [question]
    yield from (part.strip(" ,.?!") for part in parts if part and part.strip(" ,.?!"))


def _is_certain(question: str, language: str) -> bool:
    named = [] if language == "de" else names(question)  # in German every noun is written so
    return bool(named or figures(question, language=language) or _QUOTED.search(question))


def _has(one: Scored, terms: set[str], language: str) -> bool:
    piece = one.piece
    if piece.language != language:
        return False
    text = f"{piece.article.title}\n{piece.passage.heading}\n{piece.passage.text}"
    return terms <= set(index_terms(text, language=language))


def _same_thing(one: Scored, other: Scored) -> bool:
    if one.piece.article.id == other.piece.article.id:
        return True
    here, there = _names(one), _names(other)
    if not here or not there:
        return True  # nothing tells them apart
    return len(here & there) > SHARED_NAMES * min(len(here), len(there))


def _names(one: Scored) -> set[str]:
    article = one.piece.article
    text = f"{article.title}. {one.piece.passage.text}"
    return {name.casefold() for name in names(text)} - _CALENDAR - {article.outlet.casefold()}


def _has_kind(text: str, kind: str, *, question: str, language: str) -> bool:
    if kind == "name":
        known = {word.casefold() for word in re.findall(r"\w+", question)}
        first = re.findall(r"(?:^|[.!?]\s+)(\w+)", text)
        told = [*names(text), *(word for word in first if word[:1].isupper() and len(word) > 3)]
        return any(name.casefold() not in known for name in told)
    return bool(
        missing_figures(figures(text, language=language), figures(question, language=language))
    )
