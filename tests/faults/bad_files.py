"""Bad files by seed: good ones mutated, and some made to hurt a reader on purpose."""

import io
import os
import random
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

SAMPLE = Path(__file__).parents[2] / "corpus"
SUFFIXES = (".pdf", ".html", ".docx", ".md", ".txt", ".epub", ".jsonl")
STORY = "The harbour bridge was opened in May. The mayor said it cost 12 million crowns. "


def good_files() -> list[Path]:
    return sorted(p for p in SAMPLE.rglob("*") if p.suffix in SUFFIXES and p.name != "README.md")


def mutated(rng: random.Random) -> tuple[str, bytes]:
    """A sample article hurt in one to three ways; sometimes under a wrong suffix."""
    path = rng.choice(good_files())
    content = path.read_bytes()
    for _ in range(rng.randint(1, 3)):
        content = rng.choice(MUTATIONS)(content, rng)
    suffix = rng.choice(SUFFIXES) if rng.random() < 0.15 else path.suffix
    return suffix, content


def cut(content: bytes, rng: random.Random) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def flipped(content: bytes, rng: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(rng.randint(1, 60)):
        if changed:
            changed[rng.randrange(len(changed))] ^= 1 << rng.randrange(8)
    return bytes(changed)


def noisy(content: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(content) + 1)
    return content[:at] + rng.randbytes(rng.randint(1, 3000)) + content[at:]


def doubled(content: bytes, rng: random.Random) -> bytes:
    at = rng.randrange(len(content) + 1)
    return content[:at] + content[at : at + 5000] * rng.randint(2, 30) + content[at:]


def numbered(content: bytes, rng: random.Random) -> bytes:
    """Other numbers: lengths, offsets and references that lead nowhere."""
    digits = [at for at, byte in enumerate(content[:200_000]) if 48 <= byte <= 57]
    changed = bytearray(content)
    for at in rng.sample(digits, min(len(digits), 25)):
        changed[at] = rng.choice(b"0123456789")
    return bytes(changed)


MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    cut, flipped, noisy, doubled, numbered,
)  # fmt: skip


# --- made on purpose ----------------------------------------------------------------------------


def zip_bomb(suffix: str) -> bytes:
    """A document whose parts unpack to more than a reader may unpack."""
    names = {".docx": "word/document.xml", ".epub": "META-INF/container.xml"}
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(names[suffix], "w", force_zip64=True) as part,
    ):
        for _ in range(300):
            part.write(bytes(1 << 20))
    return packed.getvalue()


def pdf_of(objects: dict[int, bytes]) -> bytes:
    """A PDF of these objects with a right table of references; object 1 is the catalogue."""
    out, places = bytearray(b"%PDF-1.7\n"), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    for number in sorted(objects):
        out += b"%010d 00000 n \n" % places[number]
    end = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF"
    return bytes(out + end % (len(objects) + 1, table))


def stream(content: bytes, *, packed: bool = True) -> bytes:
    body = zlib.compress(content, 9) if packed else content
    kind = b"/Filter /FlateDecode " if packed else b""
    return b"<< %s/Length %d >>\nstream\n" % (kind, len(body)) + body + b"\nendstream"


def pdf_page(content: bytes) -> bytes:
    return pdf_of(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            3: b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R /Resources "
            b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
            4: content,
        }
    )


def pdf_bomb() -> bytes:
    """One page whose content unpacks to 500 MB of text."""
    packer, piece = zlib.compressobj(9), b"(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa) Tj " * 26_000
    body = packer.compress(b"BT /F1 12 Tf ")
    body += b"".join(packer.compress(piece) for _ in range(500)) + packer.flush()
    return pdf_page(
        b"<< /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream" % (len(body), body)
    )


def pdf_circle() -> bytes:
    """A tree of pages that contains itself, and a length that refers to itself."""
    return pdf_of(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [2 0 R 3 0 R] /Count 9999 /Parent 3 0 R >>",
            3: b"<< /Type /Pages /Kids [2 0 R] /Count 9999 /Parent 2 0 R >>",
            4: b"<< /Length 4 0 R >>\nstream\nx\nendstream",
        }
    )


