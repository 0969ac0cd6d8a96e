"""The ways of searching that are compared, each over the same passages and the same vectors."""

import sys
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from cached import UNTITLED, CachedEmbedder
from datasets import Corpus

from assistant import Assistant
from assistant.catalogue import Catalogue
from assistant.folders import DataFolder
from assistant.keywords import query_terms
from assistant.retrieval import FETCHED, MOST_TERMS

DEPTH = 10
"""Ranks that are looked at."""
LONGEST_PASSAGE = 4000
"""Characters; no paragraph of the sets is longer, so each stays one passage."""
STEMMERS = {"en": "english", "de": "german"}

Search = Callable[[str], list[int]]
"""A question -> the numbers of the paragraphs found, best first, at most `DEPTH`."""

OURS, DENSE, KEYWORDS = "ours", "dense only", "keywords only"
FUSION, PLAIN_FUSION = "LlamaIndex fusion", "reciprocal rank fusion"
OUT_OF_THE_BOX = "LlamaIndex out of the box"


@dataclass(frozen=True)
class Passages:
    """The paragraphs of a corpus as the product read them: all ways search these."""

    texts: tuple[str, ...]
    language: str | None  # of all of them, if it is one


class Indexed(AbstractContextManager["Indexed"]):
    """A corpus written as Markdown files and indexed by an assistant in a folder of its own."""

    def __init__(self, corpus: Corpus, *, folder: Path, embedder: CachedEmbedder) -> None:
        articles, self._data = folder / "articles", folder / "data"
        for number, (text, code) in enumerate(zip(corpus.texts, corpus.languages, strict=True)):
            file = articles / f"{number:04}" / f"{UNTITLED}.md"
            file.parent.mkdir(parents=True)
            file.write_text(f"---\nlanguage: {code}\n---\n\n{text}\n", "utf-8")
        self.assistant = Assistant(
            articles,
            data=self._data,
            embedder=embedder,
            engine="quotes",
            passage_chars=LONGEST_PASSAGE,
        )
        self.assistant.sync()
        found = {_number(a.path): a for a in self.assistant.articles()}
        count = self.assistant.status().passages
        if not len(found) == count == len(corpus.texts):
            raise SystemExit(f"{corpus.name}: {len(corpus.texts)} paragraphs became {count}.")
        texts = tuple(self.assistant.show(found[at].id).text for at in range(count))
        languages = set(corpus.languages)
        self.passages = Passages(texts, languages.pop() if len(languages) == 1 else None)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.assistant.close()

    def __enter__(self) -> Self:
        return self

    def ours(self, question: str) -> list[int]:
        """What a user of the product gets."""
        return [_number(hit.article.path) for hit in self.assistant.search(question, k=DEPTH)]

    def keywords(self) -> Search:
        """The product's BM25 alone, all languages in one list."""
        catalogue = Catalogue(
            self._data / "index" / DataFolder(self._data).generation() / "catalogue.sqlite"
        )
        languages = list(catalogue.languages())
        article_of = {a.id: _number(a.path) for a in catalogue.articles()}

        def search(question: str) -> list[int]:
            scored: list[tuple[int, float]] = []
            for language in languages:
                terms = query_terms(question, language=language)[:MOST_TERMS]
                scored += catalogue.keyword_scores(terms, language=language, most=FETCHED)
            best = sorted(scored, key=lambda pair: (-pair[1], pair[0]))[:DEPTH]
            found = catalogue.passages([number for number, _ in best])
            return [article_of[found[number].article_id] for number, _ in best]

        return search


def dense(passages: Passages, *, embedder: CachedEmbedder) -> Search:
    """The cosine of the embedder's raw vectors."""
    rows = _unit(embedder.passages(passages.texts))

    def search(question: str) -> list[int]:
        order = np.argsort(-(rows @ _unit(embedder.query(question))), kind="stable")
        return [int(at) for at in order[:DEPTH]]

    return search


