"""What a search knows of every passage: kept in step with the catalogue, a snapshot to its user."""

from dataclasses import replace
from pathlib import Path

import pytest
from test_catalogue import LONG, put

from assistant.catalogue import Catalogue
from assistant.records import Filters


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return Catalogue(tmp_path / "c.sqlite")


def test_they_say_where_a_passage_is(catalogue: Catalogue) -> None:
    put(catalogue, LONG, id="a", language="en")
    put(catalogue, "Ein Satz.", id="b", language="de")
    columns = catalogue.scope().columns
    last = int(columns.numbers[-1])
    assert columns.places([last, 999, 1]) == {1: ("a", "en"), last: ("b", "de")}
    assert columns.of_language("de").tolist() == [False] * (len(columns.numbers) - 1) + [True]
    assert not columns.of_language("fr").any()
    assert columns.mean_terms == columns.terms.mean() > 0


def test_they_follow_what_comes_and_goes(catalogue: Catalogue) -> None:
    put(catalogue, LONG, id="a")
    before = catalogue.scope().columns
    put(catalogue, "Another one.", id="b")
    put(catalogue, LONG + "\n\nOne more paragraph of it.", id="a")
    catalogue.remove("b")
    after = catalogue.scope().columns
    assert before.numbers.tolist() != after.numbers.tolist()
    assert after.numbers.tolist() == Catalogue(catalogue.file).scope().columns.numbers.tolist()
    assert {owner for owner, _ in after.places(after.numbers.tolist()).values()} == {"a"}
    assert before.places(before.numbers.tolist()).keys() == set(before.numbers.tolist())
    assert catalogue.scope().columns is after


def test_a_scope_leaves_articles_out(catalogue: Catalogue) -> None:
    for name in "abc":
        put(catalogue, f"A sentence of {name}.", id=name, language="en")
    every = catalogue.scope().numbers.tolist()
    without = catalogue.scope(without={"b", "gone"})
    assert without.numbers.tolist() == [every[0], every[2]]
    assert catalogue.scope(Filters(articles=("b", "c")), without={"c"}).numbers.tolist() == [
        every[1]
    ]
    found = catalogue.keyword_scores(["sentenc"], language="en", most=9, scope=without)
    assert [number for number, _ in found] == [every[0], every[2]]


def test_an_empty_catalogue_has_none(catalogue: Catalogue) -> None:
    columns = catalogue.scope().columns
    assert columns.places([1]) == {} and not len(columns.of_language("en"))
    assert catalogue.keyword_scores(["harbour"], language="en", most=5) == []


def test_a_corrected_article_is_filtered_by_what_it_is_now(catalogue: Catalogue) -> None:
    article = put(catalogue, "A sentence.", id="a", language="en")
    tagged = Filters(tags=("x",))
    assert not len(catalogue.scope(tagged).numbers) and catalogue.facets.tags() == {}
    catalogue.amend(replace(article, tags=("x",)))
    assert len(catalogue.scope(tagged).numbers) == 1 and catalogue.facets.tags() == {"x": 1}
