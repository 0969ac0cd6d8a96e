"""From scraped text to the article."""

import time
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.cleaning import clean, headings, is_furniture, same_title, tidy

SCRAPED = Path(__file__).parent / "articles" / "scraped-ferry.txt"


# --- tidy ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "tidied"),
    [
        pytest.param("a\r\nb\rc\x0cd\u2028e", "a\nb\nc\nd\ne", id="line ends of all kinds"),
        pytest.param("a\x00b\x07c\u200bd\ufeffe", "abcde", id="control and zero-width characters"),
        pytest.param("Schiff\u00adfahrt", "Schifffahrt", id="soft hyphens"),
        pytest.param("eﬃcient oﬀer ﬁsh ﬂy", "efficient offer fish fly", id="ligatures"),
        pytest.param("½ ² ™ …", "½ ² ™ …", id="other compatibility characters stay"),
        pytest.param("u\u0308ber", "über", id="composed"),
        pytest.param("a  b\tc \n  d ", "a b c\n  d", id="runs of spaces and line ends"),
        pytest.param("a\n\n\n \n\nb", "a\n\nb", id="at most one blank line"),
        pytest.param("a\ud800b", "a\ufffdb", id="lone surrogates"),
        pytest.param("نمی‌خواهم", "نمی‌خواهم", id="a joiner that Persian needs stays"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_tidy(raw: str, tidied: str) -> None:
    assert tidy(raw) == tidied


@settings(max_examples=300)
@given(st.text(max_size=200))
@example("a\r\u0308\n")
@example("\u0308ﬁ\u00ad\n \n")
@example("a\x0b\x0c b")
@example(" \n\u00ada")
def test_tidying_twice_changes_nothing(text: str) -> None:
    once = tidy(text)
    assert tidy(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert "\n\n\n" not in once and once == once.strip()


# --- clean --------------------------------------------------------------------------------------


def test_a_scraped_article_comes_out_clean() -> None:
    cleaned = clean(SCRAPED.read_text(encoding="utf-8"))
    assert cleaned.title == "Fähre nach Lindholm fällt drei Tage aus"
    assert "lindholm fällt" not in cleaned.text.casefold()
    for gone in ("PREV", "Winter“", "NEXT", "Sund", "Teilen", "Startseite", "Cookies", "Anzeige"):
        assert gone not in cleaned.text
    assert cleaned.text.count("Das Ersatzteil kommt aus Rostock.\n\nDas Ersatzteil") == 1
    assert "Next, the moon rises." in cleaned.text
    assert [heading.text for heading in cleaned.headings] == ["Wer auf die Insel will"]
    start = cleaned.headings[0].start
    assert cleaned.text[start:].startswith("Wer auf die Insel will\n\nDie Reederei")


def test_the_title_given_wins_and_is_not_repeated() -> None:
    cleaned = clean(
        "Ferry strike ends | Harbour Gazette\n\nCrews agreed.", title="Ferry strike ends"
    )
    assert cleaned.title == "Ferry strike ends"
    assert cleaned.text == "Crews agreed."


def test_a_title_that_comes_back_as_words_of_the_text_stays() -> None:
    words = "\n".join(f"Line number {number} of the text is here." for number in range(40))
    cleaned = clean(
        f"Ferry strike ends\n{words}\nFerry strike ends\n{words.replace('here', 'there')}"
    )
    assert "Ferry strike ends" in cleaned.text


def test_a_first_paragraph_is_no_title() -> None:
    text = (
        "The ferry strike ended on Monday after six days, and the boats will sail again from noon."
        "\n\nCrews agreed."
    )
    cleaned = clean(text)
    assert cleaned.title == ""
    assert cleaned.text == text


def test_a_text_of_one_line_is_title_and_text() -> None:
    cleaned = clean("The ferry strike is over\n")
    assert (cleaned.title, cleaned.text) == ("The ferry strike is over", "The ferry strike is over")


@pytest.mark.parametrize("text", ["", "\n\n", "-\n\n- - -\n", "Share | Print\nHome"])
def test_nothing_comes_of_nothing(text: str) -> None:
    cleaned = clean(text)
    assert (cleaned.text, cleaned.title, cleaned.headings) == ("", "", ())


def test_wrapped_lines_are_joined_and_paragraphs_kept() -> None:
    wrapped = (
        "A title\n\n"
        "This text was wrapped by a program at some sixty letters a\n"
        "line, as mail programs do, and its sentences run over the\n"
        "ends of lines until the paragraph is over.\n\n"
        "Here begins the second paragraph, which also runs over the\n"
        "end of a line.\n"
    )
    cleaned = clean(wrapped)
    assert "sixty letters a line, as mail programs do" in cleaned.text
    assert cleaned.text.count("\n\n") == 1


def test_lines_that_are_paragraphs_stay_apart() -> None:
    text = "Title\n" + "A line that is a paragraph of its own and goes on for a while. " * 3
    text += "\n" + "And another one that is just as long and wide as the first one was. " * 3
    assert clean(text).text.count("\n\n") == 1


def test_the_items_of_a_list_stay_together() -> None:
    cleaned = clean("Title\n\nWhat to bring:\n- a coat\n- a lamp\n\nThat is all.")
    assert "- a coat\n- a lamp\n\nThat is all." in cleaned.text


@pytest.mark.parametrize(
    ("line", "furniture"),
    [
        pytest.param("Share: Facebook | X | LinkedIn | Email", True, id="share line, English"),
        pytest.param("Teilen | Drucken | E-Mail", True, id="share line, German"),
        pytest.param("Partager\u00a0: Facebook | X | Courriel", True, id="share line, French"),
        pytest.param("Compartir en Facebook · Imprimir", True, id="share line, Spanish"),
        pytest.param("Auf Facebook teilen", True, id="share on a network"),
        pytest.param("Startseite » Region » Verkehr", True, id="breadcrumbs"),
        pytest.param("HOME > PORTS > INFRASTRUCTURE", True, id="breadcrumbs in capitals"),
        pytest.param("Advertisement", True, id="an advertisement's label"),
        pytest.param("Publicité", True, id="the same in French"),
        pytest.param("Zurück", True, id="back"),
        pytest.param("-", True, id="a lone dash"),
        pytest.param("* * *", True, id="a rule"),
        pytest.param("?!", False, id="an exclamation is text"),
        pytest.param("Next, the moon rises.", False, id="a sentence that begins with Next"),
        pytest.param("Home is where the harbour is", False, id="a heading that begins with Home"),
        pytest.param("More than forty boats came", False, id="a heading that begins with More"),
        pytest.param("Treffen mit den Südkoreanern", False, id="a heading"),
        pytest.param("Prices rose > 5 per cent", False, id="a comparison is no breadcrumbs"),
        pytest.param("", False, id="a blank line"),
    ],
)
def test_furniture(line: str, furniture: bool) -> None:
    assert is_furniture(line) is furniture


def test_a_cookie_banner_goes_only_at_the_edges() -> None:
    banner = "We use cookies to improve our service. Accept all"
    body = [f"This is paragraph number {number} of a long text on data." for number in range(40)]
    body[20] = "We use cookies to bake a point, said the speaker."
    cleaned = clean("\n\n".join(["Title", banner, *body, banner]))
    assert banner not in cleaned.text
    assert body[20] in cleaned.text


@pytest.mark.parametrize(
    ("line", "title", "same"),
    [
        ("THE FERRY STRIKE IS OVER", "The ferry strike is over", True),
        ("The ferry strike is over | Harbour Gazette", "The ferry strike is over", True),
        ("The ferry strike is over", "The ferry strike is over – Harbour Gazette", True),
        ("Tunnel\u00a0: le port parle", "Tunnel : le port parle", True),
        ("The ferry strike is over and the boats sail again", "The ferry strike is over", False),
        ("The ferry", "The ferry strike is over", False),
        ("", "", False),
    ],
)
def test_the_same_title(line: str, title: str, same: bool) -> None:
    assert same_title(line, title) is same


def test_headings_are_short_lines_alone_before_text() -> None:
    text = (
        "Who came\n\nForty boats came to the harbour.\n\nnot capital\n\nMore text here.\n\n"
        "It ended.\n\nA list:\n\n- one\n- two\n\nWhy so late?\n\nNobody knows why.\n\nThe end"
    )
    assert [heading.text for heading in headings(text)] == ["Who came", "Why so late?"]
    assert all(text[head.start :].startswith(head.text) for head in headings(text))


WORDS = st.sampled_from(
    [
        "Title line",
        "TITLE LINE",
        "-",
        "Share | Print",
        "PREV Other headline",
        "NEXT Another one",
        "A sentence of the article, quite plain.",
        "Another sentence, it is plain too.",
        "- item",
        "Heading here",
        "",
        "",
        "We use cookies. Accept all",
        "x" * 300,
        "日本語の文です。",
    ]
)


@settings(max_examples=200)
@given(st.lists(WORDS, max_size=30).map("\n".join))
def test_what_is_cleaned_is_tidy_and_its_headings_are_where_they_say(text: str) -> None:
    cleaned = clean(text)
    assert tidy(cleaned.text) == cleaned.text
    assert all(cleaned.text[head.start :].startswith(head.text) for head in cleaned.headings)
    assert "A sentence of the article" not in text or "A sentence" in cleaned.text + cleaned.title


def test_a_long_text_is_cleaned_fast() -> None:
    text = "Title\n\n" + "A sentence of the article, quite plain and not too short. " * 10 + "\n\n"
    text = text * 3_000
    begin = time.perf_counter()
    clean(text)
    assert time.perf_counter() - begin < 5
