"""The index's SQLite: writing articles whole and reading them back."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from assistant.catalogue import (
    Catalogue,
    Embedding,
    FileState,
    KnownFailure,
    NewPassage,
    open_catalogue,
)
from assistant.errors import DamagedFile, DataError
from assistant.keywords import index_terms
from assistant.passages import split
from assistant.records import Article, Filters, Heading, Page

Opening = Callable[[str], Catalogue]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def generations(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opening]:
    """Opens generations of an index, in each of the databases."""
    url = ""
    if request.param == "postgres":
        url = request.getfixturevalue("postgres").database()
    opened: list[Catalogue] = []

    def open_generation(name: str) -> Catalogue:
        (tmp_path / name).mkdir(exist_ok=True)
        opened.append(open_catalogue(tmp_path / name, url=url))
        return opened[-1]

    yield open_generation
    for catalogue in opened:
        catalogue.close()


@pytest.fixture
def catalogue(generations: Opening) -> Catalogue:
    """An empty catalogue."""
    return generations("1")


def put(catalogue: Catalogue, text: str, *, id: str = "a", **facts: object) -> Article:
    article = Article(id=id, path=f"{id}.txt", title="Title", **facts)  # type: ignore[arg-type]
    passages = split(text, article_id=id, language=article.language, limit=200)
    new = [
        NewPassage(p, index_terms(p.text, language=p.language), p.text.encode()) for p in passages
    ]
    one = np.full(4, len(text), np.float32)
    embeddings = {item.key: Embedding(one, np.stack([one, one])) for item in new}
    catalogue.put(
        article,
        file=FileState(article.path, "hash-" + id, len(text), 1),
        text=text,
        passages=new,
        embeddings=embeddings,
        pages=(Page(1, "i", 0, len(text)),),
        headings=(Heading(1, "Head", 0),),
    )
    return article


LONG = "\n\n".join(f"Paragraph number {n} speaks of harbour {n}. " * 4 for n in range(6))


def test_an_article_comes_back_as_it_was_written(catalogue: Catalogue) -> None:
    article = put(
        catalogue,
        "The text.",
        outlet="Courier",
        author="A. Writer",
        published="2024-10-28",
        language="en",
        url="https://example.org/1",
        pages=3,
        words=2,
        added="2026-01-02",
        tags=("harbour", "night"),
    )
    assert catalogue.articles() == [article]
    whole = catalogue.text("a")
    assert whole is not None
    assert (whole.text, whole.pages, whole.headings) == (
        "The text.",
        (Page(1, "i", 0, 9),),
        (Heading(1, "Head", 0),),
    )


def test_what_is_not_there_is_none(catalogue: Catalogue) -> None:
    assert catalogue.article("x") is None
    assert catalogue.text("x") is None


def test_a_passage_is_the_slice_of_its_article(catalogue: Catalogue) -> None:
    put(catalogue, "Ä🙂 " + LONG)
    whole = catalogue.text("a")
    assert whole is not None
    for passage in catalogue.passages_of("a"):
        assert whole.text[passage.start : passage.end] == passage.text


def test_an_unchanged_passage_keeps_its_number_when_the_article_is_edited(
    catalogue: Catalogue,
) -> None:
    put(catalogue, LONG)
    before, _ = catalogue.vectors_after(0, most=100)
    put(catalogue, LONG + "\n\n" + "An added paragraph at the very end of it. " * 4)
    after, _ = catalogue.vectors_after(0, most=100)
    assert len(set(before) & set(after)) >= len(before) - 1
    assert len(after) > len(before)


def test_dropped_passages_are_told_to_a_cache_that_was_there_before(catalogue: Catalogue) -> None:
    put(catalogue, LONG)
    numbers, _ = catalogue.vectors_after(0, most=100)
    change = catalogue.change()
    catalogue.remove("a")
    assert sorted(catalogue.dropped_after(change)) == numbers
    assert catalogue.dropped_after(catalogue.change()) == []
    assert catalogue.counts() == (0, 0)
    assert catalogue.keyword_scores(["harbour"], language="und", most=5) == []


def test_every_write_of_passages_is_a_change(catalogue: Catalogue) -> None:
    changes = [catalogue.change()]
    put(catalogue, "One.")
    changes.append(catalogue.change())
    catalogue.remove("a")
    changes.append(catalogue.change())
    assert changes == sorted(set(changes))


def test_a_failed_write_leaves_the_former_article(catalogue: Catalogue) -> None:
    put(catalogue, "The first version.")
    article = Article(id="a", path="a.txt", title="New")
    (passage,) = split("The second version.", article_id="a")
    broken = [NewPassage(passage, ["x"], b"k"), NewPassage(passage, ["x"], b"k")]
    with pytest.raises(DataError):
        catalogue.put(
            article, file=FileState("a.txt", "h", 1, 1), text="new", passages=broken, embeddings={}
        )
    whole = catalogue.text("a")
    assert whole is not None and whole.text == "The first version."


def test_keywords_are_found_in_their_language_only(catalogue: Catalogue) -> None:
    put(catalogue, "The harbour is closed.", id="a", language="en")
    put(catalogue, "Le harbour est fermé.", id="b", language="fr")
    ((number, score),) = catalogue.keyword_scores(["harbour"], language="en", most=5)
    assert catalogue.passages([number])[number].article_id == "a"
    assert score > 0


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        pytest.param(Filters(), "abc", id="none"),
        pytest.param(Filters(since="2024-06-01"), "bc", id="since"),
        pytest.param(Filters(until="2024-06-01"), "ab", id="until, inclusive"),
        pytest.param(Filters(since="2024-06-01", until="2024-06-01"), "b", id="one day"),
        pytest.param(Filters(languages=("de", "fr")), "ab", id="two languages"),
        pytest.param(Filters(outlets=("Courier",)), "a", id="outlet"),
        pytest.param(Filters(tags=("x",)), "bc", id="tag"),
        pytest.param(Filters(articles=("b", "c"), languages=("de",)), "b", id="both"),
        pytest.param(Filters(since="2030-01-01"), "", id="nothing left"),
    ],
)
def test_filters(catalogue: Catalogue, filters: Filters, expected: str) -> None:
    put(catalogue, "One.", id="a", published="2024-01-01", language="fr", outlet="Courier")
    put(catalogue, "Two.", id="b", published="2024-06-01", language="de", tags=("x", "y"))
    put(catalogue, "Three.", id="c", published="2025-01-01", language="en", tags=("x",))
    put(catalogue, "Four, of no date.", id="d", language="es") if not filters else None
    found = {article.id for article in catalogue.articles(filters)} - {"d"}
    assert found == set(expected)
    owners = {
        p.article_id for p in catalogue.passages(catalogue.scope(filters).numbers.tolist()).values()
    }
    assert owners - {"d"} == set(expected)


def test_embeddings_are_kept_when_their_article_goes(catalogue: Catalogue) -> None:
    put(catalogue, "Words that come again.")
    catalogue.remove("a")
    assert catalogue.known([b"Words that come again.", b"other"]) == {b"Words that come again."}


def test_embeddings_can_be_taken_over(
    catalogue: Catalogue, generations: Opening, tmp_path: Path
) -> None:
    put(catalogue, "Words.")
    other, dimension = generations("2"), catalogue.dimension()
    assert dimension
    other.copy_embeddings(tmp_path / "3", dimension=dimension)
    other.copy_embeddings(tmp_path / "1", dimension=dimension + 1)
    assert (other.known([b"Words."]), other.dimension()) == (set(), None)
    other.copy_embeddings(tmp_path / "1", dimension=dimension)
    assert other.known([b"Words."]) == {b"Words."}


def test_vectors_come_back_as_they_were_written(catalogue: Catalogue) -> None:
    put(catalogue, "Words.")
    ((number,), rows) = catalogue.vectors_after(0, most=5)
    found = catalogue.embeddings([number, number + 1])
    assert list(found) == [number]
    assert rows.tolist() == [[6, 6, 6, 6]] == [found[number].passage.tolist()]
    assert found[number].sentences.tolist() == [[6, 6, 6, 6]] * 2


def test_failures_are_remembered_until_the_file_is_indexed(catalogue: Catalogue) -> None:
    failure = KnownFailure("a.txt", 3, 4, "It is empty.", "Fill it.")
    catalogue.fail(failure)
    assert catalogue.failures() == {"a.txt": failure}
    put(catalogue, "Now it has words.")
    assert catalogue.failures() == {}


def test_a_file_that_is_no_database_is_a_data_error(tmp_path: Path) -> None:
    file = tmp_path / "catalogue.sqlite"
    file.write_bytes(b"noise" * 1000)
    with pytest.raises(DataError, match=r"catalogue\.sqlite") as caught:
        Catalogue(file)
    assert "assistant sync" in caught.value.hint
    assert caught.value.exit_code == 4


def test_an_identifier_page_over_the_limit_of_sqlite_works(catalogue: Catalogue) -> None:
    put(catalogue, "One.")
    (number,), _ = catalogue.vectors_after(0, most=1)
    assert list(catalogue.passages([number, *range(10_000, 50_000)])) == [number]


# --- whether the file is sound ------------------------------------------------------------------


def closed(tmp_path: Path) -> Path:
    """A catalogue with one article, closed in order."""
    file = tmp_path / "catalogue.sqlite"
    catalogue = Catalogue(file)
    put(catalogue, LONG)
    catalogue.close()
    return file


def test_a_change_by_something_else_is_noticed_even_inside_a_vector(tmp_path: Path) -> None:
    file = closed(tmp_path)
    content = file.read_bytes()
    vector = np.full(4, len(LONG), np.float32).tobytes()
    file.write_bytes(content.replace(vector, np.full(4, 7, np.float32).tobytes(), 1))
    with pytest.raises(DamagedFile, match="something changed it"):
        Catalogue(file)


def test_a_moved_file_is_as_sound_as_before(tmp_path: Path) -> None:
    file = closed(tmp_path)
    (tmp_path / "other").mkdir()
    for part in (file, file.with_suffix(".sound")):
        (tmp_path / "other" / part.name).write_bytes(part.read_bytes())
    assert Catalogue(tmp_path / "other" / file.name).counts()[0] == 1


def test_a_malformed_file_that_was_not_closed_is_noticed(tmp_path: Path) -> None:
    file = closed(tmp_path)
    file.with_suffix(".sound").unlink()
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(DamagedFile):
        Catalogue(file)


def test_who_has_it_open_beside_another_neither_checks_nor_notes(tmp_path: Path) -> None:
    file = closed(tmp_path)
    one, other = Catalogue(file), Catalogue(file)
    put(one, LONG, id="b")
    one.close()
    assert not file.with_suffix(".sound").exists()
    assert other.counts()[0] == 2
    other.close()
    assert file.with_suffix(".sound").exists()


def test_reading_leaves_the_note_alone(tmp_path: Path) -> None:
    file = closed(tmp_path)
    before = file.with_suffix(".sound").stat()
    catalogue = Catalogue(file)
    assert catalogue.articles()
    catalogue.close()
    assert file.with_suffix(".sound").stat().st_ino == before.st_ino


def test_a_thread_that_ended_leaves_no_file_open(tmp_path: Path) -> None:
    catalogue = Catalogue(tmp_path / "catalogue.sqlite")
    for _ in range(5):
        thread = threading.Thread(target=catalogue.counts)
        thread.start()
        thread.join()
    assert len(catalogue._connections._open) <= 2
    catalogue.close()


def test_the_vocabulary_knows_the_terms_and_their_compounds(catalogue: Catalogue) -> None:
    put(catalogue, "Bahnhof Bahnhofsuhr Hauptbahnhof Bahn", id="a", language="de")
    put(catalogue, "Hauptbahnhof", id="b", language="de")
    vocabulary = catalogue.vocabulary
    assert vocabulary.known_terms(["bahnhof", "bahn", "flughafen"]) == {"bahnhof", "bahn"}
    assert vocabulary.compounds_of("bahnhof", most=5) == ["hauptbahnhof", "bahnhofsuhr"]
    assert vocabulary.compounds_of("bahnhof", most=1) == ["hauptbahnhof"]
    assert vocabulary.known_terms([]) == set()


def test_terms_that_are_miscounted_are_a_problem(catalogue: Catalogue) -> None:
    put(catalogue, "The harbour is closed today.")
    assert catalogue.problems() == []
    with catalogue._connections.transaction() as db:
        db.execute("UPDATE passages SET terms = terms + 1")
    assert "1 passages whose terms are miscounted" in catalogue.problems()
