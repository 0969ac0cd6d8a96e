"""Questions to go on with: from what was not quoted, and only if retrieval finds the article."""

from collections.abc import Callable

from assistant.records import (
    Answer,
    Article,
    ArticleText,
    Citation,
    Heading,
    Hit,
    Hits,
    Passage,
)
from assistant.suggestions import suggestions

TEXT = "The bridge\n\nIt opened.\n\nCosts\n\nIt cost 84 million.\n\nThe ferry\n\nIt goes on."
BRIDGE = Article("b", "b.md", "The bridge")
LOCK = Article("l", "l.md", "The new lock")
SHOWN = ArticleText(
    BRIDGE,
    TEXT,
    headings=tuple(
        Heading(1, words, TEXT.index(words)) for words in ("The bridge", "Costs", "The ferry")
    ),
)
HITS = (
    Hit(1, 1.0, BRIDGE, Passage("b:0", "b", "x", 0, 1)),
    Hit(2, 0.9, LOCK, Passage("l:0", "l", "x", 0, 1)),
)
QUOTED = Citation(1, BRIDGE, "b:0", "It cost 84 million.", TEXT.index("It cost"), 45)


def answer(**known: object) -> Answer:
    plain: dict[str, object] = {"citations": (QUOTED,), "passages": HITS, **known}
    return Answer("What did it cost?", "84 [1].", "en", "quotes", "answered", **plain)  # type: ignore[arg-type]


def finds(*ids: str) -> Callable[[str], Hits]:
    found = tuple(hit for hit in HITS if hit.article.id in ids)
    return lambda query: Hits(query, found)


def test_parts_that_were_not_quoted_come_first_then_what_else_was_found() -> None:
    asked = suggestions(answer(), show=lambda _: SHOWN, search=finds("b", "l"))
    assert asked == [
        "What does “The bridge” say about “The ferry”?",
        "What does “The new lock” say?",
    ]


def test_a_question_whose_article_is_not_found_is_not_offered() -> None:
    asked = suggestions(answer(), show=lambda _: SHOWN, search=finds("l"))
    assert asked == ["What does “The new lock” say?"]


def test_nothing_is_suggested_where_nothing_was_cited() -> None:
    assert suggestions(answer(citations=()), show=lambda _: SHOWN, search=finds("b")) == []


def test_an_article_without_headings_has_no_parts_to_ask_for() -> None:
    plain = ArticleText(BRIDGE, TEXT)
    asked = suggestions(answer(), show=lambda _: plain, search=finds("b", "l"))
    assert asked == ["What does “The new lock” say?"]


def test_no_more_than_wanted() -> None:
    asked = suggestions(answer(), show=lambda _: SHOWN, search=finds("b", "l"), most=1)
    assert len(asked) == 1
