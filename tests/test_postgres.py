"""The index in PostgreSQL: the hits of SQLite, shared by machines, and what goes wrong."""

import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from certificates import certificate
from chroma_server import chroma_server
from fakes import FakeEmbedder
from filelock import Timeout
from postgres_server import PASSWORD, PostgresServer, postgres_server
from servers import free_port

from assistant import Assistant, index
from assistant.catalogue import Catalogue, FileState, NewPassage, open_catalogue
from assistant.catalogue import postgres as door
from assistant.catalogue.shared import HOME
from assistant.errors import (
    AssistantError,
    DataError,
    IndexMismatch,
    ServiceError,
    SettingsError,
    UsageError,
)
from assistant.passages import split
from assistant.records import Article, FilterArguments, Filters

pytestmark = pytest.mark.postgres

QUESTIONS: tuple[tuple[str, FilterArguments], ...] = (
    ("What did bridge 7 cost?", {}),
    ("Who opened it on Monday?", {}),
    ("Wann wurde der Hafen eröffnet?", {}),
    ("ships at noon", {"since": "2024-03-01"}),
    ("Brücke", {"language": "de"}),
    ("the mayor of town 3", {"outlet": "Courier"}),
    ("nothing of this is anywhere xyzzy", {}),
)


@pytest.fixture
def url(postgres: PostgresServer) -> str:
    return postgres.database()


@pytest.fixture
def own() -> Iterator[PostgresServer]:
    """A server that a test may stop."""
    with postgres_server() as server:
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return corpus(tmp_path / "corpus")


def corpus(folder: Path) -> Path:
    folder.mkdir(parents=True)
    for number in range(12):
        facts = f"date: 2024-{number + 1:02}-05\noutlet: {'Courier' if number % 2 else 'Kurier'}"
        (folder / f"en{number:02}.md").write_text(
            f"---\ntitle: Bridge {number}\n{facts}\n---\n"
            f"Report {number} says that bridge {number} cost {number * 3} million crowns. "
            f"The mayor of town {number} opened it on Monday, and ships pass it at noon.\n"
        )
        (folder / f"de{number:02}.md").write_text(
            f"---\ntitle: Brücke {number}\n{facts}\n---\n"
            f"Der Bericht {number} sagt, dass die Brücke {number} im Hafen eröffnet wurde. "
            f"Der Bürgermeister kam am Montag, und Schiffe fahren mittags vorbei.\n"
        )
    return folder


def opened(folder: Path, url: str, **settings: str) -> Assistant:
    return Assistant(folder, embedder=FakeEmbedder(), engine="quotes", catalogue=url, **settings)


# --- the same as from SQLite --------------------------------------------------------------------


def searched(assistant: Assistant) -> list[object]:
    """Hits, their order and their scores, and the answers made of them."""
    found: list[object] = []
    for question, filters in QUESTIONS:
        hits = assistant.search(question, k=8, **filters)
        found.append([(hit.article, hit.passage, hit.score, hit.copies) for hit in hits])
        answer = assistant.ask(question, **filters)
        found.append((answer.text, answer.outcome, [c.quote for c in answer.citations]))
    return found


def worked_with(folder: Path, **settings: str) -> tuple[object, ...]:
    """What an index says after articles came, changed and went."""
    with opened(folder, **settings) as assistant:
        assistant.sync()
        (folder / "en00.md").write_text("By now this tells of the lighthouse at the harbour.")
        (folder / "de01.md").unlink()
        assistant.sync()
        one = next(a.id for a in assistant.articles() if a.path == "en02.md")
        assistant.tag(one, add=["bridges", "Übersicht"])
        assistant.remove(one)
        assistant.restore(one)
        assistant.warm()
        parts = assistant._parts.index()
        assert parts.cache.is_open
        catalogue = parts.catalogue
        said = (catalogue.digest(), catalogue.facets.tags(), catalogue.vocabulary.known_terms([]))
        return (*searched(assistant), *said, assistant.articles())


def test_hits_and_answers_are_those_of_sqlite_with_chroma_inside(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "EXACT_UP_TO", 0)  # so that Chroma is asked for so few
    inside = worked_with(corpus(tmp_path / "inside" / "corpus"), url="")
    with chroma_server(tmp_path / "chroma") as running:
        folder = corpus(tmp_path / "outside" / "corpus")
        assert worked_with(folder, url=url, chroma_url=running.url) == inside


