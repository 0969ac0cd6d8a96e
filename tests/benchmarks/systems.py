"""The ways of searching that are compared, each over the same passages and the same vectors."""

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from cached import UNTITLED, CachedEmbedder
from trials import Corpus, Source

from assistant import Assistant
from assistant.catalogue import Catalogue
from assistant.folders import DataFolder
from assistant.keywords import query_terms
from assistant.passages import embedded_text
from assistant.retrieval import MOST_TERMS

DEPTH = 10
"""Ranks that are looked at."""
PASSAGES = 40
"""Passages taken for that many articles, where an article has several."""
LONGEST_PASSAGE = 4000
"""Characters; no paragraph of the sets is longer, so each stays one passage."""
STEMMERS = {"en": "english", "de": "german", "fr": "french", "ru": "russian"}

Found = list[tuple[int, ...]]
"""The articles found, best first, at most `DEPTH` ranks; copies of one story share a rank."""
Search = Callable[[str, date | None], Found]
"""A question and the day it was asked -> the articles found."""

OURS, DENSE, KEYWORDS = "ours", "dense only", "keywords only"
ESTIMATED = "ours, language map estimated from the corpus"
FUSION, PLAIN_FUSION = "LlamaIndex fusion", "reciprocal rank fusion"
OUT_OF_THE_BOX = "LlamaIndex out of the box"


@dataclass(frozen=True)
class Passages:
    """The passages of a corpus as the product read, cut and embedded them: all ways search these.

    `owners[i]` is the number of the article that passage i belongs to.
    """

    texts: tuple[str, ...]
    owners: tuple[int, ...]
    language: str | None  # of all of them, if it is one
    whole: bool

    @property
    def fetched(self) -> int:
        """Passages a way of searching must fetch to fill `DEPTH` ranks."""
        return DEPTH if self.whole else PASSAGES

    def articles(self, found: Iterable[int]) -> Found:
        """The articles of passages in rank order, each at its best rank."""
        return [(at,) for at in dict.fromkeys(self.owners[at] for at in found)][:DEPTH]


class Indexed(AbstractContextManager["Indexed"]):
    """A corpus written as Markdown files and indexed by an assistant in a folder of its own."""

    def __init__(self, corpus: Corpus, *, folder: Path, embedder: CachedEmbedder) -> None:
        articles, self._data = folder / "articles", folder / "data"
        for number, source in enumerate(corpus.articles):
            file = articles / f"{number:04}" / f"{UNTITLED}.md"
            file.parent.mkdir(parents=True)
            file.write_text(_markdown(source), "utf-8")
        self.whole = corpus.whole
        self.assistant = Assistant(
            articles,
            data=self._data,
            embedder=embedder,
            engine="quotes",
            **({"passage_chars": LONGEST_PASSAGE} if corpus.whole else {}),
        )
        report = self.assistant.sync()
        if report.failed:
            raise SystemExit(f"{corpus.name}: {report.failed[0]}")
        self._catalogue = Catalogue(
            self._data / "index" / DataFolder(self._data).generation() / "catalogue.sqlite"
        )
        self._known = {a.id: a for a in self._catalogue.articles()}
        self.passages = self._passages(corpus)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._catalogue.close()
        self.assistant.close()

    def __enter__(self) -> Self:
        return self

    def ours(self, question: str, today: date | None) -> Found:
        """What a user of the product gets."""
        hits = self.assistant.search(question, k=DEPTH if self.whole else 2 * DEPTH, today=today)
        stories = {hit.article.id: (hit.article, *hit.copies) for hit in hits}
        return [tuple(_number(a.path) for a in story) for story in stories.values()][:DEPTH]

    def keywords(self) -> Search:
        """The product's BM25 alone, all languages in one list."""
        languages = list(self._catalogue.languages())

        def search(question: str, _: date | None) -> Found:
            scored: list[tuple[int, float]] = []
            for language in languages:
                terms = query_terms(question, language=language)[:MOST_TERMS]
                scored += self._catalogue.keyword_scores(
                    terms, language=language, most=self.passages.fetched
                )
            best = sorted(scored, key=lambda pair: (-pair[1], pair[0]))[: self.passages.fetched]
            found = self._catalogue.passages([number for number, _ in best])
            owners = [_number(self._known[found[n].article_id].path) for n, _ in best]
            return [(at,) for at in dict.fromkeys(owners)][:DEPTH]

        return search

    def _passages(self, corpus: Corpus) -> Passages:
        """All passages as they were embedded, in the order of the articles."""
        texts: list[str] = []
        owners: list[int] = []
        for article in sorted(self._known.values(), key=lambda a: _number(a.path)):
            for passage in self._catalogue.passages_of(article.id):
                texts.append(
                    embedded_text(passage, title=article.title, published=article.published)
                )
                owners.append(_number(article.path))
        if len(set(owners)) != len(corpus.articles) or (
            corpus.whole and len(owners) != len(corpus.articles)
        ):
            raise SystemExit(
                f"{corpus.name}: {len(corpus.articles)} articles became {len(owners)} passages."
            )
        languages = {source.language for source in corpus.articles}
        language = languages.pop() if len(languages) == 1 else None
        bare = tuple(text.removeprefix(f"{UNTITLED}\n") for text in texts)
        return Passages(bare, tuple(owners), language, corpus.whole)


