"""The dates that articles speak of, as rows of the table ``event_dates``."""

import json
import sqlite3
from collections.abc import Sequence
from datetime import date

from index.database import Database, Row
from index.event_dates import event_dates
from index.records import Article, EventDate, Span, Window


def insert_dates(db: sqlite3.Connection, article: Article) -> None:
    """Finds the dates that the article speaks of and writes them, inside a transaction."""
    db.executemany(
        "INSERT INTO event_dates VALUES (?,?,?,?,?,?,?,?,?)",
        [
            (d.article_id, *_ends(d.sentence), *_ends(d.words))
            + (d.after.isoformat(), d.before.isoformat(), d.bound, d.resolved)
            for d in event_dates(article)
        ],
    )


def read_dates(file: Database, article_ids: Sequence[str] = ()) -> tuple[EventDate, ...]:
    """The dates that these articles speak of, of all where none is named, by article and place."""
    condition = "WHERE article_id IN (SELECT value FROM json_each(?))" if article_ids else ""
    values = (json.dumps(list(article_ids)),) if article_ids else ()
    rows = file.rows(f"SELECT * FROM event_dates {condition} ORDER BY article_id, rowid", *values)
    return tuple(_event_date(row) for row in rows)


def same_days(file: Database, window: Window) -> tuple[Window, ...]:
    """The period moved to each year, not later than its own, in which articles were published in it or speak of a
    date in it of a month at most; latest first. Both ends of ``window`` must be set."""
    assert window.after and window.before
    month = f"{window.after.month:02}"
    rows = file.rows(
        "SELECT after, before FROM event_dates WHERE NOT bound AND substr(after, 6, 2) = ? AND after < ? "
        "AND julianday(before) - julianday(after) <= 31 "
        "UNION SELECT published, date(published, '+1 day') FROM articles WHERE substr(published, 6, 2) = ? "
        "AND published < ?",
        *(month, window.before.isoformat()) * 2,
    )
    known = [(date.fromisoformat(a), date.fromisoformat(b)) for a, b in rows]
    moved = (_in_year(window, year) for year in sorted({after.year for after, _ in known}, reverse=True))
    return tuple(w for w in moved if w and any(w.meets(*ends) for ends in known))


def _ends(span: Span | None) -> tuple[int | None, int | None]:
    return (span.start, span.end) if span else (None, None)


def _event_date(row: Row) -> EventDate:
    sentence, words = (Span(*ends) if ends[0] is not None else None for ends in (row[1:3], row[3:5]))
    after, before = date.fromisoformat(row[5]), date.fromisoformat(row[6])
    return EventDate(row[0], sentence, words, after, before, bool(row[7]), bool(row[8]))


def _in_year(window: Window, year: int) -> Window | None:
    """The same days of another year; None where it has no such day."""
    assert window.after and window.before
    try:
        after = window.after.replace(year=year)
    except ValueError:  # 29 February
        return None
    return Window(after, after + (window.before - window.after))
