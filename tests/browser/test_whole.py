"""The page over the real assistant (a fake embedder, the engine `quotes`), from file to source."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser.conftest import Tabs
from browser.hands import QUIET_SERVERS
from browser.whole import whole_page

pytestmark = [
    pytest.mark.browser,
    QUIET_SERVERS,
]

ARTICLE = """---
title: The new harbour bridge
outlet: Harbour Post
date: 2024-10-05
---

The bridge over the river was opened on Friday.

The city council put the cost of the harbour bridge at 84 million euros. The mayor was pleased.
"""


@pytest.fixture
def whole(tmp_path: Path, chromium: Any, contexts: dict[str, Any]) -> Iterator[Tabs]:
    """A page over a real assistant with one article."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "bridge.md").write_text(ARTICLE)
    with whole_page(corpus, chromium, contexts) as tabs:
        yield tabs


def test_from_a_file_to_the_sentence_that_proves_the_answer(whole: Tabs, tmp_path: Path) -> None:
    page = whole.open()
    page.wait_for_selector("#status :text('one article')")
    page.fill("#question textarea", "What is the cost of the harbour bridge?")
    page.press("#question textarea", "Enter")
    page.wait_for_selector(".turn:not(.going-on) a.chip")
    page.locator("a.chip").first.click()
    assert "84 million euros" in page.locator(".card.lit mark").inner_text()
    assert "84 million euros" in page.locator(".reader mark.here").inner_text()
    page.keyboard.press("Escape")

    (tmp_path / "ferry.txt").write_text(
        "The old ferry\n\nThe ferry stops for good on 31 October.\n"
    )
    (tmp_path / "noise.pdf").write_bytes(b"%PDF-1.4 nothing to read here")
    page.get_by_role("tab").nth(1).click()
    page.wait_for_selector(".shelf tbody tr")
    sent = [str(tmp_path / name) for name in ("ferry.txt", "noise.pdf")]
    page.set_input_files(".intake input.files", sent)
    page.wait_for_selector(".rows [data-state=failed]:has-text('noise.pdf') .why")
    page.wait_for_selector(".shelf tbody :text('The old ferry')")
    page.locator("tr:has-text('The old ferry') input").check()
    page.click(".tools .remove")
    page.click("#report [data-undo]")
    page.wait_for_selector("#report :text('One article is back.')")
    page.wait_for_selector(".shelf tbody :text('The old ferry')")


def test_an_address_inside_is_not_fetched(whole: Tabs) -> None:
    page = whole.open()
    page.get_by_role("tab").nth(1).click()
    inside = [
        f"{whole.url}articles/x/file",
        whole.url.replace("127.0.0.1", "localhost"),
        "http://[::1]:80/",
    ]
    page.fill(".by-address textarea", "\n".join(inside))
    page.click(".by-address button")
    page.wait_for_selector(".work .sum:text-is('3 of 3 done, 3 failed')")
    said = page.locator(".rows .why").all_inner_texts()
    assert [one for one in said if "Only public pages are fetched" not in one] == []
    assert len(whole.assistant.articles()) == 1
