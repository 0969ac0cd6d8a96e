"""The export: a tar file that anyone can open and check."""

import hashlib
import io
import json
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from fakes import FakeEmbedder

from assistant import Assistant
from assistant.errors import DataError


@pytest.fixture
def assistant(tmp_path: Path, embedder: FakeEmbedder) -> Assistant:
    (tmp_path / "corpus" / "inner").mkdir(parents=True)
    (tmp_path / "corpus" / "inner" / "a.txt").write_text("Harbour\n\nThe harbour is closed.")
    assistant = Assistant(tmp_path / "corpus", embedder=embedder)
    assistant.sync()
    return assistant


def test_every_file_is_in_it_with_its_hash(assistant: Assistant, tmp_path: Path) -> None:
    file = assistant.export(tmp_path / "all.tar")
    with tarfile.open(file) as archive:
        content = {m.name: archive.extractfile(m).read() for m in archive}  # type: ignore[union-attr]
    assert content["corpus/inner/a.txt"] == b"Harbour\n\nThe harbour is closed."
    ids = json.loads(content["personal.json"])["ids"]
    assert [row["path"] for row in ids] == ["inner/a.txt"]
    sums = dict(line.split("  ")[::-1] for line in content["SHA256SUMS"].decode().splitlines())
    assert sums == {
        name: hashlib.sha256(data).hexdigest()
        for name, data in content.items()
        if name != "SHA256SUMS"
    }


def test_an_export_that_fails_leaves_nothing(assistant: Assistant, tmp_path: Path) -> None:
    with pytest.raises(DataError, match="cannot be written"):
        assistant.export(tmp_path / "missing" / "all.tar")
    assert not list(tmp_path.glob("*.partial"))


# --- bringing it back ---------------------------------------------------------------------------


class NoPassages(FakeEmbedder):
    """To embed a passage anew is a failure."""

    def passages(self, texts: object) -> object:  # type: ignore[override]
        pytest.fail("a passage was embedded anew")


def rewritten(file: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The archive with its files changed, in another tar."""
    with tarfile.open(file) as archive:
        content = {m.name: archive.extractfile(m).read() for m in archive}  # type: ignore[union-attr]
    change(content)
    other = file.with_name("other.tar")
    with tarfile.open(other, "w") as archive:
        for name, data in content.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    return other


def test_an_import_is_the_same_corpus_and_embeds_nothing(
    assistant: Assistant, tmp_path: Path
) -> None:
    (tmp_path / "corpus" / "b.txt").write_text("Globe\n\nThe museum has a globe.")
    assistant.sync()
    (globe, _) = sorted(assistant.articles(), key=lambda article: article.path != "b.txt")
    with assistant._parts.personal.writing() as db:
        db.execute("INSERT INTO tags VALUES (?, 'kept')", (globe.id,))
    assistant.remove(globe.id)
    file = assistant.export(tmp_path / "all.tar")
    with Assistant(tmp_path / "new", embedder=NoPassages()) as again:
        assert again.import_(file).unchanged == 1
        assert again.articles() == assistant.articles()
        assert again._parts.personal.tags(globe.id) == ("kept",)
        assert (
            again._parts.index().catalogue.digest() == assistant._parts.index().catalogue.digest()
        )
        assert again.search("harbour")[0].article.path == "inner/a.txt"
        again.restore(globe.id)
        assert (tmp_path / "new" / "b.txt").exists()


def test_an_interrupted_import_may_be_repeated(assistant: Assistant, tmp_path: Path) -> None:
    file = assistant.export(tmp_path / "all.tar")
    (tmp_path / "new" / "inner").mkdir(parents=True)
    (tmp_path / "new" / "inner" / "a.txt").write_text("Harbour\n\nThe harbour is closed.")
    with Assistant(tmp_path / "new", embedder=NoPassages()) as again:
        assert again.import_(file).unchanged == 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        pytest.param(
            lambda c: c.update({"corpus/inner/a.txt": b"Forged."}), "not what was", id="changed"
        ),
        pytest.param(lambda c: c.pop("corpus/inner/a.txt"), "is missing", id="article missing"),
        pytest.param(lambda c: c.pop("personal.sqlite"), "is missing", id="file missing"),
        pytest.param(lambda c: c.pop("SHA256SUMS"), "no SHA256SUMS", id="no hashes"),
        pytest.param(lambda c: c.update({"corpus/b.txt": b"More."}), "not what was", id="unlisted"),
        pytest.param(lambda c: c.update({"corpus/../../x": b"Out."}), "not of an", id="outside"),
        pytest.param(lambda c: c.update({"/etc/x": b"Out."}), "not of an export", id="absolute"),
    ],
)
def test_an_archive_that_is_not_as_it_was_written_is_refused(
    assistant: Assistant, tmp_path: Path, change: Callable[[dict[str, bytes]], None], says: str
) -> None:
    file = rewritten(assistant.export(tmp_path / "all.tar"), change)
    with Assistant(tmp_path / "new", embedder=FakeEmbedder()) as again:
        with pytest.raises(DataError, match=says):
            again.import_(file)
        assert again.articles() == []


def test_a_link_in_an_archive_is_refused(assistant: Assistant, tmp_path: Path) -> None:
    file = assistant.export(tmp_path / "all.tar")
    with tarfile.open(file, "a") as archive:
        entry = tarfile.TarInfo("corpus/link.txt")
        entry.type, entry.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(entry)
    with (
        Assistant(tmp_path / "new", embedder=FakeEmbedder()) as again,
        pytest.raises(DataError, match="not of an export"),
    ):
        again.import_(file)


def test_what_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "no.tar").write_bytes(b"noise" * 1000)
    with Assistant(tmp_path / "new", embedder=FakeEmbedder()) as again:
        with pytest.raises(DataError, match="no whole tar"):
            again.import_(tmp_path / "no.tar")
        with pytest.raises(DataError, match="cannot be imported"):
            again.import_(tmp_path / "missing.tar")


def test_nothing_is_imported_over_other_articles(assistant: Assistant, tmp_path: Path) -> None:
    file = assistant.export(tmp_path / "all.tar")
    with pytest.raises(DataError, match="what somebody made"):
        assistant.import_(file)
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "other.txt").write_text("Another article. It was here before.")
    with (
        Assistant(tmp_path / "new", embedder=FakeEmbedder()) as again,
        pytest.raises(DataError, match=r"other articles, other\.txt"),
    ):
        again.import_(file)
