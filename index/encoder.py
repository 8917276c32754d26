"""The encoder of all-MiniLM-L6-v2 as plain tensor operations: vectors without seconds of imports.

sentence-transformers and transformers together take five seconds to import before the first vector of a question is
there, longer than all the rest of a search. The network itself (Devlin 2019; Wang 2020) is six layers of a few
products. The vectors are those of sentence-transformers but for rounding (cosine above 0.999999).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from index.device import compute_dtype
from index.tokenizer import encodable, open_tokenizer

if TYPE_CHECKING:
    from torch import Tensor

LAYERS, WIDTH, HEADS = 6, 384, 12
TOKENS = 256  # longest text that the model was trained on; the rest is cut off
BATCH_TOKENS = 4_096


class Encoder:
    """Texts to unit vectors. Holds no state between calls; safe to share between threads."""

    def __init__(self, folder: Path, dtype: str | None = None) -> None:
        """``folder`` holds ``model.safetensors`` and ``tokenizer.json``. Products are computed in ``dtype``, by default
        in what suits this processor. Raises OSError, ValueError, KeyError."""
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        try:
            saved = load_file(folder / "model.safetensors")
            self._params = with_products_in(dtype or compute_dtype("cpu"), joined(saved))
        except SafetensorError as error:
            raise ValueError(str(error)) from error
        self._tokenizer = open_tokenizer(folder)
        self._tokenizer.enable_truncation(TOKENS)

    def encode(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        """float32 (n_texts, 384), rows of unit length; texts of like length together, so that little is padding."""
        import torch

        rows = [encoding.ids for encoding in self._tokenizer.encode_batch([encodable(text) for text in texts])]
        vectors = np.zeros((len(rows), WIDTH), dtype=np.float32)
        with torch.inference_mode():
            for batch in batches([len(row) for row in rows]):
                vectors[batch] = forward(self._params, [rows[i] for i in batch]).numpy()
        return vectors


def batches(lengths: Sequence[int], tokens: int = BATCH_TOKENS) -> Iterator[list[int]]:
    """Indices of rows in batches, the shortest rows first; each at most so many tokens with its padding, or one row."""
    order = sorted(range(len(lengths)), key=lambda i: (lengths[i], i))
    start = 0
    while start < len(order):
        end = start + 1
        while end < len(order) and (end + 1 - start) * lengths[order[end]] <= tokens:
            end += 1
        yield order[start:end]
        start = end


def forward(params: "Mapping[str, Tensor]", rows: Sequence[Sequence[int]]) -> "Tensor":
    """Unit vectors (rows, width) of token ids: the mean of the last layer over the tokens of each row."""
    import torch
    from torch.nn import functional as f

    length = max(map(len, rows))
    ids = torch.zeros(len(rows), length, dtype=torch.int64)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row)
    real = torch.arange(length)[None] < torch.tensor([len(row) for row in rows])[:, None]
    x = f.embedding(ids, params["words"]) + params["positions"][:length] + params["types"][0]
    x = layers(params, x, real)
    weights = real[:, :, None].to(x.dtype)
    return f.normalize((x * weights).sum(1) / weights.sum(1), dim=1)


def layers(params: "Mapping[str, Tensor]", x: "Tensor", real: "Tensor") -> "Tensor":
    """The last layer, float32 (rows, length, width), over the sums of embeddings ``x``; ``real`` (rows, length) is no
    padding. What is summed up from layer to layer stays in float32, whatever the products are computed in."""
    from torch.nn import functional as f

    def norm(x: "Tensor", name: str) -> "Tensor":
        return f.layer_norm(x, (WIDTH,), params[f"{name}.weight"], params[f"{name}.bias"], 1e-12)

    def linear(x: "Tensor", name: str) -> "Tensor":
        weight = params[f"{name}.weight"]
        return f.linear(x.to(weight.dtype), weight, params[f"{name}.bias"])

    rows, length, _ = x.shape
    mask = None if bool(real.all()) else real[:, None, None, :]
    x = norm(x, "norm")
    for n in range(LAYERS):
        q, k, v = linear(x, f"{n}.qkv").view(rows, length, 3, HEADS, WIDTH // HEADS).permute(2, 0, 3, 1, 4)
        seen = f.scaled_dot_product_attention(q, k, v, attn_mask=mask).transpose(1, 2).reshape(x.shape)
        x = norm(x + linear(seen, f"{n}.out"), f"{n}.norm1")
        x = norm(x + linear(f.gelu(linear(x, f"{n}.up")), f"{n}.down"), f"{n}.norm2")
    return x


def with_products_in(dtype: str, params: "Mapping[str, Tensor]") -> "dict[str, Tensor]":
    """The same weights, those of the layers' products in the torch dtype named, all others in float32."""
    import torch

    kind = getattr(torch, dtype)
    return {n: v.to(kind if _PRODUCT.match(n) else torch.float32) for n, v in params.items()}


_PRODUCT = re.compile(r"\d+\.(qkv|out|up|down)\.")


def joined(saved: "Mapping[str, Tensor]") -> "dict[str, Tensor]":
    """A BERT's weights under short names, those of queries, keys and values below one another. Raises KeyError."""
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
