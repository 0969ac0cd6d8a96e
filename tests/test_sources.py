"""What to read: walking folders, hashing, and putting files into the corpus."""

import hashlib
import os
import threading
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.errors import InputError, UnreadableFile
from assistant.readers import read
from assistant.sources import expand, file_hash, others, place, safe_name, split_jsonl, walk

ARTICLES = Path(__file__).parent / "articles"


def fill(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"The text of {name}.")


def walked(folder: Path) -> list[str]:
    return [source.relative for source in walk(folder)]


# --- walk ---------------------------------------------------------------------------------------


def test_articles_come_in_the_order_of_their_paths(tmp_path: Path) -> None:
    fill(tmp_path, "b.txt", "a/z.md", "a/b/c.HTML", "c.pdf", "a.docx")
    assert walked(tmp_path) == ["a.docx", "a/b/c.HTML", "a/z.md", "b.txt", "c.pdf"]
    [first, *_] = walk(tmp_path)
    assert first.path == tmp_path / "a.docx"
    assert first.size == len("The text of a.docx.")
    assert first.mtime_ns == (tmp_path / "a.docx").stat().st_mtime_ns


def test_what_is_no_article_is_passed_over(tmp_path: Path) -> None:
    fill(
        tmp_path,
        "README.md",
        "readme.txt",
        "LICENSE.txt",
        "CHANGELOG.md",
        "questions.jsonl",
        ".hidden.txt",
        ".assistant/index/x.txt",
        "picture.png",
        "data.csv",
        "sub/README.md",
        "article.txt",
        "readme-not.txt",
    )
    assert walked(tmp_path) == ["article.txt", "readme-not.txt"]
    assert [path.name for path in others(tmp_path)] == ["data.csv", "picture.png"]


def test_links_are_not_followed_and_a_loop_ends(tmp_path: Path) -> None:
    corpus, outside = tmp_path / "corpus", tmp_path / "outside"
    fill(corpus, "sub/article.txt")
    fill(outside, "secret.txt")
    (corpus / "sub" / "loop").symlink_to(corpus)
    (corpus / "out").symlink_to(outside)
    (corpus / "secret.txt").symlink_to(outside / "secret.txt")
    (corpus / "broken.txt").symlink_to(tmp_path / "nowhere")
    assert walked(corpus) == ["sub/article.txt"]
    assert [path.name for path in others(corpus)] == ["broken.txt", "out", "secret.txt", "loop"]


def test_a_folder_that_is_a_link_itself_is_walked(tmp_path: Path) -> None:
    fill(tmp_path / "real", "article.txt")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert walked(tmp_path / "link") == ["article.txt"]


def test_pipes_and_empty_folders_are_no_articles(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "pipe.txt")
    assert walked(tmp_path) == []


def test_a_name_that_is_no_text_is_reported_and_not_read(tmp_path: Path) -> None:
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_bytes(b"Some text.")
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    assert walked(tmp_path) == []
    assert len(list(others(tmp_path))) == 1


def test_a_file_that_vanishes_during_the_walk_is_passed_over(tmp_path: Path) -> None:
    fill(tmp_path, "a.txt", "b.txt", "c.txt")
    found = walk(tmp_path)
    assert next(found).relative == "a.txt"
    (tmp_path / "b.txt").unlink()
    assert [source.relative for source in found] == ["c.txt"]


def test_a_folder_that_is_not_there_has_no_articles(tmp_path: Path) -> None:
    assert walked(tmp_path / "nowhere") == []


def test_paths_to_add_are_files_as_named_and_folders_recursively(tmp_path: Path) -> None:
    fill(tmp_path, "one.xyz", "folder/two.txt", "folder/sub/three.md", "folder/no.xyz")
    wanted = [tmp_path / "one.xyz", tmp_path / "folder", tmp_path / "gone.txt"]
    assert [path.name for path in expand(wanted)] == [
        "one.xyz",
        "three.md",
        "two.txt",
        "gone.txt",
    ]


# --- hash ---------------------------------------------------------------------------------------


def test_the_hash_is_of_the_content(tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_bytes(b"abc" * 1_000_000)
    assert file_hash(path) == hashlib.blake2b(b"abc" * 1_000_000, digest_size=16).hexdigest()
    assert len(file_hash(path)) == 32


def test_a_file_that_is_not_there_has_no_hash(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        file_hash(tmp_path / "gone.txt")


# --- names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        pytest.param("A plain name.txt", "A-plain-name.txt", id="spaces"),
        pytest.param("../../etc/passwd", "etc-passwd.txt", id="a path"),
        pytest.param("C:\\Windows\\x.txt", "C-Windows-x.txt", id="a path of Windows"),
        pytest.param(".hidden", "hidden.txt", id="a hidden name"),
        pytest.param("con", "article-con.txt", id="a name Windows keeps for itself"),
        pytest.param("", "article.txt", id="nothing"),
        pytest.param("???", "article.txt", id="nothing that may stay"),
        pytest.param("Ünïcödé – 日本語 «é»", "Ünïcödé-日本語-é.txt", id="letters of any script"),
        pytest.param("tab\tand\nline\x00", "tab-and-line.txt", id="control characters"),
        pytest.param("u\u0308ber", "über.txt", id="composed letters"),
        pytest.param("caf\udce9", "caf.txt", id="what is no text"),
        pytest.param("x" * 500, "x" * 120 + ".txt", id="too long"),
        pytest.param("語" * 500, "語" * 40 + ".txt", id="too long in bytes"),
        pytest.param("report.PDF", "report.PDF.txt", id="another suffix stays"),
    ],
)
def test_safe_names(name: str, safe: str) -> None:
    assert safe_name(name, suffix=".txt") == safe


