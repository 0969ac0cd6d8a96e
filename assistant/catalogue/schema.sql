-- The index of one corpus. Derived: all of it can be made again from the corpus folder.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE articles (
    id TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE,
    hash TEXT NOT NULL, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    title TEXT NOT NULL, outlet TEXT NOT NULL, author TEXT NOT NULL, published TEXT,
    language TEXT NOT NULL, url TEXT, pages INTEGER NOT NULL, words INTEGER NOT NULL,
    added TEXT NOT NULL, tags TEXT NOT NULL
);
CREATE INDEX articles_hash ON articles (hash);
CREATE INDEX articles_published ON articles (published);

-- Apart from `articles`, so that listing them does not read their texts.
CREATE TABLE texts (
    article_id TEXT PRIMARY KEY REFERENCES articles ON DELETE CASCADE,
    text TEXT NOT NULL, pages TEXT NOT NULL, headings TEXT NOT NULL
);

-- By the hash of the embedded words: the same words are never embedded twice. `vector` is that of
-- the passage, float32; `sentences` are those of its sentences in order, float16, one after another.
-- `lengths`, float32: how long the neutral vector of the passage is and those of its sentences;
-- empty where what is neutral is estimated from the corpus and may change.
CREATE TABLE embeddings (
    key BLOB PRIMARY KEY, vector BLOB NOT NULL, sentences BLOB NOT NULL, lengths BLOB NOT NULL
);

-- A row's words never change. AUTOINCREMENT: a number is never given again. `terms` are counted.
CREATE TABLE passages (
    number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE,
    article_id TEXT NOT NULL REFERENCES articles ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, language TEXT NOT NULL,
    heading TEXT NOT NULL, page INTEGER, page_label TEXT, embedding BLOB NOT NULL,
    terms INTEGER NOT NULL
);
CREATE INDEX passages_article ON passages (article_id);

-- What a vector cache has to forget, by the change that dropped it.
CREATE TABLE dropped (number INTEGER PRIMARY KEY, change INTEGER NOT NULL);
CREATE INDEX dropped_change ON dropped (change);

-- What near-copies are looked up by: values of a sketch in one language, mean vectors (float16)
-- across languages. A changed article's story gets a new number.
CREATE TABLE stories (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id TEXT NOT NULL UNIQUE REFERENCES articles ON DELETE CASCADE, mean BLOB
);
CREATE TABLE sketches (
    value INTEGER NOT NULL, number INTEGER NOT NULL REFERENCES stories ON DELETE CASCADE,
    PRIMARY KEY (value, number)
) WITHOUT ROWID;
CREATE INDEX sketches_number ON sketches (number);

-- Near-copies, each pair in both directions.
CREATE TABLE copies (
    article_id TEXT NOT NULL REFERENCES articles ON DELETE CASCADE,
    copy_id TEXT NOT NULL REFERENCES articles ON DELETE CASCADE,
    PRIMARY KEY (article_id, copy_id)
) WITHOUT ROWID;
CREATE INDEX copies_copy ON copies (copy_id);

-- Files that could not be read, so that they are not tried again until they change.
CREATE TABLE failures (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL,
    error TEXT NOT NULL, hint TEXT NOT NULL
);

CREATE VIRTUAL TABLE keywords USING fts5 (terms, tokenize = 'ascii');

INSERT INTO meta VALUES ('schema', '3'), ('change', '0');
