"""What was measured of speed: figures held against goals, as a table and a plot in Markdown."""

import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import log10
from pathlib import Path
from typing import Literal

from tables import measured_on

COLOURS = ("#1f6feb", "#d1570a", "#1a7f37", "#8250df")
WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 300, 240, 52, 34, 44


@dataclass(frozen=True, slots=True)
class Goal:
    """What a figure should be: the ratio of ours to theirs, ours less theirs, or ours alone."""

    of: Literal["ratio", "difference", "ours"]
    sign: Literal["≥", "≤"]
    limit: float

    def value(self, ours: float, theirs: float | None) -> float:
        """What is held against the limit."""
        if self.of == "ours":
            return ours
        if theirs is None:
            raise ValueError("there is nothing to compare with")
        return ours / theirs if self.of == "ratio" else ours - theirs

    def holds(self, value: float) -> bool:
        """Whether the figure is as it should be."""
        return value >= self.limit if self.sign == "≥" else value <= self.limit


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: what was measured, beside what."""

    what: str
    ours: float
    unit: str
    against: str = ""
    theirs: float | None = None
    goal: Goal | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Growth:
    """A cost by the number of passages; those of one `plot` share its axes."""

    plot: str
    line: str
    points: Sequence[tuple[int, float]]


Found = Figure | Growth
Row = Callable[["Setup"], Iterator[Found]]


@dataclass(frozen=True, slots=True)
class Setup:
    """With what is measured: numbers of passages, rounds a figure, where files may lie."""

    folder: Path
    sizes: Sequence[int] = (1_000, 10_000, 100_000)
    rounds: int = 5
    questions: int = 100
    ollama: str = ""
    model: str = ""


@dataclass
class Times:
    """Seconds of several pieces of work that were done in turn."""

    of: dict[str, list[float]] = field(default_factory=dict)

    def median(self, name: str) -> float:
        """The median of one of them in seconds."""
        return statistics.median(self.of[name])


def in_turn(works: Mapping[str, Callable[[], object]], *, rounds: int, warm: bool = True) -> Times:
    """Time pieces of work side by side, so that what else the machine does meets all of them."""
    times = Times({name: [] for name in works})
    for done in range(rounds + warm):
        for name, work in works.items():
            began = time.perf_counter()
            work()
            if done or not warm:
                times.of[name].append(time.perf_counter() - began)
    return times


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of all does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def report(
    found: Mapping[str, Sequence[Found]], *, machine: str, left_out: Sequence[str], plot: str
) -> str:
    """The whole result as Markdown; `plot` is the name of the picture's file."""
    figures = [each for row in found.values() for each in row if isinstance(each, Figure)]
    judged = [each for each in figures if each.goal and each.goal.of]
    kept = sum(_holds(each) for each in judged)
    lines = [
        "# Speed and memory",
        "",
        f"{measured_on()} · {machine}",
        "",
        "Medians of rounds in which ours and theirs took turns, in one run. "
        f"{kept} of {len(judged)} goals are met.",
        "",
        "| figure | ours | beside it | | goal | |",
        "|---|---|---|---|---|---|",
        *(_line(each) for each in figures),
    ]
    grown = [each for row in found.values() for each in row if isinstance(each, Growth)]
    if grown:
        lines += ["", "## How it grows", "", f"![Cost by the number of passages]({plot})", ""]
        lines += _grown(grown)
    if left_out:
        lines += ["", "Not measured in this run: " + ", ".join(left_out) + "."]
    return "\n".join(lines) + "\n"


def _holds(figure: Figure) -> bool:
    goal = figure.goal
    return goal is not None and goal.holds(goal.value(figure.ours, figure.theirs))


