"""Which addresses of the internet may be asked: public ones, named plainly."""

import ipaddress
import re
import socket
from urllib.parse import SplitResult, urlsplit

from assistant.errors import FetchError

_PLAIN = "Give an address that begins with https://, or the path of a file."
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052
_TUNNELS = tuple(
    ipaddress.ip_network(net)
    for net in ("::ffff:0:0/96", "::/96", "2002::/16", "2001::/32", "64:ff9b:1::/48", "fec0::/10")
)  # IPv4 in IPv6 (RFC 4291), 6to4 (RFC 3056), Teredo (RFC 4380), local NAT64 (RFC 8215)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def checked(url: str) -> SplitResult:
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


def resolved(parts: SplitResult, *, allow_loopback: bool) -> list[Address]:
    """Resolve a host; refuse it when any of its addresses is not on the public internet."""
    host = parts.hostname or ""
    try:
        found = socket.getaddrinfo(ascii_host(host), port_of(parts), type=socket.SOCK_STREAM)
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


def ascii_host(host: str) -> str:
    """A host name as it goes over the wire. Raises UnicodeError for one that cannot be a name."""
    return host if ":" in host else host.encode("idna").decode("ascii")


def port_of(parts: SplitResult) -> int:
    """The port an address means."""
    return parts.port or (443 if parts.scheme.lower() == "https" else 80)
