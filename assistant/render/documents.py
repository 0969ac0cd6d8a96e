"""The JSON documents the command line promises: plain dicts, every key there, in a fixed order."""

from collections.abc import Iterable
from typing import Any

from assistant.records import (
    Answer,
    Article,
    ArticleText,
    Change,
    Check,
    Citation,
    Filters,
    Hit,
    Hits,
    Nearest,
    Report,
    Sentence,
)

Document = dict[str, Any]


def answer_document(answer: Answer) -> Document:
    """The JSON document of `ask`."""
    return {
        "question": answer.question,
        "text": answer.text,
        "language": answer.language,
        "engine": answer.engine,
        "model": answer.model,
        "outcome": answer.outcome,
        "answered": answer.answered,
        "missing": answer.missing,
        "choices": list(answer.choices),
        "nearest": [_nearest(nearest) for nearest in answer.nearest],
        "filters": filters_document(answer.filters),
        "sentences": [_sentence(sentence) for sentence in answer.sentences],
        "citations": [_citation(citation) for citation in answer.citations],
        "passages": [_passage(hit) for hit in answer.passages],
        "notices": list(answer.notices),
        "timings": {
            "retrieval_s": answer.timings.retrieval_s,
            "first_token_s": answer.timings.first_token_s,
            "total_s": answer.timings.total_s,
        },
        "tokens": {"prompt": answer.tokens.prompt, "answer": answer.tokens.answer},
        "as_of": answer.as_of,
        "differing": [
            {
                "words": one.words,
                "article": article_document(one.article),
                "quote": one.quote,
                "start": one.start,
                "end": one.end,
            }
            for one in answer.differing
        ],
    }


def hits_document(hits: Hits) -> Document:
    """The JSON document of `search`."""
    return {
        "query": hits.query,
        "filters": filters_document(hits.filters),
        "notices": list(hits.notices),
        "hits": [_hit(hit) for hit in hits],
    }


def report_document(report: Report) -> Document:
    """The JSON document of `add`, `sync`, `rebuild`, `remove` and `restore`."""
    return {
        "added": [_change(change) for change in report.added],
        "updated": [_change(change) for change in report.updated],
        "removed": [_change(change) for change in report.removed],
        "unchanged": report.unchanged,
        "failed": [
            {"path": failure.path, "error": failure.error, "hint": failure.hint}
            for failure in report.failed
        ],
    }


def articles_document(articles: Iterable[Article]) -> Document:
    """The JSON document of `articles`."""
    return {"articles": [_listed(article) for article in articles]}


def show_document(shown: ArticleText) -> Document:
    """The JSON document of `show`."""
    return {"article": {**_listed(shown.article), "url": shown.article.url}, "text": shown.text}


def checks_document(checks: Iterable[Check], *, repairs: Iterable[Check] | None = None) -> Document:
    """The JSON document of `doctor`; with `repairs` what `--repair` did."""
    document: Document = {"checks": [_check(check) for check in checks]}
    return document if repairs is None else document | {"repairs": [_check(r) for r in repairs]}


def _check(check: Check) -> Document:
    return {"name": check.name, "ok": check.ok, "message": check.message, "hint": check.hint}


def error_document(message: str, *, hint: str, code: int) -> Document:
    """The JSON document of an error; `code` is the exit code."""
    return {"error": {"message": message, "hint": hint, "code": code}}


def filters_document(filters: Filters) -> Document:
    """The filters in force; `inferred` names those that were read out of the question."""
    return {
        "since": filters.since,
        "until": filters.until,
        "languages": list(filters.languages),
        "outlets": list(filters.outlets),
        "articles": list(filters.articles),
        "tags": list(filters.tags),
        "inferred": list(filters.inferred),
    }


def article_document(article: Article) -> Document:
    """An article as citations, hits and near articles name it."""
    return {
        "id": article.id,
        "title": article.title,
        "outlet": article.outlet,
        "author": article.author,
        "published": article.published,
        "language": article.language,
        "url": article.url,
        "path": article.path,
    }


def _listed(article: Article) -> Document:
    return {
        "id": article.id,
        "title": article.title,
        "outlet": article.outlet,
        "author": article.author,
        "published": article.published,
        "language": article.language,
        "path": article.path,
        "pages": article.pages,
        "words": article.words,
        "added": article.added,
        "tags": list(article.tags),
        "copies": article.copies,
    }


def _change(change: Change) -> Document:
    return {"id": change.id, "path": change.path, "title": change.title}


def _nearest(nearest: Nearest) -> Document:
    return {"article": article_document(nearest.article), "about": nearest.about}


def _sentence(sentence: Sentence) -> Document:
    return {
        "text": sentence.text,
        "citations": list(sentence.citations),
        "support": sentence.support,
        "reason": sentence.reason,
    }


def _citation(citation: Citation) -> Document:
    return {
        "number": citation.number,
        "article": article_document(citation.article),
        "passage_id": citation.passage_id,
        "quote": citation.quote,
        "start": citation.start,
        "end": citation.end,
        "page": citation.page,
        "page_label": citation.page_label,
    }


def _passage(hit: Hit) -> Document:
    passage = hit.passage
    return {
        "id": passage.id,
        "article_id": passage.article_id,
        "text": passage.text,
        "score": hit.score,
        "start": passage.start,
        "end": passage.end,
        "page": passage.page,
        "language": passage.language,
    }


def _hit(hit: Hit) -> Document:
    return {
        "rank": hit.rank,
        "score": hit.score,
        "article": article_document(hit.article),
        "passage_id": hit.passage.id,
        "text": hit.text,
        "start": hit.start,
        "end": hit.end,
        "page": hit.passage.page,
        "page_label": hit.passage.page_label,
        "copies": [article_document(copy) for copy in hit.copies],
    }
