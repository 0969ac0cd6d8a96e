"""Near-copies: one text in other clothes is found, another report of the same event is not."""

import random
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.copies import (
    SAME_TEXT,
    SHARED_VALUES,
    SKETCH_VALUES,
    TRANSLATED,
    Story,
    is_copy,
    mean_vector,
    same_text,
    sketch,
    translated,
)

FERRY = [
    "The night ferry between Torvik and Sandnes will stop running on 1 October, its operator said "
    "on Wednesday, ending a service that has carried post, cattle and honeymooners since 1931.",
    "Passenger numbers fell from 412,000 in 2009 to 86,500 last year, while the price of marine "
    "diesel doubled. Each crossing of the sound now loses about 5,300 crowns, according to figures "
    "that the company handed to the county council.",
    "“We have kept her alive for longer than any accountant would advise,” said the managing "
    "director, Solveig Aune. “But a ship that sails with eleven people and four cars is a hotel "
    "that moves.”",
    "The county had offered 14 million crowns a year to keep the line open until the bridge at "
    "Holmen is finished in 2031. The company asked for 23 million. Talks broke off in June without "
    "a date for another round.",
    "Truck drivers will have to take the road around the fjord, which adds 164 kilometres and a "
    "mountain pass that was closed on 37 days last winter. The fishermen's union called the "
    "decision a disgrace and announced a blockade of the harbour.",
    "The Havbris, built in 1984 and twice rebuilt, is to be sold. A museum in Bergholm has shown "
    "interest, and so has a scrapyard.",
]
ANOTHER_REPORT = [
    "Torvik loses its ferry. After ninety-odd years the boat to Sandnes makes her last trip at the "
    "end of September, and nobody on the quay this morning could remember a sadder Wednesday.",
    "The figures are plain: 86,500 people used the line last year, a fifth of what it carried in "
    "2009. Fuel has become twice as expensive. The county was ready to pay 14 million crowns a "
    "year, far short of the 23 million that were demanded.",
    "Aune, who runs the company, spoke of a floating hotel without guests. The fishermen do not "
    "accept that. They want to close the harbour with their boats until the council meets again.",
    "For Per Lunde, who drives timber, the end of the line means 164 kilometres more on every "
    "trip, over a pass where he was stuck three times in the past winter alone. He says that he "
    "will look for other work before the snow comes.",
    "What becomes of the Havbris is open. She might go to Bergholm as an exhibit. She might also "
    "go to the breakers, like her sister ship some twenty years ago.",
]
LEAD = (
    "Good morning from the coast. This is what our readers talked about most while the rest of the "
    "country looked at the football results and the price of electricity."
)
FOOTER = "This report first appeared in the Torvik Tidende and is republished with permission."


def text(paragraphs: list[str]) -> str:
    return "\n\n".join(paragraphs)


def with_words_changed(paragraphs: list[str], rate: float) -> str:
    chance = random.Random(7)
    words = text(ANOTHER_REPORT).split()
    changed = [
        chance.choice(words) if chance.random() < rate else word for word in text(paragraphs).split()
    ]
    return " ".join(changed)


ORIGINAL = text(FERRY)
OTHER_FIGURES = ORIGINAL.translate(str.maketrans("0123456789", "4705928136"))
CHINESE = (
    "渡轮公司星期三宣布,从十月一日起停止托尔维克与桑内斯之间的夜间航线。这条航线从1931年起运送邮件、牲畜和新婚夫妇。"
    "去年的乘客人数从2009年的412000人减少到86500人,而船用柴油的价格翻了一番。公司说,每次航行亏损约5300克朗。"
    "郡政府愿意每年支付1400万克朗,直到2031年霍尔门大桥完工,但公司要求2300万克朗。谈判在六月中断。"
    "卡车司机今后必须绕行峡湾,路程增加164公里。渔民工会称这一决定是耻辱,并宣布封锁港口。"
)


@pytest.mark.parametrize(
    "copy",
    [
        pytest.param(ORIGINAL, id="the same"),
        pytest.param(ORIGINAL.replace("\n\n", "\n").replace("“", '"').upper(), id="typography"),
        pytest.param(text([LEAD, *FERRY, FOOTER]), id="a lead and a footer"),
        pytest.param(text(FERRY[:3]), id="cut to the half"),
        pytest.param(text(FERRY[3:] + FERRY[:2]), id="paragraphs dropped and moved"),
        pytest.param(with_words_changed(FERRY, 0.05), id="one word in twenty changed"),
        pytest.param(with_words_changed(FERRY, 0.2), id="one word in five changed"),
        pytest.param(with_words_changed(FERRY[:4], 0.1) + FOOTER, id="changed, cut, a footer"),
        pytest.param(ORIGINAL.replace("412,000", "421,000"), id="one figure corrected"),
    ],
)
def test_the_same_text_is_found(copy: str) -> None:
    assert same_text(ORIGINAL, copy) >= SAME_TEXT
    assert same_text(copy, ORIGINAL) == same_text(ORIGINAL, copy)
    assert len(set(sketch(ORIGINAL)) & set(sketch(copy))) >= SHARED_VALUES


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(text(ANOTHER_REPORT), id="another report of the same day"),
        pytest.param(text([FERRY[2], *ANOTHER_REPORT]), id="another report with the same quotation"),
        pytest.param(text([*ANOTHER_REPORT, *FERRY[4:]]), id="an update with the old background"),
        pytest.param(OTHER_FIGURES, id="the same words with other figures"),
        pytest.param(FERRY[2], id="a quotation of one paragraph"),
        pytest.param(text(FERRY[:1] + [*ANOTHER_REPORT, LEAD] * 9), id="a round-up that quotes it"),
        pytest.param("", id="nothing"),
        pytest.param(CHINESE, id="another language"),
    ],
)
def test_what_is_not_the_same_text_is_not_found(other: str) -> None:
    assert same_text(ORIGINAL, other) < SAME_TEXT
    assert same_text(other, ORIGINAL) == same_text(ORIGINAL, other)


