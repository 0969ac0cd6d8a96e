"""Measure answers with a real Ollama, through `Assistant`, and LlamaIndex's engines beside it.

    python tests/benchmarks/answers.py --data ../shared/data --cache DIR

Every answer is kept under DIR/answers/RUN.jsonl as soon as it is there, with its text, sentences,
citations, tokens and times; a run that was stopped goes on where it was. Only figures go into the
repository: the data sets do not. `--only odd` asks the items that choices may look at. The sets
called before-… are decided without a model.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # before the embedder loads

import answer_sets as sets
from answer_figures import report
from answer_peers import PEERS, Peers
from answer_sets import Case, Library, Slice, Written
from cached import CachedEmbedder
from systems import LONGEST_PASSAGE

from assistant import Answer, Assistant, render
from assistant.conversation import last
from assistant.errors import AssistantError, DataError

RESULTS = Path(__file__).resolve().parent / "results"
OURS = "ours"
MODEL = "qwen2.5-coder:1.5b"
PATIENCE = 1800.0
"""Seconds to wait for the model on a busy machine."""

SETS: dict[str, Callable[[Path], Slice]] = {
    "xquad-en-en": lambda data: sets.xquad(data, corpus="en", asked="en"),
    "xquad-de-de": lambda data: sets.xquad(data, corpus="de", asked="de"),
    "xquad-en-de": lambda data: sets.xquad(data, corpus="de", asked="en"),
    "realtimeqa": sets.realtimeqa,
    "mtrag": sets.mtrag,
    "refusal": sets.refusal,
    "injection": sets.injection,
    "before-xquad-en-en": lambda data: sets.xquad_all(data, corpus="en", asked="en"),
    "before-xquad-de-de": lambda data: sets.xquad_all(data, corpus="de", asked="de"),
    "before-xquad-en-de": lambda data: sets.xquad_all(data, corpus="de", asked="en"),
    "before-mtrag": sets.mtrag_all,
}
WITHOUT_MODEL = "before-"
SAME_QUESTIONS = {"refusal": "mtrag"}
"""Sets that share questions with an earlier one: those are not asked twice."""


def main() -> None:
    arguments = _arguments()
    slices = {name: SETS[name](arguments.data) for name in arguments.sets}
    store = Store(arguments.cache / "answers" / f"{arguments.run}.jsonl")
    if not arguments.report:
        run(slices, store=store, arguments=arguments)
    cases = {name: part.cases for name, part in slices.items()}
    text = report(cases, store.rows, model=arguments.model)
    if arguments.out:
        arguments.out.parent.mkdir(parents=True, exist_ok=True)
        arguments.out.write_text(text, "utf-8")
    print(text)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    folder = Path(tempfile.gettempdir()) / "assistant-benchmarks"
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="the data sets")
    parser.add_argument("--cache", type=Path, default=folder, help="embeddings, corpora, answers")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--systems", nargs="+", choices=[OURS, *PEERS], default=[OURS, *PEERS])
    parser.add_argument("--run", default=date.today().isoformat(), help="name of the answers' file")
    parser.add_argument("--only", choices=["odd", "even", "all"], default="all")
    parser.add_argument("--most", type=int, default=0, help="questions of a set, 0 for all")
    parser.add_argument("--model", default=MODEL)
    parser.add_argument("--url", default="http://127.0.0.1:11434", help="where Ollama answers")
    parser.add_argument("--report", action="store_true", help="only count what is there")
    parser.add_argument("--out", type=Path, help="where the table goes, too")
    return parser.parse_args()


# --- asking ---------------------------------------------------------------------------------------


class Store:
    """The answers so far, one JSON object a line, each with its set, item and system."""

    def __init__(self, file: Path) -> None:
        self._file = file
        file.parent.mkdir(parents=True, exist_ok=True)
        lines = file.read_text("utf-8").splitlines() if file.exists() else []
        self.rows: list[dict[str, Any]] = [json.loads(line) for line in lines if line.strip()]
        self._known = {_key(row): row for row in self.rows}

    def __contains__(self, key: tuple[str, str, str]) -> bool:
        return key in self._known

    def __getitem__(self, key: tuple[str, str, str]) -> dict[str, Any]:
        return self._known[key]

    def add(self, row: dict[str, Any]) -> None:
        with self._file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(row, ensure_ascii=False) + "\n")
        self.rows.append(row)
        self._known[_key(row)] = row


def _key(row: dict[str, Any]) -> tuple[str, str, str]:
    return row["set"], row["id"], row["system"]


def run(slices: dict[str, Slice], *, store: Store, arguments: argparse.Namespace) -> None:
    """Ask what is not answered yet: set by set, item by item, all systems on an item in a row."""
    embedder = CachedEmbedder(arguments.cache)
    for name, part in slices.items():
        cases = [case for case in part.cases if _wanted(case, arguments.only)]
        cases = cases[: arguments.most or None]
        _share(name, cases, store=store)
        todo = [pair for pair in _pairs(cases, arguments.systems) if _new(pair, store)]
        if not todo:
            continue
        engine = "quotes" if name.startswith(WITHOUT_MODEL) else "ollama"
        (library,) = part.libraries.values()
        with _assistant(library, embedder=embedder, engine=engine, arguments=arguments) as ours:
            peers: Peers | None = None
            for at, (case, system) in enumerate(todo, start=1):
                if system == OURS:
                    row = _ours(ours, case)
                else:
                    options = {"model": arguments.model, "url": arguments.url}
                    peers = peers or Peers(library, embedder=embedder, **options)
                    row = asdict(peers.ask(system, case))
                key = {"set": case.set, "id": case.id, "group": case.group, "system": system}
                if system == OURS and row["error"]:  # the server failed: asked again next time
                    print(row["error"], file=sys.stderr, flush=True)
                else:
                    store.add({**key, **row})
                print(f"{time.strftime('%H:%M:%S')} {name} {at}/{len(todo)} {system}",
                      file=sys.stderr, flush=True)  # fmt: skip


def _share(name: str, cases: Sequence[Case], *, store: Store) -> None:
    """Take over what the same questions were answered with in another set."""
    other = SAME_QUESTIONS.get(name, "")
    for case in cases:
        key = (other, case.id, OURS)
        if key in store and _new((case, OURS), store):
            store.add({**store[key], "set": name, "group": case.group})


def _wanted(case: Case, only: str) -> bool:
    return only == "all" or case.group % 2 == (only == "odd")


def _pairs(cases: Sequence[Case], systems: Sequence[str]) -> Iterator[tuple[Case, str]]:
    for case in cases:
        for system in systems:
            if system == OURS or case.peers:
                yield case, system


def _new(pair: tuple[Case, str], store: Store) -> bool:
    case, system = pair
    return (case.set, case.id, system) not in store


def _ours(assistant: Assistant, case: Case) -> dict[str, Any]:
    try:
        answer: Answer = last(
            assistant.stream(case.question, history=case.history, today=case.today)
        )
    except AssistantError as error:
        return {"error": repr(error), "text": ""}
    return {**render.answer_document(answer), "searched": answer.searched, "error": ""}


# --- corpora --------------------------------------------------------------------------------------


def _assistant(
    library: Library, *, embedder: CachedEmbedder, engine: str, arguments: argparse.Namespace
) -> Assistant:
    """An assistant over the library, whose folder is kept from run to run."""
    folder = arguments.cache / "corpora" / library.name
    for article in library.articles:
        _write(folder / "articles" / article.path, article)
    assistant = Assistant(
        folder / "articles",
        data=folder / "data",
        embedder=embedder,
        engine=engine,
        model=arguments.model,
        ollama_url=arguments.url,
        request_timeout=PATIENCE,
        **({"passage_chars": LONGEST_PASSAGE} if library.whole else {}),
    )
    try:
        assistant.sync()
    except DataError:  # made by another version
        assistant.rebuild()
    found = assistant.status().articles
    if found != len(library.articles):
        raise SystemExit(f"{library.name}: {len(library.articles)} articles became {found}.")
    assistant.warm()
    return assistant


def _write(file: Path, article: Written) -> None:
    facts = {"language": article.language, "title": article.title, "date": article.date,
             "url": article.url}  # fmt: skip
    front = "\n".join(f"{name}: {json.dumps(value)}" for name, value in facts.items() if value)
    text = f"---\n{front}\n---\n\n{article.text}\n"
    if not file.exists() or file.read_text("utf-8") != text:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
