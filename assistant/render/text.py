"""What a person reads on a terminal.

Around an answer hardly a word is added, only signs, so that it reads well in every language.
"""

import unicodedata
from collections.abc import Iterable, Sequence

from assistant.errors import AssistantError
from assistant.records import (
    Answer,
    Article,
    ArticleText,
    Change,
    Check,
    Citation,
    Hits,
    Nearest,
    Passage,
    Report,
    Sentence,
    source_line,
)
from assistant.texts import say

QUOTE_CHARS = 300
"""The longest quote a terminal shows; the JSON always has all of it."""

CHANGES_SHOWN = 20
"""How many changes of one kind a terminal lists; the JSON always has all of them."""

WARNING = "⚠"


def answer_text(answer: Answer) -> str:
    """The answer with its marks and doubts, its sources with their quotes, and the notices."""
    return paragraphs(doubted(answer), answer_details(answer))


def answer_details(answer: Answer) -> str:
    """Everything of `answer_text` that follows the answer's own sentences."""
    as_of = say("answer.as_of", language=answer.language, date=answer.as_of)
    return printable(
        paragraphs(
            answer.missing,
            "\n".join(f"- {choice}" for choice in answer.choices),
            "\n".join(_source(citation, answer) for citation in answer.citations),
            as_of if answer.answered and answer.as_of else "",
            "\n".join(_near(nearest) for nearest in answer.nearest),
            _notices(answer.notices),
        )
    )


def sentence_text(sentence: Sentence) -> str:
    """One sentence of an answer; what the articles do not support carries a warning and why."""
    return printable(sentence.text + _doubt(sentence))


def hits_text(hits: Hits) -> str:
    """The passages in rank order, each under the line that names its article."""
    found = [
        f"{hit.rank}. {_named(hit.article, page=page_of(hit.passage))}\n{_indented(hit.text)}"
        + (f"\n   also in: {_outlets(hit.copies)}" if hit.copies else "")
        for hit in hits
    ]
    return printable(paragraphs(*found, _notices(hits.notices)))


def report_text(report: Report) -> str:
    """What was done to the corpus: a line for each change, the failures, and the sums."""
    changes = (("+", report.added), ("~", report.updated), ("-", report.removed))
    lines = [line for sign, group in changes for line in _changes(sign, group)]
    for failure in report.failed:
        lines.append(f"{WARNING} {failure.path}: {failure.error}")
        lines += [f"    {failure.hint}"] if failure.hint else []
    counts = {
        "added": len(report.added),
        "updated": len(report.updated),
        "removed": len(report.removed),
        "unchanged": report.unchanged,
        "failed": len(report.failed),
    }
    sums = ", ".join(f"{count:,} {name}" for name, count in counts.items() if count)
    return printable("\n".join([*lines, f"{sums or 'Nothing to do'}."]))


def articles_text(articles: Iterable[Article]) -> str:
    """One line an article: ID, date, language, words, and the line that names it."""
    rows = [
        f"{article.id}  {article.published or '-':10}  {article.language:3}  {article.words:6}  "
        + " · ".join(part for part in (article.title, article.outlet) if part)
        for article in articles
    ]
    return printable("\n".join(rows))


def show_text(shown: ArticleText) -> str:
    """An article: what is known about it, then its text exactly as offsets count it."""
    article = shown.article
    facts = {
        "id": article.id,
        "author": article.author,
        "language": article.language,
        "path": article.path,
        "url": article.url,
        "tags": ", ".join(article.tags),
    }
    lines = [f"{name}: {value}" for name, value in facts.items() if value]
    return paragraphs(printable("\n".join([source_line(article), *lines])), printable(shown.text))


def checks_text(checks: Iterable[Check]) -> str:
    """One line a check; a problem is followed by what mends it."""
    lines = []
    for check in checks:
        lines.append(f"{'ok' if check.ok else WARNING:3} {check.name}: {check.message}")
        lines += [f"      {check.hint}"] if check.hint else []
    return printable("\n".join(lines))


def error_text(error: AssistantError) -> str:
    """What failed, and on the next line what to do about it."""
    return printable("\n".join([error.message, *([error.hint] if error.hint else [])]))


def printable(text: str) -> str:
    """Drop control characters: a file name or an article must not be able to steer a terminal."""
    return "".join(
        char for char in text if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs")
    )


def doubted(answer: Answer) -> str:
    """The answer's text with each doubtful sentence marked where it stands."""
    text, position = answer.text, 0
    for sentence in answer.sentences:
        found = text.find(sentence.text, position)
        if found < 0:
            continue
        position = found + len(sentence.text)
        doubt = _doubt(sentence)
        text = text[:position] + doubt + text[position:]
        position += len(doubt)
    return printable(text)


def _changes(sign: str, changes: Sequence[Change]) -> list[str]:
    lines = [
        f"{sign} {one_line(change.path)}  {one_line(change.title)}  ({change.id})"
        for change in changes[:CHANGES_SHOWN]
    ]
    more = len(changes) - len(lines)
    return [*lines, f"{sign} … and {more:,} more"] if more else lines


def _doubt(sentence: Sentence) -> str:
    if sentence.support == "supported":
        return ""
    return f" ({WARNING} {sentence.reason or sentence.support})"


def _source(citation: Citation, answer: Answer) -> str:
    named = _named(citation.article, page=page_of(citation))
    copies = next((h.copies for h in answer.passages if h.passage.id == citation.passage_id), ())
    also = f"\n    = {_outlets(copies)}" if copies else ""
    return f"[{citation.number}] {named}\n    “{_shortened(one_line(citation.quote))}”{also}"


def _outlets(copies: Iterable[Article]) -> str:
    """Where else a story stands: outlets with their dates."""
    named = (" · ".join(filter(None, (c.outlet or c.title, c.published))) for c in copies)
    return one_line(", ".join(dict.fromkeys(named)))


def _near(nearest: Nearest) -> str:
    about = f"\n    {_shortened(one_line(nearest.about))}" if nearest.about else ""
    return f"~ {_named(nearest.article)}{about}"


def _notices(notices: Iterable[str]) -> str:
    return "\n".join(f"{WARNING} {notice}" for notice in notices)


def _named(article: Article, *, page: str | None = None) -> str:
    return f"{one_line(source_line(article, page=page))}  ({article.id})"


def page_of(where: Citation | Passage) -> str | None:
    """What is printed on the page, else its number, else nothing."""
    return where.page_label or (str(where.page) if where.page is not None else None)


def paragraphs(*blocks: str) -> str:
    """Join what is not empty with a blank line between."""
    return "\n\n".join(block for block in blocks if block)


def one_line(text: str) -> str:
    """Make every run of white space one space."""
    return " ".join(text.split())


def _shortened(text: str) -> str:
    return text if len(text) <= QUOTE_CHARS else text[: QUOTE_CHARS - 1].rstrip() + "…"


def _indented(text: str) -> str:
    return "\n".join(f"   {line}".rstrip() for line in text.splitlines())
