"""What each format of text says: plain text, Markdown, HTML, Word, EPUB, JSONL."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from articles import build

from assistant.cleaning import tidy
from assistant.readers import SUFFIXES, read
from assistant.records import Document

ARTICLES = build.FOLDER


def headings(document: Document) -> list[str]:
    """A document's headings, each checked to stand where it says."""
    for heading in document.headings:
        assert document.text[heading.start :].startswith(heading.text)
    return [heading.text for heading in document.headings]


def test_every_suffix_has_a_reader_and_the_folder_walk_knows_them() -> None:
    from assistant import sources

    assert sources.SUFFIXES == SUFFIXES


# --- plain text ---------------------------------------------------------------------------------


def test_scraped_text_gives_title_author_outlet_date_and_headings() -> None:
    document = read(ARTICLES / "scraped-ferry.txt")
    assert document.title == "Fähre nach Lindholm fällt drei Tage aus"
    assert document.author == "Tjark Behrens"
    assert document.outlet == "Hafenbote Nord"
    assert document.published == "2024-03-04"
    assert document.language == "de"
    assert headings(document) == ["Wer auf die Insel will"]
    assert document.text.startswith("Die Fähre nach Lindholm fährt")
    assert "Behrens" not in document.text


@pytest.mark.parametrize(
    ("name", "words", "language"),
    [
        ("latin-1.txt", "dix années d'obscurité", "fr"),
        ("windows-1251.txt", "после десяти лет темноты", "ru"),
        ("utf-16.txt", "nach zehn Jahren wieder angezündet", "de"),
        ("utf-8-bom.txt", "lit again after ten dark years", "en"),
    ],
)
def test_text_in_any_usual_encoding(name: str, words: str, language: str) -> None:
    document = read(ARTICLES / name)
    assert words in document.text
    assert document.language == language
    assert "\ufeff" not in document.title


def test_utf_8_with_one_broken_letter_is_still_utf_8(tmp_path: Path) -> None:
    text = "Die Fähre fährt wieder, über die Förde und zurück. " * 150
    path = tmp_path / "broken.txt"
    path.write_bytes(text.encode().replace("ö".encode(), b"\xc3", 1))
    assert "Die Fähre fährt wieder, über die F\ufffd" in read(path).text


def test_a_text_without_a_headline_is_named_after_its_file(tmp_path: Path) -> None:
    path = tmp_path / "harbour-notes_2024.txt"
    path.write_text(
        "The ferry strike ended on Monday after six long days, and crews are back at work"
        " again.\n\nBoats sail from noon."
    )
    assert read(path).title == "Harbour notes 2024"


# --- Markdown -----------------------------------------------------------------------------------


def test_markdown_with_front_matter() -> None:
    document = read(ARTICLES / "tide-table.md")
    assert document.title == "The tide table that was wrong for a year"
    assert document.author == "Ada Quill, Tom Brand"
    assert document.outlet == "Harbour Gazette"
    assert document.published == "2024-02-29"
    assert document.language == "en"
    assert document.url == "https://gazette.example/tide-table"
    assert document.tags == ("sea", "moon")
    assert headings(document) == ["Who found it", "What to do"]


def test_markdown_loses_its_marks_and_keeps_its_words() -> None:
    text = read(ARTICLES / "tide-table.md").text
    assert text.startswith(
        "For eleven months the printed tide table of Skarø harbour was off by twenty minutes."
    )
    assert "- high water at 6.12\n- low water at 12.25, give or take\n- high water again" in text
    assert "Month | Minutes\nMarch | 21\nApril | 19" in text
    assert "\n\n“I thought my watch was wrong,” she said.\n\n" in text
    assert "1. Print a new one\n2. Say sorry" in text
    assert "A harbour at dawn" in text and "It hangs in the loo." in text
    for mark in ("**", "](", "[^", "`", "<!--", "editor's note", ".jpg"):
        assert mark not in text


