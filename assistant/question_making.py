"""Drafts questions from a corpus: a sentence with a figure or a name, and a question about it."""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.errors import ModelError
from assistant.figures import figures, names
from assistant.languages import sentences
from assistant.prompts import draft_messages
from assistant.question_sets import Question
from assistant.records import Article, ChatModel
from assistant.texts import say

if TYPE_CHECKING:
    from assistant.assistant import Assistant

SHORTEST, LONGEST = 50, 240
"""Characters of a sentence to ask about: shorter ones say little, longer ones much at once."""
LONGEST_QUESTION = 200
MOST_TOKENS = 60
BLANK = "____"


@dataclass(frozen=True, slots=True)
class Askable:
    """A sentence of an article and the words of it that a question may ask for."""

    article: Article
    sentence: str
    language: str
    answer: str


def make_questions(
    assistant: "Assistant", *, count: int, model: ChatModel | None
) -> list[Question]:
    """Draft up to `count` questions, taking turns among the articles; the same ones every time.

    The model words them where there is one and its wording can be trusted; else a question is the
    sentence with the answer left blank. They are drafts: a person should read them.
    """
    found = _taking_turns([_askable(assistant, article) for article in assistant.articles()])
    made: list[Question] = []
    for one in found:
        if len(made) == count:
            break
        made.append(_question(one, model))
    return made


def _question(one: Askable, model: ChatModel | None) -> Question:
    asked = _worded(one, model) if model else None
    if asked is None:
        left = one.sentence.replace(one.answer, BLANK, 1)
        asked = say("overview.blank", language=one.language, title=one.article.title, text=left)
    return Question(asked, (one.answer,), one.article.path, one.sentence, one.language)


def _worded(one: Askable, model: ChatModel) -> str | None:
    """The model's question; None when it is none, gives the answer away, or the model fails."""
    messages = draft_messages(sentence=one.sentence, answer=one.answer, language=one.language)
    try:
        pieces = list(model.stream(messages, max_tokens=MOST_TOKENS))
    except ModelError:
        return None
    written = "".join(piece for piece in pieces if isinstance(piece, str)).strip()
    line = written.splitlines()[0].strip(" \"'“”„«»*") if written else ""
    gives_away = one.answer.casefold() in line.casefold()
    is_question = line.endswith(("?", "？", "؟", ";"))
    return line if is_question and not gives_away and len(line) <= LONGEST_QUESTION else None


def _askable(assistant: "Assistant", article: Article) -> list[Askable]:
    """The sentences of an article that have a figure or a name to ask for, in a mixed order."""
    text = assistant.show(article.id).text
    found = []
    for start, end in sentences(text, language=article.language):
        sentence = text[start:end].strip()
        if not SHORTEST <= len(sentence) <= LONGEST or "\n" in sentence:
            continue
        if answer := _answer(sentence, article.language):
            found.append(Askable(article, sentence, article.language, answer))
    random.Random(article.path).shuffle(found)
    return found


def _answer(sentence: str, language: str) -> str:
    """The one thing in a sentence to ask for: its only figure, else its last name; "" if none."""
    numbers = [figure.text.strip() for figure in figures(sentence, language=language)]
    written = [number for number in numbers if re.search(r"\d", number)]
    if len(written) == 1 and sentence.count(written[0]) == 1:
        return written[0]
    if language == "de":  # every noun is written like a name
        return ""
    named = [name for name in names(sentence) if sentence.count(name) == 1]
    return named[-1] if named and not written else ""


def _taking_turns(lists: Sequence[Sequence[Askable]]) -> Iterator[Askable]:
    for at in range(max(map(len, lists), default=0)):
        yield from (some[at] for some in lists if at < len(some))