def test_scripts_without_spaces_are_compared_too() -> None:
    half = CHINESE[: len(CHINESE) // 2]
    turned = CHINESE[len(CHINESE) // 2 :] + half
    assert same_text(CHINESE, half) >= SAME_TEXT
    assert same_text(CHINESE, turned) >= SAME_TEXT
    assert same_text(CHINESE, CHINESE[::-1]) < SAME_TEXT


def test_short_texts_are_the_same_only_word_for_word() -> None:
    assert same_text("The ferry stops on 1 October.", "the ferry stops on 1 October") == 1.0
    assert same_text("The ferry stops on 1 October.", "The ferry stops on 2 October.") == 0.0
    assert same_text("", "") == 0.0


def test_a_sketch_is_small_and_the_same_in_every_process() -> None:
    values = sketch(ORIGINAL)
    assert len(values) == len(set(values)) == SKETCH_VALUES
    assert all(0 <= value < 2**32 for value in values)
    program = f"from assistant.copies import sketch; print(sketch({ORIGINAL!r}))"
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert printed.stdout.strip() == str(values)


def test_a_text_without_words_has_an_empty_sketch() -> None:
    assert sketch(" … \n – ") == []


# --- translations: vectors as an embedder would give them ---


def passages_about(*topics: int) -> np.ndarray:
    """One vector for each topic, of length one; different topics are at right angles."""
    return np.eye(32, dtype=np.float32)[list(topics)]


def blurred(vectors: np.ndarray, *, by: float) -> np.ndarray:
    """The vectors in another language: turned a little, each in its own direction."""
    noise = np.random.default_rng(3).normal(size=vectors.shape)
    noise *= by / np.linalg.norm(noise, axis=1, keepdims=True)
    moved = vectors + noise
    return (moved / np.linalg.norm(moved, axis=1, keepdims=True)).astype(np.float32)


def cut_elsewhere(vectors: np.ndarray) -> np.ndarray:
    """The same content in passages that begin in the middle of the former ones."""
    halves = (vectors[:-1] + vectors[1:]) / np.sqrt(2)
    return np.concatenate([vectors[:1], halves, vectors[-1:]]).astype(np.float32)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        pytest.param(blurred(passages_about(0, 1, 2, 3), by=0.6), True, id="translated"),
        pytest.param(blurred(passages_about(0, 1), by=0.6), True, id="translated and cut"),
        pytest.param(
            blurred(cut_elsewhere(passages_about(0, 1, 2, 3)), by=0.4), True, id="cut elsewhere"
        ),
        pytest.param(passages_about(0, 8, 9, 10), False, id="one passage in common"),
        pytest.param(blurred(passages_about(0, 1, 2, 3), by=1.5), False, id="the same topics"),
        pytest.param(passages_about(), False, id="no passages"),
    ],
)
def test_a_translation_matches_passage_by_passage(other: np.ndarray, same: bool) -> None:
    original = passages_about(0, 1, 2, 3)
    assert (translated(original, other) >= TRANSLATED) is same
    assert translated(other, original) == pytest.approx(translated(original, other), abs=0.2)


def test_vectors_count_only_between_languages() -> None:
    english = Story(text(FERRY), "en", passages_about(0, 1, 2))
    chinese = Story(CHINESE, "zh", blurred(passages_about(0, 1, 2), by=0.5))
    retold = Story(text(ANOTHER_REPORT), "en", passages_about(0, 1, 2))
    assert is_copy(english, chinese)
    assert is_copy(chinese, english)
    assert not is_copy(english, retold)


def test_a_copy_whose_language_was_misread_is_still_one() -> None:
    english = Story(ORIGINAL, "en", passages_about(0))
    misread = Story(text(FERRY[:4]), "nl", passages_about(9))
    assert is_copy(english, misread)


def test_the_mean_of_an_article_is_of_length_one() -> None:
    assert np.linalg.norm(mean_vector(passages_about(0, 1, 2))) == pytest.approx(1)
    assert not mean_vector(passages_about()).any()


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_two_texts_can_be_compared(first: str, second: str) -> None:
    assert 0 <= same_text(first, second) == same_text(second, first) <= 1
    assert len(sketch(first)) <= SKETCH_VALUES
