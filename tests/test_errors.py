"""The tree of errors: every class says its message, its hint and its exit code."""

import inspect

import pytest

from assistant import errors
from assistant.errors import AssistantError

CLASSES = [
    item
    for _, item in inspect.getmembers(errors, inspect.isclass)
    if issubclass(item, AssistantError)
]
CODES = {
    "AssistantError": 1,
    "InputError": 1,
    "UnreadableFile": 1,
    "FetchError": 1,
    "UnknownArticle": 1,
    "UsageError": 2,
    "SettingsError": 2,
    "QuestionError": 2,
    "ServiceError": 3,
    "ModelError": 3,
    "ModelMissing": 3,
    "Locked": 3,
    "Superseded": 3,
    "Cancelled": 130,
    "DataError": 4,
    "IndexMismatch": 4,
    "DamagedFile": 4,
    "NoSpace": 4,
}


def test_every_class_has_its_exit_code() -> None:
    assert {item.__name__: item.exit_code for item in CLASSES} == CODES


def test_the_tree_at_the_top_of_the_file_is_the_real_one() -> None:
    drawn = {}
    for line in (errors.__doc__ or "").splitlines():
        words = line.strip("│├└─ ").split()
        if words and words[0] in CODES and len(words) > 1:
            drawn[words[0]] = int(words[1])
    assert drawn == CODES


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_an_error_carries_its_message_and_its_hint(kind: type[AssistantError]) -> None:
    error = kind("It failed.", hint="Do this.")
    assert str(error) == error.message == "It failed."
    assert error.hint == "Do this."
    assert kind("It failed.").hint == ""
    assert (kind.__doc__ or "").endswith(".")


def test_only_what_may_go_away_by_itself_is_worth_another_try() -> None:
    assert {item.__name__ for item in CLASSES if item.retryable} == {
        "ServiceError",
        "ModelError",
        "Locked",
        "Superseded",
    }
