"""Where an answer may begin and end."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


def span_pairs(starts: "Tensor", ends: "Tensor", longest: int) -> "Tensor":
    """Log-probability (n, n) of each first and last token, of those (n,) of starts and ends; -inf where the last comes
    before the first or more than ``longest`` tokens would be held."""
    import torch

    n = len(starts)
    allowed = torch.ones(n, n, dtype=torch.bool).triu() & ~torch.ones(n, n, dtype=torch.bool).triu(longest)
    return (starts[:, None] + ends[None, :]).masked_fill(~allowed, float("-inf"))


def likeliest_apart(pairs: "Tensor", count: int, tried: int = 60) -> list[tuple[int, int]]:
    """First and last token of the likeliest answers of ``span_pairs``, best first, none overlapping a better one; at
    most ``count``, of the ``tried`` likeliest pairs."""
    n = len(pairs)
    ranked = pairs.flatten().topk(min(tried, int(pairs.isfinite().sum()))).indices.tolist()
    apart: list[tuple[int, int]] = []
    for place in ranked:
        first, last = place // n, place % n
        if len(apart) < count and all(last < a or b < first for a, b in apart):
            apart.append((first, last))
    return apart
