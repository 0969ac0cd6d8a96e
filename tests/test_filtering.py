"""Filters: what cannot be meant is refused with what there is, what leaves nothing is explained."""

from collections.abc import Iterator, Sequence

import pytest
from fakes import FakeEmbedder

from assistant import Assistant, retrieval
from assistant.errors import UnknownArticle, UsageError
from assistant.filtering import filters_in_words, make_filters
from assistant.records import Filters


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder = tmp_path_factory.mktemp("corpus")
    rows = [
        ("bridge", "en", "2024-03-01", "Harbour Post", "port, night", "The bridge was opened."),
        ("ferry", "en", "2024-06-01", "Bote", "port", "The ferry was closed for the winter."),
        ("hafen", "de", "2024-06-02", "Bote", "", "Die Brücke im Hafen wurde eröffnet."),
        ("undated", "en", "", "", "", "A lighthouse keeper speaks of storms."),
    ]
    for name, language, day, outlet, tags, body in rows:
        front = [f"title: {name}", f"language: {language}", f"outlet: {outlet}"]
        front += [f"date: {day}"] if day else []
        front += [f"tags: [{tags}]"] if tags else []
        (folder / f"{name}.md").write_text("\n".join(["---", *front, "---", body, ""]), "utf-8")
    with Assistant(folder, embedder=FakeEmbedder(), engine="quotes") as assistant:
        assistant.sync()
        yield assistant


@pytest.mark.parametrize(
    ("filters", "message", "hint"),
    [
        pytest.param(
            {"outlet": "Harbor Post"}, "outlet 'Harbor Post'", "'Harbour Post'", id="near"
        ),
        pytest.param({"outlet": "post"}, "outlet 'post'", "'Harbour Post'", id="part"),
        pytest.param({"outlet": "Zeit"}, "outlet 'Zeit'", "Bote, Harbour Post", id="far"),
        pytest.param({"tag": "nigth"}, "tagged 'nigth'", "'night'", id="tag"),
        pytest.param({"language": "fr"}, "language 'fr'", "de, en", id="language"),
        pytest.param({"since": "soon"}, "'soon' is not a date", "YYYY-MM-DD", id="date"),
        pytest.param(
            {"since": "2024-02-01", "until": "2024-01-01"}, "is after", "Exchange", id="order"
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_there_is(
    assistant: Assistant, filters: dict[str, str], message: str, hint: str
) -> None:
    for call in (assistant.articles, lambda **given: assistant.search("bridge", **given)):
        with pytest.raises(UsageError, match=message) as caught:
            call(**filters)  # type: ignore[operator]
        assert hint in caught.value.hint
        assert caught.value.exit_code == 2


def test_an_unknown_article_is_refused(assistant: Assistant) -> None:
    with pytest.raises(UnknownArticle, match="'nope'") as caught:
        assistant.search("bridge", article=[assistant.articles()[0].id, "nope"])
    assert "assistant articles" in caught.value.hint


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        pytest.param({"outlet": "harbour  POST"}, {"bridge"}, id="outlet in another case"),
        pytest.param({"tag": "Night"}, {"bridge"}, id="tag in another case"),
        pytest.param({"language": "de-AT"}, {"hafen"}, id="regional code"),
        pytest.param({"language": "German"}, {"hafen"}, id="name of a language"),
        pytest.param({"language": "Deutsch"}, {"hafen"}, id="its name in German"),
    ],
)
def test_names_may_be_written_otherwise(
    assistant: Assistant, filters: dict[str, str], expected: set[str]
) -> None:
    found = assistant.articles(**filters)  # type: ignore[arg-type]
    assert {article.title for article in found} == expected
    hits = assistant.search("bridge", **filters)  # type: ignore[arg-type]
    assert {hit.article.title for hit in hits} == expected


@pytest.mark.parametrize(
    ("filters", "told"),
    [
        pytest.param(
            {"since": "2030-01-01"},
            "No article fits: since 2030-01-01. The articles are from 2024-03-01 to 2024-06-02.",
            id="dates",
        ),
        pytest.param(
            {"language": "de", "outlet": "Harbour Post"},
            "No article fits: language German, outlet Harbour Post. Without “language German”, one "
            "would. Without “outlet Harbour Post”, one would.",
            id="two that exclude each other",
        ),
        pytest.param(
            {"outlet": "Bote", "until": "2024-05-01"},
            "No article fits: until 2024-05-01, outlet Bote. Without “until 2024-05-01”, 2 would; "
            "they are from 2024-06-01 to 2024-06-02. Without “outlet Bote”, one would.",
            id="dates and outlet",
        ),
        pytest.param(
            {"outlet": "Bote", "tag": "night", "since": "2030-01-01"},
            "No article fits: since 2030-01-01, outlet Bote, tag night. "
            "Leave out more than one of these.",
            id="three",
        ),
    ],
)
def test_filters_that_leave_nothing_are_explained(
    assistant: Assistant, filters: dict[str, str], told: str
) -> None:
    hits = assistant.search("the bridge of the harbour", **filters)  # type: ignore[arg-type]
    assert (len(hits), hits.notices) == (0, (told,))
    assert assistant.why_none(**filters) == told  # type: ignore[arg-type]
    answer = assistant.ask("Who opened the bridge?", **filters)  # type: ignore[arg-type]
    assert (answer.outcome, answer.notices) == ("refused", (told,))


def test_the_reason_is_told_in_the_language_of_the_question(assistant: Assistant) -> None:
    hits = assistant.search("Wann wurde die Brücke im Hafen eröffnet?", since="2030-01-01")
    assert hits.notices == (
        "Kein Artikel passt: seit 2030-01-01. Die Artikel sind vom 2024-03-01 bis zum 2024-06-02.",
    )


def test_keywords_are_looked_for_within_the_filters(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The best matches of the whole corpus must not use up the places of the filtered ones."""
    seen: list[Sequence[float]] = []

    def fuse(dense: Sequence[float], keyword: Sequence[float], *rest: object, **more: object):  # type: ignore[no-untyped-def]
        seen.append(keyword)
        return list(dense)

    monkeypatch.setattr(retrieval, "fuse", fuse)
    monkeypatch.setattr(retrieval, "FETCHED", 1)
    monkeypatch.setattr(retrieval, "FETCHED_A_HIT", 0)
    hits = assistant.search("the bridge was closed", outlet="Bote", language="en")
    assert [hit.article.title for hit in hits] == ["ferry"]
    assert max(seen[0]) > 0


def test_filters_are_checked_once_for_each_change(assistant: Assistant) -> None:
    catalogue = assistant._parts.index().catalogue
    asked: list[str] = []
    with catalogue._connections.reading() as db:
        db.set_trace_callback(asked.append)
        for _ in range(3):
            catalogue.languages()
            make_filters({"language": "en", "outlet": "Bote"}, catalogue=catalogue)
        db.set_trace_callback(None)
    assert sum("GROUP BY" in query for query in asked) <= 1


def test_filters_read_as_words() -> None:
    filters = Filters(since="2024-01-01", languages=("de",), outlets=("A", "B"), articles=("x",))
    assert filters_in_words(filters, language="en") == (
        "since 2024-01-01, language German, outlet A, B, one chosen article"
    )
