"""Loads the prompts a user may edit, and fills in their variables."""

import re
import tomllib
from functools import lru_cache
from pathlib import Path

from assistant.errors import SettingsError
from assistant.languages import name as language_name
from assistant.records import Message

CANNOT = "NOT IN THE ARTICLES"
"""What a model is asked to write when the sources do not answer; shared by prompt, code, tests."""

VARIABLES: dict[str, frozenset[str]] = {
    "answer": frozenset({"cannot"}),
    "question": frozenset({"sources", "question_label", "question", "rule"}),
    "standalone": frozenset({"history", "question", "language"}),
    "draft": frozenset({"sentence", "answer", "language"}),
    "translate": frozenset({"text", "language"}),
    "opinion": frozenset({"sentence", "quotes"}),
}
"""The variables each prompt must use; none may be left out, none be added."""

_VARIABLE = re.compile(r"\{([a-z_]+)\}")
_CONTROL = re.compile(
    r"<(?=[|｜]|\s*/?\s*(?:sources|s|(?:start|end)_of_turn|system|user|assistant)\s*>|<\s*/?SYS>)"
    r"|\[(?=/?INST\])",
    re.IGNORECASE,
)
"""What would end the sources or, in some model's template, begin another's turn."""


def fill(template: str, **values: str) -> str:
    """Put values for `{names}`; braces inside values and other braces stay as they are.

    Values are data: what in them would end the sources or begin a turn loses its first sign, since
    servers read the signs of a chat template wherever they stand. Raises KeyError for a name
    without a value.
    """
    return _VARIABLE.sub(lambda match: _CONTROL.sub("‹", values[match[1]]), template)


def load(name: str) -> str:
    """The text of the prompt `name`. Raises SettingsError if it is missing or misuses variables."""
    file = folder() / f"{name}.md"
    return _checked(name, _read(file), file=file)


def system_prompt() -> str:
    """The constant part that begins every prompt, so that a server's cache can serve it."""
    return fill(load("answer"), cannot=CANNOT)


def answer_messages(question: str, *, sources: str, language: str) -> list[Message]:
    """The messages that ask a model to answer from numbered sources, in `language`."""
    lines = _languages()
    own = lines.get(language, lines["other"])
    rule = fill(own["rule"], language=language_name(language), cannot=CANNOT)
    content = fill(
        load("question"),
        sources=sources,
        question_label=own["question"],
        question=question,
        rule=rule,
    )
    return [Message("system", system_prompt()), Message("user", content)]


def standalone_messages(question: str, *, history: str, language: str) -> list[Message]:
    """The messages that ask a model to rewrite a follow-up question so that it stands alone."""
    content = fill(
        load("standalone"), history=history, question=question, language=language_name(language)
    )
    return [Message("system", system_prompt()), Message("user", content)]


def draft_messages(*, sentence: str, answer: str, language: str) -> list[Message]:
    """The messages that ask a model for a question that `answer`, in `sentence`, answers."""
    values = {"sentence": sentence, "answer": answer, "language": language_name(language)}
    return [Message("user", fill(load("draft"), **values))]


def translation_messages(text: str, *, language: str) -> list[Message]:
    """The messages that ask a model for a text in another language (its code)."""
    values = {"text": text, "language": language_name(language)}
    return [Message("user", fill(load("translate"), **values))]


def opinion_messages(*, sentence: str, quotes: str) -> list[Message]:
    """The messages that ask a model whether quotes say what a sentence says."""
    return [Message("user", fill(load("opinion"), sentence=sentence, quotes=quotes))]


def folder() -> Path:
    """Where the prompts are: inside an installed package, or beside it in a checkout."""
    here = Path(__file__).resolve().parent
    packed = here / "_shared" / "prompts"
    return packed if packed.is_dir() else here.parent / "prompts"


def _languages() -> dict[str, dict[str, str]]:
    file = folder() / "languages.toml"
    try:
        return _parsed(_read(file))
    except tomllib.TOMLDecodeError as error:
        message = f"The prompt file {file} is not valid TOML: {error}."
        raise SettingsError(message, hint="Mend the line it names.") from error


@lru_cache(maxsize=2)
def _parsed(text: str) -> dict[str, dict[str, str]]:
    """What a file of TOML says; two milliseconds that every prompt would take again."""
    return tomllib.loads(text)


def _checked(name: str, text: str, *, file: Path) -> str:
    used, known = set(_VARIABLE.findall(text)), VARIABLES[name]
    if missing := sorted(known - used):
        message = f"The prompt {file} lacks the variable {{{missing[0]}}}."
        raise SettingsError(message, hint="prompts/README.md says what each variable is.")
    if unknown := sorted(used - known):
        message = f"The prompt {file} uses {{{unknown[0]}}}, which is no variable of it."
        raise SettingsError(message, hint="prompts/README.md says what each variable is.")
    return text


def _read(file: Path) -> str:
    try:
        changed = file.stat().st_mtime_ns
    except OSError as error:
        message = f"The prompt {file} cannot be read."
        raise SettingsError(message, hint="Restore it from the repository.") from error
    return _text(file, changed)


@lru_cache(maxsize=32)
def _text(file: Path, changed: int) -> str:
    """The file's text, read again only when it changed."""
    return file.read_text(encoding="utf-8").strip()
