"""The articles' own files, to open or to save. The guard stands before this route, too."""

from typing import TYPE_CHECKING, Any

from assistant.errors import AssistantError
from assistant.render import error_document

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.assistant import Assistant

SHOWN = {".pdf": "application/pdf", ".txt": "text/plain", ".md": "text/plain"}
"""What a browser shows by itself without running anything; every other kind is saved."""


def offer_files(app: "FastAPI", assistant: "Assistant") -> None:
    """Add the route `/articles/ID/file`."""
    from fastapi.responses import FileResponse, JSONResponse

    def file(article_id: str) -> Any:
        try:
            found = assistant.file(article_id)
        except AssistantError as error:
            document = error_document(error.message, hint=error.hint, code=error.exit_code)
            return JSONResponse(document, status_code=404)
        if not found.is_file():
            document = error_document("The file is gone.", hint="Run: assistant sync", code=1)
            return JSONResponse(document, status_code=404)
        kind = SHOWN.get(found.suffix.casefold())
        return FileResponse(
            found,
            media_type=kind or "application/octet-stream",
            filename=found.name,
            content_disposition_type="inline" if kind else "attachment",
        )

    app.get("/articles/{article_id}/file", response_model=None)(file)
