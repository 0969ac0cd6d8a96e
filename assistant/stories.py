"""Finds the near-copies of an article among those of a catalogue, when it is written.

A pair is decided once, from the two articles alone, so that a corpus has the same pairs in
whatever order its articles came; search only reads them.
"""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from assistant import copies
from assistant.catalogue import Catalogue, Embedding, NewPassage, NewStory
from assistant.copies import Story
from assistant.neutral import Neutral
from assistant.records import Article, Embedder, Passage, Vectors

MOST_SHARING = 64
"""Articles compared because they share values of the sketch, those that share most first. More of
them are pages made from one template; a comparison takes 4 ms."""
MOST_NEAR = 8
"""Articles of each other language compared because their mean vectors are the nearest."""

Sentences = Callable[[Passage], Sequence[str]]
"""Gives the sentences of a passage that have vectors of their own, in order."""


class CopyFinder:
    """Finds near-copies; with `neutral`, the default embedder's constants, translations too."""

    def __init__(
        self,
        catalogue: Catalogue,
        *,
        embedder: Embedder,
        neutral: Neutral | None,
        sentences: Sentences,
    ) -> None:
        self._catalogue = catalogue
        self._embedder = embedder
        self._neutral = neutral
        self._sentences = sentences
        self._means = _Means(catalogue)

    def story(
        self,
        article: Article,
        *,
        text: str,
        passages: Sequence[NewPassage],
        embeddings: Mapping[bytes, Embedding],
    ) -> NewStory:
        """What is to be kept of an article, and its near-copies among those there are.

        `embeddings` are the new ones of its passages; the others are in the catalogue.
        """
        values = copies.sketch(text)
        found = self._same_text(article.id, Story(text, article.language), values)
        if self._neutral is None or not passages:
            return NewStory(values, copies=sorted(found))
        missing = [new.key for new in passages if new.key not in embeddings]
        own = {**embeddings, **self._catalogue.embeddings_by_key(missing)}
        rows = self._neutral.passages(np.stack([own[new.key].passage for new in passages]))
        mean = _as_stored(copies.mean_vector(rows))
        near = [key for key in self._near(article, mean) if key not in found]
        if near:
            known = self._vectors([new.passage for new in passages], [own[n.key] for n in passages])
            story = Story(text, article.language, rows)
            found |= {key for key in near if self._is_translation(story, key, known=known)}
        return NewStory(values, mean, sorted(found))

    def _same_text(self, article_id: str, story: Story, values: Sequence[int]) -> set[str]:
        """The near-copies that are the same words."""
        stories = self._catalogue.stories
        likely = stories.sharing(
            values, without=article_id, least=copies.SHARED_VALUES, most=MOST_SHARING
        )
        return {
            key
            for key, (text, language) in stories.texts(likely).items()
            if copies.is_copy(story, Story(text, language))
        }

    def _near(self, article: Article, mean: Vectors) -> list[str]:
        """The articles in other languages that may be translations."""
        numbers = self._means.near(mean, language=article.language)
        owners = self._catalogue.stories.article_ids(numbers)
        return [key for key in owners.values() if key != article.id]

    def _is_translation(self, story: Story, key: str, *, known: Mapping[str, Vectors]) -> bool:
        assert self._neutral is not None and story.vectors is not None
        embeddings = self._catalogue.embeddings_of(key)
        if not embeddings:
            return False
        rows = self._neutral.passages(np.stack([each.passage for each in embeddings]))
        if copies.same_passages(story.vectors, rows) < copies.NEAR_PASSAGES:
            return False
        ((text, language),) = self._catalogue.stories.texts([key]).values()
        theirs = self._vectors(self._catalogue.passages_of(key), embeddings)
        embed = self._embed({**known, **theirs})
        return copies.is_copy(story, Story(text, language, rows), embed=embed)

    def _vectors(
        self, passages: Sequence[Passage], embeddings: Sequence[Embedding]
    ) -> dict[str, Vectors]:
        """The raw vectors of the sentences of passages, by their words."""
        known: dict[str, Vectors] = {}
        for passage, embedding in zip(passages, embeddings, strict=True):
            rows = _as_stored(embedding.sentences)
            known.update(zip(self._sentences(passage), rows, strict=False))
        return known

    def _embed(self, known: Mapping[str, Vectors]) -> copies.Embed:
        """Neutral vectors of sentences; those not known, cut otherwise in a passage, are made."""
        neutral = self._neutral
        assert neutral is not None

        def embed(texts: Sequence[str]) -> Vectors:
            missing = [text for text in texts if text not in known]
            made = self._embedder.passages(missing) if missing else ()
            every = {**known, **dict(zip(missing, made, strict=True))}
            return neutral.passages(np.stack([every[text] for text in texts]))

        return embed


def _as_stored(rows: Vectors) -> Vectors:
    """Rounded as the catalogue keeps them, so that a pair is judged alike from either side."""
    rounded: Vectors = rows.astype(np.float16).astype(np.float32)
    return rounded


class _Means:
    """The mean vectors of all stories in memory, kept in step with the catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._stories = catalogue.stories
        self._numbers: list[int] = []
        self._languages: list[str] = []
        self._rows: Vectors = np.zeros((0, 0), np.float32)  # the first len(numbers) are in use

    def near(self, mean: Vectors, *, language: str) -> list[int]:
        """The stories in other languages that are near, the nearest of each language."""
        self._catch_up(len(mean))
        languages = np.asarray(self._languages)
        others = [code for code in dict.fromkeys(self._languages) if code != language]
        if not others:
            return []
        scores = self._rows[: len(self._numbers)] @ mean
        found: list[int] = []
        for code in others:
            members = np.flatnonzero((languages == code) & (scores >= copies.NEAR_MEANS))
            best = members[np.argsort(-scores[members], kind="stable")[:MOST_NEAR]]
            found += [self._numbers[at] for at in best]
        return found

    def _catch_up(self, dimension: int) -> None:
        """Read the stories that are new, and forget those that are gone."""
        more = self._stories.means_after(self._numbers[-1] if self._numbers else 0)
        if more.numbers:
            self._append(more.vectors, dimension=dimension)
            self._numbers += more.numbers
            self._languages += more.languages
        if self._stories.count() != len(self._numbers):
            there = set(self._stories.numbers())
            kept = [at for at, number in enumerate(self._numbers) if number in there]
            self._rows = self._rows[kept]
            self._numbers = [self._numbers[at] for at in kept]
            self._languages = [self._languages[at] for at in kept]

    def _append(self, rows: Vectors, *, dimension: int) -> None:
        """Put rows behind those in use; the room doubles, so that adding one copies none."""
        used = len(self._numbers)
        if used + len(rows) > len(self._rows):
            room = np.zeros((2 * (used + len(rows)), dimension), np.float32)
            room[:used] = self._rows[:used] if used else room[:0]
            self._rows = room
        self._rows[used : used + len(rows)] = rows
