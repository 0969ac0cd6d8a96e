"""Says in the reader's language why a document could not be added.

The readers, in processes of their own, and the command line speak English. The page gives the same
sentences in German where `failures.de.txt` has them, and as they are where it has not.
"""

import re
from functools import cache
from importlib import resources

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def failure(said: str, *, language: str) -> str:
    """The sentence in `language`, or as it is where that language is not known for it."""
    for pattern, translation in _pairs(language):
        if found := pattern.fullmatch(said):
            return translation.format(**found.groupdict())
    return said


@cache
def _pairs(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    file = resources.files(__package__).joinpath(f"failures.{language}.txt")
    if not file.is_file():
        return ()
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line[:1] != "#"]
    lines = [line for line in lines if line]
    return tuple(
        (_pattern(english), own) for english, own in zip(lines[::2], lines[1::2], strict=True)
    )


def _pattern(english: str) -> re.Pattern[str]:
    """What fits a sentence: its words, and anything in the place of each placeholder."""
    parts = _PLACEHOLDER.split(english)
    words = (f"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
    return re.compile("".join(words), re.DOTALL)
