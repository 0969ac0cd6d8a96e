"""What to read: walk folders, hash and place files, fetch addresses safely."""

from assistant.readers import SUFFIXES
from assistant.sources.fetching import DEFAULT_LIMITS, Fetched, FetchLimits, fetch
from assistant.sources.folder import SourceFile, expand, file_hash, others, walk
from assistant.sources.placing import Placed, place, put, safe_name, split_jsonl, tidy

__all__ = [
    # What is there
    "SUFFIXES",
    "SourceFile",
    "walk",
    "others",
    "expand",
    "file_hash",
    # What is put there
    "Placed",
    "place",
    "put",
    "safe_name",
    "split_jsonl",
    "tidy",
    # What is fetched
    "DEFAULT_LIMITS",
    "FetchLimits",
    "Fetched",
    "fetch",
]
