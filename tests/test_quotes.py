import pytest
from fakes import FakeEmbedder
from samples import BRIDGE, harbour_hits, hit, hits

from assistant.pieces import score_pieces, split_hits
from assistant.quotes import MOST_CHARACTERS, asked_for, choose_quotes
from assistant.records import Hits


def quotes(question: str, *, language: str = "en", found: Hits | None = None) -> list[str]:
    pieces = split_hits(found or harbour_hits())
    scored = score_pieces(question, pieces, language=language, embedder=FakeEmbedder())
    return [piece.text for piece in choose_quotes(question, scored, language=language)]


@pytest.mark.parametrize(
    ("question", "language", "words"),
    [
        pytest.param("What did it cost in pounds?", "en", "85 million pounds", id="en"),
        pytest.param("Who cut the ribbon?", "en", "Ann Doyle", id="who"),
        pytest.param("Wie viele Soldaten schickte Nordkorea?", "de", "3.000", id="de"),
        pytest.param("How many soldiers did Korea send?", "en", "3.000", id="en to de"),
        pytest.param("When will the ferry not run?", "en", "January", id="when"),
    ],
)
def test_the_sentence_that_answers_is_quoted(question: str, language: str, words: str) -> None:
    assert any(words in quote for quote in quotes(question, language=language))


def test_quotes_are_verbatim_few_and_short() -> None:
    for question in ("What about the bridge in Larne?", "How many people walked?"):
        found = quotes(question)
        assert 1 <= len(found) <= 3
        assert sum(map(len, found)) <= MOST_CHARACTERS
        texts = [one.passage.text for one in harbour_hits()]
        assert all(any(quote in text for text in texts) for quote in found)


def test_quotes_of_an_article_stand_in_reading_order() -> None:
    found = quotes("ribbon bridge cost people pounds", found=hits(hit("a", BRIDGE)))
    assert found == sorted(found, key=BRIDGE.index)


def test_the_same_sentence_of_two_outlets_is_quoted_once() -> None:
    copies = hits(hit("a", BRIDGE), hit("b", BRIDGE, rank=2))
    found = quotes("What did the bridge cost?", found=copies)
    assert len(found) == len(set(found))


def test_a_sentence_too_long_to_read_is_shortened_to_the_clause_that_answers() -> None:
    filler = "which the council had discussed at length in many meetings over the years"
    long = (
        f"The plan, {filler}, {filler}, {filler}, {filler}, costs 85 million pounds,"
        f" {filler}, {filler}."
    )
    found = quotes("How many million pounds does it cost?", found=hits(hit("a", long)))
    assert sum(map(len, found)) <= MOST_CHARACTERS
    assert "85 million pounds" in found[0]
    assert found[0] in long


@pytest.mark.parametrize(
    ("question", "language", "kind"),
    [
        ("How many ships came?", "en", "number"),
        ("Wie hoch sind die Kosten?", "de", "number"),
        ("When did it open?", "en", "date"),
        ("Wann wurde die Brücke eröffnet?", "de", "date"),
        ("In welchem Jahr war das?", "de", "date"),
        ("Who opened it?", "en", "name"),
        ("Wer hat es gesagt?", "de", "name"),
        ("¿Cuántas personas cruzaron?", "es", "number"),
        ("Quand a-t-il ouvert ?", "fr", "date"),
        ("Why did it close?", "en", ""),
        ("Tell me about the bridge.", "en", ""),
    ],
)
def test_the_question_says_what_kind_of_thing_it_wants(
    question: str, language: str, kind: str
) -> None:
    assert asked_for(question, language=language) == kind


def test_nothing_found_gives_nothing() -> None:
    assert choose_quotes("Who?", [], language="en") == []
