"""The one door to the index's database: articles, passages, embeddings and keywords."""

from assistant.catalogue.columns import Scope
from assistant.catalogue.postgres import ServerFacts, check_postgres
from assistant.catalogue.reading import FileState, KnownFailure
from assistant.catalogue.shared import SharedFolder
from assistant.catalogue.store import Catalogue, open_catalogue
from assistant.catalogue.stories import NewStory
from assistant.catalogue.writing import Embedding, NewPassage, Stacked

__all__ = [
    "Catalogue",
    "Embedding",
    "FileState",
    "KnownFailure",
    "NewPassage",
    "NewStory",
    "Scope",
    "ServerFacts",
    "SharedFolder",
    "Stacked",
    "check_postgres",
    "open_catalogue",
]
