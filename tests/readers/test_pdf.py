"""PDF: pages, columns, running heads, hyphens, and what the file says about itself."""

import logging
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from articles import build
from hypothesis import given
from hypothesis import strategies as st

from assistant.languages import sentences
from assistant.readers import read
from assistant.readers.layout import Fragment, Line, in_reading_order, page_lines
from assistant.readers.paragraphs import Paragraph, assemble, join, paragraphs
from assistant.records import Document


def check_pages(document: Document) -> None:
    """Pages follow each other without a gap and cover the text."""
    assert document.pages[0].start == 0
    assert document.pages[-1].end == len(document.text)
    for before, page in pairwise(document.pages):
        assert before.end == page.start
        assert page.number == before.number + 1


def test_title_paragraphs_and_a_mended_hyphen(tmp_path: Path) -> None:
    document = read(build.simple_pdf(tmp_path / "crane.pdf"))
    assert document.title == "The crane goes to a museum"
    assert document.text == (
        "The old crane at the north quay was taken down on Tuesday, after ninetyone years. Three "
        "hundred people watched it from the breakwater. It had not lifted anything since 1988.\n\n"
        "Its new home is a museum in Esbjerg. The harbour master said that it had been in the way "
        "of everything."
    )
    assert document.language == "en"
    check_pages(document)


def test_what_the_file_says_about_itself(tmp_path: Path) -> None:
    document = read(
        build.simple_pdf(tmp_path / "x.pdf", title="A stated title", author="Ada Quill")
    )
    assert (document.title, document.author) == ("A stated title", "Ada Quill")
    assert "The crane goes to a museum" in document.text  # the headline is another: it stays


@pytest.mark.parametrize(
    "title", ["untitled", "Microsoft Word - crane.docx", "0000320193-22-000070"]
)
def test_a_program_s_default_is_no_title(tmp_path: Path, title: str) -> None:
    document = read(build.simple_pdf(tmp_path / "x.pdf", title=title, author="anonymous"))
    assert document.title == "The crane goes to a museum"
    assert document.author == ""


def test_a_byline_and_a_date_under_the_headline(tmp_path: Path) -> None:
    def draw(sheet: Any) -> None:
        build.lines(sheet, ["A crane and its krone"], y=760, size=22)
        build.lines(sheet, ["By Ada Quill | Harbour Gazette | 12 March 2024"], y=730)
        build.lines(sheet, ["The crane is gone. Nobody", "misses it much."], y=700)
        sheet.showPage()

    document = read(build.pdf(tmp_path / "x.pdf", draw))
    assert document.title == "A crane and its krone"
    assert (document.author, document.outlet) == ("Ada Quill", "Harbour Gazette")
    assert document.published == "2024-03-12"
    assert document.text == "The crane is gone. Nobody misses it much."


# --- columns ------------------------------------------------------------------------------------

LEFT = [
    "Left column line one of a story,",
    "left column line two goes on and",
    "left column line three, and then",
    "left column line four is short.",
    "left column line five of more,",
    "left column line six is the end.",
]
RIGHT = [line.replace("left", "right").replace("Left", "Right") for line in LEFT]


def two_columns(sheet: Any, *, row_by_row: bool) -> None:
    build.lines(sheet, ["A title that runs over both of the columns of this page"], y=780, size=16)
    if row_by_row:
        sheet.setFont("Helvetica", 10)
        for row, (left, right) in enumerate(zip(LEFT, RIGHT, strict=True)):
            sheet.drawString(60, 740 - 13 * row, left)
            sheet.drawString(320, 740 - 13 * row, right)
    else:
        build.lines(sheet, LEFT, x=60, y=740, step=13, size=10)
        build.lines(sheet, RIGHT, x=320, y=740, step=13, size=10)
    sheet.showPage()


@pytest.mark.parametrize("row_by_row", [True, False], ids=["row by row", "column by column"])
def test_two_columns_are_read_one_after_the_other(tmp_path: Path, row_by_row: bool) -> None:
    path = build.pdf(tmp_path / "x.pdf", lambda sheet: two_columns(sheet, row_by_row=row_by_row))
    text = read(path).text
    assert text.index("left column line six") < text.index("Right column line one")
    assert "story, left column line two goes on and left column line three" in text


