"""Cutting articles into passages."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.languages import sentences
from assistant.passages import embedded_text, split
from assistant.records import Heading, Page

SENTENCE = "The tide rose over the old quay at noon, and nobody had moved the boats. "


def article(*, paragraphs: int, length: int) -> str:
    return "\n\n".join((SENTENCE * length).strip() for _ in range(paragraphs))


def test_a_short_text_is_one_passage() -> None:
    (passage,) = split("One line.", article_id="a")
    assert (passage.text, passage.start, passage.end) == ("One line.", 0, 9)


def test_an_empty_text_has_no_passages() -> None:
    assert split(" \n\n ", article_id="a") == []


def test_no_passage_is_longer_than_the_limit() -> None:
    passages = split(article(paragraphs=20, length=3), article_id="a", limit=500)
    assert len(passages) > 5
    assert max(len(passage.text) for passage in passages) <= 500


def test_passages_of_one_section_are_about_equally_long() -> None:
    passages = split(article(paragraphs=11, length=1), article_id="a", limit=500)
    lengths = [len(passage.text) for passage in passages]
    assert min(lengths) > max(lengths) / 2


def test_no_passage_ends_inside_a_sentence() -> None:
    text = article(paragraphs=3, length=12)
    ends = {end for _, end in sentences(text, language="en")}
    for passage in split(text, article_id="a", language="en", limit=400):
        assert passage.end in ends


def test_a_sentence_over_the_limit_is_cut_at_a_space() -> None:
    passages = split("word " * 300, article_id="a", limit=400)
    assert all(set(passage.text.split()) == {"word"} for passage in passages)


def test_a_heading_begins_a_passage_and_stays_outside_it() -> None:
    body = article(paragraphs=1, length=6)
    text = f"{body}\n\nThe harbour\n\n{body}"
    heading = Heading(2, "The harbour", text.index("The harbour"))
    first, second = split(text, article_id="a", headings=[heading])
    assert (first.heading, second.heading) == ("", "The harbour")
    assert second.text == body


def test_an_article_of_headings_alone_has_passages() -> None:
    text = "The harbour\n\nThe bridge"
    headings = [Heading(2, line, text.index(line)) for line in text.split("\n\n")]
    (passage,) = split(text, article_id="a", headings=headings)
    assert passage.text == text
    assert split("  \n", article_id="a") == []


def test_a_short_section_goes_on_past_a_heading() -> None:
    text = "Short.\n\nHeading\n\nAlso short."
    heading = Heading(2, "Heading", text.index("Heading"))
    (passage,) = split(text, article_id="a", headings=[heading])
    assert passage.text == text


def test_a_passage_knows_the_page_it_begins_on() -> None:
    text = article(paragraphs=2, length=6)
    middle = text.index("\n\n")
    pages = [Page(1, "iv", 0, middle), Page(2, "1", middle, len(text))]
    first, second = split(text, article_id="a", pages=pages, limit=500)
    assert (first.page, first.page_label) == (1, "iv")
    assert (second.page, second.page_label) == (2, "1")


def test_equal_passages_of_an_article_have_different_ids() -> None:
    text = article(paragraphs=4, length=6)
    passages = split(text, article_id="a", limit=500)
    assert len({passage.id for passage in passages}) == len(passages)


def test_an_edit_elsewhere_leaves_an_id_as_it_is() -> None:
    body = article(paragraphs=2, length=6)
    before = split(body, article_id="a", limit=500)
    after = split("A new first paragraph. " * 15 + "\n\n" + body, article_id="a", limit=500)
    assert {passage.id for passage in before} <= {passage.id for passage in after}


def test_title_and_date_are_embedded_but_not_quoted() -> None:
    (passage,) = split("The quay is closed.", article_id="a")
    embedded = embedded_text(passage, title="Harbour news", published="2024-10-28")
    assert embedded == "Harbour news · 2024-10-28\nThe quay is closed."
    assert embedded_text(passage, title="", published=None) == passage.text


@given(
    st.text(alphabet="ab .!?\n。ä1", max_size=600),
    st.integers(min_value=20, max_value=200),
)
def test_offsets_are_exact_and_only_white_space_is_lost(text: str, limit: int) -> None:
    passages = split(text, article_id="a", limit=limit)
    at = 0
    for passage in passages:
        assert text[passage.start : passage.end] == passage.text
        assert not text[at : passage.start].strip()
        assert len(passage.text) <= limit
        at = passage.end
    assert not text[at:].strip()


@pytest.mark.parametrize("limit", [200, 1000, 4000])
def test_text_without_any_space_is_still_cut(limit: int) -> None:
    passages = split("x" * 9000, article_id="a", limit=limit)
    assert "".join(passage.text for passage in passages) == "x" * 9000
