"""The one place where the command line makes its assistant; tests put a fake here."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.cli import output
from assistant.cli.progress import ProgressDisplay
from assistant.records import Report

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


@contextmanager
def reading(context: "typer.Context") -> Iterator["Assistant"]:
    """The assistant of a command that reads the index, which is filled first if it never was.

    Whoever begins with a question has an answer. Later it is `sync`, `add` and `serve` that look
    at the folder: a question must not wait for it.
    """
    with opened(context) as assistant:
        if not assistant.counts()[0]:
            _fill(assistant)
        yield assistant


def _fill(assistant: "Assistant") -> None:
    from assistant import render, sources

    if not any(True for _ in sources.walk(assistant.folder)):
        return
    folder = render.printable(str(assistant.folder))
    output.say(f"Nothing of {folder} is indexed yet; that comes first. Ctrl-C stops it.")
    with ProgressDisplay() as progress:
        report = assistant.sync(on_progress=progress)
    if report.failed:
        output.say(render.report_text(Report(failed=report.failed)))
    count = len(report.added)
    output.say(f"{count:,} article{' is' if count == 1 else 's are'} indexed now.\n")


def settings_of(context: "typer.Context", **settings: Any) -> "Settings":
    """The settings in force, for commands that need no assistant. Raises SettingsError."""
    from assistant.settings import load_settings

    chosen: Chosen = context.obj
    return load_settings(chosen.config, corpus=chosen.corpus, data=chosen.data, **settings)
