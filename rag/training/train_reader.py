"""Trains the span reader: ``python -m rag.training.train_reader --data DIR --out DIR``.

Goes on from the newest checkpoint in ``--out``. The learning rate follows the clock, not the step count: on a machine
that is shared it still reaches zero at the end of ``--minutes``.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from index.device import compute_dtype
from index.embed import embedding_folder
from rag.reader_network import FROZEN, MARK, Packed, Packer, Piece, collate, forward, initial
from rag.training.asked import load_all
from rag.training.data import Corpus, Example, held_out, load
from rag.training.negatives import Grouper, Row
from rag.training.runs import Position, Progress, Run, Say, command_line, cut_groups, stream
from rag.training.targets import Target, answer_losses, targets_of

if TYPE_CHECKING:
    import numpy as np
    from torch import Tensor


@dataclass(frozen=True, slots=True)
class TrainingConfig:
    """``minutes`` of wall clock in all, over every resumption. Rates are AdamW's, for encoder and fresh parts.

    ``reworded`` is the share of questions put in other words, ``blind`` the share of groups in which the network is not
    told which words stand on both sides: it shall understand, not only compare. ``start`` is a folder of weights to
    begin with in place of the encoder's own. ``open_sets`` is how many questions of QED and Time-Sensitive-QA an epoch
    draws, 0 for all; ``asked`` how often it goes through the project's own questions (``rag/training/asked.py``).
    """

    seed: int = 17
    minutes: float = 62.0
    rate: float = 2e-4
    fresh_rate: float = 1e-3
    warmup: float = 0.05
    weight_decay: float = 0.01
    rank_weight: float = 0.5
    batch_tokens: int = 1500
    negatives: int = 2
    longest: int = 90
    news: int = 8000
    wiki: int = 3500
    open_sets: int = 0
    asked: int = 1
    start: str = ""
    reworded: float = 0.5
    blind: float = 0.15
    checkpoint_minutes: float = 4.0
    threads: int = 2


LONGEST_ROW = 224  # tokens
CHUNK = 320  # groups that are packed, sorted by length and cut into batches together


def name_embedder(packer: Packer, words: "np.ndarray") -> "Callable[[Sequence[str]], np.ndarray]":
    """Names to the mean of their tokens' input embeddings, float32 (n_names, dim)."""

    def embed(names: Sequence[str]) -> "np.ndarray":
        import numpy as np

        return np.stack([words[list(p.ids) or [0]].mean(0) for p in packer.pieces(names)])

    return embed


def open_name_embedder() -> "Callable[[Sequence[str]], np.ndarray]":
    """``name_embedder`` over the shipped encoder. Raises ModelError where its package is missing."""
    from safetensors.torch import load_file

    folder = embedding_folder()
    words = load_file(folder / "model.safetensors")["embeddings.word_embeddings.weight"].numpy()
    return name_embedder(Packer(folder), words)


def pack_group(
    packer: Packer, rows: Sequence[Row], group: int, cache: dict[str, Piece], blind: bool = False
) -> list[Target[Packed]]:
    """Rows of one question, packed; a row longer than 224 tokens is left out. ``blind``: without the match marks."""
    texts = {text for row in rows for text in (row.question, row.title, row.passage)}
    missing = [text for text in sorted(texts) if text not in cache]
    cache.update(zip(missing, packer.pieces(missing), strict=True))

    def pack(row: Row) -> Packed:
        packed = packer.pack(cache[row.question], cache[row.title], cache[row.passage])
        return replace(packed, matches=(MARK,) * len(packed.ids)) if blind else packed

    return targets_of(rows, group, LONGEST_ROW, pack)


def epoch_examples(
    corpus: Corpus, grouper: Grouper, seed: int, epoch: int, news: int, wiki: int, open_sets: int = 0, asked: int = 0
) -> list[Example]:
    """The examples of one epoch in order: all of QED and Time-Sensitive-QA, or ``open_sets`` of them, ``asked`` times
    the project's own, another draw of QAMR each time."""
    random = Random(f"{seed}:{epoch}")
    kept = [e for e in corpus.examples if not held_out(corpus.pages[e.page])]
    order = [e for e in kept if e.source in ("qed", "timeqa")]
    if open_sets:
        order = random.sample(order, min(open_sets, len(order)))
    order += [e for e in kept if e.source == "asked"] * asked
    for source, count in (("news", news), ("wiki", wiki)):
        pool = [e for e in kept if e.source == source and grouper.specific(e.question)]
        order += random.sample(pool, min(count, len(pool)))
    random.shuffle(order)
    return order


