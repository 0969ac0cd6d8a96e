"""The page over the real assistant (a fake embedder, the engine `quotes`), from file to source."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from browser.conftest import Tabs
from browser.hands import QUIET_SERVERS, ask
from browser.whole import whole_page
from chroma_server import chroma_server
from fakes import FakeEmbedder

from assistant.assistant import Assistant

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


@pytest.fixture(params=["in files", pytest.param("on servers", marks=pytest.mark.postgres)])
def whole(
    request: pytest.FixtureRequest, tmp_path: Path, chromium: Any, contexts: dict[str, Any]
) -> Iterator[Tabs]:
    """A page over a real assistant with one article, whose index is in files or on servers."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "bridge.md").write_text(ARTICLE)
    with ExitStack() as stack:
        kept = {}
        if request.param == "on servers":
            chroma = stack.enter_context(chroma_server(tmp_path / "chroma"))
            postgres = request.getfixturevalue("postgres")
            kept = {"catalogue": postgres.database(), "chroma_url": chroma.url}
        yield stack.enter_context(whole_page(corpus, chromium, contexts, **kept))


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


class OtherEmbedder(FakeEmbedder):
    """As the fake one, under another name."""

    name = "other-1"


def test_an_index_of_another_embedder_is_rebuilt_from_the_page(
    tmp_path: Path, chromium: Any, contexts: dict[str, Any]
) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "bridge.md").write_text(ARTICLE)
    with Assistant(tmp_path / "corpus", embedder=OtherEmbedder(), engine="quotes") as before:
        before.sync()
    with whole_page(tmp_path / "corpus", chromium, contexts, sync=False) as tabs:
        page = tabs.open()
        asked = ask(page, "What is the cost of the harbour bridge?")
        assert "assistant rebuild" in asked.locator(".problem").inner_text()
        page.get_by_role("tab").nth(2).click()
        page.click("#rebuild")
        page.wait_for_selector("#rebuild-progress :text('The index is new.')")
        page.wait_for_selector("#rebuild", state="hidden")
        page.get_by_role("tab").nth(0).click()
        again = ask(page, "And what is the cost of the harbour bridge now?")
        assert "84 million euros" in again.locator(".answer").inner_text()


def test_articles_that_give_other_figures_stand_side_by_side(
    tmp_path: Path, chromium: Any, contexts: dict[str, Any]
) -> None:
    (tmp_path / "corpus").mkdir()
    for name, day, count in (("first", "2024-10-20", "3,000"), ("second", "2024-11-02", "10,000")):
        head = f"---\ntitle: The {name} report\noutlet: Wire\ndate: {day}\n---\n\n"
        text = f"North Korea has sent {count} soldiers to Russia. Nobody confirmed it.\n"
        (tmp_path / "corpus" / f"{name}.md").write_text(head + text)
    with whole_page(tmp_path / "corpus", chromium, contexts) as tabs:
        page = tabs.open()
        turn = ask(page, "How many soldiers did North Korea send to Russia?")
        told = turn.locator(".differing li").all_inner_texts()
        assert len(told) == 2
        for figure, day in (("3,000", "2024-10-20"), ("10,000", "2024-11-02")):
            assert [one for one in told if figure in one and day in one]
