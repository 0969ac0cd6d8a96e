"""Recognises questions about the corpus itself: what is there, how many, what is new, sum it up.

No passage says how many articles mention a bridge, so such questions are answered from the
catalogue or from whole articles. Rules for English and German; pure.
"""

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["list", "count", "new", "summary", "compare"]


@dataclass(frozen=True, slots=True)
class Overview:
    """A question about the corpus.

    `topic` is what the articles are to be about (empty: all of them). For "summary" and "compare"
    `named` are the words that name the articles, one for each; `pointed` says that the question
    points at an article without naming it ("this article", "these two"), and `certain` that an
    article is meant at all: "What does the mayor say?" may be about no article.
    """

    kind: Kind
    topic: str = ""
    named: tuple[str, ...] = ()
    pointed: bool = False
    certain: bool = True


_QUOTES = "“”„«»\"'‘’"
_QUOTED = re.compile(r"“([^”“]+)[”“]|„([^“”]+)[“”]|«([^»]+)»|\"([^\"]+)\"")


@dataclass(frozen=True, slots=True)
class _Rules:
    """The patterns of one language; `topic` and `which` are groups inside them."""

    listing: tuple[str, ...]
    count: tuple[str, ...]
    new: tuple[str, ...]
    summary: tuple[str, ...]
    compare: tuple[str, ...]
    noun: str  # an article, by any name
    pointing: str  # an article that is pointed at
    an_article: str  # words before a name that say that it is an article
    about: str  # "about the bridge" behind them
    two: str  # several articles that are pointed at
    joined: str  # between two names
    polite: str  # before the question proper
    trailing: str  # behind the topic


_N = r"(?:articles?|texts?|documents?|reports?|stor(?:y|ies)|pieces?|papers?|clippings?)"
_MY = r"(?:(?:of |in )?(?:the|my|our|these|all|your) )*"
_I_HAVE = r"(?:do|have) (?:i|we|you) (?:have|got)|are there|is there|there are"
_ON = r"(?:on|about|regarding|concerning|covering|mentioning)"
_MENTION = (
    r"(?:mentions?|names?|covers?|discuss(?:es)?|describes?|(?:are|is) about|deals? with"
    r"|talks? about|writes? about|reports? on|refers? to|speaks? of|contains?)"
)
_TOPIC = r"(?P<topic>.+)"
_WHICH = r"(?P<which>.+)"
_ENGLISH = _Rules(
    listing=(
        rf"what (?:else )?(?:do|have) (?:i|we|you) (?:have|got)(?: here)? {_ON} {_TOPIC}",
        rf"(?:what|which) {_MY}{_N} (?:{_I_HAVE})(?: {_ON} {_TOPIC})?",
        rf"(?:what|which) {_MY}{_N} {_MENTION} {_TOPIC}",
        rf"(?:show|list|give|find)(?: me| us)? {_MY}{_N} "
        rf"(?:{_ON}|(?:that|which) {_MENTION}) {_TOPIC}",
        rf"(?:show|list)(?: me| us)? {_MY}{_N}",
        rf"(?:{_I_HAVE}) (?:anything|something|any {_N}|{_N}) {_ON} {_TOPIC}",
        rf"what (?:is|'s) in {_MY}(?:corpus|collection|library|archive|articles|texts|documents)",
    ),
    count=(
        rf"how many {_MY}{_N} (?:{_I_HAVE})(?: (?:{_ON}|that {_MENTION}) {_TOPIC})?",
        rf"how many {_MY}{_N} {_MENTION} {_TOPIC}",
        rf"in how many {_MY}{_N} (?:is|are|does|do) {_TOPIC} (?:mentioned|named|appear|occur)",
        rf"how many {_N} {_ON} {_TOPIC} (?:{_I_HAVE})",
    ),
    new=(
        rf"what(?: is|'s| has been)? (?:new|added)(?: (?:in|among) {_MY}(?:corpus|collection"
        rf"|library|{_N}))?(?: {_ON} {_TOPIC})?",
        rf"(?:is there )?(?:anything|something) new(?: {_ON} {_TOPIC})?",
        rf"(?:(?:what are|which are|show|list|give)(?: me| us)? )?(?:the |my )?(?:newest|latest"
        rf"|most recent) {_N}(?: {_ON} {_TOPIC})?",
    ),
    summary=(
        rf"(?:summari[sz]e|sum up|tl;?dr(?: of)?:?) {_WHICH}",
        rf"(?:(?:give|write)(?: me| us)? )?(?:a |an |the )?(?:short |brief )?(?:summary|gist) of "
        rf"{_WHICH}",
        rf"what (?:is|'s) (?:the )?(?:short |brief )?(?:summary|gist|main point) of {_WHICH}",
        rf"what does {_WHICH} say",
        rf"what (?:is|'s) {_WHICH} about",
    ),
    compare=(
        rf"(?:compare|contrast) {_WHICH}",
        rf"what (?:is|are|'s) the differences? between {_WHICH}",
        rf"how do(?:es)? {_WHICH} (?:differ|compare)",
        rf"what do {_WHICH} have in common",
    ),
    noun=_N,
    pointing=r"(?:this|that|the) (?:article|text|document|report|story|piece|paper)|it|this|that",
    an_article=rf"(?:(?:this|that|the|my) )?{_N} (?:called |titled |entitled |named )?",
    about=rf"(?:(?:this|that|the|my) )?{_N} {_ON} ",
    two=rf"(?:(?:these|those|the|both|two) )+{_N}?|them(?: both)?|both(?: of them)?"
    rf"|(?:these|those|the)? ?two(?: {_N})?",
    joined=r"\s+(?:and|with|to|from|against|vs\.?|versus)\s+",
    polite=r"(?:(?:please|now|and|so|ok(?:ay)?),? )*"
    r"(?:(?:can|could|would|will) you (?:please )?)?",
    trailing=rf"(?:,? ?(?:please|in (?:my|the|these) (?:{_N}|corpus|collection|library)|in total"
    r"|altogether|in (?:\w+ )?(?:sentences?|words|brief|short)|for me|briefly|each other))+",
)

