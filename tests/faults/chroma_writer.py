"""Fills the vector cache of an index, again and again, until it is killed."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from fakes import FakeEmbedder

from assistant.index import Index
from assistant.vectors import following


def main(folder: Path, rows: int) -> None:
    following._AT_ONCE = rows
    while True:
        index = Index(folder, embedder=FakeEmbedder(), passage_chars=300)
        index.open_cache()
        print("filled", flush=True)
        index.close()
        index.cache._drop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
