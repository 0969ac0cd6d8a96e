"""Twelve questions to a real small model: the slice of the answers benchmark that always runs.

The floors are low on purpose: they catch an answer path that broke, not a model's bad day. How good
answers are is measured by `tests/benchmarks/answers.py`.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant import Answer, Assistant
from assistant.evaluation import judge, summarise
from assistant.question_sets import Question, read_questions

pytestmark = pytest.mark.timeout(1500)
QUESTIONS = read_questions(Path(__file__).with_name("questions.jsonl"))
LANGUAGES = {"de": 2, "en": 1}
ENOUGH_RIGHT = 0.6
LONGEST = 90
"""Words; the slice's answer_tokens cut what is much longer."""

Asked = list[tuple[Question, Answer]]


@pytest.fixture(scope="module")
def asked(corpus: Path, model: str) -> Iterator[Asked]:
    with Assistant(corpus, engine="ollama", model=model, answer_tokens=120) as assistant:
        yield [(question, assistant.ask(question.question)) for question in QUESTIONS]


def test_most_answers_are_right_and_cite_the_right_words(asked: Asked) -> None:
    outcomes = [judge(answer, question=one, languages=LANGUAGES) for one, answer in asked]
    result = summarise(outcomes, engine="ollama", model="")
    told = [f"{o.question}: {o.text}" for o in outcomes if o.right is False]
    assert (result.accuracy or 0) >= ENOUGH_RIGHT, told
    assert (result.citation_recall or 0) >= ENOUGH_RIGHT, told


def test_what_no_article_tells_is_mostly_refused(asked: Asked) -> None:
    told = [answer.text for one, answer in asked if not one.expected and answer.answered]
    assert len(told) <= 1, told


def test_every_sentence_has_a_citation_or_a_mark(asked: Asked) -> None:
    for _, answer in asked:
        for sentence in answer.sentences:
            assert sentence.citations or sentence.support == "unsupported", answer.text
        assert len(answer.text.split()) <= LONGEST


def test_prompts_are_short(asked: Asked) -> None:
    prompts = [answer.tokens.prompt for _, answer in asked if answer.tokens.prompt]
    assert prompts
    assert max(prompts) < 1000
