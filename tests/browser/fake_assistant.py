"""A small real stand-in for the assistant: a few articles in memory, scripted answers, no model.

It has the methods of `assistant.Assistant` that the page calls. `pause` is the time between two
pieces of an answer, so that a test can stop one; `closed` counts answers that were stopped.
"""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from assistant.errors import ServiceError, UnknownArticle
from assistant.records import (
    Answer,
    Article,
    ArticleText,
    Change,
    Citation,
    Event,
    Failure,
    Filters,
    Heading,
    Hit,
    Hits,
    Nearest,
    Page,
    Passage,
    Progress,
    Report,
    Sentence,
    Stage,
    Status,
    Timings,
    Token,
    Turn,
)

HARBOUR = """The new harbour bridge

The bridge over the river Aller was opened on Friday. It is 412 metres long and carries two lanes, \
a tramway and a broad path for bicycles.

Costs

The city council put the cost at 84 million euros, nine million more than planned. The mayor, Ines \
Okafor, said that the steel had become dearer twice during the work. An auditor is to look at the \
contracts until March.

What comes next

The old ferry will go on until the end of October. After that the two boats are to be sold."""

BRUECKE = """Hafenbrücke teurer als geplant

Die neue Hafenbrücke hat nach Angaben des Rechnungshofs 91 Millionen Euro gekostet. Das sind sieben \
Millionen mehr, als die Stadt bisher sagte.

Der Stadtrat berät am Dienstag über die Folgen. Die Fähre fährt vorerst weiter."""

ARABIC = """جسر الميناء الجديد

افتتح الجسر الجديد فوق النهر يوم الجمعة. يبلغ طول الجسر 412 مترا."""

HOSTILE = """A quiet text <script>window.hacked = 1</script>

It says <img src=x onerror="window.hacked = 2"> and links to {{value}} and ${value} and `ticks`. \
The picture ![x](http://evil.example/pixel.png) must not load."""


def _article(id: str, title: str, text: str, **known: Any) -> ArticleText:
    words = len(text.split())
    pages = known.pop("pages", ())
    headings = known.pop("headings", ())
    article = Article(id, f"{id}.md", title, words=words, pages=len(pages), **known)
    return ArticleText(article, text, pages, headings)


def sample() -> list[ArticleText]:
    """Five articles: English with headings and pages, German, Arabic, and two hostile ones."""
    cut = HARBOUR.index("What comes next")
    return [
        _article(
            "harbour",
            "The new harbour bridge",
            HARBOUR,
            outlet="Harbour Post",
            author="Mara Lindqvist",
            published="2024-10-05",
            language="en",
            url="https://harbour-post.example/bridge",
            pages=(Page(1, "1", 0, cut), Page(2, "2", cut, len(HARBOUR))),
            headings=(
                Heading(1, "The new harbour bridge", 0),
                Heading(2, "Costs", HARBOUR.index("Costs")),
                Heading(2, "What comes next", cut),
            ),
        ),
        _article(
            "bruecke",
            "Hafenbrücke teurer als geplant",
            BRUECKE,
            outlet="Aller-Zeitung",
            published="2024-11-12",
            language="de",
        ),
        _article("jisr", "جسر الميناء الجديد", ARABIC, published="2024-10-06", language="ar"),
        _article(
            "hostile",
            '<img src=x onerror="window.hacked = 3">Title "quoted" <b>bold</b>',
            HOSTILE,
            outlet="<script>window.hacked = 4</script>",
            language="en",
            url="javascript:window.hacked=5",
        ),
        _article("ferry", "The ferry's last autumn", "The ferry runs until October.", language="en"),
    ]


@dataclass(frozen=True)
class Said:
    """A scripted sentence: its words, and the quotes it rests on as (article ID, quote)."""

    text: str
    quotes: tuple[tuple[str, str], ...] = ()
    support: Any = "supported"
    reason: str = ""


