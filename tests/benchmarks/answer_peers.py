"""LlamaIndex's own answering over the same articles, embedder and model, as it comes."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from answer_sets import Case, Library
from cached import CachedEmbedder
from systems import embed_model

TOP_K = 3
"""Hits a peer reads: those of CitationQueryEngine's own documentation."""
CITATION, CHAT = "CitationQueryEngine", "CondensePlusContextChatEngine"
PEERS = (CITATION, CHAT)


@dataclass(frozen=True)
class Said:
    """What a peer answered, in seconds from the question, and what it read."""

    text: str
    first_token_s: float | None
    total_s: float
    sources: tuple[str, ...]
    prompt_tokens: int
    error: str = ""


class Peers:
    """The two engines over one library; the index is made at the first question."""

    def __init__(self, library: Library, *, embedder: CachedEmbedder, model: str, url: str) -> None:
        from llama_index.core import Document, VectorStoreIndex
        from llama_index.core.node_parser import SentenceSplitter
        from llama_index.llms.ollama import Ollama

        documents = [Document(text=a.text, metadata=_metadata(a.title)) for a in library.articles]
        self._index = VectorStoreIndex.from_documents(
            documents,
            embed_model=embed_model(embedder),
            transformations=[SentenceSplitter(chunk_size=1024)],
        )
        self._llm = Ollama(
            model=model,
            base_url=url,
            temperature=0.0,
            context_window=4096,
            request_timeout=600.0,
            keep_alive="30m",
            additional_kwargs={"num_predict": 400},
        )

    def ask(self, peer: str, case: Case) -> Said:
        """One question; what fails is part of the answer."""
        began = time.perf_counter()
        try:
            return self._citation(case) if peer == CITATION else self._chat(case)
        except Exception as error:  # whatever a peer raises is its result
            return Said("", None, time.perf_counter() - began, (), 0, repr(error))

    def _citation(self, case: Case) -> Said:
        from llama_index.core.query_engine import CitationQueryEngine

        engine = CitationQueryEngine.from_args(
            self._index,
            llm=self._llm,
            similarity_top_k=TOP_K,
            citation_chunk_size=512,
            streaming=True,
        )
        began = time.perf_counter()
        response = engine.query(case.question)
        return _said(response.response_gen, began, response.source_nodes)

    def _chat(self, case: Case) -> Said:
        from llama_index.core.base.llms.types import ChatMessage
        from llama_index.core.chat_engine import CondensePlusContextChatEngine

        turns = [
            ChatMessage(role=role, content=content)
            for turn in case.history
            for role, content in (("user", turn.question), ("assistant", turn.answer))
        ]
        retriever = self._index.as_retriever(similarity_top_k=TOP_K)
        engine = CondensePlusContextChatEngine.from_defaults(
            retriever=retriever, llm=self._llm, chat_history=turns
        )
        began = time.perf_counter()
        response = engine.stream_chat(case.question)
        return _said(response.response_gen, began, response.source_nodes)


def _said(pieces: Iterator[str], began: float, nodes: Sequence[Any]) -> Said:
    first, text = None, ""
    for piece in pieces:
        if first is None and piece.strip():
            first = time.perf_counter() - began
        text += piece
    sources = tuple(node.node.get_content() for node in nodes)
    return Said(text, first, time.perf_counter() - began, sources, 0)


def _metadata(title: str) -> dict[str, str]:
    return {"title": title} if title else {}
