"""The embedded language model without the libraries that made it: its first word comes seconds earlier.

transformers and peft take five seconds to import. The converted model needs neither: its weights are safetensors, its
network is ``rag.llama``, its tokenizer a file of the tokenizers library, its chat template one of Jinja.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.device import compute_dtype
from index.errors import ModelError
from index.tokenizer import encodable, open_tokenizer
from rag.decoding import GreedyModel
from rag.llama import Llama, fits

if TYPE_CHECKING:
    from torch import Tensor


def open_embedded(name: str, folder: Path, adapter: Path | None = None, dtype: str | None = None) -> GreedyModel:
    """The model of a folder of transformers that ``rag.llama`` fits, on the CPU. ``adapter`` is a folder with low-rank
    weights in PEFT's form, which are added to the model's own. Products are computed in ``dtype``, by default in what
    suits this processor.

    Raises ModelError where something is missing or damaged.
    """
    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        if not fits(config):
            raise ValueError("its network is another")
        kind = getattr(torch, dtype or compute_dtype("cpu"))
        weights = {key: value.to(kind) for key, value in load_file(folder / "model.safetensors").items()}
        if adapter is not None:
            _add(weights, adapter)
        network, window = Llama(config, weights), config["max_position_embeddings"]
        return GreedyModel(name, network, _Tokens(folder, config), window, drafter=network.rough())
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        raise ModelError(
            f"{name} cannot be loaded from {folder} ({type(error).__name__}: {error}); delete it, then it is made anew"
        ) from error


def _add(weights: "dict[str, Tensor]", adapter: Path) -> None:
    """Adds the low-rank product of each adapted matrix, times alpha / rank (Hu 2021, section 4.1)."""
    from safetensors.torch import load_file

    config = json.loads((adapter / "adapter_config.json").read_text(encoding="utf-8"))
    odd = [key for key in ("use_rslora", "use_dora", "rank_pattern", "alpha_pattern") if config.get(key)]
    if odd:
        raise ValueError(f"the adapter has {odd[0]}, which is not provided for")
    scale = config["lora_alpha"] / config["r"]
    parts = load_file(adapter / "adapter_model.safetensors")
    for key, down in parts.items():
        if key.endswith(".lora_A.weight"):
            name = key.removeprefix("base_model.model.").removesuffix(".lora_A.weight")
            up = parts[key.replace(".lora_A.", ".lora_B.")]
            weight = weights[f"{name}.weight"]
            weight += (up.float() @ down.float() * scale).to(weight.dtype)


class _Tokens:
    """The tokenizer of a folder as ``Tokens``."""

    def __init__(self, folder: Path, config: dict[str, Any]) -> None:
        from jinja2.sandbox import ImmutableSandboxedEnvironment

        self._tokenizer = open_tokenizer(folder)
        self._names = json.loads((folder / "tokenizer_config.json").read_text(encoding="utf-8"))
        added = {t.content for t in self._tokenizer.get_added_tokens_decoder().values() if t.special}
        named = {v for key, v in self._names.items() if key.endswith("_token") and isinstance(v, str)}
        self.special: Sequence[str] = sorted(added | named, key=len, reverse=True)
        ends = config["eos_token_id"], self._tokenizer.token_to_id(self._names.get("eos_token", ""))
        self.ends = frozenset(end for end in ends if isinstance(end, int))
        # A template is a program that came with a model: it runs in Jinja's sandbox, as transformers runs it.
        sandbox = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True)
        self._template = sandbox.from_string((folder / "chat_template.jinja").read_text(encoding="utf-8"))

    def prompt(self, turns: Sequence[dict[str, str]]) -> str:
        return self._template.render(messages=list(turns), add_generation_prompt=True, **self._names)

    def encode(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(encodable(text), add_special_tokens=False).ids
        return ids

    def decode(self, tokens: Sequence[int]) -> str:
        text: str = self._tokenizer.decode(list(tokens), skip_special_tokens=True)
        return text