def test_markdown_without_front_matter() -> None:
    document = read(ARTICLES / "plain.md")
    assert document.title == "A note without front matter has a title too"
    assert document.author == "Ada Quill"
    assert document.published == "2023-05-03"
    assert document.text.startswith("The crane at the north quay was sold on Tuesday.")


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        pytest.param("a_snake_case_name * 2 * 3", "a_snake_case_name * 2 * 3", id="no emphasis"),
        pytest.param("***very*** __bold__ *it* ~~gone~~", "very bold it gone", id="emphasis"),
        pytest.param(r"3 \* 4 \_x\_", "3 * 4 _x_", id="escapes"),
        pytest.param("<https://a.example/x> &amp; <b>b</b>", "https://a.example/x & b", id="tags"),
        pytest.param('[text][ref] and [one](u "t")\n\n[ref]: http://x', "text and one", id="links"),
        pytest.param("```\nx  = 1\n\n# no heading\n```", "x = 1\n\n# no heading", id="code"),
        pytest.param("> one\n> two", "one two", id="a quotation over two lines"),
        pytest.param("日本\n語", "日本語", id="no space between joined lines of Chinese"),
    ],
)
def test_marks_of_markdown(tmp_path: Path, markdown: str, text: str) -> None:
    path = tmp_path / "marks.md"
    path.write_text(f"# Title\n\n{markdown}\n\nThe end of it.", encoding="utf-8")
    assert read(path).text == f"{text}\n\nThe end of it."


@pytest.mark.parametrize(
    "front",
    ["title: [unclosed", "a: &a [*a]", "x: !!python/object:os.system {}"],
)
def test_bad_front_matter_is_no_reason_to_fail(tmp_path: Path, front: str) -> None:
    path = tmp_path / "front.md"
    path.write_text(f"---\n{front}\n---\n# The real title\n\nThe text is here.")
    assert read(path).title == "The real title"


# --- HTML ---------------------------------------------------------------------------------------


def test_a_page_with_json_ld_that_lacks_its_context() -> None:
    document = read(ARTICLES / "page-json-ld.html")
    assert document.title == "The crane goes to a museum"
    assert document.author == "Ada Quill, Tom Brand"
    assert document.outlet == "Harbour Gazette"
    assert document.published == "2024-03-12"
    assert document.language == "en"
    assert document.url == "https://gazette.example/2024/03/crane"
    assert headings(document) == ["One krone"]


def test_the_page_around_an_article_is_left_out() -> None:
    text = read(ARTICLES / "page-json-ld.html").text
    assert text.startswith("The old crane at the north quay of Skarø")
    assert "Year | Tonnes lifted\n1950 | 91,000\n1988 | 40" in text
    assert "- Height: 31 metres of steel\n- Weight: 140 tonnes in all" in text
    for furniture in (
        "Home",
        "cookies",
        "Advertisement",
        "Related stories",
        "Imprint",
        "Ada Quill",
    ):
        assert furniture not in text


def test_a_page_with_meta_tags_in_latin_1() -> None:
    document = read(ARTICLES / "page-meta.html")
    assert document.title == "Der Kran geht ins Museum – nach 91 Jahren"
    assert document.author == "Tjark Behrens"
    assert document.outlet == "Hafenbote Nord"
    assert document.published == "2024-03-12"
    assert "Größere Schiffe" in document.text


def test_a_page_that_states_no_date_has_none_and_no_outlet() -> None:
    document = read(ARTICLES / "page-bare.html")
    assert document.published is None
    assert (document.outlet, document.author, document.url) == ("", "", None)
    assert document.title == "A crane without a date"


# --- Word ---------------------------------------------------------------------------------------


def test_a_word_file(tmp_path: Path) -> None:
    path = build.docx(tmp_path / "crane.docx", keywords="harbour, crane")
    document = read(path)
    assert document.title == "The crane goes to a museum"
    assert document.author == "Ada Quill"
    assert document.outlet == "Harbour Gazette"
    assert document.published == "2024-03-12"
    assert document.tags == ("harbour", "crane")
    assert headings(document) == ["One krone"]
    assert document.text.startswith(build.STORY[0])
    assert "- 31 metres\n- 140 tonnes" in document.text
    assert "Year | Tonnes lifted\n1950 | 91,000" in document.text


def test_a_word_file_says_in_its_properties_what_its_text_does_not(tmp_path: Path) -> None:
    def fill(document: Any) -> None:
        document.add_paragraph("First a paragraph that is plain text, and no headline at all.")

    path = build.docx(
        tmp_path / "x.docx",
        fill,
        title="The stated title",
        author="Tom Brand",
        created=datetime(2022, 7, 9),
    )
    document = read(path)
    assert (document.title, document.author) == ("The stated title", "Tom Brand")
    assert document.published == "2022-07-09"


