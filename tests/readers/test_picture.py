"""A PDF's page as a picture, drawn in the child process, with the quoted words boxed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from articles import build
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import UnreadableFile
from assistant.readers import read
from assistant.readers.picture import WIDTH, _lines, _place
from assistant.readers.pool import ReaderPool
from assistant.records import PagePicture

pytestmark = pytest.mark.children


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    with ReaderPool(workers=1, seconds=60) as pool:
        yield pool


def turned(path: Path) -> Path:
    """A page that is drawn upright and shown a quarter turned."""

    def draw(sheet: Any) -> None:
        build.lines(sheet, ["The tower leans to the south."], y=400)
        sheet.setPageRotation(90)

    return build.pdf(path, draw)


def test_a_quote_is_boxed_line_by_line_though_the_page_hyphenates_it(
    pool: ReaderPool, tmp_path: Path
) -> None:
    path = build.simple_pdf(tmp_path / "crane.pdf")
    text = read(path).text
    quote = text[text.index("The old crane") : text.index("Three hundred")].strip()
    assert "ninetyone" in quote  # the page has a hyphen and the end of a line there
    drawn = pool.picture(path, page=1, quotes=[quote])
    assert isinstance(drawn, PagePicture)
    assert drawn.png.startswith(b"\x89PNG")
    assert (drawn.number, drawn.count) == (1, 1)
    assert drawn.width == pytest.approx(WIDTH, abs=1)
    first, second = drawn.boxes
    assert first[0] == pytest.approx(72 / 595.3, abs=0.01)  # where it was written
    assert first[1] == pytest.approx(1 - 711 / 841.9, abs=0.01)
    assert first[2] > 0.5
    assert second[1] > first[1]
    assert second[2] < first[2]  # the second line holds only "one years"


def test_a_quote_in_the_middle_of_a_line_is_boxed_from_word_to_word(
    pool: ReaderPool, tmp_path: Path
) -> None:
    path = build.simple_pdf(tmp_path / "crane.pdf")
    (box,) = pool.picture(path, page=1, quotes=["people watched it from the breakwater."]).boxes
    assert box[0] > 72 / 595.3 + 0.05
    assert 0.01 < box[3] < 0.03


def test_a_turned_page_is_boxed_where_it_is_shown(pool: ReaderPool, tmp_path: Path) -> None:
    path = turned(tmp_path / "tower.pdf")
    drawn = pool.picture(path, page=1, quotes=["The tower leans to the south."])
    assert drawn.boxes
    assert all(0 <= edge <= 1 for box in drawn.boxes for edge in box)
    assert len({round(box[0], 2) for box in drawn.boxes}) == 1  # one line, from top to bottom


@pytest.mark.parametrize(("wanted", "shown"), [(0, 1), (2, 2), (99, 3)])
def test_a_page_that_is_not_there_is_the_nearest_one(
    pool: ReaderPool, tmp_path: Path, wanted: int, shown: int
) -> None:
    def draw(sheet: Any) -> None:
        for number in range(3):
            build.lines(sheet, [f"This is page {number + 1}."])
            sheet.showPage()

    path = build.pdf(tmp_path / "three.pdf", draw)
    drawn = pool.picture(path, page=wanted, quotes=["This is page 2."])
    assert (drawn.number, drawn.count) == (shown, 3)
    assert bool(drawn.boxes) is (shown == 2)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.4 noise", b"%PDF-1.7\n" + bytes(2_000)])
def test_a_broken_file_is_one_error_and_the_next_page_is_drawn(
    pool: ReaderPool, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "bad.pdf").write_bytes(content)
    with pytest.raises(UnreadableFile):
        pool.picture(tmp_path / "bad.pdf", page=1, quotes=[])
    good = build.simple_pdf(tmp_path / "good.pdf")
    assert pool.picture(good, page=1, quotes=[]).count == 1


PAGE = "theoldcraneatthenorthquaywastakendownontuesday"


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        pytest.param("northquay", "northquay", id="whole"),
        pytest.param("takendownontuesdayafterninetyone", "takendownontuesday", id="its beginning"),
        pytest.param("yesterdaytheoldcraneat", "theoldcraneat", id="its end"),
        pytest.param("somethingelseentirelydifferent", "", id="not there"),
        pytest.param("", "", id="empty"),
    ],
)
def test_a_quote_that_runs_over_the_edge_of_a_page_is_found_in_part(quote: str, found: str) -> None:
    start, end = _place(quote, PAGE)
    assert PAGE[start:end] == found


@given(st.lists(st.tuples(*[st.floats(0, 0.5)] * 4), max_size=30))
def test_lines_cover_every_letter(boxes: list[tuple[float, float, float, float]]) -> None:
    lines = _lines(boxes)
    for x, y, width, height in boxes:
        assert any(
            left <= x + 1e-9
            and top <= y + 1e-9
            and x + width <= left + across + 1e-9
            and y + height <= top + down + 1e-9
            for left, top, across, down in lines
        )
