"""Dates, names and titles that a document states, and nothing that it does not."""

import datetime

import pytest

from assistant.readers.credits import Credits, credit_line, dateline, take_credits
from assistant.readers.facts import (
    byline,
    find_date,
    iso_date,
    known_author,
    known_title,
    language_code,
    title_from_name,
)
from assistant.readers.stated import stated


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("28 October 2024", "2024-10-28"),
        ("Oct. 28, 2024", "2024-10-28"),
        ("October 28th, 2024", "2024-10-28"),
        ("Montag, 28. Oktober 2024, 14:30 Uhr", "2024-10-28"),
        ("28.10.2024", "2024-10-28"),
        ("1. Jänner 2024", "2024-01-01"),
        ("le 1er mars 2024", "2024-03-01"),
        ("5 de junio de 2026", "2026-06-05"),
        ("3 maggio 2023", "2023-05-03"),
        ("2024/10/28", "2024-10-28"),
        ("2024年10月28日", "2024-10-28"),
        ("10/28/2024", None),
        ("28 October", None),
        ("October 2024", None),
        ("31 February 2024", None),
        ("28 October 2024 and 3 May 2023", None),
        ("28 October 2024, that is 2024-10-28", "2024-10-28"),
        ("3 May 3024", None),
        ("in 2024", None),
        ("3 Menschen 2024", None),
    ],
)
def test_one_full_date_in_a_line(text: str, date: str | None) -> None:
    assert find_date(text) == date


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("2024-10-28T06:30:00+01:00", "2024-10-28"),
        ("20241028", "2024-10-28"),
        (datetime.date(2024, 10, 28), "2024-10-28"),
        (datetime.datetime(2024, 10, 28, 6), "2024-10-28"),
        ("2024-10", None),
        ("soon", None),
        (None, None),
        (20241028, None),
    ],
)
def test_a_stated_date(value: object, date: str | None) -> None:
    assert iso_date(value) == date


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("By Ada Quill", "Ada Quill"),
        ("BY ADA QUILL AND TOM BRAND", "ADA QUILL, TOM BRAND"),
        ("Von Tjark Behrens und Inga Detlefs", "Tjark Behrens, Inga Detlefs"),
        ("Par Maëlle d’Orval, 3 mai 2024", "Maëlle d’Orval"),
        ("By Ludwig van der Berg", "Ludwig van der Berg"),
        ("Autor: José María O'Neill", "José María O'Neill"),
        ("By the time it rained, nobody was there.", ""),
        ("By noon", ""),
        ("Von der Fähre aus sieht man mehr", ""),
        ("Ada Quill", ""),
    ],
)
def test_bylines(line: str, author: str) -> None:
    assert byline(line) == author


@pytest.mark.parametrize(
    ("line", "credits"),
    [
        pytest.param(
            "By Ada Quill | Harbour Gazette | 12 March 2024",
            Credits("Ada Quill", "Harbour Gazette", "2024-03-12"),
            id="all three",
        ),
        pytest.param(
            "Brüssel, 28. Oktober 2024 – Aldre-Bote, Auslandsredaktion",
            Credits(outlet="Aldre-Bote", published="2024-10-28"),
            id="place, date, paper",
        ),
        pytest.param(
            "Published: 11 February 2025 | Coastal Trade Weekly",
            Credits(outlet="Coastal Trade Weekly", published="2025-02-11"),
            id="published",
        ),
        pytest.param(
            "By Ada Quill | World News", Credits("Ada Quill"), id="a section is no outlet"
        ),
        pytest.param("Updated: 3 May 2024", Credits(), id="the date of an update"),
        pytest.param("Quelle: Hafenbote Nord", Credits(outlet="Hafenbote Nord"), id="a source"),
        pytest.param(
            "Source: https://a.example/x", Credits(url="https://a.example/x"), id="address"
        ),
        pytest.param("On 12 March 2024 the crane was taken down.", None, id="a sentence"),
        pytest.param(
            "12 March 2024: how the crane came down and who saw it go", None, id="a heading"
        ),
        pytest.param("Harbour Gazette | Sport", None, id="no date and no byline"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_credit_lines(line: str, credits: Credits | None) -> None:
    assert credit_line(line) == credits


def test_an_author_known_already_is_not_taken_for_an_outlet() -> None:
    line = "Ada Quill | Harbour Gazette | Skarø, 12 March 2024"
    assert credit_line(line, author="Ada Quill") == Credits(
        outlet="Harbour Gazette", published="2024-03-12"
    )


def test_two_dates_that_differ_give_none() -> None:
    found, places = take_credits(["12 March 2024", "text.", "13 March 2024"], most=3)
    assert found.published is None
    assert places == {0, 2}


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("Brüssel, 28. Oktober 2024 – Die NATO bestätigte es.", "2024-10-28"),
        ("BRUSSELS, Oct. 28, 2024 (Gazette) — NATO confirmed it.", "2024-10-28"),
        ("Brussels, the capital, saw rain – and more.", None),
        ("NATO confirmed on 28 October 2024 – at last.", None),
    ],
)
def test_datelines(text: str, date: str | None) -> None:
    assert dateline(text) == date


@pytest.mark.parametrize(
    ("title", "known"),
    [
        ("The crane &amp;amp; the krone", "The crane &amp; the krone"),
        ("  A\ntitle  ", "A title"),
        ("untitled", ""),
        ("Untitled-1", ""),
        ("Microsoft Word - draft7.doc", ""),
        ("report_final.indd", ""),
        ("0000320193-22-000070", ""),
        ("1984", "1984"),
        ("Untitled paintings of the north are found", "Untitled paintings of the north are found"),
        (None, ""),
    ],
)
def test_titles_that_are_none(title: object, known: str) -> None:
    assert known_title(title) == known


@pytest.mark.parametrize(
    ("author", "known"),
    [
        ("By Ada Quill", "Ada Quill"),
        ("anonymous", ""),
        ("admin", ""),
        ("a@b.example", ""),
        ("–", ""),
    ],
)
def test_authors_that_are_none(author: str, known: str) -> None:
    assert known_author(author) == known


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("de-DE", "de"),
        ("deu", "de"),
        ("German", "de"),
        ("Deutsch", "de"),
        ("nb-NO", "no"),
        ("pt_BR", "pt"),
        ("xx", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_stated_languages(value: object, code: str) -> None:
    assert language_code(value) == code


@pytest.mark.parametrize(
    ("stem", "title"),
    [
        ("nato-nord_korea", "Nato nord korea"),
        ("2024-10-28-crane", "2024 10 28 crane"),
        ("--", "--"),
    ],
)
def test_a_title_of_a_file_name(stem: str, title: str) -> None:
    assert title_from_name(stem) == title


def test_records_name_their_fields_in_many_ways() -> None:
    found = stated(
        {
            "Headline": "T",
            "Authors": [{"name": "A"}, "A", "B"],
            "publish-date": "2024-01-02",
            "publisher": "https://a.example",
            "LANG": "fr",
            "keywords": "x, y,,x",
            "link": "ftp://no",
        }
    )
    assert (found.title, found.author, found.published) == ("T", "A, B", "2024-01-02")
    assert (found.outlet, found.language, found.url) == ("", "fr", None)
    assert found.tags == ("x", "y")
