"""The steps of an answer (searching, reading, writing and checking) and the seconds that each of them took."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from rag.answer import Seconds


@dataclass(slots=True)
class Steps:
    """When each step ended, in seconds since the first began; None for one that has not ended.

    What was waited in the line is not counted, neither before the search nor, from ``held`` on, after it.
    ``now`` is the clock, in seconds from any zero. A step ends once: to end it again changes nothing.
    """

    now: Callable[[], float] = time.monotonic
    began: float | None = None
    searched: float | None = None
    read: float | None = None
    ended: float | None = None
    held: float | None = None

    def begin(self) -> None:
        """The search begins."""
        self.began, self.searched, self.read, self.ended, self.held = self.now(), None, None, None, None

    def hold(self) -> None:
        """From now on it waits for its turn."""
        if self.held is None:
            self.held = self.now()

    def go_on(self) -> None:
        """It has its turn: goes on from where it was held, or begins."""
        if self.began is None:
            self.begin()
        elif self.held is not None:
            self.began, self.held = self.began + self.now() - self.held, None

    def end_search(self) -> None:
        if self.searched is None:
            self.searched = self._so_far()

    def end_reading(self) -> None:
        self.end_search()
        if self.read is None:
            self.read = self._so_far()

    def end(self) -> None:
        # What is given up in the line ends no step: after the search none had begun.
        if self.ended is None and self.held is None:
            self.ended = self._so_far()

    def running(self) -> float:
        """Seconds since the last step that ended."""
        return max(0.0, (self._so_far() or 0.0) - (self.read or self.searched or 0.0))

    def _so_far(self) -> float | None:
        if self.began is None:
            return None
        return (self.now() if self.held is None else self.held) - self.began


@dataclass(frozen=True, slots=True)
class Step:
    """A step in words, with the seconds it took; ``more`` are words of it that a narrow page does without."""

    words: str
    seconds: float
    more: str = ""


WROTE = ("wrote", " and checked")


def steps_taken(steps: Steps) -> list[Step]:
    """The steps that have ended, as they were measured."""
    if steps.searched is None:
        return []
    taken = [Step("searched", steps.searched)]
    # Where nothing was written, what came after the search was reading.
    read = steps.read if steps.read is not None else steps.ended
    if read is not None:
        taken.append(Step("read", read - steps.searched))
    if steps.read is not None and steps.ended is not None:
        taken.append(Step(WROTE[0], steps.ended - steps.read, WROTE[1]))
    return taken


def steps_kept(seconds: Seconds, wrote: bool) -> list[Step]:
    """The steps of a kept answer, as far as its seconds tell them apart. ``wrote``: not declined."""
    if not seconds.total:
        return []
    rest = max(0.0, seconds.total - seconds.retrieve)
    last = Step("read, wrote", rest, WROTE[1]) if wrote else Step("read", rest)
    return [Step("searched", seconds.retrieve), last]
