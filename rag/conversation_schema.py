"""Numbered migrations of the file of conversations; ``PRAGMA user_version`` says how many have been applied."""

import sqlite3

from index.errors import StoreError

MIGRATIONS = (
    (
        """
        CREATE TABLE conversations (
            id INTEGER PRIMARY KEY AUTOINCREMENT,   -- never used twice: a page may still hold the id of a deleted one
            user TEXT NOT NULL,                     -- name of the login, "" without one
            title TEXT NOT NULL,
            named INTEGER NOT NULL DEFAULT 0,       -- 1: the user gave the title
            revision INTEGER NOT NULL DEFAULT 1,    -- grows with every change of the turns
            created TEXT NOT NULL, updated TEXT NOT NULL    -- ISO, UTC
        )
        """,
        "CREATE INDEX conversations_by_user ON conversations(user, updated)",
        """
        CREATE TABLE turns (
            conversation INTEGER NOT NULL REFERENCES conversations(id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            shown INTEGER NOT NULL DEFAULT 1,       -- 0: asked again since, kept for the vote on it
            phase TEXT NOT NULL,
            vote INTEGER NOT NULL DEFAULT 0, remark TEXT NOT NULL DEFAULT '',
            record TEXT NOT NULL,                   -- JSON, see conversation_record.py
            PRIMARY KEY (conversation, number)
        ) WITHOUT ROWID
        """,
        "CREATE VIRTUAL TABLE words USING fts5(title, text, tokenize='unicode61 remove_diacritics 2')",
    ),
    (
        """
        CREATE TABLE preferences (
            user TEXT PRIMARY KEY,      -- name of the login, "" without one
            record TEXT NOT NULL        -- JSON, see preferences.py
        ) WITHOUT ROWID
        """,
    ),
)


def migrate(connection: sqlite3.Connection) -> None:
    """Brings the file to the newest version in one transaction. Raises StoreError for a later one."""
    if _version(connection) == len(MIGRATIONS):
        return
    # Asked again inside: another thread or program may have made the step meanwhile.
    connection.execute("BEGIN IMMEDIATE")
    try:
        version = _version(connection)
        if version > len(MIGRATIONS):
            raise StoreError(
                f"it has version {version}, this program knows up to {len(MIGRATIONS)}; update colloquy, or move the "
                "file away to begin anew"
            )
        for statements in MIGRATIONS[version:]:
            for statement in statements:
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
