"""From trained parameters to the weights that ship: calibration on held-out pages, float16, one small config.

``python -m rag.training.export_reader --run DIR --data DIR --to DIR`` does it for a run's newest checkpoint, also while
the run goes on.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from rag.reader_network import ENCODER_SHA256, FROZEN, Packer, collate, forward
from rag.training.data import Corpus, held_out
from rag.training.negatives import Grouper

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True, slots=True)
class Calibration:
    """``logit = a * answer + b * log(best start * best end) + c``; its sigmoid is the probability (Platt 1999)."""

    answer: float = 1.0
    span: float = 0.0
    bias: float = 0.0


def scores(params: "Mapping[str, Tensor]", rows: Sequence[Any]) -> "Tensor":
    """Answer logit and log-probability of the likeliest start and end for packed rows, float32 (rows, 2)."""
    import torch

    order = sorted(range(len(rows)), key=lambda i: len(rows[i].ids))
    out = torch.zeros(len(rows), 2)
    with torch.inference_mode():
        for i in range(0, len(order), 32):
            part = order[i : i + 32]
            start, end, answer = forward(params, collate([rows[j] for j in part]))
            best = start.log_softmax(1).amax(1) + end.log_softmax(1).amax(1)
            out[torch.tensor(part)] = torch.stack([answer, best], 1)
    return out


def calibrate(
    params: "Mapping[str, Tensor]", corpus: Corpus, grouper: Grouper, packer: Packer, seed: int, count: int = 400
) -> Calibration:
    """Logistic regression on questions of pages that were kept from training, both outcomes weighted the same."""
    import torch
    from torch.nn import functional as f

    from rag.training.train_reader import pack_group

    random = Random(f"{seed}:calibration")
    pool = [e for e in corpus.examples if held_out(corpus.pages[e.page]) and grouper.specific(e.question)]
    targets = [
        target
        for i, example in enumerate(random.sample(pool, min(count, len(pool))))
        for target in pack_group(packer, grouper.group(example, random), i, {})
    ]
    features = scores(params, [t.row for t in targets])
    held = torch.tensor([float(t.span is not None) for t in targets])
    weights = torch.where(held > 0, 0.5 / held.mean(), 0.5 / (1 - held.mean()))
    solution = torch.tensor([1.0, 0.1, 0.0], requires_grad=True)
    solver = torch.optim.LBFGS([solution], max_iter=100)

    def closure() -> "Tensor":
        solver.zero_grad()
        logits = features @ solution[:2] + solution[2]
        loss = f.binary_cross_entropy_with_logits(logits, held, weight=weights) + 1e-3 * (solution**2).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        return loss

    solver.step(closure)  # type: ignore[no-untyped-call]
    a, b, c = (round(float(v), 4) for v in solution.detach())
    return Calibration(a, b, c)


def export(params: "Mapping[str, Tensor]", calibration: Calibration, training: dict[str, Any], folder: Path) -> None:
    """``model.safetensors`` (float16, without the parts that the embedding package holds) and ``config.json``."""
    import torch
    from safetensors.torch import save_file

    folder.mkdir(parents=True, exist_ok=True)
    kept = {n: v.detach().to(torch.float16).contiguous() for n, v in params.items() if n not in FROZEN}
    save_file(kept, folder / "model.safetensors")
    config = {
        "format": 1,
        "encoder_sha256": ENCODER_SHA256,
        "calibration": {"answer": calibration.answer, "span": calibration.span, "bias": calibration.bias},
        "training": training,
    }
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    import torch
    from safetensors.torch import load_file

    from index.embed import embedding_folder
    from rag.training.asked import load_all
    from rag.training.train_reader import TrainingConfig

    parser = argparse.ArgumentParser(prog="python -m rag.training.export_reader", description=__doc__)
    parser.add_argument("--run", type=Path, required=True, help="folder with checkpoint.pt")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the open data sets")
    parser.add_argument("--to", type=Path, required=True, help="folder for the weights")
    parser.add_argument("--count", type=int, default=400, help="questions for the calibration")
    given = parser.parse_args(arguments)
    saved = torch.load(given.run / "checkpoint.pt", weights_only=True)
    encoder = load_file(embedding_folder() / "model.safetensors")
    params = {name: encoder[source] for name, source in FROZEN.items()} | saved["params"]
    config = TrainingConfig()
    corpus = load_all(given.data)
    grouper = Grouper(corpus, config.longest, config.negatives)
    calibration = calibrate(params, corpus, grouper, Packer(embedding_folder()), config.seed, given.count)
    export(params, calibration, saved["position"], given.to)
    print(calibration)


if __name__ == "__main__":
    main()
