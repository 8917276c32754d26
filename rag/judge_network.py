"""The network of the judge: the lower layers of the embedded language model, with low-rank matrices of its own.

A causal model understands a passage in the light of the question only where the question stands in front of it, and it
weighs up only behind both: so a row is the question, the headline, the passage and the question again, and the state
of its last token says whether the passage answers and points to the words that do.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.tokenizer import encodable, open_tokenizer
from rag.llama import turns

if TYPE_CHECKING:
    from torch import Tensor

LAYERS = 20  # of the language model's 30: those above write words
FIRST = 4  # layer with the first low-rank matrices
RANK = 32
POINTER = 64  # width of what points to the first and last token of the answer
PARTS = ("qkv", "out", "gate_up", "down")
FAR = -1e4  # of a place that is no token of the passage


@dataclass(frozen=True, slots=True)
class JudgeRow:
    """Token ids of a row; ``offsets`` are the passage's tokens in code points of it, the first of them ``first``."""

    ids: tuple[int, ...]
    first: int
    offsets: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Base:
    """The frozen part: ``weights`` by layer and part as "7.qkv", norms, token embeddings; sizes; turns of positions."""

    weights: "Mapping[str, Tensor]"
    heads: int
    key_heads: int
    width: int
    eps: float
    cos: "Tensor"
    sin: "Tensor"

    @classmethod
    def load(cls, folder: Path, dtype: "Any") -> "Base":
        """From the folder of the converted model. Raises OSError, ValueError, KeyError."""
        import torch
        from safetensors import SafetensorError, safe_open

        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        weights: dict[str, Tensor] = {}
        try:
            with safe_open(folder / "model.safetensors", "pt") as saved:

                def get(*names: str) -> "Tensor":
                    joined: Tensor = torch.cat([saved.get_tensor(f"model.{name}.weight") for name in names]).to(dtype)
                    return joined

                weights["words"], weights["norm"] = get("embed_tokens"), get("norm")
                for n in range(LAYERS):
                    at, unit = f"layers.{n}.self_attn", f"layers.{n}.mlp"
                    weights[f"{n}.qkv"] = get(*(f"{at}.{k}_proj" for k in "qkv"))
                    weights[f"{n}.out"] = get(f"{at}.o_proj")
                    weights[f"{n}.gate_up"] = get(f"{unit}.gate_proj", f"{unit}.up_proj")
                    weights[f"{n}.down"] = get(f"{unit}.down_proj")
                    weights[f"{n}.before"] = get(f"layers.{n}.input_layernorm")
                    weights[f"{n}.between"] = get(f"layers.{n}.post_attention_layernorm")
        except SafetensorError as error:
            raise ValueError(str(error)) from error
        heads = config["num_attention_heads"]
        width = config["hidden_size"] // heads
        cos, sin = (turn.to(dtype) for turn in turns(config, width, config["max_position_embeddings"]))
        return cls(weights, heads, config["num_key_value_heads"], width, config["rms_norm_eps"], cos, sin)

    def with_adapter(self, params: "Mapping[str, Tensor]") -> "Base":
        """The same with the low-rank products added to the matrices."""
        weights = dict(self.weights)
        for n in range(FIRST, LAYERS):
            for part in PARTS:
                name = f"{n}.{part}"
                more = params[f"{name}.B"].float() @ params[f"{name}.A"].float()
                weights[name] = (weights[name].float() + more).to(weights[name].dtype)
        return replace(self, weights=weights)


def shapes(base: Base) -> dict[str, tuple[int, ...]]:
    """Names and shapes of the trained parameters."""
    found: dict[str, tuple[int, ...]] = {}
    for n in range(FIRST, LAYERS):
        for part in PARTS:
            out, size = base.weights[f"{n}.{part}"].shape
            found |= {f"{n}.{part}.A": (RANK, size), f"{n}.{part}.B": (out, RANK)}
    wide = base.heads * base.width
    found |= {f"{end}.{side}": (POINTER, wide) for end in ("start", "end") for side in ("query", "key")}
    return found | {"answer.weight": (1, wide), "answer.bias": (1,)}


def initial(base: Base, seed: int) -> "dict[str, Tensor]":
    """Fresh parameters, float32: A at random, B zero, so that the network begins as the language model itself."""
    import torch

    generator = torch.Generator().manual_seed(seed)

    def fresh(rows: int, columns: int) -> "Tensor":
        values: Tensor = torch.randn(rows, columns, generator=generator) / columns**0.5
        return values

    params = {}
    for name, shape in shapes(base).items():
        params[name] = torch.zeros(shape) if name.endswith((".B", "bias")) else fresh(*shape)
    return params


