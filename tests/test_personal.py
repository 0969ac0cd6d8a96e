"""What a person made: it outlives every index."""

import json
import os
import random
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from assistant.errors import DataError
from assistant.personal import Origin, Personal
from assistant.personal.file import migrations, statements


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


def test_the_day_of_adding_is_noted_with_a_new_id(personal: Personal) -> None:
    article_id = personal.article_id("a.txt", hash="1", day="2026-01-01")
    assert personal.article_id("a.txt", hash="1", day="2026-05-05") == article_id
    assert personal.added(article_id, day="2026-09-09") == "2026-01-01"


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


# --- the file ---------------------------------------------------------------------------------

RELEASES = sorted((Path(__file__).parent / "personal").glob("*.sql"))
"""The shape and some rows of each released version; a new release adds a file."""


def damage(file: Path, *, at: int = 0, count: int = 4096) -> None:
    with file.open("r+b") as broken:
        broken.seek(at)
        broken.write(bytes(random.Random(at).randbytes(count)))


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
def test_a_file_of_every_release_is_brought_up_to_date(tmp_path: Path, release: Path) -> None:
    file = tmp_path / "personal.sqlite"
    with closing(sqlite3.connect(file)) as db:
        db.executescript(release.read_text("utf-8"))
        (version,) = db.execute("PRAGMA user_version").fetchone()
    personal = Personal(file)
    assert personal.article_id("a.txt", hash="1") == "0a1b2c3d"
    assert personal.added("0a1b2c3d", day="2030-01-01") == "2026-11-23"
    assert personal.origin("1") == Origin("https://example.org/a", "2026-11-23")
    assert personal.corrections("0a1b2c3d") == {"title": "A better title"}
    assert personal.tags("0a1b2c3d") == ("harbour", "häfen")
    assert personal.rows("SELECT count(*) FROM conversations")
    personal.close()
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (len(migrations()),)
    assert len(personal_copies(file)) == (version < len(migrations()))


def personal_copies(file: Path) -> list[Path]:
    return sorted(file.with_suffix(".copies").glob("*.sqlite"))


def test_a_migration_that_fails_changes_nothing_and_leaves_a_copy(
    personal: Personal, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = personal.article_id("a.txt", hash="1")
    personal.close()
    steps = [*migrations(), "CREATE TABLE more (id TEXT);\nINSERT INTO missing VALUES (1);"]
    monkeypatch.setattr("assistant.personal.file.migrations", lambda: steps)
    with pytest.raises(DataError):
        Personal(personal.file)
    assert len(personal_copies(personal.file)) == 2
    monkeypatch.undo()
    again = Personal(personal.file)
    assert again.article_id("a.txt", hash="1") == first
    assert "more" not in json.loads(again.dump())


def test_statements_are_split_where_they_end() -> None:
    script = "CREATE TABLE a (x TEXT DEFAULT ';');\n-- why\nINSERT INTO a\nVALUES (1);\n"
    assert len(list(statements(script))) == 2


def test_a_damaged_file_is_kept_aside_and_its_copy_takes_its_place(personal: Personal) -> None:
    first = personal.article_id("a.txt", hash="1")
    personal.close()
    damage(personal.file)
    again = Personal(personal.file)
    assert again.article_id("a.txt", hash="9") == first
    assert personal.file.with_suffix(".damaged-1.sqlite").exists()


def test_a_value_that_is_no_text_any_more_counts_as_damage(personal: Personal) -> None:
    personal.note_origin("h" * 32, origin=Origin("https://example.org/" + "a" * 9000, "2026"))
    personal.close()
    content = personal.file.read_bytes()
    damage(personal.file, at=content.index(b"a" * 200), count=50)
    again = Personal(personal.file)
    assert again.origin("h" * 32) == Origin("https://example.org/" + "a" * 9000, "2026")


def test_a_missing_file_comes_back_from_its_copy(personal: Personal) -> None:
    first = personal.article_id("a.txt", hash="1")
    personal.close()
    personal.file.unlink()
    assert Personal(personal.file).article_id("a.txt", hash="9") == first


def test_a_damaged_copy_is_passed_over(personal: Personal) -> None:
    first = personal.article_id("a.txt", hash="1")
    personal.close()
    (copy,) = personal_copies(personal.file)
    copy.with_name("000002.sqlite").write_bytes(b"noise" * 1000)
    damage(personal.file)
    assert Personal(personal.file).article_id("a.txt", hash="9") == first


def test_one_copy_a_day_and_the_last_five_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "personal.sqlite"
    for day in range(8):
        personal = Personal(file)
        personal.added(str(day), day="2026-01-01")
        personal.close()
        newest = personal_copies(file)[-1]
        os.utime(newest, (time.time() - 90_000, time.time() - 90_000))
    assert [copy.stem for copy in personal_copies(file)] == [f"{n:06d}" for n in range(4, 9)]


def test_what_was_written_stands_where_it_cannot_be_copied(
    personal: Personal, caplog: pytest.LogCaptureFixture
) -> None:
    personal.file.with_suffix(".copies").write_text("in the way")
    first = personal.article_id("a.txt", hash="1")
    personal.close()
    assert "could not be copied" in caplog.text
    assert Personal(personal.file).article_id("a.txt", hash="9") == first


def test_two_that_open_at_once_migrate_once(tmp_path: Path) -> None:
    file = tmp_path / "personal.sqlite"
    with ThreadPoolExecutor(8) as threads:
        ids = set(threads.map(lambda _: Personal(file).article_id("a.txt", hash="1"), range(8)))
    assert len(ids) == 1


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
