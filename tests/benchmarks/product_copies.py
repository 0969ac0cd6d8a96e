"""Near-copies through the product: articles and copies are synced, then searched for.

Within a language vectors play no part, so that an embedder without meaning does; translations are
found with the default embedder's.
"""

import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cached import UNTITLED, CachedEmbedder
from hashed import HashedEmbedder
from made_copies import FOOTERS, Original, cut, made_copies, units

from assistant import Assistant
from assistant.records import Embedder

TRANSLATED = ("translated", "translated and cut to 40–90 %", "translated, cut, lead and footer")
LANGUAGES = ("ar", "de", "en", "fr", "ru", "zh")
"""Languages of the translations; every even article is whole in three and a copy in three."""
FITTED = 40
HITS = 10
HITS_WITHOUT_MEANING = 400
"""So many that an article is among the hits where the embedder's vectors are random."""
QUERY = 300


@dataclass(frozen=True)
class Case:
    """A copy of an article, as files of a corpus, and a search that finds both.

    `also` are files that are near-copies by nature.
    """

    kind: str
    article: str
    copy: str
    query: str
    languages: tuple[str, ...]
    also: frozenset[str] = frozenset()


@dataclass
class Written:
    """A corpus in the making and the copies in it."""

    files: dict[str, tuple[str, str]] = field(default_factory=dict)
    cases: list[Case] = field(default_factory=list)

    def add(self, name: str, text: str, *, language: str) -> str:
        path = f"{name}/{UNTITLED}.md"
        self.files[path] = (text, language)
        return path


def within(
    articles: Sequence[Original],
    *,
    leads: Sequence[str],
    parity: int,
    reused: Sequence[tuple[int, int]],
    into: Written,
) -> None:
    """Add the articles of one language, and of every second one a copy of one of five kinds."""
    code = articles[0].language
    chance = random.Random(f"product {code}")
    words = [unit for article in articles for unit in list(units(article.text))[:300]]
    prefix = f"{code}-{len(articles)}"

    def name(number: int) -> str:
        return f"{prefix}/{number:03}"

    for article in articles:
        path = into.add(name(article.number), article.text, language=code)
        if article.number % 2 != parity:
            continue
        lead = chance.choice(leads)[: len(article.text) // 4]
        made = made_copies(article.paragraphs, chance=chance, words=words, lead=lead)
        kind = list(made)[article.number // 2 % len(made)]
        copy = into.add(
            f"{prefix}/{article.number:03}-copy", "\n\n".join(made[kind]), language=code
        )
        pairs = [pair for pair in reused if article.number in pair]
        also = {f"{name(n)}{end}/{UNTITLED}.md" for p in pairs for n in p for end in ("", "-copy")}
        into.cases.append(Case(kind, path, copy, article.text[:QUERY], (code,), frozenset(also)))


def across(ntrex: Mapping[str, Sequence[Original]], *, kind: str, parity: int) -> Written:
    """Articles 41 to 61 in six languages; of every second one, half of them are made copies."""
    written, chance = Written(), random.Random(f"product {kind}")
    leads = {code: [a.paragraphs[0] for a in ntrex[code][:FITTED]] for code in LANGUAGES}
    for at in range(FITTED, len(ntrex["en"])):
        turn = at // 2 % len(LANGUAGES)
        order = LANGUAGES[turn:] + LANGUAGES[:turn]
        copied = order[1::2] if (at + 1) % 2 == parity else ()
        paths: dict[str, str] = {}
        for code in LANGUAGES:
            article = ntrex[code][at]
            made = _translated(article, kind, chance, leads[code]) if code in copied else None
            text = " ".join(article.paragraphs) if made is None else made
            paths[code] = written.add(f"{code}/{article.number:03}", text, language=code)
        for code in copied:
            for other in set(LANGUAGES) - set(copied):
                query = ntrex[other][at].title
                written.cases.append(Case(kind, paths[other], paths[code], query, (code, other)))
    return written


def _translated(article: Original, kind: str, chance: random.Random, leads: Sequence[str]) -> str:
    share = chance.uniform(0.4, 0.9)
    lead, footer = chance.choice(leads), chance.choice(FOOTERS)
    if kind == TRANSLATED[0]:
        return " ".join(article.paragraphs)
    short = cut(article.paragraphs, share)
    if kind == TRANSLATED[1]:
        return " ".join(short)
    return "\n\n".join([lead[: sum(map(len, short)) // 4], *short, footer])


@dataclass
class Found:
    """How many copies there were, were found, and how many finds were wrong."""

    copies: int = 0
    found: int = 0
    wrong: int = 0

    def line(self, name: str) -> str:
        recall, precision = self.found / self.copies, self.found / max(1, self.found + self.wrong)
        return f"| {name} | {self.copies} | {recall:.3f} | {precision:.3f} | {self.wrong} |"


def measure(
    written: Written, *, folder: Path, embedder: Embedder, hits: int = HITS
) -> dict[str, Found]:
    """Sync the corpus, search for every copy's story, and look at its hit's copies."""
    for path, (text, language) in written.files.items():
        file = folder / "articles" / path
        file.parent.mkdir(parents=True)
        front = ["---", f"language: {json.dumps(language)}", "---", ""]
        file.write_text("\n".join([*front, text, ""]), encoding="utf-8")
    counts: dict[str, Found] = defaultdict(Found)
    with Assistant(
        folder / "articles", data=folder / "data", embedder=embedder, engine="quotes"
    ) as assistant:
        if failed := assistant.sync().failed:
            raise SystemExit(f"{failed[0].path}: {failed[0].error}")
        for case in written.cases:
            story = _story(assistant, case, hits=hits)
            count = counts[case.kind]
            count.copies += 1
            count.found += {case.article, case.copy} <= story
            count.wrong += len(story - {case.article, case.copy} - case.also)
    return counts


def _story(assistant: Assistant, case: Case, *, hits: int) -> set[str]:
    """The files of the story that a search shows for an article or its copy."""
    found = assistant.search(case.query, k=hits, language=case.languages, inferred_filters=False)
    for hit in found:
        story = {hit.article.path, *(copy.path for copy in hit.copies)}
        if story & {case.article, case.copy}:
            return story
    return set()


def rows(
    ntrex: Mapping[str, Sequence[Original]],
    realtimeqa: Sequence[Original],
    *,
    reused: Sequence[tuple[int, int]],
    parity: int,
    folder: Path,
    cache: Path,
) -> Iterator[str]:
    """The table's lines: within a language, then from one language to another."""
    written = Written()
    leads = [part for a in ntrex["en"][:FITTED] for part in a.paragraphs if 50 < len(part) < 500]
    within(realtimeqa, leads=leads, parity=parity, reused=reused, into=written)
    for articles in ntrex.values():
        own = [part for a in articles[:FITTED] for part in a.paragraphs if len(part) < 500]
        within(articles[FITTED:], leads=own, parity=parity, reused=(), into=written)
    counts = measure(
        written, folder=folder / "within", embedder=HashedEmbedder(16), hits=HITS_WITHOUT_MEANING
    )
    yield from (count.line(kind) for kind, count in sorted(counts.items()))
    embedder = CachedEmbedder(cache)
    for number, kind in enumerate(TRANSLATED):
        told = across(ntrex, kind=kind, parity=parity)
        counts = measure(told, folder=folder / f"across-{number}", embedder=embedder)
        yield from (count.line(name) for name, count in counts.items())
