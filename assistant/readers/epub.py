"""EPUB: the chapters of a book in reading order."""

import posixpath
import zipfile
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from assistant.errors import UnreadableFile
from assistant.readers.common import BROKEN, Builder, damaged, open_archive
from assistant.readers.facts import iso_date, known_title, language_code, one_line
from assistant.readers.markup import build
from assistant.readers.stated import people, web_address
from assistant.records import Document

_CONTAINER = "META-INF/container.xml"
_DRM = "META-INF/encryption.xml"


def read(path: Path) -> Document:
    """Read an EPUB. Raises UnreadableFile when it is damaged or locked by a shop."""
    with open_archive(path) as archive:
        try:
            root = _xml(archive.read(_CONTAINER))
            package_name = root.find(".//{*}rootfile").get("full-path")
            package = _xml(archive.read(package_name))
            builder = Builder()
            for chapter in _chapters(archive, package, base=posixpath.dirname(package_name)):
                build(chapter, builder)
        except BROKEN as error:
            raise _why(archive, path) from error
        if not builder.text and _DRM in archive.namelist():
            raise _why(archive, path)
    return _document(package, builder)


def _why(archive: zipfile.ZipFile, path: Path) -> UnreadableFile:
    if _DRM in archive.namelist():
        return UnreadableFile(
            f"{path.name} is locked by copy protection.",
            hint="Get a copy without it, or save its text as a plain file.",
        )
    return damaged(path)


def _document(package: Any, builder: Builder) -> Document:
    def stated(name: str) -> list[str]:
        found = package.iterfind(f".//{{http://purl.org/dc/elements/1.1/}}{name}")
        return [words for words in (one_line(element.text) for element in found) if words]

    addresses = (web_address(words) for name in ("source", "identifier") for words in stated(name))
    return Document(
        text=builder.text,
        title=known_title(next(iter(stated("title")), "")),
        author=people(stated("creator")),
        outlet=next(iter(stated("publisher")), ""),
        published=next((date for date in map(iso_date, stated("date")) if date), None),
        language=language_code(next(iter(stated("language")), "")),
        url=next((address for address in addresses if address), None),
        tags=tuple(stated("subject")),
        headings=builder.headings,
    )


def _chapters(archive: zipfile.ZipFile, package: Any, *, base: str) -> Any:
    """The bodies of the files of the spine, the table of contents left out."""
    items = {item.get("id"): item for item in package.iterfind(".//{*}manifest/{*}item")}
    for reference in package.iterfind(".//{*}spine/{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or reference.get("linear") == "no":
            continue
        if "nav" in (item.get("properties") or "").split():
            continue
        name = posixpath.normpath(posixpath.join(base, unquote(item.get("href") or "")))
        if name in archive.namelist():
            yield _html(archive.read(name))


def _xml(content: bytes) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    return etree.fromstring(content, parser)


def _html(content: bytes) -> Any:
    from lxml import html

    parser = html.HTMLParser(encoding="utf-8", no_network=True)
    root = html.document_fromstring(content, parser=parser)
    return root.body if root.body is not None else root
