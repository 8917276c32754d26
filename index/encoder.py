"""The encoder of all-MiniLM-L6-v2 as plain tensor operations: vectors without seconds of imports.

sentence-transformers and transformers together take five seconds to import before the first vector of a question is
there, longer than all the rest of a search. The network itself (Devlin 2019; Wang 2020) is six layers of a few
products. The vectors are those of sentence-transformers but for rounding (cosine above 0.999999).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from torch import Tensor

LAYERS, WIDTH, HEADS = 6, 384, 12
TOKENS = 256  # longest text that the model was trained on; the rest is cut off
BATCH_TOKENS = 4_096


class Encoder:
    """Texts to unit vectors. Holds no state between calls; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        """``folder`` holds ``model.safetensors`` and ``tokenizer.json``. Raises OSError, ValueError, KeyError."""
        import torch
        from safetensors import SafetensorError
        from safetensors.torch import load_file
        from tokenizers import Tokenizer

        try:
            self._params = _joined(load_file(folder / "model.safetensors"))
        except SafetensorError as error:
            raise ValueError(str(error)) from error
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        except Exception as error:  # the tokenizers library raises plain Exception
            raise ValueError(f"tokenizer.json: {error}") from error
        self._tokenizer.enable_truncation(TOKENS)
        self._tokenizer.no_padding()
        self._mode: Any = torch.inference_mode

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """float32 (n_texts, 384), rows of unit length; texts of like length together, so that little is padding."""
        # A lone surrogate has no bytes for the tokenizer.
        clean = [t if t.isascii() else t.encode("utf-8", "replace").decode("utf-8") for t in texts]
        rows = [encoding.ids for encoding in self._tokenizer.encode_batch(clean)]
        order = sorted(range(len(rows)), key=lambda i: (len(rows[i]), i))
        vectors = np.zeros((len(rows), WIDTH), dtype=np.float32)
        with self._mode():
            while order:
                count = 1
                while count < len(order) and (count + 1) * len(rows[order[count]]) <= BATCH_TOKENS:
                    count += 1
                batch, order = order[:count], order[count:]
                vectors[batch] = forward(self._params, [rows[i] for i in batch]).numpy()
        return vectors


def forward(params: dict[str, "Tensor"], rows: Sequence[Sequence[int]]) -> "Tensor":
    """Unit vectors (rows, width) of token ids: the mean of the last layer over the tokens of each row."""
    import torch
    from torch.nn import functional as f

    length = max(map(len, rows))
    ids = torch.zeros(len(rows), length, dtype=torch.int64)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
    real = torch.arange(length)[None] < torch.tensor([len(row) for row in rows])[:, None]
    mask = None if bool(real.all()) else real[:, None, None, :]

    def norm(x: "Tensor", name: str) -> "Tensor":
        return f.layer_norm(x, (WIDTH,), params[f"{name}.weight"], params[f"{name}.bias"], 1e-12)

    def linear(x: "Tensor", name: str) -> "Tensor":
        return f.linear(x, params[f"{name}.weight"], params[f"{name}.bias"])

    x = f.embedding(ids, params["words"]) + params["positions"][:length] + params["types"][0]
    x = norm(x, "norm")
    for n in range(LAYERS):
        qkv = linear(x, f"{n}.qkv").view(len(rows), length, 3, HEADS, WIDTH // HEADS)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        seen = f.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2).reshape(x.shape)
        x = norm(x + linear(seen, f"{n}.out"), f"{n}.norm1")
        x = norm(x + linear(f.gelu(linear(x, f"{n}.up")), f"{n}.down"), f"{n}.norm2")
    weights = real[:, :, None].to(x.dtype)
    return f.normalize((x * weights).sum(1) / weights.sum(1), dim=1)


def _joined(saved: "dict[str, Tensor]") -> "dict[str, Tensor]":
    """The weights under short names, those of queries, keys and values below one another."""
    import torch

    params = {
        "words": saved["embeddings.word_embeddings.weight"],
        "positions": saved["embeddings.position_embeddings.weight"],
        "types": saved["embeddings.token_type_embeddings.weight"],
    }
    for part in ("weight", "bias"):
        params[f"norm.{part}"] = saved[f"embeddings.LayerNorm.{part}"]
        for n in range(LAYERS):
            layer = f"encoder.layer.{n}."
            of_attention = [f"{layer}attention.self.{name}.{part}" for name in ("query", "key", "value")]
            params[f"{n}.qkv.{part}"] = torch.cat([saved[name] for name in of_attention])
            for new, old in _NAMES.items():
                params[f"{n}.{new}.{part}"] = saved[f"{layer}{old}.{part}"]
    return params


_NAMES = {
    "out": "attention.output.dense",
    "norm1": "attention.output.LayerNorm",
    "up": "intermediate.dense",
    "down": "output.dense",
    "norm2": "output.LayerNorm",
}
