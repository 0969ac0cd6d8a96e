"""Compounds: parts of what is asked for, and what it is a part of."""

from collections.abc import Iterable

import pytest

from assistant.compounds import parts, widened


class Words:
    """A vocabulary of these stems."""

    def __init__(self, *terms: str) -> None:
        self.terms = terms

    def known_terms(self, terms: Iterable[str]) -> set[str]:
        return set(terms) & set(self.terms)

    def compounds_of(self, term: str, *, most: int) -> list[str]:
        found = [w for w in self.terms if w != term and (w.startswith(term) or w.endswith(term))]
        return found[:most]


@pytest.mark.parametrize(
    ("term", "vocabulary", "expected"),
    [
        pytest.param("hafentunnel", ("haf", "tunnel"), ["haf", "tunnel"], id="no-link"),
        pytest.param(
            "versicherungsbetrug", ("versicher", "betrug"), ["versicher", "betrug"], id="link"
        ),
        pytest.param("hauptbahnhof", ("bahnhof",), ["bahnhof"], id="only-the-end-is-known"),
        pytest.param("hauptbahnhof", ("hof", "bahnhof", "haupt"), ["haupt", "bahnhof"], id="two"),
        pytest.param("hauptbahnhof", ("haupt",), [], id="a-beginning-alone-says-nothing"),
        pytest.param("tunnel", ("tun", "nel"), [], id="parts-of-three-letters"),
    ],
)
def test_parts(term: str, vocabulary: tuple[str, ...], expected: list[str]) -> None:
    assert parts(term, language="de", known=Words(*vocabulary).known_terms) == expected


def test_unknown_words_bring_their_parts_and_their_compounds() -> None:
    vocabulary = Words("bahnhof", "elbbruck", "gesperrt")
    assert widened(["hauptbahnhof", "bruck", "gesperrt"], language="de", vocabulary=vocabulary) == [
        *("hauptbahnhof", "bruck", "gesperrt"),
        *("bahnhof", "elbbruck"),
    ]


def test_known_words_stay_alone() -> None:
    vocabulary = Words("bruck", "elbbruck")
    assert widened(["bruck"], language="de", vocabulary=vocabulary) == ["bruck"]


def test_other_languages_write_their_words_apart() -> None:
    vocabulary = Words("bridge", "footbridge")
    assert widened(["foot", "drawbridge"], language="en", vocabulary=vocabulary) == [
        "foot",
        "drawbridge",
    ]


def test_figures_and_short_words_are_left_alone() -> None:
    vocabulary = Words("2024er", "abend")
    assert widened(["2024", "ab"], language="de", vocabulary=vocabulary) == ["2024", "ab"]
