"""Measure how long a search takes, with and without filters, beside embedding the question.

    python tests/benchmarks/search_speed.py [--passages N] [--folder DIR]

The articles are made: words whose frequencies fall as those of a language do, two languages, ten
outlets, three years; the vectors are random, so that embedding costs nothing. They are synced by
the product and searched through `Assistant.search`. DIR keeps the corpus for the next run. Chroma's
own `where` over the same vectors stands beside the filtered rows; it answers with IDs alone, where
the product reads texts, adds keywords and groups by article. One BLAS thread; the table is written
to tests/benchmarks/results/search_speed.md.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from hashed import HashedEmbedder
from tables import measured_on

from assistant import Assistant

RESULT = Path(__file__).parent / "results" / "search_speed.md"
WORDS, FIRST_DAY, DAYS = 30_000, date(2022, 1, 1), 1096
OUTLETS = tuple(f"Outlet {letter}" for letter in "ABCDEFGHI")
RARE = "Gazette"
RARE_EVERY = 100
PARAGRAPHS, SENTENCES, SENTENCE_WORDS = 5, 9, 16
SYLLABLES = (
    *("ba", "de", "fi", "go", "hu", "ka", "le", "mi", "no", "pu", "ra", "se", "ti", "vo", "wu"),
    *("za", "bre", "cli", "dro", "fru", "gla"),
)
FILTERS: Mapping[str, dict[str, Any]] = {
    "none": {},
    "language (half)": {"language": "de"},
    "outlet (11 %)": {"outlet": "Outlet C"},
    "outlet (1 %)": {"outlet": RARE},
    "a month (3 %)": {"since": "2023-03-01", "until": "2023-03-31"},
    "since (half)": {"since": "2023-07-02"},
}
FUNCTION_WORDS = {
    "en": (
        *("the", "of", "and", "to", "in", "that", "was", "for", "on", "with"),
        *("as", "by", "is", "at", "from", "it", "this", "which", "had", "are"),
    ),
    "de": (
        *("der", "die", "und", "in", "den", "von", "zu", "das", "mit", "sich"),
        *("des", "auf", "für", "ist", "im", "dem", "nicht", "ein", "eine", "als"),
    ),
}
"""Half of all words, so that the language is known; no keywords."""


class Words:
    """Made words, the first ones frequent and the last ones rare (Zipf's law)."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        made: dict[str, None] = {}
        while len(made) < WORDS:
            made["".join(chance.choices(SYLLABLES, k=chance.randint(2, 4)))] = None
        self.all = list(made)
        self._weights = np.cumsum(1 / np.arange(3, WORDS + 3)).tolist()

    def draw(self, count: int) -> list[str]:
        return self._chance.choices(self.all, cum_weights=self._weights, k=count)


def write_corpus(folder: Path, *, passages: int, chance: random.Random) -> None:
    """Articles of five passages each as Markdown files."""
    words = Words(chance)
    folder.mkdir(parents=True)
    for number in range(passages // PARAGRAPHS):
        language = chance.choice(("en", "de"))
        paragraphs = [
            " ".join(sentence(words, chance, language) for _ in range(SENTENCES))
            for _ in range(PARAGRAPHS)
        ]
        outlet = RARE if number % RARE_EVERY == 0 else chance.choice(OUTLETS)
        facts = {
            "title": " ".join(words.draw(5)).capitalize(),
            "language": language,
            "outlet": outlet,
            "date": (FIRST_DAY + timedelta(days=chance.randrange(DAYS))).isoformat(),
        }
        front = "\n".join(f"{name}: {value}" for name, value in facts.items())
        text = f"---\n{front}\n---\n\n" + "\n\n".join(paragraphs) + "\n"
        (folder / f"{number:06}.md").write_text(text, "utf-8")


def sentence(words: Words, chance: random.Random, language: str) -> str:
    """Made words with function words between them."""
    known = FUNCTION_WORDS[language]
    parts = [f"{chance.choice(known)} {word}" for word in words.draw(SENTENCE_WORDS // 2)]
    return " ".join(parts).capitalize() + "."


def questions(count: int, *, chance: random.Random) -> list[str]:
    """Eight words each, as frequent as those of the texts; no two alike."""
    words = Words(random.Random("speed"))
    chosen = []
    for _ in range(count):
        rare = chance.sample(words.all, 3)
        chosen.append(" ".join([*words.draw(5), *rare]) + "?")
    return chosen


def timed(search: Callable[[str], object], asked: Sequence[str]) -> tuple[float, float]:
    """Median and 95th percentile in milliseconds, after one search to warm up."""
    search("warm up")
    spent = []
    for question in asked:
        began = time.perf_counter()
        search(question)
        spent.append(1000 * (time.perf_counter() - began))
    return float(np.median(spent)), float(np.percentile(spent, 95))


def chroma(assistant: Assistant, folder: Path) -> Callable[[str, Mapping[str, Any]], object]:
    """The same passages in a collection of Chroma with what is filtered by, as most tools do it."""
    import chromadb

    client = chromadb.PersistentClient(str(folder))
    collection = client.get_or_create_collection(
        "passages", embedding_function=None, configuration={"hnsw": {"space": "cosine"}}
    )
    embedder, catalogue = HashedEmbedder(), assistant._parts.index().catalogue
    known = {article.id: article for article in assistant.articles()}
    if not collection.count():
        after = 0
        while (batch := catalogue.vectors_after(after, most=4000))[0]:
            numbers, rows = batch
            after, found = numbers[-1], catalogue.passages(numbers)
            collection.add(
                ids=[str(number) for number in numbers],
                embeddings=rows,
                metadatas=[
                    {
                        "language": known[found[n].article_id].language,
                        "outlet": known[found[n].article_id].outlet,
                        "day": date.fromisoformat(
                            known[found[n].article_id].published or "2022-01-01"
                        ).toordinal(),
                    }
                    for n in numbers
                ],
            )

    def search(question: str, filters: Mapping[str, Any]) -> object:
        conditions: list[dict[str, Any]] = [
            {name: filters[name]} for name in ("language", "outlet") if name in filters
        ]
        for name, sign in (("since", "$gte"), ("until", "$lte")):
            if name in filters:
                day = date.fromisoformat(filters[name]).toordinal()
                conditions.append({"day": {sign: day}})
        where = {"$and": conditions} if len(conditions) > 1 else (conditions or [None])[0]
        return collection.query(
            query_embeddings=[embedder.query(question)],
            n_results=10,
            where=where,
            include=["metadatas"],
        )

    return search


def rows(assistant: Assistant, *, folder: Path, asked: Sequence[str]) -> Iterator[str]:
    """The table's lines: exact search, Chroma behind the product, Chroma's where alone."""
    where = chroma(assistant, folder / "chroma")
    exact = {
        name: timed(lambda q, f=filters: assistant.search(q, **f), asked)  # type: ignore[misc]
        for name, filters in FILTERS.items()
    }
    assistant.warm()
    for name, filters in FILTERS.items():
        cached = timed(lambda q, f=filters: assistant.search(q, **f), asked)  # type: ignore[misc]
        alone = timed(lambda q, f=filters: where(q, f), asked)  # type: ignore[misc]
        cells = [f"{median:.1f} / {p95:.1f}" for median, p95 in (exact[name], cached, alone)]
        yield f"| {name} | {' | '.join(cells)} |"


def main() -> int:
    """Measure, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--passages", type=int, default=10_000)
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--folder", type=Path, help="keep the corpus here")
    parser.add_argument("--out", type=Path, default=RESULT, help="the file with the table")
    arguments = parser.parse_args()
    folder = arguments.folder or Path(tempfile.mkdtemp())
    if not (folder / "articles").exists():
        write_corpus(
            folder / "articles", passages=arguments.passages, chance=random.Random("speed")
        )
    asked = questions(arguments.questions, chance=random.Random("questions"))
    corpus = {"data": folder / "data", "embedder": HashedEmbedder(), "engine": "quotes"}
    with Assistant(folder / "articles", **corpus) as assistant:
        assistant.sync()  # leaves Chroma open
    with Assistant(folder / "articles", **corpus) as assistant:
        count = assistant.status().passages
        lines = [
            "# Speed of a search",
            "",
            f"{measured_on()} · one BLAS thread",
            "",
            f"{count:,} passages of {len(assistant.articles()):,} made articles, "
            f"{len(asked)} questions one after another; milliseconds, median / 95th percentile, "
            "without embedding the question.",
            "",
            "| filter | product, exact search | product, Chroma open | Chroma's `where` alone |",
            "|---|---|---|---|",
            *rows(assistant, folder=folder, asked=asked),
        ]
    table = "\n".join(lines) + "\n"
    print(table)
    arguments.out.write_text(table, encoding="utf-8")
    if not arguments.folder:
        shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
