import pytest

from assistant.keywords import index_terms
from assistant.naming import absent_names, unknown_names

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


def absent(text: str, language: str, *, corpus: str) -> list[str]:
    spoken = ("de", "en", "fr")
    stems = {t for code in spoken for t in index_terms(corpus, language=code)}
    return absent_names(text, language=language, spoken=spoken, known=stems.intersection)


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        pytest.param("Who is the mayor of Atlantis?", "en", ["Atlantis"], id="nowhere"),
        pytest.param("Who is the mayor of Kelmouth?", "en", [], id="in an article"),
        pytest.param("How tall is the Eiffel Tower?", "en", ["Eiffel"], id="half of it"),
        pytest.param("Was sagt Friederike Lanz zur Flut?", "de", [], id="a name and a noun"),
        pytest.param("Welche Summe nennt der alte Vertrag?", "de", [], id="German nouns"),
        pytest.param("Wie hoch ist der Mount Everest?", "de", ["Everest"], id="after an article"),
        pytest.param("Qui est le maire d'Atlantide ?", "fr", ["Atlantide"], id="elided"),
        pytest.param("¿Quién es el alcalde de Atlantis?", "es", [], id="not spoken there"),
        pytest.param("What happened?", "en", [], id="no names"),
    ],
)
def test_names_that_no_article_has_are_absent(text: str, language: str, found: list[str]) -> None:
    corpus = "The tower of Kelmouth. Friederike Lanz said it."
    assert absent(text, language, corpus=corpus) == found
