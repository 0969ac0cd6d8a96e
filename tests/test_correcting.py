"""What a person says better than a file: checked, kept when the file is read again."""

from datetime import date
from pathlib import Path

import pytest
from fakes import FakeEmbedder

from assistant import Assistant
from assistant.correcting import checked_tags, corrections
from assistant.errors import UnknownArticle, UnreadableFile, UsageError


def test_only_what_is_given_is_corrected_each_in_one_line() -> None:
    given = corrections(title=" The \n bridge ", outlet=None, published=date(2024, 10, 5))
    assert given == {"title": "The bridge", "published": "2024-10-05"}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        pytest.param({"title": "  "}, "needs a title", id="empty title"),
        pytest.param({"published": "yesterday"}, "no date", id="no date"),
        pytest.param({"published": "2024-13-01"}, "no date", id="no month"),
    ],
)
def test_what_cannot_be_is_refused(fields: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        corrections(**{"title": None, "outlet": None, "published": None, **fields})


@pytest.mark.parametrize("tags", [[""], ["x" * 61]])
def test_a_tag_is_a_short_line(tags: list[str]) -> None:
    with pytest.raises(UsageError):
        checked_tags(tags)
    assert checked_tags([" a  b ", "a b"]) == ("a b",)


def test_corrections_and_tags_are_kept_when_the_file_is_read_again(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    file = corpus / "bridge.txt"
    file.write_text("The bridge\n\nIt was opened on Friday by the mayor.\n")
    with Assistant(corpus, embedder=FakeEmbedder(), engine="quotes") as assistant:
        assistant.sync()
        (article,) = assistant.articles()
        assistant.correct(article.id, title="The new bridge", published="2024-10-05")
        assistant.tag(article.id, add=["harbour", "roads"])
        assistant.tag(article.id, remove=["roads"])
        file.write_text("The bridge\n\nIt was opened on Friday by the mayor and the dean.\n")
        assistant.sync()
        (again,) = assistant.articles(tag="harbour")
        assert (again.id, again.title) == (article.id, "The new bridge")
        assert (again.published, again.tags) == ("2024-10-05", ("harbour",))
        assistant.rebuild()
        assert assistant.articles()[0].title == "The new bridge"
        with pytest.raises(UnknownArticle):
            assistant.correct("nowhere", title="x")


def test_a_correction_is_taken_back_and_stays_so(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    file = corpus / "bridge.md"
    file.write_text("---\ntitle: The bridge\ndate: 2024-10-05\n---\n\nIt was opened.\n")
    with Assistant(corpus, embedder=FakeEmbedder(), engine="quotes") as assistant:
        assistant.sync()
        (before,) = assistant.articles()
        assistant.correct(before.id, title="Wrong", outlet="Nowhere", published="2020-01-01")
        assert assistant.uncorrect(before.id) == before
        assert assistant.articles() == [before]
        assistant.rebuild()
        assert assistant.articles()[0].title == "The bridge"
        assistant.correct(before.id, title="Better")
        file.unlink()
        with pytest.raises(UnreadableFile):
            assistant.uncorrect(before.id)
        assert assistant.articles()[0].title == "Better"
        with pytest.raises(UnknownArticle):
            assistant.uncorrect("nowhere")