_NDE = r"(?:artikeln?|texte?n?|dokumente?n?|berichte?n?|beiträge?n?|meldung(?:en)?|geschichten?)"
_MEINE = r"(?:(?:in |von )?(?:den|der|die|das|meine[rnms]?|unsere[rnms]?|diese[rnms]?|allen?) )*"
_HABE = r"(?:habe? ich|haben wir|hast du|gibt es|liegen mir|stehen)"
_UEBER = r"(?:zu[rm]?|über|von|betreffend)(?: dem| der| den| das| die)?"
_NENNEN = (
    r"(?:erwähn(?:en|t)|nenn(?:en|t)|behandel[nt]|beschreib(?:en|t)|enthalten|enthält"
    r"|handel(?:n|t) vo[mn]|berichten (?:über|von)|berichtet (?:über|von)|schreiben über"
    r"|sprechen (?:über|von)|befassen sich mit|drehen sich um|sind über)"
)
_GERMAN = _Rules(
    listing=(
        rf"was (?:{_HABE}|steht)(?: alles| sonst)?(?: in {_MEINE}{_NDE})? {_UEBER} {_TOPIC}",
        rf"(?:welche|was für) {_MEINE}{_NDE} {_HABE}(?: {_UEBER} {_TOPIC})?",
        rf"(?:welche|was für) {_MEINE}{_NDE} {_NENNEN} {_TOPIC}",
        rf"(?:welche|was für) {_MEINE}{_NDE} {_HABE} {_UEBER} {_TOPIC}",
        rf"(?:zeige?|liste|nenne?|finde|suche?|gib)(?: mir| uns)? {_MEINE}{_NDE} "
        rf"(?:{_UEBER}|, die) {_TOPIC}",
        rf"(?:zeige?|liste|nenne?)(?: mir| uns)? {_MEINE}{_NDE}(?: auf)?",
        rf"{_HABE} (?:irgend)?(?:etwas|was|{_NDE}) {_UEBER} {_TOPIC}",
        rf"was (?:ist|steht|liegt) in {_MEINE}(?:sammlung|bibliothek|archiv|bestand|artikeln"
        r"|texten)",
    ),
    count=(
        rf"wie ?viele {_MEINE}{_NDE} {_HABE}(?: {_UEBER} {_TOPIC})?",
        rf"wie ?viele {_MEINE}{_NDE} {_NENNEN} {_TOPIC}",
        rf"wie ?viele {_NDE} {_UEBER} {_TOPIC} {_HABE}",
        rf"in wie ?vielen {_MEINE}{_NDE} (?:wird|werden|kommt|kommen|steht|ist) {_TOPIC} "
        r"(?:erwähnt|genannt|vor|behandelt)",
    ),
    new=(
        rf"was (?:ist|gibt es|gibt's|kam)(?: denn| an)? neue?s?(?: {_UEBER} {_TOPIC})?"
        rf"(?: in {_MEINE}{_NDE})?(?: hinzu)?",
        rf"(?:gibt es )?(?:etwas|irgendetwas|was) neues(?: {_UEBER} {_TOPIC})?",
        rf"(?:(?:welche|was|zeige?|liste|nenne?)(?: sind)?(?: mir| uns)? )?(?:die |meine )?"
        rf"(?:neue(?:ste)?n?|letzten|jüngsten) {_NDE}(?: {_UEBER} {_TOPIC})?",
    ),
    summary=(
        rf"(?:fasse?|fasst)(?: mir| uns)?(?: bitte| kurz| mal)* {_WHICH} (?:kurz )?zusammen",
        rf"(?:(?:gib|schreibe?)(?: mir| uns)? )?(?:eine? |die )?(?:kurze )?zusammenfassung "
        rf"(?:von|zu) {_WHICH}",
        r"(?:(?:gib|schreibe?)(?: mir| uns)? )?(?:eine? |die )?(?:kurze )?zusammenfassung "
        r"(?P<of>(?:des|der|dieses) .+)",
        rf"worum geht es (?:in|im) {_WHICH}",
        rf"(?:was steht (?:in|im)|was sagt|wovon handelt) {_WHICH}",
    ),
    compare=(
        rf"vergleiche?(?: mir| uns)?(?: bitte)? {_WHICH}",
        rf"(?:was|worin|welches?) (?:ist|sind|liegt|besteht) (?:der|die) unterschiede? zwischen "
        rf"{_WHICH}",
        rf"(?:wie|worin) unterscheiden sich {_WHICH}",
        rf"was haben {_WHICH} gemeinsam",
    ),
    noun=_NDE,
    pointing=r"(?:diese[nrms]?|de[nrms]|das|die) (?:artikels?|textes?|dokuments?|berichts?"
    r"|beitrags?|meldung|text|dokument|bericht|beitrag)|ihn|es|das|diesen?",
    an_article=rf"(?:(?:diese[nrms]?|de[nrms]|das|die|dem) )?{_NDE}s? (?:namens |mit dem titel )?",
    about=rf"(?:(?:diese[nrms]?|de[nrms]|das|die|dem) )?{_NDE}s? {_UEBER} ",
    two=rf"(?:(?:diese|die|den|beiden?|zwei) )+{_NDE}?|sie(?: beide)?|beide|diese(?:n)? (?:beiden?"
    rf"|zwei)(?: {_NDE})?|die (?:beiden|zwei)",
    joined=r"\s+(?:und|mit|gegen)\s+(?:dem |der |den )?",
    polite=r"(?:(?:bitte|nun|und|ok(?:ay)?),? )*(?:(?:kannst|könntest|würdest) du (?:mir )?)?",
    trailing=rf"(?:,? ?(?:bitte|in (?:meinen|den|diesen) {_NDE}|insgesamt|auf|kurz"
    r"|in (?:\w+ )?(?:sätzen|worten)|miteinander|alles))+",
)
_RULES = {"en": _ENGLISH, "de": _GERMAN}
_KINDS: tuple[tuple[Kind, str], ...] = (
    ("new", "new"),
    ("count", "count"),
    ("list", "listing"),
    ("compare", "compare"),
    ("summary", "summary"),
)


