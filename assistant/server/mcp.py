"""An MCP server at `/mcp` (Model Context Protocol, streamable HTTP, 2025-06-18, without sessions).

Five tools that need neither streams nor sessions are a handful of JSON-RPC messages; the official
package would bring ten others with it, so it serves in the tests alone, as the client.
"""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from assistant import __version__
from assistant.chat.endpoints import as_document, tools
from assistant.errors import UsageError
from assistant.render import report_document

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.assistant import Assistant

VERSIONS = ("2025-06-18", "2025-03-26")
MOST_BYTES = 2_000_000
MOST_ADDRESSES = 100

_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}
_FILTERS = {
    "since": {**_TEXT, "description": "published on or after this day, YYYY-MM-DD"},
    "until": {**_TEXT, "description": "published on or before this day, YYYY-MM-DD"},
    "languages": {**_TEXTS, "description": "languages of the articles, as codes: en, de"},
    "outlets": {**_TEXTS, "description": "names of outlets"},
    "articles": {**_TEXTS, "description": "IDs of articles"},
}
TOOLS: dict[str, tuple[str, dict[str, Any], list[str]]] = {
    "ask": (
        "Answer a question from the articles alone; every sentence has its citations.",
        {"question": _TEXT, **_FILTERS},
        ["question"],
    ),
    "search": (
        "Find the passages that fit a query, best first, without answering.",
        {"query": _TEXT, "k": {"type": "integer", "minimum": 1, "maximum": 100}, **_FILTERS},
        ["query"],
    ),
    "add": (
        "Fetch web addresses into the corpus and index them.",
        {"addresses": {**_TEXTS, "maxItems": MOST_ADDRESSES}},
        ["addresses"],
    ),
    "articles": ("List the articles of the corpus.", {}, []),
    "show": ("Give one article with its whole text.", {"article_id": _TEXT}, ["article_id"]),
}
"""Name: what it does, its arguments as JSON schemas, and which of them it needs."""


def offer_mcp(app: "FastAPI", assistant: "Assistant") -> None:
    """Add the route `/mcp`."""
    from starlette.concurrency import run_in_threadpool
    from starlette.requests import Request
    from starlette.responses import JSONResponse, Response

    functions = {**tools(assistant), "add": _add(assistant)}

    async def mcp(request: Request) -> Response:
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > MOST_BYTES:
                return JSONResponse(_failed(None, -32600, "The request is too long."), 413)
        try:
            message = json.loads(bytes(body))
        except ValueError:
            return JSONResponse(_failed(None, -32700, "The request is no JSON."), 400)
        if not isinstance(message, dict) or not isinstance(message.get("method"), str):
            return JSONResponse(_failed(None, -32600, "The request is no single call."), 400)
        if "id" not in message:
            return Response(status_code=202)
        return JSONResponse(await run_in_threadpool(_answer, message, functions))

    app.add_route("/mcp", mcp, methods=["POST"])


def _answer(message: dict[str, Any], functions: dict[str, Callable[..., Any]]) -> dict[str, Any]:
    key, sent = message["id"], message.get("params")
    sent = sent if isinstance(sent, dict) else {}
    match message["method"]:
        case "initialize":
            return _done(key, _greeting(sent.get("protocolVersion")))
        case "ping":
            return _done(key, {})
        case "tools/list":
            return _done(key, {"tools": [_tool(name) for name in TOOLS]})
        case "tools/call" if sent.get("name") in functions:
            return _done(key, _call(functions, sent))
        case "tools/call":
            return _failed(key, -32602, f"There is no tool {str(sent.get('name'))[:100]!r}.")
    return _failed(key, -32601, f"There is no method {message['method'][:100]!r}.")


def _greeting(version: Any) -> dict[str, Any]:
    return {
        "protocolVersion": version if version in VERSIONS else VERSIONS[0],
        "capabilities": {"tools": {}},
        "serverInfo": {"name": "article-assistant", "version": __version__},
        "instructions": "Answers come from the articles alone. Keep their citations.",
    }


def _tool(name: str) -> dict[str, Any]:
    description, properties, required = TOOLS[name]
    schema = {"type": "object", "properties": properties, "required": required}
    hints = {"readOnlyHint": name != "add", "openWorldHint": name == "add"}
    return {
        "name": name,
        "description": description,
        "inputSchema": schema,
        "annotations": hints,
    }


def _call(functions: dict[str, Callable[..., Any]], sent: dict[str, Any]) -> dict[str, Any]:
    """Run a tool; what goes wrong in it is a result, so that the model can read it."""
    name, given = sent["name"], sent.get("arguments")
    given = given if isinstance(given, dict) else {}
    document = as_document(lambda: functions[name](**_checked(name, given)))
    text = json.dumps(document, ensure_ascii=False)
    return {
        "content": [{"type": "text", "text": text}],
        "structuredContent": document,
        "isError": "error" in document,
    }


def _checked(name: str, given: dict[str, Any]) -> dict[str, Any]:
    """The arguments, if they are of the kinds that the tool takes. Raises UsageError."""
    _, properties, required = TOOLS[name]
    missing = [argument for argument in required if argument not in given]
    strange = [argument for argument in given if argument not in properties]
    wrong = [
        argument
        for argument, value in given.items()
        if argument in properties and not _fits(value, properties[argument])
    ]
    if missing or strange or wrong:
        names = ", ".join([*missing, *strange, *wrong])[:200]
        raise UsageError(f"{name} cannot use these arguments: {names}.", hint="See tools/list.")
    return given


def _fits(value: Any, schema: dict[str, Any]) -> bool:
    match schema["type"]:
        case "string":
            return isinstance(value, str)
        case "integer":
            return type(value) is int
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _add(assistant: "Assistant") -> Callable[..., dict[str, Any]]:
    def add(addresses: list[str]) -> dict[str, Any]:
        """Fetch addresses; a path of this machine is none."""
        if not addresses or len(addresses) > MOST_ADDRESSES:
            raise UsageError(f"Name 1 to {MOST_ADDRESSES} addresses.")
        strange = [one for one in addresses if not one.startswith(("http://", "https://"))]
        if strange:
            raise UsageError(
                f"{strange[0][:200]!r} is no web address.", hint="Begin it with https://"
            )
        return report_document(assistant.add(*addresses))

    return add


def _done(key: Any, result: dict[str, Any]) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": key, "result": result}


def _failed(key: Any, code: int, message: str) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": key, "error": {"code": code, "message": message}}