def _line(figure: Figure) -> str:
    goal = figure.goal
    theirs = "" if figure.theirs is None else f"{figure.against}: {_shown(figure.theirs, figure)}"
    compared = wanted = verdict = ""
    if goal:
        value = goal.value(figure.ours, figure.theirs)
        compared = {"ratio": f"{value:.2f} times", "difference": f"{value:+.0f} {figure.unit}"}.get(
            goal.of, ""
        )
        unit = " times" if goal.of == "ratio" else f" {figure.unit}".rstrip()
        wanted = f"{goal.sign} {goal.limit:g}{unit}"
        verdict = "yes" if goal.holds(value) else "**no**"
    what = figure.what + (f" ({figure.note})" if figure.note else "")
    cells = (what, _shown(figure.ours, figure), theirs, compared, wanted, verdict)
    return f"| {' | '.join(cells)} |"


def _shown(value: float, figure: Figure) -> str:
    return f"{number(value)} {figure.unit}".rstrip()


def number(value: float) -> str:
    """Three digits that count, without an exponent."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.{max(0, 2 - int(log10(abs(value)) // 1))}f}"


def _grown(grown: Sequence[Growth]) -> Iterator[str]:
    """The plotted figures as a table."""
    sizes = sorted({size for each in grown for size, _ in each.points})
    yield f"| | {' | '.join(f'{size:,} passages' for size in sizes)} |"
    yield "|---" * (len(sizes) + 1) + "|"
    for each in grown:
        known = dict(each.points)
        cells = [number(known[size]) if size in known else "" for size in sizes]
        yield f"| {each.plot}: {each.line} | {' | '.join(cells)} |"


def drawn(grown: Sequence[Growth]) -> str:
    """An SVG with one logarithmic plot for each `plot`, side by side."""
    plots: dict[str, list[Growth]] = {}
    for each in grown:
        plots.setdefault(each.plot, []).append(each)
    parts = [
        part
        for at, (title, lines) in enumerate(plots.items())
        for part in _plot(title, lines, x0=at * (WIDTH + 20))
    ]
    width = len(plots) * (WIDTH + 20)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {HEIGHT + 60}" '
        f'width="{width}" font-family="sans-serif" font-size="11">\n'
        f'<rect width="{width}" height="{HEIGHT + 60}" fill="#fff"/>\n'
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _plot(title: str, lines: Sequence[Growth], *, x0: int) -> Iterator[str]:
    """One plot: both axes by powers of ten, a line for each cost."""
    across = [size for line in lines for size, _ in line.points]
    up = [max(value, 1e-3) for line in lines for _, value in line.points]
    place_x = _scale(across, x0 + LEFT, x0 + WIDTH - 10)
    place_y = _scale(up, HEIGHT - BOTTOM, TOP)
    yield f'<text x="{x0 + LEFT}" y="18" font-weight="bold">{title}</text>'
    for power in _powers(across):
        x = place_x(power)
        yield f'<path d="M{x:.0f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>'
        yield (
            f'<text x="{x:.0f}" y="{HEIGHT - BOTTOM + 16}" text-anchor="middle">{power:,.0f}</text>'
        )
    for power in _powers(up):
        y = place_y(power)
        yield f'<path d="M{x0 + LEFT} {y:.0f}H{x0 + WIDTH - 10}" stroke="#ddd"/>'
        yield f'<text x="{x0 + LEFT - 6}" y="{y + 4:.0f}" text-anchor="end">{power:g}</text>'
    for at, line in enumerate(lines):
        colour = COLOURS[at % len(COLOURS)]
        places = [(place_x(size), place_y(max(value, 1e-3))) for size, value in line.points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>'
        yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places)
        y = HEIGHT - BOTTOM + 32 + 14 * at
        yield f'<rect x="{x0 + LEFT}" y="{y - 8}" width="10" height="10" fill="{colour}"/>'
        yield f'<text x="{x0 + LEFT + 16}" y="{y + 1}">{line.line}</text>'


def _powers(values: Sequence[float]) -> list[float]:
    low, high = int(log10(min(values)) // 1), -int(-log10(max(values)) // 1)
    return [10.0**power for power in range(low, max(high, low + 1) + 1)]


def _scale(values: Sequence[float], start: int, end: int) -> Callable[[float], float]:
    powers = _powers(values)
    low, high = log10(powers[0]), log10(powers[-1])
    return lambda value: start + (end - start) * (log10(value) - low) / (high - low)
