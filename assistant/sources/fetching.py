"""Fetch an address from the internet, and from nowhere else."""

import http.client
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import SplitResult, quote, unquote, urldefrag, urljoin, urlsplit

from assistant.errors import FetchError
from assistant.sources.addresses import Address, ascii_host, checked, port_of, resolved

USER_AGENT = "article-assistant (reads one page for one person)"

_TYPES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "application/x-pdf": ".pdf",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
    "application/epub+zip": ".epub",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
_VAGUE = frozenset({"", "application/octet-stream", "binary/octet-stream", "text/plain"})
_PACKINGS = frozenset({"identity", "gzip", "x-gzip", "deflate"})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """How much of the internet one fetch may take: bytes, seconds in all, redirects."""

    max_bytes: int = 50_000_000
    seconds: float = 30.0
    redirects: int = 5


DEFAULT_LIMITS = FetchLimits()


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave; `suffix` names the reader for it, `final_url` is after redirects."""

    url: str
    final_url: str
    content_type: str
    content: bytes
    suffix: str


def fetch(
    url: str,
    *,
    limits: FetchLimits = DEFAULT_LIMITS,
    allow_loopback: bool = False,
) -> Fetched:
    """Fetch one page or file. Raises FetchError with what to do instead.

    Only http and https; the host is resolved once, every address must be a public one, and the
    connection goes to the address that was checked, so a name cannot change its mind in between.
    Each redirect is checked again. Proxies of the environment are not used. `allow_loopback` is
    for tests.
    """
    deadline = time.monotonic() + limits.seconds
    here = urldefrag(url.strip()).url
    for _ in range(limits.redirects + 1):
        parts = checked(here)
        addresses = resolved(parts, allow_loopback=allow_loopback)
        with _response(parts, addresses, deadline=deadline, limits=limits) as response:
            if response.status in _REDIRECTS:
                here = urldefrag(urljoin(here, response.headers.get("Location") or "")).url
                continue
            return _fetched(url, here, response, limits=limits, deadline=deadline)
    raise FetchError(
        f"{url} redirects more than {limits.redirects} times.",
        hint="Open it in a browser and add the address it ends at.",
    )


@contextmanager
def _response(
    parts: SplitResult, addresses: list[Address], *, deadline: float, limits: FetchLimits
) -> Iterator[http.client.HTTPResponse]:
    """Ask for one address over a connection to a checked IP address; cut it at the deadline."""
    opened: list[socket.socket] = []
    left = max(0.0, deadline - time.monotonic())
    watchdog = threading.Timer(left, _hang_up, (opened,))
    watchdog.daemon = True
    watchdog.start()
    try:
        with closing(_ask(parts, addresses, deadline=deadline, opened=opened)) as response:
            yield response
    except (OSError, ValueError, http.client.HTTPException) as error:
        late = time.monotonic() >= deadline
        raise _unreachable(parts, error, late=late, limits=limits) from error
    finally:
        watchdog.cancel()
        for stream in opened:
            stream.close()


def _ask(
    parts: SplitResult,
    addresses: list[Address],
    *,
    deadline: float,
    opened: list[socket.socket],
) -> http.client.HTTPResponse:
    """Connect and send the request; every socket that is made is put into `opened`."""
    host = parts.hostname or ""
    opened.append(_connect(addresses, parts, deadline=deadline))
    if parts.scheme == "https":
        stream = _tls().wrap_socket(opened[0], server_hostname=host, do_handshake_on_connect=False)
        opened.append(stream)
        stream.do_handshake()
    connection = http.client.HTTPConnection(host, parts.port)
    connection.sock = opened[-1]
    connection.request("GET", _target(parts), headers=_headers(parts))
    response = connection.getresponse()
    if time.monotonic() >= deadline:  # what was cut off looks like the end of the headers
        response.close()
        raise TimeoutError("out of time")
    return response


def _connect(addresses: list[Address], parts: SplitResult, *, deadline: float) -> socket.socket:
    failure: OSError = OSError("no address")
    for address in addresses:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("out of time")
        try:
            return socket.create_connection((str(address), port_of(parts)), timeout=min(left, 10.0))
        except OSError as error:
            failure = error
    raise failure


def _hang_up(opened: list[socket.socket]) -> None:
    """End a connection from outside: a server that drips bytes would outlast plain timeouts."""
    for stream in opened:
        with suppress(OSError):
            socket.socket.shutdown(stream, socket.SHUT_RDWR)  # also beneath TLS


def _tls() -> ssl.SSLContext:
    import httpx

    return httpx.create_ssl_context()


def _target(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    return path + ("?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]") if parts.query else "")


def _headers(parts: SplitResult) -> dict[str, str]:
    host = parts.hostname or ""
    host = f"[{host}]" if ":" in host else ascii_host(host)
    return {
        "Host": f"{host}:{parts.port}" if parts.port else host,
        "User-Agent": USER_AGENT,
        "Accept": ", ".join(_TYPES) + ";q=0.9, */*;q=0.1",
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }


def _fetched(
    url: str, here: str, response: http.client.HTTPResponse, *, limits: FetchLimits, deadline: float
) -> Fetched:
    if response.status != 200:
        raise FetchError(
            f"{here} answers {response.status} {response.reason}.",
            hint="Open it in a browser; if it shows there, save the page and add the file.",
        )
    content_type = (response.headers.get("Content-Type") or "").split(";")[0].strip().lower()
    suffix = _suffix(content_type, here)
    if suffix is None:
        raise FetchError(
            f"{here} is of the type {content_type or 'unknown'}, which no reader knows.",
            hint="Readable are HTML, PDF, plain text, Markdown, DOCX and EPUB.",
        )
    content = _body(response, here, limits=limits, deadline=deadline)
    if not content:
        raise FetchError(f"{here} is empty.", hint="Open it in a browser and check the address.")
    return Fetched(url, here, content_type, content, suffix)


def _body(
    response: http.client.HTTPResponse, here: str, *, limits: FetchLimits, deadline: float
) -> bytes:
    """Read a body within the limits, unpacked."""
    packing = (response.headers.get("Content-Encoding") or "identity").lower()
    if packing not in _PACKINGS:
        raise FetchError(
            f"{here} sends its body packed as {packing}, which was not asked for.",
            hint="Save the page in your browser and add the file.",
        )
    unpack = None if packing == "identity" else zlib.decompressobj(wbits=47)
    pieces: list[bytes] = []
    size = 0
    while block := response.read(_CHUNK):
        if time.monotonic() >= deadline:
            raise TimeoutError("out of time")
        try:
            piece = unpack.decompress(block, limits.max_bytes - size + 1) if unpack else block
        except zlib.error as error:
            raise FetchError(f"{here} sends a damaged body.", hint="Try again later.") from error
        size += len(piece)
        if size > limits.max_bytes:
            raise FetchError(
                f"{here} is larger than {limits.max_bytes // 1_000_000} MB.",
                hint="Save it in your browser and add the file.",
            )
        pieces.append(piece)
    if time.monotonic() >= deadline:
        raise TimeoutError("out of time")
    if response.length or (unpack and not unpack.eof):
        raise http.client.IncompleteRead(b"", response.length)
    return b"".join(pieces)


def _suffix(content_type: str, url: str) -> str | None:
    """The suffix for a content type; a vague one is settled by the address."""
    by_name = PurePosixPath(unquote(urlsplit(url).path)).suffix.lower()
    if content_type in _VAGUE and by_name in {*_TYPES.values(), ".markdown"}:
        return ".md" if by_name == ".markdown" else by_name
    return _TYPES.get(content_type)


def _unreachable(
    parts: SplitResult, error: Exception, *, late: bool, limits: FetchLimits
) -> FetchError:
    host = parts.hostname or ""
    if late or isinstance(error, TimeoutError):
        return FetchError(
            f"{host} did not send the page within {limits.seconds:g} seconds.",
            hint="Try again later, or save the page in your browser and add the file.",
        )
    if isinstance(error, ssl.SSLError):
        return FetchError(
            f"The connection to {host} is not secure: {error.reason or error}.",
            hint="Check the address; the page's certificate is not valid.",
        )
    detail = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return FetchError(
        f"{host} cannot be reached: {detail}.",
        hint="Check the address and the connection to the internet.",
    )
