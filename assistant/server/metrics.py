"""`/metrics` for Prometheus: how much there is, what was asked, how it went. No words, no names."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from assistant.observing import Asked

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.assistant import Assistant

SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300)


class Metrics:
    """The counters of one server, in the format of Prometheus.

    `counts` gives the articles and passages there are, `waiting` how many files are to be indexed.
    """

    def __init__(
        self, *, counts: Callable[[], tuple[int, int]], waiting: Callable[[], int]
    ) -> None:
        from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

        self._registry = registry = CollectorRegistry()

        def histogram(name: str, text: str) -> Any:
            return Histogram(name, text, buckets=SECONDS, registry=registry)

        articles = Gauge("assistant_articles", "Articles in the index.", registry=registry)
        passages = Gauge("assistant_passages", "Passages in the index.", registry=registry)
        queue = Gauge("assistant_indexing_queue", "Files to be indexed.", registry=registry)
        articles.set_function(lambda: counts()[0])
        passages.set_function(lambda: counts()[1])
        queue.set_function(waiting)
        self._now = Gauge(
            "assistant_questions_in_progress", "Questions being answered.", registry=registry
        )
        self._questions = Counter(
            "assistant_questions",
            "Questions by outcome: answered, partly, refused, asked_back, failed, stopped.",
            ("outcome", "engine"),
            registry=registry,
        )
        self._sentences = Counter(
            "assistant_sentences",
            "Sentences of answers by support: supported, partly, unsupported.",
            ("support",),
            registry=registry,
        )
        self._seconds = histogram("assistant_answer_seconds", "From question to answer.")
        self._retrieval = histogram("assistant_retrieval_seconds", "From question to passages.")
        self._first = histogram("assistant_first_token_seconds", "From question to first word.")

    def began(self) -> None:
        """Count a question that is being answered."""
        self._now.inc()

    def ended(self, asked: Asked) -> None:
        """Count how a question went."""
        self._now.dec()
        answer = asked.answer
        self._questions.labels(asked.outcome, answer.engine if answer else "").inc()
        self._seconds.observe(asked.seconds)
        if answer is None:
            return
        self._retrieval.observe(answer.timings.retrieval_s)
        if answer.timings.first_token_s is not None:
            self._first.observe(answer.timings.first_token_s)
        for sentence in answer.sentences:
            self._sentences.labels(sentence.support).inc()

    def text(self) -> bytes:
        """All of it, as Prometheus reads it."""
        from prometheus_client import generate_latest

        return bytes(generate_latest(self._registry))


def offer_metrics(app: "FastAPI", assistant: "Assistant") -> None:
    """Add the route `/metrics`, and count from now on."""
    from fastapi.responses import Response

    def waiting() -> int:
        now = assistant.indexing
        return now.total - now.done if now else 0

    metrics = Metrics(counts=assistant.counts, waiting=waiting)
    assistant.observe(metrics)

    def scrape() -> Response:
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    app.get("/metrics", response_model=None)(scrape)
