import pytest

from assistant.places import places

ONE_PLACE = [
    pytest.param("the United States", "en", "die USA", "de", "US", id="USA"),
    pytest.param("the U.S.", "en", "der Vereinigten Staaten", "de", "US", id="inflected"),
    pytest.param("Germany", "en", "Deutschlands Kanzler", "de", "DE", id="genitive"),
    pytest.param("German", "en", "Deutschland", "de", "DE", id="people for country"),
    pytest.param("the French", "en", "französische", "de", "FR", id="peoples"),
    pytest.param("Germany", "en", "l'Allemagne", "fr", "DE", id="French"),
    pytest.param("North Korea", "en", "Nordkorea", "de", "KP", id="North Korea"),
    pytest.param("the United Nations", "en", "die UNO", "de", "UN", id="a body"),
    pytest.param("Munich", "en", "München", "de", "munich", id="a city"),
    pytest.param("Britain", "en", "Großbritannien", "de", "GB", id="Britain"),
]


@pytest.mark.parametrize(("one", "own", "other", "spoken", "code"), ONE_PLACE)
def test_names_of_one_place_have_one_code(
    one: str, own: str, other: str, spoken: str, code: str
) -> None:
    assert code in places(one, language=own)
    assert code in places(other, language=spoken)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        pytest.param("He told us that it was raining in the rural north.", "en", id="us"),
        pytest.param("Who said so, and which core values?", "en", id="who and core"),
        pytest.param("Sie independierte.", "xx", id="a language nobody knows"),
        pytest.param("", "en", id="nothing"),
    ],
)
def test_other_words_are_no_places(text: str, language: str) -> None:
    assert places(text, language=language) == {}


def test_north_and_south_are_two_places() -> None:
    found = places("South Korea and North Korea", language="en")
    assert set(found) == {"KP", "KR"}


def test_the_terms_that_named_a_place_are_told() -> None:
    assert places("the United States", language="en")["US"] == ("unit", "state")
