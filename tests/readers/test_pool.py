"""Files are read in child processes that cannot hang, crash or leak."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from articles import build

from assistant.errors import AssistantError, UnreadableFile
from assistant.readers import pool as pool_module
from assistant.readers import read, worker
from assistant.readers.pool import ReaderPool

ARTICLES = build.FOLDER
GOOD = ["tide-table.md", "scraped-ferry.txt", "ferry.jsonl", "page-json-ld.html"]
ROOT = Path(pool_module.__file__).parents[2]


@pytest.fixture(scope="module")
def pool() -> Iterator[ReaderPool]:
    with ReaderPool(workers=1, seconds=60) as pool:
        yield pool


def test_a_document_comes_through_the_pipe_unchanged(pool: ReaderPool, tmp_path: Path) -> None:
    paths = [*(ARTICLES / name for name in GOOD), build.simple_pdf(tmp_path / "x.pdf")]
    found = list(pool.read_all(paths))
    assert [path for path, _ in found] == paths
    assert [document for _, document in found] == [read(path) for path in paths]


def test_a_bad_file_is_one_failure_among_good_ones(pool: ReaderPool, tmp_path: Path) -> None:
    names = ["tide-table.md", "noise.txt", "empty.txt", "ferry.jsonl", "gone.md"]
    outcomes = [outcome for _, outcome in pool.read_all(ARTICLES / name for name in names)]
    assert [isinstance(outcome, UnreadableFile) for outcome in outcomes] == [
        False,
        True,
        True,
        False,
        True,
    ]
    error = outcomes[1]
    assert isinstance(error, UnreadableFile)
    assert "noise.txt" in error.message and error.hint


@pytest.mark.parametrize(("many", "most"), [(8_000_000, 32), (0, 2)], ids=["small", "large"])
def test_paths_are_taken_only_as_they_are_needed(
    pool: ReaderPool, monkeypatch: pytest.MonkeyPatch, many: int, most: int
) -> None:
    monkeypatch.setattr(pool_module, "BYTES_AHEAD", many)
    taken: list[int] = []

    def paths() -> Iterator[Path]:
        for number in range(50):
            taken.append(number)
            yield ARTICLES / "ferry.jsonl"

    found = pool.read_all(paths())
    next(found)
    assert len(taken) == most
    found.close()


def test_a_relative_path_is_meant_from_here(
    pool: ReaderPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ARTICLES)
    [(path, document)] = pool.read_all([Path("ferry.jsonl")])
    assert path == Path("ferry.jsonl")
    assert not isinstance(document, UnreadableFile)


def test_surrogates_in_a_file_name_do_no_harm(pool: ReaderPool, tmp_path: Path) -> None:
    raw = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    try:
        Path(os.fsdecode(raw)).write_bytes(b"Some text is in here, and a bit more of it.")
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    path = Path(os.fsdecode(raw))
    [(_, document)] = pool.read_all([path])
    assert not isinstance(document, UnreadableFile), document


# --- limits -------------------------------------------------------------------------------------


def test_a_file_that_takes_too_long_is_given_up_and_the_next_is_read(tmp_path: Path) -> None:
    slow = build.slow_pdf(tmp_path / "slow.pdf")
    with ReaderPool(workers=1, seconds=60) as pool:
        list(pool.read_all([ARTICLES / "ferry.jsonl"]))  # the child is warm
        worker = pool._idle[0]
        worker._seconds = 0.5
        begin = time.monotonic()
        outcomes = [outcome for _, outcome in pool.read_all([slow, ARTICLES / "ferry.jsonl"])]
        assert time.monotonic() - begin < 30
        assert worker._process.poll() is not None
    assert isinstance(outcomes[0], UnreadableFile)
    assert "took more than 0.5 seconds" in outcomes[0].message
    assert "read_seconds" in outcomes[0].hint
    assert not isinstance(outcomes[1], UnreadableFile)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux bounds the memory")
def test_a_file_that_takes_too_much_memory_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "big.jsonl"
    path.write_text('{"text": "' + "Words and words. " * 500_000 + '"}')
    with ReaderPool(workers=1, memory_mb=330) as pool:
        outcomes = [outcome for _, outcome in pool.read_all([path, ARTICLES / "ferry.jsonl"])]
    assert isinstance(outcomes[0], UnreadableFile)
    assert "MB of memory" in outcomes[0].message or "crash" in outcomes[0].message
    assert not isinstance(outcomes[1], UnreadableFile)


def test_a_child_that_dies_is_one_failed_file() -> None:
    with ReaderPool(workers=1) as pool:
        list(pool.read_all([ARTICLES / "ferry.jsonl"]))
        pool._idle[0]._process.kill()
        pool._idle[0]._process.wait()
        outcomes = [outcome for _, outcome in pool.read_all([ARTICLES / "ferry.jsonl"] * 2)]
    assert isinstance(outcomes[0], UnreadableFile)
    assert "crash" in outcomes[0].message
    assert not isinstance(outcomes[1], UnreadableFile)


# --- what a child may do ------------------------------------------------------------------------

FORBIDDEN: list[tuple[str, str]] = [
    ("the network", "import socket; socket.create_connection(('127.0.0.1', 9), timeout=1)"),
    ("names of hosts", "import socket; socket.getaddrinfo('localhost', 80)"),
    ("programs", "import subprocess; subprocess.run(['true'])"),
    ("the shell", "import os; os.system('true')"),
    ("writing", "open('written', 'w')"),
    ("low-level writing", "import os; os.open('written', os.O_WRONLY | os.O_CREAT)"),
    ("removing", "import os; os.remove('present')"),
]


@pytest.mark.parametrize(("what", "code"), FORBIDDEN, ids=[what for what, _ in FORBIDDEN])
def test_a_child_has_given_up(what: str, code: str, tmp_path: Path) -> None:
    (tmp_path / "present").write_text("x")
    program = (
        "import sys\nfrom assistant.readers.worker import _forbid\nsys.addaudithook(_forbid)\n"
        f"try:\n    {code}\nexcept PermissionError as error:\n    print('refused', error)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.stdout.startswith("refused"), done.stderr
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["present"]


def test_a_reader_that_wants_the_network_gets_none() -> None:
    program = (
        "import socket, sys\nimport assistant.readers as readers\n"
        "from assistant.readers import worker\n"
        "def read(path, **limits):\n    socket.create_connection(('127.0.0.1', 9), timeout=1)\n"
        "readers.read = read\nsys.argv = ['worker', '2048', '10']\nworker.main()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as child:
        assert child.stdin is not None and child.stdout is not None
        assert worker.receive(child.stdout) == {"ready": True}
        worker.send(child.stdin, {"path": "x.txt", "max_bytes": 1})
        reply = worker.receive(child.stdout)
    assert reply is not None and "PermissionError" in reply["error"]


def test_a_child_gets_no_secrets_and_runs_in_no_terminal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv("HTTP_PROXY", "http://user:secret@proxy")
    environment = pool_module._environment()
    assert not any("secret" in value for value in environment.values())
    with ReaderPool(workers=1) as pool:
        list(pool.read_all([ARTICLES / "ferry.jsonl"]))
        process = pool._idle[0]._process
        assert os.getsid(process.pid) != os.getsid(0)


def test_a_module_beside_the_corpus_is_not_imported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "docx.py").write_text("raise SystemExit('hijacked')")
    (tmp_path / "json.py").write_text("raise SystemExit('hijacked')")
    monkeypatch.chdir(tmp_path)
    with ReaderPool(workers=1) as pool:
        [(_, outcome)] = pool.read_all([build.docx(tmp_path / "a.docx")])
    assert not isinstance(outcome, UnreadableFile), outcome


# --- life and death -----------------------------------------------------------------------------


def test_children_end_with_the_pool() -> None:
    with ReaderPool(workers=2) as pool:
        list(pool.read_all([ARTICLES / name for name in GOOD]))
        processes = [worker._process for worker in pool._all]
        assert processes
    assert all(process.poll() is not None for process in processes)
    with pytest.raises(AssistantError, match="closed"):
        next(pool.read_all([ARTICLES / "ferry.jsonl"]))


def test_no_child_is_started_before_there_is_a_file() -> None:
    with ReaderPool() as pool:
        assert list(pool.read_all([])) == []
        assert not pool._all


def test_closing_from_another_thread_ends_what_is_being_read(tmp_path: Path) -> None:
    slow = build.slow_pdf(tmp_path / "slow.pdf")
    pool = ReaderPool(workers=1, seconds=60)
    list(pool.read_all([ARTICLES / "ferry.jsonl"]))
    threading.Timer(0.5, pool.close).start()
    begin = time.monotonic()
    [(_, outcome)] = pool.read_all([slow])
    assert isinstance(outcome, UnreadableFile)
    assert time.monotonic() - begin < 20


def stdin_script(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    program = (
        "from pathlib import Path\nimport sys\nfrom assistant.readers.pool import ReaderPool\n"
        "with ReaderPool(workers=2) as pool:\n"
        "    for path, found in pool.read_all(map(Path, sys.argv[1:])):\n"
        "        print(found.title)\n"
    )
    return subprocess.run(
        [sys.executable, "-", *arguments],
        input=program,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )


def test_a_script_from_standard_input_can_use_it() -> None:
    done = stdin_script([str(ARTICLES / "ferry.jsonl"), str(ARTICLES / "tide-table.md")])
    assert done.stdout.splitlines() == [
        "Ferry strike ends",
        "The tide table that was wrong for a year",
    ], done.stderr


def test_a_parent_that_is_killed_leaves_no_child_behind(tmp_path: Path) -> None:
    program = (
        "from pathlib import Path\nimport time\nfrom assistant.readers.pool import ReaderPool\n"
        f"pool = ReaderPool(workers=1)\npaths = [Path({str(ARTICLES / 'ferry.jsonl')!r})]\n"
        "list(pool.read_all(paths))\n"
        "print(pool._idle[0]._process.pid, flush=True)\ntime.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", program],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert eventually(lambda: not is_running(child))


def eventually(condition: Callable[[], bool], *, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def is_running(pid: int) -> bool:
    status = Path(f"/proc/{pid}/stat")
    if not Path("/proc").is_dir():
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        return True
    try:
        return status.read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_importing_the_readers_loads_no_heavy_library() -> None:
    program = (
        "import sys, assistant.sources, assistant.languages, assistant.cleaning\n"
        "import assistant.readers.pool, assistant.readers.pdf, assistant.readers.html\n"
        "import assistant.readers.docx, assistant.readers.epub, assistant.readers.markdown\n"
        "heavy = {'pypdf', 'trafilatura', 'lxml', 'docx', 'numpy', 'py3langid', 'yaml', 'httpx',\n"
        "         'htmldate', 'charset_normalizer'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=True,
    )
    assert done.stdout.strip() == "[]"
