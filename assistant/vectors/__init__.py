"""The one door to Chroma: a cache of the vectors that the catalogue holds."""

from assistant.vectors.cache import VectorCache

__all__ = ["VectorCache"]
