"""llama.cpp on the same model file, where it is installed: pip install --no-deps llama-cpp-python, which compiles for
minutes; build it for the processor's own instructions, or the comparison says nothing."""

import importlib.util
from collections.abc import Sequence
from itertools import islice
from typing import Any


def installed() -> bool:
    return importlib.util.find_spec("llama_cpp") is not None


class LlamaCpp:
    """The GGUF file of the embedded model, without the adapter: other text, the same work for each token."""

    def __init__(self, threads: int, context: int = 2048) -> None:
        from llama_cpp import Llama

        from rag.embedded import gguf_file

        options = {"n_ctx": context, "n_threads": threads, "n_threads_batch": threads, "verbose": False}
        self._model: Any = Llama(model_path=str(gguf_file()), **options)

    def read(self, tokens: Sequence[int]) -> None:
        """A prompt from its first token on."""
        self._model.reset()
        self._model.eval(list(tokens))

    def step(self, token: int) -> None:
        """One token behind what was read, taken back afterwards."""
        before = self._model.n_tokens
        self._model.eval([token])
        self._model.n_tokens = before  # the next call cuts the cache there

    def write(self, prompt: Sequence[int], count: int) -> list[int]:
        """``count`` tokens behind a prompt, each the likeliest."""
        self._model.reset()
        return [int(token) for token in islice(self._model.generate(list(prompt), temp=0.0), count)]