def test_a_table_is_no_second_column_but_rows(tmp_path: Path) -> None:
    def draw(sheet: Any) -> None:
        build.lines(
            sheet, ["What the crane lifted, in tonnes, by year and by kind of load:"], y=760
        )
        sheet.setFont("Helvetica", 11)
        for row in range(14):
            for x, cell in (
                (72, f"Load {row}"),
                (250, f"{row},100"),
                (400, "–" if row % 2 else "7"),
            ):
                text = sheet.beginText(x, 700 - 16 * row)
                text.textOut(cell)
                sheet.drawText(text)
        sheet.showPage()

    text = read(build.pdf(tmp_path / "x.pdf", draw)).text
    assert "Load 0 | 0,100 | 7\nLoad 1 | 1,100 | –\nLoad 2" in text
    assert all("\n" not in text[low:high] for low, high in sentences(text))


# --- pages --------------------------------------------------------------------------------------


PARTS = [
    [
        "Part one of the report begins here and tells at length what came of the",
        "old crane, and what the harbour master said about it. Then a sentence",
        "begins that is not over at the end of this page, as they often are,",
    ],
    [
        "but ends up here on the next one. After it comes a sentence that is quite",
        "long enough to fill its line to the very end, and so is the next one too.",
    ],
    [
        "Part two is on the museum in Esbjerg, which has a hall for such things,",
        "and on the people who came to see it there in the first week of spring.",
    ],
    [
        "A pupil counted them from a bench at the door, and wrote the numbers in",
        "a book that she has kept, since nobody else thought of counting anything",
    ],
    ["at all. Her book is now in the museum too, next to the crane and its hook."],
]


def report(sheet: Any) -> None:
    """Five pages with running heads, page numbers, and sentences across a page's end."""
    for page, part in enumerate(PARTS):
        build.lines(sheet, [f"Harbour Gazette · {page + 1} March 2024"], y=820, size=8)
        build.lines(sheet, part)
        build.lines(sheet, [f"Page {page + 1} of 5"], x=280, y=30, size=8)
        sheet.showPage()


def test_running_heads_go_and_sentences_run_over_pages(tmp_path: Path) -> None:
    path = build.pdf(
        tmp_path / "report.pdf", report, labels=[(0, "ROMAN_LOWER", 1), (2, "ARABIC", 1)]
    )
    document = read(path)
    assert "Gazette" not in document.text and "Page" not in document.text
    assert "of this page, as they often are, but ends up here on the next one." in document.text
    assert "nobody else thought of counting anything at all." in document.text
    assert [page.label for page in document.pages] == ["i", "ii", "1", "2", "3"]
    check_pages(document)
    for page, part in zip(document.pages, PARTS, strict=True):
        assert document.text[page.start :].startswith(part[0])


def test_a_page_without_text_is_empty_and_in_its_place(tmp_path: Path) -> None:
    def draw(sheet: Any) -> None:
        build.lines(sheet, ["The first page has text."])
        sheet.showPage()
        sheet.rect(100, 100, 200, 200)
        sheet.showPage()
        build.lines(sheet, ["The third page has text too."])
        sheet.showPage()

    document = read(build.pdf(tmp_path / "x.pdf", draw))
    check_pages(document)
    assert document.pages[1].start == document.pages[1].end
    assert document.text[document.pages[2].start :] == "The third page has text too."


def test_the_number_of_a_single_page_goes_but_a_figure_stays(tmp_path: Path) -> None:
    def draw(sheet: Any) -> None:
        build.lines(sheet, ["How many came to see the crane?", "In the end they counted"], y=780)
        build.lines(sheet, ["300"], y=600)
        build.lines(sheet, ["- 1 -"], x=290, y=30)
        sheet.showPage()

    text = read(build.pdf(tmp_path / "x.pdf", draw)).text
    assert text.endswith("300")
    assert "- 1 -" not in text


def test_headings_have_levels_and_stand_where_they_say(tmp_path: Path) -> None:
    def draw(sheet: Any) -> None:
        build.lines(sheet, ["The whole story of the crane"], y=780, size=20)
        y = 740.0
        for title in ("Its youth", "Its age"):
            y = build.lines(sheet, [title], y=y - 10, font="Helvetica-Bold", size=11)
            y = build.lines(
                sheet, ["It stood at the quay and lifted what there was to lift there."], y=y
            )
        sheet.showPage()

    document = read(build.pdf(tmp_path / "x.pdf", draw))
    assert [heading.text for heading in document.headings] == ["Its youth", "Its age"]
    for heading in document.headings:
        assert document.text[heading.start :].startswith(heading.text)


