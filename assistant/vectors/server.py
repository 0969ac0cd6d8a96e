"""The neutral vectors of all passages on a Chroma server, shared by the processes of one corpus.

The server is a cache like the folder: it holds nothing that is not in the catalogue. Each process
asks it, and whoever finds it behind brings it up to date, one at a time. While it is behind or does
not answer, `nearest` gives None, and the caller searches exactly; it is tried again after a while,
and after twice as long each time.
"""

import logging
import time
from contextlib import closing, suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4

from filelock import Timeout

from assistant.catalogue import Catalogue
from assistant.errors import AssistantError, ModelError, ServiceError
from assistant.models.door import server_client, service_errors
from assistant.neutral import Neutral
from assistant.settings import CHROMA_TOKEN, chroma_token, without_keys
from assistant.vectors.cache import VectorCache
from assistant.vectors.following import Follower

SERVICE = "The Chroma server"
START = "Start it with: chroma run --path DIR --host 127.0.0.1 --port 8000"
ADDRESS = "is like http://127.0.0.1:8000, and the server Chroma 1.0 or newer."
MAJOR = "1"
"""The version of the server's routes that Chroma's client speaks to; each 1.x says 1.0.0."""
COLLECTION = "chroma-collection"
"""The file with the name of an index's collection."""
PROBE_SECONDS, CALL_SECONDS = 2.0, 30.0
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0

log = logging.getLogger(__name__)


def check_server(url: str) -> str:
    """The version of the Chroma server at an address.

    Raises ServiceError where none answers, another program does, the token is wrong, or the server
    is of another version.
    """

    base = url.partition("?")[0].rstrip("/")
    try:
        with (
            service_errors(SERVICE, url=base, hint=START, key=CHROMA_TOKEN, address=ADDRESS),
            server_client(timeout=PROBE_SECONDS, headers=_headers()) as client,
        ):
            for route in ("version", "auth/identity"):
                response = client.get(f"{base}/api/v2/{route}")
                response.raise_for_status()
                if route == "version":
                    version = str(response.json())
                elif "tenant" not in response.json():
                    raise ValueError(response.text)
    except ModelError as error:
        raise ServiceError(error.message, hint=error.hint) from error
    if version.split(".")[0] != MAJOR:
        raise ServiceError(
            f"{SERVICE} at {without_keys(base)} is of version {version}; {MAJOR}.x is needed.",
            hint="Install the one that belongs to this program: pip install 'chromadb>=1.5.9,<2'",
        )
    return version


def drop_vectors(folder: Path, *, url: str) -> None:
    """Drop what a Chroma server holds for the index in a folder; a server that is away keeps it."""
    noted = folder / COLLECTION
    if not url or not noted.exists():
        return
    name = noted.read_text("utf-8").strip()
    try:
        check_server(url)
        with closing(_client(url)) as client:
            client.delete_collection(name)
    except Exception as error:  # Chroma's client raises many kinds; it is only left behind
        said = without_keys(str(error))
        log.warning("The collection %s stays on the Chroma server: %s", name, said)


def _client(url: str) -> Any:
    """Chroma's client for a server, with a time after which it stops waiting."""
    import chromadb
    from chromadb.config import Settings

    parts = urlsplit(url)
    place = {k: v for k, v in parse_qsl(parts.query) if k in ("tenant", "database")}
    client: Any = chromadb.HttpClient(
        host=url.partition("?")[0].rstrip("/"),
        port=parts.port or (443 if parts.scheme == "https" else 80),
        ssl=parts.scheme == "https",
        headers=_headers(),
        settings=Settings(anonymized_telemetry=False),
        **place,
    )
    # Chroma's own client waits for ever for a server that has stopped answering, and leaves its
    # connections open.
    client._admin_client._server._session.close()
    client._server._session.timeout = CALL_SECONDS
    return client


def make_vectors(
    folder: Path, *, url: str = "", catalogue: Catalogue, neutral: Neutral
) -> Follower:
    """The vectors of an index: on the Chroma server at `url`, else in a folder of its own."""
    if url:
        return ServerVectors(url, folder=folder, catalogue=catalogue, neutral=neutral)
    return VectorCache(folder / "chroma", catalogue=catalogue, neutral=neutral)


