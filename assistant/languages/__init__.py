"""Languages of texts and questions, their names, and where sentences begin and end. Pure."""

from assistant.languages.detection import detect, detect_question
from assistant.languages.names import is_rtl, name
from assistant.languages.sentences import sentences

__all__ = ["detect", "detect_question", "is_rtl", "name", "sentences"]
