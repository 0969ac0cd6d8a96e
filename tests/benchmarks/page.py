"""Measure the page in Chromium: first paint, interactive, first token, filtering, many people.

    python tests/benchmarks/page.py [--runs N] [--articles N] [--table N] [--people N]

First paint and interactive are of a real assistant over so many made articles (a hashed embedder),
in a fresh browser context each time, so that nothing is in its cache; interactive is when the
question box takes words and the invitation is drawn. The first token comes from a scripted
stand-in for the assistant that waits before each stage: its own time to the first token is taken
off the time from Enter to the first word on the page. The table of 50,000 articles is filtered a
few letters at a time. Last, so many people ask the stand-in at once, each in a browser of their
own; every one must get their own whole answer in its own order. Eight are answered at a time, the
others wait for a free place. Server, browser and measurement share the
machine. The table is written to tests/benchmarks/results/page.md, or to `--result FILE`.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from browser.conftest import CHROMIUM, FLAGS, Server
from browser.fake_assistant import FakeAssistant
from browser.hands import COST, asked_by_all, counted, open_library
from browser.sample import many
from hashed import HashedEmbedder

from assistant import Assistant
from assistant.records import Token

RESULT = Path(__file__).parent / "results" / "page.md"
PAUSE = 0.1
TYPED = ["l", "li", "light", "lighthouse", "lighthouse 2014", "4999", ""]
FILTER = """(typed) => {
    const box = document.querySelector(".shelf .filter");
    return typed.map((text) => {
        const began = performance.now();
        box.value = text;
        box.dispatchEvent(new Event("input", { bubbles: true }));
        document.querySelector(".shelf div.table").getBoundingClientRect();
        return performance.now() - began;
    });
}"""
FIRST_WORD = """() => new Promise((done) => {
    const box = document.querySelector("#question textarea");
    let began;
    box.addEventListener("keydown", () => (began = performance.now()), { once: true });
    const seen = new MutationObserver(() => {
        if (!document.querySelector(".going-on .answer")?.textContent.trim()) return;
        seen.disconnect();
        window.firstWord = performance.now() - began;
    });
    seen.observe(document.querySelector("#live"), { subtree: true, childList: true });
    done();
})"""


def opening(browser: Any, url: str, *, runs: int) -> tuple[list[float], list[float]]:
    """Seconds to the first paint and until the page can be used, each in a fresh context."""
    paints, uses = [], []
    for _ in range(runs):
        context = browser.new_context()
        page = context.new_page()
        began = time.perf_counter()
        page.goto(url, wait_until="commit")
        page.wait_for_selector(".welcome")
        page.locator("#question textarea").fill("x")
        uses.append(time.perf_counter() - began)
        entries = page.evaluate("performance.getEntriesByName('first-contentful-paint')")
        paints.append(entries[0]["startTime"] / 1000)
        context.close()
    return paints, uses


def overhead(browser: Any, *, runs: int) -> list[float]:
    """Milliseconds from Enter to the first word beyond the stand-in's own."""
    fake = FakeAssistant(pause=PAUSE)
    server = Server(fake)
    page = browser.new_context().new_page()
    page.goto(server.url)
    page.wait_for_selector(".welcome")
    over = []
    for run in range(runs + 1):
        began = time.perf_counter()
        next(event for event in fake.stream(COST) if isinstance(event, Token))
        bare = time.perf_counter() - began
        page.evaluate(FIRST_WORD)
        page.fill("#question textarea", COST)
        page.press("#question textarea", "Enter")
        page.wait_for_function("window.firstWord")
        first = page.evaluate("const t = window.firstWord; window.firstWord = null; t")
        page.click("#stop")
        page.wait_for_selector("#ask:visible")
        page.click("#new")
        page.wait_for_selector(".welcome")
        if run:  # the first one warms up
            over.append(first - bare * 1000)
    page.context.close()
    server.close()
    return over


