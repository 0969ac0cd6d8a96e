"""Answers questions about the corpus itself: lists and counts, what is new, whole articles."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice, pairwise, zip_longest

from assistant.central import best_of, centre
from assistant.index import Index
from assistant.listing import Desk, list_articles, sentence
from assistant.overview import Overview, read_overview
from assistant.pieces import Scored, embed_texts, score_pieces, split_hits
from assistant.records import (
    Answer,
    Article,
    ChatModel,
    Event,
    Filters,
    Hit,
    Turn,
    source_line,
)
from assistant.refusal import THRESHOLD, fit
from assistant.retrieval import search
from assistant.settings import Settings
from assistant.times import read_times
from assistant.writing import write

MOST_CHOICES = 5
TITLE_SHARE = 0.75
"""Share of the words of a name that a title must have to be meant by it."""
SUMMARY_SENTENCES = 3
COMPARED_SENTENCES = 2


def survey(
    question: str,
    *,
    index: Index,
    filters: Filters,
    history: Sequence[Turn],
    language: str,
    model: ChatModel | None,
    settings: Settings,
    today: date | None,
) -> Iterator[Event] | None:
    """The events of an answer about the corpus; None for a question that its articles answer.

    `filters` are those given; with `today`, times in the question narrow them. A summary or
    comparison is written by the model where there is one; all else comes from the catalogue.
    """
    times = read_times(question, language=language, today=today) if today else None
    asked = read_overview(question, language=language, times=times.words if times else "")
    if asked is None:
        return None
    desk = Desk(question, index, filters, language, settings, times)
    if asked.kind not in ("summary", "compare"):
        return list_articles(desk, asked)
    articles = articles_meant(desk, asked, history=history)
    if articles is None:
        return None
    if not articles:
        return iter([_asked_back(desk, asked, history=history)])
    return _told(desk, asked, articles, model=model)


# --- which articles are meant ---------------------------------------------------------------------


def articles_meant(
    desk: Desk, asked: Overview, *, history: Sequence[Turn]
) -> Sequence[Article] | None:
    """The one or two articles a question names or points at.

    Empty when it clearly means articles and does not say which; None when it may mean none at all.
    """
    wanted = 1 if asked.kind == "summary" else 2
    among = desk.index.catalogue.articles(desk.filters)
    if asked.pointed:
        chosen = among if desk.filters.articles or len(among) == wanted else _cited(history, among)
        if len(chosen) == wanted:
            return chosen
        return [] if asked.certain else None
    found = [_named(desk, name, among, certain=asked.certain) for name in asked.named]
    known = {article.id: article for article in found if article}
    return list(known.values()) if len(known) == wanted else None


def _cited(history: Sequence[Turn], among: Sequence[Article]) -> list[Article]:
    """The articles that the last answer with citations cited."""
    ids = {article.id: article for article in among}
    for turn in reversed(history):
        cited = dict.fromkeys(citation.article.id for citation in turn.citations)
        if found := [ids[key] for key in cited if key in ids]:
            return found
    return []


def _named(desk: Desk, name: str, among: Sequence[Article], *, certain: bool) -> Article | None:
    """The article whose title has the words of a name, else the one found by them."""
    wanted = _words(name)
    shares = [(_share(wanted, _words(article.title), certain), article) for article in among]
    best, article = max(shares, key=lambda pair: pair[0], default=(0.0, None))
    if best >= TITLE_SHARE:
        return article
    if not certain:
        return None
    hits = search(desk.index, name, k=8, filters=desk.filters, language=desk.language)
    pieces = split_hits(hits)
    reader = desk.index.reader([hit.passage for hit in hits])
    scored = score_pieces(name, pieces, language=desk.language, embedder=reader)
    fits = fit(name, scored, language=desk.language, embedder=reader) >= THRESHOLD
    return hits[0].article if fits else None


def _words(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.casefold()) if len(word) > 2 or word.isdigit()}


def _share(wanted: set[str], title: set[str], certain: bool) -> float:
    """How much of a name is in a title; without the word "article" the title in the name, too."""
    common = len(wanted & title)
    share = common / max(1, len(wanted))
    return share if certain else min(share, common / max(1, len(title)))


def _asked_back(desk: Desk, asked: Overview, *, history: Sequence[Turn]) -> Answer:
    """The question which article is meant, with the likeliest to choose from."""
    among = desk.index.catalogue.articles(desk.filters)
    likely = {article.id: article for article in (*_cited(history, among), *among)}
    titles = [article.title for article in islice(likely.values(), MOST_CHOICES)]
    if asked.kind == "summary":
        text = desk.say("which_one")
        choices = [desk.say("summarise", title=title) for title in titles]
    else:
        text = desk.say("which_two")
        choices = [desk.say("compare", one=one, other=other) for one, other in pairwise(titles)]
    answer = desk.composition([]).answered(model=None, outcome="asked_back")
    return replace(answer, text=text, choices=tuple(choices))


# --- whole articles -------------------------------------------------------------------------------


def _told(
    desk: Desk, asked: Overview, articles: Sequence[Article], *, model: ChatModel | None
) -> Iterator[Event]:
    """A summary of one article, or two side by side: by the model, else in their own words."""
    scored = [_central(desk, article) for article in articles]
    if model is not None and any(scored):
        titles = [article.title for article in articles]
        wanted = (
            desk.say("summarise_in_three", title=titles[0])
            if asked.kind == "summary"
            else desk.say("compare_how", one=titles[0], other=titles[-1])
        )
        ranked = _taking_turns(scored)
        work = desk.composition([one.piece for one in ranked], asked=wanted)
        for event in write(work, ranked, model=model):
            if not isinstance(event, Answer):
                yield event
            elif event.answered:
                yield event
                return
    yield from _quoted(desk, asked, scored)


def _quoted(desk: Desk, asked: Overview, scored: Sequence[Sequence[Scored]]) -> Iterator[Event]:
    """The sentences at the heart of each article, verbatim."""
    most = SUMMARY_SENTENCES if asked.kind == "summary" else COMPARED_SENTENCES
    work = desk.composition([one.piece for some in scored for one in some])
    for some in scored:
        for at, piece in enumerate(best_of(some, most=most, embedder=work.embedder)):
            words, before = " ".join(piece.text.split()), " "
            if asked.kind == "compare" and at == 0:
                words, before = f"{source_line(piece.article)}: {words}", "\n"
            yield from sentence(work, words, [piece], before=before if work.text else "")
    yield work.answered(model=None, outcome="answered")


def _central(desk: Desk, article: Article) -> list[Scored]:
    """Every sentence of an article with how near it is to the middle of all."""
    passages = desk.index.catalogue.passages_of(article.id)
    hits = [Hit(rank, 0.0, article, passage) for rank, passage in enumerate(passages, 1)]
    pieces = split_hits(hits)
    if not pieces:
        return []
    reader = desk.index.reader(passages)
    return centre(pieces, embed_texts([piece.text for piece in pieces], embedder=reader))


def _taking_turns(scored: Sequence[Sequence[Scored]]) -> list[Scored]:
    """The sentences of all articles, best first, scored so that each article has equal room."""
    ranked = [sorted(some, key=lambda one: -one.score) for some in scored]
    merged = [one for pair in zip_longest(*ranked) for one in pair if one]
    return [replace(one, score=float(len(merged) - at)) for at, one in enumerate(merged)]
