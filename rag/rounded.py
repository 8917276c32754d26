"""Weights in eight bits, for a first guess: a step over one token waits for the weights to come out of memory."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, slots=True)
class Rounded:
    """A matrix (out, in) as whole numbers from -127 to 127, and the scale of each row, (out,) in bfloat16."""

    values: "Tensor"
    scales: "Tensor"

    @classmethod
    def of(cls, weight: "Tensor") -> "Rounded":
        """The nearest to ``weight``, whose largest number of each row is 127 (Dettmers 2022, section 2.1: absmax)."""
        import torch

        exact = weight.float()
        scales = (exact.abs().amax(1) / 127).clamp_min(torch.finfo(torch.float32).tiny).to(torch.bfloat16)
        values = (exact / scales.float()[:, None]).round_().clamp_(-127, 127)
        return cls(values.to(torch.int8), scales)

    def times(self, x: "Tensor") -> "Tensor":
        """``x`` (rows, in) times the matrix, float32 (rows, out)."""
        import torch

        # torch has no public name for it yet. In float32 it takes nine times as long as in bfloat16.
        product: Tensor = torch.ops.aten._weight_int8pack_mm(x.to(torch.bfloat16), self.values, self.scales)
        return product.float()
