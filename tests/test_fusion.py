"""Fusion: keywords reorder a language's own hits and move nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import AssistantError
from assistant.fusion import fold_sentences, fold_titles, fuse, limit_per_article

scores = st.floats(-1, 1)
matches = st.one_of(st.just(0.0), st.floats(0.01, 30))
candidates = st.lists(st.tuples(scores, matches, st.sampled_from(["en", "de", "ja"])), max_size=30)


def ranking(fused: list[float]) -> list[int]:
    return sorted(range(len(fused)), key=lambda i: -fused[i])


@pytest.mark.parametrize(
    ("dense", "keyword", "groups", "expected"),
    [
        pytest.param([0.9, 0.8, 0.7], [0, 0, 0], ["en"] * 3, [0, 1, 2], id="no-keyword-hit"),
        pytest.param([0.80, 0.79, 0.7], [0, 9, 0], ["en"] * 3, [1, 0, 2], id="a-keyword-decides"),
        pytest.param(
            [0.9, 0.5, 0.1], [0, 0, 9], ["en"] * 3, [0, 1, 2], id="a-far-keyword-does-not"
        ),
        pytest.param(
            [0.80, 0.79, 0.78], [0, 0, 9], ["de", "en", "en"], [0, 2, 1], id="only-inside-its-group"
        ),
    ],
)
def test_order(
    dense: list[float], keyword: list[float], groups: list[str], expected: list[int]
) -> None:
    assert ranking(fuse(dense, keyword, groups, weight=2.5, spread=0.02)) == expected


def test_without_a_spread_the_candidates_give_it() -> None:
    assert ranking(fuse([0.80, 0.79, 0.5], [0, 9, 0], ["en"] * 3)) == [1, 0, 2]


def test_a_match_in_another_language_weighs_less() -> None:
    dense, keyword, groups = [0.80, 0.78], [0.0, 9.0], ["de", "de"]
    assert ranking(fuse(dense, keyword, groups, spread=0.02, question="de")) == [1, 0]
    assert ranking(fuse(dense, keyword, groups, spread=0.02, question="en")) == [0, 1]


def test_nothing_to_rank() -> None:
    assert fuse([], [], []) == []


def test_lists_of_different_length_are_refused() -> None:
    with pytest.raises(AssistantError, match="3 dense scores"):
        fuse([0.1, 0.2, 0.3], [0.0], ["en", "en", "en"])


@given(candidates)
def test_a_group_keeps_exactly_its_dense_scores(rows: list[tuple[float, float, str]]) -> None:
    dense, keyword, groups = ([row[i] for row in rows] for i in range(3))
    fused = fuse(dense, keyword, groups, spread=0.02)  # type: ignore[arg-type]
    for group in set(groups):
        before = sorted(d for d, g in zip(dense, groups, strict=True) if g == group)
        after = sorted(f for f, g in zip(fused, groups, strict=True) if g == group)
        assert after == pytest.approx(before)


@given(candidates)
def test_keywords_of_one_group_leave_the_others_alone(
    rows: list[tuple[float, float, str]],
) -> None:
    dense = [row[0] for row in rows]
    groups = [row[2] for row in rows]
    keyword = [row[1] if row[2] == "en" else 0.0 for row in rows]
    fused = fuse(dense, keyword, groups, spread=0.02)
    others = [i for i, group in enumerate(groups) if group != "en"]
    assert [fused[i] for i in others] == [dense[i] for i in others]


@given(candidates, st.randoms())
def test_the_order_of_the_candidates_does_not_matter(
    rows: list[tuple[float, float, str]], random: object
) -> None:
    unique = list({row[0]: row for row in rows}.values())
    shuffled = list(unique)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    results = []
    for order in (unique, shuffled):
        fused = fuse(*([row[i] for row in order] for i in range(3)), spread=0.02)  # type: ignore[arg-type]
        results.append(dict(zip(order, fused, strict=True)))
    assert results[0] == results[1]


@pytest.mark.parametrize(
    ("articles", "most", "kept"),
    [
        pytest.param(["a", "a", "a", "b"], 2, [0, 1, 3], id="the-third-goes"),
        pytest.param(["a", "b", "a", "b"], 1, [0, 1], id="one-each"),
        pytest.param([], 2, [], id="nothing"),
    ],
)
def test_an_article_is_seen_so_often_at_most(
    articles: list[str], most: int, kept: list[int]
) -> None:
    assert limit_per_article(articles, most=most) == kept


@pytest.mark.parametrize(
    ("passage", "sentences", "expected"),
    [
        pytest.param([0.6], [[0.2, 0.8]], [0.7], id="the-best-sentence-counts-half"),
        pytest.param([0.6], [[]], [0.6], id="no-sentences"),
        pytest.param([], [], [], id="nothing"),
    ],
)
def test_a_passage_is_as_good_as_its_best_sentence(
    passage: list[float], sentences: list[list[float]], expected: list[float]
) -> None:
    assert fold_sentences(passage, sentences) == pytest.approx(expected)


def test_sentences_of_other_passages_are_refused() -> None:
    with pytest.raises(AssistantError, match="1 passages"):
        fold_sentences([0.5], [[0.1], [0.2]])


def test_a_title_counts_its_share_where_there_is_one() -> None:
    assert fold_titles([0.5, 0.5], [0.7, None], share=0.25) == pytest.approx([0.55, 0.5])
    with pytest.raises(ValueError, match="shorter"):
        fold_titles([0.5], [])
