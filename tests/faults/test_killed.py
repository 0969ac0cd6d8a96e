"""Kill -9 at any moment: what was acknowledged is there and whole, and it opens at once.

`pytest tests/faults/test_killed.py -m long` kills a thousand times, in ten parts, and writes down
what it saw.
"""

import json
import os
import random
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeEmbedder

sys.path.insert(0, str(Path(__file__).parent))
from conftest import Workshop, is_alive, kill  # type: ignore[attr-defined]
from reporting import add_part
from workshop import text_of

from assistant import Assistant
from assistant.personal import Personal
from assistant.personal.file import migrations

RELEASE_1 = Path(__file__).parents[1] / "personal" / "1.sql"


@dataclass
class Expected:
    """What the log of a killed worker says must be there."""

    tokens: dict[str, str] = field(default_factory=dict)  # path -> token, acknowledged
    gone: set[str] = field(default_factory=set)
    open: set[str] = field(default_factory=set)  # paths in the middle of a step
    tags: set[tuple[str, str]] = field(default_factory=set)

    def read(self, log: Path) -> None:
        self.open.clear()
        for line in log.read_text().splitlines():
            self._note(**json.loads(line))
        log.unlink()

    def _note(self, what: str, path: str = "", **facts: Any) -> None:
        if what in ("adding", "renaming", "removing"):
            self.open |= {path, facts.get("to", path)}
        elif what == "added":
            self.tokens[path] = facts["token"]
            self.gone.discard(path)
            self.open.discard(path)
        elif what == "renamed":
            if path in self.tokens:
                self.tokens[facts["to"]] = self.tokens.pop(path)
            self.open -= {path, facts["to"]}
        elif what == "removed":
            self.tokens.pop(path, None)
            self.gone.add(path)
            self.open.discard(path)
        elif what == "restoring":
            self.open |= self.gone  # whichever it was
            self.gone.clear()
        elif what == "tagged":
            self.tags.add((facts["id"], facts["tag"]))


class Victim:
    """A corpus whose workers are killed, and what is checked after each death."""

    def __init__(self, root: Path, workshop: Workshop, *, seed: int) -> None:
        self.folder, self.log = root / "corpus", root / "log"
        self.folder.mkdir()
        self.workshop = workshop
        self.rng = random.Random(seed)
        self.expected = Expected()
        self.steps = 0
        self.slowest = 0.0

    def kill_once(self, number: int, *, most: float) -> bool:
        """Start a worker, kill it at a random moment, check. Whether it was still at work."""
        pid = self.workshop.start(
            folder=str(self.folder),
            log=str(self.log),
            seed=f"s{number}",
            cached=self.rng.random() < 0.3,
            steps=200,
        )
        wait_for(lambda: self.log.exists() or not is_alive(pid))
        time.sleep(self.rng.uniform(0, most))
        killed = kill(pid)
        wait_for(lambda: not is_alive(pid))
        failed = self.log.with_suffix(".failed")
        assert not failed.exists(), failed.read_text()
        self.steps += len(self.log.read_text().splitlines())
        self.expected.read(self.log)
        return killed

    def open(self) -> Assistant:
        return Assistant(self.folder, embedder=FakeEmbedder(), engine="quotes", passage_chars=300)

    def check(self, *, deep: bool) -> None:
        """Before anything is mended, then after a sync, then against a clean build."""
        started = time.monotonic()
        with self.open() as assistant:
            assistant.search("harbour")
            self.slowest = max(self.slowest, time.monotonic() - started)
            self._check_articles(assistant)
            assistant.sync()
            corpus = assistant._parts.corpus(assistant._parts.index())
            assert corpus.in_step()
            self._check_whole(assistant)
            if deep:
                self._check_clean_build(assistant)
        self._settle()

    def _check_articles(self, assistant: Assistant) -> None:
        shown = texts(assistant)
        for path, token in self.expected.tokens.items():
            if path not in self.expected.open:
                assert path in shown, f"{path} was acknowledged and is lost"
                assert shown[path] == text_of(token), f"{path} is not what was acknowledged"
        for path in self.expected.gone - self.expected.open:
            assert path not in shown, f"{path} was removed and is there"
        for path, text in shown.items():
            assert text == text_of(token_of(text)), f"{path} is half there"
        self._check_whole(assistant)

    def _check_whole(self, assistant: Assistant) -> None:
        assert assistant._parts.index().catalogue.problems() == []
        rows = assistant._parts.personal.rows("SELECT id, tag FROM tags")
        assert self.expected.tags <= set(rows), "a tag is lost"

    def _check_clean_build(self, assistant: Assistant) -> None:
        index = assistant._parts.index()
        before = index.catalogue.digest()
        assert index.open_cache()
        assert index.cache.count() == index.catalogue.counts()[1]
        assistant.rebuild()
        assert assistant._parts.index().catalogue.digest() == before

    def _settle(self) -> None:
        """What is there now is the truth for the next round."""
        with self.open() as assistant:
            found = {path: token_of(text) for path, text in texts(assistant).items()}
        self.expected.tokens, self.expected.gone = found, set()

    def check_no_orphans(self) -> None:
        """Nothing half written stays: what killed workers left is swept up by a later sync."""
        for left in self.folder.rglob(".adding-*"):
            os.utime(left, (1, 1))
        with self.open() as assistant:
            assistant.sync()
        assert list(self.folder.rglob(".adding-*")) == []


