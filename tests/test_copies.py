"""Near-copies: one text in other clothes is found, another report of the same event is not."""

import random
import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.copies import (
    SAME_SENTENCE,
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
        chance.choice(words) if chance.random() < rate else word
        for word in text(paragraphs).split()
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
        pytest.param(
            text([FERRY[2], *ANOTHER_REPORT]), id="another report with the same quotation"
        ),
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
    edited = "".join(letter if at % 10 else "新" for at, letter in enumerate(CHINESE))
    assert same_text(CHINESE, edited) >= SAME_TEXT
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


# --- translations ---

GERMAN = [
    "Die Nachtfähre zwischen Torvik und Sandnes stellt am 1. Oktober den Betrieb ein, wie die "
    "Reederei am Mittwoch mitteilte; seit 1931 hat sie Post, Vieh und Hochzeitsreisende befördert.",
    "Die Zahl der Fahrgäste sank von 412.000 im Jahr 2009 auf 86.500 im vergangenen Jahr, während "
    "sich der Preis für Schiffsdiesel verdoppelte.",
    "Jede Überfahrt bringt nach Angaben, die das Unternehmen dem Bezirksrat vorgelegt hat, etwa "
    "5.300 Kronen Verlust.",
    "Der Bezirk hatte 14 Millionen Kronen im Jahr geboten, um die Linie bis zur Fertigstellung der "
    "Brücke bei Holmen im Jahr 2031 zu erhalten.",
    "Die Reederei verlangte 23 Millionen.",
    "Die Gespräche wurden im Juni ohne neuen Termin abgebrochen.",
]
ENGLISH = [
    FERRY[0],
    "Passenger numbers fell from 412,000 in 2009 to 86,500 last year, while the price of marine "
    "diesel doubled.",
    "Each crossing of the sound now loses about 5,300 crowns, according to figures that the "
    "company handed to the county council.",
    "The county had offered 14 million crowns a year to keep the line open until the bridge at "
    "Holmen is finished in 2031.",
    "The company asked for 23 million.",
    "Talks broke off in June without a date for another round.",
]


class Meanings:
    """Embeds a sentence as what it says: translations alike, other sentences at right angles."""

    def __init__(self, *languages: list[str]) -> None:
        self.asked: list[str] = []
        self._topics = {s: at for sentences in languages for at, s in enumerate(sentences)}

    def __call__(self, texts: Sequence[str]) -> np.ndarray:
        self.asked += texts
        topics = [self._topics.setdefault(text, 10 + len(self._topics)) for text in texts]
        return np.eye(200, dtype=np.float32)[topics]


def told(sentences: Sequence[str], language: str) -> Story:
    return Story(" ".join(sentences), language)


@pytest.mark.parametrize(
    ("other", "same"),
    [
        pytest.param(GERMAN, True, id="translated"),
        pytest.param(GERMAN[:4], True, id="translated and cut"),
        pytest.param(["Guten Morgen.", *GERMAN[:4], "Übersetzt."], True, id="a lead and a footer"),
        pytest.param(GERMAN[:2] + ["Die Fischer sind wütend."] * 4, False, id="a third in common"),
        pytest.param(GERMAN[::-1], False, id="the sentences in another order"),
        pytest.param(GERMAN[:2], False, id="two sentences"),
        pytest.param(GERMAN + ["Es regnet weiter."] * 30, False, id="a small part of a long text"),
        pytest.param([], False, id="nothing"),
    ],
)
def test_a_translation_has_the_sentences_in_order(other: list[str], same: bool) -> None:
    embed = Meanings(ENGLISH, GERMAN)
    english, german = told(ENGLISH, "en"), told(other, "de")
    assert is_copy(english, german, embed=embed) is same
    assert is_copy(german, english, embed=embed) is same


def test_a_translation_with_other_figures_is_not_even_embedded() -> None:
    embed = Meanings(ENGLISH, GERMAN)
    digits = str.maketrans("0123456789", "4705928136")
    other = told([sentence.translate(digits) for sentence in GERMAN], "de")
    assert not is_copy(told(ENGLISH, "en"), other, embed=embed)
    assert embed.asked == []


def test_articles_with_far_passages_are_not_even_embedded() -> None:
    embed = Meanings(ENGLISH, GERMAN)
    axes = np.eye(4, dtype=np.float32)
    english = Story(" ".join(ENGLISH), "en", axes[:2])
    assert not is_copy(english, Story(" ".join(GERMAN), "de", axes[2:]), embed=embed)
    assert embed.asked == []
    assert is_copy(english, Story(" ".join(GERMAN), "de", axes[[1, 0, 3]]), embed=embed)
    assert not is_copy(english, Story(" ".join(GERMAN), "de", axes[:0]), embed=embed)


def test_inside_one_language_only_the_words_count() -> None:
    embed = Meanings(ENGLISH, GERMAN)
    assert not is_copy(told(ENGLISH, "en"), told(GERMAN, "en"), embed=embed)
    assert embed.asked == []


def test_without_an_embedder_translations_are_left_out() -> None:
    assert not is_copy(told(ENGLISH, "en"), told(GERMAN, "de"))


def test_a_copy_whose_language_was_misread_is_still_one() -> None:
    assert is_copy(Story(ORIGINAL, "en"), Story(text(FERRY[:4]), "nl"))


def test_long_articles_are_compared_by_their_beginnings() -> None:
    embed = Meanings(ENGLISH, GERMAN)
    story = told([f"Satz {at} sagt etwas." for at in range(99)], "de")
    other = told([f"Sentence {at} says this." for at in range(99)], "en")
    assert not is_copy(story, other, embed=embed)
    assert len(embed.asked) == 30 + 60


def test_sentences_a_little_off_still_match() -> None:
    vectors = np.eye(4, dtype=np.float32)
    turned = (vectors + 0.25).astype(np.float32)
    turned /= np.linalg.norm(turned, axis=1, keepdims=True)
    assert translated(vectors, turned) == 1.0
    assert translated(vectors, turned[[0, 1, 3]]) == 1.0
    assert translated(vectors, turned[[3, 2, 1, 0]]) == 0.0
    assert translated(vectors[[0, 0, 0, 0]], turned) == 0.0
    assert translated(vectors[:0], turned) == 0.0


def test_sentences_on_one_topic_are_not_yet_one_text() -> None:
    noise = np.random.default_rng(5).normal(size=(28, 64)) / 16
    sentences = (np.eye(64)[0] + noise).astype(np.float32)
    sentences /= np.linalg.norm(sentences, axis=1, keepdims=True)
    report, another = sentences[:8], sentences[8:]
    assert (report @ another.T).min() > SAME_SENTENCE
    assert translated(report, another) < TRANSLATED


def test_the_mean_of_an_article_is_of_length_one() -> None:
    vectors = np.eye(4, dtype=np.float32)
    assert np.linalg.norm(mean_vector(vectors[:3])) == pytest.approx(1)
    assert not mean_vector(vectors[:0]).any()


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_two_texts_can_be_compared(first: str, second: str) -> None:
    assert 0 <= same_text(first, second) == same_text(second, first) <= 1
    assert len(sketch(first)) <= SKETCH_VALUES
