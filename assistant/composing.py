"""An answer in the making: its sentences with their marks, its citations, and how it may end."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from assistant.differences import differences, differing_notice
from assistant.drafting import Drafted
from assistant.evidence import Checked
from assistant.pieces import Piece, Scored, score_pieces, split_hits
from assistant.quotes import choose_quotes
from assistant.records import (
    Answer,
    ChatModel,
    Citation,
    Differing,
    Embedder,
    Event,
    Hits,
    Outcome,
    Sentence,
    Timings,
    Token,
    Tokens,
    Usage,
)
from assistant.refusal import nearest
from assistant.settings import Settings
from assistant.texts import say


@dataclass
class Composition:
    """One answer in the making: what it is asked from, and what stands of it so far."""

    question: str
    asked: str  # the question as it was searched: a follow-up in words that stand alone
    hits: Hits
    language: str
    embedder: Embedder
    settings: Settings
    notices: list[str] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    text: str = ""
    scored: list[Scored] = field(default_factory=list)
    used: list[Piece] = field(default_factory=list)
    first_token_s: float | None = None
    began: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        self.citations = Citations()

    def say(self, key: str, **values: object) -> str:
        """A line of the answer's texts, in the question's language."""
        return say(f"answer.{key}", language=self.language, **values)

    def read(self) -> list[Scored]:
        """The sentences of the hits, with their fit to the question."""
        pieces = split_hits(self.hits)
        if pieces:
            self.scored = score_pieces(
                self.asked, pieces, language=self.language, embedder=self.embedder
            )
        return self.scored

    @property
    def is_held(self) -> bool:
        """Whether the articles support a sentence of it, at least in part."""
        return any(sentence.support != "unsupported" for sentence in self.sentences)

    def start_over(self) -> None:
        """Drop what stands of it; the notices stay."""
        self.text, self.sentences, self.used, self.citations = "", [], [], Citations()

    # --- the ways an answer ends ---

    def refused(
        self,
        scored: Sequence[Scored],
        *,
        model: ChatModel | None,
        empty: bool = False,
        usage: Usage | None = None,
    ) -> Answer:
        """The answer that the articles do not answer, with what comes nearest."""
        text = self.say("refused_empty" if empty else "refused")
        done = self.answered(model=model, usage=usage, outcome="refused")
        return replace(done, text=text, sentences=(), citations=(), nearest=nearest(scored))

    def asked_back(self, choices: tuple[str, ...], *, model: ChatModel | None) -> Answer:
        """The question which of several things is meant, with the questions to choose from."""
        done = self.answered(model=model, outcome="asked_back")
        return replace(done, text=self.say("asked_back"), choices=choices)

    def answered(
        self,
        *,
        model: ChatModel | None,
        outcome: Outcome,
        usage: Usage | None = None,
        missing: str = "",
    ) -> Answer:
        """The answer as it stands."""
        differing = self.differing()
        told = (differing_notice(differing, language=self.language),) if differing else ()
        return Answer(
            question=self.question,
            text=self.text,
            language=self.language,
            engine=model.engine if model else "quotes",
            model=model.name if model else "",
            outcome=outcome,
            missing=missing,
            filters=self.hits.filters,
            sentences=tuple(self.sentences),
            citations=self.citations.all,
            passages=tuple(self.hits),
            notices=(*self.hits.notices, *self.notices, *told),
            timings=Timings(0.0, self.first_token_s, time.perf_counter() - self.began),
            tokens=Tokens(usage.prompt_tokens, usage.answer_tokens) if usage else Tokens(),
            differing=differing,
        )

    def differing(self) -> tuple[Differing, ...]:
        """The figures, where other articles give another one than those the answer uses."""
        stated = differences(self.asked, self.scored, used=self.used, language=self.language)
        return tuple(
            Differing(one.words, one.piece.article, one.piece.text, one.piece.start, one.piece.end)
            for one in stated
        )

    # --- quotes ---

    def quote(self, scored: Sequence[Scored], *, outcome: Outcome = "answered") -> Iterator[Event]:
        """Answer with the sentences that fit best, verbatim."""
        for piece in choose_quotes(self.asked, scored, language=self.language):
            words = " ".join(piece.text.split())
            checked = Checked("supported", "", (piece,))
            yield from self.shown(Token(words if not self.text else f" {words}"))
            yield from self.sentence(Drafted(words, (), " " if self.text else ""), checked)
        yield self.answered(model=None, outcome=outcome)

    # --- what is shown ---

    def shown(self, token: Token) -> Iterator[Event]:
        """Show a token; the first one is timed."""
        if self.first_token_s is None:
            self.first_token_s = time.perf_counter() - self.began
        yield token

    def sentence(self, item: Drafted, checked: Checked) -> Iterator[Event]:
        """Number the quotes of a sentence, put the marks behind it, and show both."""
        numbers: tuple[int, ...] = ()
        if checked.support == "unsupported":
            mark = self.say("unsupported_mark")
        else:
            numbers = self.citations.numbers(checked.pieces)
            self.used += checked.pieces
            mark = "".join(f"[{number}]" for number in numbers)
        text = f"{item.text} {mark}"
        yield Token(f" {mark}")
        self.text += f"{item.before}{text}"
        done = Sentence(text, numbers, checked.support, checked.reason)
        self.sentences.append(done)
        yield done


class Citations:
    """Gives each quote a number at its first use; the same words of an article keep it."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int, int], Citation] = {}

    @property
    def all(self) -> tuple[Citation, ...]:
        """All citations so far, by number."""
        return tuple(self._found.values())

    def numbers(self, pieces: Sequence[Piece]) -> tuple[int, ...]:
        """The numbers of these quotes, each once."""
        return tuple(dict.fromkeys(self._number(piece) for piece in pieces))

    def _number(self, piece: Piece) -> int:
        key = (piece.article.id, piece.start, piece.end)
        if key not in self._found:
            self._found[key] = Citation(
                number=len(self._found) + 1,
                article=piece.article,
                passage_id=piece.passage.id,
                quote=piece.text,
                start=piece.start,
                end=piece.end,
                page=piece.passage.page,
                page_label=piece.passage.page_label,
            )
        return self._found[key].number
