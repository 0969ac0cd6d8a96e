"""The assistant's search and answers as LlamaIndex components that anyone can build on."""

from collections.abc import Callable, Sequence
from typing import Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks import CallbackManager
from llama_index.core.retrievers import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from assistant.records import Answer, Hit


class ArticleRetriever(BaseRetriever):
    """A LlamaIndex retriever over the corpus: one node a passage, with the article's metadata."""

    def __init__(self, *, search: Callable[[str], Sequence[Hit]]) -> None:
        self._search = search
        super().__init__()

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return [node_of(hit) for hit in self._search(query_bundle.query_str)]


class ArticleQueryEngine(BaseQueryEngine):
    """A LlamaIndex query engine that gives the assistant's checked and cited answers.

    `response.metadata["answer"]` is the whole `Answer`; the source nodes are its passages.
    """

    def __init__(self, *, ask: Callable[[str], Answer]) -> None:
        self._ask = ask
        super().__init__(callback_manager=CallbackManager([]))

    def _get_prompt_modules(self) -> dict[str, Any]:
        return {}

    def _query(self, query_bundle: QueryBundle) -> Response:
        answer = self._ask(query_bundle.query_str)
        nodes = [node_of(hit) for hit in answer.passages]
        return Response(str(answer), source_nodes=nodes, metadata={"answer": answer})

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        import asyncio

        return await asyncio.to_thread(self._query, query_bundle)


def node_of(hit: Hit) -> NodeWithScore:
    """A hit as a LlamaIndex node: the passage's ID, text and offsets, and its article's facts."""
    article = hit.article
    metadata = {
        "article_id": article.id,
        "title": article.title,
        "outlet": article.outlet,
        "author": article.author,
        "published": article.published,
        "language": article.language,
        "url": article.url,
        "path": article.path,
        "page": hit.passage.page_label,
    }
    node = TextNode(
        id_=hit.passage.id,
        text=hit.text,
        metadata={name: value for name, value in metadata.items() if value},
        start_char_idx=hit.start,
        end_char_idx=hit.end,
    )
    node.excluded_embed_metadata_keys = list(node.metadata)
    return NodeWithScore(node=node, score=hit.score)
