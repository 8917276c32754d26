"""BM25 over many chunks: exact, from arrays beside the store, where FTS5 would take seconds.

FTS5 computes the score of each chunk that holds a word of the question, one by one: 0.6 s over 100,000 chunks. Leaving
out common words makes it quick but not right (EXPERIMENTS.md, "Search at a million chunks"). The same sum over arrays
takes milliseconds, with the same result.
"""

import threading
from collections.abc import Sequence
from math import log
from pathlib import Path

import numpy as np

from index.store import Store
from index.word_block import BLOCK, WordBlock, key_in, make_block, read_block, tokens_of, word_hash

# BM25's constants in FTS5, and the idf that it gives a word in more than half of the chunks.
K1, B, LEAST_IDF = 1.2, 0.75, 1e-6
# Chunks from which on words in more than half of them are left out, where the question has others: they decide only
# between what is equal without them, and there are a great many of them. Below, ranks are FTS5's to the last one.
WHOLE = 200_000


class Words:
    """The words of all chunks, in blocks under ``words`` in the library's folder.

    A block that does not agree with the store, or cannot be read, is made again from the store; the others stay. What
    cannot be written is kept in memory.
    """

    def __init__(self, folder: Path, store: Store) -> None:
        self._folder = folder / "words"
        self._store = store
        self._lock = threading.Lock()
        self._blocks: dict[int, WordBlock] = {}
        self._revision = -1

    def search(self, words: Sequence[str], limit: int, allowed: np.ndarray | None = None) -> list[int]:
        """Chunk ids by BM25 of the words, best first, at most ``limit``, of those ``allowed`` (int64, sorted) if given.

        score = sum of idf * f * (k1 + 1) / (f + k1 * (1 - b + b * length / mean length)), idf = ln((n - m + 0.5) /
        (m + 0.5)) for a word in m of n chunks, but at least 0.000001, as FTS5's bm25() has it; f counts words of the
        headline double.
        """
        blocks = self._current()
        # In the order of the words, each as often as it comes, so that sums are FTS5's to the last bit.
        asked = np.array([word_hash(token) for token in tokens_of(words)], dtype=np.uint64)
        chunks = sum(block.held for block in blocks.values())
        if not len(asked) or not chunks:
            return []
        mean = sum(block.length for block in blocks.values()) / chunks
        places = {number: block.places(asked) for number, block in blocks.items()}
        found = sum(ends - starts for starts, ends in places.values())
        idf = np.array([max(LEAST_IDF, log((chunks - m + 0.5) / (m + 0.5))) for m in found.tolist()])
        told = np.flatnonzero(found)
        if chunks > WHOLE and (idf[told] > LEAST_IDF).any():
            told = told[idf[told] > LEAST_IDF]
        best = (np.zeros(0, dtype=np.int64), np.zeros(0))
        for number, block in blocks.items():
            starts, ends = places[number]
            scores = _scores(block, starts[told], ends[told], idf[told], mean)
            first = number * BLOCK
            if allowed is not None:
                low, high = np.searchsorted(allowed, (first, first + BLOCK))
                passed = np.zeros(BLOCK)
                passed[allowed[low:high] - first] = scores[allowed[low:high] - first]
                scores = passed
            best = _merged(best, first, scores, limit)
        return [int(i) for i in best[0]]

    def refresh(self) -> None:
        """Makes the blocks on disk agree with a store that is large, without keeping them in memory."""
        if self._store.is_large:
            with self._lock:
                self._bring_up_to_date(keep=False)

    def _current(self) -> dict[int, WordBlock]:
        with self._lock:
            if self._revision != (revision := self._store.revision):
                self._bring_up_to_date(keep=True)
                self._revision = revision
            return self._blocks

    def _bring_up_to_date(self, keep: bool) -> None:
        wanted = self._store.block_keys()
        blocks = {}
        for number, key in wanted.items():
            file = self._folder / f"{number:06}.npz"
            block = self._blocks.get(number)
            if block is None or block.key != key:
                if not keep and key_in(file) == key:
                    continue
                block = read_block(file) if keep else None
                if block is None or block.key != key:
                    block = make_block(key, number * BLOCK, self._store.block_words(number))
                    self._write(block, file)
            if keep:
                blocks[number] = block
        # What is not there any more may not come back under another library's ids; the key would tell, the disk fills.
        for file in self._folder.glob("*.npz"):
            if not file.stem.isdigit() or int(file.stem) not in wanted:
                file.unlink(missing_ok=True)
        if keep:
            self._blocks = blocks

    def _write(self, block: WordBlock, file: Path) -> None:
        try:
            self._folder.mkdir(exist_ok=True)
            block.write(file)
        except OSError:
            pass  # it is made again at the next start


def _scores(block: WordBlock, starts: np.ndarray, ends: np.ndarray, idf: np.ndarray, mean: float) -> np.ndarray:
    """BM25 of each chunk of the block, float64 (BLOCK,), 0 where it holds none of the words at these places."""
    slices = [slice(s, e) for s, e in zip(starts.tolist(), ends.tolist(), strict=True)]
    if not slices:
        return np.zeros(BLOCK)
    where = np.concatenate([block.chunks[s] for s in slices])
    f = np.concatenate([block.counts[s] for s in slices]).astype(np.float64)
    norms = K1 * (1 - B + B * block.lengths.astype(np.float64) / mean)
    values = np.repeat(idf, ends - starts) * ((f * (K1 + 1.0)) / (f + norms[where]))
    return np.bincount(where, values, minlength=BLOCK)


def _merged(
    best: tuple[np.ndarray, np.ndarray], first: int, scores: np.ndarray, limit: int
) -> tuple[np.ndarray, np.ndarray]:
    """The best ``limit`` of those so far and of a block that begins with id ``first``: ids and scores, best first."""
    ids, values = best
    near = np.flatnonzero(scores > (values[-1] if len(values) == limit else 0.0))
    if len(near) > 4 * limit:
        # Those that tie with the last that may stay are kept: of equals the one with the lower id comes first.
        near = near[scores[near] >= np.partition(scores[near], -limit)[-limit]]
    ids, values = np.r_[ids, near + first], np.r_[values, scores[near]]
    order = np.lexsort((ids, -values))[:limit]
    return ids[order], values[order]
