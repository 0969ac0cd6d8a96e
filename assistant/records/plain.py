"""Records as plain data and back: for JSON that is kept and read by a later version, too."""

import types
from dataclasses import asdict, fields, is_dataclass
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

Record = TypeVar("Record")


def to_plain(record: Any) -> dict[str, Any]:
    """A record as a dict of dicts, lists, strings, numbers and None."""
    return asdict(record)


def from_plain(kind: type[Record], data: Any) -> Record:
    """The record of this kind that the plain data describes.

    Fields the record does not know are left out; missing ones get their default. Raises TypeError
    or ValueError where a field without a default is missing or the data has another shape.
    """
    if not isinstance(data, dict):
        raise TypeError(f"{kind.__name__} is described by a dict, not by {type(data).__name__}")
    shape: Any = kind  # the cache asks for a hashable; a class is one
    hints = _hints(shape)
    known = {name: _value(hints[name], data[name]) for name in hints if name in data}
    return kind(**known)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {name: hint for name, hint in get_type_hints(kind).items() if name in names}


def _value(hint: Any, data: Any) -> Any:
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        inner = [one for one in get_args(hint) if one is not type(None)]
        return None if data is None else _value(inner[0], data)
    if origin is tuple:
        arguments = get_args(hint)
        if not isinstance(data, list | tuple):
            raise TypeError(f"a list was expected, not {type(data).__name__}")
        if len(arguments) == 2 and arguments[1] is ...:
            return tuple(_value(arguments[0], one) for one in data)
        return tuple(_value(one, part) for one, part in zip(arguments, data, strict=True))
    if origin is Literal or hint is Any:
        return data
    if is_dataclass(hint) and isinstance(hint, type):
        return from_plain(hint, data)
    return data
