"""Models that are opened at the first need, or when there is time: the page is there before them."""

import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar

from rag.judge import Judgement
from rag.judging import PassageJudge
from rag.models import ChatModel, Message

T = TypeVar("T")


class Later(Generic[T]):
    """Something opened once, by whoever needs it first; the others wait for it. Safe to share between threads."""

    def __init__(self, opening: Callable[[], T]) -> None:
        self._opening = opening
        self._opened: T | None = None
        self._turn = threading.Lock()

    def get(self) -> T:
        """Raises what opening raises; the next one tries again."""
        with self._turn:
            if self._opened is None:
                self._opened = self._opening()
            return self._opened


class LaterJudge:
    """A ``PassageJudge`` opened at the first judgement."""

    def __init__(self, judge: Later[PassageJudge]) -> None:
        self._judge = judge

    def judge(self, question: str, passages: Sequence[str], titles: Sequence[str]) -> Sequence[Judgement]:
        """As ``PassageJudge.judge``. Raises ModelError."""
        return self._judge.get().judge(question, passages, titles)


class LaterModel:
    """A ``ChatModel`` opened at the first reply."""

    def __init__(self, name: str, model: Later[ChatModel]) -> None:
        self.name = name
        self._model = model

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, stop: threading.Event | None = None
    ) -> Iterator[str]:
        """As ``ChatModel.stream``."""
        return self._model.get().stream(messages, max_tokens=max_tokens, stop=stop)
