"""The judge's network over rows of one question: what rows begin with in common is computed once.

All sentences of an article come behind the same question and headline, a third of a row; a causal model's states of it
are the same in each. The products run over the tokens of all rows without padding; only attention sees rows apart.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.judge_network import LAYERS, POINTER, Base, JudgeRow, attended, causal, fed_forward, normed, product, turned

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where each of a number of texts' tokens, one after the other, stands in a padded (n_texts, longest)."""

    count: int
    longest: int
    at: "Tensor"

    @classmethod
    def of(cls, lengths: Sequence[int]) -> "_Layout":
        import torch

        longest = max(lengths)
        at = [n * longest + i for n, length in enumerate(lengths) for i in range(length)]
        return cls(len(lengths), longest, torch.tensor(at))

    def padded(self, values: "Tensor") -> "Tensor":
        """(n_tokens, heads, width) to (n_texts, heads, longest, width), zeros where there is no token."""
        apart = values.new_zeros(self.count * self.longest, *values.shape[1:])
        apart[self.at] = values
        return apart.view(self.count, self.longest, *values.shape[1:]).transpose(1, 2)

    def packed(self, values: "Tensor") -> "Tensor":
        """The way back, heads joined: (n_tokens, heads * width)."""
        return values.transpose(1, 2).reshape(self.count * self.longest, -1)[self.at]


def judge_rows(
    base: Base, params: "Mapping[str, Tensor]", rows: Sequence[JudgeRow]
) -> "tuple[list[tuple[Tensor, Tensor]], list[float]]":
    """Start and end logits, each (n_tokens of the passage,), and the logit of "it answers" of each row, float32, as
    ``judge_network.forward`` gives them but for rounding."""
    import torch
    from torch.nn import functional as f

    starts = list(dict.fromkeys(row.ids[: row.first] for row in rows))
    number = {start: n for n, start in enumerate(starts)}
    owner = torch.tensor([number[row.ids[: row.first]] for row in rows])
    ends = [row.ids[row.first :] for row in rows]
    before, behind = _Layout.of([len(start) for start in starts]), _Layout.of([len(end) for end in ends])
    shared = sum(len(start) for start in starts)
    places = [i for start in starts for i in range(len(start))]
    places += [i for row in rows for i in range(row.first, len(row.ids))]
    x = f.embedding(torch.tensor([i for text in (*starts, *ends) for i in text]), base.weights["words"])
    cos, sin = (turn[torch.tensor(places)][:, None] for turn in (base.cos, base.sin))
    lengths = torch.tensor([len(start) for start in starts])
    begun = (torch.arange(before.longest) < lengths[:, None])[owner]
    above, below = causal(before.longest), causal(behind.longest)
    hidden = torch.cat([~begun[:, None].expand(-1, behind.longest, -1), below.expand(len(rows), -1, -1)], 2)

    for n in range(LAYERS):
        y = product(base, params, normed(base, x, f"{n}.before"), f"{n}.qkv")
        parts = turned(base, y.view(len(x), -1, base.width), cos, sin)
        query, key, value = (before.padded(part[:shared]) for part in parts)
        first = before.packed(attended(query, key, value, above))
        own_query, own_key, own_value = (behind.padded(part[shared:]) for part in parts)
        key, value = torch.cat([key[owner], own_key], 2), torch.cat([value[owner], own_value], 2)
        rest = behind.packed(attended(own_query, key, value, hidden[:, None]))
        x = x + product(base, params, torch.cat([first, rest]), f"{n}.out")
        x = fed_forward(base, params, x, n)

    states = torch.split(normed(base, x[shared:], "norm").float(), [*map(len, ends)])
    last = torch.stack([state[-1] for state in states])
    answers = (last @ params["answer.weight"].T)[:, 0] + params["answer.bias"]
    pointers = [(last @ params[f"{end}.query"].T, params[f"{end}.key"]) for end in ("start", "end")]
    pointed = []
    for n, row in enumerate(rows):
        passage = states[n][: len(row.offsets)]
        start, end = (passage @ key.T @ query[n] / POINTER**0.5 for query, key in pointers)
        pointed.append((start, end))
    return pointed, answers.tolist()
