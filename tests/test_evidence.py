from collections.abc import Sequence

import pytest
from fakes import FakeEmbedder
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import harbour_hits, hit, hits

from assistant.evidence import Checked, check, rank_support
from assistant.pieces import Scored, score_pieces, split_hits
from assistant.records import Hits


def scored(question: str, *, language: str = "en", found: Hits | None = None) -> list[Scored]:
    pieces = split_hits(found or harbour_hits())
    return score_pieces(question, pieces, language=language, embedder=FakeEmbedder())


def judged(
    sentence: str,
    *,
    question: str = "What happened?",
    language: str = "en",
    found: Hits | None = None,
    cited: Sequence[str] = (),
) -> Checked:
    evidence = scored(question, language=language, found=found)
    named = [one.piece for one in evidence if one.piece.article.id in cited]
    return check(
        sentence,
        evidence=evidence,
        question=question,
        cited=named,
        language=language,
        embedder=FakeEmbedder(),
    )


@pytest.mark.parametrize(
    ("sentence", "language", "quote"),
    [
        pytest.param("The bridge cost 85 million pounds.", "en", "It cost 85", id="same words"),
        pytest.param("It cost 85,000,000 pounds.", "en", "It cost 85", id="number respelt"),
        pytest.param("Ann Doyle cut the ribbon.", "en", "Ann Doyle", id="a name"),
        pytest.param("85 million pounds", "en", "It cost 85", id="a fragment"),
        pytest.param("Ten thousand people walked across.", "en", "10,000", id="number words"),
        pytest.param("Die Brücke kostete 85 Mio. Pfund.", "de", "It cost 85", id="de on en"),
        pytest.param("3,000 soldiers from Korea.", "en", "3.000 Soldaten", id="en on de"),
    ],
)
def test_a_true_sentence_is_supported_by_the_words_it_rests_on(
    sentence: str, language: str, quote: str
) -> None:
    checked = judged(sentence, language=language)
    assert (checked.support, checked.reason) == ("supported", "")
    assert any(quote in piece.text for piece in checked.pieces)


@pytest.mark.parametrize(
    ("sentence", "language", "figure"),
    [
        pytest.param("The bridge cost 87 million pounds.", "en", "87", id="another number"),
        pytest.param("The bridge cost 85 billion pounds.", "en", "85 billion", id="scale"),
        pytest.param("The bridge cost 85 million euros.", "en", "85 million", id="currency"),
        pytest.param("The bridge opened on Tuesday.", "en", "Tuesday", id="weekday"),
        pytest.param("Die Brücke kostete 58 Mio. Pfund.", "de", "58 Mio", id="across languages"),
    ],
)
def test_a_figure_that_is_not_in_the_articles_is_named(
    sentence: str, language: str, figure: str
) -> None:
    checked = judged(sentence, language=language)
    assert checked.support == "unsupported"
    assert figure in checked.reason


def test_a_figure_of_another_story_lends_nothing() -> None:
    found = hits(
        hit("a", "The test flight of the Heron carried nobody."),
        hit("b", "The convoy had 2 drummers and a cook.", rank=2),
    )
    checked = judged("Two pilots were on the test flight of the Heron.", found=found)
    assert checked.support == "unsupported"
    assert "Two" in checked.reason


def test_a_name_that_is_not_in_the_articles_is_named() -> None:
    checked = judged("Mayor Ann Miller cut the ribbon.")
    assert checked.support == "partly"
    assert "Miller" in checked.reason


def test_a_name_in_another_spelling_is_known() -> None:
    text = "President Zelenskyy met the generals in Kyiv on Friday."
    found = hits(hit("a", text))
    assert judged("President Selenskyj met the generals.", found=found).support == "supported"


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        pytest.param("The ferry from Larne will run in January.", "en", id="not is lost"),
        pytest.param("The bridge did not open on Monday.", "en", id="not is added"),
        pytest.param("Lloyd Austin hat das am Mittwoch in Rom nicht gesagt.", "de", id="nicht"),
    ],
)
def test_a_lost_or_added_not_is_no_full_support(sentence: str, language: str) -> None:
    checked = judged(sentence, language=language)
    assert checked.support != "supported"


LISTED = "The ferry calls at Larne and at Troon."
COUNTED = "The ferry calls at three ports: Larne, Troon and Campbeltown."


@pytest.mark.parametrize(
    ("text", "question", "support"),
    [
        pytest.param(LISTED, "What are the two ports of the ferry?", "partly", id="asked"),
        pytest.param(LISTED, "What are the ports of the ferry?", "unsupported", id="made up"),
        pytest.param(COUNTED, "What are the two ports of the ferry?", "unsupported", id="denied"),
    ],
)
def test_a_small_count_of_the_question_may_be_missing(
    text: str, question: str, support: str
) -> None:
    said = "The two ports of the ferry are Larne and Troon."
    checked = judged(said, question=question, found=hits(hit("ferry", text)))
    assert checked.support == support
    assert "two" in checked.reason


