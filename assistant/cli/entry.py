"""Puts the commands together and turns every error into a message and an exit code, here alone."""

import os
import sys
import threading
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from assistant import __version__, render
from assistant.cli import asking, library, output, serving, session, upkeep
from assistant.errors import AssistantError, DataError

INTERRUPTED = 130
TERMINATED = 143
GLOBAL_OPTIONS = ("--corpus", "--data", "--config", "--chroma", "--catalogue")

app = typer.Typer(
    name="assistant",
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for command in (
    *(serving.serve, asking.ask, asking.search),
    *(library.add, library.sync, library.articles, library.show, library.remove),
    *(library.restore, library.rebuild, library.export, library.import_),
    *(upkeep.doctor, upkeep.evaluate),
):
    app.command(command.__name__.rstrip("_"))(command)
app.add_typer(upkeep.models_app, name="models")
app.add_typer(serving.users_app, name="users")


def _version(wanted: bool) -> None:
    if wanted:
        output.emit_text(f"assistant {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def everywhere(
    context: typer.Context,
    corpus: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder with the articles; ./corpus if none.")
    ] = None,
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for the index; CORPUS/.assistant.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A TOML file with settings.")
    ] = None,
    chroma: Annotated[
        str | None, typer.Option(metavar="URL", help="A Chroma server for the vectors.")
    ] = None,
    catalogue: Annotated[
        str | None, typer.Option(metavar="URL", help="PostgreSQL for the index; else SQLite.")
    ] = None,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Ask your own articles: cited answers, from those articles alone.

    The options below may stand before or after a command.

    \b
    Example:
      assistant serve
      assistant add report.pdf
      assistant ask "Who confirmed it?"
    """
    context.obj = session.Chosen(
        corpus=corpus, data=data, config=config, chroma=chroma, catalogue=catalogue
    )
    if context.invoked_subcommand is None:
        output.emit_text(context.get_help())


def main() -> None:
    """Run the command line of this process and leave it with the command's exit code."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    code = run(sys.argv[1:])
    if code in (INTERRUPTED, TERMINATED) and threading.active_count() > 1:
        # A thread may still wait for a model's next word. What matters was written in transactions.
        sys.stdout.flush()
        os._exit(code)
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code: the only place where errors become codes.

    0 done · 1 an input failed · 2 wrong usage · 3 a service is not there · 4 unusable data ·
    130 interrupted. With `--json` an error is a JSON document too.
    """
    as_json = "--json" in arguments
    try:
        code = _invoke(hoisted(arguments))
        sys.stdout.flush()
        return code
    except typer.Exit as done:
        return done.exit_code
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else 1
    except AssistantError as error:
        return _fail(error, code=error.exit_code, as_json=as_json)
    except typer.TyperException as error:
        return _fail(_usage(error), code=error.exit_code, as_json=as_json)
    except (KeyboardInterrupt, typer.Abort, EOFError):
        return _fail(AssistantError("Stopped."), code=INTERRUPTED, as_json=as_json)
    except BrokenPipeError:
        # The reader of a pipe (`| head`) has what it wanted; keep Python from flushing at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        return _fail(_of_system(error), code=DataError.exit_code, as_json=as_json)
    except Exception as error:  # the outermost door: a fault of ours still ends in one document
        traceback.print_exc()
        fault = AssistantError(
            f"This is a fault of the assistant itself: {type(error).__name__}: {error}",
            hint="Please report it with the lines above.",
        )
        return _fail(fault, code=1, as_json=as_json)


def _invoke(arguments: list[str]) -> int:
    """Parse and run, past the handling of errors that Typer brings along."""
    command = typer.main.get_command(app)
    with command.make_context("assistant", arguments) as context:
        code = command.invoke(context)
    return code if isinstance(code, int) else 0


def hoisted(arguments: Sequence[str]) -> list[str]:
    """Move the options of every command before the command; nothing moves after `--`."""
    front: list[str] = []
    rest: list[str] = []
    given = iter(arguments)
    for argument in given:
        if argument == "--":
            return [*front, *rest, argument, *given]
        if argument in GLOBAL_OPTIONS:
            front += [argument, *(value for value in [next(given, None)] if value is not None)]
        elif argument.startswith(tuple(f"{name}=" for name in GLOBAL_OPTIONS)):
            front.append(argument)
        else:
            rest.append(argument)
    return [*front, *rest]


def _fail(error: AssistantError, *, code: int, as_json: bool) -> int:
    if as_json:
        output.emit_json(render.error_document(error.message, hint=error.hint, code=code))
    else:
        output.say(render.error_text(error))
    return code


def _usage(error: typer.TyperException) -> AssistantError:
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "assistant"
    return AssistantError(error.format_message(), hint=f"See: {path} --help")


def _of_system(error: OSError) -> AssistantError:
    where = f" {error.filename}" if error.filename else ""
    return AssistantError(
        f"The system refused the file{where}: {error.strerror or error}.",
        hint="Check the disk and the folder's permissions with: assistant doctor",
    )
