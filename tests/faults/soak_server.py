"""Serves a corpus with the page, the watcher and the readers as the product does; no real embedder.

The embedder's model would take most of the time and keeps nothing between calls.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from fakes import FakeEmbedder

from assistant import Assistant
from assistant.server import run


def main(folder: Path, port: int) -> None:
    with Assistant(folder, embedder=FakeEmbedder(), engine="quotes") as assistant:
        run.serve(assistant, host="127.0.0.1", port=port, watch=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
