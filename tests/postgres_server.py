"""A real PostgreSQL on loopback, made for the tests and thrown away after them."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from pathlib import Path

import pytest
from servers import free_port

USER, PASSWORD = "tester", "postgres-secret-0123"
PLACES = "/usr/lib/postgresql/*/bin"
_OPTIONS = "-F -c listen_addresses=127.0.0.1 -c max_connections=60 -c shared_buffers=16MB"


@dataclass
class PostgresServer:
    """A cluster in a folder; it can be stopped and started again, on the same port."""

    programs: Path
    folder: Path
    port: int
    _names: Iterator[int] = field(default_factory=count)

    def url(self, database: str, *, user: str = USER, password: str = PASSWORD) -> str:
        return f"postgresql://{user}:{password}@127.0.0.1:{self.port}/{database}"

    @cached_property
    def as_other(self) -> list[str]:
        """PostgreSQL does not run as root."""
        if os.geteuid():
            return []
        return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]

    def make(self) -> None:
        """Make the cluster, whose user has a password."""
        secret = self.folder / "password"
        secret.write_text(PASSWORD)
        self.own(self.folder)
        self.own(secret)
        call = ["initdb", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8", f"--username={USER}"]
        self._run(*call, "--auth=scram-sha-256", f"--pwfile={secret}", "-D", self._data)

    def own(self, path: Path) -> None:
        """Let the server read it."""
        if self.as_other:
            shutil.chown(path, "postgres", "postgres")

    def start(self) -> None:
        options = f"{_OPTIONS} -p {self.port} -k {self.folder}"
        log = str(self.folder / "log")
        wait = ["-w", "-t", "110"]
        self._run("pg_ctl", "start", *wait, "-D", self._data, "-l", log, "-o", options)

    def stop(self) -> None:
        """Stop it like a crash, and all who are connected with it."""
        self._run("pg_ctl", "stop", "-w", "-m", "immediate", "-D", self._data, check=False)

    def database(self, *, encoding: str = "UTF8") -> str:
        """The address of a new database."""
        name = f"t{next(self._names)}"
        locale = "C.UTF-8" if encoding == "UTF8" else "C"
        self.run(
            f"CREATE DATABASE {name} ENCODING '{encoding}' LOCALE '{locale}' TEMPLATE template0"
        )
        return self.url(name)

    def run(self, sql: str, *, url: str = "") -> str:
        """Run a statement, with PostgreSQL's own program, and give what it prints."""
        call = ["psql", "-X", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-c", sql]
        return self._run(*call, url or self.url("postgres"))

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    def _run(self, program: str, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            [*self.as_other, str(self.programs / program), *arguments],
            # pg_ctl's server keeps what it inherits open
            stdout=subprocess.PIPE if program == "psql" else subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            text=True,
            check=check,
            timeout=120,
        )
        return (done.stdout or "").strip()


def programs() -> Path:
    """Where the server's programs are; skips, or fails where they must be there, without them."""
    found = sorted(Path("/").glob(f"{PLACES.removeprefix('/')}/initdb"))
    missing = "" if found else f"no PostgreSQL server in {PLACES}: apt install postgresql"
    try:
        import psycopg  # noqa: F401 - only whether it is there
    except ImportError:
        missing = "psycopg is not installed: pip install '.[postgres]'"
    if missing and os.environ.get("ASSISTANT_POSTGRES") == "required":
        pytest.fail(missing)
    if missing:
        pytest.skip(missing)
    return found[-1].parent


@contextmanager
def postgres_server() -> Iterator[PostgresServer]:
    # Not below the folders of pytest, which other users cannot enter.
    folder = Path(tempfile.mkdtemp(prefix="postgres-"))
    server = PostgresServer(programs(), folder, free_port())
    try:
        server.make()
        server.start()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
