"""Imports Gradio in half the time.

At import, Gradio's component classes read and parse their own source to write stub files (`.pyi`)
beside it: for editors, of no use to a server, and impossible where packages are read-only. Measured
with Gradio 6.31: 2.35 s of processor time with the stubs, 1.23 s without. Gradio itself leaves
them out for a class whose file `inspect.getfile` cannot name; that is what it is told here.
"""

import inspect
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

STUB_WRITER = "gradio.component_meta"
ALLOWS_NO_FILE = "except OSError"


def load() -> None:
    """Import Gradio, without its stubs where this Gradio can do without them."""
    with _without_stubs():
        import gradio  # noqa: F401


@contextmanager
def _without_stubs() -> Iterator[None]:
    if "gradio" in sys.modules or not _can_do_without():
        yield
        return
    original = inspect.getfile

    def getfile(thing: object) -> str:
        if sys._getframe(1).f_globals.get("__name__") == STUB_WRITER:
            raise OSError("no stubs are wanted")
        return original(thing)  # type: ignore[arg-type]

    inspect.getfile = getfile  # type: ignore[assignment]
    try:
        yield
    finally:
        inspect.getfile = original


def _can_do_without() -> bool:
    """Whether this Gradio's stub writer leaves a class out instead of failing."""
    package = find_spec("gradio")
    if package is None or package.origin is None:
        return False
    try:
        source = Path(package.origin).with_name("component_meta.py").read_text("utf-8")
    except OSError:
        return False
    return ALLOWS_NO_FILE in source
