"""What articles can be told apart by: languages, outlets, tags, dates; and how many there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from assistant.catalogue import writing
from assistant.catalogue.database import Store
from assistant.catalogue.reading import where
from assistant.records import Filters


@dataclass(frozen=True, slots=True)
class Extent:
    """How many articles there are, and the first and last day on which any was published."""

    articles: int
    first: str | None
    last: str | None


class Facets:
    """Counts over all articles, asked for once for each change of the catalogue."""

    def __init__(self, connections: Store) -> None:
        self._connections = connections
        self._known: dict[str, tuple[int, list[Any]]] = {}

    def counts(self) -> tuple[int, int]:
        """How many articles and how many passages there are."""
        query = "SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM passages)"
        ((articles, passages),) = self._rows(query)
        return int(articles), int(passages)

    def languages(self) -> dict[str, int]:
        """How many articles there are in each language, the most frequent first."""
        return self._counted(
            "SELECT language, count(*) FROM articles GROUP BY 1 ORDER BY 2 DESC, 1"
        )

    def outlets(self) -> dict[str, int]:
        """How many articles there are of each outlet, the most frequent first."""
        return self._counted(
            "SELECT outlet, count(*) FROM articles WHERE outlet != '' GROUP BY 1 ORDER BY 2 DESC, 1"
        )

    def tags(self) -> dict[str, int]:
        """How many articles have each tag, the most frequent first."""
        return self._counted(
            "SELECT value, count(*) FROM articles, json_each(tags) GROUP BY 1 ORDER BY 2 DESC, 1"
        )

    def newest(self) -> str | None:
        """The date of the newest article, where any has one."""
        ((found,),) = self._rows("SELECT max(published) FROM articles")
        return None if found is None else str(found)

    def unknown(self, article_ids: Sequence[str]) -> list[str]:
        """Those of the IDs that no article has."""
        marks = ", ".join("?" * len(article_ids))
        with self._connections.reading() as db:
            rows = db.execute(f"SELECT id FROM articles WHERE id IN ({marks})", list(article_ids))
            known = {row[0] for row in rows}
        return [key for key in article_ids if key not in known]

    def extent(self, filters: Filters) -> Extent:
        """How many articles the filters let through, and from when they are."""
        condition, values = where(filters)
        query = f"SELECT count(*), min(published), max(published) FROM articles WHERE {condition}"
        with self._connections.reading() as db:
            return Extent(*db.execute(query, values).fetchone())

    def _counted(self, query: str) -> dict[str, int]:
        return dict(self._rows(query))

    def _rows(self, query: str) -> list[Any]:
        with self._connections.reading() as db:
            change = writing.change(db)
            known = self._known.get(query)
            if known is None or known[0] != change:
                known = (change, db.execute(query).fetchall())
                self._known[query] = known
        return known[1]
