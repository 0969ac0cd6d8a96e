"""Works on a corpus until it is killed, and says what it does; a parent forks it again and again.

Run as a script it is the parent: it loads everything once, then forks a worker for each line of
JSON it reads, and prints the worker's process ID. A worker writes to a log, before and after each
step, what it is about to do and what was acknowledged.
"""

import json
import os
import random
import signal
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from fakes import FakeEmbedder, ReaderHere

import assistant.parts as rooms
from assistant import Assistant
from assistant.errors import UnknownArticle
from assistant.index import Index

STEPS = ("add", "add", "update", "update", "rename", "remove", "restore", "tag", "rebuild", "bulk")
WORDS = """harbour bridge mayor ferry museum globe river flood pump tunnel audit council lock tide
    grain market school roof tower garden winter summer night morning crane ship captain letter"""


def text_of(token: str) -> str:
    """An article of some passages that begins and ends with its token."""
    rng, words = random.Random(token), WORDS.split()
    paragraphs = [
        " ".join(f"The {rng.choice(words)} saw the {rng.choice(words)}." for _ in range(6))
        for _ in range(rng.randint(1, 5))
    ]
    return "\n\n".join([f"Article {token} begins here.", *paragraphs, f"Here ends {token}."])


def open_assistant(folder: Path, *, cached: bool = True) -> Assistant:
    """An assistant that costs nothing; without `cached` it leaves Chroma alone."""
    rooms.ReaderPool = ReaderHere  # type: ignore[assignment,misc]
    assistant = Assistant(folder, embedder=FakeEmbedder(), engine="quotes", passage_chars=300)
    if not cached:
        Index.open_cache = lambda index: False  # type: ignore[method-assign]
    return assistant


class Worker:
    """One worker on one corpus."""

    def __init__(self, folder: Path, *, log: Path, seed: str, cached: bool) -> None:
        self.folder, self.seed = folder, seed
        self.rng = random.Random(seed)
        self.assistant = open_assistant(folder, cached=cached)
        self.log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
        self.spool = folder.parent / "spool"
        self.spool.mkdir(exist_ok=True)
        self.made = 0

    def run(self, steps: int) -> None:
        self.say("started")
        for _ in range(steps):
            getattr(self, self.rng.choice(STEPS))()
        self.assistant.close()

    def say(self, what: str, **facts: Any) -> None:
        os.write(self.log, json.dumps({"what": what, **facts}).encode() + b"\n")

    def token(self) -> str:
        self.made += 1
        return f"{self.seed}x{self.made}"

    def files(self) -> list[Path]:
        return sorted(self.folder.glob("*.txt"))

    # --- steps ---

    def add(self) -> None:
        token = self.token()
        source = self.spool / f"{token}.txt"
        source.write_text(text_of(token))
        self.say("adding", path=source.name, token=token)
        self.assistant.add(source)
        self.say("added", path=source.name, token=token)

    def bulk(self) -> None:
        tokens = [self.token() for _ in range(5)]
        for token in tokens:
            self.say("adding", path=f"{token}.txt", token=token)
            beside = self.spool / f"{token}.txt"
            beside.write_text(text_of(token))
            beside.replace(self.folder / beside.name)
        self.assistant.sync()
        for token in tokens:
            self.say("added", path=f"{token}.txt", token=token)

    def update(self) -> None:
        if files := self.files():
            path, token = self.rng.choice(files), self.token()
            self.say("adding", path=path.name, token=token)
            beside = self.spool / path.name
            beside.write_text(text_of(token))
            beside.replace(path)
            self.assistant.sync()
            self.say("added", path=path.name, token=token)

    def rename(self) -> None:
        if files := self.files():
            path = self.rng.choice(files)
            other = path.with_name(f"{self.token()}.txt")
            self.say("renaming", path=path.name, to=other.name)
            path.rename(other)
            self.assistant.sync()
            self.say("renamed", path=path.name, to=other.name)

    def remove(self) -> None:
        if articles := self.assistant.articles():
            article = self.rng.choice(articles)
            self.say("removing", path=article.path, id=article.id)
            self.assistant.remove(article.id)
            self.say("removed", path=article.path, id=article.id)

    def restore(self) -> None:
        trash = self.folder / ".assistant" / "trash"
        if ids := sorted(path.name for path in trash.glob("[!.]*")):
            key = self.rng.choice(ids)
            self.say("restoring", id=key)
            try:
                self.assistant.restore(key)
            except UnknownArticle as error:  # a kill left it half in the trash
                self.say("not restored", id=key, why=str(error))

    def tag(self) -> None:
        if articles := self.assistant.articles():
            article, tag = self.rng.choice(articles), self.token()
            with self.assistant._parts.personal.writing() as db:
                db.execute("INSERT INTO tags VALUES (?, ?)", (article.id, tag))
            self.say("tagged", id=article.id, tag=tag)

    def rebuild(self) -> None:
        if self.rng.random() < 0.5:
            self.say("rebuilding")
            self.assistant.rebuild()
            self.say("rebuilt")


