"""Translating a quote for a reader."""

import pytest
from fakes import FakeChat

from assistant.errors import ModelError
from assistant.translating import LONGEST, translate


def test_a_quote_is_translated_in_one_line_and_bounded() -> None:
    chat = FakeChat().enqueue(" The harbour bridge was dear. \n")
    assert translate("Die\n Brücke " * 500, language="en", model=chat) == (
        "The harbour bridge was dear."
    )
    (asked,) = chat.history[0]
    assert "into English" in asked.content
    assert "Die Brücke Die" in asked.content
    assert len(asked.content) < LONGEST + 200


def test_a_silent_model_is_an_error() -> None:
    with pytest.raises(ModelError, match="said nothing"):
        translate("Die Brücke", language="en", model=FakeChat().enqueue(" "))
