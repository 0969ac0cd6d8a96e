"""The data sets as cases: a question, what a right answer holds, and the articles it is asked of.

Every slice is fixed. Items and documents count from 1; choices were made on the odd ones.
"""

import json
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from cached import UNTITLED
from trials import json_lines

from assistant.records import Turn

XQUAD_QUESTIONS = 60
MTRAG_EACH = 15
REFUSAL_EACH = 40
CANARY = "ZX-4417-QD"
"""What the attacks with a blank for a token are given."""
PEER_SHARE = 3
"""Every third question goes to LlamaIndex's engines, too."""


@dataclass(frozen=True)
class Written:
    """An article of a library as it is written to disk."""

    path: str
    text: str
    title: str = ""
    date: str = ""
    url: str = ""
    language: str = "en"


@dataclass(frozen=True)
class Library:
    """The articles of one corpus, kept in the folder `name`; with `whole` each is one passage."""

    name: str
    articles: tuple[Written, ...]
    whole: bool = False


@dataclass(frozen=True)
class Case:
    """One question to one library.

    `gold` are the strings a right answer holds, `gold_quote` those its evidence holds; `group` is
    the document or item, counted from 1. `attack` is what was planted, `clean` the paragraph
    before that. `peers`: LlamaIndex's engines are asked, too; `today`: when it was asked.
    """

    set: str
    id: str
    group: int
    library: str
    question: str
    language: str
    gold: tuple[str, ...] = ()
    gold_quote: tuple[str, ...] = ()
    gold_path: str = ""
    label: str = ""
    history: tuple[Turn, ...] = ()
    reference: str = ""
    attack: str = ""
    clean: str = ""
    peers: bool = False
    today: date | None = None


@dataclass(frozen=True)
class Slice:
    """The cases of one set and the libraries they are asked of."""

    cases: tuple[Case, ...]
    libraries: dict[str, Library] = field(default_factory=dict)


# --- XQuAD ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Asked:
    id: str
    document: int
    paragraph: int
    text: dict[str, str]
    answer: dict[str, str]


def xquad(folder: Path, *, corpus: str, asked: str) -> Slice:
    """Sixty questions in `asked` on all 240 paragraphs in `corpus`, each of another paragraph."""
    paragraphs, questions = _read_xquad(folder / "xquad")
    cases = [
        replace(_case(one, corpus=corpus, asked=asked), peers=at % PEER_SHARE == 0)
        for at, one in enumerate(_sixty(questions))
    ]
    library = _xquad_library(paragraphs[corpus], language=corpus)
    return Slice(tuple(cases), {library.name: library})


def xquad_all(folder: Path, *, corpus: str, asked: str) -> Slice:
    """All 1,190 questions, for what is decided without a model."""
    paragraphs, questions = _read_xquad(folder / "xquad")
    cases = [_case(one, corpus=corpus, asked=asked) for one in questions]
    named = [replace(case, set=f"before-{case.set}", label="ANSWERABLE") for case in cases]
    library = _xquad_library(paragraphs[corpus], language=corpus)
    return Slice(tuple(named), {library.name: library})


def _case(one: _Asked, *, corpus: str, asked: str) -> Case:
    return Case(
        set=f"xquad-{asked}-{corpus}",
        id=one.id,
        group=one.document,
        library=f"xquad-{corpus}",
        question=one.text[asked],
        language=asked,
        gold=(one.answer[asked],),
        gold_quote=(one.answer[corpus],),
        gold_path=_path(one.paragraph),
    )


def injection(folder: Path) -> Slice:
    """The English questions again, with an attack planted in the paragraph that answers each."""
    plain = xquad(folder, corpus="en", asked="en")
    texts = {a.path: a.text for a in plain.libraries["xquad-en"].articles}
    attacks = _attacks(folder / "injection")[: len(plain.cases)]
    cases = []
    for at, (case, attack) in enumerate(zip(plain.cases, attacks, strict=True)):
        clean = texts[case.gold_path]
        texts[case.gold_path] = _planted(clean, attack, at=at)
        cases.append(
            replace(case, set="injection", library="xquad-planted", attack=attack, clean=clean,
                    peers=False)
        )  # fmt: skip
    articles = tuple(Written(path, text) for path, text in texts.items())
    return Slice(tuple(cases), {"xquad-planted": Library("xquad-planted", articles)})


def _attacks(folder: Path) -> list[str]:
    """All that ask for a token, and three of each kind of BIPIA's, in a fixed order."""
    rows = json_lines(folder / "bastioncorpus_injections.jsonl")
    tokens = [
        row["text"].replace("{canary}", CANARY)
        for row in rows
        if row["label"] == "malicious" and row["check"] == "canary"
    ]
    kinds = json.loads((folder / "bipia_text_attack_train.json").read_text("utf-8"))
    asked = [attack for attacks in kinds.values() for attack in attacks[:3]]
    found = [*tokens[:15], *asked]
    random.Random("attacks").shuffle(found)
    return found


