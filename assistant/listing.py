"""Lists and counts the articles of the corpus: on a topic, since a day, or all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from assistant.composing import Composition
from assistant.drafting import Drafted
from assistant.evidence import Checked
from assistant.index import Index
from assistant.keywords import index_terms, query_terms
from assistant.overview import Overview
from assistant.pieces import Piece, score_pieces, split_hits
from assistant.records import (
    Article,
    Event,
    Filters,
    Hit,
    Hits,
    Passage,
    Sentence,
    Token,
    source_line,
)
from assistant.refusal import THRESHOLD, fit
from assistant.retrieval import search
from assistant.settings import Settings
from assistant.texts import say
from assistant.times import TimeFilter

MOST_LISTED = 10
MOST_NEAR = 3
MOST_MATCHES = 5000
"""Passages looked through for a topic."""


@dataclass(frozen=True)
class Desk:
    """What a question about the corpus is answered with. `filters` are those given."""

    question: str
    index: Index
    filters: Filters
    language: str
    settings: Settings
    times: TimeFilter | None

    def say(self, key: str, **values: object) -> str:
        """A line about the corpus, in the question's language."""
        return say(f"overview.{key}", language=self.language, **values)

    def narrowed(self) -> Filters:
        """The filters with the times of the question, taken at their word: "since Monday"."""
        times = self.times
        if times is None or self.filters.since or self.filters.until:
            return self.filters
        inferred = tuple(name for name in ("since", "until") if getattr(times, name))
        return replace(self.filters, since=times.since, until=times.until, inferred=inferred)

    def composition(self, pieces: Sequence[Piece | None], *, asked: str = "") -> Composition:
        """An answer to be filled; the passages of the pieces are what it is made from."""
        passages = {piece.passage.id: piece for piece in pieces if piece}
        hits = tuple(
            Hit(rank, 0.0, piece.article, piece.passage)
            for rank, piece in enumerate(passages.values(), start=1)
        )
        return Composition(
            self.question,
            asked or self.question,
            Hits(asked or self.question, hits, filters=self.narrowed()),
            self.language,
            self.index.reader([hit.passage for hit in hits]),
            self.settings,
        )


def list_articles(desk: Desk, asked: Overview) -> Iterator[Event]:
    """The articles that a question asks for, each with a sentence of it; the answer last."""
    filters, none_since = desk.narrowed(), ""
    among = desk.index.catalogue.articles(filters)
    if asked.kind == "new" and "since" in filters.inferred and not among:
        none_since, filters = filters.since or "", desk.filters
        among = desk.index.catalogue.articles(filters)
    passages = _matches(desk, asked.topic) if asked.topic else {}
    found = [article for article in among if not asked.topic or article.id in passages]
    shown = found[:MOST_LISTED]
    pieces = [_piece(desk, article, passages.get(article.id), asked.topic) for article in shown]
    near = [] if shown and asked.kind != "list" else _near(desk, asked.topic, found)
    work = desk.composition([*pieces, *near])
    lead = _lead(desk, asked, found=len(found), all_of=len(among), none_since=none_since)
    yield from _fact(work, lead, [piece for piece in pieces if piece])
    yield from _items(work, shown, pieces)
    if near:
        yield from _fact(work, desk.say("near"), near, before="\n")
        yield from _items(work, [piece.article for piece in near], near)
    yield work.answered(model=None, outcome="answered")


def sentence(
    work: Composition, words: str, pieces: Sequence[Piece], *, before: str = ""
) -> Iterator[Event]:
    """Show a sentence of our own with the marks of the quotes it rests on."""
    yield from work.shown(Token(f"{before}{words}"))
    checked = Checked("supported", "", tuple(pieces))
    yield from work.sentence(Drafted(words, (), before), checked)