def read_overview(question: str, *, language: str, times: str = "") -> Overview | None:
    """What a question asks of the corpus itself; None for a question that articles answer.

    `times` are the question's words about publication ("since Monday"), which are no topic.
    """
    rules = _RULES.get(language)
    if rules is None:
        return None
    text = _bare(question, times=times)
    text = re.sub(rf"^{rules.polite}", "", text, flags=re.IGNORECASE)
    for kind, name in _KINDS:
        for pattern in getattr(rules, name):
            match = _match(pattern, text, rules)
            if match is None:
                continue
            if kind in ("summary", "compare"):
                found = _articles(kind, match, rules)
                if found:
                    return found
                continue
            topic = _cleaned(match.groupdict().get("topic") or "", rules)
            return Overview(kind, topic=topic)
    return None


def _bare(question: str, *, times: str) -> str:
    """The question without its time words, question mark and double spaces."""
    text = question.replace("’", "'")
    if times and text.casefold() != times.casefold():
        kept = text.replace(times.replace("’", "'"), " ", 1)
        # "latest articles" is a time to a search and the very question here
        text = kept if re.search(r"\d|seit|since|week|woche|day|tag|month|monat|year|jahr", times,
                                 re.IGNORECASE) else text  # fmt: skip
    return " ".join(text.split()).strip(" ?!.¿¡")


