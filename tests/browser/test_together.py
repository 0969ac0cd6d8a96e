"""Many people at once in a real Chromium: each gets their own whole answer, in its own order.

Ten here; twenty with `pytest -m long`.
"""

from typing import Any

import pytest
from browser.conftest import Server
from browser.fake_assistant import FakeAssistant
from browser.hands import asked_by_all, counted

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
    read = asked_by_all(chromium, server.url, people)
    assert [answer for answer, _ in read] == [counted(name) for name in people]
    assert sorted(question for question, *_ in fake.asked) == sorted(
        f"Count for {name}" for name in people
    )
