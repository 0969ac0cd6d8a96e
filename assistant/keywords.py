"""Turn text into keyword terms: what is indexed of a passage and what is asked of the index.

A term is made of letters, marks and digits only, so it can be quoted for FTS5 as it stands; the
index wants `tokenize = 'ascii'`, which takes every character above ASCII as part of a term.
"""

import re
import threading
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from importlib import import_module
from itertools import pairwise
from typing import Any

from assistant.stopwords import stop_words

VERSION = "1"
"""Changes whenever the terms of a text change, so that an index can tell it must be rebuilt."""

LONGEST_TERM = 48

# Marks are no word characters to Python; without them the words of Hindi or Thai fall apart.
_MARKS = (
    "\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a"
    "\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0711\u0730-\u074a"
    "\u0900-\u0903\u093a-\u093c\u093e-\u094f\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc"
    "\u09be-\u09cd\u09d7\u09e2\u09e3\u0a01-\u0a03\u0a3c-\u0a51\u0a70\u0a71\u0a81-\u0a83\u0abc"
    "\u0abe-\u0acd\u0b01-\u0b03\u0b3c\u0b3e-\u0b57\u0b82\u0bbe-\u0bcd\u0c00-\u0c04\u0c3e-\u0c56"
    "\u0c81-\u0c83\u0cbc\u0cbe-\u0cd6\u0d00-\u0d03\u0d3b-\u0d4d\u0d57\u0dca-\u0ddf\u0e31"
    "\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u0f18\u0f19\u0f35\u0f37\u0f39"
    "\u0f71-\u0f84\u0f8d-\u0fbc\u102b-\u103e\u1056-\u1059\u17b4-\u17d3\u20d0-\u20f0\u3099\u309a"
)
_HAN_KANA_HANGUL = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u3130-\u318f\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_SOUTH_EAST_ASIA = "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff"
_UNSPACED = _HAN_KANA_HANGUL + _SOUTH_EAST_ASIA

