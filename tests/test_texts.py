"""The interface texts: both languages say the same things, and nothing is missing or left over."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import texts
from assistant.texts import choose, keys, placeholders, say, template
from assistant.texts.failures import failure

PACKAGE = Path(texts.__file__).parent.parent


def test_both_languages_have_the_same_keys() -> None:
    assert keys("de") == keys("en")
    assert len(keys()) > 100


@pytest.mark.parametrize("key", sorted(keys()))
def test_both_languages_have_the_same_placeholders(key: str) -> None:
    assert placeholders(key, language="de") == placeholders(key, language="en")


def test_a_text_is_filled_and_its_values_are_taken_as_they_are() -> None:
    said = say("search.filter_outlets", names="{brace} & <b>")
    assert said == "outlet {brace} & <b>"


def test_one_has_its_own_text() -> None:
    assert say("page.added", count=1) == "One article added."
    assert say("page.added", count=2) == "2 articles added."


def test_other_languages_get_english() -> None:
    assert say("page.ask", language="fr") == say("page.ask", language="en")
    assert say("page.ask", language="de") == "Fragen"


def test_a_key_or_placeholder_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(KeyError):
        say("page.no_such_key")
    with pytest.raises(KeyError):
        say("page.added")


def test_a_template_keeps_its_placeholders() -> None:
    assert template("page.shown_of") == "{shown} of {total} articles"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        pytest.param("de-DE,de;q=0.9,en;q=0.8", "de", id="german first"),
        pytest.param("en-GB,de;q=0.9", "en", id="english first"),
        pytest.param("fr;q=0.9, de;q=0.5, en;q=0.4", "de", id="german before english"),
        pytest.param("fr,it", "en", id="neither"),
        pytest.param("", "en", id="nothing"),
        pytest.param("de;q=0", "en", id="refused"),
        pytest.param("de;q=x, ;;, en-", "en", id="nonsense"),
    ],
)
def test_the_browsers_language_is_chosen(header: str, language: str) -> None:
    assert choose(header) == language


def test_every_text_of_the_page_is_used() -> None:
    ours = tomllib.loads((PACKAGE / "texts" / "page.en.toml").read_text(encoding="utf-8"))
    files = [*(PACKAGE / "chat").glob("*.py"), PACKAGE / "server" / "intake.py"]
    code = "\n".join(file.read_text(encoding="utf-8") for file in files)
    made = (
        "progress_",
        "unit_",
        "stage_",
        "column_",
        "by_",
        "time_",
        "talks_",
        "thumb_",
        "why_",
        "view_",
        "previous_",
        "next_",
    )
    names = {re.sub("_one$", "", name) for table in ours.values() for name in table}
    unused = [
        name
        for name in sorted(names)
        if not name.startswith(made) and f'"{name}"' not in code and f'.{name}"' not in code
    ]
    assert unused == []


# --- why something could not be added -----------------------------------------------------------

ERRORS = {"UnreadableFile", "FetchError", "InputError"}
SAYING = ("readers/*.py", "sources/*.py", "adding.py", "server/intake.py", "server/batch.py")


def filled(node: ast.expr, names: dict[str, ast.expr]) -> str:
    """A sentence of the code with some word in the place of each value; "" for one that is not."""
    match node:
        case ast.Constant(value=str(words)):
            return words
        case ast.Name(id=name) if name in names:
            return filled(names[name], names)
        case ast.JoinedStr(values=parts):
            return "".join(filled(part, names) or "7" for part in parts)
        case ast.BinOp(left=left, right=right):
            return (filled(left, names) or "7") + (filled(right, names) or "7")
    return ""


def sentences() -> Iterator[str]:
    """Every message and hint of an error that a file or an address can fail with."""
    for pattern in SAYING:
        for file in PACKAGE.glob(pattern):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            names = {
                node.targets[0].id: node.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
            }
            for node in ast.walk(tree):
                if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in ERRORS:
                    continue
                hints = [keyword.value for keyword in node.keywords if keyword.arg == "hint"]
                yield from filter(None, (filled(one, names) for one in [*node.args[:1], *hints]))


def test_every_reason_why_something_cannot_be_added_is_told_in_german() -> None:
    found = sorted(set(sentences()))
    assert len(found) > 80
    assert [said for said in found if failure(said, language="de") == said] == []


@pytest.mark.parametrize(
    ("said", "german"),
    [
        ("a.pdf is encrypted.", "a.pdf ist verschlüsselt."),
        ("Page 3 of a {0}.pdf is empty.", "Seite 3 von a {0}.pdf ist leer."),
        ("a.odt is of a kind that cannot be read (.odt).",
         "a.odt ist von einer Art, die nicht gelesen werden kann (.odt)."),
        ("https://a.example answers 404 Gone.", "https://a.example antwortet 404 Gone."),
        ("Another sentence.", "Another sentence."),
    ],
)  # fmt: skip
def test_a_reason_keeps_its_names_and_an_unknown_one_its_words(said: str, german: str) -> None:
    assert failure(said, language="de") == german
    assert failure(said, language="en") == said
