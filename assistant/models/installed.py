"""What there is of the embedded model: its file, and what keeps it from answering."""

from dataclasses import dataclass
from pathlib import Path

from assistant.errors import ModelError
from assistant.models.embedded import check_embedded, embedded_file
from assistant.models.weights import DEFAULT_WEIGHTS
from assistant.settings import Settings


@dataclass(frozen=True, slots=True)
class EmbeddedModel:
    """The embedded model's file and size in bytes, and what keeps it from answering, "" if nothing.

    Where it was not downloaded yet the size is that of the download; 0 where it is not known.
    """

    file: Path
    size_bytes: int
    there: bool
    problem: str = ""
    hint: str = ""


def embedded_model(settings: Settings) -> EmbeddedModel:
    """What there is of the embedded model; it is not loaded."""
    file = embedded_file(settings)
    there = file.is_file()
    size = file.stat().st_size if there else 0 if settings.embedded_model else DEFAULT_WEIGHTS.size
    try:
        check_embedded(settings)
    except ModelError as error:
        return EmbeddedModel(file, size, there, error.message, error.hint)
    return EmbeddedModel(file, size, there)
