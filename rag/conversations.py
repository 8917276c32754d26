"""Conversations and what users set, kept in a SQLite file of its own beside the library: indexing never touches it."""

import logging
import os
import re
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from index.errors import SettingsError, StoreError
from rag.conversation_record import KeptConversation, KeptTurn, Listed, Vote, read_turn, title_of, turn_record
from rag.conversation_schema import migrate
from rag.preferences import Preferences, preferences_record, read_preferences

log = logging.getLogger(__name__)

FILE = "conversations.db"
_WORD = re.compile(r"\w+")
# Words of a search that count: more than anybody types, fewer than SQLite's parser takes.
MOST_WORDS = 32
_TURN = "number, phase, vote, remark, record"


class Conversations:
    """The kept conversations of one library, each of one user; "" is the user where there is no login.

    Safe to use from several threads and programs: every call opens a connection of its own. The file is made when the
    first conversation is saved. Every method raises StoreError, in one line with the file's name, where the file is
    damaged, of a later version, locked for long or in a folder that cannot be written; it is then left as it is.
    """

    def __init__(self, folder: Path) -> None:
        self.file = folder / FILE

    def check(self) -> None:
        """Raises StoreError where nothing could be kept here."""
        if not self.file.exists():
            if not os.access(self.file.parent, os.W_OK | os.X_OK):
                raise StoreError(f"{self.file} cannot be made; check that its folder is there and writable")
            return
        with self._opened() as db:
            db.execute("SELECT 1 FROM turns LIMIT 1").fetchone()

    def listed(self, user: str, search: str | None = None) -> tuple[Listed, ...]:
        """The conversations of a user, those gone on with last first; with ``search`` those that hold a beginning of
        each of its words, none where it has no word."""
        if not self.file.exists():
            return ()
        where, values = "user = ?", [user]
        if search is not None:
            query = fts_query(search)
            if not query:
                return ()
            where, values = f"{where} AND id IN (SELECT rowid FROM words WHERE words MATCH ?)", [user, query]
        with self._opened() as db:
            rows = db.execute(
                f"SELECT id, title, updated FROM conversations WHERE {where} ORDER BY updated DESC, id DESC", values
            ).fetchall()
            return tuple(Listed(id, title, datetime.fromisoformat(updated)) for id, title, updated in rows)

    def read(self, user: str, id: int) -> KeptConversation | None:
        """None where the user has no such conversation."""
        if not self.file.exists():
            return None
        with self._opened() as db:
            row = db.execute(
                "SELECT title, created, updated, revision FROM conversations WHERE id = ? AND user = ?", (id, user)
            ).fetchone()
            if row is None:
                return None
            turns = db.execute(
                f"SELECT {_TURN} FROM turns WHERE conversation = ? AND shown ORDER BY number", (id,)
            ).fetchall()
            created, updated = (datetime.fromisoformat(when) for when in row[1:3])
            return KeptConversation(id, row[0], created, updated, row[3], tuple(self._turn(t) for t in turns))

    def save(self, user: str, turns: Sequence[KeptTurn], id: int = 0, revision: int = 0) -> tuple[int, int] | None:
        """Keeps the turns of a conversation, all of them in order, and returns its id and new revision.

        ``id`` 0 makes a new one, and so does a ``revision`` that is not the stored one: the conversation was gone on
        with elsewhere, and neither is to overwrite the other. Turns that are stored already stay as they are; those no
        longer among ``turns`` are taken out, but for those with a vote, which are only shown no more. Returns None,
        and keeps nothing, where the user's conversation ``id`` is gone.
        """
        with self._opened(create=True) as db, _transaction(db):
            now = datetime.now(UTC).isoformat(timespec="seconds")
            if id:
                row = db.execute("SELECT revision FROM conversations WHERE id = ? AND user = ?", (id, user)).fetchone()
                if row is None:
                    return None
                if row[0] != revision:
                    id = 0
            if id:
                db.execute("UPDATE conversations SET revision = revision + 1, updated = ? WHERE id = ?", (now, id))
                marks = ",".join("?" * len(turns))
                gone = f"conversation = ? AND shown AND number NOT IN ({marks})"
                values = (id, *(t.number for t in turns))
                db.execute(f"DELETE FROM turns WHERE {gone} AND vote = 0", values)
                db.execute(f"UPDATE turns SET shown = 0 WHERE {gone}", values)
            else:
                id, revision = self._made(db, user, now), 0
            db.executemany(
                f"INSERT OR IGNORE INTO turns (conversation, {_TURN}) VALUES (?,?,?,?,?,?)",
                [(id, t.number, t.phase, t.vote, _storable(t.remark), turn_record(t)) for t in turns],
            )
            if turns:
                title = _storable(title_of(turns[0].question))
                db.execute("UPDATE conversations SET title = ? WHERE id = ? AND NOT named", (title, id))
            _index(db, id, turns)
            return id, revision + 1

    def vote(self, user: str, id: int, number: int, vote: Vote, remark: str = "") -> bool:
        """Keeps a vote on an answer, 0 to take it back. Returns False where the user has no such answer."""
        if not self.file.exists():
            return False
        with self._opened() as db, _transaction(db):
            done = db.execute(
                "UPDATE turns SET vote = ?, remark = ? WHERE conversation = "
                "(SELECT id FROM conversations WHERE id = ? AND user = ?) AND number = ?",
                (vote, _storable(remark), id, user, number),
            )
            return bool(done.rowcount)

    def rename(self, user: str, id: int, title: str) -> bool:
        """Returns False where the user has no such conversation, or the title is blank."""
        title = _storable(" ".join(title.split()))
        if not title or not self.file.exists():
            return False
        with self._opened() as db, _transaction(db):
            done = db.execute(
                "UPDATE conversations SET title = ?, named = 1 WHERE id = ? AND user = ?", (title, id, user)
            )
            if done.rowcount:
                db.execute("UPDATE words SET title = ? WHERE rowid = ?", (title, id))
            return bool(done.rowcount)

    def delete(self, user: str, id: int) -> bool:
        """Takes a conversation out for good: its words are overwritten in the file. Returns False where the user has no
        such conversation."""
        if not self.file.exists():
            return False
        with self._opened() as db, _transaction(db):
            if not db.execute("DELETE FROM conversations WHERE id = ? AND user = ?", (id, user)).rowcount:
                return False
            db.execute("DELETE FROM words WHERE rowid = ?", (id,))
            # The index of words only notes that a row is gone; merged into one piece, it forgets the words.
            db.execute("INSERT INTO words(words) VALUES ('optimize')")
            return True

    def voted(self) -> tuple[tuple[int, KeptTurn], ...]:
        """The turns of all users that have a vote, with the id of their conversation, in the order in which they were
        asked."""
        if not self.file.exists():
            return ()
        with self._opened() as db:
            rows = db.execute(f"SELECT conversation, {_TURN} FROM turns WHERE vote != 0 ORDER BY 1, 2").fetchall()
            return tuple((row[0], self._turn(row[1:])) for row in rows)

    def preferences(self, user: str) -> Preferences:
        """What the user set for questions; the defaults where nothing is, or what is cannot be read."""
        if not self.file.exists():
            return Preferences()
        with self._opened() as db:
            row = db.execute("SELECT record FROM preferences WHERE user = ?", (user,)).fetchone()
        try:
            return read_preferences(row[0]) if row else Preferences()
        except SettingsError as error:
            log.warning("the settings of %r in %s are passed over: %s", user, self.file, error)
            return Preferences()

    def prefer(self, user: str, change: Callable[[Preferences], Preferences]) -> Preferences:
        """Keeps what ``change`` makes of the user's settings, nothing at all for the defaults; returns that."""
        if not self.file.exists() and change(Preferences()) == Preferences():
            return Preferences()
        with self._opened(create=True) as db, _transaction(db):
            row = db.execute("SELECT record FROM preferences WHERE user = ?", (user,)).fetchone()
            try:
                before = read_preferences(row[0]) if row else Preferences()
            except SettingsError:
                before = Preferences()
            wanted = change(before)
            if wanted == Preferences():
                db.execute("DELETE FROM preferences WHERE user = ?", (user,))
            else:
                values = (user, preferences_record(wanted))
                db.execute("INSERT OR REPLACE INTO preferences (user, record) VALUES (?, ?)", values)
            return wanted

    def _turn(self, row: Sequence[Any]) -> KeptTurn:
        try:
            return read_turn(*row)
        except ValueError as error:
            raise StoreError(f"{self._named} is damaged ({error}); {_MEND}") from error

    def _made(self, db: sqlite3.Connection, user: str, now: str) -> int:
        row = db.execute(
            "INSERT INTO conversations (user, title, created, updated) VALUES (?, '', ?, ?)", (user, now, now)
        )
        return int(row.lastrowid or 0)

    @property
    def _named(self) -> str:
        return f"the file of conversations {self.file}"

    @contextmanager
    def _opened(self, create: bool = False) -> Iterator[sqlite3.Connection]:
        try:
            if create:
                with suppress(FileExistsError):
                    # What was asked is for the user alone to read; SQLite would follow the umask.
                    os.close(os.open(self.file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
            # Not in write-ahead mode: deleted words would stand in that log for a while.
            uri = f"{self.file.absolute().as_uri()}?mode=rw"
            with closing(sqlite3.connect(uri, uri=True, timeout=30, isolation_level=None)) as db:
                db.execute("PRAGMA foreign_keys = ON")
                db.execute("PRAGMA secure_delete = ON")
                migrate(db)
                yield db
        except StoreError as error:
            if str(self.file) in str(error):
                raise
            raise StoreError(f"{self._named} cannot be used: {error}") from error
        except sqlite3.IntegrityError:
            raise  # a mistake in this program, not damage
        except (sqlite3.OperationalError, OSError) as error:
            raise StoreError(
                f"{self._named} cannot be used ({error}); check that the folder is writable, the disk is not full and "
                "no other program holds the file"
            ) from error
        except sqlite3.DatabaseError as error:
            raise StoreError(f"{self._named} is damaged ({error}); {_MEND}") from error


_MEND = "move it away to begin anew, or put a copy back"


def fts_query(search: str) -> str:
    """The words quoted and joined with AND, each the beginning of a word, so that nothing typed is read as syntax."""
    return " AND ".join(f'"{word}"*' for word in _WORD.findall(search)[:MOST_WORDS])


def _index(db: sqlite3.Connection, id: int, turns: Sequence[KeptTurn]) -> None:
    """Makes the words of the turns, as they are shown, those that a search for the conversation finds."""
    told = _storable("\n".join(f"{t.question}\n{t.answer.text}" for t in turns))
    db.execute("DELETE FROM words WHERE rowid = ?", (id,))
    db.execute("INSERT INTO words (rowid, title, text) SELECT id, title, ? FROM conversations WHERE id = ?", (told, id))


def _storable(text: str) -> str:
    """SQLite takes no lone surrogates, and its word index nothing after a NUL."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")


@contextmanager
def _transaction(db: sqlite3.Connection) -> Iterator[None]:
    db.execute("BEGIN IMMEDIATE")
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise
