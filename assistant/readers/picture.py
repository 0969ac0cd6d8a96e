"""One page of a PDF as a picture, and where on it some words stand.

Runs in the child process, as the readers do: PDFium parses the file, too.
"""

import ctypes
import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from assistant.errors import UnreadableFile
from assistant.readers.common import damaged, gone

WIDTH = 1_400
"""Pixels of a picture's width: sharp on a dense screen at the reader's width."""
MOST_PIXELS = 8_000_000
"""Of one picture: a page may be as tall as its file says, the memory for it may not."""
MOST_LETTERS = 200_000
FEWEST_SHARED = 12
"""Letters of a quote that must stand on a page before a part of it is boxed there."""

Box = tuple[float, float, float, float]
"""Left, top, width, height as shares of the page's width and height."""


def draw(path: Path, *, page: int, quotes: Sequence[str]) -> dict[str, Any]:
    """Draw a page (from 1): PNG bytes, its size, the boxes of each quote, how many pages there are.

    Raises UnreadableFile for a file or a page that cannot be drawn.
    """
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(path)
        count = len(document)
        number = min(max(page, 1), count)
        sheet = document[number - 1]
        width, height = (max(1.0, side) for side in sheet.get_size())
        scale = min(WIDTH / width, (MOST_PIXELS / (width * height)) ** 0.5)
        picture = sheet.render(scale=scale).to_pil()
    except OSError as error:
        raise gone(path, error) from error
    except MemoryError:
        raise
    except Exception as error:  # a door to hostile files
        raise damaged(path) from error
    if picture.width < 1 or picture.height < 1:
        raise UnreadableFile(f"Page {number} of {path.name} is empty.", hint="Read its text.")
    file = io.BytesIO()
    picture.save(file, "PNG")
    letters = list(_letters(sheet))
    return {
        "png": file.getvalue(),
        "number": number,
        "count": count,
        "width": picture.width,
        "height": picture.height,
        "boxes": [box for quote in quotes for box in _boxes(quote, letters)],
    }


def _letters(sheet: Any) -> Iterator[tuple[str, Box]]:
    """The letters and digits of a page in the file's order, each with its box."""
    import pypdfium2.raw as raw

    text = sheet.get_textpage()
    for at in range(min(text.count_chars(), MOST_LETTERS)):
        sign = chr(raw.FPDFText_GetUnicode(text, at))
        folded = _folded(sign)
        if folded:
            box = _on_paper(sheet, text.get_charbox(at, loose=True))
            yield from ((part, box) for part in folded)


def _on_paper(sheet: Any, edges: tuple[float, float, float, float]) -> Box:
    """A box in the page's own space as shares of the page as it is drawn, turned and cropped."""
    import pypdfium2.raw as raw

    unit = 10_000
    corners = []
    for x, y in (edges[:2], edges[2:]):
        across, down = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(
            sheet, 0, 0, unit, unit, 0, x, y, ctypes.byref(across), ctypes.byref(down)
        )
        corners.append((across.value / unit, down.value / unit))
    (x1, y1), (x2, y2) = corners
    return min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1)


def _folded(text: str) -> str:
    """Letters and digits alone: a quote was mended where the page hyphenates and breaks lines."""
    import unicodedata

    plain = unicodedata.normalize("NFKC", text).casefold()
    return "".join(sign for sign in plain if sign.isalnum())


def _boxes(quote: str, letters: Sequence[tuple[str, Box]]) -> list[Box]:
    start, end = _place(_folded(quote), "".join(letter for letter, _ in letters))
    return _lines([box for _, box in letters[start:end]])


def _place(quote: str, page: str) -> tuple[int, int]:
    """Where a quote stands on a page; else the part of it with which the page ends or begins."""
    if not quote:
        return 0, 0
    at = page.find(quote)
    if at >= 0:
        return at, at + len(quote)
    for size in range(min(len(quote), len(page)), FEWEST_SHARED - 1, -1):
        if page.endswith(quote[:size]):
            return len(page) - size, len(page)
        if page.startswith(quote[-size:]):
            return 0, size
    # A heading or a footer may stand around it: look for where it begins or ends.
    for size in range(len(quote) - 1, FEWEST_SHARED * 2 - 1, -1):
        for part in (quote[:size], quote[-size:]):
            at = page.find(part)
            if at >= 0:
                return at, at + size
    return 0, 0


def _lines(boxes: Sequence[Box]) -> list[Box]:
    """The boxes of letters joined into one a line."""
    lines: list[list[float]] = []
    for x, y, width, height in boxes:
        if lines:
            left, top, right, bottom = lines[-1]
            overlap = min(bottom, y + height) - max(top, y)
            if overlap > 0.4 * min(bottom - top, height) and left - 0.02 <= x <= right + 0.1:
                lines[-1] = [
                    min(left, x), min(top, y), max(right, x + width), max(bottom, y + height),
                ]  # fmt: skip
                continue
        lines.append([x, y, x + width, y + height])
    return [(left, top, right - left, bottom - top) for left, top, right, bottom in lines]