def test_keywords_are_scored_the_same_to_the_last_bit(url: str, tmp_path: Path) -> None:
    chance = random.Random(7)
    words = [f"w{number}" for number in range(60)] + ["ΩΜΈΓΑ".lower(), "漢字", "x" * 5000]
    (tmp_path / "1").mkdir()
    both = [open_catalogue(tmp_path / "1"), open_catalogue(tmp_path / "1", url=url)]
    for step in range(80):
        name = f"a{chance.randrange(30)}"
        terms = chance.choices(words, weights=range(len(words), 0, -1), k=chance.randrange(1, 80))
        for catalogue in both:
            if step % 7 == 6:
                catalogue.remove(name)
            else:
                put(catalogue, name, terms, text=f"{step} " + " ".join(terms))
    for _ in range(150):
        asked = chance.sample([*words, "unknown"], k=chance.randrange(1, 9))
        filters = Filters(languages=("en",)) if chance.random() < 0.5 else None
        ours, theirs = (
            catalogue.keyword_scores(asked, language="en", most=20, scope=catalogue.scope(filters))
            for catalogue in both
        )
        assert ours == theirs
        short = [term for term in asked if len(term) < 300]  # longer ones are kept as their hash
        known, those = (catalogue.vocabulary.known_terms(short) for catalogue in both)
        assert known == those
    for catalogue in both:
        catalogue.close()


def put(catalogue: Catalogue, name: str, terms: list[str], *, text: str) -> None:
    passages = split(text, article_id=name, language="en", limit=4000)[:1]
    catalogue.put(
        Article(id=name, path=name, title=name, language="en"),
        file=FileState(name, name, 1, 1),
        text=text,
        passages=[NewPassage(passage, terms, passage.id.encode()) for passage in passages],
        embeddings={},
    )


def test_a_collection_of_the_catalogue_is_its_own(
    postgres: PostgresServer, url: str, tmp_path: Path
) -> None:
    """A copy of a database may change, and has vectors of its own."""
    open_catalogue(tmp_path / "1", url=url).close()
    copy = f"{url.rpartition('/')[2]}_copy"
    postgres.run(f"CREATE DATABASE {copy} TEMPLATE {url.rpartition('/')[2]}")
    one = open_catalogue(tmp_path / "1", url=url)
    other = open_catalogue(tmp_path / "1", url=postgres.url(copy))
    assert one.identity != other.identity
    one.close()
    other.close()


# --- several machines ---------------------------------------------------------------------------

WORDS = ("lighthouse", "orchard", "glacier", "foundry", "library", "volcano")
ADDING = """
import sys, time
sys.path.insert(0, {tests!r})
from pathlib import Path
from fakes import FakeEmbedder
from assistant import Assistant
if __name__ == "__main__":
    with Assistant(
        sys.argv[1], embedder=FakeEmbedder(), engine="quotes", catalogue=sys.argv[2]
    ) as assistant:
        for word in {words!r}:
            path = Path(sys.argv[3]) / f"{{word}}.txt"
            path.write_text(f"The {{word}} opens again. Who saw the {{word}} praised the {{word}}.")
            assistant.add(path)
            print(word, flush=True)
"""


def test_one_process_adds_while_another_asks(folder: Path, url: str, tmp_path: Path) -> None:
    script = tmp_path / "adding.py"
    script.write_text(ADDING.format(tests=str(Path(__file__).parent), words=WORDS))
    with opened(folder, url) as assistant:
        assistant.sync()
    (away := tmp_path / "away").mkdir()
    with opened(away, url) as asking:
        call = [sys.executable, str(script), str(folder), url, str(tmp_path)]
        with subprocess.Popen(call, stdout=subprocess.PIPE, text=True) as adding:
            assert adding.stdout
            for line in adding.stdout:
                (word,) = line.split()
                assert asking.search(f"Does the {word} open?")[0].article.path == f"{word}.txt"
        assert adding.returncode == 0
        assert asking.counts()[0] == 24 + len(WORDS)
        assert asking._parts.index().catalogue.problems() == []


WORKER = """
import sys
sys.path.insert(0, {tests!r})
from pathlib import Path
from fakes import FakeEmbedder
from assistant import Assistant
if __name__ == "__main__":
    folder, catalogue, chroma, *words = sys.argv[1:]
    settings = dict(engine="quotes", catalogue=catalogue, chroma_url=chroma)
    with Assistant(folder, embedder=FakeEmbedder(), **settings) as assistant:
        for word in words:
            path = Path(sys.argv[0]).parent / f"{{word}}.txt"
            path.write_text(f"The {{word}} opens again. Who saw the {{word}} praised the {{word}}.")
            assistant.add(path)
            assert assistant.search(f"Does the {{word}} open?")[0].article.path == path.name
"""


