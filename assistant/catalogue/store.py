"""The catalogue of one corpus: writes an article whole or not at all, and reads it back.

A passage row never changes its words: an edit inserts new rows and drops old ones. So a vector
cache that has taken in all numbers up to N and all drops up to change C knows what it lacks.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from itertools import islice
from pathlib import Path

from assistant.catalogue import checking, stories, writing
from assistant.catalogue.copying import copy_rows
from assistant.catalogue.database import Lock, Store
from assistant.catalogue.facets import Facets
from assistant.catalogue.in_sqlite import InSqlite
from assistant.catalogue.passages import PassageReader
from assistant.catalogue.reading import (
    ARTICLE,
    FileState,
    KnownFailure,
    article_of,
    headings_of,
    pages_of,
    where,
)
from assistant.catalogue.stories import NewStory
from assistant.catalogue.vocabulary import Vocabulary
from assistant.catalogue.writing import Embedding, NewPassage
from assistant.records import Article, ArticleText, Filters, Heading, Page, Vectors

_AT_ONCE = 500  # embeddings copied in one transaction: some megabytes


class Catalogue(PassageReader):
    """The record of one corpus, `at` a SQLite file or another store.

    Raises DataError where it cannot be used, ServiceError where its server does not answer.
    """

    def __init__(self, at: Path | Store) -> None:
        super().__init__(at if isinstance(at, Store) else InSqlite(at))
        self.vocabulary = Vocabulary(self._connections, counts=self.terms)
        self.facets = Facets(self._connections)
        self.stories = stories.Stories(self._connections)

    @property
    def file(self) -> Path | None:
        """The SQLite file it is kept in, if it is."""
        return self._connections.file

    @property
    def identity(self) -> str:
        """What no other catalogue has, a copy of this one neither."""
        return self._connections.identity

    def keep(self, name: str, content: bytes) -> None:
        """Keep something beside the catalogue that all its processes read."""
        self._connections.keep(name, content)

    def kept(self, name: str) -> bytes | None:
        """What is kept under a name."""
        return self._connections.kept(name)

    def lock(self, name: str) -> Lock:
        """A lock of this name that all processes of this catalogue know."""
        return self._connections.lock(name)

    def close(self) -> None:
        """Let go of the file, or of the server."""
        self._connections.close()

    # --- writing ---

    def put(
        self,
        article: Article,
        *,
        file: FileState,
        text: str,
        passages: Sequence[NewPassage],
        embeddings: Mapping[bytes, Embedding],
        pages: Sequence[Page] = (),
        headings: Sequence[Heading] = (),
        story: NewStory | None = None,
    ) -> None:
        """Write an article in place of its former version; `embeddings` are the new ones."""
        row = asdict(article) | {"tags": json.dumps(article.tags)}
        del row["copies"]  # counted when it is read
        row |= {"hash": file.hash, "size": file.size, "mtime_ns": file.mtime_ns}
        stored = {
            "article_id": article.id,
            "text": text,
            "pages": json.dumps([asdict(page) for page in pages]),
            "headings": json.dumps([asdict(heading) for heading in headings]),
        }
        with self._connections.transaction() as db:
            db.execute("DELETE FROM failures WHERE path = ?", (file.path,))
            writing.leave_path(db, file.path, to=article.id)
            writing.upsert(db, "articles", row, key="id")
            writing.upsert(db, "texts", stored, key="article_id")
            db.executemany(
                writing.INSERT_EMBEDDING,
                [(key, *writing.stored(new)) for key, new in embeddings.items()],
            )
            writing.replace_passages(db, article.id, passages)
            if story:
                stories.write(db, article.id, story)

    def remove(self, article_id: str) -> None:
        """Drop an article and its passages; embeddings stay, should the words come again."""
        with self._connections.transaction() as db:
            writing.drop(db, writing.numbers(db, article_id))
            db.execute("DELETE FROM articles WHERE id = ?", (article_id,))

    def touch(self, article_id: str, *, file: FileState) -> None:
        """Note that an article's file was moved or its time changed, its content being the same."""
        with self._connections.transaction() as db:
            db.execute(
                "UPDATE articles SET path = ?, size = ?, mtime_ns = ? WHERE id = ?",
                (file.path, file.size, file.mtime_ns, article_id),
            )

    def amend(self, article: Article) -> None:
        """Write what a person corrected of an article: title, outlet, date, tags."""
        known = (article.title, article.outlet, article.published, json.dumps(article.tags))
        with self._connections.transaction() as db:
            db.execute(
                "UPDATE articles SET title = ?, outlet = ?, published = ?, tags = ? WHERE id = ?",
                (*known, article.id),
            )
            writing.next_change(db)

    def fail(self, failure: KnownFailure) -> None:
        """Remember a file that could not be read."""
        with self._connections.transaction() as db:
            writing.upsert(db, "failures", asdict(failure), key="path")

    def forget_failures(self, paths: Iterable[str]) -> None:
        """Forget files that are no longer there."""
        with self._connections.transaction() as db:
            db.executemany("DELETE FROM failures WHERE path = ?", [(path,) for path in paths])

    def set_meta(self, **values: str) -> None:
        """Write facts about the index, such as what it was made with."""
        with self._connections.transaction() as db:
            for key, value in values.items():
                writing.upsert(db, "meta", {"key": key, "value": value}, key="key")

    def copy_embeddings(self, former: Path, *, dimension: int) -> None:
        """Take over the embeddings of another generation, so that nothing is embedded again.

        `former` is that generation's folder; nothing happens where it has no catalogue.

        Only those of this dimension: a model may have been replaced under its own name. Those of
        titles, which no passage names, are the ones without sentences.
        """
        store = self._connections
        with store.writing() as db, store.former(db, former) as other:
            if other:
                db.execute(
                    "INSERT INTO embeddings (key, vector, sentences, lengths) "
                    f"SELECT key, vector, sentences, ? FROM {other}.embeddings "
                    f"WHERE (key IN (SELECT embedding FROM {other}.passages) "
                    "OR length(sentences) = 0) AND length(vector) = ? ON CONFLICT DO NOTHING",
                    (b"", 4 * dimension),
                )

    def take_embeddings(self, other: "Catalogue", *, dimension: int) -> None:
        """Take over the embeddings of a catalogue that another database keeps."""
        query = "SELECT key, vector, sentences FROM embeddings WHERE length(vector) = ?"
        with other._connections.reading() as source:
            rows = iter(source.execute(query, (4 * dimension,)))
            while some := list(islice(rows, _AT_ONCE)):
                with self._connections.transaction() as db:
                    rows_without = [(*row, b"") for row in some]
                    db.executemany(writing.INSERT_EMBEDDING, rows_without)

    def measure(self, lengths: Mapping[bytes, Vectors]) -> None:
        """Write the lengths of the neutral vectors of embeddings, by their keys."""
        rows = [(found.astype("<f4").tobytes(), key) for key, found in lengths.items()]
        with self._connections.transaction() as db:
            db.executemany("UPDATE embeddings SET lengths = ? WHERE key = ?", rows)

    def save(self, file: Path) -> None:
        """Write all of it into a new file of SQLite."""
        saved = Catalogue(file)
        try:
            with self._connections.reading() as db, saved._connections.transaction() as target:
                copy_rows(db, target)
        finally:
            saved.close()

    # --- looking after it ---

    def problems(self) -> list[str]:
        """What does not fit together, in words. Reads everything."""
        with self._connections.writing() as db:
            return self._connections.problems(db) + checking.problems(db)

    def digest(self) -> str:
        """A hash of all it says: two catalogues made from the same files have the same."""
        with self._connections.reading() as db:
            return checking.digest(db)

    # --- reading articles ---

    def meta(self) -> dict[str, str]:
        """All facts about the index."""
        with self._connections.reading() as db:
            return dict(db.execute("SELECT key, value FROM meta"))

    def change(self) -> int:
        """A counter that grows whenever passages come or go, or an article is corrected."""
        with self._connections.reading() as db:
            return writing.change(db)

    def articles(self, filters: Filters | None = None) -> list[Article]:
        """All articles that the filters let through, newest first, then by title."""
        condition, values = where(filters or Filters())
        order = "ORDER BY published IS NULL, published DESC, title, id"
        with self._connections.reading() as db:
            rows = db.execute(f"SELECT {ARTICLE} FROM articles WHERE {condition} {order}", values)
            return [article_of(row) for row in rows]

    def article(self, article_id: str) -> Article | None:
        """One article, or None."""
        found = self.articles(Filters(articles=(article_id,)))
        return found[0] if found else None

    def text(self, article_id: str) -> ArticleText | None:
        """One article with its whole text, or None."""
        article = self.article(article_id)
        with self._connections.reading() as db:
            query = "SELECT text, pages, headings FROM texts WHERE article_id = ?"
            row = db.execute(query, (article_id,)).fetchone()
        if article is None or row is None:
            return None
        text, pages, headings = row
        return ArticleText(article, text, pages=pages_of(pages), headings=headings_of(headings))

    def files(self) -> dict[str, tuple[str, FileState]]:
        """Every indexed file by its path: the article's ID and the file as it was."""
        query = "SELECT id, path, hash, size, mtime_ns FROM articles"
        with self._connections.reading() as db:
            return {row[1]: (row[0], FileState(*row[1:])) for row in db.execute(query)}

    def failures(self) -> dict[str, KnownFailure]:
        """Every file that could not be read, by its path."""
        with self._connections.reading() as db:
            rows = db.execute("SELECT path, size, mtime_ns, error, hint FROM failures")
            return {row[0]: KnownFailure(*row) for row in rows}

    def counts(self) -> tuple[int, int]:
        """How many articles and how many passages there are."""
        return self.facets.counts()

    def languages(self) -> dict[str, int]:
        """How many articles there are in each language, the most frequent first."""
        return self.facets.languages()

    def newest(self) -> str | None:
        """The date of the newest article, where any has one."""
        return self.facets.newest()


def open_catalogue(folder: Path, *, url: str = "") -> Catalogue:
    """The catalogue of the generation that a folder is of: in PostgreSQL at `url`, else there."""
    if url:
        from assistant.catalogue.in_postgres import InPostgres

        return Catalogue(InPostgres(url, generation=folder.name))
    return Catalogue(folder / "catalogue.sqlite")
