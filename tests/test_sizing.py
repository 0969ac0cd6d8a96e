"""The arithmetic of sizes: plain numbers in, plain numbers out."""

from pathlib import Path

import pytest

from assistant import sizing
from assistant.sizing import GB, HOUR, Need, Setup

README = Path(__file__).parents[1] / "README.md"
LAPTOP = sizing.SETUPS[0]


def on(passages: int, setup: Setup = LAPTOP) -> Need:
    (need,) = sizing.sizing(passages, setups=[setup])
    return need


def test_ten_thousand_passages_on_a_laptop() -> None:
    need = on(10_000)
    assert need.disk == pytest.approx(136e6)
    assert need.memory == pytest.approx(471e6)
    assert need.indexing == pytest.approx(10_000 * 1.9 / 3.8)
    assert need.question == pytest.approx(0.033 + 0.0155), "the search that was measured"
    assert (need.once, need.monthly) == (0, 0)
    assert need.holds


def test_disk_and_memory_grow_in_proportion() -> None:
    small, large = on(1_000_000), on(2_000_000)
    assert large.disk == pytest.approx(2 * small.disk)
    assert large.memory - small.memory == pytest.approx(1_000_000 * 2_100)


@pytest.mark.parametrize(
    ("passages", "setup", "first", "holds"),
    [
        pytest.param(1_000_000, "laptop", "indexing", True, id="a million on a laptop"),
        pytest.param(2_000_000, "laptop", "indexing", False, id="two million on a laptop"),
        pytest.param(1_000_000, "one server", "question", True, id="a million on a server"),
        pytest.param(100_000_000, "one server", "indexing", False, id="a hundred million"),
    ],
)
def test_the_part_that_gives_out_first(passages: int, setup: str, first: str, holds: bool) -> None:
    need = on(passages, next(one for one in sizing.SETUPS if one.name == setup))
    assert (need.first, need.holds) == (first, holds)


def test_each_part_can_give_out_first() -> None:
    roomy = {"memory": 1e15, "disk": 1e15, "indexing": 1e15, "question": 1e15}
    for part in roomy:
        setup = Setup("x", "", **{**roomy, part: 1e-9})
        assert on(1_000_000, setup).first == part


def test_a_card_moves_the_limit_from_the_embedder_to_chroma() -> None:
    slow, fast = on(1_000_000), on(1_000_000, sizing.SETUPS[1])
    assert slow.indexing == pytest.approx(1_000_000 * 1.9 / 3.8)
    assert fast.indexing == pytest.approx(sizing._adding(1_000_000))
    assert fast.indexing > 1_000_000 * 1.9 / 2_000


def test_adding_sums_up_a_speed_that_falls() -> None:
    step, passages = 1_000, 1_000_000
    speeds = (266 * ((at + step / 2) / 1e5) ** -0.42 for at in range(0, passages, step))
    assert sizing._adding(passages) == pytest.approx(
        sum(step / speed for speed in speeds), rel=0.01
    )


def test_a_rented_machine_costs_by_the_hour_and_the_month() -> None:
    need = on(1_000_000, sizing.SETUPS[1])
    assert need.once == pytest.approx(need.indexing / HOUR)
    assert need.monthly == pytest.approx(need.memory / GB * 4 + need.disk / GB * 0.1)


def test_every_number_says_where_it_comes_from_and_whether_it_was_measured() -> None:
    known = sizing.costs()
    assert len(known) > 15
    assert all(cost.unit and cost.source for cost in known.values())
    assumed = {name for name, cost in known.items() if not cost.measured}
    assert assumed == {"gpu_embedding", "gpu_hour", "memory_month", "disk_month"}
    assert sizing.text(10).count("(not measured)") == len(assumed)


def test_the_document_holds_the_same_numbers_as_the_records() -> None:
    document = sizing.document(1_000_000)
    laptop = document["setups"][0]
    need = on(1_000_000)
    assert laptop["memory_bytes"] == round(need.memory)
    assert (laptop["gives_out_first"], laptop["holds"]) == ("indexing", True)
    assert document["costs"]["embedding"]["value"] == 3.8


def test_the_readme_has_the_table_of_today() -> None:
    assert sizing.table((10_000, 1_000_000, 100_000_000)) in README.read_text("utf-8")
