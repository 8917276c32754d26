"""The SQLite file: its connections, its transactions, and what went wrong with it in one line."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from index.errors import StoreError
from index.schema import migrate

Row = tuple[Any, ...]


class Database:
    """One SQLite file in write-ahead mode, brought to the newest version. Each thread gets a connection of its own.

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

    def rows(self, sql: str, *values: object) -> list[Row]:
        with self._errors():
            return self._connection.execute(sql, values).fetchall()

    def each(self, sql: str, *values: object) -> Iterator[Row]:
        """The rows one by one, as they are read: for more than should be in memory at once."""
        with self._errors():
            yield from self._connection.execute(sql, values)

    def row(self, sql: str, *values: object) -> Row | None:
        rows = self.rows(sql, *values)
        return rows[0] if rows else None

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All that is done inside is written, or nothing of it where an exception leaves the block."""
        with self._errors():
            db = self._connection
            db.execute("BEGIN IMMEDIATE")
            try:
                yield db
                db.execute("COMMIT")
            except BaseException:
                db.execute("ROLLBACK")
                raise

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
