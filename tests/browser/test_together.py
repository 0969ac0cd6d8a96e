"""Twenty people at once in a real Chromium: each gets their own whole answer, in its own order."""

from typing import Any

import pytest
from browser.conftest import Server
from browser.fake_assistant import FakeAssistant
from browser.hands import answered

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning"),
]
PEOPLE = [f"person{number}" for number in range(20)]


def test_twenty_people_each_get_their_own_whole_answer(chromium: Any, server: Server) -> None:
    server.assistant.__init__()  # type: ignore[misc]
    fake: FakeAssistant = server.assistant
    fake.pause = 0.02
    contexts = [chromium.new_context() for _ in PEOPLE]  # each with connections of its own
    pages = [context.new_page() for context in contexts]
    try:
        for page in pages:
            page.set_default_timeout(90_000)
            page.goto(server.url, wait_until="commit")
        for page, name in zip(pages, PEOPLE, strict=True):
            page.wait_for_selector(".welcome")
            page.fill("#question textarea", f"Count for {name}")
        for page in pages:
            page.press("#question textarea", "Enter")
        for page, name in zip(pages, PEOPLE, strict=True):
            answer = answered(page, f"Count for {name}").locator(".answer").inner_text()
            assert answer.replace("?", "").split(". ") == [
                f"{name} counts {number}" + ("." if number == 12 else "") for number in range(1, 13)
            ]
            assert page.locator(".turn").count() == 1
    finally:
        for context in contexts:
            context.close()
    assert sorted(question for question, *_ in fake.asked) == sorted(
        f"Count for {name}" for name in PEOPLE
    )
