"""The filters of a query over many chunks: what they look at, as arrays, where SQL would take most of a second.

The rule is that of ``index.conditions``, which says why it is so; a test holds the two together.
"""

import threading
from datetime import date

import numpy as np

from index.database import Database
from index.records import Query


class Filters:
    """Which chunks pass the filters of a query. Read again after any change of the articles; some 30 bytes a chunk.

    Days are numbers such as 20240229, 0 where unknown.
    """

    def __init__(self, file: Database) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._revision = -1

    def allowed(self, query: Query, revision: int) -> np.ndarray:
        """Ids of the chunks that pass, int64, sorted. ``revision`` is the store's."""
        with self._lock:
            if self._revision != revision:
                self._read()
                self._revision = revision
            passes = np.ones(len(self._published), dtype=bool)
            if query.after is not None or query.before is not None:
                after, before = _number(query.after or date.min), _number(query.before or date.max)
                passes &= self._of_period(after, before, query.strict)
            if query.articles:
                chosen = np.zeros(len(passes), dtype=bool)
                chosen[[self._row[id] for id in query.articles if id in self._row]] = True
                passes &= chosen
            return np.asarray(self._chunks[passes[self._article_of]])

    def _of_period(self, after: int, before: int, strict: bool) -> np.ndarray:
        day, low, high = self._published, self._published_after, self._published_before
        known = (low > 0) | (high > 0) if strict else (low > 0) & (high > 0)
        passes = (day >= after) & (day > 0) & (day < before)
        passes |= (day == 0) & known & (np.where(high > 0, high, 99991231) > after) & (low < before)
        told = self._told_in[(self._told_before > after) & (self._told_after < before)]
        passes[told] = True
        outside = self._told_after >= before
        if not strict:
            outside |= ~self._told_bound & (self._told_before <= after)
        undated = (day == 0) & (high == 0)
        undated[self._told_in[outside]] = False
        return np.asarray(passes | undated)

    def _read(self) -> None:
        self._row: dict[str, int] = {}
        days = []
        columns = ", ".join(_day(name) for name in ("published", "published_after", "published_before"))
        for row, (id, *known) in enumerate(self._file.each(f"SELECT id, {columns} FROM articles")):
            self._row[id] = row
            days.append(known)
        self._published, self._published_after, self._published_before = (
            np.array(days, dtype=np.int32).reshape(-1, 3).T.copy()
        )
        # By article, so that each id is looked up once and not joined by SQLite.
        told = self._rows(f"SELECT article_id, {_day('after')}, {_day('before')}, bound FROM event_dates", 4)
        self._told_in, self._told_after, self._told_before, bound = told
        self._told_bound = bound.astype(bool)
        article_of, chunks = self._rows("SELECT article_id, id FROM chunks", 2)
        order = np.argsort(chunks)
        self._chunks, self._article_of = chunks[order].astype(np.int64), article_of[order]

    def _rows(self, sql: str, columns: int) -> np.ndarray:
        """The columns, int32 (columns, rows), the first of them article ids made row numbers.

        What an article brought that came after the articles were read is left out; the next query reads it.
        """
        rows = ((self._row[id], *rest) for id, *rest in self._file.each(sql) if id in self._row)
        kind = [(str(n), np.int32) for n in range(columns)]
        found = np.fromiter(rows, dtype=kind)
        return np.array([found[name] for name, _ in kind])


def _day(column: str) -> str:
    """SQL for an ISO day as a number, 0 for none."""
    return f"CAST(replace(coalesce({column}, ''), '-', '') AS INTEGER)"


def _number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day
