"""Mends what can be mended without asking, and says what it did: `doctor --repair`."""

from collections.abc import Callable, Iterator

from assistant.errors import AssistantError, DamagedFile, IndexMismatch
from assistant.parts import Parts
from assistant.progress import OnProgress
from assistant.records import Check, Report


def repair(parts: Parts, *, on_progress: OnProgress | None = None) -> Iterator[Check]:
    """Mend what a person made, then the index, then the vector cache; a finding for each.

    Nothing is deleted: what is damaged is kept aside.
    """
    yield _told("repair: what you made", lambda: _personal(parts))
    yield _told("repair: index", lambda: _index(parts, on_progress))
    yield _told("repair: vector cache", lambda: _vectors(parts))


def _told(name: str, mend: Callable[[], str]) -> Check:
    try:
        return Check(name, True, mend())
    except AssistantError as error:
        return Check(name, False, error.message, error.hint)


def _personal(parts: Parts) -> str:
    """Opening checks the file, and puts a sound copy in the place of a damaged or missing one."""
    folder = parts.data.root
    was_there = parts.data.personal.exists() or not list(folder.glob("personal.copies/*.sqlite"))
    before = set(folder.glob("personal.damaged-*.sqlite"))
    parts.close()
    _ = parts.personal
    aside = sorted(set(folder.glob("personal.damaged-*.sqlite")) - before)
    if aside:
        return f"was damaged; its newest sound copy took its place, it is kept as {aside[0].name}"
    return "is sound" if was_there else "was missing; its newest sound copy took its place"


def _index(parts: Parts, on_progress: OnProgress | None) -> str:
    try:
        problems = parts.index().catalogue.problems()
    except DamagedFile:
        report = parts.sync(on_progress=on_progress, settled=False)
        return f"was damaged, is kept aside and was made again: {_counted(report)}"
    except IndexMismatch as error:
        problems = [error.message]
    if problems:
        with parts.reporting(on_progress) as tell:
            report = parts.generations.rebuild(parts.corpus_beside, on_progress=tell)
        return f"{problems[0].rstrip('.')}; it was rebuilt: {_counted(report)}"
    report = parts.sync(on_progress=on_progress, settled=False)
    if report.added or report.updated or report.removed:
        return f"was behind the folder, now it is not: {_counted(report)}"
    return "is sound and in step with the folder"


def _vectors(parts: Parts) -> str:
    index = parts.index()
    if not index.open_cache():
        return "is open in another process, or cannot be written; search is exact meanwhile"
    return f"holds all {index.cache.count():,} passages"


def _counted(report: Report) -> str:
    counts = {
        "added": len(report.added),
        "updated": len(report.updated),
        "removed": len(report.removed),
        "unchanged": report.unchanged,
        "could not be read": len(report.failed),
    }
    return ", ".join(f"{count:,} {name}" for name, count in counts.items() if count) or "no article"
