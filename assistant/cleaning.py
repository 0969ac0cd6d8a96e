"""From scraped text to the article: what a page puts around it goes, what it says stays. Pure."""

import re
import unicodedata
from dataclasses import dataclass

from assistant.records import Heading

TITLE_LONGEST = 250
"""A first line longer than this is a paragraph, not a headline."""
HEADING_LONGEST = 90
NEAR_TOP, NEAR_END = 12, 12
"""Lines at the top or the end of a text in which a repeated headline or PREV/NEXT is furniture."""
WRAP_WIDTH = 100
"""Lines that never get wider than this were wrapped by a program and belong together."""


@dataclass(frozen=True, slots=True)
class Cleaned:
    """An article out of scraped text: its body, its title, and its headings by offset."""

    text: str
    title: str
    headings: tuple[Heading, ...] = ()


# --- tidy: what every reader does ---------------------------------------------------------------

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\ufeff\ufffe\uffff\u200b\u2060\u00ad]")
_BREAKS = re.compile(r"\r\n?|[\x0c\x85\u2028\u2029]")
_SPACE_AT_END = re.compile(r"[^\S\n]+(?=\n|\Z)")
_BLANK_LINES = re.compile(r"\n{3,}")
_RUN_OF_SPACES = re.compile(r"(?<=\S)(?: {2,}|[ ]*\t[ \t]*)(?=\S)")
_LIGATURES = str.maketrans(
    {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
)
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def tidy(text: str) -> str:
    """Put a text into the one form that offsets count in; doing it again changes nothing.

    NFC; line feeds; no NUL, control or zero-width characters, soft hyphens or lone surrogates;
    Latin ligatures as letters (other compatibility characters stay: "½" is no "1⁄2"); no spaces at
    line ends; at most one blank line.
    """
    text = _BREAKS.sub("\n", text)
    text = _CONTROL.sub("", text)
    text = _SURROGATE.sub("\ufffd", text).translate(_LIGATURES)
    text = unicodedata.normalize("NFC", text)
    text = _RUN_OF_SPACES.sub(" ", text)
    text = _SPACE_AT_END.sub("", text)
    return _BLANK_LINES.sub("\n\n", text).strip()


# --- clean: scraped plain text ------------------------------------------------------------------

_NAVIGATION = re.compile(
    r"""\W*(?:
    prev(?:ious)?(?:\ (?:article|post|story))? | next(?:\ (?:article|post|story))? | back | home |
    top | menu | share(?:\ (?:this|on|via)(?:\ \w+){0,3})? | print | e-?mail | search | subscribe |
    log\ ?in | sign\ (?:in|up) | skip\ to(?:\ main)?\ content | read\ more | more | comments? |
    related(?:\ (?:articles|stories|posts))? | most\ read | advertisement | advertising | ad | ads |
    sponsored | follow\ us | newsletter | facebook | twitter | x | whatsapp | linkedin | telegram |
    copy\ link | loading | close | tweet | reddit | pinterest | instagram |
    zur(?:ü|ue)ck | weiter | vor | n(?:ä|ae)chster? | vorheriger?(?:\ artikel)? |
    n(?:ä|ae)chster\ artikel | startseite | teilen | drucken | merken | kommentare? | anzeige |
    werbung | suche | anmelden | abonnieren | mehr | mehr\ zum\ thema | nach\ oben | schlie(?:ß|ss)en |
    zum\ inhalt(?:\ springen)? | artikel\ (?:teilen|drucken|merken|h(?:ö|oe)ren) |
    auf\ \w+\ teilen | per\ e-?mail\ (?:teilen|senden) | das\ k(?:ö|oe)nnte\ sie\ auch\ interessieren |
    pr(?:é|e)c(?:é|e)dent | suivant | accueil | partager(?:\ sur\ \w+)? | imprimer | publicit(?:é|e) |
    retour | rechercher | s['’]abonner | se\ connecter | lire\ aussi | (?:à|a)\ lire\ aussi |
    commentaires? | en\ savoir\ plus | plus | envoyer\ par\ e-?mail | aller\ au\ contenu |
    anterior | siguiente | inicio | compartir(?:\ en\ \w+)? | imprimir | publicidad | volver | buscar |
    suscr(?:í|i)bete | iniciar\ sesi(?:ó|o)n | comentarios? | leer\ m(?:á|a)s | men(?:ú|u) |
    noticias\ relacionadas | saltar\ al\ contenido
    )\W*""",
    re.VERBOSE | re.IGNORECASE,
)
"""One item of navigation; a line is furniture when all its items (between |, /, », ·, ,) are."""
_ITEMS = re.compile(r"\s*[|/»›·•,>]\s*|\s{2,}")
_NEIGHBOUR = re.compile(
    r"\W*(?:PREV(?:IOUS)?|NEXT|ZURÜCK|WEITER|VORHERIGER ARTIKEL|NÄCHSTER ARTIKEL|"
    r"PRÉCÉDENT|SUIVANT|ANTERIOR|SIGUIENTE|Previous(?: article| post)?:|Next(?: article| post)?:|"
    r"Vorheriger (?:Artikel|Beitrag):?|Nächster (?:Artikel|Beitrag):?|Article (?:précédent|suivant)|"
    r"(?:Artículo|Entrada) (?:anterior|siguiente))[\s:»›→«‹←–-]+\S"
)
"""A line that leads to another article and carries its headline."""
_COOKIES = re.compile(
    r"""(?:we|this\ (?:site|website)|wir|diese\ (?:seite|website)|nous|ce\ site|este\ sitio|
    utilizamos|usamos|nosotros|our\ website)\b.{0,80}\bcookies?\b |
    \bcookies?\b.{0,60}(?:accept|consent|akzeptier|zustimm|einverstanden|acceptez|accepter|aceptar|
    acepta|settings|einstellungen|richtlinie|policy|politique|política) |
    (?:accept|reject|alle|tout|aceptar|rechazar)\ (?:all\ )?(?:cookies|akzeptieren|ablehnen|
    accepter|refuser|todas?)""",
    re.VERBOSE | re.IGNORECASE,
)
_COOKIE_LONGEST = 260
_ONLY_MARKS = re.compile(r"[\W_]+")
_SENTENCE_END = re.compile(r"[.!?…:;,。！？؟।]['\"”’“»)\]]*$")
_LIST_ITEM = re.compile(r"\s*(?:[-*+•–—▪◦‣·]|\d{1,3}[.)])\s+\S")


def clean(text: str, *, title: str = "") -> Cleaned:
    """Make an article of scraped plain text.

    The title is the one given, else the first line where that reads like a headline; the body
    starts after it and never repeats it near the top. Navigation, share lines, cookie banners, lone
    dashes, lines said twice in a row, and PREV/NEXT lines with other headlines at either end are
    dropped. Each paragraph is then one line, with a blank line between paragraphs.
    """
    lines = _join_wrapped(tidy(text).split("\n"))
    lines = _without_furniture(lines)
    title = " ".join(tidy(title).split())
    if not title and lines:
        title = _headline(lines)
    lines = _without_title(lines, title)
    body = "\n\n".join(_paragraphs(lines))
    return Cleaned(text=body, title=title, headings=headings(body))


def is_furniture(line: str) -> bool:
    """Whether a line is navigation, a share line, a cookie banner or a lone mark, and no text."""
    if not line.strip():
        return False
    if _ONLY_MARKS.fullmatch(line):
        return not any(mark in line for mark in "?!…") or len(line.strip()) < 2
    if len(line) <= _COOKIE_LONGEST and _COOKIES.search(line):
        return True
    if len(line) > 120:
        return False
    return all(_NAVIGATION.fullmatch(item) for item in _ITEMS.split(line.strip()) if item)


def headings(text: str) -> tuple[Heading, ...]:
    """Find the headings of plain text: short paragraphs of one line without an end mark.

    A heading stands between paragraphs, begins with a capital (where its script has them), is
    followed by text, and is no list item.
    """
    found: list[Heading] = []
    paragraphs = list(re.finditer(r"[^\n]+(?:\n[^\n]+)*", text))
    for here, following in zip(paragraphs, paragraphs[1:], strict=False):
        line = here.group()
        follows_text = len(following.group()) > len(line) or following.group()[-1:] in ".!?…。"
        if _is_heading(line) and follows_text:
            found.append(Heading(level=2, text=line, start=here.start()))
    return tuple(found)


def _is_heading(line: str) -> bool:
    if "\n" in line or len(line) > HEADING_LONGEST or _LIST_ITEM.match(line) or " | " in line:
        return False
    if _SENTENCE_END.search(line) and not line.endswith("?"):
        return False
    first = next((letter for letter in line if letter.isalnum()), "")
    return bool(first) and not first.islower() and any(letter.isalpha() for letter in line)


def _without_furniture(lines: list[str]) -> list[str]:
    kept: list[str] = []
    filled = [at for at, line in enumerate(lines) if line.strip()]
    top = set(filled[:NEAR_TOP])
    end = set(filled[-NEAR_END:])
    for at, line in enumerate(lines):
        if is_furniture(line):
            continue
        if (at in top or at in end) and _NEIGHBOUR.match(line) and len(line) < TITLE_LONGEST:
            continue
        if kept and line.strip() and line == next((old for old in reversed(kept) if old), None):
            continue
        kept.append(line)
    return kept


def _headline(lines: list[str]) -> str:
    first = next((line for line in lines if line.strip()), "")
    return "" if len(first) > TITLE_LONGEST else " ".join(first.lstrip("#").split())


def _without_title(lines: list[str], title: str) -> list[str]:
    """Drop the lines near the top that only say the title again."""
    key = _key(title)
    if not key:
        return lines
    kept: list[str] = []
    seen = 0
    for line in lines:
        seen += bool(line.strip())
        if seen <= NEAR_TOP and line.strip() and _repeats(_key(line), key):
            continue
        kept.append(line)
    return kept


def _repeats(line: str, title: str) -> bool:
    """Whether a line is the title, or the title with a site's name before or after it."""
    if line == title:
        return True
    longer, shorter = (line, title) if len(line) > len(title) else (title, line)
    return len(shorter) >= 20 and longer.startswith(shorter) and len(longer) - len(shorter) <= 40 and (
        longer[len(shorter) :].lstrip()[:1] in {"|", "-", "–", "—", "·", "»", ":"}
    )  # fmt: skip


def _key(line: str) -> str:
    return " ".join(line.casefold().strip(" \t#*_=-–—|·»«\"'").split())


def _join_wrapped(lines: list[str]) -> list[str]:
    """Join lines that a program wrapped at a fixed width; leave one-line paragraphs alone."""
    widths = sorted(len(line) for line in lines if line.strip())
    if len(widths) < 4 or widths[-1] > WRAP_WIDTH or widths[len(widths) * 3 // 4] < 45:
        return lines
    joined: list[str] = []
    before = ""
    for line in lines:
        goes_on = (
            before.strip()
            and line.strip()
            and len(before) >= widths[-1] * 0.6
            and not _LIST_ITEM.match(line)
            and not is_furniture(line)
        )
        if goes_on:
            joined[-1] += glue(joined[-1], line) + line.strip()
        else:
            joined.append(line)
        before = line
    return joined


def glue(before: str, line: str) -> str:
    """What stands between two joined lines: nothing where the script writes no spaces."""
    dense = (
        before and line and ord(before[-1]) >= 0x2E80 and ord(line.lstrip()[:1] or " ") >= 0x2E80
    )
    return "" if dense else " "


def _paragraphs(lines: list[str]) -> list[str]:
    """Each line is a paragraph, but the items of a list stay together."""
    paragraphs: list[str] = []
    in_list = False
    for line in lines:
        if not line.strip():
            in_list = False
            continue
        item = bool(_LIST_ITEM.match(line))
        if item and in_list:
            paragraphs[-1] += "\n" + line.rstrip()
        else:
            paragraphs.append(line.strip())
        in_list = item
    return paragraphs