COST = (
    Said(
        "The city council put the cost of the bridge at 84 million euros.",
        (("harbour", "The city council put the cost at 84 million euros, nine million more than planned."),),
    ),
    Said(
        "The audit office later spoke of 91 million euros.",
        (("bruecke", "Die neue Hafenbrücke hat nach Angaben des Rechnungshofs 91 Millionen Euro gekostet."),),
    ),
    Said(
        "Most people in the city think it was worth the money.",
        support="unsupported",
        reason="No article says this.",
    ),
)
ARAB = (Said("يبلغ طول الجسر 412 مترا.", (("jisr", "يبلغ طول الجسر 412 مترا."),)),)
EVIL = (
    Said(
        "It says <script>window.hacked = 6</script> ![x](http://evil.example/a.png) "
        "[go](http://evil.example/) <img src=http://evil.example/b.png>.",
        (("hostile", "must not load."),),
    ),
)
LONG = tuple(Said(f"This is sentence number {number} of a long answer.") for number in range(1, 200))


@dataclass
class FakeAssistant:
    """Articles in memory and answers by rule: the page's counterpart in tests."""

    shelf: dict[str, ArticleText] = field(
        default_factory=lambda: {shown.article.id: shown for shown in sample()}
    )
    trash: dict[str, ArticleText] = field(default_factory=dict)
    pause: float = 0.0
    engine: str = "ollama"
    indexing: Progress | None = None
    asked: list[tuple[str, tuple[Turn, ...], dict[str, Any]]] = field(default_factory=list)
    closed: int = 0

    # --- asking ---------------------------------------------------------------------------------

    def ask(self, question: str, **options: Any) -> Answer:
        """The last event of `stream`."""
        *_, answer = self.stream(question, **options)
        assert isinstance(answer, Answer)
        return answer

    def stream(
        self, question: str, *, history: Sequence[Turn] = (), inferred_filters: bool = True, **filters: Any
    ) -> Iterator[Event]:
        """Stages, tokens, sentences and the answer, with `pause` between the tokens."""
        self.asked.append((question, tuple(history), {**filters, "inferred_filters": inferred_filters}))
        if "broken" in question:
            raise ServiceError("Ollama does not answer.", hint="Start it with: ollama serve")
        if "bug" in question:
            raise ZeroDivisionError("a secret detail")
        try:
            yield from self._events(question, inferred_filters=inferred_filters)
        except GeneratorExit:
            self.closed += 1
            raise

    def _events(self, question: str, *, inferred_filters: bool) -> Iterator[Event]:
        yield Stage("searching", count=124)
        time.sleep(self.pause)
        said = self._script(question)
        yield Stage("reading", count=5)
        time.sleep(self.pause)
        if said is None:
            yield self._refusal(question)
            return
        yield Stage("writing")
        sentences, citations = self._cited(said)
        for sentence in sentences:
            for piece in re.findall(r"\S+\s*", sentence.text + " "):
                yield Token(piece)
                time.sleep(self.pause)
            yield sentence
        dated = "since" in question and inferred_filters
        yield Answer(
            question=question,
            text=" ".join(sentence.text for sentence in sentences),
            language="ar" if said is ARAB else "en",
            engine=self.engine,
            model="fake-chat:1b" if self.engine == "ollama" else "",
            outcome="answered",
            sentences=sentences,
            citations=citations,
            passages=tuple(self.search(question)),
            filters=Filters(since="2024-10-01", inferred=("since",)) if dated else Filters(),
            timings=Timings(0.2, 0.4, 1.3),
        )

    def _script(self, question: str) -> tuple[Said, ...] | None:
        scripts = {"cost": COST, "kostet": COST, "الجسر": ARAB, "hostile": EVIL, "long": LONG}
        return next((script for word, script in scripts.items() if word in question), None)

    def _cited(self, said: Sequence[Said]) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
        sentences: list[Sentence] = []
        citations: list[Citation] = []
        for one in said:
            numbers = []
            for article_id, quote in one.quotes:
                shown = self.shelf[article_id]
                start = shown.text.index(quote)
                number = len(citations) + 1
                numbers.append(number)
                citations.append(
                    Citation(
                        number, shown.article, f"{article_id}:0", quote, start, start + len(quote), page=1, page_label="1"
                    )
                )
            marks = "".join(f"[{number}]" for number in numbers)
            text = f"{one.text[:-1]} {marks}{one.text[-1]}" if marks else one.text
            sentences.append(Sentence(text, tuple(numbers), one.support, one.reason))
        return tuple(sentences), tuple(citations)

    def _refusal(self, question: str) -> Answer:
        near = tuple(
            Nearest(shown.article, shown.text.splitlines()[-1][:120])
            for shown in list(self.shelf.values())[:2]
        )
        return Answer(
            question=question,
            text="The articles do not answer this.",
            language="en",
            engine=self.engine,
            outcome="refused",
            nearest=near,
        )

    def search(self, query: str, *, k: int = 10, **filters: Any) -> Hits:
        """Every article as one passage."""
        hits = [
            Hit(
                rank,
                1 / rank,
                shown.article,
                Passage(f"{id}:0", id, shown.text, 0, len(shown.text), shown.article.language),
                copies=(replace(shown.article, id="copy", outlet="Evening Copy"),) if rank == 1 else (),
            )
            for rank, (id, shown) in enumerate(self.shelf.items(), start=1)
        ]
        return Hits(query, tuple(hits[:k]))

    # --- the corpus -----------------------------------------------------------------------------

    def add(
        self, *sources: str | Path, on_progress: Callable[[Progress], None] | None = None
    ) -> Report:
        """Text files become articles; everything else fails."""
        added: list[Change] = []
        failed: list[Failure] = []
        for done, source in enumerate(sources):
            if on_progress:
                on_progress(Progress("embedding", done * 10, len(sources) * 10, per_second=6.2, seconds_left=12.0))
            time.sleep(self.pause)
            path = Path(source)
            if path.suffix != ".txt":
                failed.append(
                    Failure(str(source), f"{path.name} holds no article that can be read.", "Save it as PDF or text.")
                )
                continue
            text = path.read_text(encoding="utf-8")
            title = text.splitlines()[0]
            shown = _article(f"new-{len(self.shelf)}", title, text, language="en")
            self.shelf[shown.article.id] = shown
            added.append(Change(shown.article.id, shown.article.path, title))
        return Report(added=tuple(added), failed=tuple(failed))

    def articles(self, **filters: Any) -> list[Article]:
        """All articles."""
        return [shown.article for shown in self.shelf.values()]

    def show(self, article_id: str) -> ArticleText:
        """One article. Raises UnknownArticle."""
        if article_id not in self.shelf:
            raise UnknownArticle(f"There is no article {article_id!r}.")
        return self.shelf[article_id]

    def remove(self, *article_ids: str) -> Report:
        """Put articles into the trash."""
        return Report(removed=self._move(article_ids, self.shelf, self.trash))

    def restore(self, *article_ids: str) -> Report:
        """Take articles out of the trash."""
        return Report(added=self._move(article_ids, self.trash, self.shelf))

    @staticmethod
    def _move(ids: Sequence[str], origin: dict[str, ArticleText], to: dict[str, ArticleText]) -> tuple[Change, ...]:
        moved = []
        for id in ids:
            if id not in origin:
                raise UnknownArticle(f"There is no article {id!r}.")
            to[id] = origin.pop(id)
            article = to[id].article
            moved.append(Change(id, article.path, article.title))
        return tuple(moved)

    # --- about itself ---------------------------------------------------------------------------

    def status(self) -> Status:
        """Who answers over how much."""
        ollama = self.engine == "ollama"
        why = "Ollama answers with fake-chat:1b." if ollama else "Ollama is not running: start it with “ollama serve”; answers are quotes until then."
        languages = (("en", 3), ("de", 1), ("ar", 1))
        model = "fake-chat:1b" if ollama else ""
        count = len(self.shelf)
        return Status(self.engine, model, why, count, count * 8, languages, self.indexing)

    def examples(self, *, language: str = "en", most: int = 6) -> list[str]:
        """Questions for the empty page."""
        if language == "de":
            return ["Wie viel hat die Hafenbrücke gekostet?", "Wie lange fährt die Fähre?"]
        return ["How much did the harbour bridge cost?", "How long will the ferry run?"]
