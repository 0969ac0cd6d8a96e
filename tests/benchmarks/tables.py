"""What was found, as Markdown tables: recall, intervals, and ours against the others.

Intervals are bootstrapped over documents, since the questions of one document hang together.
"""

import os
import platform
import subprocess
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from statistics import median
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from systems import DENSE, FUSION, KEYWORDS, OURS, PLAIN_FUSION

RESAMPLES = 2000
CLOSE = 0.005
"""Ours may be below the better of dense and keywords by this, or by half the paired interval."""

Floats = NDArray[np.float64]
Ranks = list[tuple[int, ...]]
"""For each question the ranks of the articles it wants, from 1; 0 for one that was not found."""


@dataclass
class Row:
    """What one way of searching found in the trials of one row."""

    counts: Literal["any", "share"]
    languages: list[str] = field(default_factory=list)
    ranks: list[Ranks] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)

    def recall(self, at: int) -> Floats:
        """For each question its recall at this rank, the mean of the trials."""
        return np.mean([self.recall_of(ranks, at) for ranks in self.ranks], axis=0)

    def recall_of(self, ranks: Ranks, at: int) -> Floats:
        """For each question of one trial its recall at this rank."""
        shares = [np.mean([0 < rank <= at for rank in wanted]) for wanted in ranks]
        return np.asarray(shares if self.counts == "share" else np.ceil(shares), np.float64)

    def reciprocal_rank(self) -> Floats:
        """For each question the mean of 1 / best rank, 0 where nothing was among the first ten."""
        return np.mean([[_reciprocal(wanted) for wanted in ranks] for ranks in self.ranks], axis=0)


def _reciprocal(wanted: tuple[int, ...]) -> float:
    found = [rank for rank in wanted if rank]
    return 1 / min(found) if found else 0.0


@dataclass
class Table:
    """All rows of one data set row: its way of searching -> what was found, and the documents."""

    documents: NDArray[np.int64]
    counts: Literal["any", "share"] = "any"
    rows: dict[str, Row] = field(default_factory=dict)


def interval(values: Floats, *, documents: NDArray[np.int64]) -> tuple[float, float]:
    """The 95 % interval of the mean: documents are drawn with all their questions."""
    names = np.unique(documents)
    sums = np.asarray([values[documents == name].sum() for name in names])
    counts = np.asarray([(documents == name).sum() for name in names])
    drawn = np.random.default_rng(1).integers(0, len(names), (RESAMPLES, len(names)))
    means = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def report(
    tables: dict[str, Table], *, embedder: str, sets: Sequence[str], every: Collection[str]
) -> str:
    """The whole result as Markdown."""
    date_line = f"{measured_on()} · one BLAS thread · embedder {embedder}"
    left_out = [f"- {name}: not named in --sets." for name in every if name not in sets]
    parts = [
        "# Retrieval",
        date_line,
        f"`python tests/benchmarks/retrieval.py --sets {' '.join(sets)}`",
        _EXPLAINED,
        *(part for name, table in tables.items() for part in (f"## {name}", _found(table))),
        "## Ours against the others",
        "Difference of recall at 1, all documents (95 % paired interval) and even ones alone. "
        f'"Holds" says that ours is not below the better of dense and keywords by more than {CLOSE}'
        " or half the interval, whichever is larger; so it is asked of every language, too.",
        _differences(tables),
        *(["## Not run", "\n".join(left_out)] if left_out else []),
    ]
    return "\n\n".join(parts) + "\n"


_EXPLAINED = """\
Recall at rank 1, 5 and 10; MRR over the first ten; milliseconds a query at the median, without the
embedding of the question. XQuAD and Belebele count the one paragraph a question was written for,
RealTime QA and NTREX articles (RealTime QA: any of those that support the answer), MTRAG-UN the
share of the relevant passages. Odd documents: the half choices were made on. LlamaIndex fusion is
its `QueryFusionRetriever` (reciprocal rank) over its dense and BM25 retrievers, BM25 with the
corpus's own language where it has one. LlamaIndex out of the box has `SentenceSplitter(1024)` and
gives two hits, so its recall at 5 is that at 2."""


