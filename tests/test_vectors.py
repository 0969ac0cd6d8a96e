"""Chroma as a cache: kept in step, owned by one, filled again when anything is wrong with it."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant import neutral
from assistant.catalogue import Catalogue, Embedding, FileState, NewPassage
from assistant.passages import split
from assistant.records import Article
from assistant.vectors import VectorCache

DIMENSION = 8


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return Catalogue(tmp_path / "catalogue.sqlite")


def put(catalogue: Catalogue, id: str, *, direction: int) -> None:
    (passage,) = split(f"Article {id}.", article_id=id)
    vector = np.zeros(DIMENSION, np.float32)
    vector[direction] = 1
    catalogue.put(
        Article(id=id, path=id, title=id),
        file=FileState(id, id, 1, 1),
        text=passage.text,
        passages=[NewPassage(passage, [], id.encode())],
        embeddings={id.encode(): Embedding(vector, vector[None])},
    )


def cache_of(catalogue: Catalogue, *, version: str = "identity") -> VectorCache:
    plain = neutral.identity(DIMENSION)
    named = replace(plain, version=version)
    return VectorCache(catalogue.file.parent / "chroma", catalogue=catalogue, neutral=named)


def owners(catalogue: Catalogue, cache: VectorCache, *, direction: int) -> list[str]:
    query = np.zeros(DIMENSION, np.float32)
    query[direction] = 1
    numbers = cache.nearest(query, most=2)
    found = catalogue.passages(numbers)
    return [found[number].article_id for number in numbers]


def test_it_follows_the_catalogue(catalogue: Catalogue) -> None:
    cache = cache_of(catalogue)
    assert cache.open()
    assert owners(catalogue, cache, direction=0) == []
    put(catalogue, "a", direction=0)
    put(catalogue, "b", direction=1)
    assert owners(catalogue, cache, direction=1)[0] == "b"
    catalogue.remove("b")
    assert owners(catalogue, cache, direction=1) == ["a"]
    put(catalogue, "c", direction=1)
    assert owners(catalogue, cache, direction=1)[0] == "c"
    assert cache.count() == 2
    cache.close()


def test_it_is_still_filled_when_opened_again(catalogue: Catalogue) -> None:
    put(catalogue, "a", direction=0)
    first = cache_of(catalogue)
    first.open()
    first.close()
    again = cache_of(catalogue)
    assert again.open() and again.count() == 1
    again.close()


def test_only_one_process_owns_it(catalogue: Catalogue) -> None:
    first, second = cache_of(catalogue), cache_of(catalogue)
    assert first.open()
    assert not second.open() and not second.is_open
    first.close()
    assert second.open()
    second.close()


@pytest.mark.parametrize("damage", ["noise", "deleted", "truncated"])
def test_a_damaged_folder_is_filled_again(catalogue: Catalogue, damage: str) -> None:
    put(catalogue, "a", direction=0)
    cache = cache_of(catalogue)
    cache.open()
    cache.close()
    database = cache.folder / "chroma.sqlite3"
    if damage == "noise":
        database.write_bytes(b"noise" * 500)
    elif damage == "truncated":
        database.write_bytes(database.read_bytes()[:5000])
    else:
        database.unlink()
    state = json.loads((cache.folder / "state.json").read_text())
    (cache.folder / "state.json").write_text(json.dumps(state | {"closed": False}))
    mended = cache_of(catalogue)
    assert mended.open()
    assert owners(catalogue, mended, direction=0) == ["a"]
    mended.close()


def test_another_matrix_fills_it_again(catalogue: Catalogue) -> None:
    put(catalogue, "a", direction=0)
    cache = cache_of(catalogue)
    cache.open()
    cache.close()
    other = cache_of(catalogue, version="newer")
    assert other.open() and other.count() == 1
    assert json.loads((other.folder / "state.json").read_text())["neutral"] == "newer"
    other.close()


def test_more_rows_than_chroma_takes_at_once(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("assistant.vectors.following._AT_ONCE", 2)
    for n in range(5):
        put(catalogue, str(n), direction=n)
    cache = cache_of(catalogue)
    cache.open()
    assert cache.count() == 5
    for n in range(5):
        catalogue.remove(str(n))
    assert cache.nearest(np.ones(DIMENSION, np.float32), most=1) == []
    cache.close()
