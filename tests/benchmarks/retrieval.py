"""Measure retrieval beside what people use today, in one table, through `Assistant.search`.

    python tests/benchmarks/retrieval.py --data ../shared/data --cache DIR --sets xquad belebele

Each set's paragraphs become the articles of an assistant of their own (one Markdown file, one
passage each, without a title), and every way of searching gets the same passages and the same
vectors. Recall counts the one paragraph a question was written for. Choices (weights, constants)
were made on the odd-numbered documents; the even ones and all are shown beside them. Intervals are
bootstrapped over documents, since the questions of one document hang together.
"""

import argparse
import os
import platform
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from statistics import median

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # before the embedder loads
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # else the times depend on busy neighbours

import numpy as np
import systems
from cached import CachedEmbedder
from datasets import NOT_RUN, Corpus, Trial, load
from numpy.typing import NDArray
from systems import DENSE, FUSION, KEYWORDS, OURS, OUT_OF_THE_BOX, PLAIN_FUSION, Indexed, Search

RESULTS = Path(__file__).resolve().parent / "results"
SETS = ("xquad", "belebele")
RESAMPLES = 2000
CLOSE = 0.005
"""Ours may be below the better of dense and keywords by this, or by half the paired interval."""

Floats = NDArray[np.float64]


@dataclass
class Row:
    """What one way of searching found in the trials of one row: ranks from 1, 0 for not found."""

    languages: list[str] = field(default_factory=list)
    ranks: list[NDArray[np.int64]] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)

    def recall(self, at: int) -> Floats:
        """For each question, the share of the trials that found its paragraph by this rank."""
        return np.mean([(ranks > 0) & (ranks <= at) for ranks in self.ranks], axis=0)

    def reciprocal_rank(self) -> Floats:
        """For each question the mean of 1 / rank, 0 where it was not among the first ten."""
        return np.mean([np.where(r > 0, 1 / np.maximum(r, 1), 0.0) for r in self.ranks], axis=0)


@dataclass
class Table:
    """All rows of one data set row: its way of searching -> what was found, and the documents."""

    documents: NDArray[np.int64]
    rows: dict[str, Row] = field(default_factory=dict)


def main() -> None:
    arguments = _arguments()
    _commit()
    embedder = CachedEmbedder(arguments.cache)
    trials = [trial for name in arguments.sets for trial in load(name, arguments.data)]
    arguments.out.parent.mkdir(parents=True, exist_ok=True)
    text = ""
    for tables in measure(trials, embedder=embedder):
        text = report(tables, embedder=embedder, sets=arguments.sets)
        arguments.out.write_text(text, "utf-8")
    print(text)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    folder = Path(tempfile.gettempdir()) / "assistant-benchmarks"
    out = RESULTS / f"retrieval-{date.today().isoformat()}.md"
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="the data sets")
    parser.add_argument("--cache", type=Path, default=folder, help="folder for embeddings")
    parser.add_argument("--sets", nargs="+", choices=[*SETS, *NOT_RUN], default=SETS)
    parser.add_argument("--out", type=Path, default=out, help="where the table goes")
    return parser.parse_args()


# --- measuring ------------------------------------------------------------------------------------


def measure(trials: Sequence[Trial], *, embedder: CachedEmbedder) -> Iterator[dict[str, Table]]:
    """Ask every trial's questions in every way; gives what is there after each corpus."""
    with_bm25 = systems.has_bm25_retriever()
    tables: dict[str, Table] = {}
    corpora = {trial.corpus.name: trial.corpus for trial in trials}
    for name, corpus in corpora.items():
        for system, search in _ways(corpus, embedder=embedder, with_bm25=with_bm25):
            for trial in (trial for trial in trials if trial.corpus.name == name):
                documents = np.asarray([corpus.documents[at] for at in trial.gold])
                table = tables.setdefault(trial.row, Table(documents))
                row = table.rows.setdefault(system, Row())
                _ask(trial, search=search, row=row, embedder=embedder)
        print(f"{time.strftime('%H:%M:%S')} {name} done", flush=True)
        yield tables


def _ways(
    corpus: Corpus, *, embedder: CachedEmbedder, with_bm25: bool
) -> Iterator[tuple[str, Search]]:
    """Every way of searching a corpus, ours first."""
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
        yield (
            OUT_OF_THE_BOX,
            systems.llamaindex_out_of_the_box(indexed.passages, embedder=embedder),
        )


def _ask(trial: Trial, *, search: Search, row: Row, embedder: CachedEmbedder) -> None:
    """Ask all questions of a trial; the time is that of the search, not of the embedding."""
    ranks = []
    for question, wanted in zip(trial.questions, trial.gold, strict=True):
        embedder.query(question)
        started = time.perf_counter()
        found = search(question)
        row.milliseconds.append((time.perf_counter() - started) * 1000)
        ranks.append(found.index(wanted) + 1 if wanted in found else 0)
    row.ranks.append(np.asarray(ranks))
    row.languages.append(trial.language)


