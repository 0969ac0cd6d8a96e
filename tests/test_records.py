"""The records: they cannot be changed, and the few things they work out by themselves."""

from dataclasses import FrozenInstanceError, fields, is_dataclass, replace

import pytest
from fake_assistant import ANSWER, ARTICLE, HIT, HITS, REFUSAL, TEXT

from assistant import records
from assistant.records import Filters, Hits, source_line

RECORDS = [item for item in vars(records).values() if isinstance(item, type) and is_dataclass(item)]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_no_record_can_be_changed_or_extended(record: type) -> None:
    made = object.__new__(record)
    with pytest.raises(FrozenInstanceError):
        setattr(made, fields(record)[0].name, None)
    assert "__slots__" in vars(record)
    assert (record.__doc__ or "").strip().endswith(".")


@pytest.mark.parametrize(
    ("outcome", "answered"),
    [("answered", True), ("partly", True), ("refused", False), ("asked_back", False)],
)
def test_an_answer_is_answered_wholly_or_in_part(outcome: records.Outcome, answered: bool) -> None:
    assert replace(ANSWER, outcome=outcome).answered is answered


def test_an_answer_prints_its_text_and_its_sources() -> None:
    assert str(ANSWER) == (
        "It was closed on Monday [1]. Two were hurt [1].\n\n"
        "[1] Bridge closed · Harbour Post · 2024-10-07 · p. ii"
    )
    assert str(REFUSAL) == "The articles do not answer this."


@pytest.mark.parametrize(
    ("known", "line"),
    [
        pytest.param({}, "Bridge closed · Harbour Post · 2024-10-07", id="all"),
        pytest.param({"outlet": ""}, "Bridge closed · 2024-10-07", id="no outlet"),
        pytest.param({"outlet": "", "published": None}, "Bridge closed", id="title alone"),
    ],
)
def test_a_source_is_named_by_what_is_known(known: dict[str, object], line: str) -> None:
    assert source_line(replace(ARTICLE, **known)) == line  # type: ignore[arg-type]
    assert source_line(replace(ARTICLE, **known), page="3") == f"{line} · p. 3"  # type: ignore[arg-type]


def test_hits_are_a_sequence_with_notices_and_filters() -> None:
    assert len(HITS) == 1
    assert HITS[0] is HIT
    assert HITS[:1] == (HIT,)
    assert list(HITS) == [HIT]
    assert HIT in HITS
    assert not Hits("nothing")


def test_a_hit_knows_its_text_and_where_it_stands() -> None:
    assert TEXT[HIT.start : HIT.end] == HIT.text


@pytest.mark.parametrize(
    ("filters", "active"),
    [
        pytest.param(Filters(), False, id="none"),
        pytest.param(Filters(inferred=("since",)), False, id="only a note"),
        pytest.param(Filters(since="2024-10-01"), True, id="date"),
        pytest.param(Filters(tags=("x",)), True, id="tag"),
    ],
)
def test_filters_are_true_when_they_filter(filters: Filters, active: bool) -> None:
    assert bool(filters) is active