def forward(base: Base, params: "Mapping[str, Tensor]", rows: Sequence[JudgeRow]) -> "tuple[Tensor, Tensor, Tensor]":
    """Start and end logits (n_rows, n_tokens) and the logit of "it answers" (n_rows,), float32. Where ``params`` are
    the heads alone, the low-rank products are already in ``base``."""
    import torch
    from torch.nn import functional as f

    weights, count = base.weights, len(rows)
    length = max(len(row.ids) for row in rows)
    ids = torch.zeros(count, length, dtype=torch.long)
    passage = torch.zeros(count, length, dtype=torch.bool)
    for i, row in enumerate(rows):
        ids[i, : len(row.ids)] = torch.tensor(row.ids)
        passage[i, row.first : row.first + len(row.offsets)] = True
    x = f.embedding(ids, weights["words"])
    behind, cos, sin = causal(length), base.cos[:length], base.sin[:length]
    for n in range(LAYERS):
        y = product(base, params, normed(base, x, f"{n}.before"), f"{n}.qkv")
        query, key, value = turned(base, y.view(count, length, -1, base.width).transpose(1, 2), cos, sin)
        # Behind its last token a row is padded; a causal model never looks there.
        y = attended(query, key, value, behind)
        x = x + product(base, params, y.transpose(1, 2).reshape(x.shape), f"{n}.out")
        x = fed_forward(base, params, x, n)
    x = normed(base, x, "norm").float()
    last = x[torch.arange(count), torch.tensor([len(row.ids) - 1 for row in rows])]
    answer = (last @ params["answer.weight"].float().T)[:, 0] + params["answer.bias"].float()

    def pointed(end: str) -> "Tensor":
        query, key = (params[f"{end}.{side}"].float() for side in ("query", "key"))
        found: Tensor = torch.einsum("nk,nlk->nl", last @ query.T, x @ key.T) / POINTER**0.5
        return found.masked_fill(~passage, FAR)

    return pointed("start"), pointed("end"), answer


def product(base: Base, params: "Mapping[str, Tensor]", x: "Tensor", name: str) -> "Tensor":
    """One linear product of a layer, with that of its low-rank matrices where ``params`` has them."""
    from torch.nn import functional as f

    y = f.linear(x, base.weights[name])
    if f"{name}.A" not in params:
        return y
    return y + f.linear(f.linear(x, params[f"{name}.A"].to(x.dtype)), params[f"{name}.B"].to(x.dtype))


def normed(base: Base, x: "Tensor", name: str) -> "Tensor":
    """Divided by its root mean square, times the weights of that name."""
    from torch.nn import functional as f

    return f.rms_norm(x, x.shape[-1:], base.weights[name], base.eps)


def turned(base: Base, y: "Tensor", cos: "Tensor", sin: "Tensor") -> "tuple[Tensor, Tensor, Tensor]":
    """Queries, keys and values out of (n, all heads, ..., width), queries and keys turned by their places."""
    both = y[:, : base.heads + base.key_heads]
    both = both * cos + both.roll(base.width // 2, -1) * sin
    return both[:, : base.heads], both[:, base.heads :], y[:, base.heads + base.key_heads :]


def fed_forward(base: Base, params: "Mapping[str, Tensor]", x: "Tensor", layer: int) -> "Tensor":
    """The second half of a layer."""
    from torch.nn import functional as f

    y = product(base, params, normed(base, x, f"{layer}.between"), f"{layer}.gate_up")
    gate, up = y.chunk(2, -1)
    return x + product(base, params, f.silu(gate) * up, f"{layer}.down")


def causal(length: int) -> "Tensor":
    """True where a token must not look: at those behind it."""
    import torch

    return torch.ones(length, length, dtype=torch.bool).triu(1)


def attended(query: "Tensor", key: "Tensor", value: "Tensor", hidden: "Tensor") -> "Tensor":
    """Attention over what is not ``hidden``, (n, 1, length, n_keys) or broadcast to it. The query heads of a key head
    are one product: on a processor twice as fast as the ready-made function, which takes them one by one."""
    import torch

    count, heads, length, width = query.shape
    kept = key.shape[1]
    scores = query.reshape(count, kept, -1, width) @ key.transpose(2, 3) * width**-0.5
    scores = scores.view(count, heads, length, -1).masked_fill(hidden, float("-inf"))
    shares = torch.softmax(scores, -1).view(count, kept, -1, key.shape[2])
    return (shares @ value).view(count, heads, length, width)


class JudgePacker:
    """Makes rows of texts with the language model's tokenizer."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer = open_tokenizer(folder)

    def pack(self, question: str, title: str, passage: str) -> JudgeRow:
        """The row of one passage."""
        head = f"Question: {question}\nHeadline: {title}\nText: " if title else f"Question: {question}\nText: "
        parts = head, passage, f"\nQuestion: {question}\nDoes the text answer it?"
        before, text, after = (self._tokenizer.encode(encodable(part), add_special_tokens=False) for part in parts)
        return JudgeRow((*before.ids, *text.ids, *after.ids), len(before.ids), tuple(text.offsets))
