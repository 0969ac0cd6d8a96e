"""Walk a corpus folder: which files in it are articles, and which are not."""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path

from assistant.readers import SUFFIXES

_NOT_ARTICLES = ("readme", "license", "licence", "changelog", "copying", "notice")
_NOT_ARTICLE_NAMES = frozenset({"questions.jsonl"})
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file below `root`; `relative` is its path inside, with slashes on any system."""

    root: Path
    relative: str
    size: int
    mtime_ns: int

    @property
    def path(self) -> Path:
        """Where it is."""
        return self.root / self.relative


def walk(folder: Path) -> Iterator[SourceFile]:
    """Give the articles of a folder in the order of their relative paths.

    Names that begin with a dot, READMEs, licences and changelogs, `questions.jsonl`, suffixes that
    no reader knows and names that are no text are passed over; links are never followed, so nothing
    outside the folder is read and a loop ends. A file that vanishes meanwhile is passed over.
    """
    root = folder.resolve()
    if not _is_text(str(root)):
        return
    for relative, entry in _entries(root):
        if not _may_be_article(entry.name):
            continue
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError:
            continue
        if stat.S_ISREG(status.st_mode) and _is_text(relative):  # a link is no regular file
            yield SourceFile(root, relative, status.st_size, status.st_mtime_ns)


def others(folder: Path) -> Iterator[Path]:
    """Give the files of a folder that no reader knows, and links, which are not followed."""
    root = folder.resolve()
    for relative, entry in _entries(root):
        known = _may_be_article(entry.name) and _is_text(f"{root}/{relative}")
        if entry.is_symlink() or not (known or _is_about_the_folder(entry.name)):
            yield Path(entry.path)


def expand(paths: Iterable[Path]) -> Iterator[Path]:
    """Give the files that `add PATH…` means: files as they are named, folders recursively.

    A path that does not exist is given too, so that reading it says so.
    """
    for path in paths:
        if path.is_dir():
            yield from (source.path for source in walk(path))
        else:
            yield path


def file_hash(path: Path) -> str:
    """Hash a file's content (BLAKE2b, 128 bits, as hex). Raises OSError."""
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        while block := file.read(_CHUNK):
            digest.update(block)
    return digest.hexdigest()


def _entries(root: Path) -> list[tuple[str, os.DirEntry[str]]]:
    """All files and links below a folder that are not hidden, by their relative paths, in order.

    What the system tells while it lists a folder is not asked for again.
    """
    found: list[tuple[str, os.DirEntry[str]]] = []
    waiting = [("", str(root))]
    while waiting:
        before, folder = waiting.pop()
        with suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((f"{before}{entry.name}/", entry.path))
                else:
                    found.append((before + entry.name, entry))
    found.sort(key=itemgetter(0))
    return found


def _may_be_article(name: str) -> bool:
    dot = name.rfind(".")
    return dot > 0 and name[dot:].casefold() in SUFFIXES and not _is_about_the_folder(name)


def _is_text(path: str) -> bool:
    """Whether a path is one that a catalogue and a screen can hold."""
    try:
        return path.isascii() or bool(path.encode("utf-8"))
    except UnicodeEncodeError:
        return False


def _is_about_the_folder(name: str) -> bool:
    low = name.casefold()
    begins = low.startswith(_NOT_ARTICLES) and low.split(".")[0] in _NOT_ARTICLES
    return begins or low in _NOT_ARTICLE_NAMES
