"""Questions to go on with after an answer: made by rule, offered only if retrieval answers them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from assistant.records import Answer, ArticleText, Hits
from assistant.texts import say

MOST_CHECKED = 8
"""Candidates that are searched for, at most: each search takes some hundredths of a second."""
LONGEST_HEADING = 90


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question and the ID of the article that is to answer it."""

    question: str
    article_id: str


def suggestions(
    answer: Answer,
    *,
    show: Callable[[str], ArticleText],
    search: Callable[[str], Hits],
    most: int = 3,
) -> list[str]:
    """At most `most` questions: what else the cited articles hold, then what else was found.

    A question is offered if the article it is about is among the best hits for it.
    """
    cited = list(dict.fromkeys(citation.article.id for citation in answer.citations))
    if not cited:
        return []
    shown = [show(article_id) for article_id in cited[:3]]
    good: list[str] = []
    for candidate in list(candidates(answer, cited=shown))[:MOST_CHECKED]:
        if any(hit.article.id == candidate.article_id for hit in search(candidate.question)):
            good.append(candidate.question)
        if len(good) == most:
            break
    return good


def candidates(answer: Answer, *, cited: Sequence[ArticleText]) -> Iterator[Candidate]:
    """Parts of the cited articles that were not quoted, then articles found beside them."""
    language = answer.language
    asked = answer.question.casefold()
    for article in cited:
        about = article.article
        for start, heading in _unquoted(article, answer):
            words = say("search.part", language=language, heading=heading, title=about.title)
            if heading.casefold() not in asked and start:
                yield Candidate(words, about.id)
    known = {article.article.id for article in cited}
    for hit in answer.passages:
        if hit.article.id not in known and hit.article.title.casefold() not in asked:
            known.add(hit.article.id)
            words = say("search.example", language=language, title=hit.article.title)
            yield Candidate(words, hit.article.id)


def _unquoted(article: ArticleText, answer: Answer) -> Iterator[tuple[int, str]]:
    """Where the article's parts begin and what they are called, but for those quoted already."""
    quoted = [c.start for c in answer.citations if c.article.id == article.article.id]
    ends = [*(heading.start for heading in article.headings[1:]), len(article.text)]
    for heading, end in zip(article.headings, ends, strict=False):  # none has no part, but an end
        words = " ".join(heading.text.split())
        of_the_whole = words.casefold() == article.article.title.casefold()
        was_quoted = any(heading.start <= start < end for start in quoted)
        if words and len(words) <= LONGEST_HEADING and not of_the_whole and not was_quoted:
            yield heading.start, words
