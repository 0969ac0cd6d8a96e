"""Measure retrieval beside what people use today, in one table, through `Assistant.search`.

    python tests/benchmarks/retrieval.py --data ../shared/data --cache DIR

Each corpus is written as files and indexed by an assistant of its own; every way of searching gets
the same passages and the same vectors. Choices (weights, constants) were made on the odd-numbered
documents; the even ones and all are shown beside them.
"""

import argparse
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # before the embedder loads
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # else the times depend on busy neighbours

import datasets
import newssets
import numpy as np
import systems
from cached import CachedEmbedder
from systems import (
    DENSE,
    ESTIMATED,
    FUSION,
    KEYWORDS,
    OURS,
    OUT_OF_THE_BOX,
    PLAIN_FUSION,
    Indexed,
    Search,
)
from tables import Row, Table, commit, report
from trials import Corpus, Trial

RESULTS = Path(__file__).resolve().parent / "results"
SETS = {
    "xquad": datasets.xquad,
    "belebele": datasets.belebele,
    "realtimeqa": newssets.realtimeqa,
    "ntrex": newssets.ntrex,
    "mtrag_un": newssets.mtrag_un,
}


def main() -> None:
    arguments = _arguments()
    commit()
    embedder = CachedEmbedder(arguments.cache)
    unknown = CachedEmbedder(arguments.cache, name="unknown")
    trials = [trial for name in arguments.sets for trial in load(name, arguments.data)]
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    text = ""
    for tables in measure(trials, embedder=embedder, unknown=unknown):
        text = report(tables, embedder=embedder.name, sets=arguments.sets, every=SETS)
        arguments.out.write_text(text, "utf-8")
    print(text)


def load(name: str, folder: Path) -> list[Trial]:
    """The trials of one set. Exits with a sentence when its folder is not there."""
    if not (folder / name).is_dir():
        raise SystemExit(
            f"There is no folder {folder / name}. Name the folder that holds it with --data DIR, "
            "or leave the set out with --sets."
        )
    return SETS[name](folder / name)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    folder = Path(tempfile.gettempdir()) / "assistant-benchmarks"
    out = RESULTS / f"retrieval-{date.today().isoformat()}.md"
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="the data sets")
    parser.add_argument("--cache", type=Path, default=folder, help="folder for embeddings")
    parser.add_argument("--sets", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--out", type=Path, default=out, help="where the table goes")
    return parser.parse_args()


def measure(
    trials: Sequence[Trial], *, embedder: CachedEmbedder, unknown: CachedEmbedder
) -> Iterator[dict[str, Table]]:
    """Ask every trial's questions in every way; gives what is there after each corpus.

    `unknown` is the same embedder under a name for which no language map ships.
    """
    with_bm25 = systems.has_bm25_retriever()
    tables: dict[str, Table] = {}
    corpora = {trial.corpus.name: trial.corpus for trial in trials}
    for name, corpus in corpora.items():
        ways = _ways(corpus, embedder=embedder, unknown=unknown, with_bm25=with_bm25)
        for system, search in ways:
            for trial in (trial for trial in trials if trial.corpus.name == name):
                table = tables.setdefault(
                    trial.row, Table(np.asarray(trial.documents), trial.counts)
                )
                row = table.rows.setdefault(system, Row(trial.counts))
                _ask(trial, search=search, row=row, embedder=embedder)
        print(f"{time.strftime('%H:%M:%S')} {name} done", flush=True)
        yield tables


def _ways(
    corpus: Corpus, *, embedder: CachedEmbedder, unknown: CachedEmbedder, with_bm25: bool
) -> Iterator[tuple[str, Search]]:
    """Every way of searching a corpus; in a mixed one also ours without the map that ships."""
    if len({source.language for source in corpus.articles}) > 1:
        with (
            tempfile.TemporaryDirectory(prefix="assistant-benchmark-") as folder,
            Indexed(corpus, folder=Path(folder), embedder=unknown) as indexed,
        ):
            yield ESTIMATED, indexed.ours
    with (
        tempfile.TemporaryDirectory(prefix="assistant-benchmark-") as folder,
        Indexed(corpus, folder=Path(folder), embedder=embedder) as indexed,
    ):
        dense, keywords = systems.dense(indexed.passages, embedder=embedder), indexed.keywords()
        yield OURS, indexed.ours
        yield DENSE, dense
        yield KEYWORDS, keywords
        if with_bm25:
            yield FUSION, systems.llamaindex_fusion(indexed.passages, embedder=embedder)
        else:
            yield PLAIN_FUSION, systems.plain_fusion(dense, keywords)
        yield OUT_OF_THE_BOX, systems.llamaindex_out_of_the_box(corpus, embedder=embedder)


def _ask(trial: Trial, *, search: Search, row: Row, embedder: CachedEmbedder) -> None:
    """Ask all questions of a trial; the time is that of the search, not of the embedding."""
    ranks = []
    days = trial.today or [None] * len(trial.questions)
    for question, wanted, today in zip(trial.questions, trial.gold, days, strict=True):
        embedder.query(question)
        started = time.perf_counter()
        found = search(question, today)
        row.milliseconds.append((time.perf_counter() - started) * 1000)
        at = {number: rank for rank, some in enumerate(found, start=1) for number in some}
        ranks.append(tuple(at.get(number, 0) for number in wanted))
    row.ranks.append(ranks)
    row.languages.append(trial.language)


if __name__ == "__main__":
    main()
