"""Copies a catalogue, whatever keeps it, row by row into another one that is empty."""

from itertools import islice

from assistant.catalogue.database import Database

_AT_ONCE = 500  # rows: some megabytes of embeddings
_TABLES = (
    ("articles", "id, path, hash, size, mtime_ns, title, outlet, author, published, language, url, "
     "pages, words, added, tags"),
    ("texts", "article_id, text, pages, headings"),
    ("embeddings", "key, vector, sentences, lengths"),
    ("passages", 'number, id, article_id, start, "end", language, heading, page, page_label, '
     "embedding, terms"),
    ("keywords", "rowid, terms"),
    ("stories", "number, article_id, mean"),
    ("sketches", "value, number"),
    ("copies", "article_id, copy_id"),
    ("failures", "path, size, mtime_ns, error, hint"),
)  # fmt: skip
"""In the order of what refers to what. What was dropped is no matter of a copy."""


def copy_rows(source: Database, target: Database) -> None:
    """Copy all rows, inside a transaction of the target; what it is made with, too."""
    for table, columns in _TABLES:
        marks = ", ".join("?" * len(columns.split(",")))
        insert = f"INSERT INTO {table} ({columns}) VALUES ({marks})"
        rows = iter(source.execute(f"SELECT {columns} FROM {table}"))
        while some := list(islice(rows, _AT_ONCE)):
            target.executemany(insert, some)
    meta = "SELECT key, value FROM meta WHERE key NOT IN ('schema', 'change', 'collection')"
    known = [row for row in source.execute(meta) if not row[0].startswith("kept ")]
    target.executemany("INSERT INTO meta VALUES (?, ?)", known)
    target.execute("UPDATE meta SET value = '1' WHERE key = 'change'")
