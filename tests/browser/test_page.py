"""The page in a real Chromium: ask, stop, read the sources, keep the library."""

from pathlib import Path

import pytest
from browser.conftest import Server, Tabs
from browser.fake_assistant import FakeAssistant
from browser.hands import COST, answered, ask, open_library, titles, until

pytestmark = [
    pytest.mark.browser,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning"),
]

FOCUSED = """() => {
    const one = document.activeElement;
    const name = [one.localName, ...one.classList].slice(0, 2).join(".");
    const shown = one.matches(".composer textarea") ? one.closest(".composer") : one;
    const look = ({ outline, boxShadow, borderColor } = getComputedStyle(shown)) =>
        [outline, boxShadow, borderColor].join();
    const focused = look();
    one.blur();
    const left = look();
    one.focus();
    return [name, focused !== left];
}"""
"""What has the keyboard's focus, and whether it looks otherwise than without it."""

# --- asking ---------------------------------------------------------------------------------------


def test_an_example_question_gets_a_cited_answer_with_chips_and_cards(tabs: Tabs) -> None:
    page = tabs.open()
    page.locator(".examples button").first.click()
    turn = answered(page, COST)
    assert "84 million euros" in turn.locator(".answer").inner_text()
    chips = turn.locator("a.chip")
    assert chips.all_inner_texts() == ["1", "2"]
    chips.first.hover()
    tip = page.locator(".peek").inner_text()
    for known in ("The new harbour bridge", "Harbour Post", "2024-10-05", "nine million more"):
        assert known in tip
    assert page.locator(".card:visible mark").all_inner_texts() == [
        "The city council put the cost at 84 million euros, nine million more than planned.",
        "Die neue Hafenbrücke hat nach Angaben des Rechnungshofs 91 Millionen Euro gekostet.",
    ]
    first = page.locator(".card").first.inner_text()
    for known in ("The new harbour bridge", "Harbour Post", "2024-10-05", "p. 1", "Evening Copy"):
        assert known in first


def test_a_chip_lights_its_card_up_and_the_card_opens_the_article_at_the_quote(tabs: Tabs) -> None:
    page = tabs.open()
    turn = ask(page, COST)
    turn.locator("a.chip").nth(1).click()
    assert page.locator(".card.lit").get_attribute("id") == "source-1-2"
    mark = page.locator(".reader mark.here")
    mark.wait_for()
    assert "91 Millionen Euro" in mark.inner_text()
    assert page.locator(".reader .at").inner_text() == "Source 2 of 2"
    page.keyboard.press("p")
    until(lambda: "84 million euros" in mark.inner_text())
    assert page.locator(".card.lit").get_attribute("id") == "source-1-1"
    page.keyboard.press("n")
    until(lambda: "91 Millionen Euro" in mark.inner_text())
    page.click(".reader .previous")
    until(lambda: "84 million euros" in mark.inner_text())
    assert page.locator(".reader .article-text h4").all_inner_texts() == [
        "Costs",
        "What comes next",
    ]
    assert "Page 2" in page.locator(".reader").inner_text()
    ways = page.locator(".reader .ways a")
    assert [way.get_attribute("href") for way in ways.all()] == [
        "https://harbour-post.example/bridge",
        "articles/harbour/file",
    ]
    page.keyboard.press("Escape")
    assert page.locator(".reader").is_hidden()


def test_a_chip_of_an_earlier_answer_brings_that_answers_sources_back(tabs: Tabs) -> None:
    page = tabs.open()
    first = ask(page, COST)
    ask(page, "What does the hostile article say?")
    assert page.locator(".card:visible").count() == 1
    first.locator("a.chip").first.click()
    page.keyboard.press("Escape")
    assert page.locator(".card:visible").count() == 2


