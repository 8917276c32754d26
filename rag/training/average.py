"""The mean of two judges' weights, where one was trained on from the other.

``python -m rag.training.average --one DIR --other DIR --to DIR``. It keeps more of what the first could (Wortsman et
al. 2022, "Robust fine-tuning of zero-shot models").
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from rag.training.train_judge import WEIGHTS, export


def average(one: Path, other: Path, to: Path) -> None:
    """Writes ``model.safetensors`` (float16) of the mean into ``to``, and ``training.json`` of ``other``, which says
    that it is one. The means of the low-rank factors are not those of their products, but near them."""
    from safetensors.torch import load_file

    first, second = (load_file(folder / WEIGHTS) for folder in (one, other))
    mean = {name: (first[name].float() + second[name].float()) / 2 for name in first}
    training = json.loads((other / "training.json").read_text(encoding="utf-8")) | {"averaged with the start": True}
    export(mean, training, to)


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m rag.training.average", description=__doc__)
    for name in ("one", "other", "to"):
        parser.add_argument(f"--{name}", type=Path, required=True, help="folder of weights")
    given = parser.parse_args(arguments)
    average(given.one, given.other, given.to)


if __name__ == "__main__":
    main()
