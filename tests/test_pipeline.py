"""Writing beside making: what overlaps, in which order it is told, and what an error leaves."""

import threading
from collections.abc import Callable

import pytest

from assistant.errors import Cancelled, NoSpace
from assistant.pipeline import WritingBeside

PATIENCE = 10.0
"""Seconds after which something that should have happened meanwhile did not."""


def gives(value: str) -> Callable[[], str]:
    return lambda: value


def test_a_job_goes_on_while_the_next_thing_is_made() -> None:
    made_meanwhile = threading.Event()
    told: list[bool] = []
    with WritingBeside(told.append) as writing:
        writing.put(lambda: made_meanwhile.wait(PATIENCE))
        made_meanwhile.set()
    assert told == [True]


def test_what_came_of_the_jobs_is_told_in_order_in_the_callers_thread() -> None:
    told: list[tuple[int, str, str]] = []

    def job(number: int) -> Callable[[], tuple[int, str]]:
        return lambda: (number, threading.current_thread().name)

    def tell(done: tuple[int, str]) -> None:
        told.append((*done, threading.current_thread().name))

    with WritingBeside(tell) as writing:
        for number in range(20):
            writing.put(job(number))
    assert [number for number, _, _ in told] == list(range(20))
    here = threading.current_thread().name
    assert all(made.startswith("writing") and teller == here for _, made, teller in told)


def test_what_is_done_is_told_at_the_next_look() -> None:
    told: list[str] = []
    done = threading.Event()
    with WritingBeside(told.append) as writing:
        writing.put(gives("first"))
        writing.put(lambda: done.set() or "second")  # type: ignore[func-returns-value]
        assert done.wait(PATIENCE)
        writing.look()
        assert told[0] == "first"


def test_only_so_much_may_wait_to_be_written() -> None:
    log: list[str] = []
    two_put = threading.Event()
    with WritingBeside(lambda name: log.append(f"told {name}"), most=2) as writing:
        writing.put(lambda: str(two_put.wait(PATIENCE) and 1))
        writing.put(gives("2"))
        two_put.set()
        writing.put(gives("3"))
        log.append("put 3")
    assert log.index("told 1") < log.index("put 3")


def test_what_is_larger_than_the_bound_has_it_to_itself() -> None:
    log: list[str] = []
    with WritingBeside(log.append, most=2) as writing:
        writing.put(gives("small"))
        writing.put(gives("large"), size=100)
        assert log == ["small"]
        writing.put(gives("last"))
        assert log == ["small", "large"]
    assert log == ["small", "large", "last"]


def test_the_error_of_a_job_reaches_the_caller_and_no_later_job_is_begun() -> None:
    told: list[str] = []
    begun: list[str] = []
    all_put = threading.Event()

    def full() -> str:
        assert all_put.wait(PATIENCE)
        raise NoSpace("The disk is full.")

    def late() -> str:
        begun.append("late")
        return "late"

    with pytest.raises(NoSpace, match="full"), WritingBeside(told.append) as writing:
        writing.put(gives("first"))
        writing.put(full)
        writing.put(late)
        writing.put(late)
        all_put.set()
    assert (told, begun) == (["first"], [])


@pytest.mark.parametrize("error", [KeyboardInterrupt(), Cancelled("Enough."), ValueError("bad")])
def test_what_was_handed_over_is_done_and_told_when_the_caller_is_interrupted(
    error: BaseException,
) -> None:
    told: list[str] = []
    interrupted = threading.Event()
    with pytest.raises(type(error)), WritingBeside(told.append) as writing:
        writing.put(lambda: str(interrupted.wait(PATIENCE)))
        writing.put(gives("second"))
        interrupted.set()
        raise error
    assert told == ["True", "second"]


def test_whoever_is_told_may_stop_it_and_hears_of_what_was_handed_over() -> None:
    told: list[str] = []
    all_put = threading.Event()

    def stop(name: str) -> None:
        told.append(name)
        raise Cancelled(f"After {name}.")

    with pytest.raises(Cancelled, match="After True"), WritingBeside(stop) as writing:
        writing.put(lambda: str(all_put.wait(PATIENCE)))
        writing.put(gives("second"))
        all_put.set()
    assert told == ["True", "second"]


def test_an_error_after_an_error_is_said(caplog: pytest.LogCaptureFixture) -> None:
    def full() -> str:
        raise NoSpace("The disk is full.")

    with pytest.raises(KeyboardInterrupt), WritingBeside(print) as writing:
        writing.put(full)
        raise KeyboardInterrupt
    assert "The disk is full." in caplog.text


def test_its_thread_ends_with_the_block() -> None:
    threads: list[threading.Thread] = []
    with WritingBeside(threads.append) as writing:
        writing.put(threading.current_thread)
    assert not threads[0].is_alive()
