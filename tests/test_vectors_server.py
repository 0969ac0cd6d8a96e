"""Chroma as a server: the same hits, shared by processes, and what happens when it is not there."""

import json
import logging
import os
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from certificates import certificate
from chroma_server import ChromaServer, chroma_server, guarded
from fakes import FakeEmbedder
from servers import Reply, free_port, scripted_server

from assistant import Assistant, index, neutral
from assistant.catalogue import Catalogue, Embedding, FileState, NewPassage
from assistant.errors import ServiceError
from assistant.passages import split
from assistant.records import Article
from assistant.vectors import ServerVectors, VectorCache, check_server, drop_vectors, server
from assistant.vectors.server import COLLECTION

DIMENSION = 16
TOKEN = "chroma-secret-0123456789"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChromaServer]:
    with chroma_server(tmp_path_factory.mktemp("chroma")) as server:
        yield server


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    catalogue = Catalogue(tmp_path / "catalogue.sqlite")
    yield catalogue
    catalogue.close()


def put(catalogue: Catalogue, *names: str) -> None:
    for name in names:
        (passage,) = split(f"Article {name}.", article_id=name)
        vector = np.random.default_rng(abs(hash_of(name))).normal(size=DIMENSION)
        vector = (vector / np.linalg.norm(vector)).astype(np.float32)
        catalogue.put(
            Article(id=name, path=name, title=name),
            file=FileState(name, name, 1, 1),
            text=passage.text,
            passages=[NewPassage(passage, [], name.encode())],
            embeddings={name.encode(): Embedding(vector, vector[None])},
        )


def hash_of(name: str) -> int:
    return int.from_bytes(name.encode(), "big") % (1 << 32)


def vectors_at(url: str, catalogue: Catalogue) -> ServerVectors:
    return ServerVectors(
        url,
        folder=catalogue.file.parent,
        catalogue=catalogue,
        neutral=neutral.identity(DIMENSION),
    )


def query(seed: int = 0) -> np.ndarray:
    vector = np.random.default_rng(seed).normal(size=DIMENSION)
    return (vector / np.linalg.norm(vector)).astype(np.float32)


def until(holds: Callable[[], bool], *, seconds: float = 30.0) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


# --- the same hits ------------------------------------------------------------------------------


def test_it_finds_what_chroma_in_the_process_finds(
    running: ChromaServer, catalogue: Catalogue, tmp_path: Path
) -> None:
    put(catalogue, *(f"a{number}" for number in range(200)))
    inside = VectorCache(
        tmp_path / "chroma", catalogue=catalogue, neutral=neutral.identity(DIMENSION)
    )
    outside = vectors_at(running.url, catalogue)
    assert inside.open() and outside.open()
    for seed in range(20):
        assert outside.nearest(query(seed), most=10) == inside.nearest(query(seed), most=10)
    inside.close()
    outside.close()


def test_it_follows_the_catalogue(running: ChromaServer, catalogue: Catalogue) -> None:
    vectors = vectors_at(running.url, catalogue)
    assert vectors.open()
    assert vectors.nearest(query(), most=5) == []
    put(catalogue, "a", "b", "c")
    assert len(vectors.nearest(query(), most=5) or []) == 3
    catalogue.remove("b")
    assert len(vectors.nearest(query(), most=5) or []) == 2
    assert vectors.count() == 2
    vectors.close()


def test_two_processes_share_it(running: ChromaServer, catalogue: Catalogue) -> None:
    put(catalogue, "a", "b")
    first, second = vectors_at(running.url, catalogue), vectors_at(running.url, catalogue)
    assert first.open() and second.open()
    put(catalogue, "c")
    assert len(first.nearest(query(), most=5) or []) == 3
    assert len(second.nearest(query(), most=5) or []) == 3
    assert first.count() == second.count() == 3
    first.close()
    second.close()


def test_while_one_fills_the_other_searches_exactly(
    running: ChromaServer, catalogue: Catalogue
) -> None:
    put(catalogue, "a")
    first, second = vectors_at(running.url, catalogue), vectors_at(running.url, catalogue)
    assert first.open() and second.open()
    put(catalogue, "b")
    with first._lock.acquire(timeout=0):
        assert second.nearest(query(), most=5) is None
    assert len(second.nearest(query(), most=5) or []) == 2
    first.close()
    second.close()


def test_a_copy_of_the_index_has_a_collection_of_its_own(
    running: ChromaServer, catalogue: Catalogue, tmp_path: Path
) -> None:
    put(catalogue, "a")
    vectors = vectors_at(running.url, catalogue)
    assert vectors.open()
    vectors.close()
    copy = tmp_path / "copy" / "catalogue.sqlite"
    copy.parent.mkdir()
    catalogue.close()
    copy.write_bytes(catalogue.file.read_bytes())
    other = Catalogue(copy)
    put(other, "b")
    beside = vectors_at(running.url, other)
    assert beside.open()
    assert beside.count() == 2
    assert vectors.open()
    assert vectors.count() == 1
    for one in (vectors, beside, other):
        one.close()


