"""What a person does on the page, for the tests: type, wait, open."""

import time
from collections.abc import Callable
from typing import Any

import pytest

QUIET_SERVERS = pytest.mark.filterwarnings(
    "ignore::ResourceWarning",
    "ignore::DeprecationWarning",
    "ignore::pytest.PytestUnraisableExceptionWarning",
)
"""For tests with servers of their own: what Gradio and uvicorn leave open is not ours to close."""
COST = "How much did the harbour bridge cost?"


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
