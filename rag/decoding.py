"""Greedy decoding of a transformers model, piece by piece, with the two savings that matter on a CPU.

The attention cache of the last generation is kept: what the next prompt has in common with it from the start (the
instructions, the earlier turns) is not computed again. And prompt look-up decoding (Saxena 2023): where the last words
already stand in the prompt, the words after them are tried all at once; an answer that quotes comes in a fraction of
the steps, and is the same answer, since each tried token is kept only if it is the one that the model prefers.
"""

import threading
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from index.errors import ModelError
from rag.embedded import quiet_transformers
from rag.models import Message, one_line

PREFILL_TOKENS = 256  # read at a time, 0.5 s on two cores: how long a stop may have to wait inside a long prompt
LOOKUP_TOKENS = 7  # tried at a time: on two cores a step over 8 tokens costs 1.6 times a step over one
LOOKUP_NGRAMS = (3, 2)  # last tokens to find again, the longest first; single tokens are found too often to be worth it


class TransformersModel:
    """A causal language model of transformers as a ``ChatModel``; safe to share between threads."""

    def __init__(
        self,
        name: str,
        source: str,
        *,
        device: str = "auto",
        local: bool,
        max_prompt_tokens: int | None = None,
        adapter: Path | None = None,
    ) -> None:
        """Loads the model of the folder or hub id ``source``; with ``local`` no hub is ever asked. ``adapter`` is a
        folder with low-rank weights in PEFT's form, which are added to the model's own.

        Prompts are refused above ``max_prompt_tokens``, or the model's own context window where that is smaller. Raises
        ModelError where the model cannot be loaded or is not one for chats.
        """
        import torch
        from transformers import AutoModelForCausalLM, AutoTokenizer

        self.name = name
        self._device = best_device(device)
        try:
            with quiet_transformers():
                self._tokenizer: Any = AutoTokenizer.from_pretrained(source, local_files_only=local)
                model: Any = AutoModelForCausalLM.from_pretrained(
                    source, dtype=getattr(torch, compute_dtype(self._device)), local_files_only=local
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
        if not self._tokenizer.chat_template:
            raise ModelError(f"{name} has no chat template; expected a model made for chats, such as an -Instruct one")
        window = int(getattr(self._model.config.get_text_config(), "max_position_embeddings", 0) or 0) or 1 << 20
        self.context = min(window, max_prompt_tokens) if max_prompt_tokens else window
        self._window = window
        self._ends = _end_tokens(self._model, self._tokenizer)
        self._special = sorted(_special_tokens(self._tokenizer), key=len, reverse=True)
        # Held for one step, never while the caller has the word: a reply that nobody reads on locks nobody out.
        self._turn = threading.Lock()
        self._kept: tuple[list[int], Any] = ([], None)

    def encode(self, messages: Sequence[Message]) -> list[int]:
        """The prompt as token ids. What looks like a special token inside a message stays plain text."""
        turns = [{"role": m.role, "content": plain(m.content, self._special)} for m in messages]
        try:
            text = self._tokenizer.apply_chat_template(turns, add_generation_prompt=True, tokenize=False)
        except Exception as error:  # templates are programs and raise what they like
            raise ModelError(f"{self.name} does not take these messages: {one_line(error)}; try another") from error
        return list(self._tokenizer(text, add_special_tokens=False)["input_ids"])

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, stop: threading.Event | None = None
    ) -> Iterator[str]:
        """As ``ChatModel.stream``. Several threads take turns, one step each."""
        prompt = self.encode(messages)
        if len(prompt) > self.context or len(prompt) >= self._window:
            raise ModelError(
                f"the prompt has {len(prompt)} tokens; {self.name} takes {self.context}; ask a shorter question or use "
                "fewer passages"
            )
        return self._text(self._generate(prompt, max_tokens, stop or threading.Event()))

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
        first = self._tokenizer(reply, add_special_tokens=False)["input_ids"][0]
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

    def _generate(self, prompt: list[int], max_tokens: int, stop: threading.Event) -> Iterator[list[int]]:
        """Yields the tokens of each step, without the end token."""
        known = list(prompt)  # the prompt, then all that was generated
        limit = min(len(prompt) + max_tokens, self._window)
        cache, done = self._take(prompt)  # ``done`` tokens of ``known`` have gone through the model
        try:
            while len(known) < limit:
                while not self._turn.acquire(timeout=0.05):
                    if stop.is_set():
                        return
                try:
                    if stop.is_set():
                        return
                    if len(known) - done > PREFILL_TOKENS:
                        self._step(known[done : done + PREFILL_TOKENS], cache, keep=1)
                        done += PREFILL_TOKENS
                        continue
                    room = min(LOOKUP_TOKENS, limit - len(known) - 1) if _croppable(cache) else 0
                    tried = look_up(known, room)
                    best = self._step(known[done:] + tried, cache, keep=len(tried) + 1)
                    fresh = agreed(tried, best)
                    if surplus := len(best) - len(fresh):
                        cache.crop(-surplus)
                finally:
                    self._turn.release()
                done = len(known) + len(fresh) - 1
                ended = next((i for i, token in enumerate(fresh) if token in self._ends), None)
                known += fresh[:ended]
                if fresh[:ended]:
                    yield fresh[:ended]
                if ended is not None:
                    return
        finally:
            if _croppable(cache):
                self._keep(known[:done], cache)

    def _step(self, tokens: list[int], cache: Any, keep: int) -> list[int]:
        """Runs ``tokens`` through the model; returns the preferred next token after each of the last ``keep``."""
        import torch

        with torch.inference_mode():
            inputs = torch.tensor([tokens], device=self._device)
            logits: torch.Tensor = self._model(
                input_ids=inputs, past_key_values=cache, use_cache=True, logits_to_keep=keep
            ).logits
            return [int(token) for token in logits[0, -keep:].argmax(dim=-1)]

    def _take(self, prompt: list[int]) -> tuple[Any, int]:
        """A cache to go on from and how many tokens of ``prompt`` it holds: never all, the last one is to be run."""
        from transformers import DynamicCache

        (tokens, cache), self._kept = self._kept, ([], None)
        shared = common(tokens, prompt[:-1])
        if cache is None or not shared:
            return DynamicCache(config=self._model.config), 0
        if surplus := cache.get_seq_length() - shared:
            cache.crop(-surplus)
        return cache, shared

    def _keep(self, tokens: list[int], cache: Any) -> None:
        """Keeps the cache of ``tokens``, unless a step broke off and left its layers of unequal length."""
        lengths = {layer.get_seq_length() for layer in cache.layers}
        if len(lengths) == 1 and (surplus := lengths.pop() - len(tokens)) >= 0 and tokens:
            if surplus:
                cache.crop(-surplus)
            self._kept = (tokens, cache)

    def _text(self, steps: Iterator[list[int]]) -> Iterator[str]:
        """Text of the tokens as it becomes certain: a character of several tokens is not shown before its last one."""
        tokens: list[int] = []
        start = shown = 0  # decoding begins at ``start``, before ``shown``: spaces depend on the token in front
        for step in steps:
            tokens += step
            before, now = self._decode(tokens[start:shown]), self._decode(tokens[start:])
            if len(now) > len(before) and not now.endswith("\N{REPLACEMENT CHARACTER}"):
                start, shown = shown, len(tokens)
                yield now[len(before) :]
        if rest := self._decode(tokens[start:])[len(self._decode(tokens[start:shown])) :]:
            yield rest

    def _decode(self, tokens: list[int]) -> str:
        text: str = self._tokenizer.decode(tokens, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return text


def plain(text: str, special: Sequence[str]) -> str:
    """``text`` with a space inside each of the ``special`` tokens, so that the tokenizer reads them as words."""
    for token in special:
        text = text.replace(token, f"{token[0]} {token[1:]}" if len(token) > 1 else " ")
    return text


def look_up(known: Sequence[int], count: int) -> list[int]:
    """Up to ``count`` tokens that followed the last occurrence of the final 3, else 2, tokens of ``known``."""
    if count < 1:
        return []
    for size in LOOKUP_NGRAMS:
        tail = known[-size:]
        for start in range(len(known) - size - 1, -1, -1):
            if known[start] == tail[0] and known[start : start + size] == tail:
                return list(known[start + size : start + size + count])
    return []


def agreed(tried: Sequence[int], best: Sequence[int]) -> list[int]:
    """The tokens that greedy decoding gives: ``best`` up to and with the first that was not the one tried.

    ``best[i]`` is what the model prefers after ``tried[:i]``; there is one more of them.
    """
    length = common(tried, best)
    return list(best[: length + 1])


def common(one: Sequence[int], other: Sequence[int]) -> int:
    """How many items the two sequences share from the start."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def compute_dtype(device: str) -> str:
    """The torch dtype to compute in: "bfloat16" on CUDA and on CPUs that have it in hardware, else "float32".

    Without AVX-512-bf16 or AMX a bf16 product runs at 1.5 GFLOPS, against 140 in float32 (two AVX2 cores).
    """
    import torch

    if device.startswith("cuda"):
        return "bfloat16"
    if device == "cpu" and (torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()):
        return "bfloat16"
    return "float32"


def best_device(device: str) -> str:
    """``device``, or for "auto" "cuda" where there is one, else "cpu"."""
    import torch

    return ("cuda" if torch.cuda.is_available() else "cpu") if device == "auto" else device


def _croppable(cache: Any) -> bool:
    """Whether tokens can be taken out of the cache again: not from sliding windows or recurrent states."""
    from transformers.cache_utils import DynamicLayer

    return all(type(layer) is DynamicLayer for layer in cache.layers)


def _end_tokens(model: Any, tokenizer: Any) -> frozenset[int]:
    ends = model.generation_config.eos_token_id
    listed = ends if isinstance(ends, list) else [ends]
    return frozenset(int(token) for token in [*listed, tokenizer.eos_token_id] if token is not None)


def _special_tokens(tokenizer: Any) -> set[str]:
    added = {token.content for token in tokenizer.added_tokens_decoder.values() if token.special}
    return {token for token in added | set(tokenizer.all_special_tokens) if token}
