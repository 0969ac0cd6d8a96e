"""Measure speed and memory against the bare parts, all in one run: a table of ratios and a plot.

    python tests/benchmarks/speed.py [--rows NAME…] [--sizes N…] [--rounds N] [--ollama URL]

Each row times ours and theirs in turn and takes medians. Sizes are numbers of passages; above
those of the sample, texts and vectors are made. DIR of `--folder` keeps what was made for the next
run, which 100,000 passages are worth. The two rows with a model need Ollama; a row that fails is
named, and the others go on. Written to tests/benchmarks/results/speed.md and speed.svg.
"""

import argparse
import os
import platform
import shutil
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path

import speed_asking
import speed_indexing
import speed_searching
import speed_starting
from speed_figures import Found, Growth, Row, Setup, drawn, report
from tables import commit

RESULT = Path(__file__).parent / "results" / "speed.md"
ROWS: Mapping[str, Row] = {
    "embedder": speed_indexing.embedder,
    "indexing": speed_indexing.indexing,
    "reading": speed_indexing.reading,
    "sync": speed_indexing.sync,
    "again": speed_indexing.again,
    "search": speed_searching.search,
    "first-word": speed_asking.first_word,
    "follow-up": speed_asking.follow_up,
    "people": speed_asking.people,
    "start": speed_starting.start,
    "memory": speed_starting.memory,
    "install": speed_starting.install,
}
WITH_MODEL = ("first-word", "follow-up")


def machine() -> str:
    """The processor, its cores and the memory, and what else it is doing."""
    model = platform.processor() or platform.machine()
    gigabytes = 0.0
    if (facts := Path("/proc/cpuinfo")).exists():
        names = [line for line in facts.read_text().splitlines() if line.startswith("model name")]
        model = names[0].partition(":")[2].strip() if names else model
        gigabytes = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return f"{model} · {gigabytes:.0f} GB · Python {platform.python_version()} · load {load:.1f}"


def measured(rows: Sequence[str], setup: Setup) -> tuple[dict[str, list[Found]], list[str]]:
    """What each row found, and the rows that found nothing, with why."""
    found, left_out = dict[str, list[Found]](), list[str]()
    for name in rows:
        if name in WITH_MODEL and not setup.ollama:
            left_out.append(f"{name} (needs --ollama)")
            continue
        began = time.perf_counter()
        try:
            found[name] = list(ROWS[name](setup))
        except Exception as error:  # one row that fails must not cost an hour of the others
            traceback.print_exc()
            left_out.append(f"{name} (failed: {type(error).__name__})")
        print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    left_out += [f"{name} (not asked for)" for name in ROWS if name not in rows]
    return found, left_out


def main() -> int:
    """Measure, print and write the table and the plot."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", nargs="+", choices=ROWS, default=list(ROWS), metavar="NAME")
    parser.add_argument("--sizes", nargs="+", type=int, default=[1_000, 10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--questions", type=int, default=100, help="searches a figure")
    parser.add_argument("--ollama", default="", metavar="URL", help="for the rows with a model")
    parser.add_argument("--model", default="qwen2.5-coder:1.5b", help="Ollama's name of it")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="keep what is made here")
    parser.add_argument("--out", type=Path, default=RESULT, help="the file with the table")
    given = parser.parse_args()
    commit()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="speed-"))
    folder.mkdir(parents=True, exist_ok=True)
    setup = Setup(
        folder.resolve(),
        sizes=sorted(given.sizes),
        rounds=given.rounds,
        questions=given.questions,
        ollama=given.ollama,
        model=given.model,
    )
    described = machine()
    found, left_out = measured(given.rows, setup)
    plot = given.out.with_suffix(".svg")
    table = report(found, machine=described, left_out=left_out, plot=plot.name)
    print(table)
    given.out.write_text(table, encoding="utf-8")
    if grown := [each for row in found.values() for each in row if isinstance(each, Growth)]:
        plot.write_text(drawn(grown), encoding="utf-8")
    if not given.folder:
        shutil.rmtree(folder)
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