def test_several_workers_add_at_once(folder: Path, url: str, tmp_path: Path) -> None:
    script = tmp_path / "worker.py"
    script.write_text(WORKER.format(tests=str(Path(__file__).parent)))
    shares = [WORDS[at::3] for at in range(3)]
    with chroma_server(tmp_path / "chroma") as chroma:
        call = [sys.executable, str(script), str(folder), url, chroma.url]
        workers = [subprocess.Popen([*call, *share]) for share in shares]
        assert [worker.wait(timeout=180) for worker in workers] == [0, 0, 0]
        with opened(folder, url, chroma_url=chroma.url) as assistant:
            assistant.sync()
            assistant.warm()
            index = assistant._parts.index()
            articles, passages = index.catalogue.counts()
            assert articles == 24 + len(WORDS)
            assert index.catalogue.problems() == []
            assert index.cache.is_open and index.cache.count() == passages
            for word in WORDS:
                first = assistant.search(f"Does the {word} open?")[0]
                assert first.article.path == f"{word}.txt"


def test_who_has_another_folder_asks_and_does_not_change(
    folder: Path, url: str, tmp_path: Path
) -> None:
    (away := tmp_path / "away").mkdir()
    (away / "mine.txt").write_text("An article that lies elsewhere.")
    with opened(folder, url) as home, opened(away, url) as asking:
        home.sync()
        assert asking.search("What did bridge 7 cost?")[0].article.title == "Bridge 7"
        assert asking.show(asking.articles()[0].id).text
        with pytest.raises(DataError, match="they lie in"):
            asking.file(asking.articles()[0].id)
        for change in (
            asking.sync,
            lambda: asking.add(away / "mine.txt"),
            lambda: asking.remove(asking.articles()[0].id),
            lambda: asking.tag(asking.articles()[0].id, add=["x"]),
            asking.rebuild,
        ):
            with pytest.raises(DataError, match="may only be asked") as caught:
                change()
            assert str(folder) in caught.value.message
            assert "--corpus" in caught.value.hint
        assert home.counts()[0] == 24
        (check,) = [check for check in asking.doctor() if check.name == "index"]
        assert check.ok and "may only be asked" in check.message
        assert sorted(path.name for path in away.iterdir()) == [".assistant", "mine.txt"]


def test_a_folder_that_was_moved_is_still_theirs(folder: Path, url: str, tmp_path: Path) -> None:
    with opened(folder, url) as assistant:
        assistant.sync()
    moved = folder.rename(tmp_path / "moved")
    assert (moved / HOME).exists()
    with opened(moved, url) as assistant:
        assert assistant.sync().unchanged == 24


def test_a_rebuild_is_seen_by_all_and_can_be_taken_back(
    folder: Path, url: str, tmp_path: Path
) -> None:
    (away := tmp_path / "away").mkdir()
    with opened(folder, url) as home, opened(away, url) as asking:
        home.sync()
        assert asking.counts()[0] == 24
        for _ in range(3):
            home.rebuild()
        assert asking._parts.index().folder.name == "4"
        assert asking.search("What did bridge 7 cost?")[0].article.title == "Bridge 7"
        assert home._parts.data._generations() == [3, 4]  # type: ignore[attr-defined]
        home._parts.generations.back()
        assert asking._parts.index().folder.name == "3"


def test_words_are_not_embedded_again_by_a_rebuild(folder: Path, url: str) -> None:
    embedder = FakeEmbedder()
    with Assistant(folder, embedder=embedder, engine="quotes", catalogue=url) as assistant:
        assistant.sync()
        calls = len(embedder.passage_calls)
        assistant.rebuild()
        assert len(embedder.passage_calls) == calls


def test_what_was_embedded_for_sqlite_is_not_embedded_again(folder: Path, url: str) -> None:
    with opened(folder, "") as assistant:
        assistant.sync()
    embedder = FakeEmbedder()
    with Assistant(folder, embedder=embedder, engine="quotes", catalogue=url) as assistant:
        assert len(assistant.sync().added) == 24
        assert assistant.search("What did bridge 7 cost?")[0].article.title == "Bridge 7"
    assert embedder.passage_calls == []


def test_a_lock_is_one_for_all_connections(url: str, tmp_path: Path) -> None:
    one, other = (open_catalogue(tmp_path / "1", url=url) for _ in range(2))
    with one.lock("x").acquire(timeout=0):
        with pytest.raises(Timeout), other.lock("x").acquire(timeout=0.1):
            pass
        with other.lock("y").acquire(timeout=0):
            pass
    lock = other.lock("x")
    with lock.acquire(timeout=0), lock.acquire(timeout=0):
        pass
    with one.lock("x").acquire(timeout=0):
        pass
    one.close()
    other.close()


