"""What is learned from: packed rows with the tokens of their answers, and two of the losses."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.records import Span
from rag.judge_network import JudgeRow
from rag.training.negatives import Row

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, slots=True)
class Target:
    """A row ready for the network. ``span`` holds the first and last token of the answer; ``group`` its question."""

    row: JudgeRow
    span: tuple[int, int] | None
    group: int

    @property
    def tokens(self) -> int:
        return len(self.row.ids)


def targets_of(rows: Sequence[Row], group: int, most: int, pack: Callable[[Row], JudgeRow]) -> list[Target]:
    """The rows of one question, packed; one of more than ``most`` tokens or with none of its answer is left out."""
    targets: list[Target] = []
    for row in rows:
        packed = pack(row)
        if len(packed.ids) > most or not packed.offsets:
            continue
        span = _tokens_of(row.answer, packed) if row.answer is not None else None
        if row.answer is None or span is not None:
            targets.append(Target(packed, span, group))
    return targets


def _tokens_of(answer: Span, packed: JudgeRow) -> tuple[int, int] | None:
    inside = [i for i, (a, b) in enumerate(packed.offsets) if b > answer.start and a < answer.end and b > a]
    return (packed.first + inside[0], packed.first + inside[-1]) if inside else None


def answer_losses(answer: "Tensor", targets: Sequence[Target]) -> "tuple[Tensor, Tensor]":
    """Answerability loss over all rows, ranking loss within each question, of logits (n_targets,)."""
    import torch
    from torch.nn import functional as f

    held = torch.tensor([t.span is not None for t in targets])
    rows = held.nonzero()[:, 0]
    # One row in three has an answer: weighted so that both sides count the same.
    weights = torch.where(held, 2.0, 1.0)
    judged = f.binary_cross_entropy_with_logits(answer, held.float(), weight=weights) * 0.75
    same = torch.tensor([t.group for t in targets])
    others = (same[rows][:, None] == same[None, :]) & ~held[None, :]
    own = torch.zeros_like(others)
    own[torch.arange(len(rows)), rows] = True
    scores = answer[None, :].expand(len(rows), -1).masked_fill(~(others | own), float("-inf"))
    rank = (scores.logsumexp(1) - answer[rows]).mean() if len(rows) else answer.sum() * 0
    return judged, rank
