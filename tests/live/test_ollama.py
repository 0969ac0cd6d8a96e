"""The product with a real Ollama and a small model: what must hold whatever the model says."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from holding import SOLDIERS, check_citations

from assistant import Answer, Assistant, Sentence, Stage, Token
from assistant.errors import ModelMissing
from assistant.languages import detect_question

LANGUAGES = {"de": 2, "en": 1}


def test_an_english_question_is_answered_from_a_german_article(assistant: Assistant) -> None:
    events = list(assistant.stream(SOLDIERS))
    answer = events[-1]
    assert isinstance(answer, Answer)
    assert (answer.outcome, answer.engine) == ("answered", "ollama")
    assert "3,000" in answer.text or "3.000" in answer.text
    assert any("3.000" in citation.quote for citation in answer.citations)
    assert {citation.article.language for citation in answer.citations} == {"de"}
    check_citations(assistant, answer)
    assert [event.name for event in events if isinstance(event, Stage)] == [
        "searching",
        "reading",
        "writing",
    ]
    assert sum(isinstance(event, Token) for event in events) > 3
    assert any(isinstance(event, Sentence) for event in events)
    first, total = answer.timings.first_token_s, answer.timings.total_s
    assert first is not None and answer.timings.retrieval_s < first < total
    assert 0 < answer.tokens.prompt < assistant.settings.context_tokens


def test_a_german_question_is_answered_in_german(assistant: Assistant) -> None:
    answer = assistant.ask("Um wie viel Uhr brach der Deich in Hohenaldern?")
    assert answer.language == "de"
    assert detect_question(answer.text, corpus=LANGUAGES) == "de"
    assert "3.40" in answer.text or "3:40" in answer.text
    check_citations(assistant, answer)


def test_what_no_article_says_is_refused_without_the_model(
    assistant: Assistant, model: str
) -> None:
    answer = assistant.ask("Wie heißt der Bürgermeister von Atlantis?")
    assert (answer.outcome, answer.citations) == ("refused", ())
    assert answer.nearest


def test_closing_the_stream_stops_the_model(corpus: Path, model: str, proxy: object) -> None:
    with Assistant(corpus, engine="ollama", model=model, ollama_url=proxy.url) as assistant:  # type: ignore[attr-defined]
        events = assistant.stream("Tell me all about the harbour tunnel and its cost.")
        for event in events:
            if isinstance(event, Token):
                break
        events.close()  # type: ignore[attr-defined]
        assert proxy.dropped_by_client.wait(10)  # type: ignore[attr-defined]


def test_a_server_that_dies_in_mid_stream_leaves_what_came(
    corpus: Path, model: str, proxy: object
) -> None:
    with Assistant(corpus, engine="ollama", model=model, ollama_url=proxy.url) as assistant:  # type: ignore[attr-defined]
        proxy.cut_after = 30  # type: ignore[attr-defined]
        answer = assistant.ask("Tell me all about the harbour tunnel and its cost.")
        assert answer.text
        assert answer.notices
        check_citations(assistant, answer)
        proxy.cut_after = None  # type: ignore[attr-defined]
        assert assistant.ask(SOLDIERS).outcome == "answered"


def test_a_follow_up_is_understood(assistant: Assistant) -> None:
    chat = assistant.chat()
    chat.ask("What will the Kelmouth Harbour Tunnel cost according to the City Auditor?")
    answer = chat.ask("And who is she?")
    assert answer.searched != "And who is she?"
    assert any("tunnel" in hit.article.path for hit in answer.passages[:2])


def test_a_missing_model_is_said_with_the_command(corpus: Path, model: str) -> None:
    with Assistant(corpus, engine="ollama", model="no-such-model:1b") as assistant:
        with pytest.raises(ModelMissing, match="no-such-model") as caught:
            assistant.ask(SOLDIERS)
        assert "assistant models pull no-such-model:1b" in caught.value.hint


def test_the_prompt_stays_inside_the_context(corpus: Path, model: str) -> None:
    options = {"context_tokens": 1024, "evidence_tokens": 5000, "answer_tokens": 60}
    with Assistant(corpus, engine="ollama", model=model, **options) as assistant:
        answer = assistant.ask("What will the Kelmouth Harbour Tunnel cost, and why?")
    assert 0 < answer.tokens.prompt + 60 <= 1024
