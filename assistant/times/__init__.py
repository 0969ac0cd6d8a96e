"""Time words in a question -> a filter on the published date. Pure; seven languages."""

from assistant.times.reading import TimeFilter, read_times

__all__ = ["TimeFilter", "read_times"]
