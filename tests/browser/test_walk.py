"""A newcomer's walk through the whole product in a real Chromium, with the real embedder."""

import re
import time
from collections.abc import Iterator, Sequence
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
from articles import build
from browser.conftest import Server, Tabs
from browser.hands import QUIET_SERVERS, answered, ask, open_library, titles, until
from fakes import FakeChat
from servers import serving

from assistant import sources
from assistant.assistant import Assistant
from assistant.records import Message, Usage

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


GERMAN = "Wie weit ist die Lampe des Leuchtturms von Norderhall zu sehen, und wer baute ihn?"
FOLLOW_UP = "And when was it built?"
SLOW = "When does the ferry to the island leave?"


class Scribe(FakeChat):
    """Writes what the sources in the prompt say, as a model would: in the question's language."""

    def stream(self, messages: Sequence[Message], *, max_tokens: int) -> Iterator[str | Usage]:
        asked = "\n".join(message.content for message in messages)
        self.enqueue(self._answer(asked))
        for piece in super().stream(messages, max_tokens=max_tokens):
            time.sleep(0.05 if SLOW in asked else 0)
            yield piece

    def _answer(self, asked: str) -> str:
        if "Write only the rewritten question" in asked:
            follows = f"New question: {FOLLOW_UP}" in asked
            return "When was the lighthouse of Norderhall built?" if follows else SLOW
        if SLOW in asked:
            number = source_of("leaves at seven", asked)
            return f"The ferry leaves at seven in the morning [{number}]. " * 40
        number = source_of("Tilda Brandt", asked)
        if GERMAN not in asked:
            return f"The lighthouse was built in 1887 [{number}]."
        return (
            f"Den Leuchtturm baute 1887 die Ingenieurin Tilda Brandt [{number}]. "
            f"Seine Lampe ist 31 Kilometer weit zu sehen [{number}]."
        )


def source_of(words: str, asked: str) -> str:
    """The number of the source in a prompt that holds these words."""
    return re.findall(r"\[(\d+)\]", asked[: asked.index(words)])[-1]


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
    with Assistant(tmp_path / "corpus", engine="auto", chat_model=Scribe()) as assistant:
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
    turn = ask(page, GERMAN)
    assert "Den Leuchtturm baute 1887" in turn.locator(".answer").inner_text()
    turn.locator("a.chip").nth(1).click()
    page.wait_for_selector(".page-view .box")
    assert "lighthouse" in page.locator(".page-view img").get_attribute("alt")
    assert "Page 2 of 2" in page.locator(".page-view figcaption").inner_text()
    page.keyboard.press("Escape")

    follow_up = ask(page, FOLLOW_UP)
    assert "1887" in follow_up.locator(".answer").inner_text()
    page.fill("#question textarea", SLOW)
    page.press("#question textarea", "Enter")
    page.wait_for_selector(".going-on .answer:has-text('seven in the morning')")
    page.keyboard.press("Escape")
    stopped = answered(page, SLOW)
    assert "seven in the morning" in stopped.locator(".answer").inner_text()
    assert "Stopped" in stopped.locator(".note").inner_text()

    page.wait_for_url("**/?c=*")
    tabs.reload(page)
    answered(page, GERMAN), answered(page, FOLLOW_UP)
    assert "seven in the morning" in answered(page, SLOW).inner_text()
    page.click("#new")
    page.wait_for_selector(".welcome")
    page.click(".open-talks")
    page.fill(".drawer .filter", "Leuchtturm")
    page.locator(".drawer .row .open", has_text="Wie weit").click()
    answered(page, GERMAN)
    page.click(".open-talks")
    page.locator(".drawer .row summary").click()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Export as Markdown").click()
    exported = Path(saved.value.path()).read_text("utf-8")
    assert "[^1-1]: " in exported and "1887" in exported
    page.keyboard.press("Escape")

    open_library(page)
    page.locator("tr:has-text('orchard') .tick input").check()
    page.click(".tools .remove")
    until(lambda: len(titles(page)) == 5, seconds=30)
    page.click("#report [data-undo]")
    until(lambda: len(titles(page)) == 6, seconds=30)