def test_vectors_that_were_lost_are_filled_in_again(
    running: ChromaServer, catalogue: Catalogue
) -> None:
    put(catalogue, "a", "b")
    vectors = vectors_at(running.url, catalogue)
    assert vectors.open()
    vectors._collection.delete(ids=["1"])
    assert vectors.open()
    assert vectors.count() == 2
    vectors.close()


# --- it goes away -------------------------------------------------------------------------------


def test_a_server_that_goes_away_and_comes_back(
    tmp_path: Path,
    catalogue: Catalogue,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(server, "FIRST_PAUSE", 0.05)
    put(catalogue, "a", "b")
    with chroma_server(tmp_path / "chroma") as running:
        vectors = vectors_at(running.url, catalogue)
        assert vectors.open()
        running.stop()
        caplog.set_level(logging.WARNING)
        began = time.monotonic()
        assert vectors.nearest(query(), most=5) is None
        assert time.monotonic() - began < 5
        for _ in range(5):
            vectors.nearest(query(), most=5)
            time.sleep(0.1)
        assert caplog.text.count("Search is exact") == 1, "it is said once"
        put(catalogue, "c")
        running.start()
        until(lambda: vectors.nearest(query(), most=5) is not None)
        assert len(vectors.nearest(query(), most=5) or []) == 3
        vectors.close()


def test_a_server_that_failed_is_left_alone_for_a_while(
    tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "FIRST_PAUSE", 60.0)
    put(catalogue, "a")
    with chroma_server(tmp_path / "chroma") as running:
        vectors = vectors_at(running.url, catalogue)
        assert vectors.open()
    assert vectors.nearest(query(), most=5) is None
    tried: list[str] = []
    monkeypatch.setattr(server, "check_server", tried.append)
    assert vectors.nearest(query(), most=5) is None
    until(lambda: not vectors._filling.is_set())
    assert tried == []
    vectors.close()


def test_a_server_that_came_back_empty_is_filled_again(
    tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "FIRST_PAUSE", 0.05)
    put(catalogue, "a", "b")
    with chroma_server(tmp_path / "chroma") as running:
        vectors = vectors_at(running.url, catalogue)
        assert vectors.open()
        running.stop()
        running.folder = tmp_path / "new"
        running.start()
        until(lambda: len(vectors.nearest(query(), most=5) or []) == 2)
        assert vectors.count() == 2
        vectors.close()


def test_it_is_tried_again_after_longer_and_longer(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr(server.time, "monotonic", lambda: now[0])
    vectors = vectors_at(f"http://127.0.0.1:{free_port()}", catalogue)
    pauses = []
    for _ in range(9):
        assert not vectors.open()
        pauses.append(vectors._again_at - now[0])
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_a_silent_server_does_not_hold_a_question_up(
    catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "PROBE_SECONDS", 0.2)
    hold = threading.Event()
    silent = Reply([b'"1.0.0"', b""], hold=hold)
    with scripted_server(api_v2_version=silent) as other:
        vectors = vectors_at(other.url, catalogue)
        began = time.monotonic()
        assert vectors.nearest(query(), most=5) is None
        assert time.monotonic() - began < 0.1, "it is tried in a thread of its own"
        until(lambda: vectors._again_at > 0)
        hold.set()


# --- what can be wrong --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("replies", "message"),
    [
        pytest.param({}, "does not speak like the Chroma server", id="another program"),
        pytest.param(
            {"api_v2_version": Reply([b"<html>"])}, "does not speak like", id="a web page"
        ),
        pytest.param(
            {
                "api_v2_version": Reply([b'"2.1.0"']),
                "api_v2_auth_identity": Reply([b'{"tenant":"t"}']),
            },
            r"is of version 2\.1\.0; 1\.x is needed",
            id="another version",
        ),
        pytest.param(
            {"api_v2_version": Reply([b'"1.0.0"']), "api_v2_auth_identity": Reply([b"{}"])},
            "does not speak like",
            id="half of it",
        ),
    ],
)
def test_a_server_of_another_kind_is_said(replies: dict[str, Reply], message: str) -> None:
    with scripted_server(**replies) as other, pytest.raises(ServiceError, match=message) as caught:
        check_server(other.url)
    assert caught.value.hint


def test_no_server_is_said_with_the_command_that_starts_one() -> None:
    with pytest.raises(ServiceError, match="The Chroma server does not answer") as caught:
        check_server(f"http://127.0.0.1:{free_port()}")
    assert "chroma run" in caught.value.hint


def test_a_token_opens_what_stands_before_it(
    running: ChromaServer,
    catalogue: Catalogue,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    put(catalogue, "a", "b")
    with guarded(running, token=TOKEN) as url:
        monkeypatch.setenv("ASSISTANT_CHROMA_TOKEN", "wrong-token")
        with pytest.raises(ServiceError, match="does not let you in") as caught:
            check_server(url)
        assert "ASSISTANT_CHROMA_TOKEN" in caught.value.hint
        vectors = vectors_at(url, catalogue)
        assert not vectors.open()
        monkeypatch.setenv("ASSISTANT_CHROMA_TOKEN", TOKEN)
        assert vectors.open()
        assert len(vectors.nearest(query(), most=5) or []) == 2
        vectors.close()
    assert "wrong-token" not in caplog.text
    assert TOKEN not in caplog.text


def test_a_certificate_is_checked_before_a_token_is_sent(
    running: ChromaServer, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    put(catalogue, "a", "b")
    own = certificate(tmp_path)
    monkeypatch.setenv("ASSISTANT_CHROMA_TOKEN", TOKEN)
    monkeypatch.delenv("SSL_CERT_FILE", raising=False)
    with guarded(running, token=TOKEN, tls=own.context()) as url:
        assert url.startswith("https:")
        with pytest.raises(ServiceError, match="is not trusted") as caught:
            check_server(url)
        assert "SSL_CERT_FILE" in caught.value.hint
        with closing(vectors_at(url, catalogue)) as vectors:
            assert not vectors.open()
        monkeypatch.setenv("SSL_CERT_FILE", str(own.file))
        with closing(vectors_at(url, catalogue)) as vectors:
            assert vectors.open()
            assert len(vectors.nearest(query(), most=5) or []) == 2
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none.pem"))
        with pytest.raises(ServiceError, match="holds no certificate"):
            check_server(url)


# --- through the product ------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "corpus"
    folder.mkdir()
    for number in range(40):
        (folder / f"{number:02}.txt").write_text(
            f"Report {number} says that bridge {number} cost {number * 3} million crowns. "
            f"The mayor of town {number} opened it on Monday, and ships pass it at noon."
        )
    return folder


def searched(folder: Path, data: Path, embedder: FakeEmbedder, url: str) -> list[object]:
    with Assistant(folder, data=data, embedder=embedder, engine="quotes", chroma_url=url) as one:
        one.sync()
        one.warm()
        assert one._parts.index().cache.is_open
        return [
            [(hit.article.path, hit.text, hit.score) for hit in one.search(question, k=5)]
            for question in ("What did bridge 7 cost?", "Who opened it?", "ships at noon")
        ]


def test_search_gives_equal_hits_with_the_server(
    running: ChromaServer,
    folder: Path,
    embedder: FakeEmbedder,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(index, "EXACT_UP_TO", 0)  # so that Chroma is asked for so few
    inside = searched(folder, tmp_path / "inside", embedder, "")
    assert searched(folder, tmp_path / "outside", embedder, running.url) == inside


def test_a_dropped_generation_takes_its_collection_along(
    running: ChromaServer, folder: Path, tmp_path: Path, embedder: FakeEmbedder
) -> None:
    data = tmp_path / "data"
    with Assistant(
        folder, data=data, embedder=embedder, engine="quotes", chroma_url=running.url
    ) as one:
        one.sync()
        names = [(data / "index" / "1" / COLLECTION).read_text()]
        for generation in ("2", "3"):
            one.rebuild()
            one.warm()
            names.append((data / "index" / generation / COLLECTION).read_text())
    assert [name in collections(running) for name in names] == [False, True, True]


def collections(server: ChromaServer) -> set[str]:
    route = "/api/v2/tenants/default_tenant/databases/default_database/collections"
    with urllib.request.urlopen(server.url + route, timeout=10) as reply:
        return {found["name"] for found in json.load(reply)}


def test_a_collection_that_cannot_be_dropped_is_named(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / COLLECTION).write_text("articles-1")
    drop_vectors(tmp_path, url=f"http://127.0.0.1:{free_port()}")
    assert "The collection articles-1 stays on the Chroma server" in caplog.text


def test_the_command_line_takes_the_server_and_its_doctor_checks_it(
    running: ChromaServer, folder: Path
) -> None:
    def doctor(url: str) -> dict[str, bool]:
        call = [sys.executable, "-m", "assistant", "--corpus", str(folder), "--chroma", url]
        done = subprocess.run(
            [*call, "doctor", "--json"], capture_output=True, text=True, env=os.environ, check=False
        )
        return {check["name"]: check["ok"] for check in json.loads(done.stdout)["checks"]}

    assert doctor(running.url)["chroma"] is True
    assert doctor(f"http://127.0.0.1:{free_port()}")["chroma"] is False
