"""Fetch an address from the internet, and from nowhere else."""

import http.client
import ipaddress
import re
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import SplitResult, quote, unquote, urljoin, urlsplit

from assistant.errors import FetchError

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
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_CHUNK = 1 << 16
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052
_TUNNELS = tuple(
    ipaddress.ip_network(net)
    for net in ("::ffff:0:0/96", "::/96", "2002::/16", "2001::/32", "64:ff9b:1::/48", "fec0::/10")
)  # IPv4 in IPv6 (RFC 4291), 6to4 (RFC 3056), Teredo (RFC 4380), local NAT64 (RFC 8215)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


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
    here = url.strip()
    for _ in range(limits.redirects + 1):
        parts = _checked(here)
        addresses = _addresses(parts, allow_loopback=allow_loopback)
        with _response(parts, addresses, deadline=deadline, limits=limits) as response:
            if response.status in _REDIRECTS:
                here = urljoin(here, response.headers.get("Location") or "")
                continue
            return _fetched(url, here, response, limits=limits, deadline=deadline)
    raise FetchError(
        f"{url} redirects more than {limits.redirects} times.",
        hint="Open it in a browser and add the address it ends at.",
    )


def _checked(url: str) -> SplitResult:
    """Take an address apart and refuse what is not a plain web address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise FetchError(f"{url!r} is not an address: {error}.", hint=_PLAIN) from error
    if parts.scheme.lower() not in ("http", "https"):
        raise FetchError(f"{url} is not an http or https address.", hint=_PLAIN)
    if parts.username is not None or parts.password is not None:
        raise FetchError(
            f"The address of {parts.hostname or 'this page'} carries a user name or a password.",
            hint="Save the page in your browser and add the file.",
        )
    if not parts.hostname or port == 0 or re.search(r"[\s\x00-\x1f\\]", url):
        raise FetchError(f"{url!r} is not an address.", hint=_PLAIN)
    return parts


_PLAIN = "Give an address that begins with https://, or the path of a file."


def _addresses(parts: SplitResult, *, allow_loopback: bool) -> list[Address]:
    """Resolve a host; refuse it when any of its addresses is not on the public internet."""
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        ascii_host = host if ":" in host else host.encode("idna").decode("ascii")
        found = socket.getaddrinfo(ascii_host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise FetchError(
            f"The host {host} cannot be found.",
            hint="Check the spelling and the connection to the internet.",
        ) from error
    addresses = [ipaddress.ip_address(str(entry[4][0]).split("%")[0]) for entry in found]
    for address in addresses:
        if not (is_public(address) or (allow_loopback and address.is_loopback)):
            raise FetchError(
                f"{host} is an address inside a private network ({address}).",
                hint="Only public pages are fetched: save the page in a browser, add the file.",
            )
    return list(dict.fromkeys(addresses))


def is_public(address: Address) -> bool:
    """Whether an address belongs to the public internet; tunnels to IPv4 are looked through."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        if any(address in network for network in _TUNNELS):
            return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified
    )


@contextmanager
def _response(
    parts: SplitResult, addresses: list[Address], *, deadline: float, limits: FetchLimits
) -> Iterator[http.client.HTTPResponse]:
    """Ask for one address over a connection to a checked IP address; cut it at the deadline."""
    host = parts.hostname or ""
    connection: http.client.HTTPConnection | None = None
    watchdog: threading.Timer | None = None
    try:
        raw = _connect(addresses, parts, deadline=deadline)
        watchdog = threading.Timer(max(0.01, deadline - time.monotonic()), _hang_up, (raw,))
        watchdog.daemon = True
        watchdog.start()
        stream = raw
        if parts.scheme == "https":
            stream = _tls().wrap_socket(raw, server_hostname=host)
        connection = http.client.HTTPConnection(host, parts.port)
        connection.sock = stream
        connection.request("GET", _target(parts), headers=_headers(parts))
        yield connection.getresponse()
    except (OSError, http.client.HTTPException, ssl.CertificateError) as error:
        raise _unreachable(
            parts, error, late=time.monotonic() >= deadline, limits=limits
        ) from error
    finally:
        if watchdog is not None:
            watchdog.cancel()
        if connection is not None:
            connection.close()


def _connect(addresses: list[Address], parts: SplitResult, *, deadline: float) -> socket.socket:
    port = parts.port or (443 if parts.scheme == "https" else 80)
    failure: OSError = OSError("no address")
    for address in addresses:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("out of time")
        try:
            return socket.create_connection((str(address), port), timeout=min(left, 10.0))
        except OSError as error:
            failure = error
    raise failure


def _hang_up(raw: socket.socket) -> None:
    """End a connection from outside: a server that drips bytes would outlast plain timeouts."""
    try:
        raw.shutdown(socket.SHUT_RDWR)
    except OSError:
        raw.close()


def _tls() -> ssl.SSLContext:
    import httpx

    return httpx.create_ssl_context()


def _target(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    return path + ("?" + quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]") if parts.query else "")


def _headers(parts: SplitResult) -> dict[str, str]:
    host = (parts.hostname or "").encode("idna").decode("ascii") if ":" not in parts.netloc else ""
    return {
        "Host": (host or parts.netloc) + (f":{parts.port}" if host and parts.port else ""),
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
    packed = (response.headers.get("Content-Encoding") or "").lower() in (
        "gzip",
        "x-gzip",
        "deflate",
    )
    unpack = zlib.decompressobj(wbits=47) if packed else None
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
    if response.length:
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
