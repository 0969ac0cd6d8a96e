"""Measure `quotes`: whether the sentences that answer without a model hold the gold answer.

    python tests/benchmarks/quotes.py --data ../shared/data --cache DIR

All 1,190 questions of XQuAD go through `Assistant`, in three pairs of languages. Answers are kept
under DIR/answers, so that a stopped run goes on; `refusal.py` reads the same ones.
"""

import argparse
import os
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # before the embedder loads

import answer_sets as sets
from answer_sets import Case, Slice
from answers import OURS, RESULTS, Store, run

PAIRS = (("en", "en"), ("de", "de"), ("en", "de"), ("de", "en"))
"""Languages of question and articles."""
HALVES = ("all", "odd", "even")
"""Documents: choices were made on the odd ones."""

Pair = tuple[Case, dict[str, Any]]
"""A question and what it was answered with."""


def main() -> None:
    arguments = read_arguments(__doc__)
    slices = [sets.xquad_all(arguments.data, corpus=text, asked=asked) for asked, text in PAIRS]
    pairs = ask(slices, arguments=arguments)
    write_table(
        RESULTS / "quotes.md",
        "Quotes on XQuAD: the gold answer in the text, through `Assistant.ask(engine=\"quotes\")`.",
        ["set", "half", "questions", "gold in it", "characters, median", "most", "sentences",
         "refused"],
        rows(pairs),
    )  # fmt: skip


def rows(pairs: Sequence[Pair]) -> Iterable[list[str]]:
    """A row for each set and half; a refused question counts as one without its answer."""
    for name in dict.fromkeys(case.set for case, _ in pairs):
        for half in HALVES:
            part = [pair for pair in of_half(pairs, half) if pair[0].set == name]
            if not part:
                continue
            quotes = [[c["quote"] for c in row["citations"]] for _, row in part]
            lengths = [sum(map(len, quoted)) for quoted in quotes if quoted]
            held = [
                any(gold in quote for gold in case.gold_quote for quote in quoted)
                for (case, _), quoted in zip(part, quotes, strict=True)
            ]
            refused = sum(row["outcome"] == "refused" for _, row in part)
            yield [
                name.removeprefix("before-"), half, str(len(part)), share(sum(held), len(part)),
                f"{median(lengths):.0f}", str(max(lengths)),
                f"{sum(map(len, quotes)) / max(1, len(lengths)):.2f}", share(refused, len(part)),
            ]  # fmt: skip


# --- what this and `refusal.py` share ---------------------------------------------------------


def read_arguments(description: str | None) -> argparse.Namespace:
    """The command line, with what `answers.run` wants to know."""
    parser = argparse.ArgumentParser(description=(description or "").split("\n")[0])
    folder = Path(tempfile.gettempdir()) / "assistant-benchmarks"
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="the data sets")
    parser.add_argument("--cache", type=Path, default=folder, help="embeddings, corpora, answers")
    parser.add_argument("--run", default="without-model", help="name of the answers' file")
    parser.add_argument("--sets", nargs="+", default=["xquad"], help="xquad, left-out, mtrag")
    parser.add_argument("--only", choices=HALVES, default="all")
    parser.add_argument("--most", type=int, default=0, help="questions of a set, 0 for all")
    parser.add_argument("--report", action="store_true", help="only count what is there")
    arguments = parser.parse_args()
    arguments.model, arguments.url, arguments.systems = "", "http://127.0.0.1:1", [OURS]
    return arguments


def ask(slices: Sequence[Slice], *, arguments: argparse.Namespace) -> list[Pair]:
    """Ask what has no answer yet; the questions with their answers."""
    store = Store(arguments.cache / "answers" / f"{arguments.run}.jsonl")
    by_set = {part.cases[0].set: part for part in slices}
    if not arguments.report:
        run(by_set, store=store, arguments=arguments)
    answers = {(row["set"], row["id"]): row for row in store.rows}
    every = [case for part in slices for case in part.cases]
    return [(c, answers[c.set, c.id]) for c in every if (c.set, c.id) in answers]


def of_half(pairs: Iterable[Pair], half: str) -> list[Pair]:
    """The questions of all, the odd or the even documents."""
    return [pair for pair in pairs if half == "all" or pair[0].group % 2 == (half == "odd")]


def share(part: int, whole: int) -> str:
    """A share with three digits."""
    return f"{part / whole:.3f}" if whole else "–"


def write_table(
    file: Path, title: str, heads: Sequence[str], lines: Iterable[Sequence[str]]
) -> None:
    """Print a table and keep it."""

    def table(cells: Sequence[str]) -> str:
        return f"| {' | '.join(cells)} |"

    text = "\n".join([title, "", table(heads), table(["---"] * len(heads)), *map(table, lines)])
    file.write_text(text + "\n", "utf-8")
    print(text)


if __name__ == "__main__":
    main()
