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


def machine() -> str:
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"


def commit() -> str:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        ["git", "-C", str(root), "rev-parse", "--short", "HEAD"], capture_output=True, text=True
    )
    return done.stdout.strip() or "unknown"
