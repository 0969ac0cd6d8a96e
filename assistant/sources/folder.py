"""Walk a corpus folder: which files in it are articles, and which are not."""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from assistant.readers import SUFFIXES

_NOT_ARTICLES = ("readme", "license", "licence", "changelog", "copying", "notice")
_NOT_ARTICLE_NAMES = frozenset({"questions.jsonl"})
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of the corpus folder; `relative` is its path inside, with slashes on any system."""

    path: Path
    relative: str
    size: int
    mtime_ns: int


def walk(folder: Path) -> Iterator[SourceFile]:
    """Give the articles of a folder in the order of their relative paths.

    Names that begin with a dot, READMEs, licences and changelogs, `questions.jsonl`, suffixes that
    no reader knows and names that are no text are passed over; links are never followed, so nothing
    outside the folder is read and a loop ends. A file that vanishes meanwhile is passed over.
    """
    root = folder.resolve()
    for path in _files(root):
        if path.is_symlink() or not _may_be_article(path):
            continue
        try:
            status = path.stat(follow_symlinks=False)
        except OSError:
            continue
        if stat.S_ISREG(status.st_mode):
            relative = path.relative_to(root).as_posix()
            yield SourceFile(path, relative, status.st_size, status.st_mtime_ns)


def others(folder: Path) -> Iterator[Path]:
    """Give the files of a folder that no reader knows, and links, which are not followed."""
    for path in _files(folder.resolve()):
        if path.is_symlink() or not (_may_be_article(path) or _is_about_the_folder(path.name)):
            yield path


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


def _files(root: Path) -> Iterator[Path]:
    """All files and links below a folder that are not hidden, in the order of their paths."""
    found: list[Path] = []
    for here, folders, names in os.walk(root, followlinks=False):
        folder = Path(here)
        links = [name for name in folders if (folder / name).is_symlink()]
        folders[:] = [name for name in folders if not name.startswith(".") and name not in links]
        found += [folder / name for name in (*names, *links) if not name.startswith(".")]
    return iter(sorted(found, key=lambda path: path.relative_to(root).as_posix()))


def _may_be_article(path: Path) -> bool:
    if path.suffix.casefold() not in SUFFIXES or _is_about_the_folder(path.name):
        return False
    try:
        path.as_posix().encode("utf-8")
    except UnicodeEncodeError:  # a name that no catalogue and no screen can hold
        return False
    return True


def _is_about_the_folder(name: str) -> bool:
    low = name.casefold()
    return low in _NOT_ARTICLE_NAMES or low.split(".")[0] in _NOT_ARTICLES
