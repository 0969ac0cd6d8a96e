"""From scraped text to the article: what a page puts around it goes, what it says stays. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from assistant.records import Heading

TITLE_LONGEST = 250
"""A first line longer than this is a paragraph, not a headline."""
SENTENCE_SHORTEST = 80
"""A first line that ends in a full stop and is longer than this is a paragraph too."""
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
_SPACE_AT_END = re.compile(r"(?:(?<=\S)|^)[^\S\n]+$", re.MULTILINE)
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

_NAVIGATION = frozenset(
    phrase.strip()
    for phrase in """
    prev; previous; previous article; previous story; previous post; next; next article; next story;
    next post; back; home; top; menu; share; share this; print; email; e-mail; mail; search;
    subscribe; log in; login; sign in; sign up; register; skip to content; skip to main content;
    read more; more; comment; comments; related; related articles; related stories; related posts;
    most read; most popular; advertisement; advertising; ad; ads; sponsored; follow us; newsletter;
    facebook; twitter; x; whatsapp; linkedin; telegram; reddit; pinterest; instagram; bluesky;
    mastodon; threads; tweet; copy link; link; loading; close; rss; save; listen; accept all;
    zurück; weiter; vor; vorheriger artikel; nächster artikel; vorheriger; nächster; startseite;
    teilen; drucken; merken; kommentar; kommentare; anzeige; werbung; suche; anmelden; abonnieren;
    mehr; mehr zum thema; nach oben; schließen; zum inhalt; zum inhalt springen; artikel teilen;
    artikel drucken; artikel merken; artikel hören; artikel anhören; link kopieren; feedback;
    das könnte sie auch interessieren; lesen sie auch; weiterlesen; registrieren; hören;
    précédent; suivant; article précédent; article suivant; accueil; partager; imprimer; publicité;
    retour; rechercher; s'abonner; se connecter; lire aussi; à lire aussi; commentaire;
    commentaires; en savoir plus; plus; courriel; envoyer par e-mail; aller au contenu; écouter;
    copier le lien; tout accepter; fermer; enregistrer;
    anterior; siguiente; artículo anterior; artículo siguiente; inicio; compartir; imprimir;
    publicidad; volver; buscar; suscríbete; suscribirse; iniciar sesión; comentario; comentarios;
    leer más; menú; noticias relacionadas; saltar al contenido; correo; copiar enlace; guardar;
    escuchar; cerrar; aceptar todo; lea también
    """.replace("\n", " ").split(";")
)
"""Items of navigation, in small letters: a line is furniture when all its items are."""
_SHARE_ON = re.compile(
    r"(?:share|post|tweet|auf|bei|per|via|partager|compartir|teilen)\b(?:\s[\w-]+){0,3}"
    r"(?:\s(?:teilen|senden|verschicken|empfehlen|merken))?"
)
_ITEMS = re.compile(r"\s*[|/»›·•>:]\s*|\s{2,}|,\s")
_BREADCRUMBS = re.compile(r"\s*[»›>/]\s*")
_HOME = frozenset({"home", "startseite", "start", "accueil", "inicio", "portada", "news"})
_NEIGHBOUR = re.compile(
    r"""\W*(?:
    PREV(?:IOUS)? | NEXT | ZURÜCK | WEITER | PRÉCÉDENT | SUIVANT | ANTERIOR | SIGUIENTE |
    (?:Previous|Next)(?:\ (?:article|post|story))?: | (?:PREVIOUS|NEXT)\ (?:ARTICLE|POST|STORY) |
    (?:Vorheriger|Nächster)\ (?:Artikel|Beitrag):? | (?:VORHERIGER|NÄCHSTER)\ ARTIKEL |
    Article\ (?:précédent|suivant)\ ?:? | (?:Artículo|Entrada)\ (?:anterior|siguiente):?
    )[\s:»›→«‹←–-]+\S""",
    re.VERBOSE,
)
"""A line that leads to another article and carries its headline ("Next, the Moon" does not)."""
_COOKIES = re.compile(
    r"""\W*(?:(?:we|this\ (?:site|website)|our\ (?:site|website)|wir|diese\ (?:seite|website)|
    nous|ce\ site|este\ sitio|utilizamos|usamos|by\ continuing|en\ poursuivant|al\ continuar|
    mit\ der\ nutzung)\b.{0,120}\bcookies?\b |
    (?:[\w-]+\ ){0,2}cookies?\b.{0,60}(?:accept|consent|akzeptier|zustimm|einverstanden|aceptar|
    acepta|settings|einstellungen|richtlinie|policy|politique|política) |
    (?:accept|reject|alle|tout|tous|aceptar|rechazar)\ (?:all\ )?(?:les\ )?cookies)""",
    re.VERBOSE | re.IGNORECASE,
)
"""A cookie banner; only at the edges of a text, since articles may be about cookies."""
_COOKIE_LONGEST = 260
_FURNITURE_LONGEST = 120
_ONLY_MARKS = re.compile(r"[\W_]+")
_SENTENCE_END = re.compile(r"[.!?…:;,。！？؟।]['\"”’“»)\]]*$")
_LIST_ITEM = re.compile(r"\s*(?:[-*+•–—▪◦‣·]|\d{1,3}[.)])\s+\S")
_TITLE_JOINTS = frozenset("|-–—·»:")


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
    body = "\n\n".join(_paragraphs(_without_title(lines, title)))
    if not body and lines:
        body = "\n\n".join(_paragraphs(lines[:1]))  # a text of one line is its own title
    return Cleaned(text=body, title=title, headings=headings(body))


def is_furniture(line: str) -> bool:
    """Whether a line is navigation, a share line, breadcrumbs or a lone mark, and no text."""
    line = line.strip()
    if not line:
        return False
    if _ONLY_MARKS.fullmatch(line):
        return not any(mark in line for mark in "?!…") or len(line) < 2
    if len(line) > _FURNITURE_LONGEST:
        return False
    items = [_bare(item) for item in _ITEMS.split(line)]
    if all(not item or item in _NAVIGATION or _SHARE_ON.fullmatch(item) for item in items):
        return True
    crumbs = [_bare(item) for item in _BREADCRUMBS.split(line)]
    return len(crumbs) > 1 and crumbs[0] in _HOME and all(len(crumb) <= 30 for crumb in crumbs)


def _bare(item: str) -> str:
    return item.strip(" \t\u00a0\u202f.!…→←↑↓+#*()[]-–—“”\"'").casefold().replace("’", "'")


def same_title(line: str, title: str) -> bool:
    """Whether a line says a title over again, case and spacing and a site's name aside."""
    one, other = _key(line), _key(title)
    if not one or not other:
        return False
    if one == other:
        return True
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    if len(shorter) < 12 or len(longer) - len(shorter) > 40 or not longer.startswith(shorter):
        return False
    return longer[len(shorter) :].lstrip()[:1] in _TITLE_JOINTS


