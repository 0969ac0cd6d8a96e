"""The assistant: puts the parts together and is the public API."""

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, Unpack

from assistant import backup, doctor, examples, watching
from assistant.adding import add
from assistant.answering import answer, check_question, standalone
from assistant.conversation import Chat, last
from assistant.conversations import Conversations
from assistant.corpus import Corpus
from assistant.correcting import checked_tags, corrections
from assistant.errors import (
    DamagedFile,
    ModelError,
    NoSpace,
    ServiceError,
    Superseded,
    UnreadableFile,
    UsageError,
)
from assistant.filtering import make_filters, read_day, why_nothing
from assistant.folders import DataFolder
from assistant.generations import Generations
from assistant.index import Index
from assistant.languages import detect_question
from assistant.models import (
    EngineChoice,
    choose_engine,
    forget_probes,
    make_embedder,
    make_reranker,
    ollama_models,
    pull,
)
from assistant.personal import Personal
from assistant.progress import OnProgress
from assistant.readers.pool import ReaderPool
from assistant.recalling import recall
from assistant.records import (
    Answer,
    Article,
    ArticleText,
    ChatModel,
    Check,
    Embedder,
    Event,
    Failure,
    FilterArguments,
    Hits,
    PagePicture,
    Progress,
    Report,
    Reranker,
    Stage,
    Status,
    Timings,
    Turn,
)
from assistant.retrieval import search, search_with_times, with_signs
from assistant.sample import provide_corpus
from assistant.settings import (
    ENGINES,
    Settings,
    changed,
    corpus_folder,
    data_folder,
    load_settings,
)
from assistant.sources import FetchLimits
from assistant.suggestions import suggestions
from assistant.surveying import survey
from assistant.texts import say

if TYPE_CHECKING:
    from assistant.llamaindex import ArticleQueryEngine, ArticleRetriever

log = logging.getLogger(__name__)