def test_many_threads_share_few_connections(url: str, postgres: PostgresServer) -> None:
    limit, catalogue = door.MOST_IDLE, open_catalogue(Path("1"), url=url)
    threads = [threading.Thread(target=catalogue.counts) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    query = f"SELECT count(*) FROM pg_stat_activity WHERE datname = '{url.rpartition('/')[2]}'"
    until = time.monotonic() + 10  # a connection that was closed is gone a moment later
    while (left := int(postgres.run(query))) > limit and time.monotonic() < until:
        time.sleep(0.1)
    assert 1 <= left <= limit
    catalogue.close()


# --- what goes wrong ----------------------------------------------------------------------------


def test_a_server_that_goes_away_and_comes_back(
    own: PostgresServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "PAUSES", ())
    with opened(folder, own.database()) as assistant:
        assistant.sync()
        before = assistant.search("What did bridge 7 cost?")
        own.stop()
        for ask in (lambda: assistant.search("bridge"), assistant.sync, assistant.articles):
            with pytest.raises(ServiceError, match="does not answer") as caught:
                ask()
            assert "--catalogue" in caught.value.hint
            assert PASSWORD not in caught.value.message
        (check,) = [check for check in assistant.doctor() if check.name == "index"]
        assert not check.ok and "does not answer" in check.message
        own.start()
        assert assistant.search("What did bridge 7 cost?") == before
        (folder / "later.txt").write_text("The lighthouse was lit again.")
        assert len(assistant.sync().added) == 1
        own.stop()
        own.start()  # nobody asked meanwhile: it is not noticed at all
        assert assistant.search("lighthouse")[0].article.path == "later.txt"


def test_a_short_absence_is_waited_for(
    own: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "PAUSES", (0.1,) * 1000)
    catalogue = open_catalogue(tmp_path / "1", url=own.database())
    own.stop()
    coming = threading.Timer(0.3, own.start)
    coming.start()
    assert catalogue.counts() == (0, 0)
    coming.join()
    catalogue.close()


def test_who_waited_in_vain_does_not_wait_again(monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(door.time, "sleep", waited.append)
    server = door.Server(f"postgresql://127.0.0.1:{free_port()}/d", schema="public")
    for _ in range(3):
        with pytest.raises(ServiceError), server.connection():
            pass
    assert waited == list(door.PAUSES)


@pytest.mark.parametrize(
    ("address", "kind", "message", "hint"),
    [
        pytest.param("mysql://h/d", SettingsError, "no address of", "postgresql://", id="kind"),
        pytest.param("postgresql://h", SettingsError, "names no database", "5432/", id="no name"),
        pytest.param(
            "postgresql://u:secret@h/d?nonsense=1", SettingsError, "nonsense", "5432/", id="option"
        ),
        pytest.param("nobody", ServiceError, "does not answer", "--catalogue", id="nobody there"),
        pytest.param("password", ServiceError, "does not let you in", "PGPASSWORD", id="password"),
        pytest.param("database", ServiceError, "has no such database", "createdb", id="database"),
        pytest.param("encoding", DataError, "is in SQL_ASCII", "createdb", id="encoding"),
    ],
)
def test_what_is_wrong_with_an_address_is_one_sentence(
    postgres: PostgresServer,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    address: str,
    kind: type[AssistantError],
    message: str,
    hint: str,
) -> None:
    monkeypatch.setattr(door, "PAUSES", (0.01,))
    urls = {
        "nobody": f"postgresql://u:secret@127.0.0.1:{free_port()}/d",
        "password": postgres.url("postgres", password="secret"),
        "database": postgres.url("nowhere", password=PASSWORD),
    }
    if address == "encoding":
        urls[address] = postgres.database(encoding="SQL_ASCII")
    with opened(folder, urls.get(address, address)) as assistant:
        with pytest.raises(kind, match=message) as caught:
            assistant.search("bridge")
        assert hint in caught.value.hint
        assert not {"secret", PASSWORD} & set(caught.value.message.replace(":", " ").split())
        assert "\n" not in caught.value.message


def test_tables_of_another_version_are_said(
    postgres: PostgresServer, folder: Path, url: str
) -> None:
    with opened(folder, url) as assistant:
        assistant.sync()
    postgres.run("UPDATE assistant_1.meta SET value = '9' WHERE key = 'schema'", url=url)
    with opened(folder, url) as assistant:
        with pytest.raises(IndexMismatch, match="of version 9, not 3") as caught:
            assistant.search("bridge")
        assert "assistant rebuild" in caught.value.hint
        assistant.rebuild()
        assert assistant.search("bridge")
    postgres.run("UPDATE assistant.state SET value = '9' WHERE key = 'version'", url=url)
    with opened(folder, url) as assistant, pytest.raises(DataError, match="of version 9, not 1"):
        assistant.search("bridge")


def test_tables_that_somebody_dropped_are_made_again(
    postgres: PostgresServer, folder: Path, url: str
) -> None:
    with opened(folder, url) as assistant:
        assistant.sync()
        postgres.run("DROP TABLE assistant_1.passages CASCADE", url=url)
        with pytest.raises(DataError, match="damaged") as caught:
            assistant.search("bridge 7")
        assert "assistant sync" in caught.value.hint
    with opened(folder, url) as assistant:
        with pytest.raises(DataError, match="it lacks passages"):
            assistant.search("bridge 7")
        assert len(assistant.sync().added) == 24
        assert assistant.search("What did bridge 7 cost?")[0].article.title == "Bridge 7"


def test_who_may_not_make_tables_is_told_how(
    postgres: PostgresServer, folder: Path, url: str
) -> None:
    name = url.rpartition("/")[2]
    postgres.run("CREATE ROLE reader LOGIN PASSWORD 'readers-own'")
    other = postgres.url(name, user="reader", password="readers-own")
    with opened(folder, other) as assistant:
        with pytest.raises(DataError, match="does not allow that") as caught:
            assistant.sync()
        assert "GRANT CREATE ON DATABASE" in caught.value.hint


def test_a_certificate_is_checked(
    postgres: PostgresServer, folder: Path, url: str, tmp_path: Path
) -> None:
    own = certificate(postgres.folder)
    others = certificate(tmp_path)
    for path in (own.file, own.key):
        path.chmod(0o600)
        postgres.own(path)
    shutil.copy(own.file, tmp_path / "authority.pem")
    for setting, value in (("ssl_cert_file", own.file), ("ssl_key_file", own.key), ("ssl", "on")):
        postgres.run(f"ALTER SYSTEM SET {setting} = '{value}'")
    postgres.run("SELECT pg_reload_conf()")
    checked = f"{url}?sslmode=verify-full&sslrootcert={tmp_path / 'authority.pem'}"
    with opened(folder, checked) as assistant:
        assistant.sync()
        assert assistant.search("bridge")
        store = assistant._parts.index().catalogue._connections
        with store.reading() as db:
            query = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
            assert db.execute(query).fetchone() == (True,)
    strange = f"{url}?sslmode=verify-full&sslrootcert={others.file}"
    with opened(folder, strange) as assistant, pytest.raises(ServiceError) as caught:
        assistant.search("bridge")
    assert "certificate" in caught.value.message and "\n" not in caught.value.message


def test_an_export_holds_the_index_and_comes_back(folder: Path, url: str, tmp_path: Path) -> None:
    with opened(folder, url) as assistant:
        assistant.sync()
        assistant.remove(assistant.articles()[0].id)
        before = searched(assistant)
        assistant.export(tmp_path / "all.tar")
        with pytest.raises(UsageError, match="not imported into PostgreSQL") as caught:
            assistant.import_(tmp_path / "all.tar")
        assert "without --catalogue" in caught.value.hint
    embedder, other = FakeEmbedder(), tmp_path / "other"
    with Assistant(other, embedder=embedder, engine="quotes") as assistant:
        assert assistant.import_(tmp_path / "all.tar").unchanged == 23
        assert searched(assistant) == before
        assert assistant._parts.index().catalogue.problems() == []
    assert embedder.passage_calls == []


def test_the_command_line_and_the_environment_name_it_and_never_show_the_password(
    tmp_path: Path, url: str, postgres: PostgresServer
) -> None:
    (folder := tmp_path / "corpus").mkdir()
    (folder / "bridge.txt").write_text("The bridge cost 12 million crowns.")

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        call = [sys.executable, "-m", "assistant", "--corpus", str(folder), *arguments]
        return subprocess.run(
            call, capture_output=True, text=True, env=os.environ | environment, check=False
        )

    with Assistant(folder, engine="quotes", catalogue=url) as assistant:
        assistant.sync()
    listed = run("articles", "--json", "--catalogue", url)
    assert len(json.loads(listed.stdout)["articles"]) == 1, listed.stderr
    checked = run("doctor", "--json", ASSISTANT_CATALOGUE=url)
    wrong = run("articles", "--catalogue", postgres.url("nowhere"))
    assert wrong.returncode == 3
    for done in (listed, checked, wrong):
        assert PASSWORD not in done.stdout + done.stderr
    assert "1 articles, 1 passages, in step" in checked.stdout