def _fact(
    work: Composition, words: str, pieces: Sequence[Piece], *, before: str = ""
) -> Iterator[Event]:
    """Show a fact of the catalogue: it cites what is listed after it, and has no marks itself."""
    yield from work.shown(Token(f"{before}{words}"))
    work.text += f"{before}{words}"
    done = Sentence(words, work.citations.numbers(pieces), "supported")
    work.sentences.append(done)
    yield done


def _lead(desk: Desk, asked: Overview, *, found: int, all_of: int, none_since: str) -> str:
    """The sentence before the list: how many there are."""
    shown = min(found, MOST_LISTED)
    values = {"count": found, "shown": shown, "all": all_of, "topic": asked.topic}
    since = desk.narrowed().since
    if none_since:
        return desk.say("none_since", since=none_since, **values)
    if not found:
        return desk.say("mention_none" if asked.topic else "empty", **values)
    if asked.topic:
        name = "mention"
    elif asked.kind == "new":
        name = "since" if since else "newest"
    else:
        name = "all"
    return desk.say(f"{name}_more" if found > shown else name, since=since, **values)


def _items(
    work: Composition, articles: Sequence[Article], pieces: Sequence[Piece | None]
) -> Iterator[Event]:
    for article, piece in zip(articles, pieces, strict=True):
        show = sentence if piece else _fact  # an article without a passage has nothing to quote
        yield from show(work, f"- {source_line(article)}", [piece] if piece else [], before="\n")


def _matches(desk: Desk, topic: str) -> dict[str, Passage]:
    """The best passage of each article that has all words of the topic, by article."""
    catalogue, found = desk.index.catalogue, dict[str, Passage]()
    titles = {article.id: article.title for article in catalogue.articles()}
    for language in catalogue.languages():
        terms = query_terms(topic, language=language)
        scored = catalogue.keyword_scores(terms, language=language, most=MOST_MATCHES)
        passages = catalogue.passages([number for number, _ in scored])
        for number, _ in scored:
            passage = passages.get(number)
            if passage is None or passage.article_id in found:
                continue
            text = f"{titles.get(passage.article_id, '')}\n{passage.heading}\n{passage.text}"
            if set(terms) <= set(index_terms(text, language=language)):
                found[passage.article_id] = passage
    return found


def _near(desk: Desk, topic: str, found: Sequence[Article]) -> list[Piece]:
    """Sentences of up to three more articles that seem to be about the topic.

    Those that a search puts before all that mention it; where none does, those it finds at all.
    """
    if not topic:
        return []
    hits = search(desk.index, topic, k=12, filters=desk.narrowed(), language=desk.language)
    pieces = split_hits(hits)
    if not pieces:
        return []
    reader = desk.index.reader([hit.passage for hit in hits])
    scored = score_pieces(topic, pieces, language=desk.language, embedder=reader)
    best: dict[str, Piece] = {}
    for one in sorted(scored, key=lambda one: -one.score):
        best.setdefault(one.piece.article.id, one.piece)
    known = {article.id for article in found}
    own = [hit.score for hit in hits if hit.article.id in known]
    if own:
        fits = [h.article.id for h in hits if h.article.id not in known and h.score >= max(own)]
    elif fit(topic, scored, language=desk.language, embedder=reader) >= THRESHOLD:
        fits = [hit.article.id for hit in hits]
    else:
        fits = []
    return [best[key] for key in islice(dict.fromkeys(fits), MOST_NEAR) if key in best]


def _piece(desk: Desk, article: Article, passage: Passage | None, topic: str) -> Piece | None:
    """The sentence of an article to show: that with most words of the topic, else its first."""
    passage = passage or next(iter(desk.index.catalogue.passages_of(article.id)), None)
    pieces = split_hits([Hit(1, 0.0, article, passage)]) if passage else []
    if not passage or not pieces:
        return None
    terms = set(query_terms(topic, language=passage.language))

    def shared(piece: Piece) -> int:
        return len(terms.intersection(index_terms(piece.text, language=passage.language)))

    return max(pieces, key=lambda piece: (shared(piece), -piece.place))