class Assistant:
    """Answers questions over one corpus folder, from its articles alone.

    `settings` are those of `Settings`, by name; `embedder`, `chat_model` and `reranker` may be
    any objects of the protocols in `assistant.records`, or a name as the setting takes it. Nothing
    is read, embedded or loaded before it is needed. Raises SettingsError for a setting that cannot
    be, DataError for a folder that cannot be used.
    """

    def __init__(
        self,
        corpus: str | Path | None = None,
        *,
        config: str | Path | None = None,
        embedder: Embedder | str | None = None,
        chat_model: ChatModel | None = None,
        reranker: Reranker | str | None = None,
        **settings: Any,
    ) -> None:
        named = {"embedder": embedder, "reranker": reranker}
        settings |= {name: part for name, part in named.items() if isinstance(part, str)}
        self._config = Path(config) if config else None
        self._given = {name for name, value in settings.items() if value is not None}
        if corpus is not None:
            self._given.add("corpus")
        self.settings: Settings = load_settings(self._config, corpus=corpus, **settings)
        self.folder = corpus_folder(self.settings)
        self._embedder = None if isinstance(embedder, str) else embedder
        self._chat_model = chat_model
        self._reranker = None if isinstance(reranker, str) else reranker
        self._guard = threading.RLock()
        self._indexing: Progress | None = None

    # --- asking ---------------------------------------------------------------------------------

    def ask(
        self,
        question: str,
        *,
        engine: str | None = None,
        inferred_filters: bool = True,
        today: str | date | None = None,
        **filters: Unpack[FilterArguments],
    ) -> Answer:
        """Answer a question from the articles; a refusal is an answer, too.

        `today` is the day from which "last week" is told, if it is another (ISO). Raises
        QuestionError for a question that is none, UsageError for a filter that cannot be meant,
        ModelError where an engine was named and does not work.
        """
        events = self.stream(
            question, engine=engine, inferred_filters=inferred_filters, today=today, **filters
        )
        return last(events)

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        engine: str | None = None,
        inferred_filters: bool = True,
        today: str | date | None = None,
        **filters: Unpack[FilterArguments],
    ) -> Iterator[Event]:
        """Answer step by step: Stage, Token and Sentence events, the Answer last.

        Closing the iterator stops the model. `history` are the turns so far, oldest first.
        """
        started = time.monotonic()
        question = check_question(question)
        index = self._open_index()
        language = detect_question(question, corpus=index.catalogue.languages())
        choice = self._engine(engine)
        searchable = index.catalogue.counts()[1]
        yield Stage("searching", count=searchable)
        settings = self.settings.model_copy(update={"engine": engine} if engine else {})
        about_corpus = survey(
            question,
            index=index,
            filters=make_filters(filters, catalogue=index.catalogue),
            history=history,
            language=language,
            model=choice.model,
            settings=settings,
            today=(read_day("today", today) or date.today()) if inferred_filters else None,
        )
        if about_corpus is not None:
            yield from about_corpus
            return
        searched = standalone(question, history=history, model=choice.model, language=language)
        hits = self._search(
            searched,
            k=self.settings.hits,
            inferred=inferred_filters,
            today=today,
            filters=filters,
        )
        if searched != question and not hits.filters:  # it goes on from what was said
            hits = recall(hits, history, index=index)
        hits = with_signs(index, hits, query=searched, language=language)
        retrieval_s = time.monotonic() - started
        for event in answer(
            question,
            hits=hits,
            language=language,
            embedder=index.reader([hit.passage for hit in hits]),
            model=choice.model,
            settings=settings,
            history=history,
            passages_searched=searchable,
        ):
            if isinstance(event, Answer):
                timings = _from_the_question(event.timings, retrieval_s=retrieval_s)
                event = replace(event, timings=timings, searched=searched)
            yield event

    def chat(self) -> Chat:
        """Begin a conversation."""
        return Chat(stream=self.stream)

    @property
    def conversations(self) -> Conversations:
        """The conversations that are kept, and what was thought of their answers."""
        return Conversations(self._personal)

    def search(
        self,
        query: str,
        *,
        k: int = 10,
        inferred_filters: bool = True,
        today: str | date | None = None,
        **filters: Unpack[FilterArguments],
    ) -> Hits:
        """Find the `k` best passages, at most two of one article unless it is named by filter.

        `today` is the day from which "last week" is told, if it is another (ISO).
        """
        return self._search(query, k=k, inferred=inferred_filters, today=today, filters=filters)

    # --- the corpus -----------------------------------------------------------------------------

    def add(self, *wanted: str | Path, on_progress: OnProgress | None = None) -> Report:
        """Copy files, folders and web addresses into the corpus and index them."""
        limits = FetchLimits(max_bytes=self.settings.max_file_mb * 1_000_000)
        with self._reporting(on_progress) as tell:
            return self._change(lambda corpus: add(corpus, wanted, limits=limits, on_progress=tell))

    def sync(self, *, on_progress: OnProgress | None = None) -> Report:
        """Make the index equal to the corpus folder."""
        return self._sync(on_progress=on_progress, settled=False)

    def watch(
        self,
        *,
        on_report: Callable[[Report], None],
        on_progress: OnProgress | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        """Sync whenever the folder changes, until interrupted or `stop` is set.

        `on_report` is told of each sync that changed or failed something. A file that is still
        being written is waited for; so are another writer and a full disk.
        """
        failed: tuple[Failure, ...] = ()
        pending = False
        for told in watching.changes(self.folder, stop=stop or threading.Event()):
            pending = pending or told
            if not pending or self._indexing:  # what is being added is not to be read twice
                continue
            try:
                report = self._sync(on_progress=on_progress, settled=True)
            except (ServiceError, NoSpace) as error:
                log.warning("%s It is tried again.", error.message)
                continue
            pending = report.waiting > 0
            if report.added or report.updated or report.removed or report.failed != failed:
                on_report(report)
            failed = report.failed

    def rebuild(self, *, on_progress: OnProgress | None = None) -> Report:
        """Make a new index beside the old one, then switch; the old one answers meanwhile.

        An interrupted rebuild goes on where it stopped; what was embedded is not embedded again.
        """
        with self._reporting(on_progress) as tell:
            report = self._generations.rebuild(self._corpus_beside, on_progress=tell)
        return _in_step(self._open_index(), report)

    def back(self, *, on_progress: OnProgress | None = None) -> Report:
        """Put the index from before the last rebuild in force again, and bring it up to date.

        Raises DataError where there is none, IndexMismatch where it needs the former settings.
        """
        self._generations.back()
        return self.sync(on_progress=on_progress)

    def articles(self, **filters: Unpack[FilterArguments]) -> list[Article]:
        """The corpus's articles, newest first."""
        catalogue = self._open_index().catalogue
        return catalogue.articles(make_filters(filters, catalogue=catalogue))

    def why_none(self, **filters: Unpack[FilterArguments]) -> str:
        """Why `articles` lists none with these filters: which of them to leave out."""
        catalogue = self._open_index().catalogue
        return why_nothing(catalogue, make_filters(filters, catalogue=catalogue), language="en")

    def show(self, article_id: str) -> ArticleText:
        """One article with its text. Raises UnknownArticle."""
        return self._corpus(self._open_index()).show(article_id)

    def file(self, article_id: str) -> Path:
        """An article's original file, inside the corpus folder. Raises UnknownArticle."""
        return self._corpus(self._open_index()).file(article_id)

    def page_picture(
        self, article_id: str, *, page: int = 1, marks: Sequence[tuple[int, int]] = ()
    ) -> PagePicture:
        """A page of a PDF article as a picture, with boxes around the marked spans of its text.

        Raises UnknownArticle, and UnreadableFile for a page that cannot be drawn.
        """
        shown = self.show(article_id)
        file = self.file(article_id)
        if file.suffix.casefold() != ".pdf":
            raise UnreadableFile(f"{file.name} has no pages.", hint="Read its text.")
        quotes = [shown.text[start:end] for start, end in marks]
        return self._reader.picture(file, page=page, quotes=quotes)

    def remove(self, *article_ids: str) -> Report:
        """Move articles to the trash. Raises UnknownArticle before anything is removed."""
        return self._change(lambda corpus: corpus.remove(article_ids))

    def restore(self, *article_ids: str) -> Report:
        """Bring articles back from the trash. Raises UnknownArticle."""
        return self._change(lambda corpus: corpus.restore(article_ids))

    def correct(
        self,
        article_id: str,
        *,
        title: str | None = None,
        outlet: str | None = None,
        published: str | date | None = None,
    ) -> Article:
        """Correct what an article's file says of itself; kept when it is read again.

        Raises UnknownArticle, and UsageError for an empty title or a date that is none.
        """
        fields = corrections(title=title, outlet=outlet, published=published)
        return self._corpus(self._open_index()).correct(article_id, fields=fields)

    def tag(
        self, *article_ids: str, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> list[Article]:
        """Give articles tags and take tags from them: a tag names a set to ask within.

        Raises UnknownArticle, and UsageError for a tag that cannot be one.
        """
        return self._corpus(self._open_index()).tag(
            article_ids, add=checked_tags(add), remove=checked_tags(remove)
        )

    def export(self, file: str | Path) -> Path:
        """Write articles, what you made and the index into a tar file that a person can open."""
        return backup.export(
            Path(file),
            corpus=self.folder,
            data=self._data,
            personal=self._personal,
            catalogue=self._open_index().catalogue.file,
        )

    def import_(self, file: str | Path) -> Report:
        """Put what an export holds into this corpus, which must be empty; nothing is embedded anew.

        Raises DataError for an archive that is not whole, or where something is in the way.
        """
        self.close()
        backup.unpack(Path(file), corpus=self.folder, data=DataFolder(data_folder(self.settings)))
        return self.sync()

    # --- about itself ---------------------------------------------------------------------------

    def status(self) -> Status:
        """Who answers, and from how much."""
        catalogue = self._open_index().catalogue
        articles, passages = catalogue.counts()
        choice = self._engine(None)
        return Status(
            engine=choice.engine,
            model=choice.model.name if choice.model else "",
            why=choice.why,
            articles=articles,
            passages=passages,
            languages=tuple(catalogue.languages().items()),
            indexing=self._indexing,
        )

    def examples(self, *, language: str = "en", most: int = 6) -> list[str]:
        """Questions this corpus can answer: its own question set's, else made from its titles."""
        return examples.examples(
            self.folder, articles=self.articles(), language=language, most=most
        )

    def suggestions(self, answer: Answer, *, most: int = 3) -> list[str]:
        """Questions to go on with after this answer, each of which the articles answer."""

        def found(question: str) -> Hits:
            return self.search(question, k=3, inferred_filters=False)

        return suggestions(answer, show=self.show, search=found, most=most)

    def models(self) -> list[str]:
        """The names of Ollama's chat models, the largest first; none where it does not run."""
        try:
            return [model.name for model in ollama_models(self.settings) if model.chat]
        except ModelError:
            return []

    def pull(self, name: str) -> Iterator[Progress]:
        """Download a model into Ollama; closing the iterator stops. Raises ModelError."""
        yield from pull(name, self.settings)
        forget_probes()

    def choose(self, *, model: str | None = None, answer_tokens: int | None = None) -> None:
        """Let another model answer ("": the best there is), or longer, until this object ends.

        Raises SettingsError for a length out of bounds.
        """
        wanted = {"model": model, "answer_tokens": answer_tokens}
        given = {name: value for name, value in wanted.items() if value is not None}
        self.settings = changed(self.settings, **given)

    def doctor(self) -> list[Check]:
        """Check all the assistant needs; each problem comes with the command that mends it."""
        return doctor.check(
            self.settings, config=self._config, given=self._given, open_index=self._open_index
        )

    # --- to build on ----------------------------------------------------------------------------

    def as_retriever(self, *, k: int = 8) -> "ArticleRetriever":
        """This corpus as a LlamaIndex retriever."""
        from assistant.llamaindex import ArticleRetriever

        return ArticleRetriever(search=lambda query: self.search(query, k=k))

    def as_query_engine(self, *, engine: str | None = None) -> "ArticleQueryEngine":
        """This assistant as a LlamaIndex query engine."""
        from assistant.llamaindex import ArticleQueryEngine

        return ArticleQueryEngine(ask=lambda query: self.ask(query, engine=engine))

    def warm(self) -> None:
        """Load what the first question needs: the embedder, and the vector cache if it is free."""
        index = self._opened(mend=True)
        detect_question("Is this English?", corpus={})
        index.nearest("warm", most=1)
        index.open_cache()

    def close(self) -> None:
        """Let go of all files; the assistant can be used again after."""
        with self._guard:
            for name in ("_reader", "_generations", "_personal"):
                if part := self.__dict__.pop(name, None):
                    part.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    # --- inside ---------------------------------------------------------------------------------

    @cached_property
    def _data(self) -> DataFolder:
        provide_corpus(self.folder, settings=self.settings)
        return DataFolder(data_folder(self.settings))

    @cached_property
    def _generations(self) -> Generations:
        return Generations(self._data, make=self._make_index)

    @cached_property
    def _personal(self) -> Personal:
        return Personal(self._data.personal)

    @cached_property
    def _reader(self) -> ReaderPool:
        limit = self.settings.max_file_mb * 1_000_000
        return ReaderPool(seconds=self.settings.read_seconds, max_bytes=limit)

    @cached_property
    def _embedder_in_use(self) -> Embedder:
        return self._embedder or make_embedder(self.settings)

    @cached_property
    def _reranker_in_use(self) -> Reranker | None:
        return self._reranker or make_reranker(self.settings)

    def _open_index(self) -> Index:
        """The index in force. Raises DamagedFile, IndexMismatch."""
        return self._opened(mend=False)

    def _opened(self, *, mend: bool) -> Index:
        with self._guard:
            generations = self._generations
        return generations.index(mend=mend)

    def _sync(self, *, on_progress: OnProgress | None, settled: bool) -> Report:
        with self._reporting(on_progress) as tell:
            return self._change(
                lambda corpus: corpus.sync(on_progress=tell, settled=settled), fill=False
            )

    def _change(self, work: Callable[[Corpus], Report], *, fill: bool = True) -> Report:
        """Change the index in force; once more if another came into force meanwhile.

        One that took a damaged one's place gets the whole folder first, if `fill` is set.
        """
        while True:
            index = self._opened(mend=True)
            corpus = self._corpus(index)
            try:
                if fill and index.is_unfilled:
                    corpus.sync()
                return _in_step(index, work(corpus))
            except Superseded:
                continue
            except DamagedFile:
                self._generations.forget()
                raise

    def _make_index(self, generation: str) -> Index:
        return Index(
            self._data.index(generation),
            embedder=self._embedder_in_use,
            passage_chars=self.settings.passage_chars,
        )

    def _corpus_beside(self, index: Index) -> Corpus:
        return self._corpus(index, beside=True)

    def _corpus(self, index: Index, *, beside: bool = False) -> Corpus:
        return Corpus(
            self.folder,
            data=self._data,
            index=index,
            personal=self._personal,
            reader=self._reader,
            beside=beside,
        )

    def _engine(self, wanted: str | None) -> EngineChoice:
        if wanted is not None and wanted not in ENGINES:
            raise UsageError(
                f"There is no engine {wanted!r}.", hint=f"Engines: {', '.join(ENGINES)}."
            )
        if self._chat_model is not None and wanted in (None, self._chat_model.engine):
            return EngineChoice(self._chat_model.engine, self._chat_model, "")
        return choose_engine(self.settings, wanted=wanted)

    def _search(
        self,
        query: str,
        *,
        k: int,
        inferred: bool,
        today: str | date | None,
        filters: FilterArguments,
    ) -> Hits:
        index = self._open_index()
        checked = make_filters(filters, catalogue=index.catalogue)
        language = detect_question(query, corpus=index.catalogue.languages())
        if inferred:
            day = read_day("today", today) or date.today()
            hits = search_with_times(
                index,
                query,
                k=k,
                filters=checked,
                language=language,
                today=day,
                reranker=self._reranker_in_use,
            )
        else:
            hits = search(
                index,
                query,
                k=k,
                filters=checked,
                language=language,
                reranker=self._reranker_in_use,
            )
        return self._while_filling(hits, index=index, language=language)

    def _while_filling(self, hits: Hits, *, index: Index, language: str) -> Hits:
        """Say with the hits that the index does not hold the whole folder yet."""
        now, articles = self._indexing, index.catalogue.counts()[0]
        if not index.is_unfilled and (now is None or articles >= now.total):
            return hits
        total = str(now.total) if now else "?"
        told = say("search.still_indexing", language=language, done=articles, total=total)
        return replace(hits, notices=(told, *hits.notices))

    @contextmanager
    def _reporting(self, on_progress: OnProgress | None) -> Iterator[OnProgress]:
        """Keep the progress for `status`, and pass it on."""

        def tell(progress: Progress) -> None:
            self._indexing = progress
            if on_progress:
                on_progress(progress)

        try:
            yield tell
        finally:
            self._indexing = None


def _in_step(index: Index, report: Report) -> Report:
    """Bring the vector cache up to date after a change, unless another process owns it."""
    if report.added or report.updated or report.removed:
        index.open_cache()
    return report


def _from_the_question(timings: Timings, *, retrieval_s: float) -> Timings:
    """Timings counted from the hits, counted from the question."""
    first = timings.first_token_s
    return Timings(
        retrieval_s=retrieval_s,
        first_token_s=None if first is None else retrieval_s + first,
        total_s=retrieval_s + timings.total_s,
    )
