"""Runs axe-core, as its Python package brings it, in a page of a test."""

from functools import cache
from importlib.resources import files
from typing import Any

import pytest

SERIOUS = ("serious", "critical")


@cache
def _script() -> str:
    pytest.importorskip("axe_playwright_python", reason="axe-core is not installed")
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


def faults(page: Any) -> list[str]:
    """The serious faults of what the page shows now: rule, what it says, the first element."""
    page.evaluate(_script())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    return [
        f"{fault['id']}: {fault['help']} — {fault['nodes'][0]['html'][:200]}"
        f" {fault['nodes'][0]['failureSummary'][:300]}"
        for fault in found
        if fault["impact"] in SERIOUS
    ]
