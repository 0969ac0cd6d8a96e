"""What an assistant is made of; each part is made when it is first needed."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import cached_property

from assistant.catalogue import Catalogue, SharedFolder
from assistant.corpus import Corpus
from assistant.errors import DamagedFile, Superseded, UsageError
from assistant.folders import DataFolder
from assistant.generations import Generations
from assistant.index import Index
from assistant.models import EngineChoice, choose_engine, make_embedder, make_reranker
from assistant.personal import Personal
from assistant.progress import OnProgress
from assistant.readers.pool import ReaderPool
from assistant.records import ChatModel, Embedder, Progress, Report, Reranker
from assistant.sample import provide_corpus
from assistant.settings import ENGINES, Settings, corpus_folder, data_folder
from assistant.vectors import drop_vectors

log = logging.getLogger(__name__)


class Parts:
    """The folders, files and models behind one corpus.

    `embedder`, `chat_model` and `reranker` are taken as they are; where they are None they are made
    as the settings say. `indexing` is how far the work is that goes on now.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        embedder: Embedder | None,
        chat_model: ChatModel | None,
        reranker: Reranker | None,
    ) -> None:
        self.settings = settings
        self.folder = corpus_folder(settings)
        self.indexing: Progress | None = None
        self._given_embedder = embedder
        self._given_reranker = reranker
        self._chat_model = chat_model
        self._guard = threading.RLock()

    @cached_property
    def data(self) -> DataFolder:
        """The data folder; the corpus's own is made from the sample where there is none."""
        provide_corpus(self.folder, settings=self.settings)
        root = data_folder(self.settings)
        if url := self.settings.catalogue:
            return SharedFolder(root, url=url, corpus=self.folder)
        return DataFolder(root)

    @cached_property
    def generations(self) -> Generations:
        """The index in force and those before and after it."""
        return Generations(
            self.data,
            make=self._make_index,
            forget_vectors=lambda folder: drop_vectors(folder, url=self.settings.chroma_url),
        )

    @cached_property
    def personal(self) -> Personal:
        """What a person made."""
        return Personal(self.data.personal)

    @cached_property
    def reader(self) -> ReaderPool:
        """The processes that read files."""
        limit = self.settings.max_file_mb * 1_000_000
        return ReaderPool(seconds=self.settings.read_seconds, max_bytes=limit)

    @cached_property
    def embedder(self) -> Embedder:
        """The embedder in use."""
        return self._given_embedder or make_embedder(self.settings)

    @cached_property
    def reranker(self) -> Reranker | None:
        """The reranker in use, if there is one."""
        return self._given_reranker or make_reranker(self.settings)

    def engine(self, wanted: str | None) -> EngineChoice:
        """Who answers. Raises UsageError for an engine there is not, ModelError where it fails."""
        if wanted is not None and wanted not in ENGINES:
            raise UsageError(
                f"There is no engine {wanted!r}.", hint=f"Engines: {', '.join(ENGINES)}."
            )
        if self._chat_model is not None and wanted in (None, self._chat_model.engine):
            return EngineChoice(self._chat_model.engine, self._chat_model, "")
        return choose_engine(self.settings, wanted=wanted)

    def index(self, *, mend: bool = False) -> Index:
        """The index in force; a damaged one is replaced if `mend` is set.

        Raises DamagedFile, IndexMismatch.
        """
        with self._guard:
            generations = self.generations
        return generations.index(mend=mend)

    def corpus(self, index: Index, *, beside: bool = False) -> Corpus:
        """The corpus folder with an index, `beside` for one that is not in force."""
        return Corpus(
            self.folder,
            data=self.data,
            index=index,
            personal=self.personal,
            reader=self.reader,
            beside=beside,
        )

    def corpus_beside(self, index: Index) -> Corpus:
        """The corpus folder with an index that is being made."""
        return self.corpus(index, beside=True)

    def sync(self, *, on_progress: OnProgress | None, settled: bool) -> Report:
        """Make the index equal to the folder; `settled`: without files that are being written."""
        with self.reporting(on_progress) as tell:
            return self.change(
                lambda corpus: corpus.sync(on_progress=tell, settled=settled), fill=False
            )

    def change(self, work: Callable[[Corpus], Report], *, fill: bool = True) -> Report:
        """Change the index in force; once more if another came into force meanwhile.

        One that took a damaged one's place gets the whole folder first, if `fill` is set.
        """
        while True:
            self.data.check_home()
            index = self.index(mend=True)
            if self.settings.catalogue and index.catalogue.dimension() is None:
                self._take_over(index)
            corpus = self.corpus(index)
            try:
                if fill and index.is_unfilled:
                    corpus.sync()
                return in_step(index, work(corpus))
            except Superseded:
                continue
            except DamagedFile:
                self.generations.forget()
                raise

    @contextmanager
    def reporting(self, on_progress: OnProgress | None) -> Iterator[OnProgress]:
        """Keep the progress of some work in `indexing`, and pass it on."""

        def tell(progress: Progress) -> None:
            self.indexing = progress
            if on_progress:
                on_progress(progress)

        try:
            yield tell
        finally:
            self.indexing = None

    def close(self) -> None:
        """Let go of all files; what is needed again is opened again."""
        with self._guard:
            for name in ("reader", "generations", "personal"):
                if part := self.__dict__.pop(name, None):
                    part.close()
            if data := self.__dict__.get("data"):
                data.close()

    def _take_over(self, index: Index) -> None:
        """Let a new index in PostgreSQL have what was embedded for the one in SQLite."""
        former = DataFolder(self.data.root)
        file = former.index(former.generation()) / "catalogue.sqlite"
        if not file.exists():
            return
        try:
            with closing(Catalogue(file)) as known:
                index.catalogue.take_embeddings(known, dimension=index.embedder.dimension)
        except DamagedFile:
            log.warning("%s is damaged: what it holds is embedded anew.", file)
        index.measure()

    def _make_index(self, generation: str) -> Index:
        return Index(
            self.data.index(generation),
            embedder=self.embedder,
            passage_chars=self.settings.passage_chars,
            chroma_url=self.settings.chroma_url,
            catalogue_url=self.settings.catalogue,
        )


def in_step(index: Index, report: Report) -> Report:
    """Bring the vector cache up to date after a change, unless another process owns it."""
    if report.added or report.updated or report.removed:
        index.open_cache()
    return report
