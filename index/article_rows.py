"""Articles as rows: what is written into the tables for an article, and what is read back.

Functions here work inside a transaction of the store.
"""

import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from index.database import Row
from index.date_rows import insert_dates
from index.embed import Matrix
from index.records import Article, Span, Window
from index.word_block import BLOCK

COLUMNS = "id, title, text, published, published_from, publisher, url, path, event, published_after, published_before"
WORD = re.compile(r"\w+")


def article_of(row: Row) -> Article:
    """The article of a row of ``COLUMNS``."""
    after, before = day_of(row[9]), day_of(row[10])
    within = Window(after, before) if after or before else None
    return replace(Article(*row[:9]), published=day_of(row[3]), published_within=within)


def stored(db: sqlite3.Connection, article_id: str) -> Article:
    """The article of this id, which must be there."""
    return article_of(db.execute(f"SELECT {COLUMNS} FROM articles WHERE id = ?", (article_id,)).fetchone())


def insert(db: sqlite3.Connection, article: Article, groups: Sequence[tuple[Span, ...]], vectors: Matrix) -> None:
    """Writes a new article with its chunks; ``vectors`` is float32 (n_groups, dim)."""
    within = article.published_within or Window()
    db.execute(
        f"INSERT INTO articles ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        (article.id, article.title, article.text, written(article.published), article.published_from)
        + (article.publisher, article.url, article.path, article.event)
        + (written(within.after), written(within.before)),
    )
    for group, vector in zip(groups, vectors, strict=True):
        start, end = group[0].start, group[-1].end
        spans = json.dumps([[s.start, s.end] for s in group])
        row = db.execute(
            'INSERT INTO chunks (article_id, start, "end", sentences, embedding) VALUES (?,?,?,?,?)',
            (article.id, start, end, spans, np.ascontiguousarray(vector, dtype=np.float32).tobytes()),
        )
        db.execute(
            "INSERT INTO chunks_fts (rowid, title, body) VALUES (?,?,?)",
            (row.lastrowid, _fts_title(article), article.text[start:end]),
        )
    db.executemany(
        "INSERT INTO vocabulary VALUES (?, 1) ON CONFLICT(word) DO UPDATE SET articles = articles + 1",
        [(word,) for word in sorted(_vocabulary(article.title, article.text))],
    )
    insert_dates(db, article)
    _grow(db, "generation")
    _grow(db, "revision")


def update(db: sqlite3.Connection, article: Article) -> None:
    """Writes what is known of a stored article anew; its title and text are part of its id and stay."""
    within = article.published_within or Window()
    db.execute(
        "UPDATE articles SET published = ?, published_after = ?, published_before = ?, published_from = ?, "
        "publisher = ?, url = ?, event = ? WHERE id = ?",
        (written(article.published), written(within.after), written(within.before), article.published_from)
        + (article.publisher, article.url, article.event, article.id),
    )
    changed = db.execute(
        "UPDATE chunks_fts SET title = ?1 WHERE title <> ?1 AND rowid IN (SELECT id FROM chunks WHERE article_id = ?2)",
        (_fts_title(article), article.id),
    )
    if changed.rowcount:
        of = db.execute(f"SELECT DISTINCT id / {BLOCK} FROM chunks WHERE article_id = ?", (article.id,)).fetchall()
        for (block,) in of:
            _grow(db, f"rewritten {block}")
    _grow(db, "revision")
    db.execute("DELETE FROM event_dates WHERE article_id = ?", (article.id,))
    insert_dates(db, article)


def delete(db: sqlite3.Connection, article_id: str) -> None:
    """Takes an article out with all that was written for it."""
    for title, text in db.execute("SELECT title, text FROM articles WHERE id = ?", (article_id,)).fetchall():
        gone = [(word,) for word in _vocabulary(title, text)]
        db.executemany("UPDATE vocabulary SET articles = articles - 1 WHERE word = ?", gone)
        db.execute("DELETE FROM vocabulary WHERE articles < 1")
    db.execute("DELETE FROM chunks_fts WHERE rowid IN (SELECT id FROM chunks WHERE article_id = ?)", (article_id,))
    db.execute("DELETE FROM articles WHERE id = ?", (article_id,))
    _grow(db, "generation")
    _grow(db, "revision")


def _grow(db: sqlite3.Connection, counter: str) -> None:
    db.execute(
        "INSERT INTO meta VALUES (?, '1') ON CONFLICT(key) DO UPDATE SET value = CAST(value AS INTEGER) + 1", (counter,)
    )


def _fts_title(article: Article) -> str:
    return f"{article.title} {article.event}".strip()


def _vocabulary(title: str, text: str) -> set[str]:
    return {word for word in WORD.findall(f"{title} {text}".lower()) if len(word) >= 3 and word.isalpha()}


def day_of(written: str | None) -> date | None:
    """The day of an ISO date in a row, None for none."""
    return date.fromisoformat(written) if written else None


def written(day: date | None) -> str | None:
    """A day as a row holds it."""
    return day.isoformat() if day else None
