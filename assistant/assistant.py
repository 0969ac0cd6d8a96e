"""The assistant: puts the parts together and is the public API."""

import logging
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, Unpack

from assistant import amending, backup, doctor, examples, watching
from assistant.adding import OnSource, add
from assistant.asking import Scope, find, stream
from assistant.conversation import Chat, last
from assistant.conversations import Conversations
from assistant.corpus import Corpus
from assistant.correcting import checked_tags, corrections
from assistant.errors import (
    ModelError,
    NoSpace,
    ServiceError,
    UnreadableFile,
    UsageError,
)
from assistant.filtering import make_filters, why_nothing
from assistant.folders import DataFolder
from assistant.languages import detect_question
from assistant.models import (
    forget_probes,
    ollama_models,
    pull,
    pull_weights,
)
from assistant.observing import Observer, RequestLog, observed
from assistant.parts import Parts, in_step
from assistant.places import places
from assistant.progress import OnProgress
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
    Status,
    Turn,
)
from assistant.repairing import repair
from assistant.settings import (
    Settings,
    changed,
    data_folder,
    load_settings,
)
from assistant.sources import FetchLimits
from assistant.suggestions import suggestions
from assistant.translating import translate

if TYPE_CHECKING:
    from assistant.llamaindex import ArticleQueryEngine, ArticleRetriever

