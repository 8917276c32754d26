"""The library a page at a time: articles by words, publisher and date, filtered, sorted and counted in SQLite."""

import json
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from index.article_rows import COLUMNS, WORD, article_of
from index.conditions import condition
from index.database import Database
from index.records import Article, Query, Window

Order = Literal["newest", "oldest", "title", "publisher"]
# Of a period in which publication must lie, its last day counts; a period open at its end has only its first.
_DAY = "coalesce(a.published, date(a.published_before, '-1 day'), a.published_after)"
_TITLE = "a.title COLLATE NOCASE, a.id"
ORDERS: dict[Order, str] = {
    "newest": f"{_DAY} IS NULL, {_DAY} DESC, {_TITLE}",
    "oldest": f"{_DAY} IS NULL, {_DAY}, {_TITLE}",
    "title": _TITLE,
    "publisher": f"trim(a.publisher) = '', trim(a.publisher) COLLATE NOCASE, {_DAY} IS NULL, {_DAY} DESC, {_TITLE}",
}
# Words of a filter that are looked for; nobody types more.
MOST_WORDS = 16


@dataclass(frozen=True, slots=True)
class Filter:
    """Which articles to list; all of the conditions must hold.

    ``words``: each begins a word of the headline, the text or the publisher. ``publishers``: names as ``publishers()``
    has them, "" for unknown; empty for all. ``window``: the day of publication lies in it, or may as far as is known;
    None for any. ``undated``: only those of whose date nothing is known.
    """

    words: str = ""
    publishers: tuple[str, ...] = ()
    window: Window | None = None
    undated: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """An article of a list, its text left out (it is ""), and its number of passages."""

    article: Article
    passages: int


