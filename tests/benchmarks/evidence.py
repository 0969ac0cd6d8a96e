"""Measure the checker on WiCE: is a claim supported by the article it cites, and by which words.

    python tests/benchmarks/evidence.py --data ../shared/data

No model is asked and nothing is embedded: claims and articles are English. Claims count from 1;
thresholds were chosen on the odd-numbered ones.
"""

import argparse
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from trials import json_lines

from assistant.evidence import check, rank_support
from assistant.pieces import Piece, Scored
from assistant.records import Article, Embedder, Passage

RESULTS = Path(__file__).resolve().parent / "results"
FIRST = 5
"""Sentences among which one that supports the claim is looked for."""
TITLE = "(meta data) TITLE: "


class NoEmbedder:
    """What is never asked where all text is in one language."""

    name = "none"
    dimension = 0


@dataclass(frozen=True)
class Judged:
    """A claim with what people said of it, and what the checker said."""

    number: int
    label: str
    support: str
    found: bool | None  # a supporting sentence among the first; None where there is none


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="the data sets")
    parser.add_argument("--half", choices=["odd", "even", "all"], default="all")
    arguments = parser.parse_args()
    rows = list(enumerate(json_lines(arguments.data / "wice" / "claim_dev.jsonl"), start=1))
    wanted = [
        row for row in rows if arguments.half in ("all", "even" if row[0] % 2 == 0 else "odd")
    ]
    judged = [judge(number, row) for number, row in wanted]
    text = "\n".join(table(judged))
    (RESULTS / "evidence.md").write_text(text + "\n", "utf-8")
    print(text)


def is_of(number: int, half: str) -> bool:
    """Whether a claim is of that half."""
    return half == "all" or (number % 2 == 1) == (half == "odd")


def judge(number: int, row: dict[str, object]) -> Judged:
    """Check one claim against all sentences of its article."""
    claim, sentences = str(row["claim"]), cast("list[str]", row["evidence"])
    evidence = as_evidence(number, sentences)
    none = cast("Embedder", NoEmbedder())
    checked = check(claim, evidence=evidence, language="en", embedder=none)
    gold = {at for some in cast("list[list[int]]", row["supporting_sentences"]) for at in some}
    ranked = rank_support(claim, evidence=evidence, language="en", embedder=none)
    found = any(piece.place in gold for piece in ranked[:FIRST]) if gold else None
    return Judged(number, str(row["label"]), checked.support, found)


def as_evidence(number: int, sentences: Sequence[str]) -> list[Scored]:
    """The sentences of an article as one passage, none fitting a question better than another."""
    title = sentences[0].removeprefix(TITLE) if sentences[0].startswith(TITLE) else ""
    article = Article(id=str(number), path=f"{number}.txt", title=title, language="en")
    text = " ".join(sentences)
    passage = Passage(f"{number}-1", article.id, text, 0, len(text), language="en")
    found, at = [], 0
    for place, sentence in enumerate(sentences):
        piece = Piece(article, passage, sentence, at, at + len(sentence), 0, place)
        found.append(Scored(piece, 0.0, None, 0.0))
        at += len(sentence) + 1
    return found


def table(judged: Sequence[Judged]) -> Iterable[str]:
    """Balanced accuracy of "supported" against the rest, and where the support was found."""
    yield "WiCE dev: supported against the rest, without a model."
    yield ""
    yield f"| claims | count | balanced accuracy | supported | rest | support in first {FIRST} |"
    yield "|---|---|---|---|---|---|"
    for half in ("all", "odd", "even"):
        some = [one for one in judged if is_of(one.number, half)]
        right = [j.support == "supported" for j in some if j.label == "supported"]
        wrong = [j.support != "supported" for j in some if j.label != "supported"]
        if not right or not wrong:
            continue
        found = [j.found for j in some if j.found is not None]
        yes, no = sum(right) / len(right), sum(wrong) / len(wrong)
        yield (
            f"| {half} | {len(some)} | {(yes + no) / 2:.3f} | {yes:.3f} | {no:.3f}"
            f" | {sum(found) / len(found):.3f} |"
        )


if __name__ == "__main__":
    main()
