"""The sample corpus: a newcomer's folder begins as a copy of it."""

import json
from pathlib import Path

import pytest

from assistant.errors import DataError
from assistant.sample import provide_corpus, shared_folder
from assistant.settings import Settings, corpus_folder, load_settings
from assistant.sources import walk


def test_a_newcomer_s_folder_begins_with_the_sample() -> None:
    settings = load_settings()
    folder = corpus_folder(settings)
    provide_corpus(folder, settings=settings)
    assert len(list(walk(folder))) >= 14
    (folder / "mine.txt").write_text("kept")
    provide_corpus(folder, settings=settings)
    assert (folder / "mine.txt").exists()


def test_a_named_folder_is_made_but_not_filled(tmp_path: Path) -> None:
    settings = load_settings(corpus=tmp_path / "mine")
    provide_corpus(corpus_folder(settings), settings=settings)
    assert list((tmp_path / "mine").iterdir()) == []


def test_a_corpus_folder_where_one_works_is_taken(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    assert corpus_folder(load_settings()) == tmp_path / "corpus"


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    settings = Settings(corpus=tmp_path / "file" / "corpus")
    with pytest.raises(DataError, match="cannot be made"):
        provide_corpus(corpus_folder(settings), settings=settings)


def test_every_sample_article_has_a_question() -> None:
    folder = shared_folder("corpus")
    asked = set()
    for line in (folder / "questions.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        assert row["question"]
        asked.add(row.get("article"))
    assert {file.relative for file in walk(folder)} <= asked


@pytest.mark.parametrize("name", ["corpus", "prompts"])
def test_what_travels_with_the_package_is_found(name: str) -> None:
    assert any(shared_folder(name).iterdir())