def texts(assistant: Assistant) -> dict[str, str]:
    """The whole text of every article, its title first, by path."""
    articles = assistant.articles()
    return {a.path: f"{a.title}\n\n{assistant.show(a.id).text}" for a in articles}


def token_of(text: str) -> str:
    return text.split()[1]


def wait_for(condition: Callable[[], bool], *, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


@pytest.mark.timeout(600)
def test_nothing_is_lost_when_a_worker_is_killed(tmp_path: Path, workshop: Workshop) -> None:
    victim = Victim(tmp_path, workshop, seed=1)
    killed = 0
    for number in range(40):
        killed += victim.kill_once(number, most=0.8)
        victim.check(deep=number % 20 == 19)
    victim.check_no_orphans()
    assert killed >= 35
    assert len(victim.expected.tokens) > 20


@pytest.mark.long
@pytest.mark.timeout(0)
@pytest.mark.parametrize("part", range(1, 11))
def test_nothing_is_lost_in_a_thousand_deaths(
    tmp_path: Path, workshop: Workshop, part: int
) -> None:
    """A hundred deaths in two corpora; each part has seeds of its own."""
    killed = steps = 0
    slowest = 0.0
    for half in range(2):
        root = tmp_path / str(half)
        root.mkdir()
        victim = Victim(root, workshop, seed=1000 * part + half)
        rounds = 0
        while killed < 50 * (half + 1):
            killed += victim.kill_once(rounds, most=1.5)
            rounds += 1
            victim.check(deep=rounds % 25 == 0)
        victim.check_no_orphans()
        steps, slowest = steps + victim.steps, max(slowest, victim.slowest)
    add_part(
        "killed",
        part=part,
        kills=killed,
        acknowledgements_and_intentions=steps,
        slowest_first_search=f"{slowest:.2f} s",
        lost_half_or_orphaned=0,
    )


# --- migrations of what a person made -----------------------------------------------------------


def released(file: Path, *, rows: int = 300) -> None:
    """A file of the first release with many rows."""
    with closing(sqlite3.connect(file)) as db:
        db.executescript(RELEASE_1.read_text("utf-8"))
        db.executemany("INSERT INTO tags VALUES ('0a1b2c3d', ?)", [(f"t{n}",) for n in range(rows)])
        db.commit()


@pytest.mark.parametrize("seed", range(10))
def test_a_migration_that_is_killed_loses_nothing(tmp_path: Path, seed: int) -> None:
    kill_a_migration(tmp_path / "personal.sqlite", seed=seed)


def kill_a_migration(file: Path, *, seed: int) -> None:
    released(file)
    child = os.fork()
    if child == 0:
        try:
            Personal(file)
        finally:
            os._exit(0)
    time.sleep(random.Random(seed).uniform(0, 0.06))
    kill(child)
    os.waitpid(child, 0)
    personal = Personal(file)
    assert len(personal.tags("0a1b2c3d")) == 302
    assert personal.corrections("0a1b2c3d") == {"title": "A better title"}
    personal.close()
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (len(migrations()),)
