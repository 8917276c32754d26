"""Publication dates set by hand, in the tables ``corrections`` and ``correction_sources``.

The row of an article holds the date that counts, so that every filter sees it; the correction keeps the date that was
found in the source, to go back to. Functions here work inside a transaction of the store.
"""

import sqlite3
from collections.abc import Collection
from dataclasses import replace

from index.article_rows import day_of, written
from index.inference import with_inference
from index.periods import only_day
from index.records import Article, Window


def corrected(db: sqlite3.Connection, article: Article) -> Article:
    """The article with its date set by hand, where it has one; the date that it comes with is noted as found."""
    row = db.execute("SELECT after, before FROM corrections WHERE article_id = ?", (article.id,)).fetchone()
    if row is None:
        return article
    within = article.published_within or Window()
    db.execute(
        "UPDATE corrections SET title = ?, found = ?, found_after = ?, found_before = ?, found_from = ? "
        "WHERE article_id = ?",
        (article.title, written(article.published), written(within.after), written(within.before))
        + (article.published_from, article.id),
    )
    return _set(article, Window(day_of(row[0]), day_of(row[1])))


def correct(db: sqlite3.Connection, article: Article, period: Window) -> Article:
    """Notes the period (``Window()``: unknown) for a stored article. Returns the article as it is to be stored."""
    known = db.execute("SELECT 1 FROM corrections WHERE article_id = ?", (article.id,)).fetchone()
    if known:
        db.execute(
            "UPDATE corrections SET after = ?, before = ? WHERE article_id = ?",
            (written(period.after), written(period.before), article.id),
        )
    else:
        within = article.published_within or Window()
        db.execute(
            "INSERT INTO corrections VALUES (?,?,?,?,?,?,?,?)",
            (article.id, article.title, written(period.after), written(period.before), written(article.published))
            + (written(within.after), written(within.before), article.published_from),
        )
    db.execute(
        "INSERT OR IGNORE INTO correction_sources SELECT article_id, source FROM article_sources WHERE article_id = ?",
        (article.id,),
    )
    return _set(article, period)


def found_again(db: sqlite3.Connection, article: Article) -> Article:
    """Forgets the correction. Returns the article with the date that was found, inferred anew where none was stated."""
    row = db.execute(
        "SELECT found, found_after, found_before, found_from FROM corrections WHERE article_id = ?", (article.id,)
    ).fetchone()
    if row is None:
        return article
    db.execute("DELETE FROM corrections WHERE article_id = ?", (article.id,))
    if row[3] in ("", "inferred"):
        return with_inference(article)
    within = Window(day_of(row[1]), day_of(row[2]))
    return replace(article, published=day_of(row[0]), published_within=within or None, published_from=row[3])


def carry_over(db: sqlite3.Connection, source: str, kept: Collection[str]) -> tuple[str, ...]:
    """Moves corrections to the edited articles of a file. Returns the ids of the articles that now have one.

    An edited article is told by its title: one article of the file with a correction is gone, one without is there.
    With several of that title nothing is moved, since it would be a guess which is which.
    """
    gone: dict[str, list[str]] = {}
    for id, title in db.execute(
        "SELECT c.article_id, c.title FROM corrections c JOIN correction_sources s USING (article_id) "
        "WHERE s.source = ?",
        (source,),
    ).fetchall():
        if id not in kept:
            gone.setdefault(title, []).append(id)
    moved = []
    for title, ids in gone.items():
        new = [
            id
            for (id,) in db.execute(
                "SELECT a.id FROM articles a JOIN article_sources s ON s.article_id = a.id "
                "WHERE s.source = ? AND a.title = ?",
                (source, title),
            ).fetchall()
            if id in kept
        ]
        if len(ids) != 1 or len(new) != 1 or is_corrected(db, new[0]):
            continue
        others = db.execute(
            "SELECT 1 FROM article_sources WHERE article_id = ? AND source != ?", (ids[0], source)
        ).fetchone()
        if others:  # the old text stands in another file, and keeps its correction
            db.execute(
                "INSERT INTO corrections SELECT ?, title, after, before, found, found_after, found_before, found_from "
                "FROM corrections WHERE article_id = ?",
                (new[0], ids[0]),
            )
            db.execute(
                "UPDATE correction_sources SET article_id = ? WHERE article_id = ? AND source = ?",
                (new[0], ids[0], source),
            )
        else:
            db.execute("UPDATE corrections SET article_id = ? WHERE article_id = ?", (new[0], ids[0]))
        moved.append(new[0])
    return tuple(moved)


def is_corrected(db: sqlite3.Connection, article_id: str) -> bool:
    return db.execute("SELECT 1 FROM corrections WHERE article_id = ?", (article_id,)).fetchone() is not None


def _set(article: Article, period: Window) -> Article:
    day = only_day(period)
    within = None if day or not period else period
    return replace(article, published=day, published_within=within, published_from="user")
