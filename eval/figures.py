"""What a run gave, ready to be shown or compared."""

from collections.abc import Mapping
from dataclasses import dataclass

from eval.run import Run


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure over a set. ``low`` and ``high`` bound its 95 % bootstrap interval; ``n`` questions counted.

    ``unit`` is "share" (0 to 1), "s" for seconds or "MB". ``better`` is "higher" or "lower".
    """

    name: str
    value: float
    low: float
    high: float
    n: int
    unit: str = "share"
    better: str = "higher"


@dataclass(frozen=True, slots=True)
class Failure:
    """A question that was not answered as it should be, with the stage of the pipeline that lost it."""

    id: str
    kind: str
    question: str
    expected: str
    answer: str
    evidence: tuple[str, ...]
    stage: str


@dataclass(frozen=True, slots=True)
class Slice:
    """The questions of one kind: how many there are, and the share of them that were answered as they should be."""

    kind: str
    passed: Figure


@dataclass(frozen=True, slots=True)
class Summary:
    """A run and all that was measured on it.

    ``figures`` keep their order. ``values`` are the measures of single questions, by name of the figure, then by id:
    what paired comparisons need. ``curve`` holds (coverage, risk) pairs from the surest answers on, empty where the
    system tells no confidence. ``hits`` is the share of questions with a right article among the first k, by k.
    ``seconds`` are the latencies of single questions, by name ("first evidence", "first word", "last word").
    """

    run: Run
    figures: tuple[Figure, ...]
    slices: tuple[Slice, ...]
    failures: tuple[Failure, ...]
    stages: Mapping[str, int]
    values: Mapping[str, Mapping[str, float]]
    curve: tuple[tuple[float, float], ...]
    hits: Mapping[int, float]
    seconds: Mapping[str, tuple[float, ...]]
    answered: int
    missing: int
