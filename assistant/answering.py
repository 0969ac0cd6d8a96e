"""Question and hits -> the events of an answer: read, refuse or write, check each sentence."""

import re
import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from typing import cast

from assistant.context import Context, build_context
from assistant.drafting import Draft, Drafted
from assistant.errors import ModelError, QuestionError
from assistant.evidence import Checked, check
from assistant.figures import figures, join_figures
from assistant.followups import standalone_question
from assistant.languages import detect
from assistant.languages import name as language_name
from assistant.pieces import Piece, Scored, score_pieces, split_hits
from assistant.prompts import answer_messages
from assistant.quotes import choose_quotes
from assistant.records import (
    Answer,
    ChatModel,
    Citation,
    Embedder,
    Event,
    Hits,
    Outcome,
    Sentence,
    Stage,
    Timings,
    Token,
    Tokens,
    Turn,
    Usage,
)
from assistant.refusal import THRESHOLD, fit, nearest, says_cannot, says_where
from assistant.settings import Settings
from assistant.texts import say

LONGEST_QUESTION = 4000
ENOUGH_WORDS = 6
"""Words an answer must have before its language is judged: shorter ones are names."""


def check_question(text: str) -> str:
    """The question without white space around it.

    Raises QuestionError when it is empty, has no letter or digit, or is over 4,000 characters.
    """
    question = text.strip()
    if not question:
        raise QuestionError("The question is empty.", hint='Try: assistant ask "What happened?"')
    if not any(sign.isalnum() for sign in question):
        raise QuestionError(
            f"The question {question[:20]!r} has no word in it.",
            hint='Try: assistant ask "What happened?"',
        )
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(
            f"The question has {len(question):,} characters; the most is {LONGEST_QUESTION:,}.",
            hint="Ask a shorter question; to ask about a long text, add it as an article.",
        )
    return question


def standalone(
    question: str, *, history: Sequence[Turn], model: ChatModel | None, language: str
) -> str:
    """The question as it can be understood without the conversation before it."""
    return standalone_question(question, history=history, model=model, language=language)


def answer(
    question: str,
    *,
    hits: Hits,
    language: str,
    embedder: Embedder,
    model: ChatModel | None,
    settings: Settings,
    history: Sequence[Turn] = (),
    passages_searched: int = 0,
) -> Iterator[Event]:
    """Answer from the hits; the `Answer` comes last. Without a model the answer is quotes.

    With a `history`, `hits.query` is the question in words that stand alone, and it is answered.
    Tokens are provisional; the sentences joined are the text. Closing the iterator stops the model.
    A model that fails after its first sentence leaves what it wrote, with a notice; before that it
    is replaced by quotes when the engine is "auto", else raises ModelError.
    """
    asked = hits.query if history and hits.query.strip() else question
    work = _Work(question, asked, hits, language, embedder, settings)
    yield Stage("reading", count=len(hits))
    scored = work.read()
    if fit(asked, scored, language=language, embedder=embedder) < THRESHOLD:
        yield work.refused(scored, model=model, empty=not hits and not passages_searched)
        return
    if model is None:
        yield from work.quote(scored)
        return
    yield from work.write(scored, model=model)


