"""Greedy decoding of a language model, piece by piece, with the three savings that matter on a CPU.

The attention cache of the last generation is kept: what the next prompt has in common with it from the start (the
instructions, the earlier turns) is not computed again. And prompt look-up decoding (Saxena 2023): where the last words
already stand in the prompt, the words after them are tried all at once; an answer that quotes comes in a fraction of
the steps, and is the same answer, since each tried token is kept only if it is the one that the model prefers. Where
they do not, a rougher network that takes half the time may write them, to be tried in the same way (Leviathan 2023).
"""

import threading
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

from index.errors import ModelError
from rag.models import Message, one_line

PREFILL_TOKENS = 256  # read at a time, 0.5 s on two cores: how long a stop may have to wait inside a long prompt
LOOKUP_TOKENS = 7  # tried at a time: on two cores a step over 8 tokens costs 1.6 times a step over one
DRAFTED = 16  # tokens of a drafter tried at a time: a step over 16 costs less than two over one
DRAFT_LOOKUP = 3  # tried in a step of the drafter, to whom a step over 4 costs the same as a step over one
LOOKUP_NGRAMS = (3, 2)  # last tokens to find again, the longest first; single tokens are found too often to be worth it


class Network(Protocol):
    """What decoding needs of a network: a cache of what went through it, and steps that fill it."""

    def cache(self) -> Any:
        """A new one, empty."""
        ...

    def step(self, tokens: Sequence[int], cache: Any, keep: int) -> list[int]:
        """The preferred next token after each of the last ``keep`` of ``tokens``, which the cache then holds too."""
        ...

    def size(self, cache: Any) -> int:
        """Tokens that the cache holds; -1 where a step broke off and left it in disorder."""
        ...

    def crop(self, cache: Any, count: int) -> None:
        """Takes the last ``count`` tokens out of the cache again."""
        ...

    def croppable(self, cache: Any) -> bool:
        """Whether tokens can be taken out of the cache again."""
        ...


class Tokens(Protocol):
    """What decoding needs of a tokenizer. ``special``: tokens that no text of a message may write, ``ends``: those
    that end a reply."""

    special: Sequence[str]
    ends: frozenset[int]

    def prompt(self, turns: Sequence[dict[str, str]]) -> str:
        """The conversation as the model was trained to see it, up to where its reply begins."""
        ...

    def encode(self, text: str) -> list[int]: ...

    def decode(self, tokens: Sequence[int]) -> str:
        """The text without special tokens."""
        ...


class GreedyModel:
    """A network with its tokenizer as a ``ChatModel``; safe to share between threads."""

    def __init__(
        self,
        name: str,
        network: Network,
        tokens: Tokens,
        window: int,
        max_prompt_tokens: int | None = None,
        drafter: Network | None = None,
    ) -> None:
        """Prompts are refused above ``max_prompt_tokens``, or ``window``, the model's own, where that is smaller.
        ``drafter`` is faster, prefers mostly the same and fills the same cache."""
        self.name = name
        self.context = min(window, max_prompt_tokens) if max_prompt_tokens else window
        self.tokens = tokens
        self._network = network
        self._drafter = drafter
        self._window = window
        # Held for one step, never while the caller has the word: a reply that nobody reads on locks nobody out.
        self._turn = threading.Lock()
        self._kept: tuple[list[int], Any] = ([], None)

    def encode(self, messages: Sequence[Message]) -> list[int]:
        """The prompt as token ids. What looks like a special token inside a message stays plain text."""
        turns = [{"role": m.role, "content": plain(m.content, self.tokens.special)} for m in messages]
        try:
            text = self.tokens.prompt(turns)
        except Exception as error:  # templates are programs and raise what they like
            raise ModelError(f"{self.name} does not take these messages: {one_line(error)}; try another") from error
        return self.tokens.encode(text)

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
                        self._network.step(known[done : done + PREFILL_TOKENS], cache, keep=1)
                        done += PREFILL_TOKENS
                        continue
                    room = limit - len(known) - 1 if self._network.croppable(cache) else 0
                    tried = self._tried(known, done, cache, room)
                    best = self._network.step(known[done:] + tried, cache, keep=len(tried) + 1)
                    fresh = agreed(tried, best)
                    if surplus := len(best) - len(fresh):
                        self._network.crop(cache, surplus)
                finally:
                    self._turn.release()
                done = len(known) + len(fresh) - 1
                ended = next((i for i, token in enumerate(fresh) if token in self.tokens.ends), None)
                known += fresh[:ended]
                if fresh[:ended]:
                    yield fresh[:ended]
                if ended is not None:
                    return
        finally:
            if self._network.croppable(cache):
                self._keep(known[:done], cache)

    def _tried(self, known: list[int], done: int, cache: Any, room: int) -> list[int]:
        """Up to ``room`` tokens that may follow ``known``, of which the cache holds ``done``, before and after."""
        copied = look_up(known, min(LOOKUP_TOKENS, room))
        if copied or self._drafter is None or len(known) - done > 1:
            return copied
        tried: list[int] = []
        while len(tried) < min(DRAFTED, room) and not self.tokens.ends.intersection(tried):
            guess = look_up(known + tried, min(DRAFT_LOOKUP, room - len(tried) - 1))
            best = self._drafter.step([(known + tried)[-1], *guess], cache, keep=len(guess) + 1)
            fresh = agreed(guess, best)
            self._network.crop(cache, len(best) - len(fresh))
            tried += fresh
            if len(guess) == DRAFT_LOOKUP and fresh[:-1] == guess:
                break  # it copies: what follows there need not be drafted
        self._network.crop(cache, self._network.size(cache) - done)
        return tried + look_up(known + tried, min(LOOKUP_TOKENS, room - len(tried)))

    def _take(self, prompt: list[int]) -> tuple[Any, int]:
        """A cache to go on from and how many tokens of ``prompt`` it holds: never all, the last one is to be run."""
        (tokens, cache), self._kept = self._kept, ([], None)
        shared = common(tokens, prompt[:-1])
        if cache is None or not shared:
            return self._network.cache(), 0
        if surplus := self._network.size(cache) - shared:
            self._network.crop(cache, surplus)
        return cache, shared

    def _keep(self, tokens: list[int], cache: Any) -> None:
        """Keeps the cache of ``tokens``, unless a step broke off and left it in disorder."""
        surplus = self._network.size(cache) - len(tokens)
        if surplus >= 0 and tokens:
            if surplus:
                self._network.crop(cache, surplus)
            self._kept = (tokens, cache)

    def _text(self, steps: Iterator[list[int]]) -> Iterator[str]:
        """Text of the tokens as it becomes certain: a character of several tokens is not shown before its last one."""
        tokens: list[int] = []
        start = shown = 0  # decoding begins at ``start``, before ``shown``: spaces depend on the token in front
        for step in steps:
            tokens += step
            before, now = self.tokens.decode(tokens[start:shown]), self.tokens.decode(tokens[start:])
            if len(now) > len(before) and not now.endswith("\N{REPLACEMENT CHARACTER}"):
                start, shown = shown, len(tokens)
                yield now[len(before) :]
        if rest := self.tokens.decode(tokens[start:])[len(self.tokens.decode(tokens[start:shown])) :]:
            yield rest


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
