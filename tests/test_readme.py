"""The README cannot drift: its snippets run and print what it says, its tables are complete."""

import contextlib
import io
import re
import shutil
from pathlib import Path

import pytest
import yaml

from assistant.sample import shared_folder
from assistant.settings import ENV_PREFIX, Settings

README = Path(__file__).parents[1] / "README.md"
TEXT = README.read_text("utf-8")
SNIPPET = re.compile(r"```python\n(.*?)```\n\n```output\n(.*?)```", re.DOTALL)


def test_the_snippets_print_what_the_readme_says(tmp_path: Path) -> None:
    shutil.copytree(
        shared_folder("corpus"), tmp_path / "corpus", ignore=shutil.ignore_patterns(".*")
    )
    names: dict[str, object] = {}
    snippets = SNIPPET.findall(TEXT)
    assert len(snippets) >= 5
    for code, expected in snippets:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, "README.md", "exec"), names)
        assert printed.getvalue() == expected


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_in_its_table(name: str) -> None:
    assert f"| `{name}` |" in TEXT


def test_every_command_is_in_its_table() -> None:
    import typer.main

    from assistant.cli.entry import app

    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    for name in commands:
        assert re.search(rf"`(assistant )?{name}\b", TEXT), name


def test_the_compose_file_can_be_read_and_sets_what_there_is() -> None:
    (block,) = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)
    compose = yaml.safe_load(block)
    names = compose["services"]["assistant"]["environment"]
    known = {f"{ENV_PREFIX}{name.upper()}" for name in Settings.model_fields}
    assert set(names) <= known
    mounted = {
        volume.split(":")[0] for s in compose["services"].values() for volume in s["volumes"]
    }
    assert set(compose["volumes"]) == {name for name in mounted if not name.startswith(".")}


def test_every_picture_and_linked_file_is_there() -> None:
    for target in re.findall(r"\]\((?!http)([^)#]+)\)", TEXT):
        assert (README.parent / target).exists(), target
