"""Words of a block of chunks: in which of them each stands, and how often, as arrays.

A block is what has ids from ``number * BLOCK`` up to that of the next. It knows nothing of the other blocks: what BM25
needs of all chunks is summed over them when a question comes. Words are FTS5's own tokens, got by handing the texts to
an FTS5 table in memory with the same tokenizer.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

# Ids a block. A change of one chunk costs its block anew, 1.5 s at most; a question costs some 0.1 ms for each block.
BLOCK = 1 << 13
# What a word in the title counts for, beside 1 in the text; the same in ``Store.bm25``.
TITLE = 2
_TOKENIZER = "porter unicode61 remove_diacritics 2"
# Rows taken from SQLite at once.
_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class WordBlock:
    """``key`` says of which chunks it was made. ``lengths``, uint16 (BLOCK,), are the words of each chunk with its
    title, 0 where there is none. Of the word with the hash ``words[i]``, uint64, sorted, the places from ``starts[i]``
    to ``starts[i + 1]`` tell the chunks, uint16 from the block's first id, and how often, uint8, at most 255."""

    key: str
    lengths: np.ndarray
    words: np.ndarray
    starts: np.ndarray
    chunks: np.ndarray
    counts: np.ndarray

    @property
    def held(self) -> int:
        """Number of its chunks."""
        return int(np.count_nonzero(self.lengths))

    @property
    def length(self) -> int:
        """Words of all its chunks."""
        return int(self.lengths.sum(dtype=np.int64))

    def places(self, words: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Where in ``chunks`` and ``counts`` the words of these hashes, uint64 (n,), begin and end, int64 (n,)."""
        if not len(self.words):
            return np.zeros(len(words), dtype=np.int64), np.zeros(len(words), dtype=np.int64)
        at = np.minimum(np.searchsorted(self.words, words), len(self.words) - 1)
        starts = self.starts[at].astype(np.int64)
        return starts, np.where(self.words[at] == words, self.starts[at + 1].astype(np.int64), starts)

    def write(self, file: Path) -> None:
        """Writes it through a temporary name. Raises OSError."""
        temporary = file.with_suffix(f".{os.getpid()}.tmp")
        with temporary.open("wb") as out:
            np.savez(out, **{name: getattr(self, name) for name in self.__slots__})
        temporary.replace(file)


def read_block(file: Path) -> WordBlock | None:
    """The block in this file; None where it is missing or cannot be read."""
    try:
        with np.load(file, allow_pickle=False) as held:
            return WordBlock(str(held["key"]), *(held[name] for name in WordBlock.__slots__[1:]))
    except (OSError, ValueError, LookupError, EOFError, BadZipFile):
        return None


def key_in(file: Path) -> str:
    """For which chunks the block in this file was made; "" where it is missing or cannot be read."""
    try:
        with np.load(file, allow_pickle=False) as held:
            return str(held["key"])
    except (OSError, ValueError, LookupError, EOFError, BadZipFile):
        return ""


def make_block(key: str, first: int, rows: Iterable[Sequence[object]]) -> WordBlock:
    """The block of ``rows`` of id, title and text; ``first`` is its first id."""
    with closing(_tokens()) as db:
        db.executemany("INSERT INTO texts (rowid, title, body) VALUES (?,?,?)", rows)
        found = db.execute("SELECT term, doc, col = 'title' FROM words ORDER BY term, doc")
        names: dict[str, int] = {}
        parts = []
        while got := found.fetchmany(_ROWS):
            terms, ids, titles = zip(*got, strict=True)
            numbers = [names.setdefault(term, len(names)) for term in terms]
            parts.append(np.array([numbers, ids, titles], dtype=np.int64))
    word, chunk, title = np.concatenate(parts, axis=1) if parts else np.zeros((3, 0), dtype=np.int64)
    chunk = chunk - first
    lengths = np.bincount(chunk, minlength=BLOCK)
    # Rows of one word in one chunk follow one another.
    begins = np.flatnonzero(np.r_[True, (np.diff(word) != 0) | (np.diff(chunk) != 0)][: len(word)])
    counts = np.add.reduceat(1 + (TITLE - 1) * title, begins) if len(begins) else begins
    word, chunk = word[begins], chunk[begins]
    hashes = np.array([word_hash(name) for name in names], dtype=np.uint64)
    order = np.argsort(hashes)
    ends = np.r_[0, np.cumsum(np.bincount(word, minlength=len(names)))]
    taken = [np.arange(ends[n], ends[n + 1]) for n in order]
    at = np.concatenate(taken) if taken else begins
    return WordBlock(
        key,
        np.minimum(lengths, 65535).astype(np.uint16),
        hashes[order],
        np.r_[0, np.cumsum([len(t) for t in taken])].astype(np.uint32),
        chunk[at].astype(np.uint16),
        np.minimum(counts[at], 255).astype(np.uint8),
    )


def tokens_of(words: Sequence[str]) -> list[str]:
    """What FTS5 makes of the words of a question; one that stands there in two forms comes twice."""
    with closing(_tokens()) as db:
        db.execute("INSERT INTO texts (rowid, body) VALUES (1, ?)", (" ".join(words),))
        return [row[0] for row in db.execute("SELECT term FROM words ORDER BY offset")]


def word_hash(word: str) -> int:
    """64 bits, so that two of some million words share one in fewer than one library of a million."""
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little")


def _tokens() -> sqlite3.Connection:
    db = sqlite3.connect(":memory:")
    db.execute(f"CREATE VIRTUAL TABLE texts USING fts5(title, body, tokenize='{_TOKENIZER}')")
    db.execute("CREATE VIRTUAL TABLE words USING fts5vocab(texts, instance)")
    return db
