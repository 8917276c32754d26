"""The mean of two readers' weights and calibrations, where one was trained on from the other.

``python -m rag.training.average --one DIR --other DIR --to DIR``. It keeps more of what the first could (Wortsman et
al. 2022, "Robust fine-tuning of zero-shot models").
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path


def average(one: Path, other: Path, to: Path) -> None:
    """Writes ``model.safetensors`` (float16) and ``config.json`` of the mean into ``to``.

    The rest of the configuration is that of ``other``.
    """
    from safetensors.torch import load_file, save_file

    first, second = (load_file(folder / "model.safetensors") for folder in (one, other))
    mean = {name: ((first[name].float() + second[name].float()) / 2).half().contiguous() for name in first}
    configs = [json.loads((folder / "config.json").read_text(encoding="utf-8")) for folder in (one, other)]
    config = configs[1]
    config["calibration"] = {
        name: round(sum(c["calibration"][name] for c in configs) / 2, 4) for name in config["calibration"]
    }
    to.mkdir(parents=True, exist_ok=True)
    save_file(mean, to / "model.safetensors")
    (to / "config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m rag.training.average", description=__doc__)
    for name in ("one", "other", "to"):
        parser.add_argument(f"--{name}", type=Path, required=True, help="folder of weights")
    given = parser.parse_args(arguments)
    average(given.one, given.other, given.to)


if __name__ == "__main__":
    main()
