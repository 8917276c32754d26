"""The FAISS index over the chunk embeddings: a copy of what the store holds, rebuilt whenever it does not fit."""

import json
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from index.embed import Matrix
from index.store import Store
from index.vector_index import SAMPLED, ids_of, is_lists, kind_of, lists_for, nearest, new_flat, new_lists, outgrown

# Vectors read from the store at once: 25 MB of 384 dimensions.
BLOCK = 16_384


class Vectors:
    """Inner-product search, exact up to ``vector_index.FLAT_AT_MOST`` vectors; ids are the store's rowids.

    The index lives in ``vectors.faiss`` with ``vectors.json`` beside it: the embedding model, the dimension, the number
    of vectors, the kind of index, how many vectors it was trained for, and the store's generation. Where any of them
    does not agree with the store, or the file cannot be read, the index is built again from the store, which alone is
    the truth. One of lists that did fit takes in and gives up only what has changed since. ``note`` is told why.
    """

    def __init__(self, folder: Path, store: Store, model: str, note: Callable[[str], None] = lambda text: None) -> None:
        self._index_file = folder / "vectors.faiss"
        self._manifest_file = folder / "vectors.json"
        self._store = store
        self._model = model
        self._note = note
        self._lock = threading.Lock()
        self._index: Any = None
        self._trained = 0
        self._generation = -1
        # The generation at the start: an index file of that one may be brought up to date later. One of any other may
        # come from a copy of the library that went another way, in which the same ids are other chunks.
        self._opened = store.generation

    def search(self, vector: Matrix, limit: int, allowed: np.ndarray | None = None) -> list[int]:
        """Chunk ids by inner product with ``vector``, float32 (dim,), best first, at most ``limit``.

        ``allowed`` (int64 ids, sorted) restricts the search itself, not its result.
        """
        index = self._current()
        if is_lists(index):
            # Changed in place, which must not happen while it is searched.
            with self._lock:
                return nearest(self._index, vector, limit, allowed, lambda ids: self._store.embeddings(list(ids)))
        return nearest(index, vector, limit, allowed, lambda ids: self._store.embeddings(list(ids)))

    def refresh(self) -> None:
        """Makes the index agree with the store and writes it; called after articles were added or removed."""
        self._current()

    def _current(self) -> Any:
        with self._lock:
            generation = self._store.generation
            if self._index is None:
                self._load(generation)
            if self._generation != generation:
                self._bring_up_to_date(generation)
                self._generation = generation
            return self._index

    def _load(self, generation: int) -> None:
        import faiss

        if not self._index_file.exists():
            return
        try:
            manifest = json.loads(self._manifest_file.read_text(encoding="utf-8"))
            index = faiss.read_index(str(self._index_file))
        except (OSError, ValueError, RuntimeError) as error:
            self._note(
                f"the vector index {self._index_file.name} was damaged ({_first_line(error)}); rebuilt from the library"
            )
            return
        for of in {generation, self._opened}:
            trained = manifest.get("trained") if isinstance(manifest, dict) else None
            if isinstance(trained, int) and manifest == self._manifest(index, of, trained):
                self._index, self._trained, self._generation = index, trained, of

    def _bring_up_to_date(self, generation: int) -> None:
        ids = self._store.chunk_ids()
        index = self._index
        if not (
            index is not None
            and is_lists(index)
            and kind_of(len(ids)) == "ivf"
            and not outgrown(len(ids), self._trained)
            and self._change(ids)
        ):
            # The old one first: two need not fit in memory.
            self._index = index = None
            self._index, self._trained = self._built(ids), len(ids)
        self._write(generation)

    def _change(self, ids: np.ndarray) -> bool:
        """Takes out of the index what has gone and adds what is new; False where that did not do."""
        held = ids_of(self._index)
        gone, new = np.setdiff1d(held, ids), np.setdiff1d(ids, held)
        if len(gone):
            import faiss

            self._index.remove_ids(faiss.IDSelectorBatch(gone))
        self._add(self._index, new)
        return bool(self._index.ntotal == len(ids))

    def _built(self, ids: np.ndarray) -> Any:
        if kind_of(len(ids)) == "flat":
            index = new_flat(self._store.embeddings(ids[:1])[1].shape[1])
        else:
            size = min(len(ids), SAMPLED * lists_for(len(ids)))
            chosen = np.sort(np.random.default_rng(0).choice(ids, size, replace=False))
            # Filled in blocks: a sample joined from blocks would take twice its memory.
            sample = np.zeros((size, self._store.embeddings(ids[:1])[1].shape[1]), dtype=np.float32)
            at = 0
            for first in range(0, size, BLOCK):
                _, vectors = self._store.embeddings(chosen[first : first + BLOCK])
                sample[at : at + len(vectors)] = vectors
                at += len(vectors)
            index = new_lists(len(ids), sample[:at])
        self._add(index, ids)
        return index

    def _add(self, index: Any, ids: np.ndarray) -> None:
        for first in range(0, len(ids), BLOCK):
            block, vectors = self._store.embeddings(ids[first : first + BLOCK])
            if len(block):
                index.add_with_ids(vectors, block)

    def _write(self, generation: int) -> None:
        import faiss

        try:
            # The index first, each through a temporary name: a manifest never promises an index that is not whole.
            self._manifest_file.unlink(missing_ok=True)
            temporary = self._index_file.with_suffix(f".{os.getpid()}.tmp")
            faiss.write_index(self._index, str(temporary))
            temporary.replace(self._index_file)
            temporary.write_text(json.dumps(self._manifest(self._index, generation, self._trained)), encoding="utf-8")
            temporary.replace(self._manifest_file)
        except (OSError, RuntimeError) as error:
            self._note(
                f"the vector index could not be written ({_first_line(error)}); it is built again at the next start"
            )

    def _manifest(self, index: Any, generation: int, trained: int) -> dict[str, object]:
        return {
            "model": self._model,
            "dim": int(index.d),
            "count": int(index.ntotal),
            "kind": "ivf" if is_lists(index) else "flat",
            "trained": trained,
            "generation": generation,
            "library": self._store.uid,
        }


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
