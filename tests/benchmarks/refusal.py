"""Measure refusal before a model is asked: what is refused rightly, and what wrongly.

    python tests/benchmarks/refusal.py --data ../shared/data --cache DIR --sets xquad left-out mtrag

XQuAD: every question has its answer, so each refusal is wrong. Left out: 40 of the 240 paragraphs
are missing, and their questions cannot be answered. MTRAG-UN: the last turns of conversations, with
what was said before, in their natural mix; `partly` and `asked_back` count as not refused.
"""

import argparse
import random
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import answer_sets as sets
from answer_sets import Slice
from answers import RESULTS
from quotes import HALVES, PAIRS, Pair, ask, of_half, read_arguments, share, write_table

LEFT_OUT = 40
KINDS = {"ANSWERABLE": False, "UNANSWERABLE": True}
"""Whether a question should be refused, by its label; others are not counted."""


def main() -> None:
    arguments = read_arguments(__doc__)
    pairs = ask(list(_slices(arguments)), arguments=arguments)
    write_table(
        RESULTS / "refusal.md",
        "Refusal before a model is asked. `partly` and `asked_back` count as not refused.",
        ["set", "half", "answerable", "wrongly refused", "unanswerable", "precision", "recall"],
        rows(pairs),
    )


def rows(pairs: Sequence[Pair]) -> Iterable[list[str]]:
    """A row for each set and half."""
    for name in dict.fromkeys(case.set for case, _ in pairs):
        for half in HALVES:
            part = [p for p in of_half(pairs, half) if p[0].set == name and p[0].label in KINDS]
            if not part:
                continue
            refused = {True: 0, False: 0}
            count = {True: 0, False: 0}
            for case, row in part:
                count[KINDS[case.label]] += 1
                refused[KINDS[case.label]] += row["outcome"] == "refused"
            yield [
                name.removeprefix("before-"), half, str(count[False]),
                share(refused[False], count[False]), str(count[True]),
                share(refused[True], sum(refused.values())) if count[True] else "–",
                share(refused[True], count[True]),
            ]  # fmt: skip


def left_out(data: Path, *, corpus: str, asked: str) -> Slice:
    """XQuAD without forty of its paragraphs, whose questions then have no answer."""
    whole = sets.xquad_all(data, corpus=corpus, asked=asked)
    (library,) = whole.libraries.values()
    gone = set(random.Random("left out").sample([a.path for a in library.articles], LEFT_OUT))
    kept = replace(
        library,
        name=f"{library.name}-less",
        articles=tuple(a for a in library.articles if a.path not in gone),
    )
    cases = tuple(
        replace(
            case,
            set=case.set.replace("xquad", "left-out"),
            library=kept.name,
            label="UNANSWERABLE" if case.gold_path in gone else "ANSWERABLE",
        )
        for case in whole.cases
    )
    return Slice(cases, {kept.name: kept})


def _slices(arguments: argparse.Namespace) -> Iterable[Slice]:
    data = arguments.data
    if "xquad" in arguments.sets:
        yield from (sets.xquad_all(data, corpus=corpus, asked=asked) for asked, corpus in PAIRS)
    if "left-out" in arguments.sets:
        yield from (left_out(data, corpus=corpus, asked=asked) for asked, corpus in PAIRS)
    if "mtrag" in arguments.sets:
        yield sets.mtrag_all(data)


if __name__ == "__main__":
    main()
