"""The data sets of whole articles as trials: RealTime QA, NTREX and MTRAG-UN."""

from collections import defaultdict
from datetime import date
from pathlib import Path

from trials import Corpus, Source, Trial, json_lines

from assistant.followups import standalone_question
from assistant.records import Turn

FITTED = 40
"""Articles of NTREX that the neutral matrix was computed from; questions are about the others."""
BODIES = ("en", "de", "zh", "ar")
"""Languages of whole NTREX corpora: those with published figures for BM25."""


def realtimeqa(folder: Path) -> list[Trial]:
    """News questions with their checked articles among 646; every question counts as a document."""
    rows = json_lines(folder / "articles.jsonl")
    place = {row["id"]: at for at, row in enumerate(rows)}
    articles = tuple(
        Source(row["text"], "en", title=row["title"], published=_iso(row["publish_date"]))
        for row in rows
    )
    asked = {row["id"]: row for row in json_lines(folder / "questions.jsonl")}
    core = json_lines(folder / "verified_core.jsonl")
    questions = [asked[row["id"]] for row in core]
    return [
        Trial(
            "RealTime QA core, a supporting article",
            Corpus("realtimeqa", articles),
            "en",
            tuple(row["question"] for row in questions),
            gold=tuple(frozenset(place[i] for i in row["support_article_ids"]) for row in core),
            documents=tuple(range(1, len(core) + 1)),
            today=tuple(date.fromisoformat(_iso(row["date"])) for row in questions),
        )
    ]


def ntrex(folder: Path) -> list[Trial]:
    """Headlines 41 to 61 to the bodies of all 61 articles: corpora of one language, and of all."""
    files = sorted(folder.glob("articles.*.jsonl"))
    rows = {file.name.split(".")[1]: json_lines(file) for file in files}
    count = len(rows["en"])
    bodies = {
        code: tuple(Source(" ".join(row["sentences"]), code) for row in of_code)
        for code, of_code in rows.items()
    }
    corpora = {code: Corpus(f"ntrex-{code}", bodies[code]) for code in BODIES}
    codes = list(rows)
    one_each = tuple(bodies[codes[at % len(codes)]][at] for at in range(count))
    mixed = Corpus(f"ntrex-{len(codes)}", one_each)

    def asked(row: str, corpus: Corpus, code: str) -> Trial:
        wanted = range(FITTED, count)
        return Trial(
            row,
            corpus,
            code,
            tuple(rows[code][at]["headline"] for at in wanted),
            gold=tuple(frozenset({at}) for at in wanted),
            documents=tuple(at + 1 for at in wanted),
        )

    same = f"NTREX headline → body, same language, mean of {len(BODIES)}"
    others = len(BODIES) * (len(BODIES) - 1)
    across = f"NTREX headline → body, across, mean of {others} pairs of languages"
    trials = [
        asked(same if one == other else across, corpora[other], one)
        for other in BODIES
        for one in BODIES
    ]
    row = f"NTREX {len(codes)} mixed, headlines in each, mean of {len(codes)}"
    return trials + [asked(row, mixed, code) for code in codes]


def mtrag_un(folder: Path) -> list[Trial]:
    """The last turns of conversations, alone and rewritten by rule; passages are articles."""
    pool = json_lines(folder / "pool.jsonl")
    place = {row["id"]: at for at, row in enumerate(pool)}
    articles = tuple(Source(row["text"], "en", title=row["title"] or "") for row in pool)
    relevant: defaultdict[str, set[int]] = defaultdict(set)
    for line in (folder / "qrels.tsv").read_text("utf-8").splitlines()[1:]:
        task, passage, _ = line.split("\t")
        relevant[task].add(place[passage])
    tasks = [row for row in json_lines(folder / "tasks.jsonl") if row["task_id"] in relevant]
    corpus = Corpus("mtrag_un", articles, whole=True)
    last = tuple(row["turns"][-1]["text"] for row in tasks)
    rewritten = tuple(
        standalone_question(question, history=_turns(row["turns"]), model=None, language="en")
        for question, row in zip(last, tasks, strict=True)
    )
    gold = tuple(frozenset(relevant[row["task_id"]]) for row in tasks)
    numbers = tuple(range(1, len(tasks) + 1))
    return [
        Trial(f"MTRAG-UN, {name}", corpus, "en", asked, gold, documents=numbers, counts="share")
        for name, asked in (("last turn alone", last), ("last turn rewritten by rule", rewritten))
    ]


def _turns(turns: list[dict[str, str]]) -> list[Turn]:
    """The turns before the last question, as a conversation keeps them."""
    before = [turn["text"] for turn in turns[:-1]]
    return [
        Turn(question, answer) for question, answer in zip(before[::2], before[1::2], strict=False)
    ]


def _iso(day: str) -> str:
    return day.replace("/", "-")
