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


class Vectors:
    """Exact inner-product search; ids are the store's rowids.

    The index lives in ``vectors.faiss`` with ``vectors.json`` beside it: the embedding model, the dimension, the number
    of vectors and the store's generation. Where any of them does not agree with the store, or the file cannot be read,
    the index is built again from the store, which alone is the truth. ``note`` is told why.
    """

    def __init__(self, folder: Path, store: Store, model: str, note: Callable[[str], None] = lambda text: None) -> None:
        self._index_file = folder / "vectors.faiss"
        self._manifest_file = folder / "vectors.json"
        self._store = store
        self._model = model
        self._note = note
        self._lock = threading.Lock()
        self._index: Any = None
        self._generation = -1

    def search(self, vector: Matrix, limit: int, allowed: np.ndarray | None = None) -> list[int]:
        """Chunk ids by inner product with ``vector``, float32 (dim,), best first, at most ``limit``.

        ``allowed`` (int64 ids) restricts the search itself, not its result.
        """
        import faiss

        index = self._current()
        if index.ntotal == 0 or (allowed is not None and len(allowed) == 0):
            return []
        parameters = None
        if allowed is not None:
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBatch(allowed))  # type: ignore[call-arg]
        _, ids = index.search(vector.reshape(1, -1), min(limit, index.ntotal), params=parameters)
        # FAISS fills the rows that it cannot find with -1.
        return [int(i) for i in ids[0] if i >= 0]

    def refresh(self) -> None:
        """Makes the index agree with the store and writes it; called after articles were added or removed."""
        self._current()

    def _current(self) -> Any:
        with self._lock:
            generation = self._store.generation
            if self._index is None:
                self._index = self._load(generation)
                self._generation = generation if self._index is not None else -1
            if self._generation != generation:
                self._index = self._build(generation)
                self._generation = generation
            return self._index

    def _load(self, generation: int) -> Any:
        import faiss

        if not self._index_file.exists():
            return None
        try:
            manifest = json.loads(self._manifest_file.read_text(encoding="utf-8"))
            index = faiss.read_index(str(self._index_file))
        except (OSError, ValueError, RuntimeError) as error:
            self._note(
                f"the vector index {self._index_file.name} was damaged ({_first_line(error)}); rebuilt from the library"
            )
            return None
        if manifest != self._manifest(index, generation):
            return None
        return index

    def _build(self, generation: int) -> Any:
        import faiss

        ids, vectors = self._store.vectors()
        index = faiss.IndexIDMap2(faiss.IndexFlatIP(vectors.shape[1] or 1))
        if len(ids):
            index.add_with_ids(vectors, ids)
        try:
            # The index first, each through a temporary name: a manifest never promises an index that is not whole.
            self._manifest_file.unlink(missing_ok=True)
            temporary = self._index_file.with_suffix(f".{os.getpid()}.tmp")
            faiss.write_index(index, str(temporary))
            temporary.replace(self._index_file)
            temporary.write_text(json.dumps(self._manifest(index, generation)), encoding="utf-8")
            temporary.replace(self._manifest_file)
        except (OSError, RuntimeError) as error:
            self._note(
                f"the vector index could not be written ({_first_line(error)}); it is built again at the next start"
            )
        return index

    def _manifest(self, index: Any, generation: int) -> dict[str, object]:
        return {"model": self._model, "dim": int(index.d), "count": int(index.ntotal), "generation": generation} | {
            "library": self._store.uid
        }


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:120]
