"""Takes the README's pictures of the page: `python tests/browser/screenshots.py FOLDER`.

Serves a copy of the sample corpus with `assistant serve`, once as the machine answers (with Ollama
where it runs) and once with quotes alone, and photographs question, source, library, status and
phone in light and dark. With `--url` the page of a server that is running already is photographed
instead.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from browser.conftest import CHROMIUM, FLAGS

ROOT = Path(__file__).parent.parent.parent
QUESTIONS = {
    "quotes": "How much will the Kelmouth Harbour Tunnel cost according to the City Auditor?",
    "ollama": "How many North Korean soldiers did the United States say were sent to Russia for"
    " training?",
}
"""What is asked of whom: a model answers in English from a German article."""
WIDE, PHONE = (1280, 800), (390, 780)
INDEXED_SECONDS = 1200
MOST_BYTES = 200_000


@contextmanager
def served(corpus: Path, *, engine: str) -> Iterator[str]:
    """`assistant serve` on a free port; gives its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--corpus", str(corpus), "serve", "--port", str(port)]
    environment = {**os.environ, "ASSISTANT_ENGINE": engine}
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant", *options], cwd=ROOT, env=environment
    )
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(timeout=30)


def open_page(browser: Any, url: str, *, size: tuple[int, int], scheme: str) -> Any:
    """The page in a fresh tab, once it has its example questions."""
    width, height = size
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, locale="en-US"
    )
    context.set_default_timeout(180_000)
    page = context.new_page()
    for _ in range(100):
        try:
            page.goto(url)
            break
        except Exception as error:  # Playwright has one class for a server not yet there
            if "ERR_CONNECTION" not in str(error):
                raise
            time.sleep(0.3)
    page.wait_for_selector(".examples button")
    return page


def wait_until_indexed(browser: Any, url: str) -> None:
    """Watch the status line until nothing is being indexed."""
    page = open_page(browser, url, size=WIDE, scheme="light")
    page.wait_for_selector("#status .progress", state="detached", timeout=INDEXED_SECONDS * 1000)
    page.context.close()


def photograph(browser: Any, url: str, folder: Path, *, question: str | None) -> list[Path]:
    """Ask, open a source, visit the library; one picture of each, wide and narrow."""
    taken: list[Path] = []

    def shoot(page: Any, name: str) -> None:
        page.wait_for_timeout(500)
        file = folder / f"{name}.png"
        page.screenshot(path=str(file))
        taken.append(file)

    for scheme in ("light", "dark"):
        page = open_page(browser, url, size=WIDE, scheme=scheme)
        engine = "quotes" if page.locator(".light.without-model").count() else "ollama"
        asked = question or QUESTIONS[engine]
        if scheme == "light":
            shoot(page, "welcome")
        ask(page, asked)
        shoot(page, f"ask-{engine}-{scheme}")
        page.locator(".turn a.chip").first.click()
        page.wait_for_selector(".reader :is(mark.here, .page-view .box):visible")
        shoot(page, f"read-{scheme}")
        page.keyboard.press("Escape")
        page.get_by_role("tab").nth(1).click()
        page.wait_for_selector(".shelf tbody tr")
        shoot(page, f"library-{scheme}")
        page.get_by_role("tab").nth(2).click()
        page.wait_for_selector("#health h2")
        shoot(page, f"status-{scheme}")
        page.context.close()
        phone = open_page(browser, url, size=PHONE, scheme=scheme)
        ask(phone, asked)
        shoot(phone, f"phone-{scheme}")
        phone.locator(".turn a.chip").first.click()
        phone.wait_for_selector(".reader :is(mark.here, .page-view .box):visible")
        shoot(phone, f"phone-read-{scheme}")
        phone.context.close()
    return taken


def ask(page: Any, question: str) -> None:
    """Ask and wait for the whole answer."""
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    page.wait_for_selector(".turn:not(.going-on) footer")
    page.wait_for_selector(".following button")


def corpus_copy(folder: Path) -> Path:
    """The sample corpus where an index may be made beside it."""
    copy = folder / "corpus"
    shutil.copytree(ROOT / "corpus", copy, ignore=shutil.ignore_patterns(".assistant"))
    return copy


def main() -> int:
    """Take the pictures; 1 if one is too large for the README."""
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--url", help="photograph the page of this running server")
    parser.add_argument("--question", help="ask this, whoever answers")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    taken: list[Path] = []
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as scratch:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        if options.url:
            taken += photograph(browser, options.url, options.folder, question=options.question)
        else:
            corpus = corpus_copy(Path(scratch))
            for engine in ("quotes", "auto"):
                with served(corpus, engine=engine) as url:
                    wait_until_indexed(browser, url)
                    taken += photograph(browser, url, options.folder, question=options.question)
        browser.close()
    too_large = [file for file in set(taken) if file.stat().st_size > MOST_BYTES]
    for file in sorted(set(taken)):
        print(f"{file}  {file.stat().st_size // 1024} kB")
    return 1 if too_large else 0


if __name__ == "__main__":
    sys.exit(main())
