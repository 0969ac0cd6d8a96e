"""From articles to what is written of them: cut into passages, then embedded, some together."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cached_property
from weakref import WeakValueDictionary

from assistant import keywords, passages
from assistant.catalogue import Catalogue, Embedding, NewPassage
from assistant.embedding import embed, key_of, measured, says_something
from assistant.neutral import Neutral
from assistant.records import Article, Document, Embedder, Passage, Vectors


@dataclass(frozen=True, slots=True)
class Draft:
    """An article that is cut and not embedded yet.

    `texts` are what is embedded and indexed of each passage, `keys` those of their embeddings;
    `title` is the key of the title's, where it says something.
    """

    article: Article
    document: Document
    passages: Sequence[Passage]
    texts: Sequence[str]
    keys: Sequence[bytes]
    title: bytes | None


@dataclass(frozen=True)
class Prepared:
    """An article with its new embeddings, ready to be written."""

    draft: Draft
    embeddings: Mapping[bytes, Embedding]

    @cached_property
    def passages(self) -> list[NewPassage]:
        """The passages with their keyword terms, found when they are first asked for."""
        draft = self.draft
        return [
            NewPassage(passage, keywords.index_terms(text, language=draft.article.language), key)
            for passage, text, key in zip(draft.passages, draft.texts, draft.keys, strict=True)
        ]


OnPassages = Callable[[Draft, int], None]
"""Told of an article of how many more passages are embedded."""


class Preparer:
    """Cuts and embeds articles for one index, whose words are not embedded again.

    `former` gives the vectors of the sentences that the article of an ID has in the index,
    `neutral` the map whose lengths are kept with the embeddings, where it never changes.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        embedder: Embedder,
        limit: int,
        former: Callable[[str], Mapping[str, Vectors]],
        neutral: Neutral | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._embedder = embedder
        self._limit = limit
        self._former = former
        self._neutral = neutral
        self._unwritten = WeakValueDictionary[bytes, Embedding]()

    def cut(self, article: Article, *, document: Document) -> Draft:
        """Cut an article into passages."""
        cut = passages.split(
            document.text,
            article_id=article.id,
            language=article.language,
            headings=document.headings,
            pages=document.pages,
            limit=self._limit,
        )
        texts = [
            passages.embedded_text(passage, title=article.title, published=article.published)
            for passage in cut
        ]
        keys = [self._key(text) for text in texts]
        title = self._key(article.title) if says_something(article.title) else None
        return Draft(article, document, cut, texts, keys, title)

    def embed(
        self, drafts: Sequence[Draft], *, on_embedded: OnPassages | None = None
    ) -> list[Prepared]:
        """Embed articles together, so that short ones fill a batch; takes long, writes nothing.

        Words that were embedded before are not embedded again, also where an article that has them
        is prepared and not written yet.
        """
        wanted: dict[bytes, tuple[str, Passage | None]] = {}
        for draft in drafts:
            of_draft = zip(draft.keys, draft.texts, draft.passages, strict=True)
            wanted.update((key, (text, passage)) for key, text, passage in of_draft)
        for draft in drafts:
            if draft.title:
                wanted.setdefault(draft.title, (draft.article.title, None))

        def former(missing: Set[bytes]) -> dict[str, Vectors]:
            changed = [d.article.id for d in drafts if missing & {*d.keys, d.title}]
            return {k: v for each in changed for k, v in self._former(each).items()}

        def told(done: Set[bytes]) -> None:
            for draft in drafts:
                count = sum(key in done for key in draft.keys)
                if count and on_embedded:
                    on_embedded(draft, count)

        unwritten = self._unwritten
        embeddings = embed(
            wanted,
            ready={key: there for key in wanted if (there := unwritten.get(key)) is not None},
            embedder=self._embedder,
            known=self._catalogue.known,
            former=former,
            on_embedded=told,
        )
        if self._neutral:
            embeddings = {k: measured(each, by=self._neutral) for k, each in embeddings.items()}
        unwritten.update(embeddings)
        return [Prepared(draft, _of(draft, embeddings)) for draft in drafts]

    def _key(self, text: str) -> bytes:
        return key_of(text, embedder=self._embedder.name)


def _of(draft: Draft, embeddings: Mapping[bytes, Embedding]) -> dict[bytes, Embedding]:
    own = [*draft.keys, *([draft.title] if draft.title else [])]
    return {key: embeddings[key] for key in own if key in embeddings}
