import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.marks import Mark, MarkReader

OWN = "https://larne.example/bridge"


def read(*pieces: str, known: Sequence[int] = (1, 2, 3)) -> tuple[str, list[tuple[int, ...]]]:
    """Text and marks of a stream; adjoining marks stay apart."""
    reader = MarkReader(known=known, links=[OWN])
    items = [item for piece in pieces for item in reader.feed(piece)] + list(reader.finish())
    text = "".join(item for item in items if isinstance(item, str))
    return text, [item.numbers for item in items if isinstance(item, Mark)]


@pytest.mark.parametrize(
    ("written", "marks"),
    [
        pytest.param("It opened.", [], id="none"),
        pytest.param("It opened [1].", [(1,)], id="plain"),
        pytest.param("It opened.[1]", [(1,)], id="after the stop"),
        pytest.param("It opened [1][2].", [(1,), (2,)], id="two in a row"),
        pytest.param("It opened [1, 2].", [(1, 2)], id="a list"),
        pytest.param("It opened [1; 2].", [(1, 2)], id="a list with semicolon"),
        pytest.param("It opened [1 and 3].", [(1, 3)], id="a list with and"),
        pytest.param("It opened [1-3].", [(1, 2, 3)], id="a range"),
        pytest.param("It opened (1).", [(1,)], id="round"),
        pytest.param("It opened (1, 2).", [(1, 2)], id="round list"),
        pytest.param("It opened [Source 1].", [(1,)], id="with Source"),
        pytest.param("It opened [source: 1, 2].", [(1, 2)], id="with source and colon"),
        pytest.param("It opened (Source 2).", [(2,)], id="Source in round brackets"),
        pytest.param("It opened [Quelle 1].", [(1,)], id="with Quelle"),
        pytest.param("It opened [Source 1, Source 2].", [(1, 2)], id="Source each time"),
        pytest.param("It opened [^1].", [(1,)], id="footnote"),
        pytest.param("It opened 【1】.", [(1,)], id="lenticular"),
        pytest.param("It opened 【1†source】.", [(1,)], id="lenticular with source"),
        pytest.param("It opened [7].", [()], id="a number that does not exist"),
        pytest.param("It opened [1, 7].", [(1,)], id="one that exists, one that does not"),
        pytest.param("It opened [ 1 ].", [(1,)], id="with spaces"),
    ],
)
def test_every_way_to_write_a_mark_is_read(written: str, marks: list[tuple[int, ...]]) -> None:
    assert read(written) == ("It opened.", marks)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("It opened in spring (2024).", id="a year"),
        pytest.param("It won (3-1) at home.", id="a result"),
        pytest.param("(1) Open it.", id="an enumeration"),
        pytest.param("Twelve (12) ships came.", id="a number that is no source"),
        pytest.param("He said [sic] so.", id="words in brackets"),
        pytest.param("a < b and c > d", id="comparison"),
        pytest.param("He paid $5 [about €4].", id="an insertion"),
    ],
)
def test_what_only_looks_like_a_mark_stays_text(text: str) -> None:
    assert read(text) == (text, [])


@pytest.mark.parametrize(
    ("written", "text"),
    [
        pytest.param("A <b>bold</b> word", "A bold word", id="tags"),
        pytest.param("A <script>alert(1)</script>word", "A word", id="script"),
        pytest.param("A <img src='http://evil.example/x.png'> word", "A  word", id="img"),
        pytest.param("A ![x](http://evil.example/x.png) word", "A  word", id="markdown image"),
        pytest.param("A ![x](<http://evil.example/x y.png>) b", "A  b", id="image with a space"),
        pytest.param("See [here](http://evil.example/?q=1).", "See here.", id="link"),
        pytest.param("See [here](javascript:alert(1)).", "See here.", id="script link"),
        pytest.param("See http://evil.example/a?b=c.", "See .", id="bare address"),
        pytest.param("See <http://evil.example>.", "See .", id="address in angle brackets"),
        pytest.param("See www.evil.example now", "See  now", id="www"),
        pytest.param(f"See [it]({OWN}).", f"See [it]({OWN}).", id="the article's own link"),
        pytest.param(f"See {OWN}.", f"See {OWN}.", id="the article's own address"),
        pytest.param("A <!-- hidden --> word", "A  word", id="comment"),
        pytest.param("A <iframe src=x", "A", id="unfinished tag at the end"),
    ],
)
def test_html_images_and_foreign_links_are_taken_out(written: str, text: str) -> None:
    assert read(written)[0].strip() == text.strip()


MESSY = (
    "The bridge [1] opened (2024) <b>on</b> Monday [Source 2, 3]. See [x](http://a.example/y)"
    " and ![i](http://b.example/z) or www.c.example [9]. Then 【2】 done (1)."
)


@given(st.lists(st.integers(1, 9), max_size=60))
def test_the_cut_of_the_stream_changes_nothing(sizes: list[int]) -> None:
    pieces, at = [], 0
    for size in sizes:
        pieces.append(MESSY[at : at + size])
        at += size
    pieces.append(MESSY[at:])
    assert read(*pieces) == read(MESSY)


@given(st.text(alphabet="ab1 [](){}<>!^【】./:htpw\n", max_size=80), st.integers(1, 5))
def test_nothing_unsafe_or_unknown_is_ever_let_through(text: str, size: int) -> None:
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    shown, marks = read(*pieces, known=(1,))
    assert "http://" not in shown
    assert not re.search(r"\[[^\[\]]*\]\([^()\s]+\)", shown)
    assert all(set(numbers) <= {1} for numbers in marks)


def test_text_is_not_held_back_longer_than_needed() -> None:
    reader = MarkReader(known=[1])
    assert list(reader.feed("The bridge")) == ["The bridge"]
    assert list(reader.feed(" [")) == []
    assert list(reader.feed("1]")) == []
    assert list(reader.feed(" opened")) == [Mark((1,)), " opened"]
