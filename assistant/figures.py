"""Finds the numbers, dates and names of a text in one spelling, so that two texts can be compared.

10,000, 10.000, 10 000 and "10 thousand" are one number; "3 Mio." is "3 million"; 85 is not 87.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import SequenceMatcher
from functools import cache, lru_cache

_SMALL_COUNTS = frozenset(str(count) for count in range(1, 13))


@dataclass(frozen=True, slots=True)
class Figure:
    """A number or a part of a date: the values it may mean, its unit if one is named, its words.

    "1.234" may be 1234 or 1.234, so it holds both. Months are "m1" … "m12", weekdays "d0" … "d6".
    """

    values: frozenset[str]
    unit: str
    text: str

    @property
    def is_small_count(self) -> bool:
        """Whether it counts things that a sentence may list: a whole number up to twelve."""
        return not self.unit and not self.values.isdisjoint(_SMALL_COUNTS)

    def agrees(self, other: "Figure") -> bool:
        """Whether both may mean the same; a unit that is not named agrees with every unit."""
        same_unit = not self.unit or not other.unit or self.unit == other.unit
        return same_unit and not self.values.isdisjoint(other.values)


_SPACE = "\u00a0\u202f\u2009 "
_NUMBER = re.compile(
    r"(?<![\w.,])(?P<before>[$€£¥]\s?|(?:US|A|C)\$\s?)?"
    rf"(?P<number>\d{{1,3}}(?:[{_SPACE}'’]\d{{3}})+(?:[.,]\d+)?|\d+(?:[.,٫٬]\d+)*)"
    r"(?P<ordinal>st|nd|rd|th|er|ers|s|º|ª)?(?!\d)"
    r"(?P<gap>[ \u00a0\u202f\u2009-]?)"
    r"(?P<after>%|‰|°\s?[CF]?|[$€£¥]|[千万萬만亿億억]|[^\W\d_]+\.?)?"
    r"(?:[ \u00a0\u202f](?P<then>[$€£¥]|[^\W\d_]+\.?))?"
)
# Words that multiply, by language where they differ: a German Billion is an English trillion.
_SCALES: dict[str, int] = {
    "hundred": 2, "hundert": 2, "thousand": 3, "tausend": 3, "tsd": 3, "mille": 3, "mil": 3,
    "mila": 3, "tys": 3, "tisíc": 3, "tusen": 3, "duizend": 3, "bin": 3, "тысяч": 3, "тысячи": 3,
    "тыс": 3, "千": 3, "万": 4, "萬": 4, "만": 4, "लाख": 5, "करोड़": 7, "亿": 8, "億": 8, "억": 8,
    "k": 3, "million": 6, "millions": 6, "millionen": 6, "mio": 6, "mn": 6, "mln": 6, "mill": 6,
    "millón": 6, "millones": 6, "milione": 6, "milioni": 6, "milhão": 6, "milhões": 6,
    "miljoen": 6, "miljoner": 6, "milionów": 6, "miliony": 6, "milionů": 6, "milyon": 6,
    "миллион": 6, "миллиона": 6, "миллионов": 6, "млн": 6, "εκατομμύρια": 6, "مليون": 6,
    "मिलियन": 6, "triệu": 6, "ล้าน": 6, "juta": 6, "bn": 9, "milliard": 9, "milliards": 9,
    "milliarde": 9, "milliarden": 9, "mrd": 9, "md": 9, "mld": 9, "miliardo": 9, "miliardi": 9,
    "miljard": 9, "miljarder": 9, "miliardów": 9, "miliard": 9, "milyar": 9, "миллиард": 9,
    "миллиарда": 9, "миллиардов": 9, "млрд": 9, "δισεκατομμύρια": 9, "مليار": 9, "tỷ": 9,
    "bilhão": 9, "bilhões": 9, "trillion": 12, "trillions": 12, "billionen": 12, "billones": 12,
}  # fmt: skip
_LONG_SCALE = frozenset(["de", "fr", "es", "it", "nl", "sv", "da", "no", "pl", "cs", "fi", "hu"])
_UNITS: dict[str, str] = {
    "%": "%", "percent": "%", "prozent": "%", "pct": "%", "percentage": "%", "prozentpunkte": "%",
    "pour": "", "por": "", "$": "usd", "us$": "usd", "dollar": "usd", "dollars": "usd",
    "usd": "usd", "€": "eur", "euro": "eur", "euros": "eur", "eur": "eur", "£": "gbp",
    "pounds": "gbp", "¥": "yen", "yen": "yen", "km": "km", "kilometer": "km", "kilometers": "km",
    "kilometre": "km", "kilometres": "km", "kilometern": "km", "mile": "mi", "miles": "mi",
    "meilen": "mi", "m": "m", "meter": "m", "meters": "m", "metres": "m", "metre": "m",
    "metern": "m", "kg": "kg", "kilogram": "kg", "kilograms": "kg", "kilogramm": "kg",
    "tonne": "t", "tonnes": "t", "tons": "t", "tonnen": "t", "°c": "°c", "°f": "°f",
    "hours": "h", "hour": "h", "stunden": "h", "stunde": "h", "minutes": "min", "minute": "min",
    "minuten": "min", "days": "day", "day": "day", "tage": "day", "tagen": "day", "tag": "day",
    "weeks": "week", "week": "week", "wochen": "week", "woche": "week", "months": "month",
    "month": "month", "monate": "month", "monaten": "month", "years": "year", "year": "year",
    "jahre": "year", "jahren": "year", "jahr": "year",
}  # fmt: skip
_MONTHS = (
    "january januar enero janvier gennaio janeiro januari leden stycznia ocak января",
    "february februar febrero février febbraio fevereiro februari únor lutego şubat февраля",
    "march märz marzo mars março maart březen marca mart марта",
    "april abril avril aprile duben kwietnia nisan апреля",
    "may mai mayo maggio maio mei květen maja mayıs мая",
    "june juni junio juin giugno junho červen czerwca haziran июня",
    "july juli julio juillet luglio julho červenec lipca temmuz июля",
    "august agosto août augustus augusti srpen sierpnia ağustos августа",
    "september septiembre septembre settembre setembro září września eylül сентября",
    "october oktober octubre octobre ottobre outubro říjen października ekim октября",
    "november noviembre novembre novembro listopad listopada kasım ноября",
    "december dezember diciembre décembre dicembre dezembro prosinec grudnia aralık декабря",
)
_DAYS = (
    "monday montag lunes lundi lunedì maandag poniedziałek понедельник",
    "tuesday dienstag martes mardi martedì dinsdag wtorek вторник",
    "wednesday mittwoch miércoles mercredi mercoledì woensdag środa среда среду",
    "thursday donnerstag jueves jeudi giovedì donderdag czwartek четверг",
    "friday freitag viernes vendredi venerdì vrijdag piątek пятница пятницу",
    "saturday samstag sonnabend sábado samedi sabato zaterdag sobota суббота субботу",
    "sunday sonntag domingo dimanche domenica zondag niedziela воскресенье",
)
_SHORT_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
# Number words from two on: "one" is an article in too many languages. By language, since "once"
# is eleven in Spanish and "elf" no number in English. The words after the bar are ordinals.
_NUMBER_WORDS: dict[str, str] = {
    "en": "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen twenty"
    " | third=3 fourth=4 fifth=5 sixth=6 seventh=7 eighth=8 ninth=9 tenth=10 thirty=30 forty=40"
    " fifty=50 sixty=60 seventy=70 eighty=80 ninety=90 dozen=12",
    "de": "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn"
    " sechzehn siebzehn achtzehn neunzehn zwanzig"
    " | dreißig=30 vierzig=40 fünfzig=50 sechzig=60 siebzig=70 achtzig=80 neunzig=90 dutzend=12"
    " dritte=3 dritten=3 drittes=3 vierte=4 vierten=4 fünfte=5 fünften=5 sechste=6 sechsten=6"
    " siebte=7 siebten=7 achte=8 achten=8 neunte=9 neunten=9 zehnte=10 zehnten=10",
    "fr": "deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize"
    " | vingt=20 trente=30 quarante=40 cinquante=50 soixante=60 douzaine=12",
    "es": "dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince"
    " | veinte=20 treinta=30 cuarenta=40 cincuenta=50 sesenta=60 docena=12",
    "it": "due tre quattro cinque sei sette otto nove dieci undici dodici | venti=20 trenta=30",
    "pt": "dois três quatro cinco seis sete oito nove dez onze doze | duas=2 vinte=20 trinta=30",
    "nl": "twee drie vier vijf zes zeven acht negen tien elf twaalf | twintig=20 dertig=30",
}
_ISO_DATE = re.compile(r"(?<![\w-])(\d{4})-(\d{2})-(\d{2})(?![\w-])")
_SEASON = re.compile(r"(?<!\d)(\d\d)\d\d[–/-]\Z")
_CAPITAL_MONTHS = frozenset({"en", "de"})
_WORD = re.compile(r"[^\W\d_]+")
_NAME = re.compile(r"(?<![\w-])[^\W\d_a-zß-öø-ÿ][\w'’-]*")
_APART = re.compile(r"(?<![\d.,])(\d{1,3}), (\d{3})(?!\d)")


def figures(text: str, *, language: str = "und") -> list[Figure]:
    """The numbers and parts of dates of a text, in order.

    Number words count from two on; "one" is an article in too many languages.
    """
    text = unicodedata.normalize("NFC", text)
    found = []
    for match in _ISO_DATE.finditer(text):
        year, month, day = (str(int(part)) for part in match.groups())
        found += [Figure(frozenset({value}), "", match[0]) for value in (year, f"m{month}", day)]
    text = _ISO_DATE.sub(lambda match: " " * len(match[0]), text)
    found += [_figure(match, language) for match in _NUMBER.finditer(text)]
    words = _number_words(language)
    for match in _WORD.finditer(text):
        word, capital = match[0].casefold(), match[0][0].isupper()
        value = _CALENDAR.get(word) or (_SHORT.get(word) if capital else None)
        if value and (capital or language not in _CAPITAL_MONTHS):  # "may" is a verb in English
            found.append(Figure(frozenset({value}), "", match[0]))
        elif number := words.get(word):
            found.append(_word_figure(match, text, number, language))
    return found


def missing_figures(claim: Iterable[Figure], evidence: Iterable[Figure]) -> list[Figure]:
    """The figures of a claim that none of the evidence's figures agrees with."""
    known = list(evidence)
    return [figure for figure in claim if not any(figure.agrees(other) for other in known)]


