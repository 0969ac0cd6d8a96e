"""Keeps the corpus folder and its index equal: sync, remove, restore.

The folder is the truth. Each file is one article; it is read in a child process, embedded, and
written in one transaction, so that an interrupted run has done what it has done. While one is
embedded, the next are read and those before are written.
"""

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Protocol, TypeVar

from assistant import indexing, sources
from assistant.catalogue import FileState, KnownFailure
from assistant.comparing import Difference, Found, Known, compare
from assistant.errors import DataError, Superseded, UnknownArticle, UnreadableFile
from assistant.folders import DataFolder
from assistant.index import Index
from assistant.personal import Personal
from assistant.preparing import Draft, Prepared
from assistant.progress import Meter, OnProgress
from assistant.records import Article, ArticleText, Change, Document, Failure, Report
from assistant.trash import Trash

T = TypeVar("T")

_WORDS = re.compile(r"[^\W_]+")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_LETTERS_A_WORD = 2  # of scripts without spaces; Chinese words have about 1.7 characters


class Reader(Protocol):
    """Reads files in order; `readers.pool.ReaderPool` is one."""

    def read_all(self, paths: Iterable[Path]) -> Iterable[tuple[Path, Document | UnreadableFile]]:
        """Give each path with its document, or with why it cannot be read."""