def test_a_follow_up_is_asked_with_the_history_and_a_new_conversation_without(
    tabs: Tabs, fake: FakeAssistant
) -> None:
    page = tabs.open()
    ask(page, COST)
    ask(page, "And what will the ferry cost?")
    assert [turn.question for turn in fake.asked[-1][1]] == [COST]
    page.click("#new")
    page.wait_for_selector(".welcome")
    ask(page, "What did it cost?")
    assert fake.asked[-1][1] == ()


def test_the_stages_and_the_first_words_show_while_the_answer_is_written(
    tabs: Tabs, fake: FakeAssistant
) -> None:
    fake.pause = 0.15
    page = tabs.open()
    page.fill("#question textarea", COST)
    page.click("#ask")
    page.wait_for_selector(".steps li:has-text('Searching 124 passages')")
    page.wait_for_selector(".steps li span:text-matches('^\\\\d\\\\.\\\\d s$')")
    page.wait_for_selector(".going-on .answer:has-text('The city')")
    assert "worth the money" not in page.locator(".going-on .answer").inner_text()
    page.click("#stop")
    until(lambda: fake.closed == 1)


def test_stop_keeps_what_came_and_stops_the_model(tabs: Tabs, fake: FakeAssistant) -> None:
    fake.pause = 0.05
    page = tabs.open()
    page.fill("#question textarea", "Tell me something long")
    page.press("#question textarea", "Enter")
    page.wait_for_selector(".going-on .answer:has-text('number 2')")
    page.click("#stop")
    page.wait_for_selector(".turn:not(.going-on) .note")
    assert "This is sentence number 1" in page.locator(".turn .answer").inner_text()
    until(lambda: fake.closed == 1)
    page.wait_for_selector("#ask:visible")
    fake.pause = 0
    assert "84 million" in ask(page, COST).inner_text()