def _markdown(source: Source) -> str:
    facts = {"title": source.title, "date": source.published, "language": source.language}
    lines = [f"{name}: {json.dumps(value)}" for name, value in facts.items() if value]
    return "\n".join(["---", *lines, "---", "", source.text, ""])


def dense(passages: Passages, *, embedder: CachedEmbedder) -> Search:
    """The cosine of the embedder's raw vectors."""
    rows = _unit(embedder.passages(passages.texts))

    def search(question: str, _: date | None) -> Found:
        order = np.argsort(-(rows @ _unit(embedder.query(question))), kind="stable")
        return passages.articles(int(at) for at in order[: passages.fetched])

    return search


def plain_fusion(first: Search, second: Search) -> Search:
    """Reciprocal rank fusion of two lists with the usual 60."""

    def search(question: str, today: date | None) -> Found:
        score: dict[tuple[int, ...], float] = {}
        for found in (first(question, today), second(question, today)):
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
    index = VectorStoreIndex(nodes, embed_model=embed_model(embedder))
    code = passages.language if passages.language in STEMMERS else "en"
    keyword = BM25Retriever.from_defaults(
        nodes=nodes,
        similarity_top_k=passages.fetched,
        language=code,
        stemmer=Stemmer.Stemmer(STEMMERS[code]),
    )
    retriever = QueryFusionRetriever(
        [index.as_retriever(similarity_top_k=passages.fetched), keyword],
        llm=MockLLM(),
        mode=FUSION_MODES.RECIPROCAL_RANK,
        similarity_top_k=passages.fetched,
        num_queries=1,
        use_async=False,
    )

    def search(question: str, _: date | None) -> Found:
        return passages.articles(int(found.node.node_id) for found in retriever.retrieve(question))

    return search


def llamaindex_out_of_the_box(corpus: Corpus, *, embedder: CachedEmbedder) -> Search:
    """`VectorStoreIndex.from_documents` with its own splitter and its own two hits."""
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.node_parser import SentenceSplitter

    documents = [
        Document(text="\n".join(filter(None, (source.title, source.text))), id_=str(at))
        for at, source in enumerate(corpus.articles)
    ]
    index = VectorStoreIndex.from_documents(
        documents,
        embed_model=embed_model(embedder),
        transformations=[SentenceSplitter(chunk_size=1024)],
    )
    retriever = index.as_retriever()

    def search(question: str, _: date | None) -> Found:
        found = [int(hit.node.ref_doc_id or -1) for hit in retriever.retrieve(question)]
        return [(at,) for at in dict.fromkeys(found)]

    return search


def embed_model(embedder: CachedEmbedder) -> Any:
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
