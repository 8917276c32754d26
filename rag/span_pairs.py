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
