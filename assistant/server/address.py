"""Where the page listens: which addresses are allowed, and what to say when a port is taken."""

import errno
import ipaddress
import socket
import sys

from assistant.errors import ServiceError, UsageError
from assistant.server.guard import Names

PORTS_TRIED = 50


def check(host: str, *, guarded: bool) -> None:
    """Refuse an address that others can reach when nobody is asked who they are (UsageError)."""
    if not guarded and not is_loopback(host):
        raise UsageError(
            f"On {host} others could reach the page, so it asks for an auth file.",
            hint="Add a user with: assistant users add NAME --auth-file users.json"
            f" — then: assistant serve --host {host} --auth-file users.json",
        )


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address; a name counts by all its addresses."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return bool(found) and all(
        ipaddress.ip_address(str(address[4][0]).partition("%")[0]).is_loopback for address in found
    )


def listen(host: str, port: int) -> socket.socket:
    """Open the listening socket; port 0 takes any free one.

    Raises UsageError for an address this machine does not have, ServiceError for a busy port.
    """
    try:
        return _open(host, port)
    except (socket.gaierror, UnicodeError) as error:
        raise UsageError(
            f"This machine has no address {host!r}.", hint="Leave out --host to use 127.0.0.1."
        ) from error
    except OSError as error:
        raise _explained(error, host=host, port=port) from error


def url(host: str, port: int) -> str:
    """The address to type into a browser."""
    shown = socket.gethostname() if is_wildcard(host) else host
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def names(host: str, *, more: tuple[str, ...] = ()) -> Names:
    """The names under which browsers may ask for a page that listens on this address."""
    if is_wildcard(host):
        return Names.of(socket.gethostname(), socket.getfqdn(), *more, any_address=True)
    return Names.of(host, *more)


def is_wildcard(host: str) -> bool:
    """Whether this means every address of the machine."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def _open(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listening = socket.socket(family, kind, protocol)
    try:
        if sys.platform != "win32":  # there it would let two programs share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(128)
    except BaseException:
        listening.close()
        raise
    return listening


def _explained(error: OSError, *, host: str, port: int) -> UsageError | ServiceError:
    if error.errno == errno.EADDRINUSE:
        free = _next_free(host, port)
        hint = f"Try: assistant serve --port {free}" if free else "Stop the other program."
        return ServiceError(f"Port {port} on {host} is taken by another program.", hint=hint)
    if error.errno == errno.EACCES:
        return UsageError(
            f"Port {port} needs the rights of an administrator.",
            hint="Use a port from 1024 on: assistant serve --port 7860",
        )
    return UsageError(
        f"Cannot listen on {host}:{port}: {error.strerror or error}.",
        hint="Leave out --host to use 127.0.0.1.",
    )


def _next_free(host: str, port: int) -> int | None:
    for candidate in range(port + 1, min(port + PORTS_TRIED, 65536)):
        try:
            _open(host, candidate).close()
        except OSError:
            continue
        return candidate
    return None