def day_figures(first: date, last: date) -> list[Figure]:
    """What a span of days can be called: its year and month, and the day where it is only one."""
    values = [str(first.year)] if first.year == last.year else []
    if values and first.month == last.month:
        values.append(f"m{first.month}")
        values += [str(first.day), f"d{first.weekday()}"] if first == last else []
    return [Figure(frozenset({value}), "", first.isoformat()) for value in values]


def names(text: str) -> list[str]:
    """Words that are written like names: a capital letter inside a sentence, or digits in a word.

    The first word of a text counts only when it holds a second capital or a digit. In German every
    noun is among them; scripts without capitals have none.
    """
    found = []
    for match in _NAME.finditer(unicodedata.normalize("NFC", text)):
        word = match[0].strip("'’-")
        first = not text[: match.start()].strip(" \t\n\"'“„«»(‘*#¿¡-")
        before = text[: match.start()].rstrip()
        first = first or before[-1:] in (".", "!", "?", ":", "…", "\n")
        if word.casefold() in _CALENDAR:
            continue
        if len(word) > 1 and (not first or sum(map(str.isupper, word)) > 1):
            found.append(word)
    return found


def same_name(name: str, words: Iterable[str]) -> bool:
    """Whether a name occurs among words in some spelling: Nordkorea for Korea, Putins for Putin.

    Compared by sound, roughly: without accents and case, w as v, z as s, y as i. Four letters in
    common at either end are enough, or nearly the same letters.
    """
    wanted = _sound(name)
    for word in words:
        other = _sound(word)
        if wanted == other:
            return True
        short, long = sorted((wanted, other), key=len)
        if len(short) >= 4 and (long.startswith(short) or long.endswith(short)):
            return True
        if len(short) >= 4 and abs(len(wanted) - len(other)) <= 3 and _alike(wanted, other):
            return True
    return False


