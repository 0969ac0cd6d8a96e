"""The child process that reads files: one request a line in, one reply out, nothing else.

It speaks JSON with a length before it, so that no reply can be mistaken for another, never pickles.
Before it reads anything it gives up the network, starting programs and writing files.
"""

import base64
import json
import os
import signal
import struct
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from assistant.errors import UnreadableFile
from assistant.readers.facts import word_set

SMALL_FILE_MB = 640
"""Address space for a small file: 280 of it are the readers themselves."""
MEMORY_PER_BYTE = 4
HEADER = struct.Struct(">I")
_FORBIDDEN = word_set(
    """socket.connect socket.bind socket.getaddrinfo socket.gethostbyname socket.sendto
    subprocess.Popen os.system os.exec os.posix_spawn os.fork os.forkpty os.kill os.remove os.rename
    os.rmdir os.mkdir os.link os.symlink os.chmod os.truncate shutil.rmtree urllib.Request
    ctypes.dlopen pty.spawn"""
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def main() -> None:
    """Serve until the parent closes the pipe. Arguments: megabytes of memory, seconds a file."""
    memory_mb, seconds = int(sys.argv[1]), float(sys.argv[2])
    requests, replies = _private_pipes()
    if hasattr(signal, "SIGALRM"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
    try:
        _limit("AS", memory_mb * 1024 * 1024)
        _preload()
        _limit("CORE", 0)
        _limit("FSIZE", 0)  # not before: loading the language model writes a temporary file
    except Exception as error:  # the parent must hear why it has no worker
        send(replies, {"failed": f"{type(error).__name__}: {error}"})
        return
    sys.addaudithook(_forbid)
    send(replies, {"ready": True})
    while (request := receive(requests)) is not None:
        allowed_mb = _allow(request["path"], most_mb=memory_mb)
        _alarm(seconds)
        send(replies, _answer(request, allowed_mb=allowed_mb))
        _alarm(0)


def send(stream: BinaryIO, message: dict[str, Any], *, escape: bool = False) -> None:
    """Write one message: its length in four bytes, then JSON.

    Escaped, it carries file names that are no UTF-8; unescaped, a text takes half the room, and
    what cannot be shown becomes a question mark.
    """
    body = json.dumps(message, ensure_ascii=escape).encode("utf-8", errors="replace")
    stream.write(HEADER.pack(len(body)))
    stream.write(body)
    stream.flush()


def receive(stream: BinaryIO) -> dict[str, Any] | None:
    """Read one message; None when the other side is gone or died in the middle of one."""
    head = _exactly(stream, HEADER.size)
    if head is None:
        return None
    body = _exactly(stream, HEADER.unpack(head)[0])
    message: dict[str, Any] | None = None if body is None else json.loads(body)
    return message


def _exactly(stream: BinaryIO, size: int) -> bytes | None:
    body = stream.read(size)
    return body if len(body) == size else None


def _answer(request: dict[str, Any], *, allowed_mb: int) -> dict[str, Any]:
    """Read one file; whatever goes wrong becomes a message about this file."""
    from assistant.readers import read
    from assistant.readers.picture import draw

    path = Path(request["path"])
    try:
        if "page" in request:
            drawn = draw(path, page=int(request["page"]), quotes=request["quotes"])
            return {"picture": {**drawn, "png": base64.b64encode(drawn["png"]).decode("ascii")}}
        return {"document": asdict(read(path, max_bytes=int(request["max_bytes"])))}
    except UnreadableFile as error:
        return {"error": error.message, "hint": error.hint}
    except MemoryError:
        return {"memory": allowed_mb}
    except RecursionError:
        return {"error": f"{path.name} is nested too deeply to be read.", "hint": _PLAIN}
    except Exception as error:  # the door around hostile files: one bad file is one failed row
        kind = type(error).__name__
        return {"error": f"{path.name} cannot be read ({kind}).", "hint": _PLAIN}


_PLAIN = "Save it again from its program, or save its text as a plain .txt file."


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Keep the pipes for ourselves: what a library prints goes nowhere."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)
    return requests, replies


def _allow(path: str, *, most_mb: int) -> int:
    """Give one file memory by its size: a small one that needs much is a bomb."""
    try:
        size = Path(path).stat().st_size
    except OSError:
        size = 0
    allowed_mb = min(most_mb, SMALL_FILE_MB + MEMORY_PER_BYTE * size // 2**20)
    _limit("AS", allowed_mb * 2**20, most=most_mb * 2**20)
    return allowed_mb


def _limit(kind: str, value: int, *, most: int | None = None) -> None:
    """Bound one resource of this process, where the system can (Windows cannot).

    It can be raised again up to `most`.
    """
    try:
        import resource

        hard = value if most is None else most
        resource.setrlimit(getattr(resource, f"RLIMIT_{kind}"), (value, hard))
    except (ImportError, AttributeError, ValueError, OSError):
        return


def _alarm(seconds: float) -> None:
    """Die a little after the parent's patience ends, should the parent be gone by then."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds + 2 if seconds else 0)


def _preload() -> None:
    """Import what nearly every file needs before the first one is asked for."""
    from assistant.languages import detect
    from assistant.readers import html, pdf  # noqa: F401

    detect("The worker warms up its language model with a plain sentence.")
    import PIL.PngImagePlugin  # noqa: F401
    import pypdf  # noqa: F401
    import pypdfium2.raw  # noqa: F401  (it loads its library, which is forbidden afterwards)
    import trafilatura  # noqa: F401


def _forbid(event: str, arguments: tuple[Any, ...]) -> None:
    if event in _FORBIDDEN or (event == "open" and _writes(arguments)):
        raise PermissionError(f"{event} is not for readers")


def _writes(arguments: tuple[Any, ...]) -> bool:
    path, mode, flags = (*arguments, None, None, None)[:3]
    if path == os.devnull:
        return False
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & _WRITING)


if __name__ == "__main__":
    main()
