"""The retriever and the query engine inside plain LlamaIndex code."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from fakes import FakeEmbedder
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import RetrieverQueryEngine

from assistant import Assistant
from assistant.records import Answer

STORY = """Bridge opened

The harbour bridge cost 12 million crowns. The mayor opened it on Monday in the rain.
"""


@pytest.fixture
def assistant(tmp_path: Path, embedder: FakeEmbedder) -> Iterator[Assistant]:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "bridge.txt").write_text(STORY)
    with Assistant(tmp_path / "corpus", embedder=embedder, engine="quotes") as assistant:
        assistant.sync()
        yield assistant


def test_the_retriever_gives_nodes_with_the_article_s_facts(assistant: Assistant) -> None:
    (found,) = assistant.as_retriever().retrieve("harbour bridge")
    assert found.node.metadata["title"] == "Bridge opened"
    whole = assistant.show(found.node.metadata["article_id"]).text
    assert whole[found.node.start_char_idx : found.node.end_char_idx] == found.node.text


def test_the_retriever_works_in_a_query_engine_of_llamaindex(assistant: Assistant) -> None:
    engine = RetrieverQueryEngine.from_args(assistant.as_retriever(), llm=MockLLM(max_tokens=5))
    assert engine.query("harbour bridge").source_nodes


def test_the_query_engine_gives_a_checked_answer(assistant: Assistant) -> None:
    response = assistant.as_query_engine().query("What did the harbour bridge cost?")
    answer = response.metadata["answer"]
    assert isinstance(answer, Answer)
    assert str(response) == str(answer)
    assert "12 million" in str(response)


def test_the_query_engine_can_be_awaited(assistant: Assistant) -> None:
    engine = assistant.as_query_engine()
    response = asyncio.run(engine.aquery("What did the harbour bridge cost?"))
    assert "12 million" in str(response)
