"""Rows on asking: what stands before the model's first word, its cache, twenty people at once."""

import json
import statistics
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
from made_articles import SAMPLE
from speed_figures import Figure, Found, Goal, Setup, percentile
from speed_starting import Served, serving

from assistant import Assistant, Token
from assistant.models.ollama import OllamaChat
from assistant.records import Message, Usage
from assistant.settings import load_settings

PEOPLE = 20
FIRST_QUESTION = "How much will the Kelmouth Harbour Tunnel cost according to the City Auditor?"
FOLLOW_UP = (FIRST_QUESTION, "And when will it open?")
FIRST_WORD = Goal("ours", "≤", 120)
BUSY = (Message("user", "Count from one to five."),)
"""Another prompt between two: it puts what a server remembers of the one before out of the way."""


class Instant:
    """A model that says one word at once: what is waited for then is ours."""

    engine, name, context_tokens = "ollama", "instant", 4096

    def count_tokens(self, text: str) -> int:
        return len(text) // 4

    def stream(self, messages: Sequence[Message], *, max_tokens: int) -> Iterator[str | Usage]:
        yield "It "


class Watched:
    """A chat model, with when it was asked what and when its first word came."""

    engine = "ollama"

    def __init__(self, model: OllamaChat | Instant) -> None:
        self.name, self.context_tokens = model.name, model.context_tokens
        self._model = model
        self.asked: list[tuple[Message, ...]] = []
        self.called = self.answered = 0.0

    def count_tokens(self, text: str) -> int:
        return self._model.count_tokens(text)

    def stream(self, messages: Sequence[Message], *, max_tokens: int) -> Iterator[str | Usage]:
        self.asked.append(tuple(messages))
        self.called, self.answered = time.perf_counter(), 0.0
        for piece in self._model.stream(messages, max_tokens=max_tokens):
            if not self.answered:
                self.answered = time.perf_counter()
            yield piece


class Straight:
    """Ollama without the product, with the options the product sends."""

    def __init__(self, url: str, *, model: str, context: int) -> None:
        self._url, self._model, self._context = url.rstrip("/"), model, context

    def ask(self, messages: Sequence[Message], *, most: int = 1) -> tuple[float, dict[str, Any]]:
        """Milliseconds to the first word, and what Ollama says at the end."""
        body = {
            "model": self._model,
            "messages": [{"role": m.role, "content": m.content} for m in messages],
            "options": {"num_ctx": self._context, "num_predict": most, "temperature": 0},
            "stream": True,
        }
        began, first, last = time.perf_counter(), 0.0, dict[str, Any]()
        with httpx.stream(
            "POST", f"{self._url}/api/chat", json=body, timeout=600, trust_env=False
        ) as response:
            response.raise_for_status()
            for line in response.iter_lines():
                first = first or 1000 * (time.perf_counter() - began)
                last = json.loads(line)
        return first, last


def questions() -> list[str]:
    """The sample's own questions that its articles answer."""
    lines = (SAMPLE / "questions.jsonl").read_text("utf-8").splitlines()
    asked = [json.loads(line) for line in lines if line.strip()]
    return [each["question"] for each in asked if each.get("expected")]


def first_word(setup: Setup) -> Iterator[Found]:
    """Enter to the first word: what ours adds, and over the same prompt straight to Ollama."""
    instant = Watched(Instant())
    with _sample(setup, chat_model=instant) as assistant:
        assistant.warm()
        timed = [_timed(assistant, question, watched=instant) for question in questions()]
    added = [1000 * (before + after) for _, before, after in filter(None, timed)]
    what = "what ours adds: from Enter to the request, and from the first piece to the event"
    early = statistics.median(added[: setup.rounds])
    note = (
        f"{len(added)} questions in a process that has just warmed up; the first ones {early:.0f}"
    )
    yield Figure(what, statistics.median(added), "ms", goal=FIRST_WORD, note=note)

    watched, straight = _models(setup)
    ours, theirs = list[float](), list[float]()
    with _sample(setup, chat_model=watched) as assistant:
        assistant.warm()
        for question in questions()[: max(2, setup.rounds)]:
            straight.ask(BUSY)
            if told := _timed(assistant, question, watched=watched):
                ours.append(1000 * told[0])
                straight.ask(BUSY)
                theirs.append(straight.ask(watched.asked[-1])[0])
    if not ours:
        raise ValueError("no question came to the model")
    middle = statistics.median
    paired = middle([own - bare for own, bare in zip(ours, theirs, strict=True)])
    note = f"{len(ours)} questions; difference of each pair {paired:+.0f} ms"
    against = "the same prompt straight to Ollama"
    yield Figure("Enter to first word", middle(ours), "ms", against, middle(theirs), note=note)


