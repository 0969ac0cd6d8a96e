"""Rows on starting and memory: cold commands, the first page, what a server holds, installing."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from made_articles import SAMPLE
from made_index import built, resident
from speed_figures import Figure, Found, Goal, Setup, in_turn

from assistant import Assistant

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "assistant")
BARE = (sys.executable, "-c", "import chromadb, gradio")
PATIENCE = 300.0
REST = 5.0
"""Seconds after which a server that was just used counts as idle."""
OPEN = """
import sys
from pathlib import Path
from made_articles import questions
from made_index import opened, resident
with opened(Path(sys.argv[1])) as assistant:
    assistant.warm()
    for question in questions(20):
        assistant.search(question)
    print(resident())
"""
SIZES = """
import json, sys
from importlib.metadata import distributions
sizes, needs = {}, {}
for dist in distributions():
    name = dist.metadata["Name"].lower().replace("_", "-")
    sizes[name] = sum(file.locate().stat().st_size for file in dist.files or [] if file.locate().exists())
    needs[name] = [line for line in dist.requires or [] if "extra ==" not in line]
print(json.dumps([sizes, needs]))
"""  # noqa: E501


@dataclass(frozen=True, slots=True)
class Served:
    """A server of the product in a process of its own."""

    url: str
    pid: int


@contextmanager
def serving(folder: Path, engine: str = "quotes") -> Iterator[Served]:
    """`assistant serve` over a corpus folder; ready when its page is there."""
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [*COMMAND, "--corpus", str(folder), "serve", "--port", str(port)],
        env={**os.environ, "ASSISTANT_ENGINE": engine},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}/"
    try:
        _first_page(url, server=server)
        yield Served(url, server.pid)
    finally:
        server.terminate()
        server.wait(timeout=30)


def start(setup: Setup) -> Iterator[Found]:
    """Cold processes: the help, a search, and the first page beside the bare imports."""
    folder = _indexed(setup)

    def first_page() -> None:
        with serving(folder):
            pass

    searched = [*COMMAND, "--corpus", str(folder), "search", "harbour tunnel", "--json"]
    times = in_turn(
        {
            "help": lambda: _run([*COMMAND, "--help"]),
            "search": lambda: _run(searched),
            "page": first_page,
            "imports": lambda: _run(list(BARE)),
        },
        rounds=setup.rounds,
    )
    yield Figure("`assistant --help`", times.median("help"), "s", goal=Goal("ours", "≤", 0.4))
    what = "`assistant search`, a new process"
    yield Figure(what, times.median("search"), "s", goal=Goal("ours", "≤", 2))
    page, bare = times.median("page"), times.median("imports")
    what, against = "`assistant serve` to its first page", "`import chromadb, gradio`"
    note = "with ending the server again"
    yield Figure(what, page, "s", against, bare, Goal("ratio", "≤", 1.3), note)


def memory(setup: Setup) -> Iterator[Found]:
    """What a server holds idle, what passages add, and whether indexing holds more and more."""
    with serving(_indexed(setup)) as served:
        time.sleep(REST)
        fresh = resident(served.pid)
        body = {"messages": [{"role": "user", "content": "What did the harbour tunnel cost?"}]}
        httpx.post(
            f"{served.url}v1/chat/completions", json=body, timeout=120, trust_env=False
        ).raise_for_status()
        time.sleep(REST)
        used = resident(served.pid)
    idle = Goal("ours", "≤", 450)
    yield Figure("memory of `serve`, idle", fresh, "MB", goal=idle)
    yield Figure("memory of `serve`, idle after a question", used, "MB", goal=idle)
    small, large = min(setup.sizes), max(setup.sizes)
    if small < large:
        made = {size: built(setup.folder, passages=size) for size in (small, large)}
        held = {
            size: float(_run([sys.executable, "-c", OPEN, str(made[size].folder)])) for size in made
        }
        more = (held[large] - held[small]) * 100_000 / (large - small)
        note = f"{held[small]:.0f} MB with {small:,}, {held[large]:.0f} with {large:,}"
        what = "memory of 100,000 passages more"
        yield Figure(what, more, "MB", goal=Goal("ours", "≤", 350), note=note)
        steps = made[large].megabytes
        early, late = max(steps[: len(steps) // 4 + 1]), max(steps)
        what, against = f"memory while indexing {large:,} passages", "its first quarter"
        yield Figure(what, late, "MB", against, early, Goal("ratio", "≤", 1.25))


def install(setup: Setup) -> Iterator[Found]:
    """`pip install .` in a fresh environment, beside its largest dependency alone."""
    ours, spent = _installed(setup.folder / "installed", str(ROOT))
    largest = _largest(setup.folder / "installed")
    theirs, alone = _installed(setup.folder / "largest", largest)
    against = f"`pip install {largest}`"
    yield Figure("installed size", ours, "MB", against, theirs)
    yield Figure("time of `pip install .`", spent, "s", against, alone)


# --- inside ---------------------------------------------------------------------------------------


def _run(command: list[str]) -> str:
    here = str(Path(__file__).parent)
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=here, env={**os.environ, "PYTHONPATH": here}
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:4])} failed: {done.stderr[-500:]}")
    return done.stdout


def _first_page(url: str, *, server: "subprocess.Popen[bytes]") -> None:
    """Wait for the page itself: the server holds the request until it is loaded."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if server.poll() is not None:
            raise RuntimeError(f"the server ended with {server.returncode}")
        try:
            response = httpx.get(url, timeout=PATIENCE, trust_env=False)
        except httpx.TransportError:
            time.sleep(0.02)
        else:
            response.raise_for_status()
            return
    raise TimeoutError("the page did not come")


def _indexed(setup: Setup) -> Path:
    """The sample corpus, indexed with the default embedder."""
    folder = setup.folder / "sample"
    if not folder.exists():
        shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns(".assistant"))
    with Assistant(folder, engine="quotes") as assistant:
        assistant.sync()
    return folder


def _installed(folder: Path, wanted: str) -> tuple[float, float]:
    """Megabytes and seconds of an installation in a new environment."""
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    before = _megabytes(folder)
    began = time.perf_counter()
    pip = [str(folder / "bin" / "pip"), "install", "--quiet", wanted]
    subprocess.run(pip, check=True)
    return _megabytes(folder) - before, time.perf_counter() - began


def _megabytes(folder: Path) -> float:
    files = (file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
    return sum(file.stat().st_size for file in files) / 1e6


def _largest(folder: Path) -> str:
    """The direct dependency that brings most megabytes with all that it needs itself."""
    from packaging.requirements import Requirement

    done = subprocess.run(
        [str(folder / "bin" / "python"), "-c", SIZES], capture_output=True, text=True, check=True
    )
    sizes, needs = json.loads(done.stdout)

    def named(line: str) -> str:
        return Requirement(line).name.lower().replace("_", "-")

    def closure(name: str, seen: set[str]) -> set[str]:
        if name in sizes and name not in seen:
            seen.add(name)
            for line in needs[name]:
                closure(named(line), seen)
        return seen

    direct = [named(line) for line in needs["article-assistant"]]
    return max(direct, key=lambda name: sum(sizes[each] for each in closure(name, set())))