def _match(pattern: str, text: str, rules: _Rules) -> re.Match[str] | None:
    return re.fullmatch(rf"{pattern}(?:{rules.trailing})?", text, re.IGNORECASE)


def _cleaned(text: str, rules: _Rules) -> str:
    """A topic without what trails behind it and the quotation marks around it."""
    text = re.sub(rf"(?:{rules.trailing})$", "", text, flags=re.IGNORECASE)
    text = re.sub(r"^(?:the|a|an|der|die|das|dem|den|des)\s+", "", text, flags=re.IGNORECASE)
    return text.strip(f"{_QUOTES} ?!.,")


def _articles(kind: Kind, match: re.Match[str], rules: _Rules) -> Overview | None:
    """The articles a summary or comparison is asked of; None when it names none for certain."""
    groups = match.groupdict()
    which = re.sub(rf"(?:{rules.trailing})$", "", groups.get("which") or groups.get("of") or "",
                   flags=re.IGNORECASE)  # fmt: skip
    quoted = tuple(next(filter(None, found)) for found in _QUOTED.findall(which))
    if kind == "compare":
        return _compared(which, quoted, rules)
    if quoted:
        return Overview("summary", named=quoted[:1])
    if re.fullmatch(rules.pointing, which, re.IGNORECASE):
        certain = bool(re.search(rules.noun, which, re.IGNORECASE))
        return Overview("summary", pointed=True, certain=certain)
    for begins in (rules.about, rules.an_article):
        if found := re.match(begins, which, re.IGNORECASE):
            name = which[found.end() :].strip(f"{_QUOTES} ")
            if name:
                return Overview("summary", named=(name,))
    certain = bool(re.search(rules.noun, which, re.IGNORECASE))
    return Overview("summary", named=(which,), certain=certain) if which else None


def _compared(which: str, quoted: tuple[str, ...], rules: _Rules) -> Overview | None:
    if len(quoted) >= 2:
        return Overview("compare", named=quoted[:2])
    if re.fullmatch(rules.two, which.strip(), re.IGNORECASE):
        certain = bool(re.search(rules.noun, which, re.IGNORECASE))
        return Overview("compare", pointed=True, certain=certain)
    parts = re.split(rules.joined, which, maxsplit=1, flags=re.IGNORECASE)
    if len(parts) != 2:
        return None
    certain = any(re.match(rules.an_article, part, re.IGNORECASE) for part in parts)
    names = []
    for part in parts:
        for begins in (rules.about, rules.an_article):
            part = re.sub(rf"^{begins}", "", part, flags=re.IGNORECASE)
        names.append(part.strip(f"{_QUOTES} "))
    return Overview("compare", named=tuple(names), certain=certain) if all(names) else None
