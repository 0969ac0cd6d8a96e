"""Keeping the library in a real Chromium: correct, tag, the articles over time, 50,000 rows."""

import pytest
from browser.conftest import Tabs
from browser.fake_assistant import FakeAssistant
from browser.hands import COST, ask, open_library, titles, until
from browser.sample import many

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning"),
]


def test_title_outlet_and_date_are_corrected_in_the_row(tabs: Tabs, fake: FakeAssistant) -> None:
    page = tabs.open()
    open_library(page)
    row = page.locator("tr[data-id=ferry]")
    title = row.locator("td.title [data-read]").bounding_box()
    assert row.bounding_box()["height"] < 2 * title["height"]  # the hidden button takes no room
    row.hover()
    row.locator(".amend").click()
    page.locator(".amend-form [name=title]").fill("The last ferry")
    page.locator(".amend-form [name=outlet]").fill("Quay Times")
    page.locator(".amend-form [name=published]").fill("2024-09-30")
    page.keyboard.press("Enter")
    page.wait_for_selector(".shelf .count:has-text('Saved')")
    until(lambda: "The last ferry" in titles(page)[0] or "The last ferry" in str(titles(page)))
    known = fake.shelf["ferry"].article
    assert (known.title, known.outlet, known.published) == (
        "The last ferry",
        "Quay Times",
        "2024-09-30",
    )
    row = page.locator("tr[data-id=ferry]")
    row.hover()
    row.locator(".amend").click()
    page.locator(".amend-form [name=title]").fill(" ")
    page.keyboard.press("Enter")
    page.wait_for_selector(".shelf .count:has-text('needs a title')")
    page.keyboard.press("Escape")
    page.wait_for_selector(".amend-form", state="detached")
    row.hover()
    row.locator(".amend").click()
    page.click(".amend-form button:has-text('As the file says')")
    page.wait_for_selector(".shelf .count:has-text('those of the file')")
    until(lambda: "The ferry's last autumn" in titles(page))
    assert fake.shelf["ferry"].article.outlet == ""


def test_a_tag_makes_a_set_to_ask_within(tabs: Tabs, fake: FakeAssistant) -> None:
    page = tabs.open()
    open_library(page)
    page.locator("tr[data-id=ferry] .tick input").check()
    page.locator("tr[data-id=harbour] .tick input").check()
    page.click(".tools .tag:has-text('Tag (2)')")
    page.locator(".tag-form input").fill("crossing")
    page.keyboard.press("Enter")
    page.wait_for_selector("tr[data-id=ferry] .label-tag:text-is('crossing')")
    page.locator("tr[data-id=ferry] .label-tag").click()
    until(lambda: len(titles(page)) == 2)
    page.get_by_role("tab").nth(0).click()
    page.locator("#filters button").first.click()
    page.locator("#tags input").click()
    page.get_by_role("option", name="crossing").click()
    ask(page, COST)
    assert fake.asked[-1][2]["tag"] == ["crossing"]


def test_the_picture_of_the_articles_over_time_filters_by_a_click(tabs: Tabs) -> None:
    page = tabs.open()
    open_library(page)
    page.click(".timeline summary")
    bars = page.locator(".timeline .bar")
    bars.nth(1).wait_for()
    assert [bar.get_attribute("title") for bar in bars.all()] == ["2024-10: 2", "2024-11: 1"]
    bars.first.click()
    until(lambda: page.input_value(".shelf .filter") == "2024-10")
    until(lambda: len(titles(page)) == 2)
    page.locator(".timeline .bar").first.click()
    until(lambda: len(titles(page)) == 5)
    page.click(".timeline [data-by=outlet]")
    page.locator(".legend button", has_text="Harbour Post").click()
    until(lambda: len(titles(page)) == 1)


def test_fifty_thousand_articles_are_filtered_as_one_types(tabs: Tabs, fake: FakeAssistant) -> None:
    fake.shelf = many(50_000)
    page = tabs.open()
    open_library(page)
    measured = page.evaluate(
        """() => {
            const box = document.querySelector(".shelf .filter");
            const times = [];
            for (const text of ["l", "li", "light", "lighthouse", "lighthouse 2014", "4999", ""]) {
                const began = performance.now();
                box.value = text;
                box.dispatchEvent(new Event("input", { bubbles: true }));
                document.querySelector(".shelf div.table").getBoundingClientRect();
                times.push(performance.now() - began);
            }
            return times.sort((a, b) => a - b)[Math.floor(times.length / 2)];
        }"""
    )
    page.fill(".shelf .filter", "lighthouse")
    assert page.locator(".shelf .count").inner_text() == "5,000 of 50,000 articles"
    assert measured < 1000, f"{measured:.0f} ms"  # 100 on an idle machine: see benchmarks/page.py
