"""The mean of two judges' weights."""

import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

from rag.training.average import main


def test_weights_are_the_mean_and_say_so(tmp_path: Path) -> None:
    for name, value in (("one", 1.0), ("other", 2.0)):
        folder = tmp_path / name
        folder.mkdir()
        save_file({"w": torch.full((2, 3), value, dtype=torch.float16)}, folder / "model.safetensors")
        (folder / "training.json").write_text(json.dumps({"seed": value}))
    main(["--one", str(tmp_path / "one"), "--other", str(tmp_path / "other"), "--to", str(tmp_path / "mean")])
    assert load_file(tmp_path / "mean" / "model.safetensors")["w"].unique().tolist() == [1.5]
    training = json.loads((tmp_path / "mean" / "training.json").read_text())
    assert training == {"seed": 2.0, "averaged with the start": True}
