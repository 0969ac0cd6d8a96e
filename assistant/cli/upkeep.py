"""The commands about the assistant itself: `doctor`, `models` and `evaluate`."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant import render, sizing
from assistant.cli import options, output, session
from assistant.cli.progress import ProgressDisplay
from assistant.errors import ModelError, UsageError
from assistant.records import Check

if TYPE_CHECKING:
    from assistant.models import EmbeddedModel, OllamaModel

models_app = typer.Typer(rich_markup_mode=None)


def doctor(
    context: typer.Context,
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend what can be mended first, and say what was done.")
    ] = False,
    size: Annotated[
        int | None,
        typer.Option(
            "--sizing", metavar="N", min=1, max=10**12, help="What N passages need, and on what."
        ),
    ] = None,
    json: options.Json = False,
) -> int:
    """Say what works, what does not, what to do.

    The exit code is 1 when something was found. --repair puts a sound copy in the place of a
    damaged file, makes a damaged index again and fills the vector cache; nothing is deleted.
    --sizing checks nothing: it reckons what a corpus of so many passages needs. An article has a
    passage for each 1,000 characters.

    \b
    Example:
      assistant doctor
      assistant doctor --repair
      assistant doctor --sizing 1000000
    """
    if size is not None:
        output.emit(json, document=lambda: sizing.document(size), text=lambda: sizing.text(size))
        return 0
    with session.opened(context) as assistant:
        repairs: list[Check] = []
        if repair:
            with ProgressDisplay() as progress:
                repairs = assistant.repair(on_progress=progress)
        checks = assistant.doctor()
    output.emit(
        json,
        document=lambda: render.checks_document(checks, repairs=repairs if repair else None),
        text=lambda: render.checks_text([*repairs, *checks]),
    )
    return 0 if all(check.ok for check in [*repairs, *checks]) else 1


@models_app.callback(invoke_without_command=True)
def models(context: typer.Context, json: options.Json = False) -> int:
    """List Ollama's models and the embedded one, or get another.

    \b
    Example:
      assistant models
      assistant models pull qwen2.5:3b
    """
    if context.invoked_subcommand is not None:
        return 0
    from assistant import models as door

    settings = session.settings_of(context)
    found: list[OllamaModel] = []
    away: ModelError | None = None
    try:
        found = list(door.ollama_models(settings))
    except ModelError as error:  # the embedded model writes without it
        away = error
    embedded = door.embedded_model(settings)
    output.emit(
        json,
        document=lambda: _models_document(found, embedded, away),
        text=lambda: render.printable("\n".join(_models_lines(found, embedded))),
    )
    if away:
        if not json:
            output.say(render.error_text(away))
        return away.exit_code
    if not found and not json:
        output.say("Ollama has no model yet; get one with: assistant models pull qwen2.5:3b")
    return 0


def _models_document(
    found: Sequence["OllamaModel"], embedded: "EmbeddedModel", away: ModelError | None
) -> dict[str, object]:
    listed = [
        {
            "name": model.name,
            "size_bytes": model.size_bytes,
            "parameters": model.parameters,
            "chat": model.chat,
        }
        for model in found
    ]
    known = asdict(embedded) | {"name": embedded.file.name, "file": str(embedded.file)}
    document: dict[str, object] = {"models": listed, "embedded": known}
    if away:
        document |= render.error_document(away.message, hint=away.hint, code=away.exit_code)
    return document


def _models_lines(found: Sequence["OllamaModel"], embedded: "EmbeddedModel") -> list[str]:
    lines = [
        f"{model.name}  {model.size_bytes / 1e9:.1f} GB" + ("" if model.chat else "  (cannot chat)")
        for model in found
    ]
    size = f"  {embedded.size_bytes / 1e9:.1f} GB" if embedded.size_bytes else ""
    state = f"{embedded.problem} {embedded.hint}" if embedded.problem else "ready"
    return [*lines, f"embedded: {embedded.file.name}{size}  ({state})"]


@models_app.command()
def pull(
    context: typer.Context,
    name: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help="The model's name at Ollama.")
    ] = None,
    embedded: Annotated[
        bool,
        typer.Option("--embedded", help="A small model that writes here, without Ollama (1.1 GB)."),
    ] = False,
    json: options.Json = False,
) -> int:
    """Let Ollama download a model, or get the one that writes without Ollama.

    A download that was stopped goes on where it stopped.

    \b
    Example:
      assistant models pull qwen2.5:3b
      assistant models pull --embedded
    """
    from assistant import models as door

    if (name is None) == (not embedded):
        raise UsageError(
            "Name one model of Ollama, or say --embedded.",
            hint="See both: assistant models pull --help",
        )
    if name is None:
        return _pull_embedded(context, json=json)

    with ProgressDisplay() as progress:
        for step in door.pull(name, session.settings_of(context)):
            progress(step)
    output.emit(
        json,
        document=lambda: {"pulled": name},
        text=lambda: render.printable(f"Ollama has {name} now."),
    )
    return 0


def _pull_embedded(context: typer.Context, *, json: bool) -> int:
    """Download the embedded model, and say what is still missing to let it write."""
    from assistant import models as door

    settings = session.settings_of(context)
    with ProgressDisplay() as progress:
        for step in door.pull_weights():
            progress(step)
    file = door.weights_file()
    output.emit(
        json,
        document=lambda: {"pulled": file.name, "file": str(file)},
        text=lambda: render.printable(f"The model is here: {file}"),
    )
    try:
        used = door.check_embedded(settings)
    except ModelError as error:
        output.say(f"{error} {error.hint}")
    else:
        if used != file:
            output.say(f"The setting embedded_model names another one: {used}")
    return 0


def evaluate(
    context: typer.Context,
    questions: Annotated[
        Path | None,
        typer.Argument(metavar="[QUESTIONS.jsonl]", help="One question a line, as JSON."),
    ] = None,
    compare: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="A former evaluation, as --json printed it."),
    ] = None,
    make: Annotated[
        int, typer.Option(metavar="N", min=0, help="Print N questions drafted from your articles.")
    ] = 0,
    engine: Annotated[
        str | None,
        typer.Option(
            metavar="auto|ollama|openai|embedded|quotes", help="Who answers, or words drafts."
        ),
    ] = None,
    json: options.Json = False,
) -> int:
    """Measure search and answers on known questions.

    A line has "question" and "expected": strings, any of which a right answer holds, or
    "no answer"; where known, "article" (its path) and "quote".

    \b
    Example:
      assistant evaluate --make 30 > questions.jsonl
      assistant evaluate questions.jsonl --json > former.json
      assistant evaluate questions.jsonl --compare former.json
    """
    from assistant import evaluation

    if make:
        return _make(context, make, engine=engine, json=json)
    if questions is None:
        raise UsageError(
            "No question set is named.",
            hint="Try: assistant evaluate corpus/questions.jsonl, or assistant evaluate --make 30",
        )
    former = evaluation.read_former(compare) if compare else None
    with session.reading(context) as assistant, ProgressDisplay() as progress:
        result = evaluation.evaluate(assistant, questions, engine=engine, on_progress=progress)
    output.emit(
        json,
        document=lambda: evaluation.document(result, former=former),
        text=lambda: evaluation.text(result, former=former),
    )
    return 0


def _make(context: typer.Context, count: int, *, engine: str | None, json: bool) -> int:
    """Draft questions from the corpus and print them as JSONL, or with --json as one document."""
    from assistant import models as door
    from assistant import question_sets
    from assistant.question_making import make_questions

    with session.reading(context) as assistant:
        model = door.choose_engine(assistant.settings, wanted=engine).model
        made = make_questions(assistant, count=count, model=model)
    lines = question_sets.lines(made)
    output.emit(
        json,
        document=lambda: {"questions": [asdict(question) for question in made]},
        text=lambda: lines.rstrip("\n"),
    )
    output.say(f"{len(made)} drafts: read them before you measure with them.")
    return 0
