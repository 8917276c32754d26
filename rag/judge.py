"""The judge: whether a passage answers a question, read with the embedded language model's understanding.

A small encoder knows words that go together; the language model has read a thousand times as much, and knows that
whose arm was twisted was pressed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from index.device import compute_dtype
from index.errors import ModelError
from index.records import Span
from rag.embedded import converted_here
from rag.judge_network import Base, JudgePacker, JudgeRow, shapes
from rag.judge_rows import judge_rows
from rag.span_pairs import likeliest_apart, span_pairs

if TYPE_CHECKING:
    from torch import Tensor

SHIPPED = Path(__file__).parent / "weights" / "judge"

# Longest texts; training saw rows of up to 256 tokens.
QUESTION, TITLE, PASSAGE = 300, 160, 900  # characters
ANSWER = 30  # longest answer in tokens
OTHERS = 4  # answers beside the best
ROWS = 24  # judged at once


@dataclass(frozen=True, slots=True)
class Judgement:
    """``logit`` is high where the passage answers the question; ``span`` is the likeliest answer in code points of the
    passage, given that there is one: None where the passage has no word. ``surety`` in [0, 1] is how surely it is
    this one. ``others`` are the next likeliest answers, best first, none overlapping a better one."""

    logit: float
    span: Span | None
    surety: float = 0.0
    others: tuple[Span, ...] = ()


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
        # Rows with the same beginning side by side: it is computed once for them.
        order = sorted(range(len(rows)), key=lambda n: titles[n])
        found: dict[int, Judgement] = {}
        with torch.inference_mode():
            for at in range(0, len(order), ROWS):
                some = order[at : at + ROWS]
                pointed, logits = judge_rows(self._base, self._heads, [rows[n] for n in some])
                for n, (start, end), logit in zip(some, pointed, logits, strict=True):
                    found[n] = _judgement(rows[n], start, end, logit)
        return [_bare(found[n], passage) for n, passage in enumerate(passages)]


def _judgement(row: JudgeRow, start: "Tensor", end: "Tensor", logit: float) -> Judgement:
    if not row.offsets:
        return Judgement(logit, None)
    pairs = span_pairs(start.log_softmax(0), end.log_softmax(0), ANSWER)
    best, *others = (_span(row, *tokens) for tokens in likeliest_apart(pairs, OTHERS + 1))
    return Judgement(logit, best, float(pairs.max().exp()), tuple(others))


def _span(row: JudgeRow, first: int, last: int) -> Span:
    start, end = row.offsets[first][0], row.offsets[last][1]
    return Span(start, max(end, start + 1))


def _bare(judgement: Judgement, passage: str) -> Judgement:
    """Without the blanks at the ends of the spans: a token holds the one in front of its word."""
    if judgement.span is None:
        return judgement
    span, *others = (_stripped(span, passage) for span in (judgement.span, *judgement.others))
    surety = judgement.surety if span else 0.0
    return replace(judgement, span=span, surety=surety, others=tuple(s for s in others if s is not None))


def _stripped(span: Span, passage: str) -> Span | None:
    text = span.of(passage)
    start = span.start + len(text) - len(text.lstrip())
    return Span(start, start + len(text.strip())) if text.strip() else None
