"""Translates a quote, so that a reader can follow one in another language than the answer's."""

from assistant.errors import ModelError
from assistant.prompts import translation_messages
from assistant.records import ChatModel

LONGEST = 2000
"""Characters of a quote that are translated; a sentence is a tenth of it."""
MOST_TOKENS = 800


def translate(text: str, *, language: str, model: ChatModel) -> str:
    """The text in another language, as the model puts it. Raises ModelError.

    It is a help to read, no evidence: what an answer rests on stays the quote itself.
    """
    messages = translation_messages(" ".join(text[:LONGEST].split()), language=language)
    pieces = list(model.stream(messages, max_tokens=MOST_TOKENS))
    written = "".join(piece for piece in pieces if isinstance(piece, str)).strip()
    if not written:
        raise ModelError("The model said nothing.", hint="Try again, or choose a larger model.")
    return written
