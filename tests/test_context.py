from dataclasses import replace
from math import inf

import pytest
from fakes import FakeEmbedder
from hypothesis import given
from hypothesis import strategies as st
from samples import BRIDGE, harbour_hits, hit, hits

from assistant.context import GAP, Context, build_context
from assistant.pieces import Scored, score_pieces, split_hits
from assistant.records import Hits


def words(text: str) -> int:
    return len(text.split())


def scored(question: str, found: Hits | None = None) -> list[Scored]:
    pieces = split_hits(found or harbour_hits())
    return score_pieces(question, pieces, language="en", embedder=FakeEmbedder())


def context(
    question: str,
    *,
    tokens: int = 1000,
    best: int = 2,
    found: Hits | None = None,
    close: float = inf,
) -> Context:
    pieces = scored(question, found)
    return build_context(pieces, tokens=tokens, count_tokens=words, best=best, close=close)


def test_the_best_sentences_come_with_neighbours_under_their_article() -> None:
    built = context("What did the bridge cost in million pounds?", best=1)
    (block,) = built.blocks
    assert block.text.splitlines()[0] == "[1] Bridge · Larne Times · 2024-10-24"
    assert "It cost 85 million pounds" in block.text
    assert "opened on Monday" in block.text
    assert "10,000" not in block.text


def test_what_fits_far_less_than_the_best_is_left_out() -> None:
    question = "What did the bridge in Larne cost in million pounds?"
    near, all_of_it = context(question, best=9, close=0.15), context(question, best=9)
    assert {block.article.id for block in near.blocks} == {"bridge"}
    assert {block.article.id for block in all_of_it.blocks} > {"bridge"}
    assert near.left_out == ()


def test_articles_are_numbered_from_one_in_order_of_their_best_sentence() -> None:
    built = context("When will the ferry not run, and what about the bridge?", best=4)
    assert [block.number for block in built.blocks] == list(range(1, len(built.blocks) + 1))
    assert built.blocks[0].article.id == "ferry"
    assert built.block(1) is built.blocks[0]
    assert built.block(99) is None


def test_sentences_stand_in_reading_order_with_gaps_shown() -> None:
    found = hits(hit("a", " ".join(f"Number {n} is about thing{n}." for n in range(9))))
    built = context("thing1 thing7", found=found)
    (block,) = built.blocks
    assert [piece.start for piece in block.pieces] == sorted(p.start for p in block.pieces)
    assert GAP.strip() in block.text
    assert block.text.index("thing0") < block.text.index("thing8")


def test_copies_of_white_space_do_not_reach_the_prompt() -> None:
    found = hits(hit("a", "The bridge\n   opened."))
    assert "The bridge opened." in context("bridge", found=found).text


def test_what_does_not_fit_is_left_out_from_the_end_and_named() -> None:
    everything = context("ferry bridge soldiers", best=9)
    assert everything.left_out == ()
    small = context("ferry bridge soldiers", best=9, tokens=30)
    assert words(small.text) <= 30
    shown = {block.article.id for block in small.blocks}
    assert shown | {article.id for article in small.left_out} == {"bridge", "ferry", "soldiers"}


def test_a_single_sentence_too_long_for_the_room_is_shortened() -> None:
    found = hits(hit("a", "bridge " * 500))
    built = context("bridge", found=found, tokens=50)
    (piece,) = built.pieces
    assert 0 < words(built.text) <= 50
    assert piece.passage.text[piece.start - 100 : piece.end - 100] == piece.text


@given(st.integers(1, 120), st.integers(1, 9))
def test_the_room_is_never_exceeded_but_by_a_heading(tokens: int, best: int) -> None:
    built = context("bridge ferry soldiers Larne", tokens=tokens, best=best)
    assert words(built.text) <= max(tokens, 9)
    assert built.blocks


def test_nothing_found_gives_an_empty_context() -> None:
    assert build_context([], tokens=100, count_tokens=words) == Context(())


def test_blocks_name_what_is_known_of_an_article() -> None:
    bare = hit("a", BRIDGE)
    bare = replace(bare, article=replace(bare.article, outlet="", published=None))
    assert context("bridge", found=hits(bare)).text.startswith("[1] A\n")


@pytest.mark.parametrize("best", [1, 3, 20])
def test_no_sentence_comes_twice(best: int) -> None:
    pieces = context("Larne bridge ferry", best=best).pieces
    assert len(pieces) == len(set(pieces))