def pdf_nested() -> bytes:
    return pdf_page(b"[" * 20_000 + b"]" * 20_000)


def pdf_pages(count: int = 10_000) -> bytes:
    """Ten thousand pages, each with a sentence."""
    kids = b" ".join(b"%d 0 R" % (n + 4) for n in range(count))
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 3 0 R /Resources "
        b"<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
    )
    return pdf_of(
        {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, count),
            3: stream(b"BT /F1 12 Tf 72 700 Td (The harbour is open again today.) Tj ET"),
            **{n + 4: page for n in range(count)},
        }
    )


def deep_html() -> bytes:
    return b"<html><body>" + b"<div>" * 100_000 + STORY.encode() * 5 + b"</div>" * 100_000


def laughing_xml() -> bytes:
    """Entities of entities: a hundred gigabytes, were they written out."""
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 12))
    head = f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY e0 "lol">{entities}]>'
    return f"{head}<html><body><p>{STORY}&e11;</p></body></html>".encode()


def deep_json() -> bytes:
    return b'{"title": "Deep", "text": ' + b"[" * 200_000 + b"]" * 200_000 + b"}"


def deep_yaml() -> bytes:
    return b"---\ntitle: " + b"[" * 5000 + b"]" * 5000 + b"\n---\n" + STORY.encode()


def anchors_yaml() -> bytes:
    lines = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [{f'*a{n - 1}, ' * 9}]" for n in range(1, 12)]
    return ("---\n" + "\n".join(lines) + "\n---\n" + STORY).encode()


PURPOSEFUL: tuple[tuple[str, Callable[[], bytes]], ...] = (
    (".docx", lambda: zip_bomb(".docx")),
    (".epub", lambda: zip_bomb(".epub")),
    (".pdf", pdf_bomb),
    (".pdf", pdf_circle),
    (".pdf", pdf_nested),
    (".pdf", pdf_pages),
    (".html", deep_html),
    (".xhtml", laughing_xml),
    (".jsonl", deep_json),
    (".md", deep_yaml),
    (".md", anchors_yaml),
    (".txt", lambda: (STORY * 5).encode("utf-16-le")),
    (".txt", lambda: ("Größe und Übung. " * 40).encode("cp1252") + bytes(range(128, 256))),
    (".txt", lambda: b"a" * 30_000_000),
    (".html", lambda: b"<p>" + "Ωμέγα και άλφα. ".encode("iso-8859-7") * 90),
    (".md", lambda: b"#" * 2_000_000),
    (".md", lambda: b"[" * 100_000),
    (".txt", lambda: ("\u202e" + STORY + "\x00\x1b[2J\x07").encode() * 9),
)

NAMES = (
    "n" * 246, "é" * 120, "😀" * 55, "\u202egnirts", "tab\tand\nline", "\x1b[31mred", "..hidden",
    "con", "a ⁄ b", "dot.", " space ", "%2e%2e%2fetc", "..\\..\\x", "ﬁne", "-rf", "name'; DROP",
)  # fmt: skip


def write_all(folder: Path, *, count: int, seed: int) -> int:
    """Write `count` bad files below a folder, and links that lead out of it."""
    rng = random.Random(seed)
    folder.mkdir(parents=True)
    for number in range(count):
        if number < len(PURPOSEFUL):
            suffix, make = PURPOSEFUL[number]
            content = make()
        else:
            suffix, content = mutated(rng)
        name = NAMES[number % len(NAMES)] if number % 3 == 0 else f"file{number}"
        place = folder / str(number // 20)
        place.mkdir(exist_ok=True)
        stem = name.encode()[: 255 - len(suffix.encode())].decode("utf-8", "ignore")
        target = place / f"{stem}{suffix}"
        if target.exists():
            target = place / f"file{number}{suffix}"
        target.write_bytes(content)
    secret = folder.parent / "secret.txt"
    secret.write_text("The secret of the harbour lies outside. Nobody may read it here.")
    (folder / "link.txt").symlink_to(secret)
    (folder / "loop").symlink_to(folder)
    os.mkfifo(folder / "pipe.txt")
    return sum(1 for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
