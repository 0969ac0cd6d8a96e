"""Time words in a question -> a filter on the published date; those of an article -> days. Pure."""

from assistant.times.reading import TimeFilter, read_times
from assistant.times.told import Told, times_told

__all__ = ["TimeFilter", "read_times", "Told", "times_told"]
