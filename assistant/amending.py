"""What a person corrects of an article: title, outlet, date and tags, kept apart from the index."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from assistant.corpus import Corpus
from assistant.errors import UnreadableFile
from assistant.records import Article


def correct(corpus: Corpus, article_id: str, *, fields: dict[str, str]) -> Article:
    """Correct title, outlet or date by hand; it holds whenever the file is read again."""
    article = corpus.article(article_id)
    known: dict[str, Any] = dict(fields)
    corrected = replace(article, **known)
    with corpus.data.writing(f"correcting {article.path}"):
        corpus.personal.correct(article_id, fields=fields)
        corpus.index.catalogue.amend(corrected)
    return corrected


def uncorrect(corpus: Corpus, article_id: str) -> Article:
    """Take corrections back: title, outlet and date are again those that the file states.

    Raises UnreadableFile where the file cannot be read; the corrections then stay.
    """
    article = corpus.article(article_id)
    ((_, document),) = corpus.reader.read_all([corpus.file(article_id)])
    if isinstance(document, UnreadableFile):
        raise document
    stated = replace(
        article,
        title=document.title,
        outlet=document.outlet,
        published=document.published,
    )
    with corpus.data.writing(f"taking back corrections of {article.path}"):
        corpus.personal.uncorrect(article_id)
        corpus.index.catalogue.amend(stated)
    return stated


def tag(
    corpus: Corpus, article_ids: Sequence[str], *, add: Sequence[str], remove: Sequence[str]
) -> list[Article]:
    """Give articles tags and take tags from them; those that a file states itself stay."""
    articles = [corpus.article(article_id) for article_id in article_ids]
    tagged = []
    for article in articles:
        with corpus.data.writing(f"tagging {article.path}"):
            corpus.personal.tag(article.id, add=tuple(add), remove=tuple(remove))
            tags = sorted({*article.tags, *add} - {*remove})
            changed = replace(article, tags=tuple(tags))
            corpus.index.catalogue.amend(changed)
        tagged.append(changed)
    return tagged
