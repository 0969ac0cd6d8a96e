"""The data sets of parallel paragraphs as trials: XQuAD and Belebele."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from trials import Corpus, Source, Trial, json_lines

XQUAD_LANGUAGES = ("en", "de", "es", "ro", "el", "ru", "tr", "ar", "vi", "th", "zh", "hi")
BELEBELE_FILES = {"en": "belebele_eng_Latn.jsonl", "de": "belebele_deu_Latn.jsonl"}
HALVES = 3


def xquad(folder: Path) -> list[Trial]:
    """XQuAD: one language, across two, half and half, and twelve mixed."""
    read = {code: _read_xquad(folder / f"xquad.{code}.json") for code in XQUAD_LANGUAGES}
    corpora = {code: _corpus(f"xquad-{code}", read, [code] * 240) for code in ("en", "de")}
    trials = [
        _asked(f"XQuAD {text} corpus, {asked} questions", corpora[text], asked, read)
        for text, asked in (("en", "en"), ("de", "de"), ("de", "en"), ("en", "de"))
    ]
    for number in range(HALVES):
        english = set(random.Random(f"half {number}").sample(range(240), 120))
        codes = ["en" if at in english else "de" for at in range(240)]
        half = _corpus(f"xquad-half-{number}", read, codes)
        for asked in ("en", "de"):
            trials.append(_asked(f"XQuAD half/half, {asked} questions", half, asked, read))
    mixed = _corpus("xquad-12", read, [XQUAD_LANGUAGES[at % 12] for at in range(240)])
    row = "XQuAD 12 mixed, mean of 12 languages"
    return trials + [_asked(row, mixed, asked, read) for asked in XQUAD_LANGUAGES]


def belebele(folder: Path) -> list[Trial]:
    """Belebele, English and German: each passage is a document of its own."""
    rows = {code: json_lines(folder / file) for code, file in BELEBELE_FILES.items()}
    trials = []
    for text, asked in (("de", "en"), ("en", "de"), ("en", "en"), ("de", "de")):
        articles = tuple(Source(row["text"], text) for row in rows[text])
        corpus = Corpus(f"belebele-{text}", articles, whole=True)
        wanted = [(item["question"], at) for at, row in enumerate(rows[asked])
                  for item in row["items"]]  # fmt: skip
        questions, gold = zip(*wanted, strict=True)
        trials.append(
            Trial(
                f"Belebele {asked} → {text}",
                corpus,
                asked,
                questions,
                gold=tuple(frozenset({at}) for at in gold),
                documents=tuple(at + 1 for at in gold),
            )
        )
    return trials


@dataclass(frozen=True)
class _Squad:
    texts: tuple[str, ...]
    documents: tuple[int, ...]
    questions: tuple[str, ...]
    gold: tuple[int, ...]


def _read_xquad(file: Path) -> _Squad:
    texts: list[str] = []
    documents: list[int] = []
    asked: list[tuple[str, int]] = []
    for number, article in enumerate(json.loads(file.read_text("utf-8"))["data"], start=1):
        for paragraph in article["paragraphs"]:
            asked += [(entry["question"], len(texts)) for entry in paragraph["qas"]]
            texts.append(paragraph["context"])
            documents.append(number)
    questions, gold = zip(*asked, strict=True)
    return _Squad(tuple(texts), tuple(documents), questions, gold)


def _corpus(name: str, read: dict[str, _Squad], codes: Sequence[str]) -> Corpus:
    """Paragraph i in the language `codes[i]`; the paragraphs are the same in all languages."""
    articles = tuple(Source(read[code].texts[at], code) for at, code in enumerate(codes))
    return Corpus(name, articles, whole=True)


def _asked(row: str, corpus: Corpus, language: str, read: dict[str, _Squad]) -> Trial:
    squad = read[language]
    return Trial(
        row,
        corpus,
        language,
        squad.questions,
        gold=tuple(frozenset({at}) for at in squad.gold),
        documents=tuple(squad.documents[at] for at in squad.gold),
    )