def add_until(folder: Path, *, name: str, seconds: float) -> int:
    """Add, edit and remove articles for a while, as one process of many."""
    rng, done = random.Random(name), 0
    spool = folder.parent / f"spool-{name}"
    spool.mkdir()
    mine: list[str] = []
    deadline = time.monotonic() + seconds
    with open_assistant(folder, cached=False) as assistant:
        while time.monotonic() < deadline:
            token = f"{name}x{done}"
            if mine and rng.random() < 0.2:
                assistant.remove(mine.pop(rng.randrange(len(mine))))
            elif rng.random() < 0.1:
                assistant.sync()
            else:
                (spool / f"{token}.txt").write_text(text_of(token))
                report = assistant.add(spool / f"{token}.txt")
                assert report.failed == (), report
                mine += [change.id for change in report.added]
            done += 1
    return done


def ask_until(folder: Path, *, name: str, seconds: float) -> int:
    """Ask and search for a while; what is found must be the words of its article."""
    rng, done = random.Random(name), 0
    deadline = time.monotonic() + seconds
    with open_assistant(folder, cached=False) as assistant:
        while time.monotonic() < deadline:
            word = rng.choice(("harbour", "bridge", "flood", "museum", "grain"))
            answer = assistant.ask(f"What did the {word} see?")
            for citation in answer.citations:
                assert citation.quote
            for hit in assistant.search(word, k=5):
                assert hit.text
            done += 1
    return done


def together(order: dict[str, Any]) -> None:
    """Add or ask for a while, and say how often, or what went wrong."""
    folder, work = Path(order["folder"]), add_until if order["do"] == "add" else ask_until
    said: dict[str, Any] = {"done": 0, "error": ""}
    try:
        said["done"] = work(folder, name=order["name"], seconds=order["seconds"])
    except BaseException:
        said["error"] = traceback.format_exc()
    (folder.parent / f"{order['name']}.said").write_text(json.dumps(said))


def alone(order: dict[str, Any]) -> None:
    """Work step by step until killed; what must not happen is written down."""
    try:
        Worker(
            Path(order["folder"]),
            log=Path(order["log"]),
            seed=order["seed"],
            cached=order["cached"],
        ).run(order["steps"])
    except BaseException:
        with Path(order["log"]).with_suffix(".failed").open("a") as failed:
            failed.write(f"{order['seed']}\n{traceback.format_exc()}\n")


def warm() -> None:
    """Load everything once, before anything is forked."""
    import chromadb  # noqa: F401

    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "a.txt").write_text(text_of("warm"))
        open_cache = Index.open_cache
        with open_assistant(Path(folder), cached=False) as assistant:
            assistant.sync()
            assistant.ask("What did the harbour see?")
        Index.open_cache = open_cache  # type: ignore[method-assign]


def main() -> None:
    warm()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            (together if "do" in order else alone)(order)
            os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main()
