"""A small assistant with everything made up, for the tests of the faces."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from assistant.errors import AssistantError, UnknownArticle
from assistant.records import (
    Answer,
    Article,
    ArticleText,
    Change,
    Check,
    Citation,
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
    Tokens,
)
from assistant.settings import Settings

TEXT = "The bridge was closed on Monday. Nobody was hurt."

ARTICLE = Article(
    id="a1b2c3d4",
    path="news/bridge.pdf",
    title="Bridge closed",
    outlet="Harbour Post",
    author="Ann Reed",
    published="2024-10-07",
    language="en",
    url="https://example.org/bridge",
    pages=2,
    words=9,
    added="2024-10-08",
    tags=("traffic",),
)
COPY = Article(id="e5f6", path="copy.txt", title="Bridge shut", outlet="Evening Mail")
PASSAGE = Passage(
    id="p1",
    article_id="a1b2c3d4",
    text=TEXT,
    start=0,
    end=49,
    language="en",
    page=2,
    page_label="ii",
)
HIT = Hit(rank=1, score=0.83, article=ARTICLE, passage=PASSAGE, copies=(COPY,))
HITS = Hits(query="bridge", items=(HIT,), filters=Filters(since="2024-10-01"), notices=("Few.",))
ANSWER = Answer(
    question="When was it closed?",
    text="It was closed on Monday [1]. Two were hurt [1].",
    language="en",
    engine="ollama",
    model="qwen2.5:3b",
    outcome="partly",
    missing="Why it was closed.",
    choices=("The bridge or the road?",),
    nearest=(Nearest(article=COPY, about="the same bridge"),),
    filters=Filters(since="2024-10-01", inferred=("since",)),
    sentences=(
        Sentence("It was closed on Monday [1].", (1,), "supported"),
        Sentence("Two were hurt [1].", (1,), "unsupported", "The figure is in no article."),
    ),
    citations=(
        Citation(
            number=1,
            article=ARTICLE,
            passage_id="p1",
            quote="The bridge was closed on Monday.",
            start=0,
            end=32,
            page=2,
            page_label="ii",
        ),
    ),
    passages=(HIT,),
    notices=("Dates were read out of the question.",),
    timings=Timings(retrieval_s=0.02, first_token_s=0.5, total_s=1.2),
    tokens=Tokens(prompt=412, answer=20),
)
REFUSAL = Answer(
    question="Who is the mayor of Atlantis?",
    text="The articles do not answer this.",
    language="en",
    engine="quotes",
    outcome="refused",
    nearest=(Nearest(article=COPY, about="a bridge"),),
)


class FakeAssistant:
    """Answers from fixed records and remembers what it was asked; `fail` is raised instead."""

    def __init__(self, *, fail: BaseException | None = None, answer: Answer = ANSWER) -> None:
        self.fail = fail
        self.answer = answer
        self.settings = Settings()
        self.history: list[tuple[str, dict[str, Any]]] = []
        self.closed = False
        self.stopped = False
        self.report = Report(added=(Change("a1b2c3d4", "news/bridge.pdf", "Bridge closed"),))
        self.checks = [Check("ollama", False, "Ollama does not answer.", "ollama serve")]
        self.reports: list[Report] = []

    def ask(self, question: str, **options: Any) -> Answer:
        self._note("ask", question=question, **options)
        return self.answer

    def stream(self, question: str, **options: Any) -> Iterator[Event]:
        self._note("stream", question=question, **options)
        try:
            yield Stage("searching", count=1200)
            yield Token("It was")
            yield from self.answer.sentences
            yield self.answer
        finally:
            self.stopped = True

    def search(self, query: str, **options: Any) -> Hits:
        self._note("search", query=query, **options)
        return HITS

    def add(self, *sources: str, on_progress: Callable[[Progress], None]) -> Report:
        self._note("add", sources=sources)
        on_progress(Progress("indexing", 1, 2, "articles"))
        return self.report

    def sync(self, *, on_progress: Callable[[Progress], None]) -> Report:
        self._note("sync")
        on_progress(Progress("indexing", 1, 2, "articles"))
        return self.report

    def watch(self, *, on_report: Callable[[Report], None], **options: Any) -> None:
        self._note("watch")
        if options.get("stop"):  # the server's, which goes on without us
            return
        on_report(self.report)
        raise KeyboardInterrupt

    def rebuild(self, *, on_progress: Callable[[Progress], None]) -> Report:
        self._note("rebuild")
        return Report(failed=(Failure("bad.pdf", "It is encrypted.", "Decrypt it first."),))

    def articles(self, **filters: Any) -> list[Article]:
        self._note("articles", **filters)
        return [ARTICLE]

    def show(self, article_id: str) -> ArticleText:
        self._note("show", article_id=article_id)
        if article_id != ARTICLE.id:
            raise UnknownArticle("There is no article 'x'.", hint="assistant articles")
        return ArticleText(ARTICLE, TEXT)

    def remove(self, *ids: str) -> Report:
        self._note("remove", ids=ids)
        return Report(removed=tuple(Change(key, "p", "t") for key in ids))

    def restore(self, *ids: str) -> Report:
        self._note("restore", ids=ids)
        return Report(added=tuple(Change(key, "p", "t") for key in ids))

    def export(self, file: Path) -> Path:
        self._note("export", file=file)
        return file.resolve()

    def repair(self, *, on_progress: Callable[[Progress], None]) -> list[Check]:
        self._note("repair")
        return [Check("repair: index", True, "was made again")]

    def doctor(self) -> list[Check]:
        self._note("doctor")
        return self.checks

    def warm(self) -> None:
        self.history.append(("warm", {}))

    indexing = None

    def counts(self) -> tuple[int, int]:
        return 1, 1

    def observe(self, observer: Any) -> None:
        self._note("observe")

    def status(self) -> Status:
        return Status("quotes", "", "Ollama does not answer.", 1, 1, (("en", 1),))

    def examples(self, *, language: str = "en", most: int = 6) -> list[str]:
        return ["When was it closed?"]

    def close(self) -> None:
        self.closed = True

    def _note(self, name: str, **arguments: Any) -> None:
        self.history.append((name, arguments))
        if self.fail is not None:
            raise self.fail


def failing(error: type[AssistantError]) -> AssistantError:
    """An error of this class as the assistant raises it."""
    return error("It failed.", hint="Do this.")
