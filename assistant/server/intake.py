"""Takes in one file or one address a request, says how it goes, and stops when the sender leaves.

`POST /intake` has a file as its body and the file's name in `x-name` (percent-encoded, with the
folders it lay in), or an address in `x-address` and no body. The answer is one JSON object a line:
`{"words", "share"}` while it works (`share` is 0 to 1, or null), and at the end
`{"done": {"kind": "added" | "there" | "failed", "words", "failures": [[name, error, hint], …]}}`.
"""

import asyncio
import json
import logging
import shutil
import tempfile
import threading
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from assistant.chat import feed, wording
from assistant.chat.visitor import language_of
from assistant.errors import AssistantError, Cancelled, InputError
from assistant.records import Failure, Progress, Report
from assistant.sources import safe_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI

    from assistant.assistant import Assistant

log = logging.getLogger(__name__)

DEEPEST = 12
"""How many folders are kept before a name."""
EVERY_SECONDS = 0.2
"""How often progress is told at most."""
MOST_SHOWN = 50
"""How many failures of one file (a JSONL of many articles) are told."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """What came: a path or an address to add, and the folder that is to be deleted afterwards."""

    source: str
    folder: Path | None = None

    def leave(self) -> None:
        """Delete what was written for it."""
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


def offer_intake(app: "FastAPI", assistant: "Assistant", *, uploads: Path) -> None:
    """Add the route `/intake`; files lie in `uploads` until the corpus has them."""
    from starlette.concurrency import run_in_threadpool
    from starlette.requests import Request
    from starlette.responses import Response, StreamingResponse

    one_at_a_time = asyncio.Lock()
    most = assistant.settings.max_file_mb

    async def flowing(arrival: Arrival, language: str) -> AsyncIterator[str]:
        say = wording.speaker(language)
        if one_at_a_time.locked():
            yield _line({"words": say("row_waiting"), "share": None})
        begun = False
        try:
            async with one_at_a_time:
                begun = True
                stop = threading.Event()
                news = told(assistant, arrival, language=language, stop=stop)
                try:
                    while (line := await run_in_threadpool(next, news, "")) != "":
                        yield line
                finally:  # the sender may have left: then the work is to stop
                    stop.set()
        finally:
            if not begun:
                arrival.leave()

    async def take(request: Request) -> Response:
        language = language_of(request, setting=assistant.settings.language)
        try:
            arrival = await _received(request, uploads=uploads, most_mb=most)
        except InputError as error:
            failure = Failure("", error.message, error.hint)
            lines: Any = iter([_line(done(Report(failed=(failure,)), language=language))])
        else:
            lines = flowing(arrival, language)
        return StreamingResponse(lines, media_type="application/x-ndjson")

    app.add_route("/intake", take, methods=["POST"])


def told(
    assistant: "Assistant", arrival: Arrival, *, language: str, stop: threading.Event
) -> "Iterator[str]":
    """Add what arrived; gives lines of the answer. Setting `stop` stops the work."""
    last = 0.0

    def work(put: feed.Put[Progress | Report]) -> None:
        def on_progress(progress: Progress) -> None:
            nonlocal last
            if stop.is_set():
                raise Cancelled("The sender left.")
            if time.monotonic() - last > EVERY_SECONDS:
                last = time.monotonic()
                put(progress)

        try:
            put(assistant.add(arrival.source, on_progress=on_progress))
        except Cancelled:
            return
        finally:
            arrival.leave()

    failed: AssistantError | None = None
    try:
        for news in feed.run(work, stop=stop, gather=0):
            latest = news[-1] if news else None
            if isinstance(latest, Progress):
                yield _line(progress(latest, language=language))
            elif latest is not None:
                yield _line(done(latest, language=language))
    except AssistantError as error:
        failed = error
    except Exception:  # a person waits: tell them, and let the log say what it was
        log.exception("adding %r failed", arrival.source)
        say = wording.speaker(language)
        failed = InputError(say("unexpected"), hint=say("unexpected_hint"))
    if failed:
        report = Report(failed=(Failure("", failed.message, failed.hint),))
        yield _line(done(report, language=language))


def progress(made: Progress, *, language: str) -> dict[str, Any]:
    """How far the work has come: in words, and as a share of the whole."""
    if made.total == 1 and made.passages_total:
        left = (made.passages_total - made.passages) / made.per_second if made.per_second else None
        made = replace(
            made,
            done=made.passages,
            total=made.passages_total,
            unit="passages",
            seconds_left=left,
        )
    words = [wording.stage_of_work(made, language=language)]
    if made.total > 1:
        words.append(wording.progress_in_words(made, language=language))
    share = round(made.done / made.total, 3) if made.total else None
    return {"words": " · ".join(words), "share": share}


def done(report: Report, *, language: str) -> dict[str, Any]:
    """The last line: what came of the file, in words, and each failure in it."""
    say = wording.speaker(language)
    new = (*report.added, *report.updated)
    counts = [
        say("added", count=len(new)) if len(new) > 1 else "",
        new[0].title if len(new) == 1 else "",
        say("row_there") if report.unchanged and not new else "",
        say("failed", count=len(report.failed)) if report.failed and new else "",
    ]
    kind = "added" if new else "failed" if report.failed else "there"
    failures = [
        [failure.path.rpartition(": ")[2] if len(report.failed) > 1 else "",
         failure.error, failure.hint]
        for failure in report.failed[:MOST_SHOWN]
    ]  # fmt: skip
    words = " · ".join(count for count in counts if count)
    return {"done": {"kind": kind, "words": words, "failures": failures}}


def safe_path(name: str) -> PurePosixPath:
    """A path of our own making for the name a browser gives: no root, no way up, nothing hidden."""
    parts = [part for part in name.replace("\\", "/").split("/") if part.strip(". ")]
    *folders, file = parts[-DEEPEST:] or ["article"]
    suffix = PurePosixPath(file).suffix
    return PurePosixPath(
        *(safe_name(folder, suffix="") for folder in folders), safe_name(file, suffix=suffix)
    )


async def _received(request: Any, *, uploads: Path, most_mb: int) -> Arrival:
    """Write the body into a folder of its own. Raises InputError for one that is too large."""
    address = unquote(request.headers.get("x-address") or "").strip()
    if address:
        address = address if "://" in address else f"https://{address}"
        if not address.startswith(("http://", "https://")):
            hint = "Addresses begin with https:// or http://."
            raise InputError(f"{address} cannot be fetched.", hint=hint)
        return Arrival(address)
    too_large = InputError(
        f"The file is larger than {most_mb} MB.",
        hint="Cut it into parts, or raise max_file_mb in the settings.",
    )
    length = request.headers.get("content-length") or ""
    if length.isdecimal() and int(length) > most_mb * 1_000_000:
        raise too_large
    name = safe_path(unquote(request.headers.get("x-name") or ""))
    uploads.mkdir(parents=True, exist_ok=True)
    arrival = Arrival("", Path(tempfile.mkdtemp(prefix="intake-", dir=uploads)))
    try:
        return await _written(request, name, arrival=arrival, most=most_mb, too_large=too_large)
    except BaseException:
        arrival.leave()
        raise


async def _written(
    request: Any, name: PurePosixPath, *, arrival: Arrival, most: int, too_large: InputError
) -> Arrival:
    folder = arrival.folder
    assert folder is not None
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    size = 0
    try:
        with file.open("wb") as target:
            async for piece in request.stream():
                size += len(piece)
                if size > most * 1_000_000:
                    raise too_large
                target.write(piece)
    except OSError as error:
        raise InputError(
            f"The file cannot be kept: {error.strerror or error}.",
            hint="Make room on the server's disk.",
        ) from error
    return Arrival(str(folder / name.parts[0]), folder)


def _line(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False) + "\n"
