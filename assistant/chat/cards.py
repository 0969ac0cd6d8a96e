"""Draws the panel beside the conversation: a card for each citation, its sentence marked."""

import re
from dataclasses import dataclass, replace

from assistant.chat.conversation import Conversation, Exchange
from assistant.chat.markup import Markup, join, tag, web_address
from assistant.chat.wording import about, speaker
from assistant.languages import is_rtl
from assistant.languages import name as language_name
from assistant.records import Answer, Article, Citation, Hit

CONTEXT_CHARS = 260
"""How much of the passage is shown on either side of the quote; the rest is one click away."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A quote and the words of its passage around it."""

    before: str
    quote: str
    after: str


def panel(conversation: Conversation, *, language: str) -> Markup:
    """The sources of every answer of the conversation; only the latest are shown at first."""
    say = speaker(language)
    sections = [
        _section(exchange, shown=exchange is conversation.last, language=language)
        for exchange in conversation.exchanges
        if exchange.answer is not None or exchange is conversation.last
    ]
    if not sections:
        sections = [tag("section", tag("p", say("sources_empty"), class_="note"))]
    return tag("div", *sections, class_="sources")


def excerpt(citation: Citation, *, hit: Hit | None, most: int = CONTEXT_CHARS) -> Excerpt:
    """Cut the quote out of its passage, with at most `most` characters of it on either side.

    Without the passage, or where the quote does not lie inside it, the quote stands alone.
    """
    if hit is None:
        return Excerpt("", citation.quote, "")
    start, end = citation.start - hit.start, citation.end - hit.start
    if start < 0 or hit.text[start:end] != citation.quote:
        return Excerpt("", citation.quote, "")
    before, after = _tight(hit.text[:start]), _tight(hit.text[end:])
    return Excerpt(_tail(before.lstrip(), most), citation.quote, _head(after.rstrip(), most))


def _tight(text: str) -> str:
    """The text with its empty lines closed up: a card is small."""
    return re.sub(r"\s*\n\s*", "\n", text)


def _tail(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    cut = text[-most:]
    return "… " + cut[cut.find(" ") + 1 :]


def _head(text: str, most: int) -> str:
    if len(text) <= most:
        return text
    cut = text[:most]
    return (cut[: cut.rfind(" ")] if " " in cut else cut) + " …"


def _section(exchange: Exchange, *, shown: bool, language: str) -> Markup:
    say = speaker(language)
    answer = exchange.answer
    body: Markup
    if answer is None:
        body = tag("p", say("sources_empty"), class_="note")
    elif not answer.citations:
        body = tag("p", say("sources_none"), class_="note")
    else:
        cards = [_card(exchange, answer, c, language=language) for c in answer.citations]
        body = join(*cards, _also_read(answer, language=language))
    return tag(
        "section",
        tag("h2", say("sources")),
        tag("p", exchange.question, class_="of", dir="auto") if exchange.number > 1 else "",
        body,
        data_turn=exchange.number,
        hidden=not shown,
        aria_label=say("sources_of", question=exchange.question),
    )


def _card(exchange: Exchange, answer: Answer, citation: Citation, *, language: str) -> Markup:
    say = speaker(language)
    article = citation.article
    hit = next((hit for hit in answer.passages if hit.passage.id == citation.passage_id), None)
    page = citation.page_label or (str(citation.page) if citation.page is not None else None)
    return tag(
        "article",
        tag(
            "h3",
            tag("a", str(citation.number), class_="number", href=f"#turn-{exchange.number}"),
            tag("span", article.title, dir="auto"),
        ),
        tag("p", _facts(article, page=page, language=language), class_="about"),
        quotation(excerpt(citation, hit=hit), article=article),
        _translation(answer, citation, language=language),
        _copies(hit, language=language),
        tag(
            "footer",
            read_button(article, say("read_article"), start=citation.start, end=citation.end),
            original_link(article, say("open_original")),
        ),
        class_="card",
        id=f"source-{exchange.number}-{citation.number}",
        tabindex="-1",
        aria_label=say("source_number", number=citation.number),
    )


def _translation(answer: Answer, citation: Citation, *, language: str) -> Markup | str:
    """The button that has a quote in another language than the answer's translated by the model."""
    article = citation.article
    if answer.engine == "quotes" or article.language in ("und", "", answer.language):
        return ""
    return tag(
        "button",
        speaker(language)("translate"),
        type="button",
        class_="inline",
        data_translate=article.id,
        data_start=citation.start,
        data_end=citation.end,
        data_to=answer.language,
    )


def quotation(piece: Excerpt, *, article: Article) -> Markup:
    """A quote marked inside the words around it, in the article's own language and direction."""
    return tag(
        "blockquote",
        piece.before,
        tag("mark", piece.quote),
        piece.after,
        lang=article.language,
        dir="rtl" if is_rtl(article.language) else "ltr",
    )


def read_button(article: Article, label: str, *, start: int = 0, end: int = 0) -> Markup:
    """The button that opens an article at a span of its text."""
    return tag(
        "button",
        label,
        type="button",
        class_="inline",
        data_read=article.id,
        data_start=start,
        data_end=end,
    )


def original_link(article: Article, label: str) -> Markup | str:
    """The link to where an article was published, if that is a web address."""
    address = web_address(article.url)
    if address is None:
        return ""
    return tag(
        "a", label, href=address, target="_blank", rel="noopener noreferrer", class_="inline"
    )


def _facts(article: Article, *, page: str | None, language: str) -> str:
    known = about(article, language=language, page=page)
    if article.language in ("und", "", language):
        return known
    return " · ".join(
        part for part in (known, language_name(article.language, language=language)) if part
    )


def _copies(hit: Hit | None, *, language: str) -> Markup | str:
    if hit is None or not hit.copies:
        return ""
    named = (about(replace(c, outlet=c.outlet or c.title), language=language) for c in hit.copies)
    names = ", ".join(dict.fromkeys(named))
    return tag("p", speaker(language)("also_in", names=names), class_="note")


def _also_read(answer: Answer, *, language: str) -> Markup | str:
    cited = {citation.passage_id for citation in answer.citations}
    others = [hit for hit in answer.passages if hit.passage.id not in cited]
    if not others:
        return ""
    items = [
        tag("li", read_button(hit.article, hit.article.title, start=hit.start, end=hit.end))
        for hit in others
    ]
    label = speaker(language)("also_read", count=len(others))
    return tag("details", tag("summary", label), tag("ul", *items), class_="also-read")
