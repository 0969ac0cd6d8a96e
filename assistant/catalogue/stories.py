"""What near-copies are looked up by, and which articles are near-copies of each other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.catalogue.database import Database, Store, in_pages
from assistant.records import Vectors


@dataclass(frozen=True, slots=True)
class NewStory:
    """What is kept of an article to recognise its near-copies, and the IDs of those known.

    `sketch` are the values of `copies.sketch`, `mean` the vector of `copies.mean_vector`, where
    translations are looked for.
    """

    sketch: Sequence[int]
    mean: "Vectors | None" = None
    copies: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Means:
    """Rows of the lookup across languages: numbers, languages, mean vectors [n, dimension]."""

    numbers: list[int]
    languages: list[str]
    vectors: Vectors


class Stories:
    """The stories of one catalogue. A changed article's story gets a new number."""

    def __init__(self, connections: Store) -> None:
        self._connections = connections

    def sharing(self, values: Sequence[int], *, without: str, least: int, most: int) -> list[str]:
        """The articles but one that share `least` values of a sketch or more, most shared first."""
        if not values:
            return []
        query = (  # counted first: a phrase that all articles have is in as many rows as they are
            "SELECT article_id, shared FROM (SELECT number, count(*) AS shared FROM sketches "
            f"WHERE value IN ({', '.join('?' * len(values))}) GROUP BY number "
            "HAVING count(*) >= ?) AS likely JOIN stories USING (number) "
            "WHERE article_id != ? ORDER BY 2 DESC, 1 LIMIT ?"
        )
        with self._connections.reading() as db:
            return [row[0] for row in db.execute(query, (*values, least, without, most))]

    def texts(self, article_ids: Sequence[str]) -> dict[str, tuple[str, str]]:
        """The text and language of each of these articles."""
        query = (
            "SELECT id, text, language FROM articles JOIN texts ON article_id = id "
            f"WHERE id IN ({', '.join('?' * len(article_ids))})"
        )
        with self._connections.reading() as db:
            return {row[0]: (row[1], row[2]) for row in db.execute(query, list(article_ids))}

    def means_after(self, number: int) -> Means:
        """The mean vectors of the stories that have one and a number above this, in order."""
        query = (
            "SELECT number, language, mean FROM stories JOIN articles ON id = article_id "
            "WHERE number > ? AND mean IS NOT NULL ORDER BY number"
        )
        with self._connections.reading() as db:
            rows = db.execute(query, (number,)).fetchall()
        vectors = np.frombuffer(b"".join(row[2] for row in rows), "<f2").astype(np.float32)
        shape = (len(rows), len(vectors) // max(len(rows), 1))
        return Means([row[0] for row in rows], [row[1] for row in rows], vectors.reshape(shape))

    def count(self) -> int:
        """How many stories have a mean vector."""
        with self._connections.reading() as db:
            return int(db.execute("SELECT count(mean) FROM stories").fetchone()[0])

    def numbers(self) -> list[int]:
        """The numbers of the stories that have a mean vector."""
        query = "SELECT number FROM stories WHERE mean IS NOT NULL"
        with self._connections.reading() as db:
            return [row[0] for row in db.execute(query)]

    def article_ids(self, numbers: Sequence[int]) -> dict[int, str]:
        """The articles whose stories have these numbers."""
        marks = ", ".join("?" * len(numbers))
        query = f"SELECT number, article_id FROM stories WHERE number IN ({marks})"
        with self._connections.reading() as db:
            return dict(db.execute(query, list(numbers)))

    def copies(self, article_ids: Sequence[str]) -> dict[str, list[str]]:
        """The near-copies of each of these articles that has any, by ID."""
        found: dict[str, list[str]] = {}
        for page in in_pages(article_ids):
            query = (
                "SELECT article_id, copy_id FROM copies "
                f"WHERE article_id IN ({', '.join('?' * len(page))}) ORDER BY 1, 2"
            )
            with self._connections.reading() as db:
                for article_id, copy_id in db.execute(query, page):
                    found.setdefault(article_id, []).append(copy_id)
        return found


def write(db: Database, article_id: str, story: NewStory) -> None:
    """Put an article's story in the place of its former one, inside a transaction."""
    db.execute("DELETE FROM stories WHERE article_id = ?", (article_id,))
    db.execute("DELETE FROM copies WHERE article_id = ? OR copy_id = ?", (article_id, article_id))
    mean = None if story.mean is None else story.mean.astype("<f2").tobytes()
    insert = "INSERT INTO stories (article_id, mean) VALUES (?, ?) RETURNING number"
    ((number,),) = db.execute(insert, (article_id, mean)).fetchall()
    values = [(value, number) for value in set(story.sketch)]
    db.executemany("INSERT INTO sketches VALUES (?, ?)", values)
    pairs = [(article_id, other) for other in story.copies]
    pairs += [(other, article_id) for other in story.copies]
    db.executemany("INSERT INTO copies VALUES (?, ?) ON CONFLICT DO NOTHING", pairs)
