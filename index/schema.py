"""Numbered migrations of the SQLite file; ``PRAGMA user_version`` says how many have been applied."""

import sqlite3

from index.errors import StoreError

MIGRATIONS = (
    """
    CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);
    INSERT INTO meta VALUES ('uid', lower(hex(randomblob(8))));
    CREATE TABLE sources (
        key TEXT PRIMARY KEY,           -- absolute path of the file
        digest TEXT NOT NULL            -- SHA-256 of its bytes; "" while it is being added
    );
    CREATE TABLE articles (
        id TEXT PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL, published TEXT, published_from TEXT NOT NULL,
        publisher TEXT NOT NULL, url TEXT NOT NULL, path TEXT NOT NULL, event TEXT NOT NULL
    );
    CREATE TABLE article_sources (
        article_id TEXT NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
        source TEXT NOT NULL REFERENCES sources(key) ON DELETE CASCADE,
        PRIMARY KEY (article_id, source)
    );
    CREATE TABLE chunks (
        id INTEGER PRIMARY KEY AUTOINCREMENT,   -- never used twice: it is the FAISS id
        article_id TEXT NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
        start INTEGER NOT NULL, "end" INTEGER NOT NULL,
        sentences TEXT NOT NULL,                -- JSON [[start, end], ...]
        embedding BLOB NOT NULL                 -- float32, unit length
    );
    CREATE INDEX chunks_by_article ON chunks(article_id);
    CREATE TABLE mentions (
        article_id TEXT NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
        after TEXT NOT NULL, before TEXT NOT NULL
    );
    CREATE INDEX mentions_by_article ON mentions(article_id);
    CREATE TABLE vocabulary (word TEXT PRIMARY KEY, articles INTEGER NOT NULL) WITHOUT ROWID;
    CREATE VIRTUAL TABLE chunks_fts USING fts5(title, body, tokenize='porter unicode61 remove_diacritics 2');
    """,
    # The dates are found anew when the library is opened; see Store.date_again.
    """
    ALTER TABLE articles ADD COLUMN published_after TEXT;
    ALTER TABLE articles ADD COLUMN published_before TEXT;
    DROP TABLE mentions;
    CREATE TABLE event_dates (
        article_id TEXT NOT NULL REFERENCES articles(id) ON DELETE CASCADE,
        sentence_start INTEGER, sentence_end INTEGER,   -- NULL for a date in the article's event
        start INTEGER, "end" INTEGER,
        after TEXT NOT NULL, before TEXT NOT NULL,
        bound INTEGER NOT NULL, resolved INTEGER NOT NULL
    );
    CREATE INDEX event_dates_by_article ON event_dates(article_id);
    CREATE TABLE corrections (          -- dates set by hand; kept when the article is taken out or indexed again
        article_id TEXT PRIMARY KEY,
        title TEXT NOT NULL,
        after TEXT, before TEXT,        -- both NULL: said to be unknown
        found TEXT, found_after TEXT, found_before TEXT, found_from TEXT NOT NULL   -- what the source says
    );
    CREATE TABLE correction_sources (
        article_id TEXT NOT NULL REFERENCES corrections(article_id) ON DELETE CASCADE ON UPDATE CASCADE,
        source TEXT NOT NULL,
        PRIMARY KEY (article_id, source)
    );
    """,
)


def migrate(connection: sqlite3.Connection) -> None:
    """Brings the file to the newest version, one transaction a step. Raises StoreError for a later one."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if version > len(MIGRATIONS):
        raise StoreError(
            f"the library has version {version}, this program knows up to {len(MIGRATIONS)}; update colloquy"
        )
    for number in range(version, len(MIGRATIONS)):
        connection.executescript(f"BEGIN IMMEDIATE;{MIGRATIONS[number]};PRAGMA user_version = {number + 1};COMMIT;")
