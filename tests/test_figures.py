import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.figures import figures, join_figures, missing_figures, names, same_name

SAME = [
    pytest.param("10,000 soldiers", "en", "10.000 Soldaten", "de", id="thousands"),
    pytest.param("10 000 soldats", "fr", "10'000 Soldaten", "de", id="thousands by space"),
    pytest.param("3 million euros", "en", "3 Mio. Euro", "de", id="Mio."),
    pytest.param("3,000,000", "en", "drei Millionen", "de", id="number words"),
    pytest.param("$3.5 billion", "en", "3,5 Milliarden Dollar", "de", id="billion is Milliarde"),
    pytest.param("2 Billionen Euro", "de", "2 trillion euros", "en", id="Billion is trillion"),
    pytest.param("12,500.75", "en", "12.500,75", "de", id="both separators"),
    pytest.param("85 percent", "en", "85 %", "de", id="percent"),
    pytest.param("23 October 2024", "en", "2024-10-23", "en", id="ISO date"),
    pytest.param("October 23, 2024", "en", "am 23. Oktober 2024", "de", id="dates"),
    pytest.param("on Monday", "en", "am Montag", "de", id="weekdays"),
    pytest.param("twelve ships", "en", "12 Schiffe", "de", id="twelve"),
    pytest.param("the third time", "en", "zum 3. Mal", "de", id="ordinals"),
    pytest.param("5千人", "zh", "5,000 people", "en", id="thousand in Chinese"),
    pytest.param("the 2018–19 season", "en", "von 2018 bis 2019", "de", id="seasons"),
    pytest.param("2 млн рублей", "ru", "2 million roubles", "en", id="million in Russian"),
]
OTHER = [
    pytest.param("85 %", "en", "87 %", "de", id="85 is not 87"),
    pytest.param("3,000", "en", "30.000", "de", id="3,000 is not 30,000"),
    pytest.param("10,000", "en", "10", "de", id="10,000 is not 10"),
    pytest.param("3 million", "en", "3 Milliarden", "de", id="million is not billion"),
    pytest.param("5 km", "en", "5 miles", "en", id="kilometres are not miles"),
    pytest.param("$5", "en", "5 Euro", "de", id="dollars are not euros"),
    pytest.param("on Monday", "en", "am Dienstag", "de", id="Monday is not Tuesday"),
    pytest.param("in May 2024", "en", "im März 2024", "de", id="May is not March"),
    pytest.param("three ships", "en", "zwei Schiffe", "de", id="three is not two"),
]


@pytest.mark.parametrize(("claim", "own", "evidence", "other"), SAME)
def test_figures_that_mean_the_same_agree(claim: str, own: str, evidence: str, other: str) -> None:
    found = figures(claim, language=own)
    assert found
    assert missing_figures(found, figures(evidence, language=other)) == []


@pytest.mark.parametrize(("claim", "own", "evidence", "other"), OTHER)
def test_figures_that_differ_do_not_agree(claim: str, own: str, evidence: str, other: str) -> None:
    assert missing_figures(figures(claim, language=own), figures(evidence, language=other))


def test_a_figure_keeps_its_words_for_the_reader() -> None:
    (figure,) = figures("It cost 85 million pounds.", language="en")
    assert figure.text == "85 million pounds"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("You may go.", id="may is a verb"),
        pytest.param("One of them left; ein Mann blieb.", id="one is an article"),
        pytest.param("They march once more.", id="march is a verb, once no Spanish eleven"),
        pytest.param("No figure at all", id="no figure"),
    ],
)
def test_words_that_are_no_figures(text: str) -> None:
    assert figures(text, language="en") == []


@given(st.integers(0, 10**12))
def test_every_whole_number_agrees_with_itself_in_every_spelling(number: int) -> None:
    spellings = [str(number), f"{number:,}", f"{number:,}".replace(",", ".")]
    spellings.append(f"{number:,}".replace(",", "\u202f"))
    for one in spellings:
        for other in spellings:
            assert missing_figures(figures(one), figures(other)) == []


@given(st.integers(1000, 10**9), st.integers(1000, 10**9))
def test_different_whole_numbers_never_agree(one: int, other: int) -> None:
    if one != other:
        assert missing_figures(figures(f"{one:,}"), figures(f"{other:,}"))


@pytest.mark.parametrize("text", ["9" * 400, "1." * 60, "0.000", "007", "1,2,3,4", "٣٫٥", "²"])
def test_odd_numbers_break_nothing(text: str) -> None:
    figures(text)


@given(st.text(max_size=80))
def test_any_text_can_be_searched(text: str) -> None:
    for figure in figures(text):
        assert figure.values
    names(text)


def test_names_are_capitals_inside_a_sentence() -> None:
    assert names("The mayor Ann Doyle met NATO. He said COVID-19 was over.") == [
        "Ann",
        "Doyle",
        "NATO",
        "COVID-19",
    ]


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("Putin", "Putins"),
        ("Putin's", "Putin"),
        ("Korea", "Nordkorea"),
        ("Wladiwostok", "Vladivostok"),
        ("México", "Mexico"),
        ("Selenskyj", "Zelenskyy"),
    ],
)
def test_a_name_is_known_in_another_spelling(name: str, word: str) -> None:
    assert same_name(name, [word])
    assert same_name(word, [name])


@pytest.mark.parametrize(
    ("name", "word"), [("Atlantis", "Atlanta"), ("Rome", "Prague"), ("US", "USB")]
)
def test_another_name_is_not_known(name: str, word: str) -> None:
    assert not same_name(name, [word])


@pytest.mark.parametrize(
    ("text", "known", "expected"),
    [
        pytest.param("about 3, 000 soldiers", {"3000"}, "about 3,000 soldiers", id="apart"),
        pytest.param("rooms 3, 000 and 4", {"3", "0"}, "rooms 3, 000 and 4", id="two numbers"),
        pytest.param("in 2023, 400 people", {"2023400"}, "in 2023, 400 people", id="a year"),
        pytest.param("1.3, 000", {"3000"}, "1.3, 000", id="a decimal"),
    ],
)
def test_a_figure_written_apart_is_mended_where_the_evidence_has_it(
    text: str, known: set[str], expected: str
) -> None:
    assert join_figures(text, known=known) == expected
