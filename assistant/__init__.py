"""Ask your own articles: cited answers over a folder of articles, from those articles alone.

>>> from assistant import Assistant
>>> print(Assistant().ask("Who confirmed it?"))          # doctest: +SKIP
"""

from typing import TYPE_CHECKING, Any

from assistant.conversation import Chat
from assistant.errors import AssistantError
from assistant.records import (
    Answer,
    Article,
    Citation,
    Document,
    Filters,
    Hit,
    Hits,
    Passage,
    Progress,
    Report,
    Sentence,
    Stage,
    Token,
)

if TYPE_CHECKING:
    from assistant.assistant import Assistant

__version__ = "0.1.0"

__all__ = [
    # The whole product
    "Assistant",
    "Chat",
    # What goes in
    "Article",
    "Document",
    "Passage",
    "Progress",
    "Report",
    # What is found
    "Filters",
    "Hit",
    "Hits",
    # What is answered
    "Answer",
    "Citation",
    "Sentence",
    "Stage",
    "Token",
    # What can go wrong
    "AssistantError",
]


def __getattr__(name: str) -> Any:
    """Load the assistant itself only when it is asked for: it costs numpy and more."""
    if name == "Assistant":
        from assistant.assistant import Assistant

        return Assistant
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
