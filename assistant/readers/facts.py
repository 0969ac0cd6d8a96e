"""What a document says about itself in words: dates, names, titles; nothing is guessed."""

import datetime
import html
import re
import unicodedata
from functools import cache

_MONTHS = {
    1: "january januar jänner janvier enero gennaio janeiro januari jan janv ene gen",
    2: "february februar février fevrier febrero febbraio fevereiro februari feb févr fév",
    3: "march märz mars marzo março maart mar mrz maerz",
    4: "april avril abril aprile apr avr abr",
    5: "may mai mayo maggio maio mei mag",
    6: "june juni juin junio giugno junho jun giu",
    7: "july juli juillet julio luglio julho jul juil lug",
    8: "august août aout agosto augustus aug ago",
    9: "september septembre septiembre settembre setembro sep sept set",
    10: "october oktober octobre octubre ottobre outubro oct okt ott out",
    11: "november novembre noviembre novembro nov",
    12: "december dezember décembre decembre diciembre dicembre dezembro dec dez déc dic",
}
_BY = re.compile(r"^(?i:by|von|par|por)\s+(?=[^\W\d_])")
_EARLIEST = 1400
_ISO = re.compile(r"(?<!\d)(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?\d{4,6}Z?)?")
_DOTTED = re.compile(r"(?<![\d.])(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?![\d.])")
_DAY_MONTH = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|º|\.)?\s+(?:de\s+|of\s+)?([^\W\d_]{3,12})\.?,?\s+"
    r"(?:de\s+|del\s+)?(\d{4})(?!\d)"
)
_MONTH_DAY = re.compile(r"\b([^\W\d_]{3,12})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")
_CJK = re.compile(r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日")

_BYLINE = re.compile(
    r"(?:(?i:by|von|par|por|di|da|door|av|af)|(?i:author|autor|autorin|auteur|autora?|text)\s*:)"
    r"\s+(?P<names>\S.*)"
)
_NAME = re.compile(
    r"[^\W\d_][\w.'’-]*"
    r"(?:\s+(?:(?:van|von|de|der|den|del|della|di|da|du|la|le|al|bin|ten|zu|y|e)\s+)*"
    r"[^\W\d_][\w.'’-]*){0,4}"
)
_NAMES_SPLIT = re.compile(r"\s*(?:,|;|\b(?i:and|und|et|y)\b|&|\+)\s*")
_DEFAULT_TITLES = re.compile(
    r"""(?i)(?:(?:untitled|unbenannt|sans\ titre|sin\ título)(?:[\ -]?(?:\d+|document|\w+))? |
    anonymous | no\ ?title | title | document\ ?\d* | dokument\ ?\d* | microsoft\ word\s*-.* |
    microsoft\ powerpoint\s*-.* | powerpoint[\ -]pr.* | [\d\W_]{8,} |
    .*\.(?:docx?|indd|tex|dvi|qxd|pptx?|xlsx?|rtf|odt|pdf|html?) |
    \(?(?:none|null|unknown|unspecified)\)?)""",
    re.VERBOSE,
)
_DEFAULT_AUTHORS = re.compile(
    r"""(?i)(?:anonymous | unknown | admin(?:istrator)? | user | author | owner | root | none |
    null | \(?unspecified\)? | microsoft(?:\ office)?(?:\ user)? | python-docx | .*@.* | https?:.* |
    [\W_]+)""",
    re.VERBOSE,
)


def word_set(words: str) -> frozenset[str]:
    """A set of words out of a string of them."""
    return frozenset(words.split())


def find_date(text: str) -> str | None:
    """Find the one date a short text names, as YYYY-MM-DD; None when it names none, or several."""
    found = {date for date in dates_in(text) if date}
    return found.pop() if len(found) == 1 else None


def iso_date(value: object) -> str | None:
    """Read a date a file states as such (a string, or a date of YAML); None when it is none."""
    if isinstance(value, datetime.datetime | datetime.date):
        return _date(value.year, value.month, value.day)
    if not isinstance(value, str):
        return None
    compact = _COMPACT.fullmatch(value.strip())
    if compact:
        return _date(*map(int, compact.groups()))
    return next((date for date in dates_in(value.strip()[:100]) if date), None)


def dates_in(text: str) -> list[str | None]:
    """Every full date written in a text, in any of the usual ways; None for an impossible one."""
    found = [_date(int(y), int(m), int(d)) for y, _, m, d in _ISO.findall(text)]
    found += [_date(*map(int, match.groups())) for match in _CJK.finditer(text)]
    found += [_date(int(y), int(m), int(d)) for d, m, y in _DOTTED.findall(text)]
    for day, month, year in _DAY_MONTH.findall(text):
        found.append(_date(int(year), _month_numbers().get(month.casefold(), 0), int(day)))
    for month, day, year in _MONTH_DAY.findall(text):
        found.append(_date(int(year), _month_numbers().get(month.casefold(), 0), int(day)))
    return found


def _date(year: int, month: int, day: int) -> str | None:
    latest = datetime.date.today() + datetime.timedelta(days=366)
    try:
        date = datetime.date(year, month, day)
    except ValueError:
        return None
    return date.isoformat() if date.year >= _EARLIEST and date <= latest else None


@cache
def _month_numbers() -> dict[str, int]:
    return {word: number for number, words in _MONTHS.items() for word in words.split()}


def byline(line: str) -> str:
    """Read the author out of a line that is nothing but a byline ("By Ada Byron"); else ""."""
    match = _BYLINE.fullmatch(line.strip())
    if match is None or len(line) > 120:
        return ""
    names = _without_date(match["names"]).strip(" ,|·–—-")
    people = [name for name in _NAMES_SPLIT.split(names) if name]
    if not people or len(people) > 5 or names.endswith((".", "!", "?", ":")):
        return ""
    whole = all(_NAME.fullmatch(name) and _is_capitalised(name) for name in people)
    return ", ".join(people) if whole else ""


def _without_date(names: str) -> str:
    for pattern in (_ISO, _DOTTED, _DAY_MONTH, _MONTH_DAY):
        match = pattern.search(names)
        if match:
            return names[: match.start()]
    return names


def _is_capitalised(name: str) -> bool:
    words = name.split()
    return words[0][0].isupper() and any(letter.isupper() for letter in words[-1])


def known_title(value: object) -> str:
    """A title a file states, unless it is a program's default ("untitled", a file name)."""
    title = one_line(value)
    return "" if _DEFAULT_TITLES.fullmatch(title) or len(title) > 400 else title


def known_author(value: object) -> str:
    """An author a file states, unless it is a program's default ("anonymous", "admin")."""
    author = _BY.sub("", one_line(value))
    return "" if _DEFAULT_AUTHORS.fullmatch(author) or len(author) > 200 else author


def one_line(value: object) -> str:
    """A stated value as one line of clean text; "" for anything that is no text."""
    if not isinstance(value, str):
        return ""
    text = html.unescape(value)  # titles in meta tags are often escaped twice
    text = "".join(letter for letter in text if letter.isspace() or letter.isprintable())
    return unicodedata.normalize("NFC", " ".join(text.split()))


def title_from_name(stem: str) -> str:
    """Make a title of a file name ("nato-nord_korea" -> "Nato nord korea")."""
    stem = stem.encode("utf-8", errors="replace").decode("utf-8")
    words = " ".join(re.sub(r"[_\s]+|(?<=\w)-(?=\w)", " ", stem).split())
    words = words.strip(" -.") or stem
    return words[:1].upper() + words[1:]


def language_code(value: object) -> str:
    """A stated language as ISO 639-1 ("de-DE", "deu", "German" -> "de"); "" when it is none."""
    from assistant.languages.names import table

    code = one_line(value).casefold().replace("_", "-").split("-")[0]
    code = {"nb": "no", "nn": "no", "iw": "he", "in": "id", **_three_letters()}.get(code, code)
    if code in table():
        return code
    by_name = {name.casefold(): key for key, names in table().items() for name in names}
    return by_name.get(code, "")


def _three_letters() -> dict[str, str]:
    return {
        "eng": "en", "deu": "de", "ger": "de", "fra": "fr", "fre": "fr", "spa": "es", "ita": "it",
        "por": "pt", "nld": "nl", "dut": "nl", "rus": "ru", "pol": "pl", "ara": "ar", "zho": "zh",
        "chi": "zh", "jpn": "ja", "kor": "ko", "tur": "tr", "ukr": "uk", "swe": "sv", "dan": "da",
        "nor": "no", "fin": "fi", "ces": "cs", "cze": "cs", "hun": "hu", "ell": "el", "heb": "he",
    }  # fmt: skip
