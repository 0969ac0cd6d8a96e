"""Chooses from the hits the numbered evidence that goes into a prompt, and makes it fit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from assistant.pieces import Piece, Scored
from assistant.records import Article, source_line

BEST_PIECES = 6
"""Sentences chosen by their fit; each brings its neighbours."""
CLOSE = 0.15
"""How far behind the best sentence another may score and still come into the prompt.

On XQuAD's odd documents it halves the evidence (540 characters instead of 1,440 in English) and
keeps the gold answer in .991, .982 and .957 of the prompts (en, de, en on de) instead of 1.000,
.991 and .965; what is left out are other articles, which a small model mixes in.
"""
NEIGHBOURS = 1
"""Sentences before and after a chosen one that come along: pronouns point to them."""
GAP = " … "


@dataclass(frozen=True, slots=True)
class Block:
    """The sentences of one article that a prompt shows under one number, in reading order."""

    number: int
    article: Article
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """As the prompt shows it: a line that names the article, then its sentences."""
        lines = [f"[{self.number}] {source_line(self.article)}"]
        last: Piece | None = None
        for piece in self.pieces:
            joined = last is not None and _follows(piece, last)
            between = " " if joined else GAP if last is not None else ""
            lines.append(between + " ".join(piece.text.split()))
            last = piece
        return lines[0] + "\n" + "".join(lines[1:])


@dataclass(frozen=True, slots=True)
class Context:
    """The evidence of one prompt; `left_out` are articles that no longer fitted."""

    blocks: tuple[Block, ...]
    left_out: tuple[Article, ...] = ()

    @property
    def text(self) -> str:
        """All blocks as the prompt shows them."""
        return "\n\n".join(block.text for block in self.blocks)

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """Every sentence the prompt shows."""
        return tuple(piece for block in self.blocks for piece in block.pieces)

    def block(self, number: int) -> Block | None:
        """The block with this number."""
        return next((block for block in self.blocks if block.number == number), None)


def build_context(
    scored: Sequence[Scored],
    *,
    tokens: int,
    count_tokens: Callable[[str], int],
    best: int = BEST_PIECES,
    close: float = CLOSE,
) -> Context:
    """Choose up to `best` sentences with their neighbours and number them by article.

    Those more than `close` behind the best one are left out. `tokens` is the room for the
    evidence, counted by `count_tokens`. When it does not hold all, the sentences that fit the
    question least are left out, and articles without any are named.
    """
    ranked = sorted(scored, key=lambda s: -s.score)[:best]
    chosen = [one for one in ranked if one.score >= ranked[0].score - close]
    groups = [_with_neighbours(one.piece, scored) for one in chosen]
    kept: list[Piece] = []
    for group in groups:
        wider = [*kept, *(piece for piece in group if piece not in kept)]
        if count_tokens(_context(wider).text) <= tokens:
            kept = wider
            continue
        alone = [*kept, *(piece for piece in group[:1] if piece not in kept)]
        if count_tokens(_context(alone).text) <= tokens:
            kept = alone
    if not kept and groups:
        kept = [_shortened(groups[0][0], tokens=tokens, count_tokens=count_tokens)]
    shown = {piece.article.id for piece in kept}
    left_out = {one.piece.article.id: one.piece.article for one in chosen}
    return Context(
        _context(kept).blocks,
        tuple(article for key, article in left_out.items() if key not in shown),
    )


def _context(pieces: Sequence[Piece]) -> Context:
    """Number the articles in the order in which they came up; sentences in reading order."""
    articles = dict.fromkeys(piece.article.id for piece in pieces)
    blocks = []
    for number, key in enumerate(articles, 1):
        own = sorted((p for p in pieces if p.article.id == key), key=lambda p: p.start)
        blocks.append(Block(number, own[0].article, tuple(own)))
    return Context(tuple(blocks))


def _with_neighbours(piece: Piece, scored: Sequence[Scored]) -> list[Piece]:
    """The piece first, then those before and after it in its passage."""
    near = [
        one.piece
        for one in scored
        if one.piece.passage.id == piece.passage.id
        and 0 < abs(one.piece.place - piece.place) <= NEIGHBOURS
    ]
    return [piece, *near]


def _follows(piece: Piece, last: Piece) -> bool:
    """Whether nothing but white space lies between two pieces of an article."""
    return 0 <= piece.start - last.end <= 3


def _shortened(piece: Piece, *, tokens: int, count_tokens: Callable[[str], int]) -> Piece:
    """The beginning of a sentence that alone is too long for the room."""
    low, high = 1, len(piece.text)
    while low < high:
        middle = (low + high + 1) // 2
        cut = _cut(piece, middle)
        fits = count_tokens(_context([cut]).text) <= tokens
        low, high = (middle, high) if fits else (low, middle - 1)
    return _cut(piece, low)


def _cut(piece: Piece, length: int) -> Piece:
    return Piece(
        piece.article,
        piece.passage,
        piece.text[:length],
        piece.start,
        piece.start + length,
        piece.hit,
        piece.place,
    )
