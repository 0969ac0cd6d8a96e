"""Structured logs of a server: one line of JSON for each event, in a file that is turned over."""

import json
import logging
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from assistant.errors import UsageError

MOST_BYTES = 10_000_000
FILES_KEPT = 5


class JsonLines(logging.Formatter):
    """A record as one JSON object: time, level, logger, and the message or its own fields."""

    def format(self, record: logging.LogRecord) -> str:
        """The line for a record; a message that is an object is written as its fields."""
        when = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, object] = {
            "time": when,
            "level": record.levelname.lower(),
            "logger": record.name,
        }
        message = record.getMessage()
        fields = json.loads(message) if record.name == "assistant.requests" else None
        line |= fields if isinstance(fields, dict) else {"message": message}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def begin(file: Path, *, words: bool = False) -> logging.Handler:
    """Write what the assistant logs to a file too, the words of questions and answers if wanted.

    Raises UsageError for a file that cannot be written.
    """
    try:
        handler = RotatingFileHandler(
            file, maxBytes=MOST_BYTES, backupCount=FILES_KEPT, encoding="utf-8"
        )
    except OSError as error:
        raise UsageError(
            f"The log {file} cannot be written: {error.strerror}.", hint="Name another: --log FILE"
        ) from error
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("assistant")
    logger.addHandler(handler)
    shown = logging.StreamHandler()  # warnings go on to be shown: a handler takes them from stderr
    shown.setLevel(logging.WARNING)
    logger.addHandler(shown)
    logger.setLevel(logging.DEBUG if words else logging.INFO)
    return handler
