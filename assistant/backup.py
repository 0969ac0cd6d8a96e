"""Export and import: articles, what a person made and the index in one tar that anyone can open.

corpus/…            the articles as they lie in the folder
trash/…             those that were removed
personal.json       what a person made, to read
personal.sqlite     the same, to import
catalogue.sqlite    the index with its embeddings, so that an import embeds nothing anew
SHA256SUMS          a hash of each file, as `sha256sum -c` checks it
"""

import hashlib
import io
import os
import shutil
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from assistant.errors import DataError
from assistant.folders import DataFolder
from assistant.personal import Personal
from assistant.sources import file_hash, walk

_SUMS = "SHA256SUMS"
_FILES = ("personal.json", "personal.sqlite", "catalogue.sqlite")
_FOLDERS = ("corpus", "trash")
_CHUNK = 1 << 20


def export(
    file: Path, *, corpus: Path, data: DataFolder, personal: Personal, catalogue: Path
) -> Path:
    """Write `file`, which appears whole or not at all. Raises DataError if it cannot be written."""
    partial = file.with_name(file.name + ".partial")
    sums: list[str] = []
    try:
        with (
            tempfile.TemporaryDirectory(dir=data.temporary()) as copies,
            tarfile.open(partial, "w") as archive,
        ):
            for source in walk(corpus):
                _put_file(archive, f"corpus/{source.relative}", source.path, sums=sums)
            for path in sorted(data.trash.glob("*/*")):
                relative = path.relative_to(data.trash).as_posix()
                _put_file(archive, f"trash/{relative}", path, sums=sums)
            _put(archive, "personal.json", personal.dump().encode(), sums=sums)
            for name, origin in (("personal", personal.file), ("catalogue", catalogue)):
                copy = _copied(origin, to=Path(copies) / f"{name}.sqlite")
                _put_file(archive, copy.name, copy, sums=sums)
            _put(archive, _SUMS, "\n".join([*sums, ""]).encode(), sums=[])
        with partial.open("rb+") as written:
            os.fsync(written.fileno())
        partial.replace(file)
    except OSError as error:
        raise DataError(
            f"The export {file} cannot be written: {error.strerror}.",
            hint="Name a file in a folder with space: assistant export FILE",
        ) from error
    finally:
        partial.unlink(missing_ok=True)
    return file


def unpack(file: Path, *, corpus: Path, data: DataFolder) -> None:
    """Put what an export holds into an empty corpus and data folder.

    Everything is unpacked and checked against its hashes first; then it is put in place, and an
    interrupted import may be repeated. Raises DataError for an archive that is not whole, or where
    other articles or another person's things are in the way.
    """
    with _unpacked(file, beside=data.temporary()) as root:
        _check_free(root, corpus=corpus, data=data)
        for source in walk(root / "corpus"):
            target = corpus / source.relative
            target.parent.mkdir(parents=True, exist_ok=True)
            source.path.replace(target)
        for path in (root / "trash").glob("*/*"):
            target = data.trash / path.relative_to(root / "trash")
            target.parent.mkdir(parents=True, exist_ok=True)
            path.replace(target)
        index = data.index(data.generation()) / "catalogue.sqlite"
        for tail in ("-wal", "-shm"):
            index.with_name(index.name + tail).unlink(missing_ok=True)
        index.with_suffix(".sound").unlink(missing_ok=True)
        (root / "catalogue.sqlite").replace(index)
        (root / "personal.sqlite").replace(data.personal)


@contextmanager
def _unpacked(file: Path, *, beside: Path) -> Iterator[Path]:
    """The archive in a folder of its own, every file's hash checked."""
    try:
        with (
            tempfile.TemporaryDirectory(dir=beside, prefix="importing-") as folder,
            tarfile.open(file) as archive,
        ):
            found = {entry.name: _take(archive, entry, root=Path(folder)) for entry in archive}
            _check_sums(found, sums=Path(folder) / _SUMS)
            yield Path(folder)
    except (tarfile.TarError, EOFError) as error:
        raise _not_whole(f"{file} is no whole tar file ({error})") from error
    except OSError as error:
        raise DataError(
            f"The archive {file} cannot be imported: {error.strerror or error}.",
            hint="Check that it is there, and that the disk has room.",
        ) from error


def _take(archive: tarfile.TarFile, entry: tarfile.TarInfo, *, root: Path) -> str:
    """Unpack one file and give its hash; a name that is not of an export is refused."""
    path = PurePosixPath(entry.name)
    known = entry.name in (*_FILES, _SUMS) or (len(path.parts) > 1 and path.parts[0] in _FOLDERS)
    source = archive.extractfile(entry) if entry.isreg() else None
    if not known or source is None or ".." in path.parts or path.is_absolute():
        raise _not_whole(f"{entry.name!r} is not of an export")
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    with source, target.open("wb") as written:
        shutil.copyfileobj(source, written, _CHUNK)
        written.flush()
        os.fsync(written.fileno())
    os.utime(target, (entry.mtime, entry.mtime))
    return _sha256(target)


def _check_sums(found: dict[str, str], *, sums: Path) -> None:
    try:
        lines = sums.read_text("utf-8").splitlines()
    except OSError as error:
        raise _not_whole(f"it has no {_SUMS}") from error
    stated = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    found = {name: digest for name, digest in found.items() if name != _SUMS}
    if missing := (stated.keys() | set(_FILES)) - found.keys():
        raise _not_whole(f"{min(missing)} is missing")
    if wrong := [name for name, digest in found.items() if stated.get(name) != digest]:
        raise _not_whole(f"{min(wrong)} is not what was exported")


def _check_free(root: Path, *, corpus: Path, data: DataFolder) -> None:
    """Refuse to import over anything that is not of the archive itself."""
    ours = {source.relative: source.path for source in walk(root / "corpus")}
    for there in walk(corpus) if corpus.is_dir() else ():
        if there.relative not in ours or file_hash(there.path) != file_hash(ours[there.relative]):
            raise _in_the_way(f"{corpus} holds other articles, {there.relative} for one")
    if data.personal.exists():
        raise _in_the_way(f"{data.root} holds what somebody made already")


def _in_the_way(what: str) -> DataError:
    hint = "Import into an empty folder: assistant --corpus DIR import FILE"
    return DataError(f"Nothing was imported: {what}.", hint=hint)


def _not_whole(what: str) -> DataError:
    return DataError(f"Nothing was imported: {what}.", hint="Export anew, or take another copy.")


def _copied(file: Path, *, to: Path) -> Path:
    """A copy of a SQLite file at one moment, whole by itself."""
    with closing(sqlite3.connect(file)) as db, closing(sqlite3.connect(to)) as copy:
        db.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
    return to


def _put_file(archive: tarfile.TarFile, name: str, path: Path, *, sums: list[str]) -> None:
    with path.open("rb") as content:
        stat = os.fstat(content.fileno())
        entry = tarfile.TarInfo(name)
        entry.size, entry.mtime = stat.st_size, stat.st_mtime
        hashing = _Hashing(content)
        archive.addfile(entry, hashing)
    sums.append(f"{hashing.digest.hexdigest()}  {name}")


def _put(archive: tarfile.TarFile, name: str, content: bytes, *, sums: list[str]) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))
    sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}")


class _Hashing(io.RawIOBase):
    """Hashes a file as the archive reads it: what is hashed is what was written."""

    def __init__(self, content: IO[bytes]) -> None:
        self._content = content
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        block = self._content.read(size)
        self.digest.update(block)
        return block


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
