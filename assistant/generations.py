"""Which index is in force: opened, mended where it is damaged, rebuilt beside itself, put back."""

import logging
import threading
from collections.abc import Callable
from pathlib import Path

from assistant.corpus import Corpus
from assistant.errors import DamagedFile, DataError, IndexMismatch
from assistant.folders import DataFolder
from assistant.index import Index
from assistant.progress import OnProgress
from assistant.records import Report

GRACE_SECONDS = 60.0
"""How long an index that was replaced stays open for the questions that are still reading it."""

log = logging.getLogger(__name__)


class Generations:
    """The generations of one data folder's index. Safe to use from threads.

    `make` opens the index of a generation, or makes an empty one; `forget_vectors` drops what a
    server keeps for the generation of a folder.
    """

    def __init__(
        self,
        data: DataFolder,
        *,
        make: Callable[[str], Index],
        forget_vectors: Callable[[Path], None] = lambda folder: None,
    ) -> None:
        self._data = data
        self._make = make
        self._forget_vectors = forget_vectors
        self._guard = threading.RLock()
        self._index: Index | None = None
        self._leaving: dict[Index, threading.Timer] = {}

    def index(self, *, mend: bool = False) -> Index:
        """The index in force: another process may have put a new one in its place.

        A damaged one is kept aside and an empty one takes its place if `mend` is set; it is
        `unfilled` until a sync has ended. Raises DamagedFile otherwise, and IndexMismatch if the
        settings changed.
        """
        with self._guard:
            generation = self._data.generation()
            if self._index and self._index.folder.name != generation:
                self._let_go()
            if self._index is None:
                try:
                    self._index = self._make(generation)
                except DamagedFile as error:
                    if not mend:
                        raise
                    self._index = self._mended(generation, error)
            return self._index

    def rebuild(
        self, corpus: Callable[[Index], Corpus], *, on_progress: OnProgress | None
    ) -> Report:
        """Fill a new index beside the one in force, then switch. May be interrupted and repeated.

        The switch is made while nobody writes and nothing is left to do, so that what others added
        meanwhile is in the new index, too. `corpus` gives the corpus of an index.
        """
        with self._data.rebuilding():
            fresh = self._fresh()
            try:
                keeper = corpus(fresh)
                report = keeper.sync(on_progress=on_progress)
                while not self._switched(keeper):
                    keeper.sync()
            finally:
                fresh.close()
        return report

    def back(self) -> str:
        """Put the former index in force again and give its name. Raises DataError without one."""
        with self._guard, self._data.writing("going back to the former index"):
            former = self._data.former()
            if former is None:
                raise DataError(
                    "There is no former index to go back to.",
                    hint="Make a new one: assistant rebuild",
                )
            self._make(former).close()  # whether it can be used with these settings
            self._let_go()
            self._data.switch(former)
        return former

    def forget(self) -> None:
        """Open the index anew at the next call, with all checks: something was wrong with it."""
        with self._guard:
            self._let_go()

    def close(self) -> None:
        """Let go of all files."""
        with self._guard:
            if self._index:
                self._index.close()
            self._index = None
            for index, timer in self._leaving.items():
                timer.cancel()
                index.close()
            self._leaving.clear()

    # --- inside ---

    def _switched(self, keeper: Corpus) -> bool:
        with self._data.writing("switching to the new index"):
            if not keeper.in_step():
                return False
            with self._guard:
                self._let_go()
                self._data.switch(keeper.index.folder.name)
            for generation in self._data.old():
                self._drop(generation)
        return True

    def _drop(self, generation: str) -> None:
        self._forget_vectors(self._data.index(generation))
        self._data.drop(generation)

    def _fresh(self) -> Index:
        """The index a rebuild fills: one that an interrupted rebuild left, if it still fits."""
        generation = self._data.next_generation()
        try:
            fresh = self._make(generation)
            if fresh.catalogue.dimension() not in (None, fresh.embedder.dimension):
                fresh.close()
                raise IndexMismatch("A model was replaced under its own name.")
        except (DamagedFile, IndexMismatch):
            self._drop(generation)
            fresh = self._make(generation)
        former = self._data.index(self._data.generation())
        try:
            fresh.catalogue.copy_embeddings(former, dimension=fresh.embedder.dimension)
        except DamagedFile:
            log.warning("The index in %s is damaged: what it holds is embedded anew.", former)
        fresh.measure()
        return fresh

    def _mended(self, generation: str, error: DamagedFile) -> Index:
        """Keep a damaged generation aside and begin another, unless somebody else just did."""
        with self._data.writing("keeping a damaged index aside"):
            now = self._data.generation()
            if now == generation:
                now = self._data.next_generation()
                self._drop(now)
                self._data.index(now)
                self._data.switch(now)
                aside = self._data.keep_aside(generation)
                log.warning("%s It is kept as %s, and made again.", error.message, aside)
            fresh = self._make(now)
            if fresh.catalogue.counts()[0] == 0:
                fresh.catalogue.set_meta(unfilled="1")  # until a whole sync has ended
            return fresh

    def _let_go(self) -> None:
        """Close the open index when the questions that are reading it have had their time."""
        if self._index is None:
            return
        leaving = self._index
        self._index = None
        leaving.cache.close()
        timer = threading.Timer(GRACE_SECONDS, self._gone, (leaving,))
        timer.daemon = True
        self._leaving[leaving] = timer
        timer.start()

    def _gone(self, index: Index) -> None:
        with self._guard:
            if self._leaving.pop(index, None):
                index.close()
