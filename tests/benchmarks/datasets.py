"""The retrieval data sets as trials: a corpus of paragraphs, and questions that each want one."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

XQUAD_LANGUAGES = ("en", "de", "es", "ro", "el", "ru", "tr", "ar", "vi", "th", "zh", "hi")
BELEBELE_FILES = {"en": "belebele_eng_Latn.jsonl", "de": "belebele_deu_Latn.jsonl"}
HALVES = 3

NOT_RUN = {
    "realtimeqa": "RealTime QA (checked core, supporting articles)",
    "ntrex": "NTREX, headline to body across languages, articles 41 on",
    "mtrag_un": "MTRAG-UN, last turn alone and rewritten question",
}
"""Sets this script does not read yet; naming one says so, and every table lists them."""


@dataclass(frozen=True)
class Corpus:
    """Paragraphs, each one article: its text, its language, and the document it comes from.

    Documents count from 1; choices were made on the odd ones.
    """

    name: str
    texts: tuple[str, ...]
    languages: tuple[str, ...]
    documents: tuple[int, ...]


@dataclass(frozen=True)
class Trial:
    """Questions of one language to one corpus; `gold[i]` is the paragraph question i wants.

    Trials with the same `row` are shown as their mean: the same questions, asked of several
    corpora or in several languages.
    """

    row: str
    corpus: Corpus
    language: str
    questions: tuple[str, ...]
    gold: tuple[int, ...]


def load(name: str, folder: Path) -> list[Trial]:
    """The trials of one set. Exits with a sentence when its folder is not there."""
    if name in NOT_RUN:
        raise SystemExit(f"{NOT_RUN[name]}: not run, this script does not read that set yet.")
    if not (folder / name).is_dir():
        raise SystemExit(
            f"There is no folder {folder / name}. Name the folder that holds it with --data DIR."
        )
    return {"xquad": xquad, "belebele": belebele}[name](folder / name)


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
    rows = {code: _lines(folder / file) for code, file in BELEBELE_FILES.items()}
    trials = []
    for text, asked in (("de", "en"), ("en", "de"), ("en", "en"), ("de", "de")):
        passages = tuple(row["text"] for row in rows[text])
        numbers = tuple(range(1, len(passages) + 1))
        corpus = Corpus(f"belebele-{text}", passages, (text,) * len(passages), numbers)
        wanted = [(item["question"], at) for at, row in enumerate(rows[asked])
                  for item in row["items"]]  # fmt: skip
        name = f"Belebele {asked} → {text}"
        questions, gold = zip(*wanted, strict=True)
        trials.append(Trial(name, corpus, asked, questions, gold))
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
    texts = tuple(read[code].texts[at] for at, code in enumerate(codes))
    return Corpus(name, texts, tuple(codes), read["en"].documents)


def _asked(row: str, corpus: Corpus, language: str, read: dict[str, _Squad]) -> Trial:
    return Trial(row, corpus, language, read[language].questions, read[language].gold)


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
