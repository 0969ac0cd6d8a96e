"""The SQLite files cut or filled with noise: noticed, rebuilt from the folder, nothing made up.

`pytest tests/faults/test_sqlite.py -m long` tries 20 ways.
"""

import random
import shutil
import sys
from pathlib import Path

import pytest
from fakes import FakeEmbedder

sys.path.insert(0, str(Path(__file__).parent))
from reporting import write_result
from workshop import text_of

from assistant import Assistant
from assistant.errors import DamagedFile

ARTICLES = 30
TITLE = "A better title"
FILES = ("index/2/catalogue.sqlite", "personal.sqlite")
WAYS = ("cut", "a page of noise", "a little noise", "the first page", "all noise")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus with tags and a corrected title, closed in order."""
    folder = tmp_path_factory.mktemp("original") / "corpus"
    folder.mkdir()
    for number in range(ARTICLES):
        (folder / f"a{number}.txt").write_text(text_of(f"a{number}"))
    with opened(folder) as assistant:
        assistant.sync()
        (article, *_) = assistant.articles()
        with assistant._parts.personal.writing() as db:
            db.execute("INSERT INTO tags VALUES (?, 'kept')", (article.id,))
            db.execute("INSERT INTO corrections VALUES (?, 'title', ?)", (article.id, TITLE))
        assistant.rebuild()
    return folder


def opened(folder: Path) -> Assistant:
    return Assistant(folder, embedder=FakeEmbedder(), engine="quotes", passage_chars=300)


def damage(file: Path, *, way: str, rng: random.Random) -> None:
    content = bytearray(file.read_bytes())
    if way == "cut":
        content = content[: rng.randrange(1, len(content))]
    else:
        size = {"a page of noise": 4096, "the first page": 4096, "a little noise": 64}.get(
            way, len(content)
        )
        last = 0 if way == "the first page" else (len(content) - size) // size
        at = rng.randint(0, last) * size
        content[at : at + size] = rng.randbytes(size)
    file.write_bytes(content)


def check_recovery(original: Path, folder: Path, *, name: str, way: str, seed: int) -> None:
    shutil.copytree(original, folder)
    with opened(folder) as before:
        ids = {article.path: article.id for article in before.articles()}
        digest = before._parts.index().catalogue.digest()
    damage(folder / ".assistant" / name, way=way, rng=random.Random(seed))
    with opened(folder) as assistant:
        if name.startswith("index"):
            with pytest.raises(DamagedFile) as caught:  # nothing false is answered
                assistant.ask("Where does a1 end?")
            assert "assistant sync" in caught.value.hint
        assistant.sync()
        assert assistant._parts.index().catalogue.digest() == digest
        assert {article.path: article.id for article in assistant.articles()} == ids
        rows = set(
            assistant._parts.personal.rows(
                "SELECT tag, value FROM tags JOIN corrections USING (id)"
            )
        )
        assert rows == {("kept", TITLE)}
        assert assistant.ask("Where does a1 end?").nearest is not None
    kept = [
        *(folder / ".assistant").glob("*.damaged-*"),
        *(folder / ".assistant").glob("index/damaged-*"),
    ]
    assert kept, "what was damaged is not there to be looked at"


@pytest.mark.parametrize("seed", range(5))
def test_damage_is_noticed_and_mended(original: Path, tmp_path: Path, seed: int) -> None:
    name = FILES[seed == 4]
    check_recovery(original, tmp_path / "corpus", name=name, way=WAYS[seed], seed=seed)


@pytest.mark.parametrize("way", [way for way in WAYS if way != "a little noise"])
def test_damage_to_what_a_person_made_is_mended(original: Path, tmp_path: Path, way: str) -> None:
    """64 bytes may hit unused space, where there is nothing to notice."""
    check_recovery(original, tmp_path / "corpus", name=FILES[1], way=way, seed=7)


@pytest.mark.long
@pytest.mark.timeout(0)
def test_twenty_ways(original: Path, tmp_path: Path) -> None:
    for seed in range(20):
        way = WAYS[seed % len(WAYS)]
        of_person = seed % 4 == 3 and way != "a little noise"
        check_recovery(
            original,
            tmp_path / str(seed) / "corpus",
            name=FILES[of_person],
            way=way,
            seed=100 + seed,
        )
    write_result("sqlite", ways=20, noticed=20, rebuilt_or_restored=20, false_answers=0)
