"""What came of comparing run B with run A: the records, and the verdict in words."""

from collections.abc import Sequence
from dataclasses import dataclass

BETTER = "B is better"
WORSE = "B is worse"
UNTOLD = "no difference can be told"
# Where fewer questions moved than these, a resampled interval can leave 0 out by luck: with five that all moved one way
# even the exact sign test gives p = 2 / 2**5 = 0.06.
FEWEST_MOVED = 6


@dataclass(frozen=True, slots=True)
class Difference:
    """One measure over the questions for which both runs have it.

    ``a`` and ``b`` are means over the ``pairs`` questions; ``low`` and ``high`` bound the 95 % interval of ``change``,
    which is b - a. ``improved`` and ``worsened`` count questions, respecting ``better``. ``verdict`` is one of
    ``BETTER``, ``WORSE`` and ``UNTOLD``.
    """

    name: str
    unit: str
    better: str
    a: float
    b: float
    change: float
    low: float
    high: float
    pairs: int
    improved: int
    worsened: int

    @property
    def verdict(self) -> str:
        if self.low <= 0 <= self.high or self.improved + self.worsened < FEWEST_MOVED:
            return UNTOLD
        return BETTER if (self.low > 0) == (self.better == "higher") else WORSE


@dataclass(frozen=True, slots=True)
class Comparison:
    """B against A. ``common`` questions are in both runs, ``only_a`` and ``only_b`` in one alone.

    ``passed_by`` names the measure by which questions passed, "" where there is none; ``passed_only_a`` and
    ``passed_only_b`` are ids of common questions. ``settings`` are those that differ, as (name, in A, in B).
    """

    a: str
    b: str
    common: int
    only_a: int
    only_b: int
    differences: tuple[Difference, ...]
    passed_by: str
    passed_only_a: tuple[str, ...]
    passed_only_b: tuple[str, ...]
    settings: tuple[tuple[str, str, str], ...]

    @property
    def verdict(self) -> str:
        """One sentence: how many figures were compared, and which moved."""
        over = f"{counted(len(self.differences), 'figure')} compared over {counted(self.common, 'question')}: "
        better = [d.name for d in self.differences if d.verdict == BETTER]
        worse = [d.name for d in self.differences if d.verdict == WORSE]
        parts = [f"B is better in {_listed(better)}"] if better else []
        parts += [f"{'' if better else 'B is '}worse in {_listed(worse)}"] if worse else []
        if not parts:
            return f"{over}{UNTOLD}."
        rest = len(self.differences) - len(better) - len(worse)
        others = "the other one" if rest == 1 else f"the other {rest}"
        untold = f"; {UNTOLD} in {others}" if rest else ""
        return f"{over}{' and '.join(parts)}{untold}."


def counted(count: int, noun: str) -> str:
    """ "1 question", "2 questions"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
