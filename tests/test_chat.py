"""How the page follows an answer, adds articles and is built, without a browser."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browser.fake_assistant import FakeAssistant
from browser.sample import sample

from assistant.chat import collecting, feed, filters, theme
from assistant.chat.conversation import Conversation, Exchange
from assistant.chat.desk import Desk
from assistant.errors import InputError, UsageError
from assistant.records import (
    Sentence,
    Stage,
    Token,
)

# --- feed -----------------------------------------------------------------------------------------


def test_what_the_work_puts_comes_in_order_and_is_gathered() -> None:
    def work(put: feed.Put[int]) -> None:
        for number in range(100):
            put(number)

    batches = list(feed.run(work, stop=threading.Event()))
    assert [number for batch in batches for number in batch] == list(range(100))
    assert len(batches) < 20


def test_an_error_of_the_work_is_raised_after_what_came_before_it() -> None:
    def work(put: feed.Put[int]) -> None:
        put(1)
        raise KeyError("x")

    got: list[int] = []
    with pytest.raises(KeyError):
        for batch in feed.run(work, stop=threading.Event()):
            got += batch
    assert got == [1]


def test_stopping_ends_the_feed_at_once_though_the_work_is_stuck() -> None:
    stop, free = threading.Event(), threading.Event()

    def work(put: feed.Put[int]) -> None:
        put(1)
        free.wait(10)

    batches = feed.run(work, stop=stop)
    assert next(batches) == [1]
    stop.set()
    began = time.monotonic()
    assert list(batches) == []
    assert time.monotonic() - began < 0.5
    free.set()


def test_closing_the_feed_tells_the_work_and_quiet_time_is_reported() -> None:
    stop = threading.Event()
    batches = feed.run(lambda put: stop.wait(5) and None, stop=stop, tick=0.05)
    assert next(batches) == []
    batches.close()  # type: ignore[attr-defined]
    assert stop.is_set()


def wait_until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


# --- a conversation -------------------------------------------------------------------------------


def answered(question: str, *, desk: Desk | None = None, conversation: str = "") -> Conversation:
    desk = desk or Desk(FakeAssistant())  # type: ignore[arg-type]
    asked = desk.ask(question, owner="", conversation=conversation)
    assert asked is not None
    *_, last = desk.follow(asked.id, owner="", language="en", filters={})
    return last


def test_events_grow_an_exchange() -> None:
    events = [Stage("searching", 3), Token("One "), Token("two."), Sentence("One two.")]
    exchange = Exchange(1, "?").after(events, now=5.0)
    assert exchange.draft == "One two."
    assert exchange.steps[0].began == 5.0
    assert not exchange.done


def test_without_tokens_the_finished_sentences_are_the_draft() -> None:
    exchange = Exchange(1, "?").after([Sentence("One."), Sentence("Two.")], now=0.0)
    assert exchange.draft == "One. Two."


def test_an_answer_ends_an_exchange_and_becomes_history() -> None:
    conversation = answered("What did it cost?")
    assert conversation.last is not None
    assert conversation.last.done
    assert conversation.turns[0].answer.startswith("The city council")


def test_the_next_question_is_asked_with_what_was_said_before() -> None:
    fake = FakeAssistant()
    desk = Desk(fake)  # type: ignore[arg-type]
    first = answered("What did it cost?", desk=desk)
    answered("And then?", desk=desk, conversation=first.id)
    assert [turn.question for turn in fake.asked[-1][1]] == ["What did it cost?"]


def test_a_stopped_answer_keeps_its_words_and_closes_the_assistants_stream() -> None:
    fake = FakeAssistant(pause=0.01)
    desk = Desk(fake)  # type: ignore[arg-type]
    asked = desk.ask("Something long", owner="")
    assert asked is not None
    for state in desk.follow(asked.id, owner="", language="en", filters={}):
        assert state.last is not None
        if "number 2" in state.last.draft:
            desk.stop(asked.id, owner="")
        last = state.last
    assert last.stopped
    assert "number 1" in last.draft
    wait_until(lambda: fake.closed == 1)
    wait_until(lambda: fake.conversations.exchanges(asked.id)[0].stopped)
    assert "number 1" in fake.conversations.exchanges(asked.id)[0].draft


def test_two_tabs_follow_one_answer_and_nobody_makes_it_twice() -> None:
    fake = FakeAssistant(pause=0.005)
    desk = Desk(fake)  # type: ignore[arg-type]
    asked = desk.ask("What did it cost?", owner="")
    assert asked is not None
    first = desk.follow(asked.id, owner="", language="en", filters={})
    next(first)
    *_, other = desk.follow(asked.id, owner="", language="en")
    *_, mine = first
    assert mine == other
    assert len(fake.asked) == 1


def test_while_an_answer_is_on_its_way_no_other_question_is_taken() -> None:
    desk = Desk(FakeAssistant())  # type: ignore[arg-type]
    asked = desk.ask("What did it cost?", owner="")
    assert asked is not None
    assert desk.ask("And then?", owner="", conversation=asked.id) is None
    assert desk.ask("  ", owner="") is None


def test_an_answer_that_nobody_follows_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("assistant.chat.desk.ALONE_SECONDS", 0.05)
    fake = FakeAssistant(pause=0.02)
    desk = Desk(fake)  # type: ignore[arg-type]
    asked = desk.ask("Something long", owner="")
    assert asked is not None
    follower = desk.follow(asked.id, owner="", language="en", filters={})
    next(follower)
    follower.close()  # type: ignore[attr-defined]
    wait_until(lambda: fake.closed == 1)


def test_another_persons_conversation_is_neither_opened_followed_nor_stopped() -> None:
    desk = Desk(FakeAssistant(pause=0.01))  # type: ignore[arg-type]
    asked = desk.ask("Something long", owner="ada")
    assert asked is not None
    for reach in (
        lambda: desk.open(asked.id, owner="bob"),
        lambda: list(desk.follow(asked.id, owner="bob", language="en", filters={})),
        lambda: desk.stop(asked.id, owner="bob"),
        lambda: desk.ask("Mine?", owner="bob", conversation="made-up"),
    ):
        with pytest.raises(InputError):
            reach()


def test_an_unforeseen_error_tells_the_reader_nothing_of_the_inside(
    caplog: pytest.LogCaptureFixture,
) -> None:
    last = answered("Is there a bug?").last
    assert last is not None and last.problem is not None
    assert "secret" not in last.problem.message + last.problem.hint
    assert "secret" in caplog.text


def test_dates_are_read_and_others_refused_with_an_example() -> None:
    read = filters.read_filters(" 2024-10-05 ", "", ["de"], None, [], language="en")
    assert read["since"] == "2024-10-05"
    assert read["until"] is None
    assert read["language"] == ["de"]
    with pytest.raises(UsageError, match="“yesterday” is not a date"):
        filters.read_filters("yesterday", "", [], [], [], language="en")


def test_the_filter_row_offers_what_the_corpus_has() -> None:
    articles = [shown.article for shown in sample()]
    languages, outlets, titles, _ = filters.filter_choices(articles, language="de")
    assert ("Arabisch", "ar") in languages
    assert ("Harbour Post", "Harbour Post") in outlets
    assert titles[0] == ("Hafenbrücke teurer als geplant · 2024-11-12", "bruecke")


# --- library, status, wording ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "addresses"),
    [
        pytest.param("https://a.example/b", ["https://a.example/b"], id="one"),
        pytest.param(
            " a.example \n\n http://b.example", ["https://a.example", "http://b.example"], id="two"
        ),
        pytest.param(" \n ", [], id="none"),
    ],
)
def test_addresses_are_read_one_a_line(written: str, addresses: list[str]) -> None:
    assert collecting.addresses_in(written) == addresses


# --- looks and construction -----------------------------------------------------------------------


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("dark", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("text", "grounds"),
    [
        ("ink", ("paper", "sheet", "shade", "tint")),
        ("quiet", ("paper", "sheet", "shade", "tint")),
        ("accent", ("paper", "sheet", "tint")),
        ("on-accent", ("accent",)),
        ("on-mark", ("mark",)),
        ("warn", ("paper", "sheet")),
        ("bad", ("paper", "sheet", "shade")),
    ],
)
def test_text_is_readable_on_its_ground(text: str, grounds: tuple[str, ...], dark: int) -> None:
    for ground in grounds:
        light, deep = sorted(
            (luminance(theme.PALETTE[name][dark]) for name in (text, ground)), reverse=True
        )
        assert (light + 0.05) / (deep + 0.05) >= 4.5, (text, ground)


def test_the_content_policy_lets_nothing_in_from_elsewhere() -> None:
    for directive in theme.CONTENT_SECURITY_POLICY.split("; "):
        assert not {"*", "http:", "https:"} & set(directive.split())
    assert "http" not in theme.style().replace("http://www.w3.org/2000/svg", "")


@pytest.fixture
def built() -> Iterator[Callable[..., Any]]:
    import gc
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from assistant import chat

        yield lambda **options: chat.build(FakeAssistant(), **options)  # type: ignore[arg-type]
        gc.collect()


def test_the_page_can_be_built_in_a_fixed_language(built: Callable[..., Any]) -> None:
    blocks = built(language="de")
    assert blocks.title == "Artikel-Assistent"
    labels = [getattr(block, "value", None) for block in blocks.blocks.values()]
    assert "Fragen" in labels
    assert blocks.analytics_enabled is False
    assert blocks.delete_cache == (3600, 3600)


def test_no_rule_for_some_screens_is_lost() -> None:
    blocks = re.findall(r"^@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", theme.style(), re.MULTILINE)
    assert len(blocks) > 5
    for block in blocks:  # Gradio puts each rule in them below its .contain, which lies in these
        assert not re.search(r"[{}]\s*(\.gradio-container|html|body|:root)\b", block), block
