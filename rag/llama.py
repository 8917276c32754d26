"""The network of a Llama-like language model as plain tensor operations, for a CPU.

transformers spends, on a model as small as the embedded one, more time on Python than on numbers: a step over one token
goes through some thousand calls. This computes the same network (Touvron 2023: rotary positions, grouped queries, RMS
norms, gated units) in some hundred, with the projections that read the same input joined into one product and a
cache that is written in place.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from rag.rounded import Rounded

if TYPE_CHECKING:
    from torch import Tensor

GROWTH = 256  # tokens that a cache gets room for at a time
BLOCK = 112  # tokens that look back at once: to look at all would be to look at those to come too, and to hide them
NEAREST = 16  # largest of the rounded logits, among which the largest is looked for


class Cache:
    """Keys and values of the tokens that went through the network, each (layers, key heads, room, width)."""

    def __init__(self, layers: int, heads: int, width: int, like: "Tensor") -> None:
        self.length = 0
        self.keys = like.new_empty(layers, heads, 0, width)
        self.values = like.new_empty(layers, heads, 0, width)

    def room(self, count: int) -> None:
        """Makes room for ``count`` more tokens."""
        needed = self.length + count - self.keys.shape[2]
        if needed > 0:
            more = -(-needed // GROWTH) * GROWTH
            layers, heads, _, width = self.keys.shape
            for name in ("keys", "values"):
                old = getattr(self, name)
                new = old.new_empty(layers, heads, old.shape[2] + more, width)
                new[:, :, : self.length] = old[:, :, : self.length]
                setattr(self, name, new)


@dataclass(frozen=True, slots=True)
class Layer:
    """The weights of one layer: (out, in) each, queries, keys and values in one, gate and up in one."""

    attention_norm: "Tensor"
    qkv: "Tensor | Rounded"
    out: "Tensor | Rounded"
    norm: "Tensor"
    gate_up: "Tensor | Rounded"
    down: "Tensor | Rounded"


class Llama:
    """A network made of the weights of a model, which it shares. Holds no state between calls.

    Products are computed in the numbers of the weights, all between them in float32: in bfloat16 a token's logits would
    stand on a scale of eighths, and the preferred token would be the first of several.
    """

    def __init__(self, config: Mapping[str, Any], weights: "Mapping[str, Tensor]") -> None:
        """``config`` as in the ``config.json`` of a model that ``fits``, ``weights`` under their names in transformers.

        Those that are joined here become views of the whole, so that none is held twice. Raises KeyError where one is
        missing.
        """

        self.heads, self.key_heads = config["num_attention_heads"], config["num_key_value_heads"]
        self.width = config["hidden_size"] // self.heads
        self.eps = config["rms_norm_eps"]
        self.window: int = config["max_position_embeddings"]
        self.embedding = weights["model.embed_tokens.weight"].data
        tied = config.get("tie_word_embeddings", False)
        self.head: Tensor | Rounded = self.embedding if tied else weights["lm_head.weight"].data
        self.norm = weights["model.norm.weight"].data.float()
        self.layers = [_layer(weights, f"model.layers.{n}.") for n in range(config["num_hidden_layers"])]
        self._cos, self._sin = turns(config, self.width, self.window)

    def rough(self) -> "Llama":
        """The same network with its weights in eight bits: what it prefers is a guess at what this one does."""
        rough = copy(self)
        rough.layers = [
            replace(
                layer,
                qkv=_rounded(layer.qkv),
                out=_rounded(layer.out),
                gate_up=_rounded(layer.gate_up),
                down=_rounded(layer.down),
            )
            for layer in self.layers
        ]
        rough.head = _rounded(self.head)
        return rough

    def cache(self) -> Cache:
        return Cache(len(self.layers), self.key_heads, self.width, self._cos)

    def size(self, cache: Cache) -> int:
        """Tokens that the cache holds."""
        return cache.length

    def crop(self, cache: Cache, count: int) -> None:
        """Takes the last ``count`` tokens out of the cache again."""
        cache.length -= count

    def croppable(self, cache: Cache) -> bool:
        """Whether ``crop`` can be had."""
        return True

    def step(self, tokens: Sequence[int], cache: Cache, keep: int) -> list[int]:
        """The preferred next token after each of the last ``keep`` of ``tokens``, which the cache then holds too."""
        import torch

        with torch.inference_mode():
            states = self.states(tokens, cache, keep)
            logits = _product(states, self.head)
            if isinstance(self.head, Rounded) or self.head.dtype == torch.float32:
                return [int(token) for token in logits.argmax(1)]
            # Rounded logits tell the few that may be the largest; which of them is, their rows in float32 tell.
            few = logits.topk(min(NEAREST, logits.shape[1]), 1).indices
            exact = torch.einsum("kw,knw->kn", states, self.head[few].float())
            return [int(token) for token in few.gather(1, exact.argmax(1, keepdim=True))[:, 0]]

    def states(self, tokens: Sequence[int], cache: Cache, keep: int) -> "Tensor":
        """The last layer, normed, float32 (keep, width), at the last ``keep`` of ``tokens``, which the cache then holds
        too."""
        import torch
        from torch.nn import functional as f

        count, start = len(tokens), cache.length
        end = start + count
        cache.room(count)
        cos, sin = self._cos[start:end, None], self._sin[start:end, None]
        group = self.heads // self.key_heads
        # The queries of a group share their keys: they stand below one another, as if they were more tokens.
        blocks = [(first, min(first + BLOCK, count)) for first in range(0, count, BLOCK)]
        masks = [_later(last - first, start + first).repeat(group, 1) if last > 1 else None for first, last in blocks]
        turned = self.heads + self.key_heads
        x = f.embedding(torch.tensor(tokens), self.embedding).float()
        for n, layer in enumerate(self.layers):
            qkv = _product(_normed(x, layer.attention_norm, self.eps), layer.qkv).view(count, -1, self.width)
            qk = qkv[:, :turned]
            qk = torch.addcmul(qk * cos, qk.roll(self.width // 2, -1), sin)
            keys, values = cache.keys[n, :, :end], cache.values[n, :, :end]
            keys[:, start:] = qk[:, self.heads :].transpose(0, 1)
            values[:, start:] = qkv[:, turned:].transpose(0, 1)
            queries = qk[:, : self.heads].view(count, self.key_heads, group, self.width).permute(1, 2, 0, 3)
            parts = []
            for (first, last), mask in zip(blocks, masks, strict=True):
                asking = queries[:, :, first:last].reshape(1, self.key_heads, -1, self.width)
                known = start + last
                part = f.scaled_dot_product_attention(asking, keys[None, :, :known], values[None, :, :known], mask)
                parts.append(part.view(self.heads, last - first, self.width).transpose(0, 1).flatten(1))
            x = x + _product(parts[0] if len(parts) == 1 else torch.cat(parts), layer.out)
            gate, up = _product(_normed(x, layer.norm, self.eps), layer.gate_up).chunk(2, 1)
            x = x + _product(f.silu(gate) * up, layer.down)
        cache.length = end
        return _normed(x[-keep:], self.norm, self.eps)


def fits(config: Mapping[str, Any]) -> bool:
    """Whether ``Llama`` computes what a model with this ``config.json`` computes: its kind, and nothing beside."""
    heads = config.get("num_attention_heads") or 1
    return (
        config.get("model_type") == "llama"
        and config.get("hidden_act") == "silu"
        and _rope(config).get("rope_type", "default") == "default"
        and not (config.get("attention_bias") or config.get("mlp_bias"))
        and config.get("head_dim") in (None, config.get("hidden_size", 0) // heads)
    )


def _rope(config: Mapping[str, Any]) -> Mapping[str, Any]:
    return config.get("rope_parameters") or config.get("rope_scaling") or {}


def turns(config: Mapping[str, Any], width: int, count: int) -> "tuple[Tensor, Tensor]":
    """Cosine and sine of the rotation at each of ``count`` positions, float32 (count, width), with the frequencies of
    each pair of numbers in radians a token (Su 2021, section 3.2.2)."""
    import torch

    theta = _rope(config).get("rope_theta") or config.get("rope_theta") or 10_000.0
    frequencies = 1.0 / theta ** (torch.arange(0, width, 2).float() / width)
    angles = torch.outer(torch.arange(count).float(), frequencies)
    # The halves change places, the second with its sign turned: the sign goes into the sine.
    return torch.cat([angles.cos(), angles.cos()], 1), torch.cat([-angles.sin(), angles.sin()], 1)


def _layer(weights: "Mapping[str, Tensor]", at: str) -> Layer:
    attention, unit = f"{at}self_attn.", f"{at}mlp."
    return Layer(
        weights[f"{at}input_layernorm.weight"].data.float(),
        _joined(*(weights[f"{attention}{name}_proj.weight"] for name in "qkv")),
        weights[f"{attention}o_proj.weight"].data,
        weights[f"{at}post_attention_layernorm.weight"].data.float(),
        _joined(weights[f"{unit}gate_proj.weight"], weights[f"{unit}up_proj.weight"]),
        weights[f"{unit}down_proj.weight"].data,
    )


def _later(count: int, start: int) -> "Tensor":
    """What hides from each of ``count`` tokens behind ``start`` others those that come after it, to be added to the
    scores: (count, start + count)."""
    import torch

    return torch.full((count, start + count), float("-inf")).triu(start + 1)


def _product(x: "Tensor", weight: "Tensor | Rounded") -> "Tensor":
    """``x`` (rows, in) times ``weight`` (out, in), computed in the numbers of ``weight``; float32."""
    from torch.nn import functional as f

    if isinstance(weight, Rounded):
        return weight.times(x)
    return f.linear(x.to(weight.dtype), weight).float()


def _rounded(weight: "Tensor | Rounded") -> Rounded:
    return weight if isinstance(weight, Rounded) else Rounded.of(weight)


def _normed(x: "Tensor", weight: "Tensor", eps: float) -> "Tensor":
    from torch.nn import functional as f

    return f.rms_norm(x, weight.shape, weight, eps)


def _joined(*parts: "Tensor") -> "Tensor":
    """The parts below one another; they become views of it."""
    import torch

    whole = torch.cat([part.data for part in parts])
    start = 0
    for part in parts:
        part.data = whole[start : start + len(part)]
        start += len(part)
    return whole
