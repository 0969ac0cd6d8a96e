import pytest

from assistant.naming import unknown_names

GERMAN = [("Die USA haben mit Bundeskanzler Scholz in München gesprochen.", "de")]


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        pytest.param("The United States met Mr Scholz in Munich.", ["Mr"], id="other names"),
        pytest.param("They spoke with Scholz.", [], id="the same name"),
        pytest.param("They spoke with Merkel in Berlin.", ["Merkel", "Berlin"], id="unknown"),
        pytest.param("They spoke.", [], id="no names"),
    ],
)
def test_names_that_no_text_has_are_unknown(text: str, unknown: list[str]) -> None:
    assert unknown_names(text, language="en", known=GERMAN) == unknown


def test_another_country_is_not_known_by_a_word_it_shares() -> None:
    known = [("The United Nations met.", "en")]
    assert "Kingdom" in unknown_names(
        "They are from the United Kingdom.", language="en", known=known
    )


def test_other_scripts_are_not_held_against_a_name() -> None:
    assert unknown_names("He met Putin.", language="en", known=[("普京会见了他", "zh")]) == []
