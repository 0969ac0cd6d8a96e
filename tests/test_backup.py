"""The export: a tar file that anyone can open and check."""

import hashlib
import json
import tarfile
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
