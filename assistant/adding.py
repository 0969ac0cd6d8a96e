"""Takes documents into the corpus folder: files, folders, addresses and many-article JSONL files.

A document is read first and put into the folder only if it could be, so that a bad file leaves no
trace. What the corpus has already, by content, is not taken in twice.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from assistant import sources
from assistant.corpus import Corpus
from assistant.errors import Cancelled, InputError, UnreadableFile
from assistant.personal import Origin
from assistant.progress import Meter, OnProgress
from assistant.records import Change, Document, Failure, Report


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file on its way into the corpus: what the user called it, and where it shall lie."""

    label: str
    path: Path
    name: str
    folder: str = ""
    origin: Origin | None = None
    temporary: bool = False


def add(
    corpus: Corpus,
    wanted: Sequence[str | Path],
    *,
    limits: sources.FetchLimits = sources.DEFAULT_LIMITS,
    on_progress: OnProgress | None = None,
) -> Report:
    """Copy what is wanted into the corpus and index it; what fails is in the report.

    `limits` hold for what is fetched from addresses.
    """
    failed: list[Failure] = []
    incoming = list(_incoming(corpus, wanted, limits=limits, failed=failed))
    try:
        fresh, unchanged = _fresh(corpus, incoming, failed=failed)
        report = _take_in(corpus, fresh, on_progress=on_progress)
    finally:
        for item in incoming:
            if item.temporary:
                item.path.unlink(missing_ok=True)
    return Report(
        report.added,
        report.updated,
        unchanged=unchanged,
        failed=(*failed, *report.failed),
    )


def _incoming(
    corpus: Corpus,
    wanted: Iterable[str | Path],
    *,
    limits: sources.FetchLimits,
    failed: list[Failure],
) -> Iterator[Incoming]:
    """Say for each thing wanted which files it stands for; what is none is noted as failed."""
    for source in wanted:
        try:
            if str(source).startswith(("http://", "https://")):
                yield _fetched(corpus, str(source), limits=limits)
            else:
                yield from _files(corpus, Path(source).expanduser(), failed=failed)
        except InputError as error:
            failed.append(Failure(str(source), error.message, error.hint))


def _fetched(corpus: Corpus, url: str, *, limits: sources.FetchLimits) -> Incoming:
    fetched = sources.fetch(url, limits=limits)
    name = sources.safe_name(Path(fetched.final_url.split("?")[0]).stem, suffix=fetched.suffix)
    path = sources.place(fetched.content, folder=corpus.data.temporary(), name=name)
    origin = Origin(fetched.final_url, date.today().isoformat())
    return Incoming(url, path, name, origin=origin, temporary=True)


def _files(corpus: Corpus, wanted: Path, *, failed: list[Failure]) -> Iterator[Incoming]:
    if not wanted.exists():
        raise InputError(f"There is no file or folder {wanted}.", hint="Check the path.")
    found = False
    for path in sources.expand([wanted]):
        found = True
        inside = wanted.is_dir()
        folder = (wanted.name / path.parent.relative_to(wanted)).as_posix() if inside else ""
        if path.suffix.lower() == ".jsonl":
            try:
                yield from _lines(corpus, path, folder=folder)
            except InputError as error:  # the rest of the folder goes on
                failed.append(Failure(str(path), error.message, error.hint))
        else:
            yield Incoming(str(path), path, path.name, folder=folder)
    if not found:
        raise InputError(
            f"The folder {wanted} holds no articles.",
            hint="Articles are " + ", ".join(sorted(sources.SUFFIXES)) + " files.",
        )


def _lines(corpus: Corpus, path: Path, *, folder: str) -> Iterator[Incoming]:
    """One file for each article of a JSONL file."""
    for name, content in sources.split_jsonl(path):
        placed = sources.place(content, folder=corpus.data.temporary(), name=name)
        yield Incoming(f"{path}: {name}", placed, name, folder=folder, temporary=True)


def _fresh(
    corpus: Corpus, incoming: Sequence[Incoming], *, failed: list[Failure]
) -> tuple[list[tuple[Incoming, str]], int]:
    """The incoming files whose content the corpus does not have, with their hashes."""
    known = {state.hash for _, state in corpus.index.catalogue.files().values()}
    fresh: list[tuple[Incoming, str]] = []
    unchanged = 0
    for item in incoming:
        try:
            digest = sources.file_hash(item.path)
        except OSError as error:
            reason = f"The file cannot be read: {error.strerror}."
            failed.append(Failure(item.label, reason, "Check that it is there and readable."))
            continue
        if digest in known:
            unchanged += 1
        else:
            known.add(digest)
            fresh.append((item, digest))
    return fresh, unchanged


def _take_in(
    corpus: Corpus,
    fresh: Sequence[tuple[Incoming, str]],
    *,
    on_progress: OnProgress | None,
) -> Report:
    """Read each file; put it into the folder and index it if it holds an article."""
    if not fresh:
        return Report()
    size = sum(_size(item.path) for item, _ in fresh)
    meter = Meter("adding", total=len(fresh), size=size, on_progress=on_progress)
    added: list[Change] = []
    failed: list[Failure] = []
    documents = corpus.reader.read_all(item.path for item, _ in fresh)
    for (item, digest), (_, document) in zip(fresh, documents, strict=True):
        size = _size(item.path)
        try:
            if isinstance(document, UnreadableFile):
                raise document
            added.append(_indexed(corpus, item, document, digest=digest, meter=meter))
        except InputError as error:
            failed.append(Failure(item.label, error.message, error.hint))
        meter.article(size=size, item=item.label)
    return Report(tuple(added), failed=tuple(failed))


def _indexed(
    corpus: Corpus, item: Incoming, document: Document, *, digest: str, meter: Meter
) -> Change:
    """Place and index one document; one that is cancelled meanwhile leaves no file behind."""
    placed = _placed(corpus, item, digest=digest)
    state = corpus.state(placed.path.resolve())
    try:
        return corpus.index_document(document, file=state, meter=meter)
    except Cancelled:
        if placed.is_new:
            placed.path.unlink(missing_ok=True)
        raise


def _placed(corpus: Corpus, item: Incoming, *, digest: str) -> sources.Placed:
    """The file in the corpus folder: where it is if it lies there already, else a copy."""
    if item.origin:
        corpus.personal.note_origin(digest, origin=item.origin)
    if item.path.resolve().is_relative_to(corpus.folder.resolve()) and not item.temporary:
        return sources.Placed(item.path, is_new=False)
    folder = corpus.folder / item.folder
    folder.mkdir(parents=True, exist_ok=True)
    return sources.put(item.path, folder=folder, name=item.name)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
