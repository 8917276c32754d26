"""The mean of two readers' weights."""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from rag.training.average import main


def test_weights_and_calibration_are_the_mean(tmp_path: Path) -> None:
    for name, value in (("one", 1.0), ("other", 2.0)):
        folder = tmp_path / name
        folder.mkdir()
        save_file({"w": torch.full((2, 3), value, dtype=torch.float16)}, folder / "model.safetensors")
        config = {"format": 1, "calibration": {"answer": value, "bias": -value}, "training": {"seed": value}}
        (folder / "config.json").write_text(json.dumps(config))
    main(["--one", str(tmp_path / "one"), "--other", str(tmp_path / "other"), "--to", str(tmp_path / "mean")])
    assert load_file(tmp_path / "mean" / "model.safetensors")["w"].unique().tolist() == [1.5]
    config = json.loads((tmp_path / "mean" / "config.json").read_text())
    assert config == {"format": 1, "calibration": {"answer": 1.5, "bias": -1.5}, "training": {"seed": 2.0}}