_TOKEN = re.compile(
    rf"(?P<number>(?<![^\W_{_UNSPACED}])(?<!\d[.,])(?:"
    r"\d{1,3}(?:(?P<mark>[.,'’٬ ])\d{3}(?:(?P=mark)\d{3})*)(?P<rest>[.,٫]\d+)?"
    rf"|\d+[.,٫]\d+)(?![^\W_{_UNSPACED}]|[.,٫]\d))"
    r"|(?P<letters>(?<![^\W_])(?:[^\W\d_]\.){2,}(?:[^\W\d_](?![^\W_]))?)"
    rf"|(?P<word>[^\W_](?:[^\W_]|[{_MARKS}])*)"
)
_RUN = re.compile(rf"(?P<unspaced>[{_UNSPACED}]+)|(?P<spaced>[^{_UNSPACED}]+)")
_CLUSTER = re.compile(rf".[{_MARKS}]*", re.DOTALL)
_PARTS = re.compile(r"\d+|[^\W\d_]+")
_INVISIBLE = re.compile("[\u00ad\u0640\u200b-\u200f\u202a-\u202e\u2060\ufeff]")
_SCRIPTS_THAT_FOLD = re.compile("[\u00c0-\u052f\u0590-\u06ff\u1e00-\u1fff]")
_LETTERS_WITHOUT_ACCENT = str.maketrans(
    {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
    | {"ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "ħ": "h", "ŋ": "n"}
)
_STEMMERS = {
    "ar": "arabic", "ca": "catalan", "cs": "czech", "da": "danish", "de": "german", "el": "greek",
    "en": "english", "es": "spanish", "et": "estonian", "eu": "basque", "fa": "persian",
    "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian",
    "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian",
    "ne": "nepali", "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pl": "polish",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "sr": "serbian", "sv": "swedish",
    "ta": "tamil", "tr": "turkish", "yi": "yiddish",
}  # fmt: skip
_local = threading.local()


def index_terms(text: str, *, language: str) -> list[str]:
    """The terms of a passage in `language` (ISO 639-1), in order and with repetitions."""
    return list(_terms(text, language))


def query_terms(text: str, *, language: str) -> list[str]:
    """The terms of a question asked of passages in `language`, each once, in order.

    Empty when the question holds nothing but stop words.
    """
    return list(dict.fromkeys(_terms(text, language)))


def _terms(text: str, language: str) -> Iterator[str]:
    stop = stop_words(language)
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    for match in _TOKEN.finditer(text):
        if match["number"]:
            yield from _number(match)
        elif match["letters"]:
            yield _fold(match["letters"].replace(".", "").casefold())
        else:
            yield from _word(match["word"], language, stop)


def _number(match: re.Match[str]) -> Iterator[str]:
    """One spelling for 10,000, 10.000, 10 000 and 10'000; 3.5 and 3,5 become 3p5."""
    whole = match["number"]
    if match["mark"]:
        head = whole[: len(whole) - len(match["rest"] or "")]
        digits = _digits("".join(filter(str.isdecimal, head)))
        if match["mark"] == " ":  # may be two numbers side by side
            yield from (_digits(part) for part in head.split())
        yield digits + ("p" + _digits(match["rest"][1:]) if match["rest"] else "")
    else:
        yield "p".join(_digits(part) for part in re.split(r"[.,٫]", whole))


def _digits(text: str) -> str:
    return text if text.isascii() else "".join(str(unicodedata.decimal(c, c)) for c in text)


def _word(word: str, language: str, stop: frozenset[str]) -> Iterator[str]:
    if word.isascii():
        yield from _spaced(word, language, stop)
        return
    for run in _RUN.finditer(word):
        if run["unspaced"]:
            yield from _pairs(run["unspaced"])
        else:
            yield from _spaced(run["spaced"], language, stop)


def _spaced(word: str, language: str, stop: frozenset[str]) -> Iterator[str]:
    """The stem of a word of a script with spaces; nothing for a stop word."""
    lower = word.casefold()
    if not word.isalpha() and any(map(str.isdecimal, word)):
        yield from _with_digits(lower)
    elif lower in stop and not _is_acronym(word):
        return
    elif len(lower) > 1 or word.isupper():
        yield stem(lower[:LONGEST_TERM], language=language)


def _is_acronym(word: str) -> bool:
    """Whether capitals say that US or WHO is not the pronoun."""
    return word.isupper() and 2 <= len(word) <= 5


def _with_digits(word: str) -> Iterator[str]:
    """A number as digits; what mixes letters and digits also in its longer parts (covid19)."""
    word = _digits(word)[:LONGEST_TERM]
    yield _fold(word)
    if not word.isdecimal():
        yield from (_fold(part) for part in _PARTS.findall(word) if len(part) > 1)


def _pairs(run: str) -> Iterator[str]:
    """Overlapping pairs of characters, each with its marks: words where none are spaced."""
    clusters = _CLUSTER.findall(run)
    if len(clusters) == 1:
        yield clusters[0]
    for left, right in pairwise(clusters):
        yield left + right


@lru_cache(maxsize=100_000)
def stem(word: str, *, language: str) -> str:
    """The Snowball stem without accents; the word without accents where there is no stemmer."""
    name = _STEMMERS.get(language)
    return _fold(_stemmer(name).stemWord(word) if name else word)


def _stemmer(name: str) -> Any:
    """This thread's stemmer: they keep the word they work on, so threads must not share one.

    Always the one in Python: `snowballstemmer.stemmer` would take PyStemmer where it is installed,
    whose stems are those of another version and whose older releases lack some languages.
    """
    stemmers: dict[str, Any] = _local.__dict__.setdefault("stemmers", {})
    if name not in stemmers:
        module = import_module(f"snowballstemmer.{name}_stemmer")
        stemmers[name] = getattr(module, f"{name.capitalize()}Stemmer")()
    return stemmers[name]


def _fold(word: str) -> str:
    """Without accents and umlauts; marks that are vowels of their own stay."""
    if word.isascii() or not _SCRIPTS_THAT_FOLD.search(word):
        return word
    letters = unicodedata.normalize("NFD", word).translate(_LETTERS_WITHOUT_ACCENT)
    return "".join(c for c in letters if not unicodedata.combining(c)) or word