def test_text_on_its_side_is_left_out(tmp_path: Path) -> None:
    def draw(sheet: Any) -> None:
        build.lines(sheet, ["The text of the page stands", "upright as it should."])
        sheet.saveState()
        sheet.rotate(90)
        sheet.drawString(300, -30, "a stamp on the margin")
        sheet.restoreState()
        sheet.showPage()

    assert read(build.pdf(tmp_path / "x.pdf", draw)).text == (
        "The text of the page stands upright as it should."
    )


def test_pypdf_s_warnings_stay_out_of_the_way(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = build.simple_pdf(tmp_path / "x.pdf")
    path.write_bytes(b"junk before the file\n" * 3 + path.read_bytes())
    with caplog.at_level(logging.WARNING):
        assert read(path).title == "The crane goes to a museum"
    assert not caplog.records


# --- line ends, pure ----------------------------------------------------------------------------

SEEN = Counter(
    {
        "wellknown": 0,
        "well": 3,
        "known": 2,
        "tunnel": 2,
        "long": 1,
        "long-term": 1,
        "hafentunnel": 1,
        "hafen": 5,
        "tun": 1,
        "self-": 1,
    }
)


@pytest.mark.parametrize(
    ("before", "line", "joined"),
    [
        pytest.param("a hyphen-", "ated word", "a hyphenated word", id="a word cut in two"),
        pytest.param("a well-", "known man", "a well-known man", id="two words of the document"),
        pytest.param(
            "the long-", "term plan", "the long-term plan", id="a compound seen elsewhere"
        ),
        pytest.param("der Hafen-", "tunnel", "der Hafentunnel", id="the whole word seen elsewhere"),
        pytest.param("a self-", "known fact", "a self-known fact", id="a first part of compounds"),
        pytest.param("a go-to-", "man plan", "a go-to-man plan", id="inside a longer compound"),
        pytest.param("der NATO-", "Gipfel", "der NATO-Gipfel", id="before a capital"),
        pytest.param("2020-", "2024", "2020-2024", id="between numbers"),
        pytest.param("Vor-", "und Nachteile", "Vor- und Nachteile", id="a suspended hyphen"),
        pytest.param("it was –", "so he said", "it was – so he said", id="a dash"),
        pytest.param("plain", "words", "plain words", id="no hyphen at all"),
        pytest.param("soft\u00ad", "ly", "softly", id="a soft hyphen"),
        pytest.param("日本", "語の文", "日本語の文", id="scripts without spaces"),
    ],
)
def test_line_ends(before: str, line: str, joined: str) -> None:
    head, gap = join(before, line, words=SEEN)
    assert head + gap + line == joined


# --- layout, pure -------------------------------------------------------------------------------


def line(text: str, *, y: float, x: float = 72, right: float = 500, page: int = 0) -> Line:
    return Line(text, x=x, y=y, right=right, size=10, bold=False, page=page)


def test_a_line_that_stops_early_ends_its_paragraph() -> None:
    lines = [
        line("The first item of a list", y=700, right=190),
        line("Second item of the list", y=688, right=190),
        line("A line of running text that goes all the way to the right edge and", y=676),
        line("on to the next, where it stops.", y=664, right=240),
        line("Here another paragraph begins although there is no gap between them,", y=652),
        line("only the end of the line before.", y=640, right=260),
    ]
    assert [block.text[:12] for block in paragraphs(lines)] == [
        "The first it",
        "Second item ",
        "A line of ru",
        "Here another",
    ]


def test_superscripts_stay_on_their_line() -> None:
    fragments = [
        Fragment("The area is 5 km", x=72, y=700, size=10),
        Fragment("2", x=150, y=704, size=6),
        Fragment(" in all.", x=156, y=700, size=10, ends=True),
    ]
    assert [found.text for found in page_lines([fragments], labels=["1"])] == [
        "The area is 5 km2 in all."
    ]


def test_a_page_of_one_column_keeps_the_order_it_is_drawn_in() -> None:
    page = [line(f"line {number} of a page", y=700 - 12 * number) for number in range(20)]
    assert in_reading_order(page[::-1]) == page[::-1]


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.sampled_from(["One. ", "two", "Three words here", "四"])),
        max_size=12,
    )
)
def test_page_spans_cover_the_text_whatever_the_pieces(pieces: list[tuple[int, str]]) -> None:
    pieces.sort(key=lambda piece: piece[0])
    blocks = [Paragraph(pieces=(piece,)) for piece in pieces]
    text, pages, _ = assemble(blocks, labels=["a", "b", "c", "d"])
    assert [page.label for page in pages] == ["a", "b", "c", "d"]
    assert pages[0].start == 0 and pages[-1].end == len(text)
    assert all(one.end == other.start for one, other in pairwise(pages))
