-- personal.sqlite of version 0.1.0, with a row in every table
CREATE TABLE ids (id TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, hash TEXT NOT NULL);
CREATE INDEX ids_hash ON ids (hash);
CREATE TABLE origins (hash TEXT PRIMARY KEY, url TEXT NOT NULL, fetched TEXT NOT NULL);
CREATE TABLE added (id TEXT PRIMARY KEY, day TEXT NOT NULL);
CREATE TABLE corrections (id TEXT, field TEXT, value TEXT NOT NULL, PRIMARY KEY (id, field));
CREATE TABLE tags (id TEXT, tag TEXT, PRIMARY KEY (id, tag));
INSERT INTO ids VALUES ('0a1b2c3d', 'a.txt', '1');
INSERT INTO origins VALUES ('1', 'https://example.org/a', '2026-11-23');
INSERT INTO added VALUES ('0a1b2c3d', '2026-11-23');
INSERT INTO corrections VALUES ('0a1b2c3d', 'title', 'A better title');
INSERT INTO tags VALUES ('0a1b2c3d', 'harbour'), ('0a1b2c3d', 'häfen');
PRAGMA user_version = 1;
