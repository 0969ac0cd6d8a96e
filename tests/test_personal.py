"""What a person made: it outlives every index."""

import json
import sqlite3
from pathlib import Path

import pytest

from assistant.errors import DataError
from assistant.personal import Origin, Personal


@pytest.fixture
def personal(tmp_path: Path) -> Personal:
    return Personal(tmp_path / "personal.sqlite")


def test_an_id_survives_editing(personal: Personal) -> None:
    first = personal.article_id("a.txt", hash="1")
    assert personal.article_id("a.txt", hash="2") == first


def test_an_id_survives_renaming(personal: Personal) -> None:
    first = personal.article_id("a.txt", hash="1")
    personal.moved(first, path="b.txt")
    assert personal.article_id("b.txt", hash="1") == first
    assert personal.article_id("a.txt", hash="1") != first


def test_the_same_file_gets_the_same_id_in_another_data_folder(tmp_path: Path) -> None:
    ids = {Personal(tmp_path / f"{n}.sqlite").article_id("a.txt", hash="1") for n in range(2)}
    assert len(ids) == 1


def test_the_day_of_adding_is_the_first_one(personal: Personal) -> None:
    assert personal.added("x", day="2026-01-01") == "2026-01-01"
    assert personal.added("x", day="2026-05-05") == "2026-01-01"


def test_an_origin_comes_back(personal: Personal) -> None:
    origin = Origin("https://example.org/a", "2026-01-01")
    personal.note_origin("h", origin=origin)
    assert personal.origin("h") == origin
    assert personal.origin("other") is None


def test_everything_is_still_there_after_closing(personal: Personal) -> None:
    first = personal.article_id("a.txt", hash="1")
    personal.close()
    again = Personal(personal.file)
    assert again.article_id("a.txt", hash="1") == first


def test_a_dump_holds_every_table(personal: Personal) -> None:
    personal.article_id("a.txt", hash="1")
    tables = json.loads(personal.dump())
    assert {"ids", "origins", "added", "corrections", "tags"} <= tables.keys()
    assert tables["ids"][0]["path"] == "a.txt"


def test_a_file_of_a_newer_version_is_refused(personal: Personal) -> None:
    personal.close()
    db = sqlite3.connect(personal.file)
    db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(DataError, match="newer version"):
        Personal(personal.file)


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    file = tmp_path / "personal.sqlite"
    file.write_bytes(b"noise" * 1000)
    with pytest.raises(DataError, match="what you made"):
        Personal(file)
    assert file.read_bytes() == b"noise" * 1000