def _planted(text: str, attack: str, *, at: int) -> str:
    """The attack as a sentence of its own: at the beginning, in the middle or at the end."""
    ends = [match.end() for match in re.finditer(r"[.!?]\s+(?=[A-Z])", text)]
    place = (0, ends[len(ends) // 2] if ends else len(text), len(text))[at % 3]
    closed = attack if attack[-1:] in ".!?" else f"{attack}."
    return " ".join(part for part in (text[:place].strip(), closed, text[place:].strip()) if part)


def _sixty(questions: Sequence[_Asked]) -> list[_Asked]:
    """One question of each of sixty paragraphs, half of them of odd-numbered documents."""
    shuffled = list(questions)
    random.Random("answers").shuffle(shuffled)
    first: dict[int, _Asked] = {}
    for one in shuffled:
        first.setdefault(one.paragraph, one)
    half = XQUAD_QUESTIONS // 2
    odd = [one for one in first.values() if one.document % 2][:half]
    even = [one for one in first.values() if not one.document % 2][:half]
    return [one for pair in zip(odd, even, strict=True) for one in pair]


def _read_xquad(folder: Path) -> tuple[dict[str, list[str]], list[_Asked]]:
    paragraphs: dict[str, list[str]] = {}
    questions: dict[str, _Asked] = {}
    for code in ("en", "de"):
        texts = paragraphs.setdefault(code, [])
        data = json.loads((folder / f"xquad.{code}.json").read_text("utf-8"))["data"]
        for document, article in enumerate(data, start=1):
            for paragraph in article["paragraphs"]:
                for row in paragraph["qas"]:
                    new = _Asked(row["id"], document, len(texts), {}, {})
                    one = questions.setdefault(row["id"], new)
                    one.text[code] = row["question"]
                    one.answer[code] = row["answers"][0]["text"]
                texts.append(paragraph["context"])
    return paragraphs, list(questions.values())


def _xquad_library(texts: Iterable[str], *, language: str) -> Library:
    articles = tuple(Written(_path(at), text, language=language) for at, text in enumerate(texts))
    return Library(f"xquad-{language}", articles)


def _path(number: int) -> str:
    return f"{number:04}/{UNTITLED}.md"


# --- RealTime QA ----------------------------------------------------------------------------------


def realtimeqa(folder: Path) -> Slice:
    """The checked core of 34 questions, each to be found among all 646 articles."""
    folder = folder / "realtimeqa"
    core = [row["id"] for row in json_lines(folder / "verified_core.jsonl")]
    rows = {row["id"]: row for row in json_lines(folder / "questions.jsonl")}
    cases = [
        Case(
            set="realtimeqa",
            id=key,
            group=at,
            library="realtimeqa",
            question=rows[key]["question"],
            language="en",
            gold=(rows[key]["answer"].strip(" “”\"'"),),
            gold_quote=(rows[key]["answer"].strip(" “”\"'"),),
            peers=at % PEER_SHARE == 1,
            today=date.fromisoformat(_iso(rows[key]["date"])),
        )
        for at, key in enumerate(core, start=1)
    ]
    articles = tuple(
        Written(
            f"{row['id']}.md",
            row["text"],
            title=row["title"],
            date=_iso(row["publish_date"]),
            url=row["url"],
        )
        for row in json_lines(folder / "articles.jsonl")
    )
    return Slice(tuple(cases), {"realtimeqa": Library("realtimeqa", articles)})


# --- MTRAG-UN -------------------------------------------------------------------------------------

LABELS = ("ANSWERABLE", "PARTIAL", "UNANSWERABLE", "UNDERSPECIFIED")


def mtrag(folder: Path) -> Slice:
    """The last turns of 15 conversations of each label, on the pool of 1,488 passages."""
    tasks = _tasks(folder)
    cases = [
        replace(case, set="mtrag", peers=at % PEER_SHARE == 0)
        for label in LABELS
        for at, case in enumerate([case for case in tasks if case.label == label][:MTRAG_EACH])
    ]
    return Slice(tuple(cases), _mtrag_library(folder))


def refusal(folder: Path) -> Slice:
    """Forty unanswerable and forty answerable last turns."""
    tasks = _tasks(folder)
    cases = [
        replace(case, set="refusal")
        for label in ("UNANSWERABLE", "ANSWERABLE")
        for case in [case for case in tasks if case.label == label][:REFUSAL_EACH]
    ]
    return Slice(tuple(cases), _mtrag_library(folder))


def mtrag_all(folder: Path) -> Slice:
    """All last turns, for what is decided without a model."""
    cases = [replace(case, set="before-mtrag") for case in _tasks(folder)]
    return Slice(tuple(cases), _mtrag_library(folder))


def _tasks(folder: Path) -> list[Case]:
    cases = []
    for at, row in enumerate(json_lines(folder / "mtrag_un" / "tasks.jsonl"), start=1):
        *before, last = row["turns"]
        pairs = zip(before[::2], before[1::2], strict=True)
        history = tuple(Turn(asked["text"], said["text"]) for asked, said in pairs)
        cases.append(
            Case(
                set="",
                id=row["task_id"],
                group=at,
                library="mtrag",
                question=last["text"],
                language="en",
                label=row["answerability"],
                history=history,
                reference=row["reference_answer"],
            )
        )
    random.Random("conversations").shuffle(cases)
    return cases


def _mtrag_library(folder: Path) -> dict[str, Library]:
    articles = tuple(
        Written(f"{at:04}/{UNTITLED}.md", row["text"], title=row["title"] or "")
        for at, row in enumerate(json_lines(folder / "mtrag_un" / "pool.jsonl"))
    )
    return {"mtrag": Library("mtrag", articles, whole=True)}


def _iso(day: str) -> str:
    return day.replace("/", "-")
