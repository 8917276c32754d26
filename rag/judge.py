"""The judge: whether a passage answers a question, read with the embedded language model's understanding.

The span reader knows words that go together; the language model has read a thousand times as much, and knows that
whose arm was twisted was pressed. It is slower, so it only judges the few passages that the reader finds best.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from index.device import compute_dtype
from index.encoder import batches
from index.errors import ModelError
from index.records import Span
from rag.embedded import converted_here
from rag.judge_network import Base, JudgePacker, JudgeRow, forward, shapes
from rag.span_pairs import span_pairs

if TYPE_CHECKING:
    from torch import Tensor

SHIPPED = Path(__file__).parent / "weights" / "judge"

# Longest texts; training saw rows of up to 256 tokens.
QUESTION, TITLE, PASSAGE = 300, 160, 900  # characters
ANSWER = 30  # longest answer in tokens
BATCH_TOKENS = 1_024


@dataclass(frozen=True, slots=True)
class Judgement:
    """``logit`` is high where the passage answers the question; ``span`` is the likeliest answer in code points of the
    passage, given that there is one: None where the passage has no word. ``surety`` in [0, 1] is how surely it is
    this one."""

    logit: float
    span: Span | None
    surety: float = 0.0


class Judge:
    """Judges passages. Holds no state between calls; safe to share between threads."""

    def __init__(self, base: Base, params: "dict[str, Tensor]", packer: JudgePacker) -> None:
        self._base = base.with_adapter(params)
        self._heads = {name: value.float() for name, value in params.items() if not name[0].isdigit()}
        self._packer = packer

    @classmethod
    def open(cls, folder: Path | None = None) -> "Judge":
        """The judge with the weights of ``folder``, by default those that ship, on the embedded language model.

        Raises ModelError where weights or language model are missing, damaged or do not fit each other.
        """
        import torch
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        folder = folder or SHIPPED
        model = converted_here()
        try:
            params = load_file(folder / "model.safetensors")
            base = Base.load(model, getattr(torch, compute_dtype("cpu")))
            packer = JudgePacker(model)
        except (OSError, ValueError, KeyError, SafetensorError) as error:
            raise ModelError(
                f"the judge cannot be loaded from {folder} and {model} ({type(error).__name__}: {error}); restore the "
                f"first from the project, delete the second, then it is made anew"
            ) from error
        if {name: tuple(value.shape) for name, value in params.items()} != shapes(base):
            raise ModelError(
                f"judge weights in {folder} are of another format or for another model; expected low-rank matrices for "
                f"{model.name}; restore that folder from the project"
            )
        return cls(base, params, packer)

    def judge(self, question: str, passages: Sequence[str], titles: Sequence[str]) -> list[Judgement]:
        """One judgement for each passage, in their order; ``titles`` are the headlines, one for each passage.

        Any text is read: of a question the first 300 characters, of a headline 160, of a passage 900. Raises
        ValueError where ``titles`` and ``passages`` differ in number.
        """
        import torch

        if len(titles) != len(passages):
            raise ValueError(f"{len(titles)} titles for {len(passages)} passages; expected one for each")
        rows = [
            self._packer.pack(question[:QUESTION], title[:TITLE], passage[:PASSAGE])
            for title, passage in zip(titles, passages, strict=True)
        ]
        found: dict[int, Judgement] = {}
        with torch.inference_mode():
            for batch in batches([len(row.ids) for row in rows], BATCH_TOKENS):
                start, end, answer = forward(self._base, self._heads, [rows[i] for i in batch], adapted=True)
                for j, i in enumerate(batch):
                    found[i] = _judgement(rows[i], start[j], end[j], float(answer[j]))
        return [_bare(found[i], passage) for i, passage in enumerate(passages)]


def _judgement(row: JudgeRow, start: "Tensor", end: "Tensor", logit: float) -> Judgement:
    n = len(row.offsets)
    if not n:
        return Judgement(logit, None)
    starts, ends = start[row.first : row.first + n].log_softmax(0), end[row.first : row.first + n].log_softmax(0)
    pairs = span_pairs(starts, ends, ANSWER)
    best = int(pairs.argmax())
    first, last = row.offsets[best // n], row.offsets[best % n]
    return Judgement(logit, Span(first[0], max(last[1], first[0] + 1)), float(pairs.flatten()[best].exp()))


def _bare(judgement: Judgement, passage: str) -> Judgement:
    """Without the blanks at the ends of the span: a token holds the one in front of its word."""
    if judgement.span is None:
        return judgement
    text = judgement.span.of(passage)
    if not text.strip():
        return replace(judgement, span=None, surety=0.0)
    start = judgement.span.start + len(text) - len(text.lstrip())
    return replace(judgement, span=Span(start, start + len(text.strip())))