def crowd(browser: Any, *, people: int) -> tuple[list[float], list[float]]:
    """Seconds from Enter to the whole answer: of one person alone, and of each of many at once."""
    server = Server(FakeAssistant(pause=0.02))
    names = [f"person{number}" for number in range(people)]
    alone = asked_by_all(browser, server.url, ["nobody"])
    read = asked_by_all(browser, server.url, names)
    server.close()
    mixed = [name for name, (said, _) in zip(names, read, strict=True) if said != counted(name)]
    if mixed:
        raise SystemExit(f"Wrong answers for: {', '.join(mixed)}")
    return [seconds for _, seconds in alone], [seconds for _, seconds in read]


def filtering(browser: Any, *, count: int) -> list[float]:
    """Milliseconds until the table shows what was typed, a few letters at a time."""
    fake = FakeAssistant()
    fake.shelf = many(count)
    server = Server(fake)
    page = browser.new_context().new_page()
    page.goto(server.url)
    page.wait_for_selector(".welcome")
    open_library(page)
    times = [ms for _ in range(3) for ms in page.evaluate(FILTER, TYPED)]
    page.context.close()
    server.close()
    return times


def corpus_of(folder: Path, count: int) -> None:
    """Made articles, a file each."""
    for n in range(count):
        words = " ".join(f"word{(n * 7 + k) % 997}" for k in range(120))
        head = (
            f"---\ntitle: Article {n}\noutlet: Outlet {n % 9}\ndate: 2024-0{1 + n % 9}-10\n---\n\n"
        )
        (folder / f"{n:05}.md").write_text(f"{head}The year {n} had {n + 3} storms. {words}.\n")


def row(name: str, values: Sequence[float], *, aim: str, unit: str) -> str:
    median, most = statistics.median(values), max(values)
    shown: Callable[[float], str] = lambda value: f"{value:.2f}" if unit == "s" else f"{value:.0f}"  # noqa: E731
    return f"| {name} | {shown(median)} {unit} | {shown(most)} {unit} | {aim} | {len(values)} |"


def measured(*, runs: int, articles: int, table: int, people: int) -> list[str]:
    """The rows of the table."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver, tempfile.TemporaryDirectory() as made:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        corpus_of(Path(made), articles)
        with Assistant(made, embedder=HashedEmbedder(), engine="quotes") as assistant:
            assistant.sync()
            server = Server(assistant)
            opening(browser, server.url, runs=1)
            paints, uses = opening(browser, server.url, runs=runs)
            server.close()
        over = overhead(browser, runs=2 * runs)
        filtered = filtering(browser, count=table)
        alone, together = crowd(browser, people=people)
        browser.close()
    opened = f"{articles:,} articles"
    return [
        row(f"first paint, {opened}", paints, aim="under 1.5 s", unit="s"),
        row(f"interactive, {opened}", uses, aim="under 3 s", unit="s"),
        row("Enter to first word, over the bare stand-in", over, aim="under 120 ms", unit="ms"),
        row(f"table of {table:,} articles, a key", filtered, aim="under 100 ms", unit="ms"),
        row("Enter to whole answer, one person alone", alone, aim="", unit="s"),
        row(f"{people} people at once, each their own", together, aim="all right", unit="s"),
    ]


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=7)
    parser.add_argument("--articles", type=int, default=1000)
    parser.add_argument("--table", type=int, default=50_000)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--result", type=Path, default=RESULT)
    given = vars(parser.parse_args())
    result = given.pop("result")
    warnings.simplefilter("ignore")
    load = os.getloadavg()[0]
    rows = measured(**given)
    lines = [
        "# The page in Chromium",
        "",
        f"{os.cpu_count()} cores; load {load:.1f} before and {os.getloadavg()[0]:.1f} after.",
        "",
        "| what | median | most | aim | times |",
        "|---|---|---|---|---|",
        *rows,
    ]
    result.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
