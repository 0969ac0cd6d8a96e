"""The Status tab in a real Chromium: who answers, the doctor's findings, models."""

import pytest
from browser.conftest import Tabs
from browser.fake_assistant import FakeAssistant
from browser.hands import until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning"),
]


def test_status_says_who_answers_what_is_wrong_and_gets_a_model(
    tabs: Tabs, fake: FakeAssistant
) -> None:
    page = tabs.open()
    page.get_by_role("tab").nth(2).click()
    page.wait_for_selector(
        ".findings .bad:has-text('Ollama is old.') code:text-is('ollama update')"
    )
    assert "fake-chat:1b" in page.locator("#health .facts").inner_text()
    page.locator("#model input").click()
    page.get_by_role("option", name="larger:7b").click()
    until(lambda: fake.settings.model == "larger:7b")
    page.locator("#length input[type=number]").fill("120")
    until(lambda: fake.settings.answer_words == 120)
    page.fill("#pull-name input, #pull-name textarea", "nowhere")
    page.click("#pull")
    page.wait_for_selector("#pull-progress .problem:has-text('no such model')")
    fake.pause = 0.3
    page.fill("#pull-name input, #pull-name textarea", "new:3b")
    page.click("#pull")
    page.wait_for_selector("#pull-progress progress")
    page.click("#pull-stop")
    page.wait_for_selector("#pull-progress :text('Stopped.')")


def test_the_index_is_rebuilt_where_it_must_be(tabs: Tabs, fake: FakeAssistant) -> None:
    fake.outdated, fake.pause = True, 0.6
    page = tabs.open()
    page.get_by_role("tab").nth(2).click()
    page.click("#rebuild")
    page.wait_for_selector("#rebuild-progress progress")
    page.wait_for_selector("#rebuild-progress :text('The index is new.')")
    page.click("#health details:has-text('In order: 1') summary")
    page.wait_for_selector(".findings .ok:has-text('The index is whole.')")
    page.wait_for_selector("#rebuild", state="hidden")
