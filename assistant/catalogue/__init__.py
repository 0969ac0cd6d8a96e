"""The one door to the index's SQLite: articles, passages, embeddings and keywords."""

from assistant.catalogue.reading import FileState, KnownFailure
from assistant.catalogue.store import Catalogue
from assistant.catalogue.stories import NewStory
from assistant.catalogue.writing import Embedding, NewPassage, Stacked

__all__ = [
    "Catalogue",
    "Embedding",
    "FileState",
    "KnownFailure",
    "NewPassage",
    "NewStory",
    "Stacked",
]
