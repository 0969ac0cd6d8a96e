import pytest

from assistant.stance import is_negated_otherwise, lost_attribution


@pytest.mark.parametrize(
    ("sentence", "quote", "otherwise"),
    [
        pytest.param("It opened.", "It did not open.", True, id="not is lost"),
        pytest.param("It did not open.", "It opened.", True, id="not is added"),
        pytest.param("It never opened.", "It did not open.", False, id="both"),
        pytest.param("It opened.", "It opened, but not in May.", False, id="another clause"),
    ],
)
def test_a_not_must_be_in_both(sentence: str, quote: str, otherwise: bool) -> None:
    found = is_negated_otherwise(sentence, language="en", quote=quote, spoken="en")
    assert found is otherwise


def test_a_not_is_compared_across_languages() -> None:
    quote = "Die Fähre fährt im Januar nicht."
    ask = {"language": "en", "quote": quote, "spoken": "de"}
    assert is_negated_otherwise("The ferry runs in January.", **ask)
    assert not is_negated_otherwise("The ferry does not run in January.", **ask)


QUOTE = "According to the mayor, the harbour bridge cost 85 million pounds."


@pytest.mark.parametrize(
    ("sentence", "quote", "spoken", "words"),
    [
        pytest.param("The harbour bridge cost 85 million pounds.", QUOTE, "en", "According to",
                     id="lost"),
        pytest.param("The mayor said that the bridge cost 85 million pounds.", QUOTE, "en", "",
                     id="said otherwise"),
        pytest.param("The mayor put the cost of the bridge at 85 million, he confirmed.", QUOTE,
                     "en", "", id="confirmed"),
        pytest.param("85 million pounds", QUOTE, "en", "", id="a fragment claims nothing"),
        pytest.param("The harbour bridge cost 85 million pounds.", "The bridge cost a lot.", "en",
                     "", id="nobody's claim"),
        pytest.param("About 3,000 soldiers were sent from Korea to Russia.",
                     "Nach Angaben der USA wurden 3.000 Soldaten geschickt.", "de", "Nach Angaben",
                     id="across languages"),
        pytest.param("The harbour bridge cost 85 million pounds.", "桥的造价", "zh", "",
                     id="no words known"),
    ],
)  # fmt: skip
def test_who_says_so_must_not_be_lost(sentence: str, quote: str, spoken: str, words: str) -> None:
    found = lost_attribution(sentence, language="en", quote=quote, spoken=spoken)
    assert found == words
