"""When to say no, and what a model's own words about its sources mean."""

import pytest
from fakes import FakeEmbedder
from samples import BRIDGE, SOLDIERS, harbour_hits, hit, hits

from assistant.pieces import Scored, score_pieces, split_hits
from assistant.prompts import CANNOT
from assistant.records import Hits
from assistant.refusal import LONGEST_ABOUT, THRESHOLD, fit, nearest, says_cannot, says_something


def scored(question: str, language: str, found: Hits) -> list[Scored]:
    return score_pieces(question, split_hits(found), language=language, embedder=FakeEmbedder())


def fits(question: str, *, language: str = "en", found: Hits | None = None) -> bool:
    read = scored(question, language, harbour_hits() if found is None else found)
    return fit(question, read, language=language, embedder=FakeEmbedder()) >= THRESHOLD


@pytest.mark.parametrize(
    ("question", "language"),
    [
        pytest.param("What did the harbour bridge in Larne cost?", "en", id="en"),
        pytest.param("Who is the mayor?", "en", id="one word in common"),
        pytest.param("When does the ferry to Cairnryan run again?", "en", id="another article"),
        pytest.param("Wie viele Soldaten schickte Nordkorea?", "de", id="de"),
        pytest.param("How many soldiers did Korea send?", "en", id="across languages"),
        pytest.param("Wann wurde die Brücke am Hafen eröffnet?", "de", id="de to en"),
    ],
)
def test_a_question_the_articles_answer_fits(question: str, language: str) -> None:
    assert fits(question, language=language)


@pytest.mark.parametrize(
    ("question", "language"),
    [
        pytest.param("Wie heißt die Königin von Atlantis?", "de", id="nothing of it"),
        pytest.param("Which penguins breed in Chile?", "en", id="another topic"),
        pytest.param("What is the boiling point of xenon?", "en", id="science"),
    ],
)
def test_a_question_about_something_else_does_not_fit(question: str, language: str) -> None:
    found = hits(hit("soldiers", SOLDIERS, language="de"), hit("bridge", BRIDGE, rank=2))
    assert not fits(question, language=language, found=found)


def test_one_short_article_can_answer() -> None:
    found = hits(hit("a", "The bridge opened on Monday."))
    assert fits("When did the bridge open?", found=found)
    assert not fits("Which penguins breed in Chile?", found=found)


def test_copies_of_one_story_do_not_hide_it() -> None:
    found = hits(*(hit(f"a{n}", BRIDGE, rank=n + 1) for n in range(6)))
    assert fits("What did the harbour bridge cost?", found=found)


def test_nothing_found_never_fits() -> None:
    assert not fits("Who?", found=hits())


def test_the_nearest_articles_are_named_with_what_they_are_about() -> None:
    found = nearest(scored("When does the ferry run?", "en", harbour_hits()))
    assert found[0].article.id == "ferry"
    assert len({near.article.id for near in found}) == len(found) == 3
    assert "ferry from Larne" in found[0].about


def test_what_an_article_is_about_is_cut_at_a_word() -> None:
    (near,) = nearest(scored("bridge", "en", hits(hit("a", "bridge " * 100))))
    assert len(near.about) <= LONGEST_ABOUT + 2
    assert near.about.endswith("bridge …")


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
        "This information is provided in the article by Aldre-Bote, as source number.",
        "This is supported by the information provided in sources 1, which say so.",
        "This is supported by the information provided in sources 1 and 2.",
        "It is mentioned in the article.",
        "This information is found in.",
        "” …",
        "Diese Information stammt aus der Quelle.",
        "Cette information se trouve dans la source.",
    ],
)
def test_a_sentence_that_only_says_where_something_stands_is_known(text: str) -> None:
    assert not says_something(text)


@pytest.mark.parametrize(
    "text",
    [
        "This figure was published by the auditor in May.",
        "The bridge cost 12 million crowns.",
        "The information office opened on Monday.",
        "It was found in the articles of association.",
        "This is stated in “The Long Way Under”, where he says so.",
        "According to source documents the bridge is safe.",
    ],
)
def test_a_sentence_that_says_something_is_kept(text: str) -> None:
    assert says_something(text)
