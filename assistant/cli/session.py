"""The one place where the command line makes its assistant; tests put a fake here."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import typer

    from assistant.assistant import Assistant
    from assistant.settings import Settings


@dataclass(frozen=True, slots=True)
class Chosen:
    """The options that every command takes."""

    corpus: Path | None = None
    data: Path | None = None
    config: Path | None = None
    chroma: str | None = None
    catalogue: str | None = None


def make_assistant(chosen: Chosen, **settings: Any) -> "Assistant":
    """Make the assistant for one command. Raises SettingsError, DataError."""
    from assistant.assistant import Assistant

    given = {name: value for name, value in settings.items() if value is not None}
    if chosen.chroma:
        given["chroma_url"] = chosen.chroma
    if chosen.catalogue:
        given["catalogue"] = chosen.catalogue
    return Assistant(chosen.corpus, config=chosen.config, data=chosen.data, **given)


@contextmanager
def opened(context: "typer.Context", **settings: Any) -> Iterator["Assistant"]:
    """The assistant of this command, closed at its end whatever happens."""
    assistant = make_assistant(context.obj, **settings)
    try:
        yield assistant
    finally:
        assistant.close()


def settings_of(context: "typer.Context", **settings: Any) -> "Settings":
    """The settings in force, for commands that need no assistant. Raises SettingsError."""
    from assistant.settings import load_settings

    chosen: Chosen = context.obj
    return load_settings(chosen.config, corpus=chosen.corpus, data=chosen.data, **settings)
