"""How the page looks and reads in a real Chromium: axe finds no serious fault, calm, right to left.

One pass of each view here; every view in every size and scheme with `pytest -m long`.
"""

from itertools import product
from typing import Any

import pytest
from browser.axe import faults
from browser.conftest import Tabs
from browser.hands import COST, ask, open_library

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning"),
]
SIZES = {"desktop": (1280, 800), "phone": (390, 780)}


def look_through(page: Any) -> list[str]:
    """The faults of all views: empty, answered, reading, conversations, library."""
    found = faults(page)
    turn = ask(page, COST)
    found += faults(page)
    turn.locator("a.chip").first.click()
    page.wait_for_selector(".reader mark.here")
    page.wait_for_timeout(250)  # it slides in: half-way its colours are half there
    found += faults(page)
    page.keyboard.press("Escape")
    page.click(".open-talks")
    page.wait_for_selector(".drawer .row")
    page.wait_for_timeout(250)
    found += faults(page)
    page.keyboard.press("Escape")
    open_library(page)
    page.click(".timeline summary")
    page.wait_for_selector(".legend button")
    page.locator("tr[data-id=ferry] .tick input").check()
    return found + faults(page)


@pytest.mark.parametrize(("size", "scheme"), [("desktop", "light"), ("phone", "dark")])
def test_axe_finds_no_serious_fault(tabs: Tabs, size: str, scheme: str) -> None:
    width, height = SIZES[size]
    page = tabs.open(width=width, height=height, scheme=scheme)
    assert look_through(page) == []


@pytest.mark.long
@pytest.mark.parametrize(
    ("size", "scheme", "language"), list(product(SIZES, ("light", "dark"), ("en-US", "de-DE")))
)
def test_axe_finds_no_serious_fault_in_the_full_cross(
    tabs: Tabs, size: str, scheme: str, language: str
) -> None:
    width, height = SIZES[size]
    page = tabs.open(width=width, height=height, scheme=scheme, language=language)
    assert look_through(page) == []


def test_nothing_moves_for_those_who_ask_for_calm(tabs: Tabs) -> None:
    page = tabs.open()
    page.emulate_media(reduced_motion="reduce")
    ask(page, COST).locator("a.chip").first.click()
    page.wait_for_selector(".reader mark.here")
    moving = page.evaluate(
        "document.getAnimations().filter((one) => one.effect.getTiming().duration > 1).length"
    )
    assert moving == 0
