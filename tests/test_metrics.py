"""`/metrics`: what Prometheus is told."""

import pytest
from fake_assistant import ANSWER, REFUSAL

from assistant.errors import ModelError
from assistant.observing import Asked
from assistant.server.metrics import Metrics


@pytest.fixture
def metrics() -> Metrics:
    return Metrics(counts=lambda: (3, 12), waiting=lambda: 5)


def lines(metrics: Metrics) -> dict[str, float]:
    rows = (line.rsplit(" ", 1) for line in metrics.text().decode().splitlines() if line[0] != "#")
    return {name: float(value) for name, value in rows}


def test_what_there_is(metrics: Metrics) -> None:
    told = lines(metrics)
    assert (told["assistant_articles"], told["assistant_passages"]) == (3, 12)
    assert told["assistant_indexing_queue"] == 5


def test_questions_latencies_refusals_and_sentences(metrics: Metrics) -> None:
    metrics.began()
    assert lines(metrics)["assistant_questions_in_progress"] == 1
    metrics.ended(Asked("1", "Why?", 1.2, ANSWER))
    for asked in (
        Asked("2", "Why?", 0.1, REFUSAL),
        Asked("3", "Why?", 0.2, error=ModelError("It broke.")),
    ):
        metrics.began()
        metrics.ended(asked)
    told = lines(metrics)
    assert told["assistant_questions_in_progress"] == 0
    answered = f'{{engine="{ANSWER.engine}",outcome="{ANSWER.outcome}"}}'
    assert told[f"assistant_questions_total{answered}"] == 1
    assert told['assistant_questions_total{engine="quotes",outcome="refused"}'] == 1
    assert told['assistant_questions_total{engine="",outcome="failed"}'] == 1
    assert told["assistant_answer_seconds_count"] == 3
    assert told["assistant_retrieval_seconds_count"] == 2
    assert told["assistant_first_token_seconds_sum"] == 0.5
    support = ANSWER.sentences[0].support
    assert told[f'assistant_sentences_total{{support="{support}"}}'] >= 1


def test_no_word_of_anybody_is_told(metrics: Metrics) -> None:
    metrics.began()
    metrics.ended(Asked("1", "Who is the mayor?", 1.0, ANSWER))
    text = metrics.text().decode()
    assert "mayor" not in text
    assert not any(sentence.text in text for sentence in ANSWER.sentences)
    assert not any(citation.article.title in text for citation in ANSWER.citations)
