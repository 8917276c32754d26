"""Small stand-ins for the models: quick, deterministic, no weights."""

import re
import zlib
from collections.abc import Iterator, Sequence
from threading import Event as StopFlag

import numpy as np

from index.embed import Matrix
from index.records import Span
from rag.judge import Judgement


class BagEmbedder:
    """Hashes the stems of the words into 64 directions: texts that share words are close."""

    name = "bag"
    dim = 64

    def __init__(self) -> None:
        self.encoded = 0

    def encode(self, texts: Sequence[str]) -> Matrix:
        self.encoded += len(texts)
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for word in re.findall(r"\w+", text.lower()):
                row[zlib.crc32(word[:5].encode()) % self.dim] += 1
            row /= float(np.linalg.norm(row)) or 1.0
        return rows


class PointsTo:
    """A judge that points to what the pattern matches in a passage and is sure of it; nothing else answers."""

    def __init__(self, pattern: str, sure: float = 4.0) -> None:
        self.pattern, self.sure = re.compile(pattern), sure
        self.calls = 0

    def judge(self, question: str, passages: Sequence[str], titles: Sequence[str]) -> list[Judgement]:
        self.calls += 1
        found = [self.pattern.search(passage) for passage in passages]
        return [
            Judgement(self.sure, Span(*m.span()), 0.9) if m and m[0] else Judgement(-self.sure, None) for m in found
        ]


class ScriptedModel:
    """Says what it was given, a word at a time, and remembers what it was asked."""

    name = "scripted"

    def __init__(self, *replies: str) -> None:
        self.replies = list(replies)
        self.asked: list[str] = []

    def stream(self, messages: Sequence[object], *, max_tokens: int, stop: StopFlag | None = None) -> Iterator[str]:
        self.asked.append(str(messages))
        reply = self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]
        for word in re.findall(r"\S+\s*", reply):
            if stop is not None and stop.is_set():
                return
            yield word
