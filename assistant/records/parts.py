"""The protocols of the parts that can be exchanged, and what they speak."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Vectors: TypeAlias = "NDArray[np.float32]"
"""Rows of float32; a string at run time, so that the records do not load numpy."""


class Embedder(Protocol):
    """Turns text into vectors: float32 rows of length one."""

    @property
    def name(self) -> str:
        """A fingerprint: two embedders with the same name give the same vectors."""

    @property
    def dimension(self) -> int:
        """How many numbers a vector has."""

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Embed texts that are to be found, shape (len(texts), dimension)."""

    def query(self, text: str) -> Vectors:
        """Embed one question, shape (dimension,)."""


class Reranker(Protocol):
    """Judges how well texts answer a question, better than their vectors tell, and slower."""

    @property
    def name(self) -> str:
        """The model as the user knows it."""

    def scores(self, query: str, texts: Sequence[str]) -> Sequence[float]:
        """One score for each text, in their order; a higher one is better. Raises ModelError."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a chat model."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What a chat model's server said at the end: tokens read and written, and why it stopped."""

    prompt_tokens: int = 0
    answer_tokens: int = 0
    stopped: Literal["stop", "length"] = "stop"


class ChatModel(Protocol):
    """Writes text. Closing the iterator stops the model at once."""

    @property
    def name(self) -> str:
        """The model's name as the user knows it."""

    @property
    def engine(self) -> str:
        """Which engine this is: "ollama", "openai", …"""

    @property
    def context_tokens(self) -> int:
        """How many tokens prompt and answer may have together."""

    def count_tokens(self, text: str) -> int:
        """Count a text's tokens, or bound them from above."""

    def stream(self, messages: Sequence[Message], *, max_tokens: int) -> Iterator[str | Usage]:
        """Yield the answer piece by piece and a `Usage` last. Raises ModelError."""
