"""The one door to Chroma: a cache of the vectors that the catalogue holds."""

from assistant.vectors.cache import VectorCache
from assistant.vectors.following import Follower
from assistant.vectors.server import ServerVectors, check_server, drop_vectors, make_vectors

__all__ = [
    "Follower",
    "ServerVectors",
    "VectorCache",
    "check_server",
    "drop_vectors",
    "make_vectors",
]
