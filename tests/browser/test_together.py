"""Many people at once in a real Chromium: each gets their own whole answer, in its own order.

Ten here; twenty with `pytest -m long`.
"""

from typing import Any

import pytest
from browser.conftest import Server
from browser.fake_assistant import FakeAssistant
from browser.hands import answered

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning"),
]


@pytest.mark.parametrize("count", [10, pytest.param(20, marks=pytest.mark.long)])
def test_many_people_each_get_their_own_whole_answer(
    chromium: Any, server: Server, count: int
) -> None:
    people = [f"person{number}" for number in range(count)]  # 8 are answered at a time
    server.assistant.__init__()  # type: ignore[misc]
    fake: FakeAssistant = server.assistant
    fake.pause = 0.02
    contexts = [chromium.new_context() for _ in people]  # each with connections of its own
    pages = [context.new_page() for context in contexts]
    try:
        for page in pages:
            page.set_default_timeout(90_000)
            page.goto(server.url, wait_until="commit")
        for page, name in zip(pages, people, strict=True):
            page.wait_for_selector(".welcome")
            page.fill("#question textarea", f"Count for {name}")
        for page in pages:
            page.press("#question textarea", "Enter")
        for page, name in zip(pages, people, strict=True):
            answer = answered(page, f"Count for {name}").locator(".answer").inner_text()
            assert answer.replace("?", "").split(". ") == [
                f"{name} counts {number}" + ("." if number == 12 else "") for number in range(1, 13)
            ]
            assert page.locator(".turn").count() == 1
    finally:
        for context in contexts:
            context.close()
    assert sorted(question for question, *_ in fake.asked) == sorted(
        f"Count for {name}" for name in people
    )
