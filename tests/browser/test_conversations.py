"""Conversations in a real Chromium: kept over reloads, found again, renamed, deleted, taken out."""

import json
from pathlib import Path
from typing import Any

import pytest
from browser.conftest import Server, Tabs
from browser.fake_assistant import FakeAssistant
from browser.hands import COST, answered, ask, until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning"),
]
HARBOUR = "Who is the mayor of Atlantis?"


def open_drawer(page: Any) -> Any:
    page.click(".open-talks")
    page.wait_for_selector(".drawer .row")
    return page.locator(".drawer")


def names(page: Any) -> list[str]:
    return page.locator(".drawer .row .title").all_inner_texts()


def saved(page: Any, act: Any) -> tuple[str, str]:
    """The name and the text of the file that an act of the hand saves."""
    with page.expect_download() as waiting:
        act()
    file = Path(waiting.value.path())
    return waiting.value.suggested_filename, file.read_text("utf-8")


def test_a_reload_loses_nothing_and_the_conversation_goes_on(
    tabs: Tabs, fake: FakeAssistant
) -> None:
    page = tabs.open()
    ask(page, COST)
    ask(page, HARBOUR)
    page.wait_for_url("**/?c=*")
    tabs.reload(page)
    answered(page, HARBOUR)
    assert "84 million" in answered(page, COST).inner_text()
    answered(page, COST).locator("a.chip").nth(1).wait_for()
    ask(page, "And what did it cost?")
    assert [turn.question for turn in fake.asked[-1][1]] == [COST, HARBOUR]


def test_a_reload_finds_the_answer_that_is_being_written(tabs: Tabs, fake: FakeAssistant) -> None:
    fake.pause = 0.05
    page = tabs.open()
    page.fill("#question textarea", "Tell me something long")
    page.press("#question textarea", "Enter")
    page.wait_for_selector(".going-on .answer:has-text('number 1')")
    tabs.reload(page)
    page.wait_for_selector(".going-on .answer:has-text('number 5')")
    assert len(fake.asked) == 1
    page.click("#stop")
    page.wait_for_selector(".turn:not(.going-on) .note")
    until(lambda: fake.closed == 1)


def test_back_and_forward_move_between_conversations(tabs: Tabs) -> None:
    page = tabs.open()
    ask(page, COST)
    page.click("#new")
    page.wait_for_selector(".welcome")
    ask(page, HARBOUR)
    page.go_back()
    page.wait_for_selector(".welcome")
    page.go_back()
    answered(page, COST)
    page.go_forward()
    page.go_forward()
    answered(page, HARBOUR)
    assert page.locator(".turn").count() == 1


def test_conversations_are_found_opened_and_renamed(tabs: Tabs) -> None:
    page = tabs.open()
    ask(page, COST)
    page.click("#new")
    page.wait_for_selector(".welcome")
    ask(page, HARBOUR)
    drawer = open_drawer(page)
    assert names(page) == [HARBOUR, COST]
    drawer.locator(".filter").fill("84 million")
    until(lambda: names(page) == [COST])
    drawer.locator(".filter").fill("nothing like it")
    page.wait_for_selector(".drawer :text('No conversation matches.')")
    drawer.locator(".filter").fill("")
    until(lambda: len(names(page)) == 2)
    drawer.locator(".row summary").last.click()
    drawer.get_by_role("button", name="Rename").last.click()
    page.keyboard.type("The price of a bridge")
    page.keyboard.press("Enter")
    until(lambda: "The price of a bridge" in names(page))
    drawer.locator(".row .open", has_text="The price").click()
    answered(page, COST)
    assert drawer.is_hidden()


def test_a_deleted_conversation_comes_back_with_undo(tabs: Tabs) -> None:
    page = tabs.open()
    ask(page, COST)
    drawer = open_drawer(page)
    drawer.locator(".row summary").click()
    drawer.locator(".menu .delete").click()
    page.wait_for_selector(".welcome")
    until(lambda: names(page) == [])
    drawer.get_by_role("button", name="Undo").click()
    until(lambda: names(page) == [COST])


