"""What a web page states about itself: JSON-LD, OpenGraph, meta tags, its language and address."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from assistant.readers.facts import dates_in, iso_date, known_title, language_code, one_line
from assistant.readers.stated import Stated, people, stated, web_address

_ARTICLE_TYPES = re.compile(r"(?i)article|posting|report|webpage|creativework|book|chapter")
_TITLE = ("og:title", "twitter:title", "dc.title", "dcterms.title", "citation_title", "headline")
_AUTHOR = ("author", "article:author", "dc.creator", "dcterms.creator", "citation_author",
           "parsely-author", "byl", "sailthru.author")  # fmt: skip
_OUTLET = ("og:site_name", "application-name", "dc.publisher", "dcterms.publisher",
           "citation_journal_title", "publisher")  # fmt: skip
_DATE = ("article:published_time", "datepublished", "date", "dc.date", "dcterms.created",
         "dc.date.issued", "dcterms.issued", "citation_publication_date", "citation_date",
         "parsely-pub-date", "pubdate", "publishdate", "publish-date", "sailthru.date",
         "og:published_time", "cxenseparse:recs:publishtime")  # fmt: skip
_LANGUAGE = ("content-language", "og:locale", "dc.language", "language")
_DATE_IN_ADDRESS = re.compile(r"/(\d{4})[/-](\d{2})[/-](\d{2})(?:/|-|$)")
_TITLE_TAIL = re.compile(r"\s+(?:[|–—·»]|-)\s+[^|–—·»]{2,60}$")


def page_facts(tree: Any) -> Stated:
    """Gather a page's own statements; JSON-LD first, then OpenGraph and meta tags, then markup.

    The date is the one of first publication, and only where the page states it; the outlet is
    empty unless the page names itself.
    """
    data = _json_ld(tree)
    meta = _meta(tree)

    def first(names: tuple[str, ...]) -> str:
        return next((meta[name] for name in names if meta.get(name)), "")

    outlet = data.outlet or _not_an_address(first(_OUTLET))
    title = data.title or known_title(first(_TITLE))
    return Stated(
        title=_without_outlet(title, outlet) or _title_in_markup(tree, outlet),
        author=data.author or people(first(_AUTHOR)) or _author_in_markup(tree),
        outlet=outlet,
        published=data.published or iso_date(first(_DATE)) or _date_in_markup(tree),
        language=data.language or _language(tree) or language_code(first(_LANGUAGE)),
        url=_canonical(tree, meta) or data.url,
        tags=data.tags,
    )


def _json_ld(tree: Any) -> Stated:
    """The page's article in JSON-LD, with or without "@context"."""
    records = [record for script in _scripts(tree) for record in _records(script)]
    articles = [record for record in records if _is_article(record)]
    best = max(articles, key=_worth, default=None)
    if best is None:
        return Stated()
    fields = {key: best.get(key) for key in ("headline", "author", "datePublished", "inLanguage")}
    fields["title"] = best.get("headline") or best.get("name")
    fields["publisher"] = _resolved(best.get("publisher"), records)
    fields["author"] = _resolved(best.get("author") or best.get("creator"), records)
    fields["url"] = best.get("url") or _resolved(best.get("mainEntityOfPage"), records)
    fields["tags"] = best.get("keywords")
    return stated({key: value for key, value in fields.items() if value})


def _scripts(tree: Any) -> Iterator[Any]:
    for script in tree.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text:
            text = re.sub(
                r"^\s*(?://)?\s*<!(?:\[CDATA\[|--)|(?://)?\s*(?:\]\]|--)>\s*$", "", script.text
            )
            try:
                yield json.loads(text, strict=False)
            except (ValueError, RecursionError):
                continue