def test_a_template_s_author_and_date_are_nobody_s(tmp_path: Path) -> None:
    path = build.docx(
        tmp_path / "x.docx",
        lambda document: document.add_paragraph("Some text."),
        author="python-docx",
    )
    document = read(path)
    assert (document.author, document.published) == ("", None)


def test_a_content_control_is_read_and_a_table_of_contents_is_not(tmp_path: Path) -> None:
    from docx.oxml import parse_xml

    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    paragraph = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
    control = f"<w:sdt {space}>{{}}<w:sdtContent>{paragraph}</w:sdtContent></w:sdt>"
    gallery = '<w:docPartGallery w:val="Table of Contents"/>'
    contents = f"<w:sdtPr><w:docPartObj>{gallery}</w:docPartObj></w:sdtPr>"

    def fill(document: Any) -> None:
        document.add_paragraph("A first paragraph, quite plain and with a full stop at its end.")
        section = document.element.body[-1]
        section.addprevious(parse_xml(control.format("", "Inside a control.")))
        section.addprevious(parse_xml(control.format(contents, "One krone ..... 3")))

    text = read(build.docx(tmp_path / "x.docx", fill)).text
    assert "Inside a control." in text
    assert "....." not in text


# --- EPUB ---------------------------------------------------------------------------------------


def test_a_book(tmp_path: Path) -> None:
    chapters = [
        f"<h1>Skarø</h1><p>{build.STORY[0]}</p><ul><li>one <b>boat</b></li><li>two</li></ul>",
        f"<div><h2>Esbjerg</h2>Loose words<br/>on two lines<p>{build.STORY[1]}</p></div>"
        "<table><tr><td>1950</td><td>91,000</td></tr></table><script>alert(1)</script>",
    ]
    document = read(build.epub(tmp_path / "harbours.epub", chapters))
    assert document.title == "Harbours of the north"
    assert document.author == "Ada Quill, Tom Brand"
    assert document.outlet == "Breakwater Press"
    assert document.published == "2023-09-01"
    assert document.tags == ("harbours",)
    assert headings(document) == ["Skarø", "Esbjerg"]
    assert "- one boat\n- two" in document.text
    assert "Loose words\non two lines" in document.text
    assert "1950 | 91,000" in document.text
    assert "alert" not in document.text and "Contents" not in document.text


# --- JSONL --------------------------------------------------------------------------------------


def test_one_article_as_a_line_of_json() -> None:
    document = read(ARTICLES / "ferry.jsonl")
    assert document.title == "Ferry strike ends"
    assert document.author == "Ada Quill, Tom Brand"
    assert document.outlet == "Harbour Gazette"
    assert document.published == "2024-03-05"
    assert document.language == "en"
    assert document.tags == ("ferry", "strike")
    assert document.url == "https://gazette.example/strike"
    assert document.text.count("\n\n") == 1


def test_an_object_over_several_lines_is_one_article(tmp_path: Path) -> None:
    path = tmp_path / "pretty.jsonl"
    path.write_text('{\n  "title": "A title",\n  "text": "The text is here."\n}\n')
    assert read(path).text == "The text is here."


# --- language ---


def test_a_stated_language_is_believed_only_of_a_short_text(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    path.write_text("---\nlang: da\n---\nHan var ikke hjemme i dag.")
    assert read(path).language == "da"
    path.write_text(
        "---\nlang: en\n---\n" + "Die Fähre fährt heute nicht, und morgen auch nicht. " * 20
    )
    assert read(path).language == "de"


# --- all formats --------------------------------------------------------------------------------


def test_every_document_is_tidy_has_a_title_and_a_language(tmp_path: Path) -> None:
    paths = [
        ARTICLES / name
        for name in (
            "tide-table.md",
            "page-meta.html",
            "ferry.jsonl",
            "scraped-ferry.txt",
            "utf-16.txt",
        )
    ]
    paths += [
        build.docx(tmp_path / "a.docx"),
        build.epub(tmp_path / "a.epub", ["<p>Some text.</p>"]),
        build.simple_pdf(tmp_path / "a.pdf"),
    ]
    for path in paths:
        document = read(path)
        assert tidy(document.text) == document.text
        assert document.title and document.language