def _alike(one: str, other: str, *, least: float = 0.85) -> bool:
    """Whether two words are nearly the same; bounds that cost little are asked first."""
    pair = SequenceMatcher(None, one, other)
    bounds = (pair.real_quick_ratio, pair.quick_ratio, pair.ratio)
    return all(bound() >= least for bound in bounds)


def fold(word: str) -> str:
    """A word without case, accents and the possessive s."""
    bare = re.sub(r"['’]s?$", "", word).casefold()
    letters = unicodedata.normalize("NFD", bare)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@cache
def _number_words(language: str) -> dict[str, str]:
    """Each number word of a language with its value; of all languages where it is not known."""
    if language not in _NUMBER_WORDS and language != "und":
        return {}
    codes = [language] if language in _NUMBER_WORDS else list(_NUMBER_WORDS)
    found: dict[str, str] = {}
    for code in codes:
        plain, _, rest = _NUMBER_WORDS[code].partition(" | ")
        found |= {word: str(value) for value, word in enumerate(plain.split(), 2)}
        found |= dict(pair.split("=") for pair in rest.split())
    return found


@lru_cache(maxsize=20_000)
def _sound(word: str) -> str:
    """A spelling that many transcriptions of a name share."""
    folded = fold(word)
    for written, sound in (("sch", "s"), ("sh", "s"), ("kh", "k"), ("ch", "k"), ("ph", "f")):
        folded = folded.replace(written, sound)
    return folded.translate(_SOUNDS)


