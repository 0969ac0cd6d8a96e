"""What the faces say, in English and German: one file for each part and language.

The files are `<part>.<language>.toml`; a key is the path inside a file, such as "page.ask".
"""

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from string import Formatter
from typing import Any

LANGUAGES = ("en", "de")
FALLBACK = "en"


def say(key: str, *, language: str = FALLBACK, **values: object) -> str:
    """The text of `key` in `language` with its placeholders filled; other languages get English.

    With `count=1` the text of `<key>_one` is taken where there is one. Raises KeyError for a key or
    a placeholder that does not exist, so that a typo fails in the first test that meets it.
    """
    texts = _texts(language if language in LANGUAGES else FALLBACK)
    if values.get("count") == 1 and f"{key}_one" in texts:
        key = f"{key}_one"
    return texts[key].format(**values)


def keys(language: str = FALLBACK) -> frozenset[str]:
    """All keys that `say` knows in this language."""
    return frozenset(_texts(language))


def placeholders(key: str, *, language: str = FALLBACK) -> frozenset[str]:
    """The names of the values that the text of `key` needs."""
    found = Formatter().parse(_texts(language if language in LANGUAGES else FALLBACK)[key])
    return frozenset(name for _, name, _, _ in found if name is not None)


def template(key: str, *, language: str = FALLBACK) -> str:
    """The text of `key` with its placeholders left as they are, for a reader that fills them."""
    names = placeholders(key, language=language)
    return say(key, language=language, **{name: f"{{{name}}}" for name in names})


def choose(accepted: str, *, among: tuple[str, ...] = LANGUAGES) -> str:
    """The best of our languages for an HTTP `Accept-Language` header (RFC 9110, section 12.5.4)."""
    wanted: list[tuple[float, str]] = []
    for part in accepted.split(","):
        tag, _, weight = part.partition(";q=")
        language = tag.strip().split("-")[0].lower()
        if language in among:
            wanted.append((_weight(weight), language))
    best = max(wanted, key=lambda pair: pair[0], default=(0.0, FALLBACK))
    return best[1] if best[0] > 0 else FALLBACK


def _weight(text: str) -> float:
    if not text.strip():
        return 1.0
    try:
        return float(text)
    except ValueError:
        return 0.0


@cache
def _texts(language: str) -> Mapping[str, str]:
    texts: dict[str, str] = {}
    for file in resources.files(__name__).iterdir():
        if file.name.endswith(f".{language}.toml"):
            texts.update(_flat(tomllib.loads(file.read_text(encoding="utf-8"))))
    return texts


def _flat(table: Mapping[str, Any], *, prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, value in table.items():
        if isinstance(value, Mapping):
            yield from _flat(value, prefix=f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", str(value)
