"""Put a file into the corpus folder: under a name of our own making, whole or not at all."""

import json
import os
import re
import shutil
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePath
from typing import Any, NamedTuple

from assistant.errors import InputError, UnreadableFile
from assistant.folders import sync_folder
from assistant.sources.folder import file_hash

LONGEST_NAME = 120
"""Bytes of a name in UTF-8, without its suffix; file systems take 255."""

_UNFINISHED = ".adding-"
_ABANDONED_SECONDS = 600.0
"""Nobody writes one file for longer than this."""

_UNSAFE = re.compile(r"[^\w.,()&+'’ -]+")
_GAPS = re.compile(r"[\s_]*-[\s_-]*|[\s_]+")
_RESERVED = re.compile(r"(?i)(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)")


def safe_name(name: str, *, suffix: str) -> str:
    """Make a file name of any words: no path, not hidden, not too long, with this suffix."""
    words = unicodedata.normalize("NFC", name)
    if words.casefold().endswith(suffix.casefold()) and suffix:
        words = words[: -len(suffix)]
    words = _UNSAFE.sub("-", words)
    words = _GAPS.sub("-", words).strip("-. ,")
    encoded = words.encode("utf-8", errors="ignore")[:LONGEST_NAME]
    words = encoded.decode("utf-8", errors="ignore").rstrip("-. ,")
    if not words or _RESERVED.match(words):
        words = f"article-{words}".rstrip("-")
    return words + suffix.casefold()


class Placed(NamedTuple):
    """A file in its place, and whether it was put there now."""

    path: Path
    is_new: bool


def place(content: bytes | Path, *, folder: Path, name: str) -> Path:
    """Put content into a folder and give its path, as `put`."""
    return put(content, folder=folder, name=name).path


def put(content: bytes | Path, *, folder: Path, name: str) -> Placed:
    """Put content into a folder; other content is never overwritten.

    Where the same content already has this name, nothing is written; where the name is taken by
    other content, it becomes `name-2`, `name-3` … The file appears whole: it is written beside its
    place, synced and then linked there. Raises InputError when it cannot be written.
    """
    suffix = PurePath(name).suffix.casefold()
    name = safe_name(name, suffix=suffix)
    stem = name.removesuffix(suffix)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        temporary = _write_beside(content, folder)
        try:
            return _link(temporary, folder=folder.resolve(), stem=stem, suffix=suffix)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise InputError(
            f"{name} cannot be put into {folder}: {error.strerror or error}.",
            hint="Check that the folder is yours to write to and that the disk has room.",
        ) from error


def tidy(*folders: Path) -> None:
    """Delete what killed processes left half written below these folders."""
    for folder in folders:
        for here, _, names in os.walk(folder):
            for left in (Path(here, name) for name in names if name.startswith(_UNFINISHED)):
                with suppress(OSError):
                    if abs(time.time() - left.stat().st_mtime) > _ABANDONED_SECONDS:
                        left.unlink()


def split_jsonl(path: Path) -> Iterator[tuple[str, bytes]]:
    """Split a JSONL of many articles: a name and the content of a file of one line for each.

    A line that is no JSON object is given too, so that reading it says what is wrong with it; one
    object over several lines is one article. Raises UnreadableFile when the file is not UTF-8 text
    or cannot be opened.
    """
    try:
        with path.open(encoding="utf-8-sig") as lines:
            for number, line in enumerate(lines, start=1):
                if number == 1 and line.strip() == "{":
                    line += lines.read()
                if line.strip():
                    title = _title(line) or f"{path.stem}-{number:04d}"
                    yield safe_name(title, suffix=".jsonl"), line.strip().encode("utf-8") + b"\n"
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"{path.name} is not UTF-8 text.",
            hint="Save it as UTF-8, one JSON object a line.",
        ) from error
    except OSError as error:
        raise UnreadableFile(
            f"{path.name} cannot be opened: {error.strerror or error}.",
            hint="Check that the file is still there and that you may read it.",
        ) from error


def _title(line: str) -> str:
    """The title a line of JSON states, or "" ."""
    try:
        record: Any = json.loads(line)
    except (ValueError, RecursionError):
        return ""
    title = record.get("title") if isinstance(record, dict) else None
    return title.strip() if isinstance(title, str) else ""


def _write_beside(content: bytes | Path, folder: Path) -> Path:
    handle, name = tempfile.mkstemp(prefix=_UNFINISHED, dir=folder)
    try:
        with os.fdopen(handle, "wb") as target:
            if isinstance(content, Path):
                with content.open("rb") as source:
                    shutil.copyfileobj(source, target, 1 << 20)
            else:
                target.write(content)
            target.flush()
            os.fsync(target.fileno())
        Path(name).chmod(0o644)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _link(temporary: Path, *, folder: Path, stem: str, suffix: str) -> Placed:
    """Give the finished file its name; linking fails where replacing would overwrite."""
    for number in range(1, 10_000):
        target = folder / (f"{stem}{suffix}" if number == 1 else f"{stem}-{number}{suffix}")
        try:
            os.link(temporary, target)
        except FileExistsError:
            if _same(temporary, target):
                return Placed(target, False)
            continue
        except OSError:
            if target.exists():
                if _same(temporary, target):
                    return Placed(target, False)
                continue
            temporary.replace(target)  # a file system without hard links
        sync_folder(folder)
        return Placed(target, True)
    raise OSError(f"ten thousand files are named {stem}{suffix}")


def _same(one: Path, other: Path) -> bool:
    return (
        other.is_file()
        and not other.is_symlink()
        and one.stat().st_size == other.stat().st_size
        and file_hash(one) == file_hash(other)
    )
