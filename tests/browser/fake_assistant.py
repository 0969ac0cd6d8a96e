"""A small real stand-in for the assistant: a few articles in memory, scripted answers, no model.

It has the methods of `assistant.Assistant` that the page calls. `pause` is the time between two
pieces of an answer, so that a test can stop one; `closed` counts answers that were stopped.
"""

import re
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from browser.sample import ARAB, COST, EVIL, LONG, Said, article, sample

from assistant.conversations import Conversations
from assistant.correcting import checked_tags, corrections
from assistant.errors import ServiceError, UnknownArticle
from assistant.personal import Personal
from assistant.records import (
    Answer,
    Article,
    ArticleText,
    Change,
    Check,
    Citation,
    Differing,
    Event,
    Failure,
    Filters,
    Hit,
    Hits,
    Nearest,
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
from assistant.settings import Settings, changed

REBUILD = "Run: assistant rebuild"


def kept_in_a_new_file() -> Conversations:
    """The real store of conversations, over a file of this test's own."""
    return Conversations(Personal(Path(tempfile.mkdtemp()) / "personal.sqlite"))


def _files(source: str | Path) -> list[str | Path]:
    below = Path(source)
    return sorted(f for f in below.rglob("*") if f.is_file()) if below.is_dir() else [source]


def _together(reports: Sequence[Report]) -> Report:
    return Report(
        tuple(change for report in reports for change in report.added),
        failed=tuple(failure for report in reports for failure in report.failed),
    )


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
    outdated: bool = False
    added: list[tuple[str | Path, ...]] = field(default_factory=list)
    """What each call of `add` was given."""
    conversations: Conversations = field(default_factory=kept_in_a_new_file)
    settings: Settings = field(default_factory=Settings)

    # --- asking ---------------------------------------------------------------------------------

    def ask(self, question: str, **options: Any) -> Answer:
        """The last event of `stream`."""
        *_, answer = self.stream(question, **options)
        assert isinstance(answer, Answer)
        return answer

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        inferred_filters: bool = True,
        **filters: Any,
    ) -> Iterator[Event]:
        """Stages, tokens, sentences and the answer, with `pause` between the tokens."""
        self.asked.append(
            (question, tuple(history), {**filters, "inferred_filters": inferred_filters})
        )
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
            differing=self._differing() if said is COST else (),
        )

    def _differing(self) -> tuple[Differing, ...]:
        found = []
        for key, words in (("harbour", "84 million euros"), ("bruecke", "91 Millionen Euro")):
            shown = self.shelf[key]
            start = shown.text.rindex("\n", 0, shown.text.index(words)) + 1
            end = shown.text.index(".", start) + 1
            found.append(Differing(words, shown.article, shown.text[start:end], start, end))
        return tuple(found)

    def _script(self, question: str) -> tuple[Said, ...] | None:
        if counting := re.fullmatch(r"Count for (\w+)", question):
            return tuple(Said(f"{counting[1]} counts {number}.") for number in range(1, 13))
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
                        number,
                        shown.article,
                        f"{article_id}:0",
                        quote,
                        start,
                        start + len(quote),
                        page=1,
                        page_label="1",
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
                copies=(replace(shown.article, id="copy", outlet="Evening Copy"),)
                if rank == 1
                else (),
            )
            for rank, (id, shown) in enumerate(self.shelf.items(), start=1)
        ]
        return Hits(query, tuple(hits[:k]))

    # --- the corpus -----------------------------------------------------------------------------

    def add(
        self,
        *wanted: str | Path,
        on_progress: Callable[[Progress], None] | None = None,
        on_source: Callable[[str, Report], None] | None = None,
    ) -> Report:
        """Text files become articles, those below folders, too; everything else fails."""
        self.added.append(wanted)
        reports = []
        for done, source in enumerate(wanted):
            made = [
                self._add(file, on_progress=on_progress, done=done, of=len(wanted))
                for file in _files(source)
            ]
            reports.append(_together(made))
            if on_source:
                on_source(str(source), reports[-1])
        return _together(reports)

    def _add(
        self, source: str | Path, *, on_progress: Callable[[Progress], None] | None, **count: int
    ) -> Report:
        for passages in range(4) if on_progress else ():
            on_progress(  # type: ignore[misc]
                Progress("embedding", count["done"], count["of"], per_second=6.2, seconds_left=12.0,
                         item=str(source), passages=passages * 10, passages_total=40)
            )  # fmt: skip
            time.sleep(self.pause)
        path = Path(source)
        if path.suffix != ".txt":
            reason = f"{path.name} holds no article that can be read."
            return Report(failed=(Failure(str(source), reason, "Save it as PDF or text."),))
        text = path.read_text(encoding="utf-8")
        shown = article(f"new-{len(self.shelf)}", text.splitlines()[0], text, language="en")
        self.shelf[shown.article.id] = shown
        change = Change(shown.article.id, shown.article.path, shown.article.title)
        return Report(added=(change,))

    def rebuild(self, *, on_progress: Callable[[Progress], None] | None = None) -> Report:
        """A new index in three steps."""
        for done in range(3):
            if on_progress:
                on_progress(Progress("embedding", done * 10, 30))
            time.sleep(self.pause)
        self.outdated = False
        return Report(unchanged=len(self.shelf))

    def articles(self, **filters: Any) -> list[Article]:
        """All articles."""
        return [shown.article for shown in self.shelf.values()]

    def show(self, article_id: str) -> ArticleText:
        """One article. Raises UnknownArticle."""
        if article_id not in self.shelf:
            raise UnknownArticle(f"There is no article {article_id!r}.")
        return self.shelf[article_id]

    def translate(self, article_id: str, *, start: int, end: int, language: str) -> str:
        """The text in brackets."""
        if self.engine == "quotes":
            raise ServiceError("There is no language model to translate with.")
        return f"<b>{language}</b>: {self.show(article_id).text[start:end]}"

    def remove(self, *article_ids: str) -> Report:
        """Put articles into the trash."""
        return Report(removed=self._move(article_ids, self.shelf, self.trash))

    def restore(self, *article_ids: str) -> Report:
        """Take articles out of the trash."""
        return Report(added=self._move(article_ids, self.trash, self.shelf))

    def correct(self, article_id: str, **fields: str | None) -> Article:
        """Change what is known of an article."""
        given = corrections(**{"title": None, "outlet": None, "published": None, **fields})
        shown = self.show(article_id)
        known: dict[str, Any] = dict(given)
        self.shelf[article_id] = replace(shown, article=replace(shown.article, **known))
        return self.shelf[article_id].article

    def uncorrect(self, article_id: str) -> Article:
        """Say again what the sample says."""
        shown = self.show(article_id)
        (stated,) = (one.article for one in sample() if one.article.id == article_id)
        self.shelf[article_id] = replace(shown, article=stated)
        return stated

    def tag(
        self, *article_ids: str, add: Sequence[str] = (), remove: Sequence[str] = ()
    ) -> list[Article]:
        """Give and take tags."""
        for key in article_ids:
            shown = self.show(key)
            tags = tuple(sorted({*shown.article.tags, *checked_tags(add)} - {*remove}))
            self.shelf[key] = replace(shown, article=replace(shown.article, tags=tags))
        return [self.shelf[key].article for key in article_ids]

    @staticmethod
    def _move(
        ids: Sequence[str], origin: dict[str, ArticleText], to: dict[str, ArticleText]
    ) -> tuple[Change, ...]:
        moved = []
        for id in ids:
            if id not in origin:
                raise UnknownArticle(f"There is no article {id!r}.")
            to[id] = origin.pop(id)
            article = to[id].article
            moved.append(Change(id, article.path, article.title))
        return tuple(moved)

    # --- models ---------------------------------------------------------------------------------

    def models(self) -> list[str]:
        """Two models, where Ollama runs."""
        return ["fake-chat:1b", "larger:7b"] if self.engine == "ollama" else []

    def pull(self, name: str) -> Iterator[Progress]:
        """A download of ten steps."""
        if name == "nowhere":
            raise ServiceError("Ollama has no such model.", hint="See ollama.com/library")
        for step in range(10):
            yield Progress("downloading", step, 10, "bytes", item=name)
            time.sleep(self.pause)

    def choose(self, *, model: str | None = None, answer_words: int | None = None) -> None:
        """Keep what was chosen."""
        self.settings = changed(self.settings, model=model, answer_words=answer_words)

    def doctor(self) -> list[Check]:
        """One thing is well, one is not."""
        return [
            Check("index", False, "The index was made with another embedder.", REBUILD)
            if self.outdated
            else Check("index", True, "The index is whole."),
            Check("ollama", False, "Ollama is old.", "ollama update"),
        ]

    # --- about itself ---------------------------------------------------------------------------

    def status(self) -> Status:
        """Who answers over how much."""
        ollama = self.engine == "ollama"
        why = (
            "Ollama answers with fake-chat:1b."
            if ollama
            else "Ollama is not running: start it with “ollama serve”; "
            "answers are quotes until then."
        )
        languages = (("en", 3), ("de", 1), ("ar", 1))
        model = "fake-chat:1b" if ollama else ""
        count = len(self.shelf)
        return Status(self.engine, model, why, count, count * 8, languages, self.indexing)

    def observe(self, observer: object) -> None:
        """Nothing is told."""

    def counts(self) -> tuple[int, int]:
        """Articles and passages."""
        return len(self.shelf), len(self.shelf) * 8

    def suggestions(self, answer: Answer, *, most: int = 3) -> list[str]:
        """Questions to go on with."""
        return ["How long will the ferry run?"] if answer.citations else []

    def examples(self, *, language: str = "en", most: int = 6) -> list[str]:
        """Questions for the empty page."""
        if language == "de":
            return ["Wie viel hat die Hafenbrücke gekostet?", "Wie lange fährt die Fähre?"]
        return ["How much did the harbour bridge cost?", "How long will the ferry run?"]
