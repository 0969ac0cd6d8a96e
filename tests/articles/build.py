"""Builds the PDF, DOCX and EPUB files of the reader tests when they are needed."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent

STORY = (
    "The old crane at the north quay was taken down on Tuesday, after ninety-one years. Three "
    "hundred people watched it from the breakwater. It had not lifted anything since 1988.",
    "Its new home is a museum in Esbjerg, which paid one krone for it and forty thousand for the "
    "transport. The harbour master said that it had been in the way of everything.",
)


def pdf(
    path: Path,
    draw: Callable[[Any], None],
    *,
    labels: Sequence[tuple[int, str, int]] = (),
    **facts: str,
) -> Path:
    """Write a PDF that `draw` draws; `labels` are (page from 0, style, first number)."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen import canvas

    sheet = canvas.Canvas(str(path), pagesize=A4, invariant=True)
    for name, value in facts.items():
        getattr(sheet, f"set{name.capitalize()}")(value)
    for page, style, start in labels:
        sheet.addPageLabel(page, style=style, start=start)
    draw(sheet)
    sheet.save()
    return path


def lines(
    sheet: Any,
    texts: Sequence[str],
    *,
    x: float = 72,
    y: float = 700,
    step: float = 14,
    size: float = 11,
    font: str = "Helvetica",
) -> float:
    """Draw lines under each other; gives the height after the last."""
    sheet.setFont(font, size)
    for text in texts:
        sheet.drawString(x, y, text)
        y -= step
    return y


def simple_pdf(path: Path, **facts: str) -> Path:
    """One page with a title and two paragraphs."""

    def draw(sheet: Any) -> None:
        lines(sheet, ["The crane goes to a museum"], y=760, size=20)
        lines(
            sheet,
            [
                "The old crane at the north quay was taken down on Tuesday, after ninety-",
                "one years. Three hundred people watched it from the breakwater. It had",
                "not lifted anything since 1988.",
            ],
        )
        lines(
            sheet,
            [
                "Its new home is a museum in Esbjerg. The harbour master said that it had",
                "been in the way of everything.",
            ],
            y=640,
        )
        sheet.showPage()

    return pdf(path, draw, **facts)


def encrypted_pdf(path: Path, *, password: str = "", algorithm: str = "AES-256") -> Path:
    """The simple PDF, encrypted; with an empty password it opens without asking."""
    from pypdf import PdfReader, PdfWriter

    plain = simple_pdf(path.with_name("plain-" + path.name))
    writer = PdfWriter(clone_from=PdfReader(plain))
    writer.encrypt(user_password=password, owner_password="owner", algorithm=algorithm)
    with path.open("wb") as file:
        writer.write(file)
    plain.unlink()
    return path


def scan_pdf(path: Path) -> Path:
    """A page that is nothing but an image."""
    from reportlab.lib.utils import ImageReader

    width, height = 40, 20
    rows = b"".join(b"\0" + bytes((x * y) % 256 for x in range(width)) for y in range(height))
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    png = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in chunks
    )

    def draw(sheet: Any) -> None:
        sheet.drawImage(ImageReader(io.BytesIO(png)), 72, 400, 400, 200)
        sheet.showPage()

    return pdf(path, draw)


def slow_pdf(path: Path, *, operators: int = 60_000) -> Path:
    """A small file that takes pypdf many seconds: one page of countless text operators."""
    content = zlib.compress(b"BT /F1 1 Tf " + b"(a) Tj 1 0 Td " * operators + b"ET")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] /Contents 4 0 R"
        b" /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
        b" >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n" % len(content)
        + content
        + b"\nendstream",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"xref\n0 5\n0000000000 65535 f \n" + table
    end = out.index(b"xref\n")
    path.write_bytes(out + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % end)
    return path


def docx(path: Path, fill: Callable[[Any], None] | None = None, **facts: Any) -> Path:
    """Write a Word file: by default a title, a byline, headings, a list and a table."""
    import docx as library

    document = library.Document()
    document.core_properties.author = ""
    for name, value in facts.items():
        setattr(document.core_properties, name, value)
    (fill or _fill)(document)
    document.save(str(path))
    return path


def _fill(document: Any) -> None:
    document.add_heading("The crane goes to a museum", 0)
    document.add_paragraph("By Ada Quill | Harbour Gazette | Skarø, 12 March 2024")
    document.add_paragraph(STORY[0])
    document.add_heading("One krone", 1)
    document.add_paragraph(STORY[1])
    document.add_paragraph("31 metres", style="List Bullet")
    document.add_paragraph("140 tonnes", style="List Bullet")
    table = document.add_table(2, 2)
    for cell, words in zip(
        (cell for row in table.rows for cell in row.cells),
        ("Year", "Tonnes lifted", "1950", "91,000"),
        strict=True,
    ):
        cell.text = words


def epub(
    path: Path,
    chapters: Sequence[str],
    *,
    title: str = "Harbours of the north",
    doctype: str = "",
    extra: dict[str, str] | None = None,
) -> Path:
    """Write an EPUB with these chapters (the inside of each body), in order."""
    items = "".join(
        f'<item id="c{n}" href="text/c%20{n}.xhtml" media-type="application/xhtml+xml"/>'
        for n in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(chapters)))
    package = f"""<?xml version="1.0"?>{doctype}
<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata
 xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title>
<dc:creator>Ada Quill</dc:creator><dc:creator>Tom Brand</dc:creator><dc:language>en-GB</dc:language>
<dc:publisher>Breakwater Press</dc:publisher><dc:date>2023-09-01</dc:date>
<dc:subject>harbours</dc:subject></metadata>
<manifest><item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/>
{items}</manifest><spine><itemref idref="nav"/>{spine}</spine></package>"""
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OEBPS/book.opf"/></rootfiles></container>'
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", container)
        archive.writestr("OEBPS/book.opf", package)
        archive.writestr("OEBPS/nav.xhtml", "<html><body><h1>Contents</h1></body></html>")
        for number, chapter in enumerate(chapters):
            body = f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{chapter}</body></html>'
            archive.writestr(f"OEBPS/text/c {number}.xhtml", body)
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return path


def bomb(path: Path) -> Path:
    """A small zip file with a big word/document.xml inside."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * 80_000_000)
    return path
