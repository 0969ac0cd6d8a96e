"""Models that misbehave, through a scripted Ollama: the user keeps what came, and a clear word."""

import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fakes import FakeEmbedder
from servers import Reply, json_lines, scripted_server

from assistant import Answer, Assistant
from assistant.errors import ModelError
from assistant.models.choose import forget_probes

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

COST = "What did the mayor say that the bridge cost, how many crowns?"
SAID = ["The bridge cost ", "12 million crowns", " [1]. "]
TAGS = {
    "models": [
        {"name": "m", "size": 1000, "details": {"parameter_size": "2B", "family": "qwen2"}},
    ]
}
Ask = Callable[..., Answer]


@pytest.fixture(autouse=True)
def no_memory_of_servers() -> Iterator[None]:
    forget_probes()
    yield
    forget_probes()


def chunk(text: str) -> dict[str, Any]:
    return {"model": "m", "message": {"role": "assistant", "content": text}, "done": False}


def end(reason: str = "stop") -> dict[str, Any]:
    counts = {"prompt_eval_count": 21, "eval_count": 9}
    return chunk("") | {"done": True, "done_reason": reason, **counts}


def writes(*pieces: str, **options: Any) -> Reply:
    return json_lines(*map(chunk, pieces), end(), **options)


@pytest.fixture
def ask(tmp_path: Path, embedder: FakeEmbedder) -> Ask:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "bridge.txt").write_text(
        "The harbour bridge was opened on Monday. The mayor said that the bridge cost 12 million"
        " crowns. Ships pass it at noon."
    )

    def asked(reply: Reply, *, engine: str = "auto", **settings: Any) -> Answer:
        with (
            scripted_server(api_chat=reply, api_tags=json_lines(TAGS)) as server,
            Assistant(
                folder, embedder=embedder, engine=engine, ollama_url=server.url, **settings
            ) as assistant,
        ):
            assistant.sync()
            answer = assistant.ask(COST)
            for citation in answer.citations:
                text = assistant.show(citation.article.id).text
                assert text[citation.start : citation.end] == citation.quote
        return answer

    return asked


def kept(answer: Answer) -> None:
    """What came before the fault stands, with its evidence."""
    assert answer.text == "The bridge cost 12 million crowns. [1]"
    assert (answer.outcome, answer.engine, answer.model) == ("answered", "ollama", "m")
    assert "12 million" in answer.citations[0].quote


def test_a_sound_answer(ask: Ask) -> None:
    answer = ask(writes(*SAID))
    kept(answer)
    assert answer.notices == ()
    assert (answer.tokens.prompt, answer.tokens.answer) == (21, 9)


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(
            json_lines(*map(chunk, [*SAID, "Ships pa"]), cut=True), id="the connection is cut"
        ),
        pytest.param(json_lines(*map(chunk, [*SAID, "Ships pa"])), id="the stream ends unsaid"),
        pytest.param(
            json_lines(*map(chunk, [*SAID, "Ships pa"]), {"error": "out of memory"}), id="an error"
        ),
        pytest.param(
            Reply([json.dumps(chunk(piece)).encode() + b"\n" for piece in SAID] + [b"{nonsense\n"]),
            id="no JSON",
        ),
    ],
)
def test_a_stream_that_dies_leaves_its_whole_sentences(ask: Ask, reply: Reply) -> None:
    answer = ask(reply)
    kept(answer)
    assert any(notice.startswith("The answer is incomplete:") for notice in answer.notices)


def test_a_server_that_falls_silent_is_given_up(ask: Ask) -> None:
    hold = threading.Event()
    reply = json_lines(chunk("".join(SAID)), chunk("Ships pass."), end(), hold=hold)
    answer = ask(reply, request_timeout=0.6)
    hold.set()
    kept(answer)
    assert any(notice.startswith("The answer is incomplete:") for notice in answer.notices)


def test_nothing_at_all_gives_way_to_quotes(ask: Ask) -> None:
    answer = ask(writes("", " \n"))
    assert answer.engine == "quotes"
    assert "12 million" in answer.text
    assert any("said nothing" in notice for notice in answer.notices)


def test_a_dead_start_gives_way_to_quotes_or_is_an_error(ask: Ask) -> None:
    reply = json_lines({"error": "the model runner has stopped"}, status=500)
    answer = ask(reply)
    assert answer.engine == "quotes"
    assert any("did not answer" in notice for notice in answer.notices)
    with pytest.raises(ModelError):
        ask(reply, engine="ollama")


def test_sentences_that_come_again_end_it(ask: Ask) -> None:
    answer = ask(writes(*SAID * 40))
    kept(answer)
    assert any("repeat" in notice for notice in answer.notices)


def test_words_that_come_again_end_it(ask: Ask) -> None:
    answer = ask(writes(*SAID, *["and it was opened and "] * 60))
    kept(answer)
    assert any("repeat" in notice for notice in answer.notices)


def test_a_loop_from_the_first_word_on_is_no_answer(ask: Ask) -> None:
    answer = ask(writes(*["the the "] * 90))
    assert "the the the" not in answer.text
    assert any("repeat" in notice for notice in answer.notices)


def test_running_on_past_the_question_is_ended(ask: Ask) -> None:
    answer = ask(writes(*SAID, "\n\nQuestion: Who is the mayor? Answer: Nobody."))
    kept(answer)
    assert any("past the question" in notice for notice in answer.notices)


def test_another_language_is_said(ask: Ask) -> None:
    answer = ask(
        writes("Die Brücke kostete nach den Worten der Bürgermeisterin 12 Mio. Kronen [1].")
    )
    assert any("German" in notice for notice in answer.notices)


def test_the_cap_ends_it_and_says_so(ask: Ask) -> None:
    reply = json_lines(*map(chunk, [*SAID, "Ships pass it a"]), end("length"))
    answer = ask(reply, answer_tokens=40)
    kept(answer)
    assert any("40 tokens" in notice for notice in answer.notices)