@given(st.text(max_size=200))
@example("a.txt.txt")
@example("....")
@example("-" * 300 + "/")
def test_a_safe_name_is_a_plain_file_name_and_stays_itself(name: str) -> None:
    safe = safe_name(name, suffix=".txt")
    assert Path(safe).name == safe
    assert safe.endswith(".txt") and not safe.startswith((".", "-"))
    assert len(safe.encode()) <= 255
    assert safe_name(safe, suffix=".txt") == safe


# --- place --------------------------------------------------------------------------------------


def test_content_is_put_under_a_safe_name(tmp_path: Path) -> None:
    path = place(b"hello", folder=tmp_path / "new" / "folder", name="../My article.TXT")
    assert path == tmp_path / "new" / "folder" / "My-article.txt"
    assert path.read_bytes() == b"hello"
    assert path.stat().st_mode & 0o777 == 0o644


def test_a_file_is_copied(tmp_path: Path) -> None:
    source = tmp_path / "source.bin"
    source.write_bytes(b"x" * 3_000_000)
    path = place(source, folder=tmp_path / "corpus", name="copy.pdf")
    assert path.read_bytes() == source.read_bytes()
    assert source.exists()


def test_the_same_content_again_changes_nothing(tmp_path: Path) -> None:
    first = place(b"hello", folder=tmp_path, name="a.txt")
    stamp = first.stat().st_mtime_ns
    assert place(b"hello", folder=tmp_path, name="a.txt") == first
    assert first.stat().st_mtime_ns == stamp
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["a.txt"]


def test_other_content_is_never_overwritten(tmp_path: Path) -> None:
    names = [
        place(content, folder=tmp_path, name="a.txt").name
        for content in (b"one", b"two", b"six", b"two")
    ]
    assert names == ["a.txt", "a-2.txt", "a-3.txt", "a-2.txt"]
    assert (tmp_path / "a.txt").read_bytes() == b"one"


def test_a_folder_or_a_link_in_the_way_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.txt"
    target.write_text("do not touch")
    corpus = tmp_path / "corpus"
    (corpus / "a.txt").mkdir(parents=True)
    (corpus / "a-2.txt").symlink_to(target)
    assert place(b"new", folder=corpus, name="a.txt").name == "a-3.txt"
    assert target.read_text() == "do not touch"


def test_a_link_is_no_copy_of_what_it_points_to(tmp_path: Path) -> None:
    target = tmp_path / "elsewhere.txt"
    target.write_text("same")
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").symlink_to(target)
    assert place(b"same", folder=corpus, name="a.txt").name == "a-2.txt"


def test_many_at_once_lose_nothing(tmp_path: Path) -> None:
    contents = [f"content {number}".encode() for number in range(12)]
    threads = [
        threading.Thread(
            target=place, args=(content,), kwargs={"folder": tmp_path, "name": "a.txt"}
        )
        for content in contents
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(path.read_bytes() for path in tmp_path.glob("*.txt")) == sorted(contents)
    assert not list(tmp_path.glob(".adding-*"))


def test_without_hard_links_it_works_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError("no hard links here")

    monkeypatch.setattr(os, "link", no_links)
    names = [place(content, folder=tmp_path, name="a.txt").name for content in (b"1", b"2", b"1")]
    assert names == ["a.txt", "a-2.txt", "a.txt"]


def test_what_cannot_be_written_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(InputError) as caught:
        place(b"x", folder=tmp_path / "file", name="a.txt")
    assert "a.txt" in caught.value.message and caught.value.hint
    with pytest.raises(InputError):
        place(tmp_path / "gone", folder=tmp_path / "corpus", name="a.txt")
    assert list((tmp_path / "corpus").iterdir()) == []


# --- JSONL of many articles ---------------------------------------------------------------------


def test_a_jsonl_becomes_one_file_for_each_line(tmp_path: Path) -> None:
    parts = list(split_jsonl(ARTICLES / "many.jsonl"))
    assert [name for name, _ in parts] == [
        "One.jsonl",
        "Two.jsonl",
        "many-0004.jsonl",
        "many-0005.jsonl",
    ]
    titles = []
    for name, content in parts[:3]:
        path = place(content, folder=tmp_path, name=name)
        titles.append(read(path).title)
    assert titles == ["One", "Two", "The third has no title at all."]
    bad = place(parts[3][1], folder=tmp_path, name=parts[3][0])
    with pytest.raises(UnreadableFile, match="no valid JSON"):
        read(bad)


def test_a_pretty_printed_object_is_one_article(tmp_path: Path) -> None:
    path = tmp_path / "pretty.jsonl"
    path.write_text('{\n  "title": "A title",\n  "text": "The text."\n}\n')
    [(name, content)] = split_jsonl(path)
    assert name == "A-title.jsonl"
    assert read(place(content, folder=tmp_path / "corpus", name=name)).text == "The text."


@pytest.mark.parametrize("content", [b"\xff\xfe\x00bad", b"caf\xe9"])
def test_a_jsonl_that_is_no_utf_8_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match="not UTF-8"):
        list(split_jsonl(path))


def test_a_jsonl_that_vanished_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        list(split_jsonl(tmp_path / "gone.jsonl"))
