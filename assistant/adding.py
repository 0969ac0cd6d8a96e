"""Takes documents into the corpus folder: files, folders, addresses and many-article JSONL files.

A document is read first and put into the folder only if it could be, so that a bad file leaves no
trace. What the corpus has already, by content, is not taken in twice.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path

from assistant import indexing, sources
from assistant.catalogue import FileState
from assistant.corpus import Corpus
from assistant.errors import InputError, UnreadableFile
from assistant.machine import file_size
from assistant.personal import Origin
from assistant.preparing import Prepared
from assistant.progress import Meter, OnProgress
from assistant.records import Change, Failure, Report

_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
"""An address of any scheme (RFC 3986); fetching refuses all but http and https."""

OnSource = Callable[[str, Report], None]
"""Told of each thing that was to be added, as it was named, and what came of it."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file on its way into the corpus: what the user called it, and where it shall lie.

    `source` is what the user named it by: the same for all files of a folder.
    """

    source: str
    label: str
    path: Path
    name: str
    folder: str = ""
    origin: Origin | None = None
    temporary: bool = False


class Outcomes:
    """What has come of everything that was to be added; tells of a source once all of it is done.

    `on_source` may raise Cancelled: what was done by then stays done.
    """

    def __init__(self, on_source: OnSource | None) -> None:
        self._on_source = on_source
        self._added: dict[str, list[Change]] = {}
        self._failed: dict[str, list[Failure]] = {}
        self._unchanged: Counter[str] = Counter()
        self._open: Counter[str] = Counter()

    def expect(self, incoming: Iterable[Incoming]) -> None:
        """Say which files are to come, before any of them is done."""
        self._open.update(item.source for item in incoming)

    def added(self, item: Incoming, change: Change) -> None:
        """Note an article that is in the corpus now."""
        self._added.setdefault(item.source, []).append(change)
        self._done(item.source)

    def unchanged(self, item: Incoming) -> None:
        """Note a file that the corpus had already."""
        self._unchanged[item.source] += 1
        self._done(item.source)

    def failed(self, item: Incoming, error: InputError) -> None:
        """Note a file that could not be taken in."""
        self.refused(item.source, Failure(item.label, error.message, error.hint))
        self._done(item.source)

    def refused(self, source: str, failure: Failure) -> None:
        """Note what cannot even be tried."""
        self._failed.setdefault(source, []).append(failure)

    def nothing_of(self, sources: Iterable[str]) -> None:
        """Tell of those sources that no file came of."""
        for source in sources:
            if not self._open[source]:
                self._tell(source)

    def of(self, source: str) -> Report:
        """What came of one source."""
        return Report(
            tuple(self._added.get(source, ())),
            unchanged=self._unchanged[source],
            failed=tuple(self._failed.get(source, ())),
        )

    def report(self) -> Report:
        """What came of everything."""
        return Report(
            tuple(chain.from_iterable(self._added.values())),
            unchanged=self._unchanged.total(),
            failed=tuple(chain.from_iterable(self._failed.values())),
        )

    def _done(self, source: str) -> None:
        self._open[source] -= 1
        if not self._open[source]:
            self._tell(source)

    def _tell(self, source: str) -> None:
        if self._on_source:
            self._on_source(source, self.of(source))


def add(
    corpus: Corpus,
    wanted: Sequence[str | Path],
    *,
    limits: sources.FetchLimits = sources.DEFAULT_LIMITS,
    on_progress: OnProgress | None = None,
    on_source: OnSource | None = None,
) -> Report:
    """Copy what is wanted into the corpus and index it; what fails is in the report.

    `limits` hold for what is fetched from addresses.
    """
    outcomes = Outcomes(on_source)
    incoming: list[Incoming] = []
    try:
        incoming.extend(_incoming(corpus, wanted, limits=limits, outcomes=outcomes))
        outcomes.expect(incoming)
        outcomes.nothing_of(dict.fromkeys(str(source) for source in wanted))
        fresh = _fresh(corpus, incoming, outcomes=outcomes)
        _take_in(corpus, fresh, outcomes=outcomes, on_progress=on_progress)
    finally:
        for item in incoming:
            if item.temporary:
                item.path.unlink(missing_ok=True)
    return outcomes.report()


def _incoming(
    corpus: Corpus,
    wanted: Iterable[str | Path],
    *,
    limits: sources.FetchLimits,
    outcomes: Outcomes,
) -> Iterator[Incoming]:
    """Say for each thing wanted which files it stands for; what is none is noted as failed."""
    for source in dict.fromkeys(map(str, wanted)):
        try:
            if _ADDRESS.match(source):
                yield _fetched(corpus, source, limits=limits)
            else:
                yield from _files(corpus, source, outcomes=outcomes)
        except InputError as error:
            outcomes.refused(source, Failure(source, error.message, error.hint))


def _fetched(corpus: Corpus, url: str, *, limits: sources.FetchLimits) -> Incoming:
    fetched = sources.fetch(url, limits=limits)
    name = sources.safe_name(Path(fetched.final_url.split("?")[0]).stem, suffix=fetched.suffix)
    path = sources.place(fetched.content, folder=corpus.data.temporary(), name=name)
    origin = Origin(fetched.final_url, date.today().isoformat())
    return Incoming(url, url, path, name, origin=origin, temporary=True)


def _files(corpus: Corpus, source: str, *, outcomes: Outcomes) -> Iterator[Incoming]:
    wanted = Path(source).expanduser()
    if not wanted.exists():
        raise InputError(f"There is no file or folder {wanted}.", hint="Check the path.")
    found = False
    for path in sources.expand([wanted]):
        found = True
        inside = wanted.is_dir()
        folder = (wanted.name / path.parent.relative_to(wanted)).as_posix() if inside else ""
        if path.suffix.lower() == ".jsonl":
            try:
                yield from _lines(corpus, path, source=source, folder=folder)
            except InputError as error:  # the rest of the folder goes on
                outcomes.refused(source, Failure(str(path), error.message, error.hint))
        else:
            yield Incoming(source, str(path), path, path.name, folder=folder)
    if not found:
        raise InputError(
            f"The folder {wanted} holds no articles.",
            hint="Articles are " + ", ".join(sorted(sources.SUFFIXES)) + " files.",
        )


def _lines(corpus: Corpus, path: Path, *, source: str, folder: str) -> Iterator[Incoming]:
    """One file for each article of a JSONL file."""
    for name, content in sources.split_jsonl(path):
        placed = sources.place(content, folder=corpus.data.temporary(), name=name)
        label = f"{path}: {name}"
        yield Incoming(source, label, placed, name, folder=folder, temporary=True)


def _fresh(
    corpus: Corpus, incoming: Sequence[Incoming], *, outcomes: Outcomes
) -> list[tuple[Incoming, str]]:
    """The incoming files whose content the corpus does not have, with their hashes."""
    known = {state.hash for _, state in corpus.index.catalogue.files().values()}
    fresh: list[tuple[Incoming, str]] = []
    for item in incoming:
        try:
            digest = sources.file_hash(item.path)
        except OSError as error:
            reason = f"The file cannot be read: {error.strerror}."
            hint = "Check that it is there and readable."
            outcomes.failed(item, InputError(reason, hint=hint))
            continue
        if digest in known:
            outcomes.unchanged(item)
        else:
            known.add(digest)
            fresh.append((item, digest))
    return fresh


def _take_in(
    corpus: Corpus,
    fresh: Sequence[tuple[Incoming, str]],
    *,
    outcomes: Outcomes,
    on_progress: OnProgress | None,
) -> None:
    """Read each file; put it into the folder and index it if it holds an article."""
    if not fresh:
        return
    size = sum(file_size(item.path) for item, _ in fresh)
    meter = Meter("adding", total=len(fresh), size=size, on_progress=on_progress)

    def told(done: tuple[Incoming, Change | InputError]) -> None:
        item, what = done
        size = file_size(item.path)
        if isinstance(what, InputError):
            outcomes.failed(item, what)
        else:
            outcomes.added(item, what)
        meter.article(size=size, item=item.label)

    documents = corpus.reader.read_all(item.path for item, _ in fresh)
    with indexing.run(corpus.index, meter=meter, told=told) as run:
        for (item, digest), (_, document) in zip(fresh, documents, strict=True):
            try:
                if isinstance(document, UnreadableFile):
                    raise document
                placed = _placed(corpus, item, digest=digest)
            except InputError as error:
                run.note(partial(_refused, item, error))
                continue
            file = corpus.state(placed.path.resolve())
            run.put(
                corpus.draft(document, file=file),
                item=item.label,
                write=partial(_written, corpus, item, file),
                undo=partial(_unplace, placed),
            )


def _refused(item: Incoming, error: InputError) -> tuple[Incoming, InputError]:
    return item, error


def _written(
    corpus: Corpus, item: Incoming, file: FileState, prepared: Prepared
) -> tuple[Incoming, Change]:
    return item, corpus.write(prepared, file=file)


def _unplace(placed: sources.Placed) -> None:
    """Leave no file of what is cancelled before it is embedded."""
    if placed.is_new:
        placed.path.unlink(missing_ok=True)


def _placed(corpus: Corpus, item: Incoming, *, digest: str) -> sources.Placed:
    """The file in the corpus folder: where it is if it lies there already, else a copy."""
    if item.origin:
        corpus.personal.note_origin(digest, origin=item.origin)
    if item.path.resolve().is_relative_to(corpus.folder.resolve()) and not item.temporary:
        return sources.Placed(item.path, is_new=False)
    folder = corpus.folder / item.folder
    folder.mkdir(parents=True, exist_ok=True)
    return sources.put(item.path, folder=folder, name=item.name)
