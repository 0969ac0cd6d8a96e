"""Reading the sources in a real Chromium: a PDF's page with the quote boxed, its file, attacks."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from articles import build
from browser.conftest import Tabs
from browser.hands import QUIET_SERVERS, ask, until
from browser.whole import whole_page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.children,
    QUIET_SERVERS,
]


def two_pages(sheet: Any) -> None:
    build.lines(sheet, ["The crane goes to a museum"], y=760, size=20)
    build.lines(sheet, ["The old crane at the north quay was taken down on Tuesday."])
    sheet.showPage()
    build.lines(sheet, ["The museum in Esbjerg paid forty thousand kroner for the transport."])


@pytest.fixture
def crane(tmp_path: Path, chromium: Any, contexts: dict[str, Any]) -> Iterator[Tabs]:
    """A page over one PDF of two pages, with a script in what it says of itself."""
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    build.pdf(
        corpus / "crane.pdf", two_pages, author="<script>window.hacked=1</script>", title="Crane"
    )
    with whole_page(corpus, chromium, contexts) as tabs:
        yield tabs


def test_a_citation_of_a_pdf_opens_the_page_with_the_passage_boxed(crane: Tabs) -> None:
    page = crane.open()
    turn = ask(page, "What did the museum in Esbjerg pay for the transport?")
    turn.locator("a.chip").first.click()
    page.wait_for_selector(".page-view .box")
    assert "Page 2 of 2" in page.locator(".page-view figcaption").inner_text()
    picture, box = (
        page.locator(one).first.bounding_box() for one in (".page-view img", ".page-view .box")
    )
    assert box["x"] - picture["x"] == pytest.approx(picture["width"] * 72 / 595.3, abs=4)
    assert box["y"] - picture["y"] == pytest.approx(picture["height"] * (1 - 711 / 841.9), abs=6)
    page.keyboard.press("ArrowLeft")
    until(lambda: "Page 1 of 2" in page.locator(".page-view figcaption").inner_text())
    assert page.locator(".page-view .box").count() == 0
    page.click(".page-view [aria-label='Next page']")
    page.wait_for_selector(".page-view .box")
    page.click(".reader [data-view=text]")
    page.wait_for_selector(".reader mark.here:has-text('forty thousand')")
    assert page.evaluate("window.hacked") is None
    link = page.locator(".reader .ways a[href$='/file']").get_attribute("href")
    file = httpx.get(crane.url + link, trust_env=False)
    assert file.content.startswith(b"%PDF")
    assert file.headers["content-type"] == "application/pdf"
    assert "default-src 'none'" in file.headers["content-security-policy"]
