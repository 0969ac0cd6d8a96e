from datetime import date

import pytest

from assistant.times import times_told

WEDNESDAY = date(2024, 10, 23)


@pytest.mark.parametrize(
    ("text", "language", "words", "first", "last"),
    [
        pytest.param("It opened on Monday.", "en", "Monday", "2024-10-21", "2024-10-21", id="day"),
        pytest.param("He said on Wednesday.", "en", "Wednesday", "2024-10-23", "2024-10-23",
                     id="the day itself"),
        pytest.param("Das war gestern.", "de", "gestern", "2024-10-22", "2024-10-22", id="gestern"),
        pytest.param("It fell last week.", "en", "last week", "2024-10-14", "2024-10-20",
                     id="a week"),
        pytest.param("From 4 November on it runs.", "en", "4 November", "2024-11-04", "2024-11-04",
                     id="the nearest year"),
        pytest.param("It began in March 2020.", "en", "March 2020", "2020-03-01", "2020-03-31",
                     id="with its year"),
    ],
)  # fmt: skip
def test_times_are_told_from_the_day_of_publication(
    text: str, language: str, words: str, first: str, last: str
) -> None:
    (told,) = times_told(text, language=language, published=WEDNESDAY)
    assert text[told.start : told.end] == words
    assert (told.first.isoformat(), told.last.isoformat()) == (first, last)


def test_a_text_without_times_tells_none() -> None:
    assert times_told("The bridge is long.", language="en", published=WEDNESDAY) == []
