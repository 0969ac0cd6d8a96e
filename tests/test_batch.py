"""A batch that is added: one call takes them all, each has its own news, one can be stopped."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import InputError, Locked
from assistant.records import Change, Failure, Progress, Report
from assistant.server import batch
from assistant.server.batch import Arrival, News, Waiting


@dataclass
class Adding:
    """Adds what it is given, two steps each; `before` is called with the name at each step."""

    before: Callable[[str], None] = lambda name: None
    error: Exception | None = None
    calls: list[list[str]] = field(default_factory=list)

    def add(self, *wanted: str, on_progress: Any, on_source: Any) -> Report:
        self.calls.append([Path(source).name for source in wanted])
        for source in wanted:
            for step in (1, 2):
                self.before(Path(source).name)
                made = Progress("adding", 0, len(wanted), item=f"{source}", passages=step,
                                passages_total=2)  # fmt: skip
                on_progress(made)
            if self.error:
                raise self.error
            bad = source.endswith(".bin")
            failed = (Failure(source, "It holds no article."),) if bad else ()
            added = () if bad else (Change(source, source, Path(source).stem),)
            on_source(source, Report(added, failed=failed))
        return Report()


def arrivals(folder: Path, *names: str) -> dict[str, Arrival]:
    """Files, each in a folder of its own that goes with it, under the ticket of its name."""
    found = {}
    for name in names:
        own = folder / "sent" / f"of-{name}"
        own.mkdir(parents=True)
        (own / name).write_text(name)
        found[name] = Arrival(str(own / name), own)
    return found


def left(folder: Path) -> list[str]:
    """What is left of the files that were sent."""
    return [path.name for path in (folder / "sent").iterdir()]


def run(assistant: Any, given: dict[str, Arrival], **options: Any) -> list[News]:
    options = {"stop": threading.Event(), "stopped": set(), **options}
    return list(batch.added(assistant, given, **options))


def ends(news: list[News]) -> dict[str, Any]:
    return {one.ticket: one.what for one in news if isinstance(one.what, Report | Exception)}


def test_all_are_added_in_one_call_and_each_is_told_of(tmp_path: Path) -> None:
    assistant = Adding()
    news = run(assistant, arrivals(tmp_path, "a.txt", "bad.bin", "c.txt"))
    assert assistant.calls == [["a.txt", "bad.bin", "c.txt"]]
    assert list(ends(news)) == ["a.txt", "bad.bin", "c.txt"]
    assert [change.title for change in ends(news)["c.txt"].added] == ["c"]
    assert ends(news)["bad.bin"].failed[0].error == "It holds no article."
    begun = [one.ticket for one in news if one.what is None]
    assert begun == ["a.txt", "bad.bin", "c.txt"]
    assert left(tmp_path) == []


def test_one_that_is_stopped_while_it_is_worked_on_ends_and_the_rest_goes_on(
    tmp_path: Path,
) -> None:
    stopped: set[str] = set()

    def before(name: str) -> None:
        if name == "b.txt":
            stopped.add("b.txt")

    assistant = Adding(before)
    news = run(assistant, arrivals(tmp_path, "a.txt", "b.txt", "c.txt"), stopped=stopped)
    assert list(ends(news)) == ["a.txt", "c.txt"]
    assert assistant.calls == [["a.txt", "b.txt", "c.txt"], ["c.txt"]]
    assert left(tmp_path) == []


def test_one_that_is_stopped_before_its_turn_is_not_begun(tmp_path: Path) -> None:
    stopped: set[str] = set()
    assistant = Adding(lambda name: stopped.add("c.txt"))
    news = run(assistant, arrivals(tmp_path, "a.txt", "b.txt", "c.txt"), stopped=stopped)
    assert list(ends(news)) == ["a.txt", "b.txt"]
    assert "c.txt" not in assistant.calls[-1]


def test_when_the_sender_leaves_the_rest_is_not_added(tmp_path: Path) -> None:
    stop = threading.Event()
    assistant = Adding(lambda name: stop.set())
    news = run(assistant, arrivals(tmp_path, "a.txt", "b.txt"), stop=stop)
    assert ends(news) == {}
    assert assistant.calls == [["a.txt", "b.txt"]]


@pytest.mark.parametrize("error", [Locked("Another process adds."), ZeroDivisionError("a bug")])
def test_what_ends_the_whole_call_is_said_of_each_that_is_left(
    tmp_path: Path, error: Exception
) -> None:
    news = run(Adding(error=error), arrivals(tmp_path, "a.txt", "b.txt"))
    assert ends(news) == {"a.txt": error, "b.txt": error}


def test_a_ticket_is_taken_once_and_a_stopped_one_never(tmp_path: Path) -> None:
    waiting = Waiting()
    one, other = arrivals(tmp_path, "a.txt", "b.txt").values()
    first, second = waiting.keep(one), waiting.keep(other)
    waiting.stop([second, "made-up"])
    assert waiting.take([first, second, "made-up"]) == {first: one}
    assert waiting.take([first]) == {}
    assert not other.folder.exists()  # type: ignore[union-attr]


def test_what_nobody_comes_for_is_deleted_and_too_many_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = Waiting()
    one, other, third = arrivals(tmp_path, "a.txt", "b.txt", "c.txt").values()
    monkeypatch.setattr(batch, "MOST_WAITING", 1)
    waiting.keep(one)
    with pytest.raises(InputError, match="Too many"):
        waiting.keep(other)
    monkeypatch.setattr(batch, "FORGOTTEN_SECONDS", -1.0)
    waiting.keep(third)
    assert left(tmp_path) == ["of-c.txt"]