def test_closing_the_tab_stops_the_model(
    tabs: Tabs, fake: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.chat.desk.ALONE_SECONDS", 0.5)
    fake.pause = 0.05
    page = tabs.open()
    page.fill("#question textarea", "Tell me something long")
    page.press("#question textarea", "Enter")
    page.wait_for_selector(".going-on .answer")
    page.close()
    until(lambda: fake.closed == 1, seconds=10)


def test_escape_stops_and_slash_goes_to_the_question(tabs: Tabs, fake: FakeAssistant) -> None:
    fake.pause = 0.05
    page = tabs.open()
    page.locator("#masthead h1").click()
    page.keyboard.press("/")
    page.keyboard.type("Tell me something long")
    page.keyboard.press("Enter")
    page.wait_for_selector(".going-on .answer")
    page.keyboard.press("Escape")
    page.wait_for_selector(".turn:not(.going-on) .note")
    until(lambda: fake.closed == 1)


def test_shift_and_enter_begin_a_new_line_and_ask_nothing(tabs: Tabs, fake: FakeAssistant) -> None:
    page = tabs.open()
    page.locator("#question textarea").press_sequentially("How much")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("did it cost?")
    assert page.input_value("#question textarea") == "How much\ndid it cost?"
    page.keyboard.press("Enter")
    page.wait_for_selector(".turn:not(.going-on) footer")
    assert [question for question, *_ in fake.asked] == ["How much\ndid it cost?"]


def test_a_doubtful_sentence_is_marked_with_its_reason(tabs: Tabs) -> None:
    turn = ask(tabs.open(), COST)
    doubtful = turn.locator(".doubtful")
    assert doubtful.inner_text().startswith("Most people in the city")
    assert doubtful.get_attribute("title") == "No article says this."


def test_articles_that_differ_stand_side_by_side_with_their_dates(tabs: Tabs) -> None:
    page = tabs.open()
    turn = ask(page, COST)
    ours, theirs = turn.locator(".differing li").all_inner_texts()
    assert "84 million euros" in ours and "2024-10-05" in ours
    assert "91 Millionen Euro" in theirs and "2024-11-12" in theirs
    boxes = [one.bounding_box() for one in turn.locator(".differing li").all()]
    assert boxes[0]["y"] == boxes[1]["y"] and boxes[0]["x"] < boxes[1]["x"]
    turn.locator(".differing [data-read]").nth(1).click()
    page.wait_for_selector(".reader mark.here:has-text('91 Millionen Euro')")


def test_an_answer_says_as_of_when_it_holds(tabs: Tabs) -> None:
    page = tabs.open()
    as_of = ask(page, COST).locator(".as-of").inner_text()
    assert as_of == "As of 2024-11-12, the newest article cited."
    assert ask(page, "Who is the mayor of Atlantis?").locator(".as-of").count() == 0


def test_a_quote_in_another_language_is_translated_under_itself(
    tabs: Tabs, fake: FakeAssistant
) -> None:
    page = tabs.open()
    ask(page, COST)
    cards = page.locator(".card:visible")
    assert cards.nth(0).locator("[data-translate]").count() == 0  # English, as the answer
    german = cards.nth(1)
    german.locator("[data-translate]").click()
    translation = german.locator(".translation")
    translation.wait_for()
    assert "<b>en</b>: Die neue Hafenbrücke hat" in translation.inner_text()  # as text
    assert "what counts is the quote" in translation.inner_text()
    fake.engine = "quotes"
    ask(page, "What did the bridge cost?")
    assert page.locator(".card:visible [data-translate]").count() == 0


def test_a_refusal_shows_the_nearest_articles_which_open(tabs: Tabs) -> None:
    page = tabs.open()
    turn = ask(page, "Who is the mayor of Atlantis?")
    turn.locator(".nearest .title").first.click()
    page.wait_for_selector(".reader h2:has-text('The new harbour bridge')")


def test_an_inferred_filter_is_shown_and_can_be_left_out(tabs: Tabs, fake: FakeAssistant) -> None:
    page = tabs.open()
    turn = ask(page, "What did it cost since October?")
    assert "since 2024-10-01" in turn.locator(".limits").inner_text()
    turn.locator(".limits button").click()
    until(lambda: len(fake.asked) == 2)
    assert fake.asked[-1][2]["inferred_filters"] is False


def test_filters_reach_the_search(tabs: Tabs, fake: FakeAssistant) -> None:
    page = tabs.open()
    page.locator("#filters button").first.click()
    page.locator("#since input[type=date]").fill("2024-10-01")
    page.locator("#languages input").click()
    page.get_by_role("option", name="German").click()
    page.wait_for_selector("#filters button:has-text('Filters (2)')")
    ask(page, COST)
    assert fake.asked[-1][2]["since"] == "2024-10-01"
    assert fake.asked[-1][2]["language"] == ["de"]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        pytest.param("What is broken here?", "Start it with: ollama serve", id="expected"),
        pytest.param("Is there a bug?", "Something went wrong", id="unexpected"),
    ],
)
def test_an_error_is_shown_as_a_message_without_a_traceback(
    tabs: Tabs, question: str, said: str
) -> None:
    turn = ask(tabs.open(), question)
    problem = turn.locator(".problem").inner_text()
    assert said in problem
    assert "secret detail" not in problem


def test_copy_gives_the_answer_with_marks_and_sources(tabs: Tabs) -> None:
    page = tabs.open()
    ask(page, COST).locator("[data-copy]").click()
    page.wait_for_selector("[data-copy]:has-text('Copied')")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "euros [1]." in copied
    assert "[2] Hafenbrücke teurer als geplant" in copied


# --- the library ----------------------------------------------------------------------------------


def test_the_table_filters_as_one_types_and_sorts(tabs: Tabs) -> None:
    page = tabs.open()
    open_library(page)
    assert len(titles(page)) == 5
    page.fill(".shelf .filter", "hafenbrucke zeitung")
    assert titles(page) == ["Hafenbrücke teurer als geplant"]
    assert page.locator(".shelf .count").inner_text() == "1 of 5 articles"
    page.fill(".shelf .filter", "nothing like it")
    assert page.locator(".shelf .count").inner_text() == "No article matches."
    page.fill(".shelf .filter", "")
    page.locator("th.words button").click()
    assert titles(page)[0] == "The new harbour bridge"
    page.click("tr[data-id=ferry] [data-read]")
    page.wait_for_selector(".reader h2:has-text('The ferry')")
    assert page.locator(".reader mark").count() == 0


