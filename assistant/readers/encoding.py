"""Bytes of unknown encoding to text, and a refusal for bytes that are no text."""

from pathlib import Path

from assistant.errors import UnreadableFile
from assistant.readers.common import check_length

_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_SAMPLE = 60_000
_CONTROL = frozenset(range(32)) - {9, 10, 12, 13, 27}


def decode(content: bytes, *, path: Path) -> str:
    """Decode a text file: by its byte order mark, as UTF-8, else as what its bytes look like.

    Raises UnreadableFile for binary data, for an encoding that cannot be told, and for a text too
    long for one article.
    """
    text = _decoded(content, path=path)
    check_length(text, path=path)
    return text


def _decoded(content: bytes, *, path: Path) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strictly(content, encoding, path=path)
    if encoding := _utf16(content):
        return _strictly(content, encoding, path=path)
    if b"\x00" in content[:_SAMPLE] or _share_of_control(content[:_SAMPLE]) > 0.01:
        raise _noise(path)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        if _damage(content) < 0.002:  # UTF-8 with a broken letter here and there
            return content.decode("utf-8", errors="replace")
    return _guessed(content, path=path)


def _strictly(content: bytes, encoding: str, *, path: Path) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _unknown(path) from error


def _utf16(content: bytes) -> str:
    """UTF-16 without a mark: every other byte of Western text is zero."""
    head = content[: min(len(content), 2000) // 2 * 2]
    if len(head) < 8:
        return ""
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > len(head) * 0.35 and not even:
        return "utf-16-le"
    return "utf-16-be" if even > len(head) * 0.35 and not odd else ""


def _share_of_control(content: bytes) -> float:
    return sum(content.count(bytes([code])) for code in _CONTROL) / max(1, len(content))


def _damage(content: bytes) -> float:
    """The share of a text's non-ASCII characters that are not valid UTF-8."""
    head = content[:_SAMPLE].decode("utf-8", errors="replace")
    foreign = sum(letter > "\x7f" for letter in head)
    return head.count("\ufffd") / foreign if foreign > 500 else 1.0


def _guessed(content: bytes, *, path: Path) -> str:
    """Decode by statistics over the text's bytes (charset-normalizer)."""
    from charset_normalizer import from_bytes

    best = from_bytes(_sample(content), preemptive_behaviour=True).best()
    if best is None or best.percent_chaos > 20:
        raise _unknown(path)
    encoding = _windows(best.encoding)
    text = content.decode(encoding, errors="replace")
    if text.count("\ufffd") > len(text) / 500:
        raise _unknown(path)
    letters = sum(letter.isalpha() or letter.isspace() for letter in text[:_SAMPLE])
    if letters < 0.6 * min(len(text), _SAMPLE):
        raise _noise(path)
    return text


def _sample(content: bytes) -> bytes:
    """The lines with letters outside ASCII: they alone tell one code page from another."""
    lines = [line for line in content[: 20 * _SAMPLE].split(b"\n") if not line.isascii()]
    return b"\n".join(lines)[:_SAMPLE]


def _windows(encoding: str) -> str:
    """What calls itself ISO-8859-1 is Windows-1252 in practice (WHATWG Encoding Standard)."""
    return "cp1252" if encoding in ("latin_1", "iso8859_1") else encoding


def _noise(path: Path) -> UnreadableFile:
    return UnreadableFile(
        f"{path.name} is no text but binary data.",
        hint="Check the file's suffix, or save it as text from the program that made it.",
    )


def _unknown(path: Path) -> UnreadableFile:
    return UnreadableFile(
        f"{path.name} is in an encoding that cannot be told.",
        hint=f"Convert it to UTF-8, for example: iconv -f CP1252 -t UTF-8 {path.name}",
    )
