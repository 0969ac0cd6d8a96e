"""A newcomer's walk through the whole product in a real Chromium, with the real embedder."""

from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from articles import build
from browser.conftest import Server, Tabs
from browser.hands import QUIET_SERVERS, answered, ask, open_library, titles, until
from servers import serving

from assistant import sources
from assistant.assistant import Assistant

pytestmark = [
    pytest.mark.browser,
    pytest.mark.children,
    QUIET_SERVERS,
]
PAPERS = {
    "lighthouse": [
        "The lighthouse of Norderhall was built in 1887 by the engineer Tilda Brandt.",
        "Its lamp is seen over a distance of 31 kilometres.",
    ],
    "ferry": ["The ferry to the island leaves at seven in the morning from May to September."],
    "orchard": ["The orchard behind the abbey holds forty kinds of apples."],
}
PAGE = (
    "<html><head><title>{title}</title></head><body><article><h1>{title}</h1><p>{text}</p>"
    "<p>The council of the town spoke about it for two hours and then went home. It was the third"
    " meeting on the matter since the winter, and the last before the elections in autumn.</p>"
    "<p>Several neighbours had come to listen. One of them, a carpenter, offered to help with the"
    " work on Saturdays, and the mayor thanked him in front of everybody.</p>"
    "</article></body></html>"
)


def two_pages(sheet: Any, *, lines: list[str], title: str) -> None:
    build.lines(sheet, [title], y=760, size=20)
    for line in lines:
        build.lines(sheet, [line])
        sheet.showPage()


class _Web(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        text = "The market hall of Norderhall opens again in March after a fire."
        body = PAGE.format(title="The market hall opens again", text=text).encode()
        self.send_response(200)
        self.send_header("content-type", "text/html; charset=utf-8")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def web(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A web server on this machine, which fetching refuses unless it is told otherwise."""
    monkeypatch.setattr(sources, "fetch", partial(sources.fetch, allow_loopback=True))
    with serving(_Web) as served:
        yield f"{served.url}/market.html"


def test_the_walk(tmp_path: Path, chromium: Any, contexts: dict[str, Any], web: str) -> None:
    papers, pages = tmp_path / "papers", tmp_path / "pages"
    papers.mkdir(), pages.mkdir()
    for name, lines in PAPERS.items():
        draw = partial(two_pages, lines=lines, title=f"On the {name}")
        build.pdf(papers / f"{name}.pdf", draw, title=f"On the {name}")
    for name in ("bakery", "school"):
        text = f"The {name} of Norderhall has a new roof since April."
        (pages / f"{name}.html").write_text(PAGE.format(title=f"A roof for the {name}", text=text))
    (tmp_path / "corpus").mkdir()
    with Assistant(tmp_path / "corpus", engine="quotes") as assistant:
        server = Server(assistant)
        tabs = Tabs(chromium, contexts, server.url)
        try:
            _walk(tabs, papers=papers, pages=pages, web=web, assistant=assistant)
            tabs.close()
        finally:
            server.close()
    assert tabs.strangers == []


def _walk(tabs: Tabs, *, papers: Path, pages: Path, web: str, assistant: Assistant) -> None:
    page = tabs.open()
    page.set_default_timeout(90_000)
    page.click(".welcome [data-tab]")
    page.set_input_files(".intake input.files", sorted(papers.glob("*.pdf")))
    page.wait_for_selector(".work .sum:text-is('3 of 3 done')")
    page.set_input_files(".intake input.folder", pages)
    page.wait_for_selector(".work .sum:text-is('5 of 5 done')")
    page.fill(".by-address textarea", web)
    page.click(".by-address button")
    page.wait_for_selector(".work .sum:text-is('6 of 6 done')")
    until(lambda: len(titles(page)) == 6, seconds=30)

    page.get_by_role("tab").nth(0).click()
    german = "Wie weit ist die Lampe des Leuchtturms von Norderhall zu sehen, und wer baute ihn?"
    turn = ask(page, german)
    chips = turn.locator("a.chip")
    chips.nth(1 if chips.count() > 1 else 0).click()
    page.wait_for_selector(".page-view .box")
    assert "lighthouse" in page.locator(".page-view img").get_attribute("alt")
    page.keyboard.press("Escape")

    ask(page, "When does the ferry leave?")
    page.wait_for_url("**/?c=*")
    tabs.reload(page)
    answered(page, german)
    page.click(".open-talks")
    page.locator(".drawer .row summary").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Export as Markdown").click()
    assert "[^1-1]: " in Path(saved.value.path()).read_text("utf-8")
    page.keyboard.press("Escape")

    open_library(page)
    page.locator("tr:has-text('orchard') .tick input").check()
    page.click(".tools .remove")
    until(lambda: len(titles(page)) == 5, seconds=30)
    page.click("#report [data-undo]")
    until(lambda: len(titles(page)) == 6, seconds=30)
