"""The command line: parses, calls the assistant, prints."""

from assistant.cli.entry import main

__all__ = ["main"]
