"""The store: all that is known, in one SQLite file, with articles, chunks, embeddings and the word index."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from index.article_rows import COLUMNS, WORD, article_of, delete, insert, stored, update
from index.conditions import condition
from index.corrections import carry_over, correct, corrected, found_again
from index.database import Database
from index.date_rows import read_dates, same_days
from index.embed import Matrix
from index.event_dates import DATING
from index.filters import Filters
from index.inference import with_inference
from index.listing import Listing
from index.records import Article, Chunk, EventDate, Query, Span, Window
from index.word_block import BLOCK

# Chunks from which on words and filters are looked up in arrays, with the same results. Below, SQLite takes some 40 ms
# for both, needs nothing beside it and nothing is made anew after a change.
LARGE = 5_000


class Store:
    """One SQLite file in write-ahead mode. Each thread gets a connection of its own.

    Raises StoreError, in one line, where the file is damaged, locked for long or made by a later version.
    """

    def __init__(self, path: Path) -> None:
        self._file = Database(path)
        self.listing = Listing(self._file)
        self._filters = Filters(self._file)
        self._counted = (-1, 0)

    def close(self) -> None:
        self._file.close()

    # -- articles ---------------------------------------------------------------------------------------------------

    def add(self, article: Article, source: str, groups: Sequence[tuple[Span, ...]], vectors: Matrix) -> bool:
        """Stores an article with its chunks in one transaction. Returns False where the same content was there.

        ``vectors`` is float32 (n_groups, dim). Either way ``source`` is noted as a place where the article stands. What
        a source says anew of an article that it held already (date, publisher, address, event) takes the place of what
        it said before; a date set by hand stays.
        """
        with self._file.transaction() as db:
            known = db.execute("SELECT 1 FROM articles WHERE id = ?", (article.id,)).fetchone()
            held = db.execute(
                "SELECT 1 FROM article_sources WHERE article_id = ? AND source = ?", (article.id, source)
            ).fetchone()
            if not known or held:
                article = corrected(db, article)
            if not known:
                insert(db, article, groups, vectors)
            elif held:
                update(db, article)
            db.execute("INSERT OR IGNORE INTO article_sources VALUES (?, ?)", (article.id, source))
        return not known

    def has(self, article_id: str) -> bool:
        return self._file.row("SELECT 1 FROM articles WHERE id = ?", article_id) is not None

    def article(self, article_id: str) -> Article | None:
        row = self._file.row(f"SELECT {COLUMNS} FROM articles WHERE id = ?", article_id)
        return article_of(row) if row else None

    def articles_like(self, prefix: str) -> tuple[Article, ...]:
        """The articles whose id begins with ``prefix`` (hex digits; anything else finds nothing)."""
        if not re.fullmatch(r"[0-9a-f]{1,16}", prefix):
            return ()
        return tuple(
            article_of(r) for r in self._file.rows(f"SELECT {COLUMNS} FROM articles WHERE id GLOB ?", f"{prefix}*")
        )

    def articles(self) -> tuple[Article, ...]:
        """All articles without their text (it is ""), newest first, those of unknown date last, then by title."""
        columns = COLUMNS.replace(" text,", " '' AS text,")
        rows = self._file.rows(f"SELECT {columns} FROM articles ORDER BY published IS NULL, published DESC, title, id")
        return tuple(article_of(r) for r in rows)

    def remove(self, article_id: str) -> None:
        """Takes an article out, and forgets the digests of its files, so that indexing them again brings it back."""
        with self._file.transaction() as db:
            db.execute(
                "UPDATE sources SET digest = '' WHERE key IN (SELECT source FROM article_sources WHERE article_id = ?)",
                (article_id,),
            )
            delete(db, article_id)

    def counts(self) -> tuple[int, int]:
        """Number of articles, number of chunks."""
        row = self._file.row("SELECT (SELECT count(*) FROM articles), (SELECT count(*) FROM chunks)")
        return (int(row[0]), int(row[1])) if row else (0, 0)

    @property
    def is_large(self) -> bool:
        """Whether there are ``LARGE`` chunks or more; counted again only after a change."""
        generation = self.generation
        if self._counted[0] != generation:
            self._counted = (generation, self.counts()[1])
        return self._counted[1] >= LARGE

    # -- sources ----------------------------------------------------------------------------------------------------

    def digest(self, source: str) -> str:
        """Digest with which the file was last added in full; "" where it was not."""
        row = self._file.row("SELECT digest FROM sources WHERE key = ?", source)
        return str(row[0]) if row else ""

    def begin_source(self, source: str) -> None:
        with self._file.transaction() as db:
            db.execute("INSERT INTO sources VALUES (?, '') ON CONFLICT(key) DO UPDATE SET digest = ''", (source,))

    def end_source(self, source: str, digest: str, kept: Iterable[str]) -> int:
        """Notes the file as added in full and removes the articles that it held before and no longer holds.

        An article that another file holds too stays. Returns the number removed.
        """
        kept_ids = set(kept)
        removed = 0
        with self._file.transaction() as db:
            before = [r[0] for r in db.execute("SELECT article_id FROM article_sources WHERE source = ?", (source,))]
            for article_id in before:
                if article_id in kept_ids:
                    continue
                db.execute("DELETE FROM article_sources WHERE article_id = ? AND source = ?", (article_id, source))
                if not db.execute("SELECT 1 FROM article_sources WHERE article_id = ?", (article_id,)).fetchone():
                    delete(db, article_id)
                    removed += 1
            for id in carry_over(db, source, kept_ids):
                update(db, corrected(db, stored(db, id)))
            # One that was taken out while the file was read must come back when the file is added again.
            held = {r[0] for r in db.execute("SELECT article_id FROM article_sources WHERE source = ?", (source,))}
            db.execute("UPDATE sources SET digest = ? WHERE key = ?", (digest if kept_ids <= held else "", source))
        return removed

    # -- chunks -----------------------------------------------------------------------------------------------------

    def chunks(self, ids: Sequence[int]) -> dict[int, Chunk]:
        """The chunks of these ids; an id that is gone is left out."""
        marks = ",".join("?" * len(ids))
        rows = self._file.rows(
            f'SELECT id, article_id, start, "end", sentences FROM chunks WHERE id IN ({marks})', *ids
        )
        return {
            row[0]: Chunk(row[0], row[1], Span(row[2], row[3]), tuple(Span(*s) for s in json.loads(row[4])))
            for row in rows
        }

    def chunk_ids(self) -> np.ndarray:
        """The ids of all chunks, int64 (n,), sorted."""
        return np.sort(np.fromiter((r[0] for r in self._file.each("SELECT id FROM chunks")), dtype=np.int64))

    def embeddings(self, ids: Sequence[int] | np.ndarray) -> tuple[np.ndarray, Matrix]:
        """Those of these chunk ids that are there, int64 (n,), sorted, and their embeddings, float32 (n, dim)."""
        rows = self._file.rows(
            "SELECT id, embedding FROM chunks WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
            json.dumps([int(i) for i in ids]),
        )
        joined = np.frombuffer(b"".join(r[1] for r in rows), dtype=np.float32)
        vectors = joined.reshape(len(rows), -1) if rows else np.zeros((0, 0), dtype=np.float32)
        return np.array([r[0] for r in rows], dtype=np.int64), vectors

    def allowed(self, query: Query) -> np.ndarray | None:
        """Ids of the chunks that pass the filters of the query, int64 sorted; None where it sets no filter."""
        where, values = condition(query)
        if not where:
            return None
        if self.is_large:
            return self._filters.allowed(query, self.revision)
        rows = self._file.rows(
            f"SELECT c.id FROM chunks c JOIN articles a ON a.id = c.article_id WHERE {where} ORDER BY c.id", *values
        )
        return np.array([r[0] for r in rows], dtype=np.int64)

    def bm25(self, query: Query, limit: int) -> list[int]:
        """Chunk ids by BM25 (FTS5's bm25(), k1 = 1.2, b = 0.75; headline words count double), best first.

        Each word of the question is quoted and joined with OR, so that no punctuation can be read as syntax.
        """
        words = words_of(query)
        if not words:
            return []
        where, values = condition(query)
        rows = self._file.rows(
            "SELECT f.rowid FROM chunks_fts f JOIN chunks c ON c.id = f.rowid JOIN articles a ON a.id = c.article_id "
            f"WHERE chunks_fts MATCH ? AND {where or '1'} ORDER BY bm25(chunks_fts, 2.0, 1.0), f.rowid LIMIT ?",
            " OR ".join(f'"{w}"' for w in words),
            *values,
            limit,
        )
        return [int(r[0]) for r in rows]

    def block_keys(self) -> dict[int, str]:
        """For each run of ``word_block.BLOCK`` ids that holds chunks, in order, a key that changes with their words.

        Ids are never used twice, so that number and last id say which chunks are left of a run.
        """
        uid = self.uid
        rewritten = {r[0]: r[1] for r in self._file.rows("SELECT key, value FROM meta WHERE key GLOB 'rewritten *'")}
        rows = self._file.rows(f"SELECT id / {BLOCK}, count(*), max(id) FROM chunks GROUP BY 1 ORDER BY 1")
        return {r[0]: f"{uid} {rewritten.get(f'rewritten {r[0]}', 0)} {r[1]} {r[2]}" for r in rows}

    def block_words(self, block: int) -> Iterator[tuple[int, str, str]]:
        """Id, headline and text, as the word index has them, of the chunks of a run of ``word_block.BLOCK`` ids."""
        sql = "SELECT rowid, title, body FROM chunks_fts WHERE rowid >= ? AND rowid < ?"
        return ((r[0], r[1], r[2]) for r in self._file.each(sql, block * BLOCK, (block + 1) * BLOCK))

    def words_like(self, beginning: str, shortest: int, longest: int) -> dict[str, int]:
        """Words of the articles, in small letters, that begin so and are so long, with the number of their articles."""
        rows = self._file.rows(
            "SELECT word, articles FROM vocabulary WHERE word >= ? AND word < ? AND length(word) BETWEEN ? AND ?",
            beginning,
            beginning + chr(0x10FFFF),
            shortest,
            longest,
        )
        return {row[0]: row[1] for row in rows}

    def passages_with(self, word: str, limit: int) -> list[str]:
        """The texts of at most ``limit`` chunks that hold a word, in any of its forms."""
        rows = self._file.rows(
            "SELECT body FROM chunks_fts WHERE chunks_fts MATCH ? LIMIT ?", f'body : "{word}"', limit
        )
        return [row[0] for row in rows]

    # -- dates ------------------------------------------------------------------------------------------------------

    def event_dates(self, article_ids: Sequence[str] = ()) -> tuple[EventDate, ...]:
        """The dates that these articles speak of, of all where none is named, by article and place."""
        return read_dates(self._file, article_ids)

    def same_days(self, window: Window) -> tuple[Window, ...]:
        """The period moved to each year, not later than its own, in which the articles speak of it; latest first."""
        return same_days(self._file, window)

    @property
    def is_dated(self) -> bool:
        """Whether the dates were found by the rules of this program; see ``index.event_dates.DATING``."""
        return self.meta("dating") == str(DATING)

    def date_again(self) -> None:
        """Finds the dates of all articles anew, in one transaction. Dates stated by a source or set by hand stay."""
        with self._file.transaction() as db:
            for (id,) in db.execute("SELECT id FROM articles").fetchall():
                article = stored(db, id)
                if article.published_from in ("", "inferred"):
                    article = with_inference(article)
                update(db, article)
            db.execute("INSERT OR REPLACE INTO meta VALUES ('dating', ?)", (str(DATING),))

    def correct_date(self, article_id: str, period: Window | None) -> Article:
        """Sets the publication date by hand; ``Window()`` says that it is unknown, None goes back to the one found."""
        with self._file.transaction() as db:
            article = stored(db, article_id)
            article = found_again(db, article) if period is None else correct(db, article, period)
            update(db, article)
        return article

    def source_articles(self, source: str) -> tuple[Article, ...]:
        """The articles that a file holds."""
        columns = ", ".join(f"a.{name}" for name in COLUMNS.split(", "))
        sql = f"SELECT {columns} FROM articles a JOIN article_sources s ON s.article_id = a.id WHERE s.source = ?"
        return tuple(article_of(row) for row in self._file.rows(sql, source))

    # -- meta -------------------------------------------------------------------------------------------------------

    def meta(self, key: str) -> str:
        row = self._file.row("SELECT value FROM meta WHERE key = ?", key)
        return str(row[0]) if row else ""

    def set_meta(self, key: str, value: str) -> None:
        with self._file.transaction() as db:
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

    @property
    def revision(self) -> int:
        """Grows with every change of articles or of what is known of them, their dates included."""
        return int(self.meta("revision") or 0)


def words_of(query: Query) -> list[str]:
    """The words of a question and of its context, each once, at most 64."""
    return list(dict.fromkeys(WORD.findall(f"{query.text} {query.context}")))[:64]
