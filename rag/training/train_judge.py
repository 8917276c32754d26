"""Trains the judge: ``python -m rag.training.train_judge --data DIR --out DIR``.

The language model stays as it is; low-rank matrices (Hu et al. 2021) in the layers of the judge and its heads learn.
Goes on from the checkpoint in ``--out``; the learning rate follows the clock.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from index.device import compute_dtype
from rag.embedded import converted
from rag.judge_network import Base, JudgePacker, forward, initial
from rag.training.asked import load_all
from rag.training.data import Corpus, Example
from rag.training.epochs import epoch_examples, open_name_embedder
from rag.training.negatives import Grouper, Row
from rag.training.runs import Position, Progress, Run, Say, command_line, cut_groups, stream
from rag.training.targets import Target, answer_losses, targets_of

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, slots=True)
class JudgeConfig:
    """``minutes`` of wall clock in all, over every resumption. Rates are AdamW's peaks, for the low-rank matrices and
    the heads. ``start`` is a folder of weights to begin with. ``reworded`` is the share of questions in other words;
    ``open_sets`` how many questions of QED and Time-Sensitive-QA an epoch draws, 0 for all; ``asked`` how often it goes
    through the project's own questions (``rag/training/asked.py``)."""

    seed: int = 29
    minutes: float = 84.0
    rate: float = 6e-4
    fresh_rate: float = 1e-3
    warmup: float = 0.03
    span_weight: float = 0.5
    rank_weight: float = 0.5
    batch_tokens: int = 3000
    negatives: int = 2
    longest: int = 90
    most_tokens: int = 256
    news: int = 4000
    wiki: int = 1500
    open_sets: int = 0
    asked: int = 1
    start: str = ""
    reworded: float = 0.5
    checkpoint_minutes: float = 5.0
    threads: int = 2


WEIGHTS = "model.safetensors"
# Shares of windows of one sentence, two, ...: mostly one, which is what the pipeline shows.
SIZES = (0.5, 0.25, 0.15, 0.1)
CHUNK = 160  # groups that are packed, sorted by length and cut into batches together


def pack_group(packer: JudgePacker, rows: Sequence[Row], group: int, most: int) -> list[Target]:
    """Rows of one question, packed; one of more than ``most`` tokens is left out."""
    return targets_of(rows, group, most, lambda row: packer.pack(row.question, row.title, row.passage))


def batches(
    corpus: Corpus, grouper: Grouper, packer: JudgePacker, config: JudgeConfig, position: Position
) -> Iterator[list[Target]]:
    """Batches from ``position`` on, without end; ``position`` is moved on as they are taken."""

    def order(epoch: int) -> list[Example]:
        c = config
        return epoch_examples(corpus, grouper, c.seed, epoch, c.news, c.wiki, c.open_sets, c.asked)

    def cut(examples: Sequence[Example], first: int) -> list[list[Target]]:
        groups = []
        for i, example in enumerate(examples, first):
            rows = grouper.group(example, Random(f"{config.seed}:{position.epoch}:{i}"))
            if targets := pack_group(packer, rows, i, config.most_tokens):
                groups.append(targets)
        return cut_groups(groups, config.batch_tokens, lambda target: target.tokens)

    return stream(position, config.seed, CHUNK, order, cut)


def losses(base: Base, params: "Mapping[str, Tensor]", targets: Sequence[Target]) -> "tuple[Tensor, Tensor, Tensor]":
    """Span loss over rows with an answer, answerability loss over all rows, ranking loss within each question."""
    import torch
    from torch.nn import functional as f

    start, end, answer = forward(base, params, [t.row for t in targets])
    span = answer.sum() * 0
    if held := [(n, *t.span) for n, t in enumerate(targets) if t.span is not None]:
        rows, first, last = torch.tensor(held).T
        span = (f.cross_entropy(start[rows], first) + f.cross_entropy(end[rows], last)) / 2
    judged, rank = answer_losses(answer, targets)
    return span, judged, rank


def export(params: "Mapping[str, Tensor]", training: dict[str, Any], folder: Path) -> None:
    """``model.safetensors`` in float16 and ``training.json``."""
    import torch
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    save_file({n: v.detach().to(torch.float16).contiguous() for n, v in params.items()}, folder / WEIGHTS)
    (folder / "training.json").write_text(json.dumps(training, indent=2) + "\n", encoding="utf-8")


def train(data: Path, out: Path, config: JudgeConfig, say: Say) -> None:
    """Trains until the time is up; writes ``checkpoint.pt`` and the weights under ``out``."""
    import torch
    from safetensors.torch import load_file

    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    folder = converted()
    base = Base.load(folder, getattr(torch, compute_dtype("cpu")))
    packer = JudgePacker(folder)
    corpus = load_all(data)
    near = open_name_embedder()
    grouper = Grouper(corpus, config.longest, config.negatives, near, config.reworded, SIZES)
    params = initial(base, config.seed)
    if config.start:
        params |= {n: v.float() for n, v in load_file(Path(config.start) / WEIGHTS).items()}
    for value in params.values():
        value.requires_grad_(True)
    say(f"{len(corpus.examples)} questions, {sum(v.numel() for v in params.values())} parameters; {config}")
    low = [v for n, v in params.items() if n[0].isdigit()]
    heads = [v for n, v in params.items() if not n[0].isdigit()]
    sets: list[dict[str, Any]] = [{"params": low, "peak": config.rate}, {"params": heads, "peak": config.fresh_rate}]
    optimizer = torch.optim.AdamW(sets, lr=config.rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True)
    run = Run(out, config.minutes, config.checkpoint_minutes, params, optimizer, say)
    progress = Progress(("span", "answer", "rank"), 25, say)
    for batch in batches(corpus, grouper, packer, config, run.position):
        if not run.goes_on():
            break
        run.set_rates(config.warmup)
        span, judged, rank = losses(base, params, batch)
        run.learn(config.span_weight * span + judged + config.rank_weight * rank)
        progress.step(
            run.position, [float(part.detach()) for part in (span, judged, rank)], sum(t.tokens for t in batch)
        )
        run.keep_now_and_then()
    run.keep()
    # A path of this machine says nothing to others.
    start = Path(config.start).name if config.start else ""
    export(params, asdict(config) | {"start": start, "steps": run.position.steps}, out / "weights")
    say(f"done: {run.position.steps} steps, {run.position.seconds / 60:.1f} minutes")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    command_line("python -m rag.training.train_judge", __doc__, JudgeConfig, train, arguments)


if __name__ == "__main__":
    main()