def test_removed_articles_come_back_with_undo(tabs: Tabs, fake: FakeAssistant) -> None:
    page = tabs.open()
    open_library(page)
    page.locator("tr[data-id=ferry] input").check()
    page.locator("tr[data-id=harbour] input").check()
    page.click(".tools .remove:has-text('Remove (2)')")
    page.wait_for_selector(".report [data-undo]")
    until(lambda: len(titles(page)) == 3)
    assert set(fake.trash) == {"ferry", "harbour"}
    page.click("#report [data-undo]")
    until(lambda: len(titles(page)) == 5)
    assert "2 articles are back." in page.locator("#report").inner_text()


def test_chosen_articles_can_be_asked_alone(tabs: Tabs, fake: FakeAssistant) -> None:
    page = tabs.open()
    open_library(page)
    page.locator("tr[data-id=ferry] input").check()
    page.click(".tools .ask-within")
    page.wait_for_selector("#filters button:has-text('Filters (1)')")
    ask(page, COST)
    assert fake.asked[-1][2]["article"] == ["ferry"]


def test_the_status_line_follows_the_index(tabs: Tabs, fake: FakeAssistant) -> None:
    from assistant.records import Progress

    page = tabs.open()
    assert (
        "fake-chat:1b on Ollama · 5 articles · 40 passages" in page.locator("#status").inner_text()
    )
    fake.indexing = Progress("embedding", 34, 120, per_second=6.0, seconds_left=14.0)
    page.wait_for_selector("#status :text('34 of 120 passages')")
    fake.indexing, fake.engine = None, "quotes"
    page.wait_for_selector("#status :text('Ollama is not running')")


# --- safety, languages, screens -------------------------------------------------------------------


def test_script_in_articles_and_model_output_is_inert(tabs: Tabs) -> None:
    page = tabs.open()
    turn = ask(page, "What does the hostile article say?")
    assert "<script>window.hacked = 6</script>" in turn.locator(".answer").inner_text()
    page.locator(".card [data-read]").first.click()
    page.wait_for_selector(".reader mark.here")
    assert "{{value}} and ${value} and `ticks`" in page.locator(".article-text").inner_text()
    open_library(page)
    assert page.evaluate("window.hacked") is None
    links = "a:not(.chip, [href^='articles/'])"
    assert page.locator(f":is(.turn, .reader) :is(img, script, {links})").count() == 0


def test_nothing_may_be_loaded_from_elsewhere_even_if_it_were_in_the_page(
    tabs: Tabs,
) -> None:
    page = tabs.open()
    blocked = page.evaluate(
        """() => new Promise((done) => {
            document.addEventListener("securitypolicyviolation", (e) => done(e.blockedURI));
            const image = document.createElement("img");
            image.src = "http://127.0.0.2:9/pixel.png";
            document.body.append(image);
            setTimeout(() => done(""), 3000);
        })"""
    )
    tabs.complaints.clear()
    tabs.strangers.clear()
    assert "127.0.0.2" in blocked


def test_an_arabic_answer_runs_from_right_to_left(tabs: Tabs) -> None:
    page = tabs.open()
    turn = ask(page, "كم يبلغ طول الجسر؟")
    assert turn.locator(".answer").get_attribute("dir") == "rtl"
    assert page.locator(".card:visible blockquote").get_attribute("dir") == "rtl"
    turn.locator("a.chip").first.click()
    page.wait_for_selector(".reader .article-text[dir=rtl] mark.here")


