"""When to say no, and what a model's own words about its sources mean."""

import pytest

from assistant.prompts import CANNOT
from assistant.refusal import says_cannot, says_where


@pytest.mark.parametrize(
    "text",
    [
        CANNOT,
        "The sources do not mention the mayor.",
        "The name is not specified in the articles.",
        "I cannot answer this question.",
        "Die Quellen enthalten dazu keine Angaben.",
    ],
)
def test_a_model_that_says_it_cannot_is_understood(text: str) -> None:
    assert says_cannot(text)


@pytest.mark.parametrize(
    "text",
    [
        "The minister did not mention the bridge.",
        "The source of the river lies in the mountains.",
        "Der Bürgermeister nannte keine Zahl.",
    ],
)
def test_what_the_articles_deny_is_no_refusal(text: str) -> None:
    assert not says_cannot(text)


@pytest.mark.parametrize(
    "text",
    [
        "This information is provided in source.",
        "This information is found in sources and.",
        "This information is provided in the article by Aldre-Bote on October 28, as source number.",
        "Diese Information stammt aus der Quelle.",
        "Cette information se trouve dans la source.",
    ],
)
def test_a_sentence_that_only_says_where_something_stands_is_known(text: str) -> None:
    assert says_where(text)


@pytest.mark.parametrize(
    "text",
    [
        "This figure was published by the auditor in May.",
        "The bridge cost 12 million crowns.",
        "The information office opened on Monday.",
        "According to source documents the bridge is safe.",
    ],
)
def test_a_sentence_that_says_something_is_kept(text: str) -> None:
    assert not says_where(text)