_SOUNDS = str.maketrans("wzyjcq", "vsiikk")


def _figure(match: re.Match[str], language: str) -> Figure:
    number, scale, unit, end = match["number"], 0, "", match.end("number")
    before = (match["before"] or "").strip().casefold()
    unit = _UNITS.get(before[-1:], "") if before else ""
    for part in ("after", "then"):
        word = (match[part] or "").rstrip(".").casefold()
        if not word:
            break
        if power := _scale(word, language):
            scale += power
        elif word in _UNITS and not (word == "m" and not match["gap"] and part == "after"):
            unit = unit or _UNITS[word]
        else:
            break
        end = match.end(part)
    values = frozenset(_scaled(value, scale) for value in _readings(number))
    start = match.start()
    if century := _SEASON.search(match.string, max(0, start - 5), start):  # 2018–19
        values |= {century[1] + number} if len(number) == 2 else set()
    return Figure(values, unit, match.string[start:end].strip(" .,"))


def _word_figure(match: re.Match[str], text: str, value: str, language: str) -> Figure:
    rest = _WORD.match(text, match.end() + 1)
    scale = _scale(rest[0].casefold(), language) if rest else 0
    end = rest.end() if rest and scale else match.end()
    return Figure(frozenset({_scaled(Decimal(value), scale)}), "", text[match.start() : end])


def _scale(word: str, language: str) -> int:
    if word in ("billion", "billions"):
        return 12 if language in _LONG_SCALE and word == "billion" else 9
    return _SCALES.get(word, 0)


def _readings(number: str) -> list[Decimal]:
    """What digits with separators may mean: 10,000 is ten thousand, 3,5 three and a half."""
    digits = "".join(str(unicodedata.decimal(c)) if c.isdecimal() else c for c in number)
    digits = re.sub(rf"[{_SPACE}'’]", "", digits).replace("٬", ",").replace("٫", ".")
    marks = [c for c in digits if c in ".,"]
    if not marks:
        return [Decimal(digits)]
    groups = re.split(r"[.,]", digits)
    grouped = all(len(group) == 3 for group in groups[1:]) and len(groups[0]) <= 3
    readings = []
    if len(set(marks)) == 1:
        if grouped and groups[0] != "0":
            readings.append(Decimal("".join(groups)))
        if len(marks) == 1 and not (readings and groups[1] == "000"):
            readings.append(Decimal(".".join(groups)))
    elif len(set(marks[:-1])) == 1:
        readings.append(Decimal("".join(groups[:-1]) + "." + groups[-1]))
    return readings or [Decimal("".join(groups))]


def _scaled(value: Decimal, scale: int) -> str:
    written = f"{value.scaleb(scale):f}" if value else "0"
    return written.rstrip("0").rstrip(".") if "." in written else written


_CALENDAR: dict[str, str] = {
    **{word: f"m{at}" for at, line in enumerate(_MONTHS, 1) for word in line.split()},
    **{word: f"d{at}" for at, line in enumerate(_DAYS) for word in line.split()},
}
_SHORT: dict[str, str] = {word: f"m{at}" for at, word in enumerate(_SHORT_MONTHS, 1)}


def join_figures(text: str, *, known: Collection[str]) -> str:
    """Mend a figure that a model wrote apart ("3, 000") where the evidence has it whole."""

    def joined(match: re.Match[str]) -> str:
        whole = match[1] + match[2]
        return f"{match[1]},{match[2]}" if whole in known else match[0]

    return _APART.sub(joined, text)
