"""What several readers do alike: open a file, open an archive safely, lay out a table."""

import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from assistant.errors import UnreadableFile
from assistant.records import Heading

MAX_INFLATED = 300_000_000
"""Bytes an archive may unpack to, and the ratio that makes a small one a bomb."""
MAX_RATIO = 200


def content_of(path: Path) -> bytes:
    """Read a file's bytes. Raises UnreadableFile when it vanished or may not be read."""
    from assistant.readers import gone

    try:
        return path.read_bytes()
    except OSError as error:
        raise gone(path, error) from error


def open_archive(path: Path) -> zipfile.ZipFile:
    """Open a zip-based file after checking what it would unpack to. Raises UnreadableFile."""
    try:
        archive = zipfile.ZipFile(path)
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

    def paragraph(self, text: str) -> None:
        """Add a paragraph (a list or a table is one paragraph of several lines)."""
        from assistant.cleaning import tidy

        text = tidy(text)
        if not text:
            return
        if self._parts:
            self._length += 2
        self._parts.append(text)
        self._length += len(text)

    def heading(self, text: str, *, level: int) -> None:
        """Add a heading as a paragraph of its own."""
        from assistant.cleaning import tidy

        text = " ".join(tidy(text).split())
        if not text:
            return
        start = self._length + (2 if self._parts else 0)
        self.paragraph(text)
        self._headings.append(Heading(level=level, text=text, start=start))

    @property
    def text(self) -> str:
        """The whole text so far."""
        return "\n\n".join(self._parts)

    @property
    def headings(self) -> tuple[Heading, ...]:
        """The headings so far, in order."""
        return tuple(self._headings)
