"""The SQLite file that holds all that is known: articles, chunks, embeddings and the word index."""

import json
import re
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from index.corrections import carry_over, correct, corrected, found_again
from index.embed import Matrix
from index.errors import StoreError
from index.event_dates import DATING, event_dates
from index.inference import with_inference
from index.records import Article, Chunk, EventDate, Query, Span, Window
from index.schema import migrate

_ARTICLE = "id, title, text, published, published_from, publisher, url, path, event, published_after, published_before"
_WORD = re.compile(r"\w+")


class Store:
    """One SQLite file in write-ahead mode. Each thread gets a connection of its own.

    Raises StoreError, in one line, where the file is damaged, locked for long or made by a later version.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._all: list[sqlite3.Connection] = []
        with self._errors():
            migrate(self._connection)

    def close(self) -> None:
        for connection in self._all:
            connection.close()

    # -- articles ---------------------------------------------------------------------------------------------------

    def add(self, article: Article, source: str, groups: Sequence[tuple[Span, ...]], vectors: Matrix) -> bool:
        """Stores an article with its chunks in one transaction. Returns False where the same content was there.

        ``vectors`` is float32 (n_groups, dim). Either way ``source`` is noted as a place where the article stands. What
        a source says anew of an article that it held already (date, publisher, address, event) takes the place of what
        it said before; a date set by hand stays.
        """
        with self._transaction() as db:
            known = db.execute("SELECT 1 FROM articles WHERE id = ?", (article.id,)).fetchone()
            held = db.execute(
                "SELECT 1 FROM article_sources WHERE article_id = ? AND source = ?", (article.id, source)
            ).fetchone()
            if not known or held:
                article = corrected(db, article)
            if not known:
                self._insert(db, article, groups, vectors)
            elif held:
                _update(db, article)
            db.execute("INSERT OR IGNORE INTO article_sources VALUES (?, ?)", (article.id, source))
        return not known

    def has(self, article_id: str) -> bool:
        return self._one("SELECT 1 FROM articles WHERE id = ?", article_id) is not None

    def article(self, article_id: str) -> Article | None:
        row = self._one(f"SELECT {_ARTICLE} FROM articles WHERE id = ?", article_id)
        return _article(row) if row else None

    def articles_like(self, prefix: str) -> tuple[Article, ...]:
        """The articles whose id begins with ``prefix`` (hex digits; anything else finds nothing)."""
        if not re.fullmatch(r"[0-9a-f]{1,16}", prefix):
            return ()
        return tuple(
            _article(r) for r in self._all_rows(f"SELECT {_ARTICLE} FROM articles WHERE id GLOB ?", f"{prefix}*")
        )

    def articles(self) -> tuple[Article, ...]:
        """All articles without their text (it is ""), newest first, those of unknown date last, then by title."""
        columns = _ARTICLE.replace(" text,", " '' AS text,")
        rows = self._all_rows(f"SELECT {columns} FROM articles ORDER BY published IS NULL, published DESC, title, id")
        return tuple(_article(r) for r in rows)

    def remove(self, article_id: str) -> None:
        """Takes an article out, and forgets the digests of its files, so that indexing them again brings it back."""
        with self._transaction() as db:
            db.execute(
                "UPDATE sources SET digest = '' WHERE key IN (SELECT source FROM article_sources WHERE article_id = ?)",
                (article_id,),
            )
            self._delete(db, article_id)

    def counts(self) -> tuple[int, int]:
        """Number of articles, number of chunks."""
        row = self._one("SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM chunks)")
        return (int(row[0]), int(row[1])) if row else (0, 0)

    # -- sources ----------------------------------------------------------------------------------------------------

    def digest(self, source: str) -> str:
        """Digest with which the file was last added in full; "" where it was not."""
        row = self._one("SELECT digest FROM sources WHERE key = ?", source)
        return str(row[0]) if row else ""

    def begin_source(self, source: str) -> None:
        with self._transaction() as db:
            db.execute("INSERT INTO sources VALUES (?, '') ON CONFLICT(key) DO UPDATE SET digest = ''", (source,))

    def end_source(self, source: str, digest: str, kept: Iterable[str]) -> int:
        """Notes the file as added in full and removes the articles that it held before and no longer holds.

        An article that another file holds too stays. Returns the number removed.
        """
        kept_ids = set(kept)
        removed = 0
        with self._transaction() as db:
            before = [r[0] for r in db.execute("SELECT article_id FROM article_sources WHERE source = ?", (source,))]
            for article_id in before:
                if article_id in kept_ids:
                    continue
                db.execute("DELETE FROM article_sources WHERE article_id = ? AND source = ?", (article_id, source))
                if not db.execute("SELECT 1 FROM article_sources WHERE article_id = ?", (article_id,)).fetchone():
                    self._delete(db, article_id)
                    removed += 1
            for id in carry_over(db, source, kept_ids):
                _update(db, corrected(db, _stored(db, id)))
            db.execute("UPDATE sources SET digest = ? WHERE key = ?", (digest, source))
        return removed

    # -- chunks -----------------------------------------------------------------------------------------------------

    def chunks(self, ids: Sequence[int]) -> dict[int, Chunk]:
        """The chunks of these ids; an id that is gone is left out."""
        marks = ",".join("?" * len(ids))
        rows = self._all_rows(f'SELECT id, article_id, start, "end", sentences FROM chunks WHERE id IN ({marks})', *ids)
        return {
            row[0]: Chunk(row[0], row[1], Span(row[2], row[3]), tuple(Span(*s) for s in json.loads(row[4])))
            for row in rows
        }

    def vectors(self) -> tuple[np.ndarray, Matrix]:
        """All chunk ids, int64 (n,), and their embeddings, float32 (n, dim)."""
        rows = self._all_rows("SELECT id, embedding FROM chunks ORDER BY id")
        ids = np.array([r[0] for r in rows], dtype=np.int64)
        joined = np.frombuffer(b"".join(r[1] for r in rows), dtype=np.float32)
        return ids, joined.reshape(len(rows), -1) if rows else np.zeros((0, 0), dtype=np.float32)

    def allowed(self, query: Query) -> np.ndarray | None:
        """Ids of the chunks that pass the filters of the query, int64 sorted; None where it sets no filter."""
        condition, values = _condition(query)
        if not condition:
            return None
        rows = self._all_rows(
            f"SELECT c.id FROM chunks c JOIN articles a ON a.id = c.article_id WHERE {condition} ORDER BY c.id", *values
        )
        return np.array([r[0] for r in rows], dtype=np.int64)

    def bm25(self, query: Query, limit: int) -> list[int]:
        """Chunk ids by BM25 (FTS5's bm25(), k1 = 1.2, b = 0.75; headline words count double), best first.

        Each word of the question is quoted and joined with OR, so that no punctuation can be read as syntax.
        """
        words = list(dict.fromkeys(_WORD.findall(f"{query.text} {query.context}")))[:64]
        if not words:
            return []
        condition, values = _condition(query)
        rows = self._all_rows(
            "SELECT f.rowid FROM chunks_fts f JOIN chunks c ON c.id = f.rowid JOIN articles a ON a.id = c.article_id "
            f"WHERE chunks_fts MATCH ? AND {condition or '1'} ORDER BY bm25(chunks_fts, 2.0, 1.0), f.rowid LIMIT ?",
            " OR ".join(f'"{w}"' for w in words),
            *values,
            limit,
        )
        return [int(r[0]) for r in rows]

    def words_like(self, beginning: str, shortest: int, longest: int) -> dict[str, int]:
        """Words of the articles, in small letters, that begin so and are so long, with the number of their articles."""
        rows = self._all_rows(
            "SELECT word, articles FROM vocabulary WHERE word >= ? AND word < ? AND length(word) BETWEEN ? AND ?",
            beginning,
            beginning + chr(0x10FFFF),
            shortest,
            longest,
        )
        return {row[0]: row[1] for row in rows}

    # -- dates ------------------------------------------------------------------------------------------------------

    def event_dates(self, article_ids: Sequence[str] = ()) -> tuple[EventDate, ...]:
        """The dates that these articles speak of, of all where none is named, by article and place."""
        condition = "WHERE article_id IN (SELECT value FROM json_each(?))" if article_ids else ""
        values = (json.dumps(list(article_ids)),) if article_ids else ()
        rows = self._all_rows(f"SELECT * FROM event_dates {condition} ORDER BY article_id, rowid", *values)
        return tuple(_event_date(row) for row in rows)

    def same_days(self, window: Window) -> tuple[Window, ...]:
        """The period moved to each year, not later than its own, in which articles were published in it or speak of a
        date in it of a month at most; latest first. Both ends of ``window`` must be set."""
        assert window.after and window.before
        month = f"{window.after.month:02}"
        rows = self._all_rows(
            "SELECT after, before FROM event_dates WHERE NOT bound AND substr(after, 6, 2) = ? AND after < ? "
            "AND julianday(before) - julianday(after) <= 31 "
            "UNION SELECT published, date(published, '+1 day') FROM articles WHERE substr(published, 6, 2) = ? "
            "AND published < ?",
            *(month, window.before.isoformat()) * 2,
        )
        known = [(date.fromisoformat(a), date.fromisoformat(b)) for a, b in rows]
        moved = (_in_year(window, year) for year in sorted({after.year for after, _ in known}, reverse=True))
        return tuple(w for w in moved if w and any(w.meets(*ends) for ends in known))

    @property
    def is_dated(self) -> bool:
        """Whether the dates were found by the rules of this program; see ``index.event_dates.DATING``."""
        return self.meta("dating") == str(DATING)

    def date_again(self) -> None:
        """Finds the dates of all articles anew, in one transaction. Dates stated by a source or set by hand stay."""
        with self._transaction() as db:
            for (id,) in db.execute("SELECT id FROM articles").fetchall():
                article = _stored(db, id)
                if article.published_from in ("", "inferred"):
                    article = with_inference(article)
                _update(db, article)
            db.execute("INSERT OR REPLACE INTO meta VALUES ('dating', ?)", (str(DATING),))

    def correct_date(self, article_id: str, period: Window | None) -> Article:
        """Sets the publication date by hand; ``Window()`` says that it is unknown, None goes back to the one found."""
        with self._transaction() as db:
            article = _stored(db, article_id)
            article = found_again(db, article) if period is None else correct(db, article, period)
            _update(db, article)
        return article

    def source_articles(self, source: str) -> tuple[Article, ...]:
        """The articles that a file holds."""
        columns = ", ".join(f"a.{name}" for name in _ARTICLE.split(", "))
        sql = f"SELECT {columns} FROM articles a JOIN article_sources s ON s.article_id = a.id WHERE s.source = ?"
        return tuple(_article(row) for row in self._all_rows(sql, source))

    # -- meta -------------------------------------------------------------------------------------------------------

    def meta(self, key: str) -> str:
        row = self._one("SELECT value FROM meta WHERE key = ?", key)
        return str(row[0]) if row else ""

    def set_meta(self, key: str, value: str) -> None:
        with self._transaction() as db:
            db.execute(
                "INSERT INTO meta VALUES (?, ?) ON CONFLICT(key) DO UPDATE SET value = excluded.value", (key, value)
            )

    @property
    def uid(self) -> str:
        """Random name of this library, drawn when its file was made: an index of another library never fits."""
        return self.meta("uid")

    @property
    def generation(self) -> int:
        """Grows by one with every change of the chunks; the FAISS file notes the one that it was built from."""
        return int(self.meta("generation") or 0)

    # -- inside -----------------------------------------------------------------------------------------------------

    def _insert(
        self, db: sqlite3.Connection, article: Article, groups: Sequence[tuple[Span, ...]], vectors: Matrix
    ) -> None:
        within = article.published_within or Window()
        db.execute(
            f"INSERT INTO articles ({_ARTICLE}) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
            (article.id, article.title, article.text, _written(article.published), article.published_from)
            + (article.publisher, article.url, article.path, article.event)
            + (_written(within.after), _written(within.before)),
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
        _insert_dates(db, article)
        self._grow(db)

    def _delete(self, db: sqlite3.Connection, article_id: str) -> None:
        for title, text in db.execute("SELECT title, text FROM articles WHERE id = ?", (article_id,)).fetchall():
            gone = [(word,) for word in _vocabulary(title, text)]
            db.executemany("UPDATE vocabulary SET articles = articles - 1 WHERE word = ?", gone)
            db.execute("DELETE FROM vocabulary WHERE articles < 1")
        db.execute("DELETE FROM chunks_fts WHERE rowid IN (SELECT id FROM chunks WHERE article_id = ?)", (article_id,))
        db.execute("DELETE FROM articles WHERE id = ?", (article_id,))
        self._grow(db)

    def _grow(self, db: sqlite3.Connection) -> None:
        db.execute(
            "INSERT INTO meta VALUES ('generation', '1') "
            "ON CONFLICT(key) DO UPDATE SET value = CAST(value AS INTEGER) + 1"
        )

    @property
    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            # check_same_thread is off only so that close() may close what other threads opened.
            connection = sqlite3.connect(self._path, timeout=30, isolation_level=None, check_same_thread=False)
            connection.executescript("PRAGMA journal_mode=WAL; PRAGMA foreign_keys=ON; PRAGMA synchronous=NORMAL;")
            self._local.connection = connection
            self._all.append(connection)
        return connection

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.IntegrityError:
            raise  # a mistake in this program, not damage
        except sqlite3.OperationalError as error:
            raise StoreError(
                f"the library file {self._path} cannot be used ({error}); check that the folder is writable, "
                "the disk is not full and no other program holds the file"
            ) from error
        except sqlite3.DatabaseError as error:
            raise StoreError(
                f"the library file {self._path} is damaged ({error}); move it away, or put a copy back, "
                "and run `colloquy index` again on your files"
            ) from error

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._errors():
            db = self._connection
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                db.execute("ROLLBACK")
                raise

    def _all_rows(self, sql: str, *values: object) -> list[tuple]:  # type: ignore[type-arg]
        with self._errors():
            return self._connection.execute(sql, values).fetchall()

    def _one(self, sql: str, *values: object) -> tuple | None:  # type: ignore[type-arg]
        rows = self._all_rows(sql, *values)
        return rows[0] if rows else None


def _vocabulary(title: str, text: str) -> set[str]:
    return {word for word in _WORD.findall(f"{title} {text}".lower()) if len(word) >= 3 and word.isalpha()}


def _article(row: tuple) -> Article:  # type: ignore[type-arg]
    after, before = _day(row[9]), _day(row[10])
    within = Window(after, before) if after or before else None
    return replace(Article(*row[:9]), published=_day(row[3]), published_within=within)


def _day(written: str | None) -> date | None:
    return date.fromisoformat(written) if written else None


def _in_year(window: Window, year: int) -> Window | None:
    """The same days of another year; None where it has no such day."""
    assert window.after and window.before
    try:
        after = window.after.replace(year=year)
    except ValueError:  # 29 February
        return None
    return Window(after, after + (window.before - window.after))


def _written(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _stored(db: sqlite3.Connection, article_id: str) -> Article:
    return _article(db.execute(f"SELECT {_ARTICLE} FROM articles WHERE id = ?", (article_id,)).fetchone())


def _update(db: sqlite3.Connection, article: Article) -> None:
    """Writes what is known of a stored article anew; its title and text are part of its id and stay."""
    within = article.published_within or Window()
    db.execute(
        "UPDATE articles SET published = ?, published_after = ?, published_before = ?, published_from = ?, "
        "publisher = ?, url = ?, event = ? WHERE id = ?",
        (_written(article.published), _written(within.after), _written(within.before), article.published_from)
        + (article.publisher, article.url, article.event, article.id),
    )
    db.execute(
        "UPDATE chunks_fts SET title = ? WHERE rowid IN (SELECT id FROM chunks WHERE article_id = ?)",
        (_fts_title(article), article.id),
    )
    db.execute("DELETE FROM event_dates WHERE article_id = ?", (article.id,))
    _insert_dates(db, article)


def _fts_title(article: Article) -> str:
    return f"{article.title} {article.event}".strip()


def _insert_dates(db: sqlite3.Connection, article: Article) -> None:
    db.executemany(
        "INSERT INTO event_dates VALUES (?,?,?,?,?,?,?,?,?)",
        [
            (d.article_id, *_ends(d.sentence), *_ends(d.words))
            + (d.after.isoformat(), d.before.isoformat(), d.bound, d.resolved)
            for d in event_dates(article)
        ],
    )


def _ends(span: Span | None) -> tuple[int | None, int | None]:
    return (span.start, span.end) if span else (None, None)


def _event_date(row: tuple) -> EventDate:  # type: ignore[type-arg]
    sentence, words = (Span(*ends) if ends[0] is not None else None for ends in (row[1:3], row[3:5]))
    after, before = date.fromisoformat(row[5]), date.fromisoformat(row[6])
    return EventDate(row[0], sentence, words, after, before, bool(row[7]), bool(row[8]))


def _condition(query: Query) -> tuple[str, list[str]]:
    """SQL over ``a`` (articles) that a chunk's article must meet to be ranked at all, with its values."""
    window, values = _window_condition(query)
    if not query.articles:
        return window, values
    # One value, however many ids: SQLite bounds the number of values in a statement.
    chosen = "a.id IN (SELECT value FROM json_each(?))"
    return f"{window} AND {chosen}" if window else chosen, [*values, json.dumps(query.articles)]


def _window_condition(query: Query) -> tuple[str, list[str]]:
    """The part of the condition that stands for the window of the query.

    An article may speak of the window if it was published in it or may have been, speaks of a date in it, or is of
    unknown date and speaks of none later than it: an article that names 2023 was not written in 2014.
    """
    if query.after is None and query.before is None:
        return "", []
    after = (query.after or date.min).isoformat()
    before = (query.before or date.max).isoformat()
    return (
        "((a.published >= ? AND a.published < ?) "
        "OR (a.published IS NULL AND coalesce(a.published_before, a.published_after) IS NOT NULL "
        "AND coalesce(a.published_before, '9999-12-31') > ? AND coalesce(a.published_after, '0001-01-01') < ?) "
        "OR EXISTS (SELECT 1 FROM event_dates m WHERE m.article_id = a.id AND m.before > ? AND m.after < ?) "
        "OR (a.published IS NULL AND a.published_before IS NULL AND NOT EXISTS "
        "(SELECT 1 FROM event_dates m WHERE m.article_id = a.id AND m.after >= ?)))"
    ), [after, before, after, before, after, before, before]
