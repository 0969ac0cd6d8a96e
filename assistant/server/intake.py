"""Takes files and addresses in, adds them in batches, and says how each of them goes.

`POST /intake` keeps a file (the body; its name in `x-name`, percent-encoded, with the folders it
lay in) or an address (in `x-address`). It answers `{"ticket": …}`, or `{"done": …}` as below if it
will not have it. `POST /intake/add` with `{"tickets": […]}` adds all of these in one go. The answer
is a JSON object a line: `{"ticket", "words", "share"}` while one is worked on (`share` is 0 to 1,
or null), and once for each `{"ticket", "done": {"kind": "added" | "there" | "failed", "words",
"failures": [[name, error, hint], …]}}`. It stops when the sender leaves; `POST /intake/stop` with
`{"tickets": […]}` stops some of them.
"""

import asyncio
import json
import tempfile
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from assistant.chat import wording
from assistant.chat.visitor import language_of
from assistant.errors import AssistantError, InputError
from assistant.records import Failure, Progress, Report
from assistant.server.batch import Arrival, News, Waiting, added
from assistant.sources import safe_name
from assistant.texts.failures import failure

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.assistant import Assistant

DEEPEST = 12
"""How many folders are kept before a name."""
MOST_SHOWN = 50
"""How many failures of one file (a JSONL of many articles) are told."""
MOST_ASKED = 1_000_000
"""Bytes of a list of tickets."""


def offer_intake(app: "FastAPI", assistant: "Assistant", *, uploads: Path) -> None:
    """Add the routes of the intake; files lie in `uploads` until the corpus has them."""
    from starlette.requests import Request
    from starlette.responses import JSONResponse, Response, StreamingResponse

    waiting = Waiting()
    one_at_a_time = asyncio.Lock()
    most = assistant.settings.max_file_mb

    def language(request: Request) -> str:
        return language_of(request, setting=assistant.settings.language)

    async def keep(request: Request) -> Response:
        try:
            ticket = waiting.keep(await _received(request, uploads=uploads, most_mb=most))
        except InputError as error:
            report = Report(failed=(Failure("", error.message, error.hint),))
            return JSONResponse(done(report, language=language(request)))
        return JSONResponse({"ticket": ticket})

    async def add(request: Request) -> Response:
        tickets = await _tickets(request)
        lines = _lines(assistant, waiting, tickets, language=language(request), turn=one_at_a_time)
        return StreamingResponse(lines, media_type="application/x-ndjson")

    async def stop(request: Request) -> Response:
        waiting.stop(await _tickets(request))
        return Response(status_code=204)

    for path, take in (("/intake", keep), ("/intake/add", add), ("/intake/stop", stop)):
        app.add_route(path, take, methods=["POST"])


async def _lines(
    assistant: "Assistant",
    waiting: Waiting,
    tickets: list[str],
    *,
    language: str,
    turn: asyncio.Lock,
) -> AsyncIterator[str]:
    """The answer of `/intake/add`, a line at a time; the work ends when nobody reads on."""
    from starlette.concurrency import run_in_threadpool

    taken = waiting.take(tickets)
    stop = threading.Event()
    try:
        for ticket in [ticket for ticket in tickets if ticket not in taken]:
            lost = InputError(_say(language, "row_gone"), hint=_say(language, "row_gone_hint"))
            yield _line(told(News(ticket, lost), language=language))
        async with turn:
            news = added(assistant, taken, stop=stop, stopped=waiting.stopped)
            while (one := await run_in_threadpool(next, news, None)) is not None:
                yield _line(told(one, language=language))
    finally:  # the sender may have left: then the work is to stop
        stop.set()
        for arrival in taken.values():
            arrival.leave()
        waiting.forget(tickets)


def told(news: News, *, language: str) -> dict[str, Any]:
    """One line of the answer."""
    what = news.what
    if what is None:
        line: dict[str, Any] = {"words": _say(language, "row_reading"), "share": None}
    elif isinstance(what, Progress):
        line = progress(what, alone=news.alone, language=language)
    else:
        if isinstance(what, Exception):
            what = Report(failed=(_failure(what, language=language),))
        line = done(what, language=language)
    return {"ticket": news.ticket, **line}


def _failure(error: Exception, *, language: str) -> Failure:
    if isinstance(error, AssistantError):
        return Failure("", error.message, error.hint)
    return Failure("", _say(language, "unexpected"), _say(language, "unexpected_hint"))


def progress(made: Progress, *, alone: bool, language: str) -> dict[str, Any]:
    """How far the work has come with one file: in words, and as a share of the whole.

    Articles are counted where the file is `alone` and holds many, else the passages of the one.
    """
    many = alone and made.total > 1
    if not many and made.passages_total:
        left = (made.passages_total - made.passages) / made.per_second if made.per_second else None
        made = replace(
            made,
            done=made.passages,
            total=made.passages_total,
            unit="passages",
            seconds_left=left,
        )
    words = [wording.stage_of_work(made, language=language)]
    if many or made.passages_total:
        words.append(wording.progress_in_words(made, language=language))
    share = round(made.done / made.total, 3) if made.total and (many or made.passages_total) else 0
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
    several = len(report.failed) > 1
    failures = [
        [one.path.rpartition(": ")[2] if several else "", *_reason(one, language=language)]
        for one in report.failed[:MOST_SHOWN]
    ]
    words = " · ".join(count for count in counts if count)
    return {"done": {"kind": kind, "words": words, "failures": failures}}


def _reason(failed: Failure, *, language: str) -> tuple[str, str]:
    """What went wrong and what to do, in the reader's language where it is known in it."""
    return failure(failed.error, language=language), failure(failed.hint, language=language)


def safe_path(name: str) -> PurePosixPath:
    """A path of our own making for the name a browser gives: no root, no way up, nothing hidden."""
    parts = [part for part in name.replace("\\", "/").split("/") if part.strip(". ")]
    *folders, file = parts[-DEEPEST:] or ["article"]
    suffix = PurePosixPath(file).suffix
    return PurePosixPath(
        *(safe_name(folder, suffix="") for folder in folders), safe_name(file, suffix=suffix)
    )


async def _tickets(request: Any) -> list[str]:
    """The tickets a request names; none where it is no such list."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_ASKED:
            return []
    try:
        sent = json.loads(bytes(body))
    except ValueError:
        return []
    named = sent.get("tickets") if isinstance(sent, dict) else None
    found = named if isinstance(named, list) else []
    return list(dict.fromkeys(ticket for ticket in found if isinstance(ticket, str)))


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


def _say(language: str, key: str) -> str:
    return wording.speaker(language)(key)


def _line(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False) + "\n"