class ServerVectors(Follower):
    """Chroma over HTTP. A lock of the catalogue keeps two processes from writing at a time.

    `folder` is the index's: there the collection's name is noted, for whoever drops the index.
    """

    def __init__(self, url: str, *, folder: Path, catalogue: Catalogue, neutral: Neutral) -> None:
        super().__init__(catalogue=catalogue, neutral=neutral)
        self.url = url
        self._folder = folder
        self._lock = catalogue.lock("chroma-server")
        self._known: dict[str, Any] = {}
        self._session: Any = None
        self._pause, self._again_at = FIRST_PAUSE, 0.0

    def open(self) -> bool:
        """Connect and bring the server up to date.

        False: it does not answer, or another process is at it; search is exact meanwhile.
        """
        with self._guard:
            try:
                return self._open()
            except Timeout:
                return False
            except Exception as error:  # Chroma's client raises many kinds
                self._failed(error)
                return False

    def _open(self) -> bool:
        if self._collection is None:
            self._connect()
        if not self._follow():
            return False
        with self._lock.acquire(timeout=0):
            self._read_state()
            in_step = self._known.get("change") == self._catalogue.change()
            if in_step and self._collection.count() != self._catalogue.counts()[1]:
                log.warning("The Chroma server lacks vectors; it is filled again.")
                self._begin_anew()
                self._catch_up()
        self._pause, self._again_at = FIRST_PAUSE, 0.0
        return True

    def close(self) -> None:
        """Let go of the connection; filling goes on later."""
        self._stopping.set()
        with self._guard:
            self._stopping.clear()
            self._close_client()

    # --- inside ---

    @property
    def _rests(self) -> bool:
        return super()._rests or time.monotonic() < self._again_at

    def _follow(self) -> bool:
        """Bring the server in step with the catalogue. False while another process does."""
        if self._known.get("change") == self._catalogue.change():
            return True
        try:
            with self._lock.acquire(timeout=0):
                self._read_state()
                return self._catch_up()
        except Timeout:
            return False

    def _connect(self) -> None:
        check_server(self.url)
        self._client = _client(self.url)
        self._session = self._client._server._session
        self._get_collection()
        if self._known.get("neutral", self._neutral.version) != self._neutral.version:
            self._begin_anew()

    def _close_client(self) -> None:
        session, self._session = self._session, None
        if session is not None:
            session.close()
        super()._close_client()

    def _get_collection(self) -> None:
        self._collection = self._client.get_or_create_collection(
            self._name(),
            embedding_function=None,  # else Chroma attaches one that downloads a model
            configuration={"hnsw": {"space": "cosine"}},
        )
        self._known = dict(self._collection.metadata or {})
        (self._folder / COLLECTION).write_text(self._collection.name, "utf-8")

    def _name(self) -> str:
        """The collection of this very catalogue: a copy of it may change, and has another.

        The name is given once and kept in the catalogue.
        """
        with self._lock.acquire(timeout=CALL_SECONDS):
            name = self._catalogue.meta().get("collection")
            if not name:
                name = f"articles-{uuid4().hex[:16]}"
                self._catalogue.set_meta(collection=name)
        return f"{name}-{self._catalogue.identity}"

    def _begin_anew(self) -> None:
        self._client.delete_collection(self._name())
        self._get_collection()

    def _read_state(self) -> None:
        found = self._client.get_collection(self._name(), embedding_function=None)
        self._collection, self._known = found, dict(found.metadata or {})

    def _state(self) -> dict[str, Any]:
        return self._known

    def _write_state(self, **changes: Any) -> None:
        self._known = self._known | {"neutral": self._neutral.version} | changes
        self._collection.modify(metadata=self._known)

    def _failed(self, error: Exception) -> None:
        """Say it once, and leave the server alone for a while, longer each time."""
        with suppress(Exception):  # it is of no use any more, whatever it says
            self._close_client()
        self._client = self._collection = None
        said = f"{SERVICE} at {without_keys(self.url)} failed: {without_keys(str(error))}"
        if isinstance(error, AssistantError):
            said = f"{error.message} {error.hint}"
        level = logging.WARNING if self._pause == FIRST_PAUSE else logging.DEBUG
        log.log(level, "%s Search is exact until then.", said)
        self._again_at = time.monotonic() + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE)


def _headers() -> dict[str, str]:
    """The headers with the token of the environment: as most proxies want it, and Chroma Cloud."""
    token = chroma_token()
    return {"Authorization": f"Bearer {token}", "X-Chroma-Token": token} if token else {}
