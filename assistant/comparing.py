"""Compares the files of a corpus folder with what is known of them. Pure but for the hashing."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from assistant.catalogue import FileState, KnownFailure
from assistant.records import Failure
from assistant.sources import SourceFile

Known = Mapping[str, tuple[str, FileState]]
"""Every indexed file by its path: the article's ID and the file as it was."""


SETTLED_NS = 1_000_000_000
"""A file that was not written for so long is whole."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file of the folder, and the ID of the article it was already, if any."""

    path: Path
    state: FileState
    former: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed in a folder: `read` has to be read, `moved` has only another name or time."""

    read: tuple[Found, ...]
    moved: tuple[Found, ...]
    gone: Known
    unchanged: int
    failed: tuple[Failure, ...]
    waiting: int = 0


def compare(
    files: Iterable[SourceFile],
    *,
    known: Known,
    failures: Mapping[str, KnownFailure],
    hash: Callable[[Path], str],
    settled_by: int | None = None,
) -> Difference:
    """Sort the files. One of the same size and time as before is not opened.

    A file that is gone and came back under another name with the same content was renamed. A file
    that could not be read before is not tried again until it changes. One that was written in the
    last second before `settled_by` (in nanoseconds, if given) may be half there: it is left for
    another time, and so is what is gone, which it may replace.
    """
    files = list(files)
    young = {file.relative for file in files if _is_young(file, settled_by)}
    if young:
        files = [file for file in files if file.relative not in young]
        known = {path: state for path, state in known.items() if path not in young}
    gone = dict(known)
    for file in files:
        gone.pop(file.relative, None)
    read: list[Found] = []
    moved: list[Found] = []
    failed: list[Failure] = []
    unchanged = 0
    for file in files:
        former, state = known.get(file.relative, (None, None))
        bad = failures.get(file.relative)
        if bad and (bad.size, bad.mtime_ns) == (file.size, file.mtime_ns):
            failed.append(Failure(bad.path, bad.error, bad.hint))
        elif state and (state.size, state.mtime_ns) == (file.size, file.mtime_ns):
            unchanged += 1
        else:
            try:
                now = FileState(file.relative, hash(file.path), file.size, file.mtime_ns)
            except OSError:
                failed.append(vanished(file.relative))
                continue
            if state and state.hash == now.hash:
                moved.append(Found(file.path, now, former))
            elif state is None and (old := _path_of(now, gone)) is not None:
                moved.append(Found(file.path, now, gone.pop(old)[0]))
            else:
                read.append(Found(file.path, now, former))
    left = {} if young else gone
    return Difference(tuple(read), tuple(moved), left, unchanged, tuple(failed), len(young))


def _is_young(file: SourceFile, now: int | None) -> bool:
    return now is not None and 0 <= now - file.mtime_ns < SETTLED_NS


def vanished(path: str) -> Failure:
    """The failure of a file that was there a moment ago."""
    return Failure(path, "The file vanished while it was being read.", "Run: assistant sync")


def _path_of(file: FileState, gone: Known) -> str | None:
    for path, (_, state) in gone.items():
        if (state.size, state.hash) == (file.size, file.hash):
            return path
    return None
