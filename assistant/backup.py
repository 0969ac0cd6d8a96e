"""Writes the articles and what a person made into a tar file that anyone can open."""

import hashlib
import io
import tarfile
from pathlib import Path

from assistant.errors import DataError
from assistant.personal import Personal
from assistant.sources import walk


def export(file: Path, *, corpus: Path, personal: Personal) -> Path:
    """Write `file`: the articles under corpus/, personal.json, and the SHA-256 of each.

    The file appears whole or not at all. Raises DataError if it cannot be written.
    """
    partial = file.with_name(file.name + ".partial")
    sums: list[str] = []
    try:
        with tarfile.open(partial, "w") as archive:
            for source in walk(corpus):
                _put(archive, f"corpus/{source.relative}", source.path.read_bytes(), sums=sums)
            _put(archive, "personal.json", personal.dump().encode(), sums=sums)
            _put(archive, "SHA256SUMS", "\n".join([*sums, ""]).encode(), sums=[])
        partial.replace(file)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise DataError(
            f"The export {file} cannot be written: {error.strerror}.",
            hint="Name a file in a folder with space: assistant export FILE",
        ) from error
    return file


def _put(archive: tarfile.TarFile, name: str, content: bytes, *, sums: list[str]) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    archive.addfile(entry, io.BytesIO(content))
    sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}")
