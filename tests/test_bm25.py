"""Keyword scores: those of FTS5, made of counts, without looking at all of them."""

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.catalogue import Catalogue, FileState, NewPassage, bm25
from assistant.catalogue.columns import Columns, Rows
from assistant.catalogue.database import Counts
from assistant.passages import split
from assistant.records import Article

WORDS = [f"w{number}" for number in range(60)]


class Held:
    """Term counts of made passages, which notes what was read of them."""

    def __init__(self, passages: Sequence[Sequence[str]]) -> None:
        self.passages = passages
        self.read: list[str] = []
        self.looked_up: list[str] = []

    def holding(self, terms: Sequence[str]) -> dict[str, int]:
        counted = {term: sum(term in held for held in self.passages) for term in terms}
        return {term: count for term, count in counted.items() if count}

    def postings(self, term: str) -> tuple[Rows, Counts]:
        self.read.append(term)
        times = np.asarray([held.count(term) for held in self.passages])
        return np.flatnonzero(times), times[times > 0]

    def times(self, terms: Sequence[str], rows: Rows) -> Counts:
        self.looked_up += terms
        held = [self.passages[row] for row in rows]
        return np.asarray([[one.count(term) for term in terms] for one in held])


def columns(passages: Sequence[Sequence[str]]) -> Columns:
    count = len(passages)
    terms = np.asarray([len(held) for held in passages], np.int32)
    return Columns(
        np.arange(count),
        np.zeros(count, np.int32),
        np.zeros(count, np.int16),
        terms,
        ["a"],
        ["en"],
        float(terms.mean()),
    )


def best(held: Held, terms: Sequence[str], *, most: int) -> list[tuple[int, float]]:
    every = columns(held.passages)
    among = np.ones(len(held.passages), np.bool_)
    return bm25.best(terms, counts=held, columns=every, among=among, most=most)


@pytest.mark.parametrize("cost", [0, bm25.POSTINGS_A_PASSAGE])
def test_scores_are_those_of_fts5(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cost: int
) -> None:
    monkeypatch.setattr(bm25, "POSTINGS_A_PASSAGE", cost)
    chance, catalogue = random.Random(5), Catalogue(tmp_path / "c.sqlite")
    for number in range(120):
        name = f"a{number}"
        terms = chance.choices(WORDS, weights=range(60, 0, -1), k=chance.randrange(1, 60))
        passage = split(f"Words {number}.", article_id=name, language="en", limit=400)[0]
        catalogue.put(
            Article(id=name, path=name, title=name, language="en"),
            file=FileState(name, name, 1, 1),
            text=f"Words {number}.",
            passages=[NewPassage(passage, terms, name.encode())],
            embeddings={},
        )
    for number in range(0, 120, 11):
        catalogue.remove(f"a{number}")
    query = "SELECT rowid, -bm25(keywords) FROM keywords WHERE keywords MATCH ?"
    for most in [*range(1, 40), 500]:
        asked = chance.sample(WORDS, k=chance.randrange(1, 9))
        held = catalogue._terms.of(catalogue.scope().columns).holding(asked)
        rare = [term for term in asked if held.get(term, 0) <= 54]
        asked = rare or asked[:1]
        with catalogue._connections.reading() as db:
            rows = db.execute(query, (" OR ".join(asked),)).fetchall()
        expected = sorted(rows, key=lambda row: (-row[1], row[0]))[:most]
        found = catalogue.keyword_scores(asked, language="en", most=most)
        assert [score for _, score in found] == pytest.approx([score for _, score in expected])
        theirs = dict(rows)
        assert dict(found) == pytest.approx({key: theirs[key] for key, _ in found}, rel=1e-9)
    catalogue.close()


def test_what_cannot_come_among_the_best_is_not_read() -> None:
    chance = random.Random(6)
    passages = [chance.choices([f"w{at % 5}", f"w{at % 3}"], k=20) for at in range(2000)]
    for at in range(7, 2000, 400):
        passages[at] += ["globe"] * 3
    held = Held(passages)
    found = best(held, ["w1", "globe", "w4"], most=5)
    assert held.read == ["globe"]
    assert sorted(held.looked_up) == ["w1", "w4"]
    all_read = best(Held(passages), ["globe", "w1", "w4"], most=2000)
    assert found == all_read[:5]


def test_a_common_word_alone_is_read() -> None:
    held = Held([["harbour"] * (1 + at % 3) + ["ship"] * 3 for at in range(30)])
    found = best(held, ["harbour"], most=2)
    assert held.read == ["harbour"] and [number for number, _ in found] == [2, 5]


@pytest.mark.parametrize("terms", [[], ["unknown"]])
def test_nothing_is_found_by_nothing(terms: list[str]) -> None:
    assert best(Held([["harbour"]]), terms, most=3) == []


def test_a_word_of_most_passages_weighs_next_to_nothing() -> None:
    assert bm25.weight(60, of=100) == bm25.LEAST_WEIGHT
    assert bm25.weight(1, of=100) > bm25.weight(10, of=100) > 1
    assert bm25.weight(5, of=4) == bm25.LEAST_WEIGHT  # counted while one went