def plain_fusion(first: Search, second: Search) -> Search:
    """Reciprocal rank fusion of two lists with the usual 60."""

    def search(question: str) -> list[int]:
        score: dict[int, float] = {}
        for found in (first(question), second(question)):
            for rank, number in enumerate(found, start=1):
                score[number] = score.get(number, 0.0) + 1 / (60 + rank)
        return sorted(score, key=lambda number: -score[number])[:DEPTH]

    return search


def has_bm25_retriever() -> bool:
    """Whether LlamaIndex's BM25 retriever is installed.

    It brings an old PyStemmer, which our stemmer would take instead of its own if it saw it: the
    stems would be others than in a plain installation. So ours is loaded first, without it.
    """
    sys.modules["Stemmer"] = None  # type: ignore[assignment]
    import snowballstemmer  # noqa: F401

    del sys.modules["Stemmer"]
    try:
        import llama_index.retrievers.bm25  # noqa: F401
    except ImportError:
        return False
    return True


def llamaindex_fusion(passages: Passages, *, embedder: CachedEmbedder) -> Search:
    """`QueryFusionRetriever`, reciprocal rank, over its dense and BM25 retrievers.

    BM25 gets the stemmer and stop words of the corpus's language where it has one, else it stays
    as it comes: English.
    """
    import Stemmer
    from llama_index.core import VectorStoreIndex
    from llama_index.core.llms import MockLLM
    from llama_index.core.retrievers import QueryFusionRetriever
    from llama_index.core.retrievers.fusion_retriever import FUSION_MODES
    from llama_index.core.schema import TextNode
    from llama_index.retrievers.bm25 import BM25Retriever

    nodes = [TextNode(text=text, id_=str(at)) for at, text in enumerate(passages.texts)]
    index = VectorStoreIndex(nodes, embed_model=_embed_model(embedder))
    code = passages.language or "en"
    keyword = BM25Retriever.from_defaults(
        nodes=nodes,
        similarity_top_k=DEPTH,
        language=code,
        stemmer=Stemmer.Stemmer(STEMMERS[code]),
    )
    retriever = QueryFusionRetriever(
        [index.as_retriever(similarity_top_k=DEPTH), keyword],
        llm=MockLLM(),
        mode=FUSION_MODES.RECIPROCAL_RANK,
        similarity_top_k=DEPTH,
        num_queries=1,
        use_async=False,
    )
    return lambda question: [int(found.node.node_id) for found in retriever.retrieve(question)]


def llamaindex_out_of_the_box(passages: Passages, *, embedder: CachedEmbedder) -> Search:
    """`VectorStoreIndex.from_documents` with its own splitter and its own two hits."""
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.node_parser import SentenceSplitter

    documents = [Document(text=text, id_=str(at)) for at, text in enumerate(passages.texts)]
    index = VectorStoreIndex.from_documents(
        documents,
        embed_model=_embed_model(embedder),
        transformations=[SentenceSplitter(chunk_size=1024)],
    )
    retriever = index.as_retriever()

    def search(question: str) -> list[int]:
        found = [int(hit.node.ref_doc_id or -1) for hit in retriever.retrieve(question)]
        return list(dict.fromkeys(found))

    return search


def _embed_model(embedder: CachedEmbedder) -> Any:
    """The same embedder as LlamaIndex wants it."""
    from llama_index.core.embeddings import BaseEmbedding

    class Wrapped(BaseEmbedding):
        def _get_text_embedding(self, text: str) -> list[float]:
            return self._get_text_embeddings([text])[0]

        def _get_text_embeddings(self, texts: Sequence[str]) -> list[list[float]]:
            rows: list[list[float]] = embedder.passages(texts).tolist()
            return rows

        def _get_query_embedding(self, query: str) -> list[float]:
            row: list[float] = embedder.query(query).tolist()
            return row

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_query_embedding(query)

    return Wrapped(model_name=embedder.name)


def _number(path: str) -> int:
    return int(path.split("/")[0])


def _unit(rows: Any) -> Any:
    return rows / np.linalg.norm(rows, axis=-1, keepdims=True)