def batches(
    corpus: Corpus, grouper: Grouper, packer: Packer, config: TrainingConfig, position: Position
) -> Iterator[list[Target[Packed]]]:
    """Batches from ``position`` on, without end; ``position`` is moved on as they are taken."""

    def order(epoch: int) -> list[Example]:
        c = config
        return epoch_examples(corpus, grouper, c.seed, epoch, c.news, c.wiki, c.open_sets, c.asked)

    def cut(examples: Sequence[Example], first: int) -> list[list[Target[Packed]]]:
        groups = []
        cache: dict[str, Piece] = {}
        for i, example in enumerate(examples, first):
            random = Random(f"{config.seed}:{position.epoch}:{i}")
            rows = grouper.group(example, random)
            targets = pack_group(packer, rows, i, cache, random.random() < config.blind)
            if targets:
                groups.append(targets)
        return cut_groups(groups, config.batch_tokens, lambda target: target.tokens)

    return stream(position, config.seed, CHUNK, order, cut)


def losses(params: "dict[str, Tensor]", targets: Sequence[Target[Packed]]) -> "tuple[Tensor, Tensor, Tensor]":
    """Span loss over rows with an answer, answerability loss over all rows, ranking loss within each question."""
    import torch

    # Short and long rows apart: a question's rows differ in length, and a third of one big batch would be padding.
    targets = sorted(targets, key=lambda t: t.tokens)
    answers: list[Tensor] = []
    spans: list[Tensor] = []
    size = -(-len(targets) // 3)
    for i in range(0, len(targets), size):
        part = targets[i : i + size]
        start, end, judgement = forward(params, collate([t.row for t in part]))
        answers.append(judgement)
        for j, target in enumerate(part):
            if target.span is not None:
                spans.append((start[j].logsumexp(0) - start[j, target.span[0]]) / 2)
                spans.append((end[j].logsumexp(0) - end[j, target.span[1]]) / 2)
    answer = torch.cat(answers)
    span = torch.stack(spans).sum() / (len(spans) / 2) if spans else answer.sum() * 0
    judged, rank = answer_losses(answer, targets)
    return span, judged, rank


def train(data: Path, out: Path, config: TrainingConfig, say: Say) -> None:
    """Trains until the time is up; writes ``checkpoint.pt`` and the shippable weights under ``out``."""
    import torch
    from safetensors.torch import load_file

    from rag.training.export_reader import calibrate, export

    torch.set_num_threads(config.threads)
    torch.manual_seed(config.seed)
    folder = embedding_folder()
    encoder = load_file(folder / "model.safetensors")
    packer = Packer(folder)
    corpus = load_all(data) if config.asked else load(data)
    words = encoder["embeddings.word_embeddings.weight"].numpy()
    grouper = Grouper(corpus, config.longest, config.negatives, name_embedder(packer, words), config.reworded)
    say(f"{len(corpus.pages)} pages, {len(corpus.examples)} questions; {config}")
    params = initial(encoder, config.seed)
    if config.start:
        params |= {n: v.float() for n, v in load_file(Path(config.start) / "model.safetensors").items()}
    fresh = {"matches", "span.weight", "span.bias", "judge.weight", "judge.bias", "answer.weight", "answer.bias"}
    for name, value in params.items():
        value.requires_grad_(name not in FROZEN)
    sets: list[dict[str, Any]] = []
    for rate, names in ((config.rate, set(params) - fresh - set(FROZEN)), (config.fresh_rate, fresh)):
        for decay in (True, False):
            chosen = [params[n] for n in sorted(names) if (params[n].dim() > 1) == decay]
            sets.append({"params": chosen, "peak": rate, "weight_decay": config.weight_decay if decay else 0.0})
    optimizer = torch.optim.AdamW(sets, lr=config.rate, betas=(0.9, 0.98), fused=True)
    kept = {name: value for name, value in params.items() if name not in FROZEN}
    run = Run(out, config.minutes, config.checkpoint_minutes, kept, optimizer, say)
    progress = Progress(("span", "answer", "rank"), 25, say)
    for batch in batches(corpus, grouper, packer, config, run.position):
        if not run.goes_on():
            break
        run.set_rates(config.warmup)
        with torch.autocast("cpu", torch.bfloat16, enabled=compute_dtype("cpu") == "bfloat16"):
            parts = losses(params, batch)
        loss = parts[0] + parts[1] + config.rank_weight * parts[2]
        run.learn(loss)
        progress.step(run.position, [float(p.detach()) for p in parts], sum(t.tokens for t in batch))
        run.keep_now_and_then()
    run.keep()
    final = {n: v.detach() for n, v in params.items()}
    calibration = calibrate(final, corpus, grouper, packer, config.seed)
    export(final, calibration, asdict(config) | {"steps": run.position.steps}, out / "weights")
    say(f"done: {run.position.steps} steps, {run.position.seconds / 60:.1f} minutes; calibration {calibration}")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    command_line("python -m rag.training.train_reader", __doc__, TrainingConfig, train, arguments)


if __name__ == "__main__":
    main()
