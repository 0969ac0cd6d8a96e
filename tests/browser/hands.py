"""What a person does on the page, for the tests: type, wait, open."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from browser.conftest import Server

QUIET_SERVERS = pytest.mark.filterwarnings(
    "ignore::ResourceWarning",
    "ignore::DeprecationWarning",
    "ignore::pytest.PytestUnraisableExceptionWarning",
)
"""For tests with servers of their own: what Gradio and uvicorn leave open is not ours to close."""
COST = "How much did the harbour bridge cost?"
WHOLE_ANSWER = """() => {
    const box = document.querySelector("#question textarea");
    let began;
    box.addEventListener("keydown", () => (began = performance.now()), { once: true });
    const seen = new MutationObserver(() => {
        if (!document.querySelector(".turn:not(.going-on) .answer")) return;
        seen.disconnect();
        window.wholeAnswer = performance.now() - began;
    });
    seen.observe(document.body, { subtree: true, childList: true, attributes: true });
}"""
"""Measures from Enter to the whole answer, where it is seen."""


def ask(page: Any, question: str) -> Any:
    """Type a question, wait for the whole answer and return its element."""
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    return answered(page, question)


def answered(page: Any, question: str) -> Any:
    turn = page.locator(".turn", has=page.locator(f'h2:text-is("{question}")')).last
    turn.and_(page.locator(":not(.going-on)")).wait_for()
    return turn


def until(holds: Callable[[], bool], *, seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.05)


def open_library(page: Any) -> None:
    page.get_by_role("tab").nth(1).click()
    page.wait_for_selector(".shelf tbody tr")


def titles(page: Any) -> list[str]:
    cells = page.locator(".shelf tbody .title").all_inner_texts()
    return [cell.removesuffix("Correct").strip() for cell in cells]  # the button beside it


@contextmanager
def serving(assistant: Any, **options: Any) -> Iterator[Server]:
    """A server of the test's own, which ends within it."""
    running = Server(assistant, **options)
    try:
        yield running
    finally:
        running.close()


def taken_in(url: str, body: bytes, *, name: str) -> str:
    """Send a file as the page does, have it added, and give what was said."""
    with httpx.Client(base_url=url, trust_env=False, timeout=60) as client:
        kept = client.post("intake", content=body, headers={"x-name": quote(name)}).json()
        return client.post("intake/add", json={"tickets": [kept["ticket"]]}).text


def asked_by_all(browser: Any, url: str, names: list[str]) -> list[tuple[str, float]]:
    """Each of these people asks in a browser of their own, all at once.

    Gives what each read, and the seconds from their Enter to the whole answer. The stand-in counts
    for each name. A page that shows more than its own turn is an error.
    """
    contexts = [browser.new_context() for _ in names]  # each with connections of its own
    pages = [context.new_page() for context in contexts]
    read: list[tuple[str, float]] = []
    try:
        for page in pages:
            page.set_default_timeout(90_000)
            page.goto(url, wait_until="commit")
        for page, name in zip(pages, names, strict=True):
            page.wait_for_selector(".welcome")
            page.fill("#question textarea", f"Count for {name}")
            page.evaluate(WHOLE_ANSWER)
        for page in pages:
            page.press("#question textarea", "Enter")
        for page, name in zip(pages, names, strict=True):
            answer = answered(page, f"Count for {name}").locator(".answer").inner_text()
            assert page.locator(".turn").count() == 1
            page.wait_for_function("window.wholeAnswer")
            read.append((answer.replace("?", ""), page.evaluate("window.wholeAnswer") / 1000))
    finally:
        for context in contexts:
            context.close()
    return read


def counted(name: str) -> str:
    """What the stand-in answers to "Count for NAME"."""
    return " ".join(f"{name} counts {number}." for number in range(1, 13))