def test_the_keyboard_reaches_everything_and_shows_where_it_is(tabs: Tabs) -> None:
    page = tabs.open()
    ask(page, COST)
    page.locator(".following button").first.wait_for()
    page.evaluate("document.activeElement.blur()")
    seen = []
    for _ in range(50):  # once around: from the end it goes on at the masthead
        page.keyboard.press("Tab")
        name, shown = page.evaluate(FOCUSED)
        if name != "body":
            assert shown, f"{name} has the focus, and nothing shows it"
            seen.append(name.split(".svelte")[0])
    assert {"a.chip", "button.doubt-mark", "button.thumb", "a.number", "summary"} < set(seen)
    assert {"textarea", "button.open-talks", "button"} < set(seen)


def test_the_page_speaks_the_browsers_language(tabs: Tabs) -> None:
    page = tabs.open(language="de-DE")
    assert page.locator("#masthead h1").inner_text() == "Artikel-Assistent"
    assert page.locator("#ask").inner_text() == "Fragen"
    assert page.get_by_role("tab").all_inner_texts() == ["Fragen", "Bibliothek", "Zustand"]
    assert page.evaluate("document.documentElement.lang") == "de"
    assert page.title() == "Artikel-Assistent"
    french = tabs.open(language="fr-FR")
    assert french.locator("#ask").inner_text() == "Ask"


@pytest.mark.parametrize(
    ("width", "height"), [pytest.param(390, 780, id="phone"), pytest.param(820, 1180, id="tablet")]
)
def test_a_narrow_screen_shows_everything_without_sideways_scrolling(
    tabs: Tabs, width: int, height: int
) -> None:
    page = tabs.open(width=width, height=height)
    turn = ask(page, COST)
    turn.locator("a.chip").nth(1).click()
    page.wait_for_selector(".reader mark.here")
    reader = page.locator(".reader")
    until(lambda: reader.bounding_box()["x"] == pytest.approx(0, abs=1))  # it slides in
    assert reader.bounding_box()["width"] == pytest.approx(width)
    assert page.evaluate("getComputedStyle(document.documentElement).overflow") == "hidden"
    page.click(".reader .close")
    assert turn.locator("h2").bounding_box()["x"] <= 20  # the margin of a narrow screen
    thumb = turn.locator(".thumb").first.bounding_box()
    assert thumb["width"] >= 40 and thumb["height"] >= 40
    tops = turn.locator(".thumb").evaluate_all("(both) => both.map((one) => one.offsetTop)")
    assert len(tops) == 2 and len(set(tops)) == 1  # neither goes into a line of its own
    sideways = "document.documentElement.scrollWidth - innerWidth"
    assert page.evaluate(sideways) <= 0
    open_library(page)
    assert page.evaluate(sideways) <= 0


def test_two_tabs_do_not_see_each_others_conversation(tabs: Tabs, fake: FakeAssistant) -> None:
    one, other = tabs.open(), tabs.open()
    ask(one, COST)
    ask(other, "Who is the mayor of Atlantis?")
    assert fake.asked[-1][1] == ()
    assert COST not in other.locator(".talk").inner_text()


def test_the_pictures_of_the_readme_are_small(server: Server) -> None:
    for picture in (Path(__file__).parent / "pictures").glob("*.png"):
        assert picture.stat().st_size <= 200_000, picture.name


def test_an_empty_corpus_shows_the_way_to_the_library(tabs: Tabs, fake: FakeAssistant) -> None:
    fake.shelf.clear()
    page = tabs.open()
    page.click(".welcome [data-tab]")
    page.wait_for_selector(".shelf .count:has-text('No articles yet')")


def test_a_very_long_question_is_not_cut_in_silence(tabs: Tabs, fake: FakeAssistant) -> None:
    page = tabs.open()
    page.fill("#question textarea", "cost " * 2000)
    page.press("#question textarea", "Enter")
    page.wait_for_selector(".turn:not(.going-on) footer")
    assert len(fake.asked[-1][0]) > 9_000