class Listing:
    """Read-only questions to the store. Safe to use from several threads."""

    def __init__(self, file: Database) -> None:
        self._file = file

    def page(
        self, chosen: Filter, order: Order = "newest", start: int = 0, count: int = 50
    ) -> tuple[tuple[Listed, ...], int]:
        """Articles ``start`` (from 0) to ``start + count`` in this order, and the number of all that fit."""
        where, values = self._condition(chosen)
        columns = ", ".join(f"a.{name}" for name in COLUMNS.split(", ")).replace("a.text", "''")
        rows = self._file.rows(
            f"SELECT {columns}, (SELECT count(*) FROM chunks c WHERE c.article_id = a.id) FROM articles a "
            f"WHERE {where} ORDER BY {ORDERS[order]} LIMIT ? OFFSET ?",
            *(*values, count, start),
        )
        total = self._file.rows(f"SELECT count(*) FROM articles a WHERE {where}", *values)[0][0]
        return tuple(Listed(article_of(row), int(row[-1])) for row in rows), int(total)

    def passages(self, article_ids: Sequence[str] = ()) -> dict[str, int]:
        """Number of chunks by article id, of these articles, or of all where none is named."""
        among = "WHERE article_id IN (SELECT value FROM json_each(?))" if article_ids else ""
        values = [json.dumps(list(article_ids))] if article_ids else []
        rows = self._file.rows(f"SELECT article_id, count(*) FROM chunks {among} GROUP BY article_id", *values)
        return {row[0]: int(row[1]) for row in rows}

    def ids(self, chosen: Filter) -> tuple[str, ...]:
        """The ids of all articles that fit, newest first."""
        where, values = self._condition(chosen)
        rows = self._file.rows(f"SELECT a.id FROM articles a WHERE {where} ORDER BY {ORDERS['newest']}", *values)
        return tuple(row[0] for row in rows)

    def publishers(self) -> tuple[tuple[str, int], ...]:
        """Each publisher with its number of articles, most first; "" stands for unknown and comes last."""
        rows = self._file.rows(
            "SELECT trim(publisher) AS name, count(*) AS n FROM articles GROUP BY name "
            "ORDER BY name = '', n DESC, name COLLATE NOCASE"
        )
        return tuple((row[0], int(row[1])) for row in rows)

    def articles(self, ids: Sequence[str]) -> dict[str, Article]:
        """The articles of these ids that are there, without their text."""
        columns = COLUMNS.replace(" text,", " '',")
        rows = self._file.rows(
            f"SELECT {columns} FROM articles WHERE id IN (SELECT value FROM json_each(?))", json.dumps(list(ids))
        )
        return {row[0]: article_of(row) for row in rows}

    def ids_about(
        self, publishers: Sequence[str] = (), window: Window | None = None, among: Sequence[str] = ()
    ) -> tuple[str, ...]:
        """Ids of the articles of these publishers that may speak of the period, as a search asks for it.

        ``among`` are the only ids to take; empty for all, as are ``publishers``.
        """
        period = window or Window()
        query = Query("", after=period.after, before=period.before, articles=tuple(among), strict=True)
        where, values = condition(query)
        by, names = _published_by(publishers)
        wheres = " AND ".join(part for part in (where, by) if part) or "1"
        rows = self._file.rows(f"SELECT a.id FROM articles a WHERE {wheres} ORDER BY a.id", *values, *names)
        return tuple(row[0] for row in rows)

    def sources(self, article_id: str) -> tuple[str, ...]:
        """Absolute paths of the files that hold the article."""
        rows = self._file.rows("SELECT source FROM article_sources WHERE article_id = ? ORDER BY source", article_id)
        return tuple(row[0] for row in rows)

    def held(self, source: str) -> int:
        """Number of articles that the file of this absolute path holds."""
        return int(self._file.rows("SELECT count(*) FROM article_sources WHERE source = ?", source)[0][0])

    def _condition(self, chosen: Filter) -> tuple[str, list[str]]:
        """SQL over ``a`` (articles) with its values; never empty."""
        wheres, values = ["1"], list[str]()
        words = WORD.findall(chosen.words)[:MOST_WORDS]
        if chosen.words.strip() and not words:
            wheres.append("0")  # nothing in it is a word: nothing can have it
        names = self._names() if words else ()
        for word in words:
            wheres.append(
                "(a.id IN (SELECT c.article_id FROM chunks c WHERE c.id IN "
                "(SELECT rowid FROM chunks_fts WHERE chunks_fts MATCH ?)) "
                "OR trim(a.publisher) IN (SELECT value FROM json_each(?)))"
            )
            fitting = [name for name, plain in names if any(w.startswith(_plain(word)) for w in plain)]
            values += [f'"{word}"*', json.dumps(fitting)]
        by, listed = _published_by(chosen.publishers)
        wheres += [by] if by else []
        values += listed
        if chosen.window:
            after, before = (
                (chosen.window.after or date.min).isoformat(),
                (chosen.window.before or date.max).isoformat(),
            )
            wheres.append(
                "((a.published >= ? AND a.published < ?) OR (a.published IS NULL "
                "AND coalesce(a.published_before, a.published_after) IS NOT NULL "
                "AND coalesce(a.published_before, '9999-12-31') > ? AND coalesce(a.published_after, '0001-01-01') < ?))"
            )
            values += [after, before, after, before]
        if chosen.undated:
            wheres.append("coalesce(a.published, a.published_before, a.published_after) IS NULL")
        return " AND ".join(wheres), values

    def _names(self) -> list[tuple[str, list[str]]]:
        """The publishers, each with the plain words of its name: there are few, and SQLite folds no accents."""
        return [(name, WORD.findall(_plain(name))) for name, _ in self.publishers()]


def _published_by(publishers: Sequence[str]) -> tuple[str, list[str]]:
    if not publishers:
        return "", []
    return "trim(a.publisher) IN (SELECT value FROM json_each(?))", [json.dumps(list(publishers))]


def _plain(text: str) -> str:
    """Small letters without accents, as the word index has them."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