def headings(text: str) -> tuple[Heading, ...]:
    """Find the headings of plain text: short paragraphs of one line without an end mark.

    A heading stands between paragraphs, begins with a capital (where its script has them), is
    followed by text, and is no list item.
    """
    found: list[Heading] = []
    paragraphs = list(re.finditer(r"[^\n]+(?:\n[^\n]+)*", text))
    for here, following in pairwise(paragraphs):
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
    edges = _edges(lines)
    kept: list[str] = []
    before = ""
    for at, line in enumerate(lines):
        if is_furniture(line) or (at in edges and _is_edge_furniture(line)):
            continue
        if line.strip() and line == before:
            continue
        before = line if line.strip() else before
        kept.append(line)
    return kept


def _edges(lines: list[str]) -> set[int]:
    """The places of the first and the last lines with words."""
    filled = [at for at, line in enumerate(lines) if line.strip()]
    return {*filled[:NEAR_TOP], *filled[-NEAR_END:]}


def _is_edge_furniture(line: str) -> bool:
    if len(line) < TITLE_LONGEST and _NEIGHBOUR.match(line):
        return True
    return len(line) <= _COOKIE_LONGEST and bool(_COOKIES.match(line))


def _headline(lines: list[str]) -> str:
    """The first line, where it reads like a headline and not like a paragraph."""
    first = " ".join(next((line for line in lines if line.strip()), "").lstrip("# ").split())
    is_paragraph = first.endswith(".") and len(first) > SENTENCE_SHORTEST
    return "" if len(first) > TITLE_LONGEST or is_paragraph else first


def _without_title(lines: list[str], title: str) -> list[str]:
    """Drop the lines near the top and the end that only say the title again."""
    edges = _edges(lines)
    return [line for at, line in enumerate(lines) if at not in edges or not same_title(line, title)]


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
