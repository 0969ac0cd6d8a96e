"""The one middleware before every route: who asks, under which name, from which page.

- Host: only names that are ours, so that a foreign name cannot be pointed at this machine (DNS
  rebinding). A web page on such a name would else read everything.
- Origin and fetch metadata: other pages in the same browser may link to us and do nothing more.
- Authorization: where an auth file is in force, HTTP Basic (RFC 7617) for people and a bearer token
  (RFC 6750) for programs. `/healthz` alone is answered to everybody.
- Security headers on every response.
"""

import ipaddress
import json
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

HEALTH = "/healthz"
USER_HEADER = b"x-assistant-user"
"""Tells the page who asks, percent-encoded; set here and only here."""
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})

# Gradio's page needs inline scripts and styles and makes functions from strings. What an article or
# a model could smuggle in is stopped all the same: no image, frame, form or connection leaves here.
PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:;"
    " style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:;"
    " media-src 'self' data: blob:; connect-src 'self'; worker-src 'self' blob:;"
    " frame-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'none';"
    " frame-ancestors 'none'"
)
# A file that somebody uploaded must not run as a page of ours.
FILE_POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; media-src 'self';"
    " object-src 'self';"
    " form-action 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
CHALLENGE = (b"www-authenticate", b'Basic realm="Article assistant", charset="UTF-8"')


class Login(Protocol):
    """Decides who may enter."""

    async def admits(self, authorization: str) -> str | None:
        """The name of the user or program whose `Authorization` header this is, else None."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names under which we may be asked for.

    `any_address` also allows every IP address: right when we listen on all of them, and safe, since
    a page that is open under an address came from that address.
    """

    names: frozenset[str] = LOOPBACK_NAMES
    any_address: bool = False

    @classmethod
    def of(cls, *names: str, any_address: bool = False) -> "Names":
        """The loopback names and these."""
        return cls(LOOPBACK_NAMES | {host_name(_bracketed(name)) for name in names}, any_address)

    def allow(self, host: str) -> bool:
        """Whether a `Host` header names us; its port does not matter."""
        name = host_name(host)
        return bool(name) and (name in self.names or (self.any_address and _is_address(name)))


class Guard:
    """Lets through what may pass, and answers the rest itself."""

    def __init__(self, app: App, *, names: Names, login: Login | None = None) -> None:
        self._app = app
        self._names = names
        self._login = login

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Check one request (ASGI)."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        send = _with_headers(send, path=scope["path"])
        if scope["type"] == "http" and scope["path"] == HEALTH:
            await self._app(scope, receive, send)
            return
        headers = _headers(scope["headers"])
        if refusal := foreign(headers, names=self._names):
            await _refuse(scope, send, status=403, message=refusal)
            return
        name: str | None = ""
        if self._login:
            name = await self._login.admits(_one(headers, "authorization"))
        if name is None:
            message = "You need a user name and a password, or a token, to enter."
            await _refuse(scope, send, status=401, message=message)
        else:
            await self._app(_signed(scope, name), receive, send)


def foreign(headers: dict[str, list[str]], *, names: Names) -> str:
    """Why a request with these headers comes from a place it must not come from; "" if it may.

    Browsers send `Origin` with whatever can change something and with websockets, and `Sec-Fetch-*`
    with every request (W3C Fetch Metadata); programs send neither and are let through.
    """
    host = _one(headers, "host")
    if not names.allow(host):
        return "This name is not one of the page's own. Open the address that `serve` printed."
    if "origin" in headers and not _same_origin(_one(headers, "origin"), host=host):
        return "Another web page may not use this one."
    site, mode = _one(headers, "sec-fetch-site"), _one(headers, "sec-fetch-mode")
    top = mode == "navigate" and _one(headers, "sec-fetch-dest") in ("document", "")
    if site in ("cross-site", "same-site") and not top:
        return "Another web page may not use this one."
    return ""


def host_name(host: str) -> str:
    """The name in a `Host` header without its port, in lower case; "" when it is none."""
    name, rest = host, ""
    if host.startswith("["):
        name, bracket, rest = host[1:].partition("]")
        if not bracket:
            return ""
    elif ":" in host:
        name, _, rest = host.partition(":")
        rest = f":{rest}"
    if rest and not (rest.startswith(":") and rest[1:].isascii() and rest[1:].isdigit()):
        return ""
    return name.lower().removesuffix(".")


def _bracketed(name: str) -> str:
    return f"[{name}]" if ":" in name and not name.startswith("[") else name


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _same_origin(origin: str, *, host: str) -> bool:
    scheme, _, where = origin.partition("://")
    return scheme in ("http", "https") and where.lower() == host.lower()


def _signed(scope: Scope, name: str) -> Scope:
    """The request with the user's name in a header of ours; nobody can send that themselves."""
    kept = [pair for pair in scope["headers"] if pair[0].lower() != USER_HEADER]
    if name:
        kept.append((USER_HEADER, quote(name).encode("ascii")))
    return {**scope, "headers": kept}


def _headers(raw: Iterable[tuple[bytes, bytes]]) -> dict[str, list[str]]:
    headers: dict[str, list[str]] = {}
    for name, value in raw:
        headers.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return headers


def _one(headers: dict[str, list[str]], name: str) -> str:
    """The header's value; "" when it is missing or given twice, so that nobody can choose one."""
    values = headers.get(name, [])
    return values[0] if len(values) == 1 else ""


def _with_headers(send: Send, *, path: str) -> Send:
    is_file = "/file=" in path or "/file/" in path or path.endswith("/file")
    policy = FILE_POLICY if is_file else PAGE_POLICY
    ours = (*HEADERS, (b"content-security-policy", policy.encode("ascii")))
    names = {name for name, _ in ours}

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            kept = [pair for pair in message.get("headers", ()) if pair[0].lower() not in names]
            message = {**message, "headers": [*kept, *ours]}
        await send(message)

    return sending


async def _refuse(scope: Scope, send: Send, *, status: int, message: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008, "reason": message})
        return
    body = json.dumps({"error": {"message": message, "hint": "", "code": status}}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    if status == 401:
        headers.append(CHALLENGE)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
