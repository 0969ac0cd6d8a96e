CREATE TABLE conversations (
    id TEXT PRIMARY KEY, owner TEXT NOT NULL, title TEXT NOT NULL, began TEXT NOT NULL,
    changed TEXT NOT NULL, deleted TEXT NOT NULL DEFAULT ''
);
CREATE INDEX conversations_owner ON conversations (owner, changed);
CREATE TABLE exchanges (
    conversation TEXT, number INTEGER, kept TEXT NOT NULL, words TEXT NOT NULL,
    PRIMARY KEY (conversation, number)
);
CREATE TABLE verdicts (
    conversation TEXT, number INTEGER, good INTEGER NOT NULL, why TEXT NOT NULL,
    given TEXT NOT NULL, PRIMARY KEY (conversation, number)
);
CREATE TABLE sets (
    owner TEXT, name TEXT, articles TEXT NOT NULL, PRIMARY KEY (owner, name)
);
CREATE TABLE preferences (name TEXT PRIMARY KEY, value TEXT NOT NULL);