def _timed(
    assistant: Assistant, question: str, *, watched: Watched
) -> tuple[float, float, float] | None:
    """Seconds from Enter to the first word, to the request, and from the first piece to the word.

    None for a question that is answered or refused without the model.
    """
    calls, began = len(watched.asked), time.perf_counter()
    events = assistant.stream(question, engine="ollama")
    told = any(isinstance(event, Token) for event in events)
    seen = time.perf_counter()
    events.close()  # type: ignore[attr-defined]
    if not told or len(watched.asked) == calls:
        return None
    return seen - began, watched.called - began, seen - watched.answered


def follow_up(setup: Setup) -> Iterator[Found]:
    """How much of a second question's prompt the server evaluates: the rest is in its cache."""
    watched, straight = _models(setup)
    with _sample(setup, chat_model=watched) as assistant:
        chat = assistant.chat()
        asked = list[tuple[Message, ...]]()
        for question in FOLLOW_UP:
            chat.ask(question, engine="ollama")
            asked.append(watched.asked[-1])
    straight.ask(BUSY)
    straight.ask(asked[0], most=60)
    _, second = straight.ask(asked[1])
    straight.ask(BUSY)
    _, whole = straight.ask(asked[1])
    counts = [float(each.get("prompt_eval_count") or 0) for each in (second, whole)]
    spent = [each.get("prompt_eval_duration", 0) / 1e6 for each in (second, whole)]
    goal, what = Goal("ratio", "≤", 0.6), "second question of a conversation"
    yield Figure(f"{what}, tokens evaluated", counts[0], "", "its whole prompt", counts[1], goal)
    yield Figure(f"{what}, evaluating its prompt", spent[0], "ms", "whole", spent[1], goal)


def people(setup: Setup) -> Iterator[Found]:
    """Twenty people at once with the engine `quotes`, over HTTP, beside one alone."""
    folder = _copy(setup)
    with Assistant(folder, engine="quotes") as assistant:
        assistant.sync()
    with serving(folder, "quotes") as served:
        asked = questions()[:PEOPLE]
        wanted = [asked[at % len(asked)] for at in range(PEOPLE)]
        known = {question: _answer(served, question)[1] for question in asked}
        alone = [_answer(served, question)[0] for question in wanted]
        together = list[float]()
        whole = 0
        for _ in range(setup.rounds):
            with ThreadPoolExecutor(PEOPLE) as pool:
                done = list(pool.map(lambda question: _answer(served, question), wanted))
            together += [spent for spent, _ in done]
            whole += sum(known[q] == text for q, (_, text) in zip(wanted, done, strict=True))
    one, all_of_them = statistics.median(alone), percentile(together, 0.95)
    what, goal = f"{PEOPLE} people at once, `quotes`, p95", Goal("ratio", "≤", 20)
    yield Figure(what, all_of_them, "ms", "one alone, median", one, goal)
    share = Goal("ratio", "≥", 1)
    yield Figure("whole answers among them", whole, "", "asked", PEOPLE * setup.rounds, share)


def _answer(served: Served, question: str) -> tuple[float, str]:
    began = time.perf_counter()
    response = httpx.post(
        f"{served.url}v1/chat/completions",
        json={"model": "assistant", "messages": [{"role": "user", "content": question}]},
        timeout=120,
        trust_env=False,
    )
    response.raise_for_status()
    text = response.json()["choices"][0]["message"]["content"]
    return 1000 * (time.perf_counter() - began), text


def _copy(setup: Setup) -> Path:
    import shutil

    folder = setup.folder / "sample"
    if not folder.exists():
        shutil.copytree(SAMPLE, folder, ignore=shutil.ignore_patterns(".assistant"))
    return folder


def _sample(setup: Setup, *, chat_model: Watched) -> Assistant:
    """The sample corpus, indexed."""
    assistant = Assistant(_copy(setup), chat_model=chat_model, ollama_url=setup.ollama)
    assistant.sync()
    return assistant


def _models(setup: Setup) -> tuple[Watched, Straight]:
    """The product's door to Ollama and a plain one, with the model loaded."""
    settings = load_settings(None, ollama_url=setup.ollama, model=setup.model)
    straight = Straight(setup.ollama, model=setup.model, context=settings.context_tokens)
    model = OllamaChat(setup.model, settings=settings)
    model.warm()
    return Watched(model), straight
