"""Questions to begin with."""

import json
from pathlib import Path

import pytest

from assistant.examples import examples
from assistant.records import Article

ARTICLES = [Article("1", "a.txt", "The bridge"), Article("2", "b.txt", "Der Hafen")]


def test_the_corpus_s_own_questions_come_in_order_once_their_article_is_there(
    tmp_path: Path,
) -> None:
    rows = [
        {"question": "First?", "article": "b.txt"},
        {"question": "Not yet indexed?", "article": "later.txt"},
        {"question": "Unanswerable?"},
        {"question": "Second?", "article": "a.txt"},
    ]
    (tmp_path / "questions.jsonl").write_text("\n".join(map(json.dumps, rows)))
    found = examples(tmp_path, articles=ARTICLES, language="en", most=6)
    assert found == ["First?", "Second?"]
    assert examples(tmp_path, articles=ARTICLES, language="en", most=1) == ["First?"]


@pytest.mark.parametrize("content", [None, "noise", "[]", ""], ids=["none", "bad", "list", "empty"])
def test_without_a_set_questions_are_made_from_titles(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "questions.jsonl").write_text(content)
    assert examples(tmp_path, articles=ARTICLES, language="de", most=1) == [
        "Was steht in „The bridge“?"
    ]


def test_an_empty_corpus_has_no_examples(tmp_path: Path) -> None:
    assert examples(tmp_path, articles=[], language="en", most=6) == []
