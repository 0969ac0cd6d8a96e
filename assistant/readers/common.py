"""What several readers do alike: open a file, open an archive safely, lay out a table."""

import zipfile
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from assistant.cleaning import tidy
from assistant.errors import UnreadableFile
from assistant.records import Heading

MAX_CHARS = 10_000_000
"""The longest text one article may hold: about 30 long novels; embedding more takes hours."""
BROKEN = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError, KeyError,
    AttributeError, TypeError,
)  # fmt: skip
"""What reading a damaged archive, or a damaged document in one, may raise."""
MAX_INFLATED = 300_000_000
"""Bytes an archive may unpack to, and the ratio that makes a small one a bomb."""
MAX_RATIO = 200


def content_of(path: Path) -> bytes:
    """Read a file's bytes. Raises UnreadableFile when it vanished or may not be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise gone(path, error) from error


def gone(path: Path, error: OSError) -> UnreadableFile:
    """The error for a file that cannot be opened: it vanished, or may not be read."""
    if isinstance(error, FileNotFoundError):
        return UnreadableFile(
            f"{path.name} is not there (any more).", hint="Check the path and add it again."
        )
    return UnreadableFile(
        f"{path.name} cannot be opened: {error.strerror or error}.",
        hint="Check that you may read it.",
    )


def check_length(text: str, *, path: Path) -> None:
    """Refuse a text that is too long for one article. Raises UnreadableFile."""
    if len(text) > MAX_CHARS:
        raise UnreadableFile(
            f"{path.name} holds {len(text):,} characters; one article may hold {MAX_CHARS:,}.",
            hint="Split it into parts, one article a file.",
        )


def open_archive(path: Path) -> zipfile.ZipFile:
    """Open a zip-based file after checking what it would unpack to. Raises UnreadableFile."""
    try:
        archive = zipfile.ZipFile(path)
    except (FileNotFoundError, PermissionError) as error:
        raise gone(path, error) from error
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise damaged(path) from error
    entries = archive.infolist()
    inflated = sum(entry.file_size for entry in entries)
    if inflated > MAX_INFLATED or inflated > 10_000_000 + MAX_RATIO * path.stat().st_size:
        archive.close()
        raise UnreadableFile(
            f"{path.name} would unpack to {inflated / 1e6:,.0f} MB.",
            hint="Save its text as a plain file and add that.",
        )
    if any(entry.flag_bits & 0x1 for entry in entries):
        archive.close()
        raise UnreadableFile(
            f"{path.name} is encrypted.", hint="Save a copy without a password and add that."
        )
    return archive


def damaged(path: Path) -> UnreadableFile:
    """The error for a file that is cut short or broken."""
    return UnreadableFile(
        f"{path.name} is damaged or cut short.",
        hint="Get it again from where it came from, or save it again from its program.",
    )


def table_lines(rows: Iterable[Sequence[str]]) -> list[str]:
    """Lay a table out as lines: cells between bars, empty rows left out."""
    lines = []
    for row in rows:
        cells = [" ".join(cell.split()) for cell in row]
        if any(cells):
            lines.append(" | ".join(cells))
    return lines


class Builder:
    """Collects the paragraphs of a text and where its headings come to stand."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._headings: list[Heading] = []

    def add(self, words: str, *, level: int = 0) -> None:
        """Add a paragraph (a list or table is one of several lines), or a heading from level 1."""
        text = tidy(words)
        if level:
            text = " ".join(text.split())
        if not text:
            return
        start = self._length + (2 if self._parts else 0)
        self._parts.append(text)
        self._length = start + len(text)
        if level:
            self._headings.append(Heading(level=level, text=text, start=start))

    @property
    def text(self) -> str:
        """The whole text so far."""
        return "\n\n".join(self._parts)

    @property
    def length(self) -> int:
        """How long the text is so far."""
        return self._length

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The headings so far, in order."""
        return tuple(self._headings)