@pytest.mark.parametrize(
    ("question", "doubted"),
    [
        pytest.param("When was the plague in Venice?", False, id="the question names it"),
        pytest.param("When was the plague?", True, id="the model names it"),
    ],
)
def test_a_name_of_the_question_may_be_spelt_otherwise_in_another_language(
    question: str, doubted: bool
) -> None:
    found = hits(
        hit(
            "pest",
            "Doktor Ferrante sah 1361 im Hospital San Marco in Venedig die Pest.",
            language="de",
        )
    )
    checked = judged(
        "In Venice, Doktor Ferrante saw 1361 in Hospital San Marco", question=question, found=found
    )
    assert checked.pieces and ("Venice" in checked.reason) is doubted


def test_a_large_number_of_the_question_must_be_there() -> None:
    checked = judged("The bridge cost 90 million pounds.", question="Did it cost 90 million?")
    assert checked.support == "unsupported"


def test_a_sentence_about_something_else_is_unsupported() -> None:
    checked = judged("Penguins breed on the cliffs of an island in autumn.")
    assert checked == Checked("unsupported", "No passage says this.", ())


def test_reasons_are_given_in_the_language_of_the_answer() -> None:
    assert "nennen" in judged("Es waren 4.711 Soldaten.", language="de").reason


def test_the_models_own_number_decides_between_equal_sentences() -> None:
    copies = hits(hit("a", "The bridge opened."), hit("b", "The bridge opened.", rank=2))
    for cited in ("a", "b"):
        (piece,) = judged("The bridge opened.", found=copies, cited=[cited]).pieces
        assert piece.article.id == cited


def test_a_wrong_number_of_the_model_is_overruled() -> None:
    checked = judged("The bridge cost 85 million pounds.", cited=["ferry"])
    assert checked.pieces[0].article.id == "bridge"


def test_a_sentence_that_joins_two_passages_quotes_both() -> None:
    checked = judged("The bridge opened on Monday and the ferry will not run in January.")
    assert {piece.article.id for piece in checked.pieces} == {"bridge", "ferry"}


def test_of_equal_sentences_the_one_that_fits_the_question_is_quoted() -> None:
    found = hits(hit("a", "Ann Doyle danced at home. Ann Doyle cut the ribbon of the bridge."))
    (piece,) = judged("Ann Doyle", question="Who cut the ribbon?", found=found).pieces
    assert "ribbon" in piece.text


def test_the_articles_own_date_supports_a_date() -> None:
    assert judged("The bridge opened in October 2024.").support != "unsupported"


def test_a_weekday_is_resolved_by_the_articles_date() -> None:
    assert judged("The bridge opened on 21 October 2024.").support == "supported"
    wrong = judged("The bridge opened on 22 October 2024.")
    assert (wrong.support, "22" in wrong.reason) == ("unsupported", True)


def test_a_country_is_known_by_its_name_in_another_language() -> None:
    found = hits(hit("a", "Die USA haben Deutschland gewarnt.", language="de"))
    checked = judged("The United States have warned Germany.", found=found)
    assert "name" not in checked.reason


def test_a_claim_that_became_a_fact_is_only_partly_supported() -> None:
    found = hits(hit("a", "According to Ann Doyle, the harbour bridge cost 85 million pounds."))
    lost = judged("The harbour bridge cost 85 million pounds.", found=found)
    assert (lost.support, "According to" in lost.reason) == ("partly", True)
    kept = judged("Ann Doyle says the harbour bridge cost 85 million pounds.", found=found)
    assert kept.support == "supported"


def test_support_is_ranked_best_first() -> None:
    first = rank_support(
        "Mayor Ann Doyle cut the ribbon.",
        evidence=scored("bridge"),
        language="en",
        embedder=FakeEmbedder(),
    )[0]
    assert "ribbon" in first.text


def test_without_evidence_nothing_is_supported() -> None:
    checked = check("It opened.", evidence=[], language="en", embedder=FakeEmbedder())
    assert checked.support == "unsupported"


@settings(max_examples=50)
@given(st.text(max_size=120), st.sampled_from(["en", "de", "zh", "und"]))
def test_any_sentence_gets_a_judgement_with_pieces_of_the_evidence(text: str, code: str) -> None:
    evidence = scored("bridge")
    checked = (
        check(text, evidence=evidence, language=code, embedder=FakeEmbedder())
        if (text.strip())
        else Checked("unsupported", "", ())
    )
    assert set(checked.pieces) <= {one.piece for one in evidence}
    assert (checked.support == "supported") == (checked.reason == "") or not text.strip()
