"""The plain encoder gives the vectors of sentence-transformers."""

from pathlib import Path

import numpy as np
import pytest

from index.embed import MiniLMEmbedder, SentenceTransformerEmbedder, embedding_folder
from index.encoder import Encoder
from index.errors import ModelError

TEXTS = [
    "Who led the delegation?",
    "",
    "Mayor Ida Kell opened the harbour on Monday; the ferry had been away for three weeks.",
    "word " * 900,
    "x" * 5000,
    "Café ÉTÉ, İstanbul, 中文, ñandú and naïve",
]


@pytest.mark.models
def test_the_vectors_are_those_of_sentence_transformers() -> None:
    ours, theirs = MiniLMEmbedder(dtype="float32"), SentenceTransformerEmbedder(embedding_folder())
    assert theirs.dim == ours.dim
    made, known = ours.encode(TEXTS), theirs.encode(TEXTS)
    assert made.dtype == np.float32 and made.shape == known.shape
    np.testing.assert_allclose((made * known).sum(1), 1.0, atol=1e-5)


@pytest.mark.models
def test_a_vector_does_not_depend_on_the_texts_beside_it() -> None:
    ours = MiniLMEmbedder(dtype="float32")
    together = ours.encode(TEXTS)
    for text, vector in zip(TEXTS, together, strict=True):
        np.testing.assert_allclose(ours.encode([text])[0], vector, atol=1e-5)
    assert ours.encode([]).shape == (0, 384)
    assert np.isfinite(ours.encode(["half a pair \ud800 of surrogates"])).all()


@pytest.mark.models
def test_a_long_text_is_cut_at_the_tokens_the_model_was_trained_on() -> None:
    ours = MiniLMEmbedder(dtype="float32")
    long, longer = ours.encode(["word " * 254, "word " * 400 + "harbour"])
    np.testing.assert_allclose(long, longer, atol=1e-5)


@pytest.mark.models
def test_rounded_products_hardly_move_a_vector() -> None:
    texts = [TEXTS[0], TEXTS[2], TEXTS[5]]
    exact, rounded = (MiniLMEmbedder(dtype=dtype).encode(texts) for dtype in ("float32", "bfloat16"))
    np.testing.assert_allclose(np.linalg.norm(rounded, axis=1), 1.0, atol=1e-5)
    assert float((exact * rounded).sum(1).min()) > 0.9995


def test_a_folder_without_the_model_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="make setup"):
        MiniLMEmbedder(tmp_path)
    (tmp_path / "model.safetensors").write_bytes(b"no tensors")
    with pytest.raises(ModelError, match="make setup"):
        MiniLMEmbedder(tmp_path)
    with pytest.raises(ValueError, match=r"."):
        Encoder(tmp_path)