def _found(table: Table) -> str:
    lines = [
        "| | R@1 all (95 %) | R@1 odd | R@1 even | R@5 | R@5 even | R@10 | MRR | ms |",
        "|---" * 9 + "|",
    ]
    odd = table.documents % 2 == 1
    for system, row in table.rows.items():
        first, fifth = row.recall(1), row.recall(5)
        low, high = interval(first, documents=table.documents)
        figures = (
            f"{first.mean():.3f} ({low:.3f}–{high:.3f})",
            *(f"{value.mean():.3f}" for value in (first[odd], first[~odd])),
            *(f"{value.mean():.3f}" for value in (fifth, fifth[~odd])),
            f"{row.recall(10).mean():.3f}",
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
    """Recall at 1 of each question language, ours falling, and the worst."""
    first = {system: _language_recalls(row) for system, row in table.rows.items()}
    codes = sorted(first[OURS], key=lambda code: -first[OURS][code].mean())
    lines = [
        f"| R@1 by question language | {' | '.join(codes)} | worst |",
        "|---" * (len(codes) + 2) + "|",
    ]
    for system, by_code in first.items():
        cells = [f"{by_code[code].mean():.3f}" for code in codes]
        worst = min(by_code, key=lambda code: by_code[code].mean())
        lines.append(f"| {system} | {' | '.join(cells)} | {worst} {by_code[worst].mean():.3f} |")
    return "\n".join(lines)


def _language_recalls(row: Row) -> dict[str, Floats]:
    """For each question language the recall at 1 of every question, the mean of its trials."""
    by_code: dict[str, list[Floats]] = {}
    for code, ranks in zip(row.languages, row.ranks, strict=True):
        by_code.setdefault(code, []).append(row.recall_of(ranks, 1))
    return {code: np.mean(values, axis=0) for code, values in by_code.items()}


def _differences(tables: dict[str, Table]) -> str:
    fusion = FUSION if FUSION in next(iter(tables.values())).rows else PLAIN_FUSION
    lines = [
        f"| set | against dense or keywords, the better | holds | against {fusion} |",
        "|---|---|---|---|",
    ]
    for name, table in tables.items():
        first = {system: row.recall(1) for system, row in table.rows.items()}
        better = _better(first)
        below = _languages_below(table)
        holds = _holds(first, table) and not below
        against = _difference(first[OURS] - first[fusion], table)
        lines.append(
            f"| {name} | {better}: {_difference(first[OURS] - first[better], table)} | "
            f"{_verdict(holds, below)} | {against} |"
        )
    return "\n".join(lines)


def _verdict(holds: bool, below: Sequence[str]) -> str:
    return "yes" if holds else " ".join(["**no**", *below])


def _better(first: dict[str, Floats]) -> str:
    return max((DENSE, KEYWORDS), key=lambda system: float(first[system].mean()))


def _holds(first: dict[str, Floats], table: Table) -> bool:
    difference = first[OURS] - first[_better(first)]
    low, high = interval(difference, documents=table.documents)
    return bool(difference.mean() >= -max(CLOSE, (high - low) / 2))


def _languages_below(table: Table) -> list[str]:
    """The question languages in which ours is below the better of dense and keywords."""
    first = {system: _language_recalls(row) for system, row in table.rows.items()}
    return [
        code
        for code in first[OURS]
        if not _holds({system: by_code[code] for system, by_code in first.items()}, table)
    ]


def _difference(values: Floats, table: Table) -> str:
    low, high = interval(values, documents=table.documents)
    even = values[table.documents % 2 == 0].mean()
    return f"{values.mean():+.3f} ({low:+.3f} to {high:+.3f}), even {even:+.3f}"


def measured_on() -> str:
    """The day, the machine and the commit of a measurement."""
    machine = f"{os.cpu_count()} cores, {platform.machine()}"
    return f"{date.today().isoformat()} · {machine} · commit {commit()}"


@cache
def commit() -> str:
    """The commit this runs on; asked at the start, since others may go on meanwhile."""
    command = ["git", "-C", str(Path(__file__).parent), "rev-parse", "--short", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