def interval(values: Floats, *, documents: NDArray[np.int64]) -> tuple[float, float]:
    """The 95 % interval of the mean: documents are drawn with all their questions."""
    names = np.unique(documents)
    sums = np.asarray([values[documents == name].sum() for name in names])
    counts = np.asarray([(documents == name).sum() for name in names])
    drawn = np.random.default_rng(1).integers(0, len(names), (RESAMPLES, len(names)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


# --- telling --------------------------------------------------------------------------------------


def report(tables: dict[str, Table], *, embedder: CachedEmbedder, sets: Sequence[str]) -> str:
    """The whole result as Markdown."""
    date_line = (
        f"{date.today().isoformat()} · {os.cpu_count()} cores, {platform.machine()} · "
        f"commit {_commit()} · one BLAS thread · embedder {embedder.name}"
    )
    parts = [
        "# Retrieval",
        date_line,
        f"`python tests/benchmarks/retrieval.py --sets {' '.join(sets)}`",
        _EXPLAINED,
        *(part for name, table in tables.items() for part in (f"## {name}", _found(table))),
        "## Ours against the others",
        "Difference of recall at 1, all documents (95 % paired interval) and even ones alone. "
        f'"Holds" says that ours is not below the better of dense and keywords by more than {CLOSE}'
        " or half the interval, whichever is larger.",
        _differences(tables),
        "## Not run",
        _not_run(sets),
    ]
    return "\n\n".join(parts) + "\n"


_EXPLAINED = """\
Recall of the right paragraph at rank 1, 5 and 10; MRR over the first ten; milliseconds a query at
the median, without the embedding of the question. Odd documents: the half choices were made on.
LlamaIndex fusion is its `QueryFusionRetriever` (reciprocal rank) over its dense and BM25
retrievers, ten of each, BM25 with the corpus's own language where it has one. LlamaIndex out of
the box has `SentenceSplitter(1024)` and gives two hits, so its recall at 5 is that at 2."""


def _not_run(sets: Sequence[str]) -> str:
    left_out = [f"- {name}: not named in --sets." for name in SETS if name not in sets]
    unread = [f"- {text}: this script does not read the set yet." for text in NOT_RUN.values()]
    return "\n".join(left_out + unread)


def _found(table: Table) -> str:
    lines = [
        "| | R@1 all (95 %) | R@1 odd | R@1 even | R@5 | R@10 | MRR | ms |",
        "|---|---|---|---|---|---|---|---|",
    ]
    odd = table.documents % 2 == 1
    for system, row in table.rows.items():
        first = row.recall(1)
        low, high = interval(first, documents=table.documents)
        figures = (
            f"{first.mean():.3f} ({low:.3f}–{high:.3f})",
            *(f"{value.mean():.3f}" for value in (first[odd], first[~odd])),
            *(f"{row.recall(at).mean():.3f}" for at in (5, 10)),
            f"{row.reciprocal_rank().mean():.3f}",
            _milliseconds(row),
        )
        lines.append(f"| {system} | {' | '.join(figures)} |")
    if len(set(next(iter(table.rows.values())).languages)) > 1:
        lines += ["", _by_language(table)]
    return "\n".join(lines)


def _milliseconds(row: Row) -> str:
    middle = median(row.milliseconds)
    return f"{middle:.1f}" if middle >= 1 else f"{middle:.2f}"


def _by_language(table: Table) -> str:
    """Recall at 1 of each question language, worst last."""
    rows = table.rows
    first = {
        system: {
            code: float((ranks == 1).mean())
            for code, ranks in zip(row.languages, row.ranks, strict=True)
        }
        for system, row in rows.items()
    }
    codes = sorted(first[OURS], key=lambda code: -first[OURS][code])
    lines = [
        f"| R@1 by question language | {' | '.join(codes)} | worst |",
        "|---" * (len(codes) + 2) + "|",
    ]
    for system, by_code in first.items():
        cells = [f"{by_code[code]:.3f}" for code in codes]
        worst = min(by_code, key=lambda code: by_code[code])
        lines.append(f"| {system} | {' | '.join(cells)} | {worst} {by_code[worst]:.3f} |")
    return "\n".join(lines)


def _differences(tables: dict[str, Table]) -> str:
    fusion = FUSION if FUSION in next(iter(tables.values())).rows else PLAIN_FUSION
    lines = [
        f"| set | against dense or keywords, the better | holds | against {fusion} |",
        "|---|---|---|---|",
    ]
    for name, table in tables.items():
        first = {system: row.recall(1) for system, row in table.rows.items()}
        better = max((DENSE, KEYWORDS), key=lambda system: first[system].mean())
        difference = first[OURS] - first[better]
        low, high = interval(difference, documents=table.documents)
        holds = "yes" if difference.mean() >= -max(CLOSE, (high - low) / 2) else "**no**"
        against = _difference(first[OURS] - first[fusion], table)
        lines.append(
            f"| {name} | {better}: {_difference(difference, table)} | {holds} | {against} |"
        )
    return "\n".join(lines)


def _difference(values: Floats, table: Table) -> str:
    low, high = interval(values, documents=table.documents)
    even = values[table.documents % 2 == 0].mean()
    return f"{values.mean():+.3f} ({low:+.3f} to {high:+.3f}), even {even:+.3f}"


@cache
def _commit() -> str:
    """The commit this runs on; asked at the start, since others may go on meanwhile."""
    command = ["git", "-C", str(RESULTS.parent), "rev-parse", "--short", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"


if __name__ == "__main__":
    main()
