"""Writes what a long run saw to tests/benchmarks/results: date, machine, commit, figures."""

import os
import platform
import subprocess
from datetime import date
from pathlib import Path

RESULTS = Path(__file__).parents[1] / "benchmarks" / "results"


def write_result(name: str, **figures: object) -> Path:
    """Write faults-NAME.md anew; a long run does so as it goes on."""
    lines = [
        f"# Fault test: {name.replace('_', ' ')}",
        "",
        f"{date.today().isoformat()} · {machine()} · commit {commit()}",
        "",
        "| what | seen |",
        "|---|---|",
        *(f"| {key.replace('_', ' ')} | {value} |" for key, value in figures.items()),
    ]
    file = RESULTS / f"faults-{name.replace('_', '-')}.md"
    file.write_text("\n".join([*lines, ""]), "utf-8")
    return file


def add_part(name: str, *, part: int, **figures: object) -> Path:
    """Write one piece of a long run into faults-NAME.md as a row; the other pieces' rows stay."""
    file = RESULTS / f"faults-{name.replace('_', '-')}.md"
    heads = ["part", *(key.replace("_", " ") for key in figures), "date", "machine", "commit"]
    row = [part, *figures.values(), date.today().isoformat(), machine(), commit()]
    rows = _rows(file) | {part: f"| {' | '.join(map(str, row))} |"}
    lines = [
        f"# Fault test: {name.replace('_', ' ')}",
        "",
        f"| {' | '.join(heads)} |",
        "|---" * len(heads) + "|",
        *(rows[key] for key in sorted(rows)),
    ]
    file.write_text("\n".join([*lines, ""]), "utf-8")
    return file


def _rows(file: Path) -> dict[int, str]:
    """The rows of a file of pieces, by the number each begins with."""
    lines = file.read_text("utf-8").splitlines() if file.exists() else []
    cells = [(line.split("|")[1].strip(), line) for line in lines if line.startswith("| ")]
    return {int(first): line for first, line in cells if first.isdecimal()}


def machine() -> str:
    """Cores, memory, system and Python of this machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GB, {platform.system()}, "
        f"Python {platform.python_version()}"
    )


def commit() -> str:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        ["git", "-C", str(root), "rev-parse", "--short", "HEAD"], capture_output=True, text=True
    )
    return done.stdout.strip() or "unknown"
