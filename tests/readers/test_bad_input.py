"""Files that hold no article that can be read: each is refused with what to do about it."""

import os
from pathlib import Path

import pytest
from articles import build

from assistant.errors import UnreadableFile
from assistant.readers import read

ARTICLES = build.FOLDER


def refused(path: Path, *, max_bytes: int = 100_000_000) -> UnreadableFile:
    with pytest.raises(UnreadableFile) as caught:
        read(path, max_bytes=max_bytes)
    assert path.name in caught.value.message, "the message names the file"
    assert caught.value.hint, "there is a next step"
    assert caught.value.message.count(". ") == 0, "one sentence"
    return caught.value


@pytest.mark.parametrize(
    ("name", "says", "hint"),
    [
        pytest.param("empty.txt", "is empty", "remove", id="an empty file"),
        pytest.param("blank.txt", "holds no text", "right file", id="only blank lines"),
        pytest.param("noise.txt", "binary data", "suffix", id="binary noise as text"),
        pytest.param("noise-high.txt", "encoding|binary", "iconv|suffix", id="noise without NULs"),
        pytest.param("broken.jsonl", "no valid JSON", "one object a line", id="broken JSON"),
        pytest.param("no-text.jsonl", "no field `text`", "text", id="JSON without a text"),
        pytest.param("many.jsonl", "4 articles", "assistant add", id="many articles in one file"),
        pytest.param("page-shell.html", "no article", "browser", id="a page made by JavaScript"),
        pytest.param("page-login.html", "no article", "browser", id="a login form"),
        pytest.param("page-links.html", "no article", "browser", id="a page of links"),
    ],
)
def test_files_without_an_article(name: str, says: str, hint: str) -> None:
    error = refused(ARTICLES / name)
    assert any(word in error.message for word in says.split("|"))
    assert any(word in error.hint for word in hint.split("|"))


@pytest.mark.parametrize("suffix", ["", ".xyz", ".doc", ".png", ".json"])
def test_a_suffix_no_reader_knows(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"file{suffix}"
    path.write_text("Some text is in here.")
    assert ".pdf" in refused(path).hint
    assert ("Save it as" in refused(path).hint) == (suffix == ".doc")


@pytest.mark.parametrize(
    ("content", "suffix", "says", "hint"),
    [
        pytest.param(b"%PDF-1.7 and more", ".txt", "a PDF by its content", ".pdf", id="PDF as txt"),
        pytest.param(
            b"%PDF-1.7 and more", ".html", "a PDF by its content", ".pdf", id="PDF as html"
        ),
        pytest.param(b"PK\x03\x04 and more", ".md", "zip file", ".docx", id="a zip as Markdown"),
        pytest.param(b"<html><p>Hello</p>", ".pdf", "a web page", ".html", id="a page as PDF"),
        pytest.param(b"Just words.", ".docx", "no DOCX file", "save it again", id="text as Word"),
        pytest.param(b"\xd0\xcf\x11\xe0 and", ".docx", "encrypted", "password", id="locked Word"),
        pytest.param(b"Just words.", ".epub", "no EPUB file", "save it again", id="text as EPUB"),
        pytest.param(b"Just words.", ".pdf", "damaged", "Get it again", id="text as PDF"),
    ],
)
def test_a_wrong_suffix(tmp_path: Path, content: bytes, suffix: str, says: str, hint: str) -> None:
    path = tmp_path / f"file{suffix}"
    path.write_bytes(content)
    error = refused(path)
    assert says in error.message
    assert hint in error.hint


def test_a_file_that_vanished(tmp_path: Path) -> None:
    assert "not there" in refused(tmp_path / "gone.txt").message


def test_a_folder_named_like_a_file(tmp_path: Path) -> None:
    (tmp_path / "folder.txt").mkdir()
    assert "no file" in refused(tmp_path / "folder.txt").message


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_one_may_not_read(tmp_path: Path) -> None:
    path = tmp_path / "closed.txt"
    path.write_text("Some text is in here.")
    path.chmod(0)
    assert "cannot be opened" in refused(path).message


def test_a_file_over_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    path.write_text("Some text is in here. " * 100)
    assert "max_file_mb" in refused(path, max_bytes=1_000).hint


def test_a_text_of_50_megabytes(tmp_path: Path) -> None:
    path = tmp_path / "huge.txt"
    path.write_text("Some text is in here, and it goes on and on.\n" * 1_100_000)
    error = refused(path)
    assert "49,500,000 characters" in error.message
    assert "Split" in error.hint


# --- PDF ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_a_pdf_with_a_password(tmp_path: Path, algorithm: str) -> None:
    path = build.encrypted_pdf(tmp_path / "x.pdf", password="secret", algorithm=algorithm)
    error = refused(path)
    assert "password" in error.message
    assert "qpdf --password=PASSWORD --decrypt x.pdf" in error.hint


@pytest.mark.parametrize("algorithm", ["RC4-128", "AES-128", "AES-256"])
def test_an_encrypted_pdf_that_opens_without_a_password_is_read(
    tmp_path: Path, algorithm: str
) -> None:
    path = build.encrypted_pdf(tmp_path / "x.pdf", algorithm=algorithm)
    assert read(path).title == "The crane goes to a museum"


def test_a_pdf_of_images(tmp_path: Path) -> None:
    error = refused(build.scan_pdf(tmp_path / "scan.pdf"))
    assert "no text" in error.message
    assert "ocrmypdf scan.pdf scan-text.pdf" in error.hint


@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.95])
def test_a_pdf_cut_short(tmp_path: Path, share: float) -> None:
    path = build.simple_pdf(tmp_path / "cut.pdf")
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    error = refused(path)
    assert "damaged" in error.message or "no text" in error.message


# --- zip-based files ----------------------------------------------------------------------------


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
@pytest.mark.parametrize("kind", ["docx", "epub"])
def test_an_office_file_cut_short(tmp_path: Path, kind: str, share: float) -> None:
    path = tmp_path / f"cut.{kind}"
    if kind == "docx":
        build.docx(path)
    else:
        build.epub(path, ["<p>Some text.</p>"])
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    assert "damaged" in refused(path).message


@pytest.mark.parametrize("kind", ["docx", "epub"])
def test_a_zip_that_is_no_document(tmp_path: Path, kind: str) -> None:
    import zipfile

    path = tmp_path / f"other.{kind}"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert "damaged" in refused(path).message


@pytest.mark.parametrize("kind", ["docx", "epub"])
def test_a_zip_bomb(tmp_path: Path, kind: str) -> None:
    assert "would unpack to 80 MB" in refused(build.bomb(tmp_path / f"bomb.{kind}")).message


def test_a_book_that_is_locked(tmp_path: Path) -> None:
    locked = {"META-INF/encryption.xml": "<encryption/>"}
    path = build.epub(tmp_path / "x.epub", ["<p></p>"], extra=locked)
    assert "copy protection" in refused(path).message


def test_a_book_that_asks_for_a_file_of_the_system(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("TOP SECRET WORDS")
    doctype = f'<!DOCTYPE package [<!ENTITY x SYSTEM "file://{secret}">]>'
    chapters = [f'<p>Plain text of a book.</p><p>&x;</p><img src="file://{secret}"/>']
    document = read(build.epub(tmp_path / "x.epub", chapters, title="A &x; title", doctype=doctype))
    assert "SECRET" not in document.text + document.title