@dataclass
class _Work:
    """One answer in the making."""

    question: str
    asked: str  # the question as it was searched: a follow-up in words that stand alone
    hits: Hits
    language: str
    embedder: Embedder
    settings: Settings
    notices: list[str] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    text: str = ""
    first_token_s: float | None = None
    began: float = field(default_factory=time.perf_counter)

    def __post_init__(self) -> None:
        self.citations = _Citations()

    def say(self, key: str, **values: object) -> str:
        return say(f"answer.{key}", language=self.language, **values)

    def read(self) -> list[Scored]:
        pieces = split_hits(self.hits)
        if not pieces:
            return []
        return score_pieces(self.asked, pieces, language=self.language, embedder=self.embedder)

    # --- the ways an answer ends ---

    def refused(
        self,
        scored: Sequence[Scored],
        *,
        model: ChatModel | None,
        empty: bool = False,
        usage: Usage | None = None,
    ) -> Answer:
        text = self.say("refused_empty" if empty else "refused")
        done = self.answered(model=model, usage=usage, outcome="refused")
        return replace(done, text=text, sentences=(), citations=(), nearest=nearest(scored))

    def answered(
        self,
        *,
        model: ChatModel | None,
        outcome: Outcome,
        usage: Usage | None = None,
        missing: str = "",
    ) -> Answer:
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
            notices=(*self.hits.notices, *self.notices),
            timings=Timings(0.0, self.first_token_s, time.perf_counter() - self.began),
            tokens=Tokens(usage.prompt_tokens, usage.answer_tokens) if usage else Tokens(),
        )

    # --- quotes ---

    def quote(self, scored: Sequence[Scored]) -> Iterator[Event]:
        for piece in choose_quotes(self.asked, scored, language=self.language):
            words = " ".join(piece.text.split())
            checked = Checked("supported", "", (piece,))
            yield from self.shown(Token(words if not self.text else f" {words}"))
            yield from self.sentence(Drafted(words, (), " " if self.text else ""), checked)
        yield self.answered(model=None, outcome="answered")

    # --- a model ---

    def write(self, scored: Sequence[Scored], *, model: ChatModel) -> Iterator[Event]:
        context = self.context(scored, model=model)
        evidence = [one for one in scored if one.piece in context.pieces]
        if not evidence:  # the first sentence was shortened to fit
            evidence = [Scored(piece, 0.0, None, 0.0) for piece in context.pieces]
        links = {b.article.url for b in context.blocks if b.article.url}
        known = [block.number for block in context.blocks]
        known_figures = {
            value
            for one in evidence
            for figure in figures(one.piece.text, language=one.piece.language)
            for value in figure.values
        }
        draft = Draft(language=self.language, known=known, links=links)
        yield Stage("writing")
        ending = _Ending()
        with closing(self.drafted(context, draft=draft, model=model, ending=ending)) as items:
            for item in items:
                if isinstance(item, Token):
                    yield from self.shown(item)
                elif says_cannot(item.text):
                    ending.missing.append(item.text)
                elif not says_where(item.text):
                    item = replace(item, text=join_figures(item.text, known=known_figures))
                    checked = self.checked(item, context=context, evidence=evidence)
                    yield from self.sentence(item, checked)
        yield from self.ended(scored, draft=draft, model=model, ending=ending)

    def context(self, scored: Sequence[Scored], *, model: ChatModel) -> Context:
        empty = answer_messages(self.asked, sources="", language=self.language)
        fixed = sum(model.count_tokens(message.content) + 8 for message in empty)
        room = model.context_tokens - fixed - self.settings.answer_tokens
        context = build_context(
            scored,
            tokens=max(1, min(self.settings.evidence_tokens, room)),
            count_tokens=model.count_tokens,
        )
        if context.left_out:
            titles = ", ".join(article.title for article in context.left_out)
            self.notices.append(self.say("sources_left_out", titles=titles))
        return context

    def drafted(
        self, context: Context, *, draft: Draft, model: ChatModel, ending: "_Ending"
    ) -> Generator[Token | Drafted, None, None]:
        """The stream as sentences; what went wrong is kept in `ending`."""
        messages = answer_messages(self.asked, sources=context.text, language=self.language)
        stream = model.stream(messages, max_tokens=self.settings.answer_tokens)
        try:
            with closing(cast("_Closeable", stream)):
                for piece in stream:
                    if isinstance(piece, Usage):
                        ending.usage = piece
                        break
                    yield from draft.feed(piece)
                    if draft.fault:
                        return
        except ModelError as error:
            ending.error = error
        cut = ending.usage is not None and ending.usage.stopped == "length"
        yield from draft.finish(complete=not cut and ending.error is None)

    def checked(self, item: Drafted, *, context: Context, evidence: Sequence[Scored]) -> Checked:
        blocks = [context.block(number) for number in item.numbers]
        cited = [piece for block in blocks if block for piece in block.pieces]
        return check(
            item.text,
            evidence=evidence,
            cited=cited,
            language=self.language,
            embedder=self.embedder,
        )

    def ended(
        self, scored: Sequence[Scored], *, draft: Draft, model: ChatModel, ending: "_Ending"
    ) -> Iterator[Event]:
        if ending.error is not None and not self.sentences:
            if self.settings.engine != "auto":
                raise ending.error
            self.notices.append(self.say("failed", error=str(ending.error)))
            yield from self.quote(scored)
            return
        if not self.sentences and not ending.missing:
            self.notices.append(self.say("silent"))
            yield from self.quote(scored)
            return
        self.notices += self.faults(draft, ending)
        held = any(sentence.support != "unsupported" for sentence in self.sentences)
        if not held:
            yield self.refused(scored, model=model, usage=ending.usage)
            return
        missing = " ".join(ending.missing)
        outcome: Outcome = "partly" if missing else "answered"
        yield self.answered(model=model, outcome=outcome, usage=ending.usage, missing=missing)

    def faults(self, draft: Draft, ending: "_Ending") -> list[str]:
        """What the user must know about how the model wrote."""
        found = []
        if ending.error is not None:
            found.append(self.say("broke_off", error=str(ending.error)))
        if draft.fault:
            found.append(self.say(draft.fault))
        if ending.usage and ending.usage.stopped == "length":
            found.append(self.say("cut", count=self.settings.answer_tokens))
        if draft.removed_links:
            found.append(self.say("links_removed"))
        plain = re.sub(r"\[\d+\]", "", self.text)
        if len(plain.split()) >= ENOUGH_WORDS:
            spoken = detect(plain, default=self.language)
            if spoken != self.language:
                own = language_name(spoken, language=self.language)
                found.append(self.say("other_language", spoken=own))
        return found

    # --- what is shown ---

    def shown(self, token: Token) -> Iterator[Event]:
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
            mark = "".join(f"[{number}]" for number in numbers)
        text = f"{item.text} {mark}"
        yield Token(f" {mark}")
        self.text += f"{item.before}{text}"
        done = Sentence(text, numbers, checked.support, checked.reason)
        self.sentences.append(done)
        yield done


class _Closeable:
    """What a generator has and an iterator may lack."""

    def close(self) -> None:
        """Stop."""


@dataclass
class _Ending:
    """How a model's stream ended."""

    usage: Usage | None = None
    error: ModelError | None = None
    missing: list[str] = field(default_factory=list)


class _Citations:
    """Gives each quote a number at its first use; the same words of an article keep it."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, int, int], Citation] = {}

    @property
    def all(self) -> tuple[Citation, ...]:
        return tuple(self._found.values())

    def numbers(self, pieces: Sequence[Piece]) -> tuple[int, ...]:
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
