"""The commands about the assistant itself: `doctor`, `models` and `evaluate`."""

from pathlib import Path
from typing import Annotated

import typer

from assistant import render
from assistant.cli import options, output, session
from assistant.cli.progress import ProgressDisplay

models_app = typer.Typer(rich_markup_mode=None)


def doctor(context: typer.Context, json: options.Json = False) -> int:
    """Say what works, what does not, what to do.

    The exit code is 1 when something was found.

    \b
    Example:
      assistant doctor
    """
    with session.opened(context) as assistant:
        checks = assistant.doctor()
    output.emit(
        json,
        document=lambda: render.checks_document(checks),
        text=lambda: render.checks_text(checks),
    )
    return 0 if all(check.ok for check in checks) else 1


@models_app.callback(invoke_without_command=True)
def models(context: typer.Context, json: options.Json = False) -> int:
    """List Ollama's models, or get another.

    \b
    Example:
      assistant models
      assistant models pull qwen2.5:3b
    """
    if context.invoked_subcommand is not None:
        return 0
    from assistant.models import ollama_models

    found = ollama_models(session.settings_of(context))
    output.emit(
        json,
        document=lambda: {
            "models": [
                {
                    "name": model.name,
                    "size_bytes": model.size_bytes,
                    "parameters": model.parameters,
                    "chat": model.chat,
                }
                for model in found
            ]
        },
        text=lambda: render.printable(
            "\n".join(
                f"{model.name}  {model.size_bytes / 1e9:.1f} GB"
                + ("" if model.chat else "  (cannot chat)")
                for model in found
            )
        ),
    )
    if not found and not json:
        output.say("Ollama has no model yet; get one with: assistant models pull qwen2.5:3b")
    return 0


@models_app.command()
def pull(
    context: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The model's name at Ollama.")],
    json: options.Json = False,
) -> int:
    """Let Ollama download a model.

    \b
    Example:
      assistant models pull qwen2.5:3b
    """
    from assistant import models as door

    with ProgressDisplay() as progress:
        for step in door.pull(name, session.settings_of(context)):
            progress(step)
    output.emit(
        json,
        document=lambda: {"pulled": name},
        text=lambda: render.printable(f"Ollama has {name} now."),
    )
    return 0


def evaluate(
    context: typer.Context,
    questions: Annotated[
        Path, typer.Argument(metavar="QUESTIONS.jsonl", help="One question a line, as JSON.")
    ],
    json: options.Json = False,
) -> int:
    """Measure search and answers on known questions.

    \b
    Example:
      assistant evaluate questions.jsonl
    """
    from assistant import evaluation

    with session.opened(context) as assistant:
        result = evaluation.evaluate(assistant, questions)
    output.emit(
        json,
        document=lambda: evaluation.document(result),
        text=lambda: evaluation.text(result),
    )
    return 0
