"""Small real stand-ins for the parts that cost: an embedder and a chat model for tests.

`FakeEmbedder` hashes the words of a text, so that texts with common words are near each other;
`FakeChat` gives the answers a test has queued and remembers what it was asked.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from assistant.errors import UnreadableFile
from assistant.readers import read
from assistant.records import Document, Message, Usage, Vectors

# Words that mean the same: enough for tests across languages.
TRANSLATIONS: dict[str, str] = {
    "soldaten": "soldiers",
    "soldat": "soldier",
    "nordkorea": "korea",
    "nordkoreanische": "korea",
    "nordkoreanischen": "korea",
    "korean": "korea",
    "hafen": "harbour",
    "hafens": "harbour",
    "häfen": "harbour",
    "harbor": "harbour",
    "schiff": "ship",
    "schiffe": "ships",
    "bürgermeister": "mayor",
    "brücke": "bridge",
    "wann": "when",
    "wer": "who",
    "wie": "how",
    "viele": "many",
    "und": "and",
    "der": "the",
    "die": "the",
    "das": "the",
    "des": "of",
    "von": "of",
    "in": "in",
    "im": "in",
    "ist": "is",
    "sind": "are",
    "wurde": "was",
    "wurden": "were",
    "eröffnet": "opened",
    "gebaut": "built",
    "pfund": "pounds",
    "mio": "million",
    "kosten": "cost",
    "kostet": "cost",
    "kostete": "cost",
    "wasser": "water",
    "stadt": "city",
    "regierung": "government",
    "soldados": "soldiers",
    "puerto": "harbour",
    "port": "harbour",
}


class FakeEmbedder:
    """A deterministic bag of hashed words; known German words count as their English ones."""

    name = "fake-1"
    dimension = 128

    def __init__(self) -> None:
        self.passage_calls: list[list[str]] = []
        self.query_calls: list[str] = []

    def passages(self, texts: Sequence[str]) -> Vectors:
        self.passage_calls.append(list(texts))
        rows = [self._vector(text) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, self.dimension), np.float32)

    def query(self, text: str) -> Vectors:
        self.query_calls.append(text)
        return self._vector(text)

    def _vector(self, text: str) -> Vectors:
        if not text.strip():
            raise ValueError("an empty text has no vector")
        vector = np.zeros(self.dimension, np.float32)
        vector[0] = 0.1  # so that a text of unknown signs has a length too
        for word in re.findall(r"\w+", unicodedata.normalize("NFC", text).casefold()):
            word = TRANSLATIONS.get(word, word)
            word = word[:-1] if len(word) > 3 and word.endswith("s") else word
            digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
            vector[1 + int.from_bytes(digest, "big") % (self.dimension - 1)] += 1.0
        return vector / np.linalg.norm(vector)


class ReaderHere:
    """Reads files in this process: the child processes of `ReaderPool` take a second to start."""

    def __init__(self, *, seconds: float = 0, max_bytes: int = 100_000_000) -> None:
        self.max_bytes = max_bytes

    def read_all(self, paths: Iterable[Path]) -> Iterator[tuple[Path, Document | UnreadableFile]]:
        for path in paths:
            try:
                yield path, read(path, max_bytes=self.max_bytes)
            except UnreadableFile as error:
                yield path, error

    def close(self) -> None:
        pass


@dataclass
class FakeChat:
    """A chat model with a queue of answers and a history of what it was asked.

    An answer is a text (streamed in small pieces) or a list of pieces; an exception in the list is
    raised there. When the queue is empty, `default` is answered.
    """

    name: str = "fake-chat"
    engine: str = "ollama"
    context_tokens: int = 4096
    default: str = ""
    usage: Usage | None = None
    queue: list[str | list[str | Exception]] = field(default_factory=list)
    history: list[tuple[Message, ...]] = field(default_factory=list)
    limits: list[int] = field(default_factory=list)
    closed: int = 0

    def enqueue(self, *answers: str | list[str | Exception]) -> "FakeChat":
        self.queue.extend(answers)
        return self

    def count_tokens(self, text: str) -> int:
        return len(text) // 3 + 1

    def stream(self, messages: Sequence[Message], *, max_tokens: int) -> Iterator[str | Usage]:
        self.history.append(tuple(messages))
        self.limits.append(max_tokens)
        answer = self.queue.pop(0) if self.queue else self.default
        pieces = _pieces(answer) if isinstance(answer, str) else answer
        written = 0
        try:
            for piece in pieces:
                if isinstance(piece, Exception):
                    raise piece
                written += 1
                yield piece
        except GeneratorExit:
            self.closed += 1
            raise
        prompt = sum(self.count_tokens(message.content) for message in messages)
        yield self.usage or Usage(prompt_tokens=prompt, answer_tokens=written)

    @property
    def prompts(self) -> list[str]:
        """What the model was asked, each call as one text."""
        return ["\n\n".join(message.content for message in call) for call in self.history]


def _pieces(text: str, *, size: int = 4) -> list[str | Exception]:
    return [text[at : at + size] for at in range(0, len(text), size)]