class Corpus:
    """One corpus folder and its index. All methods may be called again after an interruption.

    An index that is made `beside` the one in force is written to although it is not in force.
    """

    def __init__(
        self,
        folder: Path,
        *,
        data: DataFolder,
        index: Index,
        personal: Personal,
        reader: Reader,
        beside: bool = False,
    ) -> None:
        self.folder = folder
        self.data = data
        self.trash = Trash(data.trash)
        self.index = index
        self.personal = personal
        self.reader = reader
        self._beside = beside

    # --- the whole folder ---

    def sync(self, *, on_progress: OnProgress | None = None, settled: bool = False) -> Report:
        """Make the index equal to the folder: added, changed, renamed and removed files.

        With `settled` set, a file that was written a moment ago is left for another time.
        """
        if not self.folder.is_dir():
            raise DataError(
                f"The corpus folder {self.folder} does not exist.",
                hint="Make it, or name another: assistant --corpus DIR sync",
            )
        sources.tidy(self.folder, self.data.temporary())
        catalogue = self.index.catalogue
        difference, there = self._difference(settled=settled)
        for file in difference.moved:
            self._note_move(file)
        removed = self._forget(difference.gone)
        report = self.index_files(difference.read, on_progress=on_progress)
        self.index.estimate_neutral()
        if gone := catalogue.failures().keys() - there:
            catalogue.forget_failures(gone)
        if self.index.is_unfilled:
            catalogue.set_meta(unfilled="")
        return replace(
            report,
            removed=removed,
            unchanged=difference.unchanged + len(difference.moved),
            failed=(*difference.failed, *report.failed),
            waiting=difference.waiting,
        )

    def in_step(self) -> bool:
        """Whether the index is equal to the folder at this moment."""
        found, _ = self._difference()
        return not (found.read or found.moved or found.gone)

    def index_files(
        self, files: Sequence[Found], *, on_progress: OnProgress | None = None
    ) -> Report:
        """Read and index these files of the folder."""
        if not files:
            return Report()
        size = sum(file.state.size for file in files)
        meter = Meter("indexing", total=len(files), size=size, on_progress=on_progress)
        added: list[Change] = []
        updated: list[Change] = []
        failed: list[Failure] = []

        def told(done: tuple[Found, Change | Failure]) -> None:
            file, what = done
            if isinstance(what, Failure):
                failed.append(what)
            else:
                (updated if file.former else added).append(what)
            meter.article(size=file.state.size, item=file.state.path)

        documents = self.reader.read_all(file.path for file in files)
        with indexing.run(self.index, meter=meter, told=told) as run:
            for file, (_, document) in zip(files, documents, strict=True):
                if isinstance(document, UnreadableFile):
                    run.note(partial(self._noted, file, document))
                else:
                    draft = self.draft(document, file=file.state)
                    run.put(draft, item=file.state.path, write=partial(self._written, file))
        return Report(tuple(added), tuple(updated), failed=tuple(failed))

    def draft(self, document: Document, *, file: FileState) -> Draft:
        """Make an article of a document that lies in the folder, and cut it."""
        return self.index.cut(self._article(document, file=file), document=document)

    def write(self, prepared: Prepared, *, file: FileState) -> Change:
        """Write a prepared article."""
        _ = prepared.passages  # their terms take time, so they are found before the lock is held
        with self._writing(f"indexing {file.path}"):
            self.index.put(prepared, file=file)
        article = prepared.draft.article
        return Change(article.id, article.path, article.title)

    # --- single articles ---

    def article(self, article_id: str) -> Article:
        """One article as it is listed. Raises UnknownArticle."""
        return self._known(self.index.catalogue.article(article_id), article_id)

    def show(self, article_id: str) -> ArticleText:
        """One article with its text. Raises UnknownArticle."""
        return self._known(self.index.catalogue.text(article_id), article_id)

    def file(self, article_id: str) -> Path:
        """An article's file, checked to lie inside the folder.

        Raises UnknownArticle, and DataError where the articles lie on another machine.
        """
        article = self.article(article_id)
        file = (self.folder / article.path).resolve()
        if not file.is_relative_to(self.folder.resolve()):
            raise DataError(
                f"{article.path} lies outside the corpus folder.", hint="Run: assistant sync"
            )
        if not file.exists():
            self.data.check_home()
        return file

    def remove(self, article_ids: Sequence[str]) -> Report:
        """Move the articles' files to the trash and drop them from the index."""
        articles = [self.article(article_id) for article_id in article_ids]
        for article in articles:
            with self._writing(f"removing {article.path}"):
                self.trash.put(article, file=self.folder / article.path)
                self.index.catalogue.remove(article.id)
        return Report(removed=tuple(Change(a.id, a.path, a.title) for a in articles))

    def restore(self, article_ids: Sequence[str]) -> Report:
        """Bring articles back from the trash; one whose name was taken gets another."""
        entries = [self.trash.find(article_id) for article_id in article_ids]
        found: list[Found] = []
        for entry in entries:
            target = self.folder / entry.path
            target.parent.mkdir(parents=True, exist_ok=True)
            placed = sources.place(entry.file, folder=target.parent, name=target.name)
            relative = placed.relative_to(self.folder).as_posix()
            self.personal.moved(entry.article_id, path=relative)
            found.append(Found(placed, self.state(placed)))
        report = self.index_files(found)
        for entry in entries:
            self.trash.drop(entry)
        return report

    def state(self, path: Path) -> FileState:
        """A file of the folder as it is now."""
        stat = path.stat()
        relative = path.relative_to(self.folder).as_posix()
        return FileState(relative, sources.file_hash(path), stat.st_size, stat.st_mtime_ns)

    # --- inside ---

    @contextmanager
    def _writing(self, purpose: str) -> Iterator[None]:
        """Hold the write lock. Raises Superseded if another index has come into force meanwhile."""
        with self.data.writing(purpose):
            if not self._beside and self.index.folder.name != self.data.generation():
                raise Superseded(
                    "Another process put a new index in force.", hint="Run the command again."
                )
            yield

    def _difference(self, *, settled: bool = False) -> tuple[Difference, set[str]]:
        """What changed in the folder, and which files are there.

        What is known is read first: an article that comes meanwhile is looked at once more, while
        the other way round it would be taken for one whose file is gone.
        """
        catalogue = self.index.catalogue
        known, failures = catalogue.files(), catalogue.failures()
        files = list(sources.walk(self.folder))
        found = compare(
            files,
            known=known,
            failures=failures,
            hash=sources.file_hash,
            settled_by=time.time_ns() if settled else None,
        )
        return found, {file.relative for file in files}

    def _note_move(self, file: Found) -> None:
        article_id = str(file.former)
        with self._writing(f"noting {file.state.path}"):
            self.personal.moved(article_id, path=file.state.path)
            self.index.catalogue.touch(article_id, file=file.state)

    def _forget(self, gone: Known) -> tuple[Change, ...]:
        removed = []
        for path, (article_id, _) in sorted(gone.items()):
            article = self.index.catalogue.article(article_id)
            with self._writing(f"removing {path}"):
                if (self.folder / path).exists():
                    continue  # it is back
                self.index.catalogue.remove(article_id)
            removed.append(Change(article_id, path, article.title if article else path))
        return tuple(removed)

    def _article(self, document: Document, *, file: FileState) -> Article:
        """What the catalogue lists: the document, with what a person or a fetch knows better."""
        today = date.today().isoformat()
        article_id = self._id_of(file, day=today)
        origin = self.personal.origin(file.hash)
        article = Article(
            id=article_id,
            path=file.path,
            title=document.title,
            outlet=document.outlet,
            author=document.author,
            published=document.published,
            language=document.language or "und",
            url=document.url or (origin.url if origin else None),
            pages=len(document.pages),
            words=count_words(document.text),
            added=self.personal.added(article_id, day=today),
            tags=tuple(sorted({*document.tags, *self.personal.tags(article_id)})),
        )
        corrected: dict[str, Any] = dict(self.personal.corrections(article_id))
        return replace(article, **corrected)

    def _id_of(self, file: FileState, *, day: str) -> str:
        """The article's ID; a kill in the middle of a `restore` can leave one at two paths."""
        article_id = self.personal.article_id(file.path, hash=file.hash, day=day)
        owner = self.index.catalogue.article(article_id)
        if owner and owner.path != file.path and (self.folder / owner.path).exists():
            return self.personal.another_id(file.path, hash=file.hash, owner=owner.path)
        return article_id

    def _written(self, file: Found, prepared: Prepared) -> tuple[Found, Change]:
        return file, self.write(prepared, file=file.state)

    def _noted(self, found: Found, error: UnreadableFile) -> tuple[Found, Failure]:
        file = found.state
        failure = KnownFailure(file.path, file.size, file.mtime_ns, error.message, error.hint)
        with self._writing(f"noting {file.path}"):
            self.index.catalogue.fail(failure)
        return found, Failure(file.path, error.message, error.hint)

    @staticmethod
    def _known(found: T | None, article_id: str) -> T:
        if found is None:
            raise UnknownArticle(
                f"There is no article with the ID {article_id!r}.",
                hint="List them: assistant articles",
            )
        return found


def count_words(text: str) -> int:
    """How many words a text has; scripts without spaces are counted by their characters."""
    spaced, unspaced = _UNSPACED.subn(" ", text)
    return len(_WORDS.findall(spaced)) + unspaced // _LETTERS_A_WORD
