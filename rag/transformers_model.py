"""A language model of transformers as a ``ChatModel``."""

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from index.device import best_device, compute_dtype
from index.errors import ModelError
from rag.decoding import GreedyModel, Network, common
from rag.embedded import quiet_transformers
from rag.llama import Llama, fits
from rag.models import Message, one_line


class TransformersModel(GreedyModel):
    """A causal language model of transformers; safe to share between threads."""

    def __init__(
        self,
        name: str,
        source: str,
        *,
        device: str = "auto",
        local: bool,
        max_prompt_tokens: int | None = None,
        adapter: Path | None = None,
        dtype: str | None = None,
    ) -> None:
        """Loads the model of the folder or hub id ``source``; with ``local`` no hub is ever asked. ``adapter`` is a
        folder with low-rank weights in PEFT's form, which are added to the model's own. It computes in ``dtype``, by
        default in what suits the device.

        Prompts are refused above ``max_prompt_tokens``, or the model's own context window where that is smaller. Raises
        ModelError where the model cannot be loaded or is not one for chats.
        """
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        self._device = best_device(device)
        try:
            with quiet_transformers():
                tokenizer: Any = AutoTokenizer.from_pretrained(source, local_files_only=local)
                model: Any = AutoModelForCausalLM.from_pretrained(
                    source, dtype=getattr(torch, dtype or compute_dtype(self._device)), local_files_only=local
                )
            if adapter is not None:
                from peft import PeftModel

                with warnings.catch_warnings():
                    # It asks transformers for an attribute that is on its way out; nothing for the user to act on.
                    warnings.simplefilter("ignore", FutureWarning)
                    model = PeftModel.from_pretrained(model, str(adapter)).merge_and_unload()
            self._model: Any = model.to(self._device).eval()
        except (OSError, ValueError, KeyError, ImportError, RuntimeError) as error:
            expected = "a folder with a transformers model" if local else "a folder, or a model id and a connection"
            raise ModelError(f"{name} cannot be loaded: {one_line(error)}; expected {expected}") from error
        if not tokenizer.chat_template:
            raise ModelError(f"{name} has no chat template; expected a model made for chats, such as an -Instruct one")
        window = int(getattr(self._model.config.get_text_config(), "max_position_embeddings", 0) or 0) or 1 << 20
        config = self._model.config.to_dict()
        network: Network = TransformersNetwork(self._model, self._device)
        if self._device == "cpu" and fits(config):
            network = Llama(config, dict(self._model.named_parameters()))
        super().__init__(name, network, _Tokens(self._model, tokenizer), window, max_prompt_tokens)

    def doubts(self, prompts: Sequence[Sequence[Message]], reply: str) -> list[float]:
        """For each prompt the log-odds that the model does not begin to answer it with ``reply``.

        What the prompts share from the start is read once. Raises ModelError as ``stream`` does.
        """
        import torch
        from transformers import DynamicCache

        ids = [self.encode(prompt) for prompt in prompts]
        if not ids:
            return []
        if (longest := max(map(len, ids))) > self.context:
            raise ModelError(f"a prompt has {longest} tokens; {self.name} takes {self.context}; use shorter passages")
        first = self.tokens.encode(reply)[0]
        shared = min(common(ids[0], other[:-1]) for other in ids)
        rest = [prompt[shared:] for prompt in ids]
        inputs = torch.zeros(len(ids), max(map(len, rest)), dtype=torch.long)
        mask = torch.zeros(len(ids), shared + inputs.shape[1], dtype=torch.long)
        for n, tokens in enumerate(rest):
            inputs[n, : len(tokens)] = torch.tensor(tokens)
            mask[n, : shared + len(tokens)] = 1
        with self._turn, torch.inference_mode():
            decoder, cache = self._model.get_decoder(), DynamicCache(config=self._model.config)
            if shared:
                decoder(input_ids=torch.tensor([ids[0][:shared]], device=self._device), past_key_values=cache)
                cache.batch_repeat_interleave(len(ids))
            states = decoder(
                input_ids=inputs.to(self._device), attention_mask=mask.to(self._device), past_key_values=cache
            ).last_hidden_state
            last = states[range(len(rest)), [len(tokens) - 1 for tokens in rest]]
            logits = self._model.get_output_embeddings()(last).float()
            refusing = logits[:, first].clone()
            logits[:, first] = float("-inf")
            return [float(x) for x in logits.logsumexp(1) - refusing]


class TransformersNetwork:
    """A model of transformers as a ``Network``."""

    def __init__(self, model: Any, device: str) -> None:
        self._model = model
        self._device = device

    def cache(self) -> Any:
        from transformers import DynamicCache

        return DynamicCache(config=self._model.config)

    def step(self, tokens: Sequence[int], cache: Any, keep: int) -> list[int]:
        """As ``Network.step``."""
        import torch

        with torch.inference_mode():
            inputs = torch.tensor([list(tokens)], device=self._device)
            logits: torch.Tensor = self._model(
                input_ids=inputs, past_key_values=cache, use_cache=True, logits_to_keep=keep
            ).logits
            return [int(token) for token in logits[0, -keep:].argmax(dim=-1)]

    def size(self, cache: Any) -> int:
        """As ``Network.size``: layers of unequal length are disorder."""
        lengths = {layer.get_seq_length() for layer in cache.layers}
        return lengths.pop() if len(lengths) == 1 else 0 if not lengths else -1

    def crop(self, cache: Any, count: int) -> None:
        cache.crop(-count)

    def croppable(self, cache: Any) -> bool:
        """Not from sliding windows or recurrent states."""
        from transformers.cache_utils import DynamicLayer

        return all(type(layer) is DynamicLayer for layer in cache.layers)


class _Tokens:
    """A tokenizer of transformers as ``Tokens``."""

    def __init__(self, model: Any, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        self.special: Sequence[str] = sorted(_special_tokens(tokenizer), key=len, reverse=True)
        self.ends = _end_tokens(model, tokenizer)

    def prompt(self, turns: Sequence[dict[str, str]]) -> str:
        return str(self._tokenizer.apply_chat_template(list(turns), add_generation_prompt=True, tokenize=False))

    def encode(self, text: str) -> list[int]:
        return list(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def decode(self, tokens: Sequence[int]) -> str:
        text: str = self._tokenizer.decode(list(tokens), skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return text


def _end_tokens(model: Any, tokenizer: Any) -> frozenset[int]:
    ends = model.generation_config.eos_token_id
    listed = ends if isinstance(ends, list) else [ends]
    return frozenset(int(token) for token in [*listed, tokenizer.eos_token_id] if token is not None)


def _special_tokens(tokenizer: Any) -> set[str]:
    added = {token.content for token in tokenizer.added_tokens_decoder.values() if token.special}
    return {token for token in added | set(tokenizer.all_special_tokens) if token}
