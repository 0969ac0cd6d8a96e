import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.drafting import Draft, Drafted, count_words
from assistant.prompts import CANNOT
from assistant.records import Token


def drafted(
    *pieces: str, language: str = "en", complete: bool = True, most_words: int = 1000
) -> tuple[list[Drafted], str, Draft]:
    """The sentences of a stream, its tokens joined, and the draft. Stops at a fault."""
    draft = Draft(language=language, known=[1, 2, 3], links=[], most_words=most_words)
    items: list[Token | Drafted] = []
    for piece in pieces:
        items += draft.feed(piece)
        if draft.fault or draft.is_full:
            break
    items += draft.finish(complete=complete)
    tokens = "".join(item.text for item in items if isinstance(item, Token))
    return [item for item in items if isinstance(item, Drafted)], tokens, draft


def letters(text: str) -> list[str]:
    return [text[at : at + 1] for at in range(len(text))]


ANSWER = "The bridge opened on Monday [1]. It cost 85 million pounds. [2] Dr. Doyle said so [1][3]."


def test_sentences_come_with_their_numbers_and_without_marks() -> None:
    sentences, tokens, _ = drafted(*letters(ANSWER))
    assert sentences == [
        Drafted("The bridge opened on Monday.", (1,), ""),
        Drafted("It cost 85 million pounds.", (2,), " "),
        Drafted("Dr. Doyle said so.", (1, 3), " "),
    ]
    assert tokens == "The bridge opened on Monday. It cost 85 million pounds. Dr. Doyle said so."


@given(st.lists(st.integers(1, 12), max_size=40))
def test_the_cut_of_the_stream_changes_nothing(sizes: list[int]) -> None:
    pieces, at = [], 0
    for size in sizes:
        pieces.append(ANSWER[at : at + size])
        at += size
    pieces.append(ANSWER[at:])
    assert drafted(*pieces)[:2] == drafted(ANSWER)[:2]


def test_the_tokens_of_a_sentence_come_before_it_and_join_to_its_text() -> None:
    draft = Draft(language="en", known=[1], links=[], most_words=1000)
    shown = ""
    for letter in letters("One thing happened [1]. Then came another thing."):
        for item in draft.feed(letter):
            if isinstance(item, Token):
                shown += item.text
            else:
                assert shown == item.text
                return
    pytest.fail("no sentence was finished")


# --- how long it may be ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("most", "kept"),
    [
        pytest.param(4, 1, id="the first sentence comes whole"),
        pytest.param(9, 1, id="one more like it would be too much"),
        pytest.param(10, 2, id="one more fits"),
        pytest.param(14, 2, id="two more would be too much"),
        pytest.param(99, 3, id="all fit"),
    ],
)
def test_no_sentence_begins_that_would_be_too_much(most: int, kept: int) -> None:
    sentences, _, draft = drafted(*letters(ANSWER), most_words=most)
    assert len(sentences) == kept
    assert draft.is_full == (kept < 3)
    assert draft.fault == ""


def test_a_sentence_that_becomes_too_long_is_not_kept() -> None:
    text = "It opened on Monday. It was the longest of all the bridges in the north of the country."
    sentences, tokens, draft = drafted(*letters(text), most_words=12)
    assert [s.text for s in sentences] == ["It opened on Monday."]
    assert draft.is_full
    assert len(tokens) < len(text)  # the model is stopped before its end


def test_the_only_sentence_may_be_too_long() -> None:
    text = "It was the longest of all the bridges in the north of the country."
    sentences, _, _ = drafted(*letters(text), most_words=10)
    assert [s.text for s in sentences] == [text]


@pytest.mark.parametrize(
    ("text", "words"), [("", 0), ("one two", 2), ("桥于周一开通", 3), ("the 桥于 bridge", 3)]
)
def test_words_are_counted_in_any_script(text: str, words: int) -> None:
    assert count_words(text) == words


# --- the beginning --------------------------------------------------------------------------------


@pytest.mark.parametrize("label", ["Answer: ", "**Answer:** ", "Antwort: ", "\n\nAnswer:\n"])
def test_a_label_before_the_answer_is_dropped(label: str) -> None:
    sentences, tokens, _ = drafted(*letters(f"{label}Ann Doyle."))
    assert [s.text for s in sentences] == ["Ann Doyle."]
    assert tokens == "Ann Doyle."


def test_the_phrase_that_refuses_is_never_shown() -> None:
    sentences, tokens, _ = drafted(*letters(f"{CANNOT}."))
    assert [s.text for s in sentences] == [f"{CANNOT}."]
    assert tokens == ""


def test_a_loop_is_cut_at_the_first_repetition() -> None:
    sentences, tokens, draft = drafted(*letters("It opened on Monday. " * 20))
    assert [s.text for s in sentences] == ["It opened on Monday."]
    assert tokens.strip() == "It opened on Monday."
    assert draft.fault == "loop"


@pytest.mark.parametrize("more", ["\n\nQuestion: What else?", "\nFrage: Was noch?", "\nUser: and?"])
def test_what_runs_on_past_the_question_is_cut(more: str) -> None:
    sentences, tokens, draft = drafted(*letters(f"It opened on Monday [1].{more} No."))
    assert [(s.text, s.numbers) for s in sentences] == [("It opened on Monday.", (1,))]
    assert tokens == "It opened on Monday."
    assert draft.fault == "ran_on"


def test_an_unfinished_last_sentence_is_dropped_when_there_is_another() -> None:
    text = "It opened on Monday. It cost 85 mill"
    assert [s.text for s in drafted(text, complete=False)[0]] == ["It opened on Monday."]
    assert [s.text for s in drafted("It cost 85 mill", complete=False)[0]] == ["It cost 85 mill"]
    assert len(drafted("It opened. It cost 85.", complete=False)[0]) == 2


def test_list_items_stand_on_lines_of_their_own() -> None:
    sentences, _, _ = drafted("- The bridge [1]\n- The ferry [2]")
    assert [(s.text, s.numbers, s.before) for s in sentences] == [
        ("- The bridge", (1,), ""),
        ("- The ferry", (2,), "\n"),
    ]


@pytest.mark.parametrize("text", ["", "  \n ", "[1]", "..."])
def test_nothing_said_is_nothing_or_harmless(text: str) -> None:
    sentences, _, draft = drafted(text)
    assert all(not any(map(str.isalnum, s.text)) for s in sentences)
    assert draft.fault == ""


@given(st.text(max_size=200), st.integers(1, 7))
def test_any_stream_ends_in_sentences_that_were_shown(text: str, size: int) -> None:
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    sentences, tokens, _ = drafted(*pieces)
    joined = " ".join(" ".join(s.text for s in sentences).split())
    shown = " ".join(tokens.split())
    assert joined.startswith(shown) or shown.startswith(joined)