def test_a_conversation_is_saved_as_markdown_with_footnotes_and_as_json(tabs: Tabs) -> None:
    page = tabs.open()
    ask(page, COST)
    drawer = open_drawer(page)
    drawer.locator(".row summary").click()
    name, text = saved(page, drawer.get_by_role("button", name="Export as Markdown").click)
    assert name == "How-much-did-the-harbour-bridge-cost.md"
    assert "84 million euros [^1-1]" in text
    assert "[^1-2]: Hafenbrücke teurer als geplant" in text
    drawer.locator(".row summary").click()
    name, text = saved(page, drawer.get_by_role("button", name="Export as JSON").click)
    assert name.endswith(".json")
    assert json.loads(text)["exchanges"][0]["answer"]["citations"][1]["number"] == 2


def test_a_link_leads_to_one_answer(tabs: Tabs) -> None:
    page = tabs.open()
    first = ask(page, COST)
    ask(page, HARBOUR)
    first.locator("[data-link]").click()
    page.wait_for_selector("[data-link]:has-text('Copied')")
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.endswith("#turn-1")
    other = tabs.open(path=link.split("/")[-1], until=".turn.linked")
    assert "84 million" in other.locator(".turn.linked").inner_text()


def test_thumbs_are_kept_with_a_word_of_why_and_become_a_question_set(tabs: Tabs) -> None:
    page = tabs.open()
    ask(page, COST).locator(".thumb.up").click()
    page.wait_for_selector(".why-form input:focus")
    page.keyboard.press("Escape")
    bad = ask(page, HARBOUR)
    bad.locator(".thumb.down").click()
    page.locator(".why-form input").fill("There is none")
    page.keyboard.press("Enter")
    page.wait_for_selector(".why-form :text('Noted.')")
    tabs.reload(page)
    answered(page, HARBOUR)
    pressed = page.locator(".thumb[aria-pressed=true]")
    assert [one.get_attribute("data-rate") for one in pressed.all()] == ["up", "down"]
    drawer = open_drawer(page)
    name, text = saved(page, drawer.locator(".ratings").click)
    good, wrong = (json.loads(line) for line in text.splitlines())
    assert name == "questions.jsonl"
    assert good["article"] == "harbour.md"
    assert wrong["expected"] == ["There is none"]


def test_a_question_is_tried_again_and_changed_in_place(tabs: Tabs, fake: FakeAssistant) -> None:
    page = tabs.open()
    ask(page, HARBOUR)
    page.get_by_role("button", name="Try again").click()
    until(lambda: len(fake.asked) == 2)
    answered(page, HARBOUR)
    assert page.locator(".turn").count() == 1
    page.locator("#question textarea").press("ArrowUp")
    assert page.input_value("#question textarea") == HARBOUR
    page.fill("#question textarea", COST)
    page.keyboard.press("Enter")
    answered(page, COST)
    assert page.locator(".turn").count() == 1
    assert fake.asked[-1][1] == ()
    page.get_by_role("button", name="Edit").click()
    page.keyboard.press("Escape")
    assert page.input_value("#question textarea") == ""
    ask(page, HARBOUR)
    assert page.locator(".turn").count() == 2


def test_a_conversation_that_is_not_there_begins_anew(tabs: Tabs) -> None:
    page = tabs.open(path="?c=made-up")
    ask(page, COST)
    assert "made-up" not in page.url


def test_an_answer_cut_off_by_the_end_of_the_program_says_so(
    tabs: Tabs, fake: FakeAssistant, server: Server
) -> None:
    key, _ = fake.conversations.ask(COST)
    page = tabs.open(path=f"?c={key}", until=".turn")
    assert "The program ended before this was answered" in page.locator(".turn").inner_text()
    page.get_by_role("button", name="Try again").click()
    answered(page, COST)
    page.wait_for_selector(".turn a.chip")
