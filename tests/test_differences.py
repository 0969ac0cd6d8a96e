"""Articles that give different figures for the same thing."""

import pytest
from fakes import FakeEmbedder
from samples import hit, hits

from assistant.differences import differences, differing_notice
from assistant.pieces import score_pieces, split_hits
from assistant.records import Article, Differing

QUESTION = "How many soldiers did North Korea send to Russia?"
FIRST = "North Korea has sent 3,000 soldiers to Russia."


def found(other: str, *, question: str = QUESTION, language: str = "en") -> list[str]:
    pieces = split_hits(hits(hit("a", FIRST), hit("b", other, rank=2, language=language)))
    scored = score_pieces(question, pieces, language="en", embedder=FakeEmbedder())
    stated = differences(question, scored, used=[pieces[0]], language="en")
    return [one.words for one in stated]


def test_different_figures_of_two_articles_are_both_named() -> None:
    assert found("North Korea has sent 10,000 soldiers to Russia.") == ["3,000", "10,000"]


def test_the_notice_names_each_figure_with_its_source() -> None:
    stated = (
        Differing("3,000", Article("a", "a.md", "Sent", published="2024-10-23"), "…", 0, 1),
        Differing("10,000", Article("b", "b.md", "More sent"), "…", 0, 1),
    )
    told = differing_notice(stated, language="en")
    assert told == "Your articles differ: “3,000” (Sent · 2024-10-23); “10,000” (More sent)."


@pytest.mark.parametrize(
    "other",
    [
        pytest.param("North Korea has sent 3000 soldiers to Russia.", id="the same figure"),
        pytest.param("North Korea has sent 20 ships to Russia.", id="another thing is counted"),
        pytest.param("France has 10,000 soldiers in Africa.", id="about something else"),
        pytest.param("North Korea has sent soldiers to Russia.", id="no figure"),
        pytest.param("North Korea sent 3,000 soldiers, later 10,000 soldiers, to Russia.",
                     id="gives both"),
    ],
)  # fmt: skip
def test_articles_that_do_not_disagree_are_left_alone(other: str) -> None:
    assert found(other) == []


def test_only_a_question_for_a_number_is_looked_at() -> None:
    question = "Who sent soldiers to Russia?"
    assert found("North Korea has sent 10,000 soldiers to Russia.", question=question) == []


def test_one_article_does_not_differ_from_itself() -> None:
    text = f"{FIRST} North Korea will send 10,000 soldiers to Russia."
    pieces = split_hits(hits(hit("a", text)))
    scored = score_pieces(QUESTION, pieces, language="en", embedder=FakeEmbedder())
    assert differences(QUESTION, scored, used=pieces[:1], language="en") == []
