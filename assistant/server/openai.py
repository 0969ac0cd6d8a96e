"""An OpenAI-compatible face: any chat client can ask the corpus (`/v1/chat/completions`).

Citations are in the message, as `[1]` with a list of sources, and as `url_citation` annotations.
What is streamed are finished, checked sentences: a client cannot take a word back.
"""

import json
import re
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import closing
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from assistant.errors import AssistantError, ServiceError, UsageError
from assistant.records import Answer, Sentence, Turn

if TYPE_CHECKING:
    from collections.abc import Generator

    from fastapi import FastAPI

    from assistant.assistant import Assistant
    from assistant.records import Event

MODEL = "articles"
"""The one model there is; who writes the answers is the assistant's own choice."""
MOST_BYTES = 2_000_000
Piece: TypeAlias = str | dict[str, Any]
"""Words of the message; at its end a dict with the annotations and the tokens used."""
_MARK = re.compile(r"\[(\d{1,3})\]")


def offer_openai(app: "FastAPI", assistant: "Assistant") -> None:
    """Add `/v1/models` and `/v1/chat/completions`."""
    from starlette.concurrency import run_in_threadpool
    from starlette.requests import Request
    from starlette.responses import JSONResponse, Response, StreamingResponse

    async def models(_: Request) -> Response:
        entry = {"id": MODEL, "object": "model", "created": 0, "owned_by": "article-assistant"}
        return JSONResponse({"object": "list", "data": [entry]})

    async def flowing(first: Piece, answers: "Generator[Piece]") -> AsyncIterator[str]:
        events = _events(first, answers)
        try:
            while (event := await run_in_threadpool(next, events, "")) != "":
                yield event
        finally:  # the client may have left: then the model is to stop
            events.close()
            answers.close()

    async def completions(request: Request) -> Response:
        where = str(request.base_url)
        try:
            wanted = _read(await _body(request))
            question, history = conversation(wanted["messages"])
            answers = _stream(assistant, question, history=history, where=where)
            if wanted.get("stream"):
                first = await run_in_threadpool(next, answers)
                return StreamingResponse(flowing(first, answers), media_type="text/event-stream")
            pieces = await run_in_threadpool(list, answers)
        except AssistantError as error:
            return JSONResponse(_error(error), status_code=_status(error))
        return JSONResponse(_completion(pieces))

    app.add_route("/v1/models", models, methods=["GET"])
    app.add_route("/v1/chat/completions", completions, methods=["POST"])


def conversation(messages: Sequence[Any]) -> tuple[str, tuple[Turn, ...]]:
    """The last user's message, and the exchanges before it; system messages have no say.

    Raises UsageError where the last message is no question.
    """
    said = [(str(m.get("role")), _text(m.get("content"))) for m in messages if isinstance(m, dict)]
    said = [(role, text) for role, text in said if role in ("user", "assistant") and text]
    if not said or said[-1][0] != "user":
        raise UsageError("The last message is to be the user's.", hint='{"role": "user", …}')
    turns = []
    for (role, text), (next_role, reply) in pairwise(said):
        if (role, next_role) == ("user", "assistant"):
            turns.append(Turn(text, reply))
    return said[-1][1], tuple(turns)


def annotations(content: str, answer: Answer, *, where: str) -> list[dict[str, Any]]:
    """Each mark of the text with its source: where it was published, else the article's file."""
    cited = {citation.number: citation for citation in answer.citations}
    found = []
    for match in _MARK.finditer(content[: len(answer.text)]):
        citation = cited.get(int(match[1]))
        if citation is None:
            continue
        article = citation.article
        source = {
            "start_index": match.start(),
            "end_index": match.end(),
            "title": article.title,
            "url": article.url or f"{where}articles/{article.id}/file",
            "quote": citation.quote,
        }
        found.append({"type": "url_citation", "url_citation": source})
    return found


# --- requests -------------------------------------------------------------------------------------


async def _body(request: Any) -> bytes:
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise UsageError("The request is too long.", hint="Send fewer messages.")
    return bytes(body)


def _read(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError as error:
        raise UsageError("The request is no JSON.", hint="See the README for one.") from error
    if not isinstance(document, dict) or not isinstance(document.get("messages"), list):
        raise UsageError("The request names no messages.", hint="See the README for one.")
    return document


def _text(content: Any) -> str:
    """The text of a message: a string, or a list of parts."""
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, dict)]
        return "\n".join(part for part in parts if isinstance(part, str)).strip()
    return content.strip() if isinstance(content, str) else ""


# --- answers --------------------------------------------------------------------------------------


def _stream(
    assistant: "Assistant", question: str, *, history: tuple[Turn, ...], where: str
) -> "Generator[Piece]":
    """Pieces of the message as its sentences are finished."""
    sent = ""
    events = cast("Generator[Event]", assistant.stream(question, history=history))
    with closing(events):
        for event in events:
            if isinstance(event, Sentence):
                piece = f" {event.text}" if sent else event.text
                sent += piece
                yield piece
            elif isinstance(event, Answer):
                if sent.split() != event.text.split():  # composed anew, or never told by sentences
                    piece = f"\n\n{event.text}" if sent else event.text
                    yield piece
                    sent = event.text if not sent else sent + piece
                yield str(event)[len(event.text) :]
                yield _end(sent, event, where=where)


def _end(content: str, answer: Answer, *, where: str) -> dict[str, Any]:
    tokens = answer.tokens
    return {
        "annotations": annotations(content, answer, where=where),
        "usage": {
            "prompt_tokens": tokens.prompt,
            "completion_tokens": tokens.answer,
            "total_tokens": tokens.prompt + tokens.answer,
        },
    }


def _completion(pieces: Sequence[Piece]) -> dict[str, Any]:
    *texts, end = pieces
    assert isinstance(end, dict)
    content = "".join(text for text in texts if isinstance(text, str))
    message = {"role": "assistant", "content": content, "annotations": end["annotations"]}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return {**_head("chat.completion"), "choices": [choice], "usage": end["usage"]}


def _events(first: Piece, rest: Iterator[Piece]) -> "Generator[str]":
    """Server-sent events as OpenAI's chunks."""
    head = _head("chat.completion.chunk")

    def event(delta: dict[str, Any], *, finish: str | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return f"data: {json.dumps({**head, 'choices': [choice]}, ensure_ascii=False)}\n\n"

    yield event({"role": "assistant", "content": ""})
    try:
        for piece in _first_then(first, rest):
            if isinstance(piece, str):
                yield event({"content": piece})
            else:
                yield event({"annotations": piece["annotations"]}, finish="stop")
    except AssistantError as error:
        yield f"data: {json.dumps(_error(error), ensure_ascii=False)}\n\n"
    yield "data: [DONE]\n\n"


def _first_then(first: Any, rest: Iterator[Any]) -> Iterator[Any]:
    yield first
    yield from rest


def _head(kind: str) -> dict[str, Any]:
    key = f"chatcmpl-{uuid.uuid4().hex}"
    return {"id": key, "object": kind, "created": int(time.time()), "model": MODEL}


def _error(error: AssistantError) -> dict[str, Any]:
    message = f"{error.message} {error.hint}".strip()
    kind = "invalid_request_error" if _status(error) == 400 else "server_error"
    return {"error": {"message": message, "type": kind, "param": None, "code": None}}


def _status(error: AssistantError) -> int:
    return 503 if isinstance(error, ServiceError) else 400 if error.exit_code <= 2 else 500
