"""How a question went: told once, however it ended, and logged without anybody's words."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_assistant import ANSWER
from fakes import FakeEmbedder

from assistant import Assistant
from assistant.errors import ModelError, UsageError
from assistant.observing import Asked, RequestLog, observed, unsupported
from assistant.records import Event, Stage
from assistant.server import logs

WORDS = "Who confirmed the closing of the bridge?"


class Kept:
    """An observer that keeps what it was told."""

    def __init__(self) -> None:
        self.begun = 0
        self.asked: list[Asked] = []

    def began(self) -> None:
        self.begun += 1

    def ended(self, asked: Asked) -> None:
        self.asked.append(asked)


def events(error: Exception | None = None) -> Iterator[Event]:
    yield Stage("searching", count=1)
    if error:
        raise error
    yield ANSWER


def test_an_answer_is_told_once_and_passes_unchanged() -> None:
    kept = Kept()
    given = list(observed(events(), question=WORDS, observers=[kept]))
    assert given == list(events())
    (asked,) = kept.asked
    assert (kept.begun, asked.answer, asked.outcome) == (1, ANSWER, ANSWER.outcome)
    assert len(asked.request) == 12 and asked.seconds >= 0


def test_an_error_and_a_stop_are_told_too() -> None:
    kept = Kept()
    with pytest.raises(ModelError):
        list(observed(events(ModelError("It broke.")), question=WORDS, observers=[kept]))
    stopped = observed(events(), question=WORDS, observers=[kept])
    next(stopped)
    stopped.close()  # type: ignore[attr-defined]
    assert [asked.outcome for asked in kept.asked] == ["failed", "stopped"]


def test_a_question_to_the_assistant_is_observed(tmp_path: Path) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "a.txt").write_text("The bridge was opened in May. It is red.")
    kept = Kept()
    with Assistant(tmp_path / "corpus", embedder=FakeEmbedder(), engine="quotes") as assistant:
        assistant.sync()
        assistant.observe(kept)
        answer = assistant.ask("When was the bridge opened?")
    assert [asked.answer for asked in kept.asked] == [answer]


@pytest.mark.parametrize("words", [False, True])
def test_the_log_has_words_only_where_they_are_wanted(
    tmp_path: Path, words: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "log.jsonl"
    handler = logs.begin(file, words=words)
    try:
        list(observed(events(), question=WORDS, observers=[RequestLog()]))
        logging.getLogger("assistant.vectors").warning("The cache is filled again.")
    finally:
        logging.getLogger("assistant").handlers.clear()
        logging.getLogger("assistant").setLevel(logging.NOTSET)
        handler.close()
    assert capfd.readouterr().err == "The cache is filled again.\n"
    line, other = map(json.loads, file.read_text().splitlines())
    assert (line["outcome"], line["engine"]) == (ANSWER.outcome, ANSWER.engine)
    assert line["unsupported"] == unsupported(ANSWER)
    assert {"time", "level", "request", "seconds", "retrieval_s"} <= line.keys()
    assert (WORDS in file.read_text()) is words
    assert (ANSWER.citations[0].quote in file.read_text()) is False
    assert any(sentence.text in file.read_text() for sentence in ANSWER.sentences) is words
    assert (other["level"], other["message"]) == ("warning", "The cache is filled again.")


def test_a_log_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be written") as caught:
        logs.begin(tmp_path / "nowhere" / "log")
    assert "--log" in caught.value.hint
