"""Which language a text or a short question is in, found offline."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from assistant.languages.names import table
from assistant.languages.words import function_words, marks

SAMPLE = 1_500
"""Characters looked at, in three pieces: more changes nothing but the time.

Over 824 news articles in 27 languages (NTREX) 1,000 and 4,000 find the same; a fifth of the reading
of a web page was spent on it.
"""
FEWEST_LETTERS = 12
"""With fewer letters a text is too short to say (dense scripts count three times)."""

_NOISE = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|[\d_]+|[^\w\s'’-]+")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_FOLD = {"nn": "no", "nb": "no", "wuu": "zh", "yue": "zh", "arz": "ar", "ary": "ar", "hbo": "he",
         "grc": "el", "sdh": "ku", "uzs": "uz", "gug": "gn"}  # fmt: skip

# Scripts with one main language; ranges of code points, from the Unicode block chart.
_SCRIPTS: tuple[tuple[int, int, str], ...] = (
    (0x0370, 0x03FF, "el"), (0x1F00, 0x1FFF, "el"), (0x0400, 0x052F, "Cyrl"),
    (0x0530, 0x058F, "hy"), (0x0590, 0x05FF, "he"), (0x0600, 0x06FF, "Arab"),
    (0x0750, 0x077F, "Arab"), (0x0780, 0x07BF, "dv"), (0xFB50, 0xFDFF, "Arab"),
    (0xFE70, 0xFEFC, "Arab"), (0x0900, 0x097F, "Deva"), (0x0980, 0x09FF, "Beng"),
    (0x0A00, 0x0A7F, "pa"), (0x0A80, 0x0AFF, "gu"), (0x0B00, 0x0B7F, "or"),
    (0x0B80, 0x0BFF, "ta"), (0x0C00, 0x0C7F, "te"), (0x0C80, 0x0CFF, "kn"),
    (0x0D00, 0x0D7F, "ml"), (0x0D80, 0x0DFF, "si"), (0x0E00, 0x0E7F, "th"),
    (0x0E80, 0x0EFF, "lo"), (0x0F00, 0x0FFF, "bo"), (0x1000, 0x109F, "my"),
    (0x10A0, 0x10FF, "ka"), (0x1100, 0x11FF, "ko"), (0x1200, 0x139F, "am"),
    (0x1780, 0x17FF, "km"), (0x3040, 0x30FF, "ja"), (0x3400, 0x4DBF, "Hani"),
    (0x4E00, 0x9FFF, "Hani"), (0xAC00, 0xD7AF, "ko"), (0x20000, 0x2FA1F, "Hani"),
)  # fmt: skip
_OF_SCRIPT = {
    "Cyrl": ("ru", "uk", "bg", "sr", "mk", "be", "kk", "ky", "mn", "tg", "tt", "ba"),
    "Arab": ("ar", "fa", "ur", "ps", "ug", "ku", "sd"),
    "Deva": ("hi", "mr", "ne", "sa"),
    "Beng": ("bn", "as"),
    "Hani": ("zh", "ja"),
}
_DENSE = frozenset({"Hani", "ja", "ko", "th"})


def detect(text: str, *, default: str = "und") -> str:
    """Say which language a text is in, as an ISO 639-1 code; `default` when there is too little.

    Scripts that write one language decide alone; otherwise py3langid (140 languages, a naive Bayes
    over byte n-grams, Lui & Baldwin 2012) ranks a sample of the text.
    """
    sample = _sample(text)
    scripts = _scripts(sample)
    if not scripts:
        return default
    weight = sum(count * (3 if script in _DENSE else 1) for script, count in scripts.items())
    if weight < FEWEST_LETTERS:
        return default
    script = _main_script(scripts)
    if script in table():
        return "yi" if script == "he" and _is_yiddish(sample) else script
    candidates = _OF_SCRIPT.get(script)
    return next((code for code, _ in _ranked(sample, candidates=candidates)), default)


def detect_question(text: str, *, corpus: Mapping[str, int]) -> str:
    """Say which language a short question is in; `corpus` counts the articles by language.

    A script decides first, then function words, then single letters; the languages of the corpus
    (and English and German) are preferred, and another is taken only on clear evidence. With no
    evidence at all it is the corpus's main language, else English.
    """
    main = max(corpus, key=lambda code: (corpus[code], code), default="en")
    main = "en" if main == "und" else main
    scripts = _scripts(text)
    if not scripts:
        return main
    script = _main_script(scripts)
    if script in table():
        return script
    likely = [code for code in {*corpus, "en", "de"} if code in table() and code != "und"]
    if script == "Hani":
        return "ja" if "ja" in corpus and "zh" not in corpus else "zh"
    if script in _OF_SCRIPT:
        likely = [code for code in likely if code in _OF_SCRIPT[script]]
    return _weigh(text, script=script, likely=likely, main=main)


def _weigh(text: str, *, script: str, likely: list[str], main: str) -> str:
    """Decide among the languages of one script by function words, letters and letter statistics."""
    words = [word.casefold().replace("’", "'") for word in _WORD.findall(text)]
    of_script = _OF_SCRIPT.get(script)
    scores = _function_score(words, text=text, of_script=of_script)
    ranked = _ranked(text, candidates=of_script)
    shares = _shares(ranked, length=len(text.encode("utf-8")))
    # Letter statistics help only with some text: on one or two words they are a coin toss.
    trust = min(len(words), 8) / 4 if len(words) > 2 else 0.0
    for code, share in shares.items():
        scores[code] += trust * share
    for code in likely:
        scores[code] += 0.6 if scores.get(code) else 0.0
    best = max(scores, key=lambda code: (scores[code], code == main, code in likely), default=main)
    threshold = 0.5 if best in likely else 1.1
    if scores[best] >= threshold:
        return best
    if of_script and main not in of_script:
        return likely[0] if likely else of_script[0]
    return main


def _function_score(
    words: list[str], *, text: str, of_script: Iterable[str] | None
) -> defaultdict[str, float]:
    """Points for a language: its function words, worth less the more languages share them."""
    lists = function_words()
    known = set(of_script) if of_script else set(lists)
    scores: defaultdict[str, float] = defaultdict(float)
    for word in set(words):
        owners = [code for code in lists if code in known and word in lists[code]]
        for code in owners:
            scores[code] += 1 / math.sqrt(len(owners))
    for letter in set(text.lower()) & marks().keys():
        if marks()[letter] in known:
            scores[marks()[letter]] += 1
    return scores


def _ranked(text: str, *, candidates: Iterable[str] | None = None) -> list[tuple[str, float]]:
    """Languages by likelihood, best first, dialects folded into their ISO 639-1 language."""
    import py3langid

    known = set(candidates) if candidates else table().keys()
    cleaned = " ".join(_NOISE.sub(" ", text).split())
    if cleaned.isupper() or cleaned.istitle():
        cleaned = cleaned.lower()
    merged: dict[str, float] = {}
    for code, score in py3langid.rank(cleaned):
        code = _FOLD.get(code, code)
        if code in known and score > -1e30:
            merged.setdefault(code, float(score))
    return list(merged.items())


def _shares(ranked: list[tuple[str, float]], *, length: int) -> dict[str, float]:
    """Turn log likelihoods into shares of one; the square root of the length keeps them honest."""
    if not ranked:
        return {}
    scale = math.sqrt(length or 1)
    raw = {code: math.exp((score - ranked[0][1]) / scale) for code, score in ranked[:12]}
    total = sum(raw.values())
    return {code: value / total for code, value in raw.items()}


def _sample(text: str) -> str:
    if len(text) <= SAMPLE:
        return text
    third, middle = SAMPLE // 3, len(text) // 2
    return "\n".join((text[:third], text[middle : middle + third], text[-third:]))


def _scripts(text: str) -> Counter[str]:
    counts: Counter[str] = Counter()
    for letter, count in Counter(text).items():
        if not letter.isalpha():
            continue
        point = ord(letter)
        if point < 0x370:
            counts["Latn"] += count
            continue
        found = (script for low, high, script in _SCRIPTS if low <= point <= high)
        counts[next(found, "Latn" if point < 0x2000 else "other")] += count
    return counts


def _main_script(scripts: Counter[str]) -> str:
    """The script most letters are in; a little kana makes Chinese characters Japanese."""
    han, kana = scripts.get("Hani", 0), scripts.get("ja", 0)
    if han and kana >= 0.05 * (han + kana):
        scripts = Counter({**scripts, "ja": han + kana, "Hani": 0})
    # A character of these scripts is a syllable or a word: it weighs more than a Latin letter.
    return max(scripts, key=lambda script: scripts[script] * (2 if script in _DENSE else 1))


def _is_yiddish(text: str) -> bool:
    return sum(text.count(mark) for mark in ("ײ", "װ", "ױ", "יי", "וו")) > len(text) / 40
