"""Looks through a whole catalogue: what does not fit together, and a digest of all it says."""

import json
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any

from assistant.catalogue.database import Database

_TOGETHER = {
    "passages of no article": "SELECT count(*) FROM passages p LEFT JOIN texts t "
    "ON t.article_id = p.article_id WHERE t.article_id IS NULL",
    "texts of no article": "SELECT count(*) FROM texts t LEFT JOIN articles a "
    "ON a.id = t.article_id WHERE a.id IS NULL",
    "articles without a text": "SELECT count(*) FROM articles a LEFT JOIN texts t "
    "ON a.id = t.article_id WHERE t.article_id IS NULL",
    "articles without a passage": "SELECT count(*) FROM articles a WHERE NOT EXISTS "
    "(SELECT 1 FROM passages p WHERE p.article_id = a.id)",
    "passages without an embedding": "SELECT count(*) FROM passages p LEFT JOIN embeddings e "
    "ON e.key = p.embedding WHERE e.key IS NULL",
    "passages without keywords": "SELECT count(*) FROM passages p LEFT JOIN keywords k "
    "ON k.rowid = p.number WHERE k.rowid IS NULL",
    "keywords of no passage": "SELECT count(*) FROM keywords k LEFT JOIN passages p "
    "ON k.rowid = p.number WHERE p.number IS NULL",
    "passages whose terms are miscounted": "SELECT count(*) FROM passages p JOIN keywords k "
    "ON k.rowid = p.number WHERE p.terms <> CASE WHEN k.terms = '' THEN 0 "
    "ELSE length(k.terms) - length(replace(k.terms, ' ', '')) + 1 END",
    "passages both there and dropped": "SELECT count(*) FROM passages JOIN dropped USING (number)",
}
_SAYS = (
    "SELECT id, path, hash, title, outlet, author, published, language, url, a.pages, words, "
    "text, t.pages, headings FROM articles a JOIN texts t ON article_id = id ORDER BY id",
    'SELECT id, article_id, start, "end", language, heading, page, page_label, embedding, '
    "vector, sentences, k.terms FROM passages JOIN embeddings ON key = embedding "
    "JOIN keywords k ON k.rowid = number ORDER BY id",
    "SELECT path, error FROM failures ORDER BY path",
)


def problems(db: Database) -> list[str]:
    """What does not fit together, in words; nothing if the catalogue is whole."""
    found = []
    for name, query in _TOGETHER.items():
        if count := db.execute(query).fetchone()[0]:
            found.append(f"{count:,} {name}")
    if altered := sum(1 for _ in _altered(db)):
        found.append(f"{altered:,} passages whose words are not those that were indexed")
    return found


def digest(db: Database) -> str:
    """A hash of all a catalogue says but tags; two made from the same files have the same."""
    total = blake2b(digest_size=16)
    for query in _SAYS:
        for row in db.execute(query):
            total.update(json.dumps([_plain(value) for value in row]).encode())
    return total.hexdigest()


def is_of(words: str, passage_id: str) -> bool:
    """Whether a passage's words are those its ID was made from."""
    made = blake2b(words.encode("utf-8", "replace"), digest_size=6).hexdigest()
    return passage_id.rpartition("-")[2].split(".")[0] == made


def _altered(db: Database) -> Iterator[str]:
    query = (
        'SELECT id, substr(text, start + 1, "end" - start) '
        "FROM passages p JOIN texts t ON t.article_id = p.article_id"
    )
    return (key for key, words in db.execute(query) if not is_of(words, key))


def _plain(value: Any) -> Any:
    return value.hex() if isinstance(value, bytes) else value