WARM_LANGUAGES = 6
"""Languages of the corpus whose names of places are made ready: 0.1 to 0.3 s each."""
TOKENS_A_WORD = 4
"""Room for the tokens of an answer's words: in few languages a word has more."""

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
        self._parts = Parts(
            load_settings(self._config, corpus=corpus, **settings),
            embedder=None if isinstance(embedder, str) else embedder,
            chat_model=chat_model,
            reranker=None if isinstance(reranker, str) else reranker,
        )
        self._observers: list[Observer] = [RequestLog()]

    @property
    def settings(self) -> Settings:
        """The settings in force."""
        return self._parts.settings

    @property
    def folder(self) -> Path:
        """The corpus folder."""
        return self._parts.folder

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
        scope = Scope(filters, inferred=inferred_filters, today=today)
        events = stream(self._parts, question, scope=scope, history=history, engine=engine)
        return observed(events, question=question, observers=self._observers)

    def observe(self, observer: Observer) -> None:
        """Tell an observer of every question from now on, how it went and how long it took."""
        self._observers.append(observer)

    def chat(self) -> Chat:
        """Begin a conversation."""
        return Chat(stream=self.stream)

    @property
    def conversations(self) -> Conversations:
        """The conversations that are kept, and what was thought of their answers."""
        return Conversations(self._parts.personal)

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
        scope = Scope(filters, inferred=inferred_filters, today=today)
        return find(self._parts, query, k=k, scope=scope)

    # --- the corpus -----------------------------------------------------------------------------

    def add(
        self,
        *wanted: str | Path,
        on_progress: OnProgress | None = None,
        on_source: OnSource | None = None,
    ) -> Report:
        """Copy files, folders and web addresses into the corpus and index them.

        `on_source` is told of each of them, as it was named, and what came of it, once it is done.
        Either may raise Cancelled to end the work; what is done by then stays.
        """
        limits = FetchLimits(max_bytes=self.settings.max_file_mb * 1_000_000)
        with self._parts.reporting(on_progress) as tell:
            return self._parts.change(
                lambda corpus: add(
                    corpus, wanted, limits=limits, on_progress=tell, on_source=on_source
                )
            )

    def sync(self, *, on_progress: OnProgress | None = None) -> Report:
        """Make the index equal to the corpus folder."""
        return self._parts.sync(on_progress=on_progress, settled=False)

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
        pending, said = False, ""
        for told in watching.changes(self.folder, stop=stop or threading.Event()):
            pending = pending or told
            if not pending or self._parts.indexing:  # what is being added is not to be read twice
                continue
            try:
                report = self._parts.sync(on_progress=on_progress, settled=True)
            except (ServiceError, NoSpace) as error:
                if error.message != said:  # once, though it is tried every second
                    log.warning("%s It is tried again.", error.message)
                said = error.message
                continue
            said = ""
            pending = report.waiting > 0
            if report.added or report.updated or report.removed or report.failed != failed:
                on_report(report)
            failed = report.failed

    def rebuild(self, *, on_progress: OnProgress | None = None) -> Report:
        """Make a new index beside the old one, then switch; the old one answers meanwhile.

        An interrupted rebuild goes on where it stopped; what was embedded is not embedded again.
        """
        with self._parts.reporting(on_progress) as tell:
            report = self._parts.generations.rebuild(self._parts.corpus_beside, on_progress=tell)
        return in_step(self._parts.index(), report)

    def back(self, *, on_progress: OnProgress | None = None) -> Report:
        """Put the index from before the last rebuild in force again, and bring it up to date.

        Raises DataError where there is none, IndexMismatch where it needs the former settings.
        """
        self._parts.generations.back()
        return self.sync(on_progress=on_progress)

    def articles(self, **filters: Unpack[FilterArguments]) -> list[Article]:
        """The corpus's articles, newest first."""
        catalogue = self._parts.index().catalogue
        return catalogue.articles(make_filters(filters, catalogue=catalogue))

    def why_none(self, **filters: Unpack[FilterArguments]) -> str:
        """Why `articles` lists none with these filters: which of them to leave out."""
        catalogue = self._parts.index().catalogue
        return why_nothing(catalogue, make_filters(filters, catalogue=catalogue), language="en")

    def show(self, article_id: str) -> ArticleText:
        """One article with its text. Raises UnknownArticle."""
        return self._corpus().show(article_id)

    def file(self, article_id: str) -> Path:
        """An article's original file, inside the corpus folder. Raises UnknownArticle."""
        return self._corpus().file(article_id)

    def translate(self, article_id: str, *, start: int, end: int, language: str) -> str:
        """A span of an article's text in another language, as the model puts it.

        Raises UnknownArticle, ServiceError without a model, and ModelError where it fails.
        """
        text = self.show(article_id).text[start:end]
        model = self._parts.engine(None).model
        if model is None:
            raise ServiceError(
                "There is no language model to translate with.", hint="Run: assistant doctor"
            )
        return translate(text, language=language, model=model)

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
        return self._parts.reader.picture(file, page=page, quotes=quotes)

    def remove(self, *article_ids: str) -> Report:
        """Move articles to the trash. Raises UnknownArticle before anything is removed."""
        return self._parts.change(lambda corpus: corpus.remove(article_ids))

    def restore(self, *article_ids: str) -> Report:
        """Bring articles back from the trash. Raises UnknownArticle."""
        return self._parts.change(lambda corpus: corpus.restore(article_ids))

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
        return amending.correct(self._corpus(), article_id, fields=fields)

    def uncorrect(self, article_id: str) -> Article:
        """Take corrections by hand back; the article says again what its file states.

        Raises UnknownArticle, and UnreadableFile where the file cannot be read.
        """
        return amending.uncorrect(self._corpus(), article_id)

    def tag(
        self, *article_ids: str, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> list[Article]:
        """Give articles tags and take tags from them: a tag names a set to ask within.

        Raises UnknownArticle, and UsageError for a tag that cannot be one.
        """
        return amending.tag(
            self._corpus(), article_ids, add=checked_tags(add), remove=checked_tags(remove)
        )

    def export(self, file: str | Path) -> Path:
        """Write articles, what you made and the index into a tar file that a person can open."""
        catalogue = self._parts.index().catalogue
        with tempfile.TemporaryDirectory(dir=self._parts.data.temporary()) as folder:
            index = catalogue.file
            if index is None:
                catalogue.save(index := Path(folder) / "catalogue.sqlite")
            return backup.export(
                Path(file),
                corpus=self.folder,
                data=self._parts.data,
                personal=self._parts.personal,
                catalogue=index,
            )

    def import_(self, file: str | Path) -> Report:
        """Put what an export holds into this corpus, which must be empty; nothing is embedded anew.

        Raises DataError for an archive that is not whole, or where something is in the way.
        """
        if self.settings.catalogue:
            raise UsageError(
                "An export is not imported into PostgreSQL.",
                hint="Import it without --catalogue, then: assistant --catalogue URL sync",
            )
        self.close()
        backup.unpack(Path(file), corpus=self.folder, data=DataFolder(data_folder(self.settings)))
        return self.sync()

    def _corpus(self) -> Corpus:
        return self._parts.corpus(self._parts.index())

    # --- about itself ---------------------------------------------------------------------------

    def counts(self) -> tuple[int, int]:
        """How many articles and passages there are."""
        return self._parts.index().catalogue.counts()

    @property
    def indexing(self) -> Progress | None:
        """How far the indexing is that goes on now, if any."""
        return self._parts.indexing

    def status(self) -> Status:
        """Who answers, and from how much."""
        catalogue = self._parts.index().catalogue
        articles, passages = catalogue.counts()
        choice = self._parts.engine(None)
        return Status(
            engine=choice.engine,
            model=choice.model.name if choice.model else "",
            why=choice.why,
            articles=articles,
            passages=passages,
            languages=tuple(catalogue.languages().items()),
            indexing=self._parts.indexing,
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
        """Download a model into Ollama, or as "embedded" the one that writes without it.

        Closing the iterator stops; a later download goes on. Raises ModelError, NoSpace, Locked.
        """
        yield from pull_weights() if name == "embedded" else pull(name, self.settings)
        forget_probes()

    def choose(self, *, model: str | None = None, answer_words: int | None = None) -> None:
        """Let another model answer ("": the best there is), or longer, until this object ends.

        Raises SettingsError for a length out of bounds.
        """
        given: dict[str, object] = {} if model is None else {"model": model}
        if answer_words is not None:
            room = max(self.settings.answer_tokens, TOKENS_A_WORD * answer_words)
            given |= {"answer_words": answer_words, "answer_tokens": room}
        self._parts.settings = changed(self.settings, **given)

    def doctor(self) -> list[Check]:
        """Check all the assistant needs; each problem comes with the command that mends it."""
        return doctor.check(
            self.settings,
            config=self._config,
            given=self._given,
            open_index=self._parts.index,
            check_home=lambda: self._parts.data.check_home(),
        )

    def repair(self, *, on_progress: OnProgress | None = None) -> list[Check]:
        """Mend what can be mended and say what was done; what is damaged is kept aside."""
        return list(repair(self._parts, on_progress=on_progress))

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
        index = self._parts.index(mend=True)
        detect_question("Is this English?", corpus={})
        index.open_cache()  # first: without it all vectors would be read to search exactly
        index.nearest("warm", most=1)
        for language in list(index.catalogue.languages())[:WARM_LANGUAGES]:
            places("", language=language)

    def close(self) -> None:
        """Let go of all files; the assistant can be used again after."""
        self._parts.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
