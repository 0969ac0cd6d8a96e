"""Files to documents: one reader a format, and what all formats have in common."""

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from itertools import islice
from pathlib import Path

from assistant.errors import UnreadableFile
from assistant.languages import detect
from assistant.readers.common import check_length, gone
from assistant.readers.facts import title_from_name
from assistant.records import Document

_SHORT = 400
"""Characters below which a stated language is believed; in longer texts the words say it better."""
_MODULES = {
    ".pdf": "pdf", ".html": "html", ".htm": "html", ".xhtml": "html", ".md": "markdown",
    ".markdown": "markdown", ".txt": "text", ".text": "text", ".docx": "docx", ".epub": "epub",
    ".jsonl": "jsonl",
}  # fmt: skip
SUFFIXES = frozenset(_MODULES)
"""Suffixes of the files that can be read."""


def read(path: Path, *, max_bytes: int = 100_000_000) -> Document:
    """Read one file as one article.

    The document's title and language are always set, and its text holds at least one sentence.
    Raises UnreadableFile, with what to do about it, for every file that holds no readable article.
    """
    module = _MODULES.get(path.suffix.casefold())
    if module is None:
        raise UnreadableFile(
            f"{path.name} is of a kind that cannot be read ({path.suffix or 'no suffix'}).",
            hint=_hint(path.suffix.casefold()),
        )
    _check_size(path, max_bytes=max_bytes)
    _check_kind(path, module=module)
    reader: Callable[[Path], Document] = import_module(f"assistant.readers.{module}").read
    return _finish(reader(path), path=path)


def _hint(suffix: str) -> str:
    if suffix in (".doc", ".odt", ".rtf", ".pages", ".wps"):
        return "Save it as .docx or .pdf and add that."
    return "Readable are " + ", ".join(sorted(SUFFIXES)) + "."


def _check_size(path: Path, *, max_bytes: int) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise gone(path, error) from error
    if not path.is_file():
        raise UnreadableFile(f"{path.name} is no file.", hint="Name a file or a folder of files.")
    if size == 0:
        raise UnreadableFile(f"{path.name} is empty.", hint="Save it again, or remove it.")
    if size > max_bytes:
        raise UnreadableFile(
            f"{path.name} is {size / 1e6:,.0f} MB; files up to {max_bytes / 1e6:,.0f} MB are read.",
            hint="Split it, or raise the setting max_file_mb.",
        )


def _check_kind(path: Path, *, module: str) -> None:
    """Refuse a file whose first bytes say that its suffix is wrong."""
    try:
        with path.open("rb") as file:
            head = file.read(1024)
    except OSError as error:
        raise gone(path, error) from error
    zipped = head.startswith(b"PK\x03\x04")
    if module == "docx" and head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(
            f"{path.name} is encrypted, or a Word file of the time before .docx.",
            hint="Open it in Word or LibreOffice and save a copy as .docx without a password.",
        )
    if module in ("docx", "epub"):
        if not zipped:
            raise UnreadableFile(
                f"{path.name} is no {path.suffix[1:].upper()} file by its content.",
                hint="Open it in the program that made it and save it again.",
            )
        return
    if module == "pdf":
        if b"%PDF-" not in head and head.lstrip()[:1] == b"<":
            raise wrong_suffix(path, kind="a web page", suffix=".html")
        return
    if head.startswith(b"%PDF-"):
        raise wrong_suffix(path, kind="a PDF", suffix=".pdf")
    if zipped:
        raise wrong_suffix(path, kind="an office or zip file", suffix=".docx")


def wrong_suffix(path: Path, *, kind: str, suffix: str) -> UnreadableFile:
    """The error for a file whose content is of another kind than its name says."""
    return UnreadableFile(
        f"{path.name} is {kind} by its content.",
        hint=f"Rename it to {path.stem}{suffix} and add it again.",
    )


def _finish(document: Document, *, path: Path) -> Document:
    """Check that there is an article, and set what every document has."""
    check_length(document.text, path=path)
    if not _has_words(document.text):
        raise UnreadableFile(f"{path.name} holds no text.", hint="Check that it is the right file.")
    stated = document.language
    is_short = len(document.text) < _SHORT
    language = stated if stated and is_short else detect(document.text, default=stated or "und")
    title = document.title or title_from_name(path.stem)
    return replace(document, title=title, language=language)


def _has_words(text: str) -> bool:
    """Whether there is at least one sentence: two letters, of any script."""
    return len(list(islice(filter(str.isalpha, text), 2))) == 2
