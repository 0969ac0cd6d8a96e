"""Builds HTML in which every text is escaped, because it cannot be put in any other way."""

import html
import re
from urllib.parse import urlsplit

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_EMPTY = frozenset({"br", "hr", "input", "wbr"})


class Markup(str):
    """A string that is HTML already. Only this module and `prose` make one out of foreign text."""

    __slots__ = ()


def text(value: str) -> Markup:
    """Text as HTML: escaped, without control characters and lone surrogates."""
    return Markup(html.escape(_CONTROLS.sub("", value), quote=True))


def join(*parts: "str | None", between: str = "") -> Markup:
    """One piece of HTML from several; plain strings are escaped, None and "" are left out."""
    pieces = [part if isinstance(part, Markup) else text(part) for part in parts if part]
    return Markup(text(between).join(pieces))


def tag(name: str, *children: "str | None", **attributes: "str | int | bool | None") -> Markup:
    """An element. `class_` and `for_` lose the underscore, `data_id` becomes `data-id`.

    Attributes that are None or False are left out, True stands alone. Children are escaped unless
    they are Markup.
    """
    written = "".join(_attribute(key, value) for key, value in attributes.items())
    if name in _EMPTY:
        return Markup(f"<{name}{written}>")
    return Markup(f"<{name}{written}>{join(*children)}</{name}>")


def web_address(url: str | None) -> str | None:
    """The address if it is one a reader may be sent to (http or https, with a host), else None."""
    if not url:
        return None
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    return url.strip() if parts.scheme in ("http", "https") and parts.netloc else None


def _attribute(name: str, value: "str | int | bool | None") -> str:
    if value is None or value is False:
        return ""
    written = name.rstrip("_").replace("_", "-")
    return f" {written}" if value is True else f' {written}="{text(str(value))}"'