def _records(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    """Every object in a piece of JSON-LD, graphs and lists opened."""
    if depth > 6:
        return
    if isinstance(value, list):
        for inner in value:
            yield from _records(inner, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage", "hasPart"):
            yield from _records(value.get(key), depth + 1)


def _is_article(record: dict[str, Any]) -> bool:
    kinds = record.get("@type")
    names = kinds if isinstance(kinds, list) else [kinds]
    if any(isinstance(kind, str) for kind in names):
        return any(isinstance(kind, str) and _ARTICLE_TYPES.search(kind) for kind in names)
    return "headline" in record


def _worth(record: dict[str, Any]) -> int:
    wanted = ("headline", "author", "datePublished", "publisher", "articleBody")
    return sum(bool(record.get(key)) for key in wanted)


def _resolved(value: Any, records: list[dict[str, Any]]) -> Any:
    """Follow a reference by "@id" to the object it names."""
    if isinstance(value, list):
        return [_resolved(inner, records) for inner in value[:20]]
    if isinstance(value, dict) and "name" not in value and "@id" in value:
        found = (record for record in records if record.get("@id") == value["@id"])
        return next((record for record in found if record.get("name")), value["@id"])
    return value


def _meta(tree: Any) -> dict[str, str]:
    """Meta tags by name in lower case; the first of a name counts, authors are collected."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        name = (name or element.get("http-equiv") or "").strip().lower()
        content = one_line(element.get("content"))
        if not name or not content:
            continue
        if name in ("citation_author", "article:author", "author") and name in found:
            if content not in found[name] and not web_address(content):
                found[name] += f", {content}"
        else:
            found.setdefault(name, content)
    return found


def _title_in_markup(tree: Any, outlet: str) -> str:
    headings = [" ".join(head.text_content().split()) for head in tree.iter("h1")]
    title = next((" ".join((el.text or "").split()) for el in tree.iter("title")), "")
    for heading in headings:
        if heading and (len(headings) == 1 or heading.casefold() in title.casefold()):
            return known_title(heading)
    return known_title(_TITLE_TAIL.sub("", _without_outlet(title, outlet)))


def _without_outlet(title: str, outlet: str) -> str:
    """Cut a site's own name off the end of a title ("Headline | The Times")."""
    if not outlet:
        return title
    tail = re.compile(rf"\s*(?:[|–—·»:]|\s-)\s*{re.escape(outlet)}\s*$", re.IGNORECASE)
    return tail.sub("", title).strip()


def _author_in_markup(tree: Any) -> str:
    """The author a page marks up as such: rel=author or itemprop=author."""
    found = tree.xpath('.//*[@rel="author" or @itemprop="author"]')
    names = [" ".join(element.text_content().split()) for element in found[:3]]
    return people([name for name in names if 3 < len(name) < 60])


def _date_in_markup(tree: Any) -> str | None:
    """The date the page marks up as that of publication, else what htmldate reads in its head."""
    marked = tree.xpath('.//time[@pubdate or @itemprop="datePublished"]/@datetime')
    times = tree.xpath(".//article//time/@datetime") or tree.xpath(".//time/@datetime")
    dates = {date for date in map(iso_date, marked or times) if date}
    if len(dates) == 1:
        return dates.pop()
    from htmldate import find_date

    found = iso_date(find_date(deepcopy(tree), extensive_search=False, original_date=True))
    return found if found in _stated_dates(tree) else None


def _stated_dates(tree: Any) -> set[str]:
    """The days a reader of the page can see, in its words or its address: htmldate also guesses."""
    addresses = " ".join(tree.xpath('.//link[@rel="canonical"]/@href'))
    in_address = (iso_date("-".join(match)) for match in _DATE_IN_ADDRESS.findall(addresses))
    words = " ".join(tree.xpath(".//body//text()[not(parent::script or parent::style)]")[:3_000])
    return {date for date in (*in_address, *dates_in(words[:60_000])) if date}


def _language(tree: Any) -> str:
    root = tree if tree.tag == "html" else next(iter(tree.iter("html")), tree)
    lang = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang")
    return language_code(lang)


def _canonical(tree: Any, meta: dict[str, str]) -> str | None:
    links = (one_line(link.get("href")) for link in tree.xpath('.//link[@rel="canonical"]'))
    return next(filter(None, map(web_address, links)), None) or web_address(meta.get("og:url", ""))


def _not_an_address(name: str) -> str:
    return "" if web_address(name) or re.fullmatch(r"@\w+", name) else name
