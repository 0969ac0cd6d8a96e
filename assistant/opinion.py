"""A second opinion: the user's own model is asked whether the quotes say what a sentence says.

It costs a call a sentence and small models err often, so it is a setting. It can only doubt: what
the check of `evidence.py` found to be lacking stays lacking, whatever the model thinks of it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.prompts import opinion_messages
from assistant.records import ChatModel, Citation, Sentence
from assistant.texts import say

MOST_TOKENS = 4
"""Room for "yes" or "no" with what a model puts around it."""

_MARKS = re.compile(r"\s*\[\d+\]")


def second_opinion(
    sentences: Sequence[Sentence],
    *,
    citations: Mapping[int, Citation],
    model: ChatModel,
    language: str,
) -> list[Sentence]:
    """The sentences, those that the model does not find in their quotes called partly supported.

    `citations` are the answer's by number. Raises ModelError when the model fails.
    """
    judged = []
    for sentence in sentences:
        quotes = " … ".join(citations[number].quote for number in sentence.citations)
        if sentence.support == "supported" and not _agrees(sentence.text, quotes, model=model):
            reason = say("answer.second_opinion", language=language, model=model.name)
            sentence = replace(sentence, support="partly", reason=reason)
        judged.append(sentence)
    return judged


def _agrees(sentence: str, quotes: str, *, model: ChatModel) -> bool:
    """Whether the model does not say no; what is neither yes nor no is no doubt."""
    messages = opinion_messages(sentence=_MARKS.sub("", sentence), quotes=quotes)
    pieces = model.stream(messages, max_tokens=MOST_TOKENS)
    said = "".join(piece for piece in pieces if isinstance(piece, str))
    return not re.match(r"\W*(?:no|nein)\b", said, re.IGNORECASE)
