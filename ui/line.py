"""The line of those who wait for an answer: first come, first served, whoever asks and by whichever door."""

import math
import threading
import time
from collections.abc import Iterator
from types import TracebackType

from rag.records import ColloquyError

# Two questions at a time: one is written while the next one's passages are looked up; more would only share the cores.
AT_ONCE = 2
LONGEST = 20
# Seconds between two looks at whether somebody has left; a place that changes is told at once.
LOOK = 0.1
# Seconds that an answer takes, until some have been measured; how much the newest counts in their mean.
USUAL, NEWEST = 10.0, 0.3


class LineFullError(ColloquyError):
    """Nobody more may wait. ``retry_after`` is when to come back, in whole seconds: an estimate, at least 1."""

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Ticket:
    """A place in the line, or a turn. To be used as a context manager: leaving the block leaves the line."""

    def __init__(self, line: "Line") -> None:
        self._line = line
        self.since = 0.0

    def __enter__(self) -> "Ticket":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.leave()

    @property
    def place(self) -> int:
        """How many turns away: 1 for the next one, 0 for a turn, and for one who has left."""
        return self._line.place_of(self)

    def places(self, stop: threading.Event) -> Iterator[int]:
        """The place at once and whenever it changes, from 1 for the next one; ends when it is this one's turn.

        Once ``stop`` is set the line is left and this ends too. Nothing is yielded to one who need not wait.
        """
        told = 0
        while place := self._line.wait(self, told, stop):
            told = place
            yield place
        if stop.is_set():
            self.leave()

    def leave(self) -> None:
        """Gives up the place or the turn; the next one's turn begins. A second time does nothing."""
        self._line.leave(self)


class Line:
    """Who is answered now, and who waits, in order of coming. Safe to use from several threads.

    ``at_once`` are answered at the same time; at most ``longest`` wait.
    """

    def __init__(self, at_once: int = AT_ONCE, longest: int = LONGEST) -> None:
        if at_once < 1 or longest < 0:
            raise ValueError(f"a line with {at_once} answers at once and {longest} waiting serves nobody")
        self.at_once, self.longest = at_once, longest
        self._moved = threading.Condition()
        self._served: list[Ticket] = []
        self._waiting: list[Ticket] = []
        self._seconds = USUAL

    def join(self) -> Ticket:
        """A turn where one is free, else the last place. Raises LineFullError."""
        with self._moved:
            ticket = Ticket(self)
            if len(self._served) < self.at_once:
                self._serve(ticket)
            elif len(self._waiting) < self.longest:
                self._waiting.append(ticket)
            else:
                raise self._full()
            return ticket

    def check(self) -> None:
        """Raises LineFullError where ``join`` would."""
        with self._moved:
            if len(self._served) >= self.at_once and len(self._waiting) >= self.longest:
                raise self._full()

    def counts(self) -> tuple[int, int]:
        """How many are being answered, how many wait."""
        with self._moved:
            return len(self._served), len(self._waiting)

    def place_of(self, ticket: Ticket) -> int:
        with self._moved:
            return self._place(ticket)

    def wait(self, ticket: Ticket, told: int, stop: threading.Event) -> int:
        """Blocks until the place of ``ticket`` is not ``told``, and returns it; 0 for its turn and once ``stop`` is
        set."""
        with self._moved:
            while not stop.is_set() and (place := self._place(ticket)):
                if place != told:
                    return place
                self._moved.wait(LOOK)
            return 0

    def leave(self, ticket: Ticket) -> None:
        with self._moved:
            if ticket in self._served:
                self._served.remove(ticket)
                took = time.monotonic() - ticket.since
                self._seconds += NEWEST * (took - self._seconds)
            elif ticket in self._waiting:
                self._waiting.remove(ticket)
            else:
                return
            while self._waiting and len(self._served) < self.at_once:
                self._serve(self._waiting.pop(0))
            self._moved.notify_all()

    def _serve(self, ticket: Ticket) -> None:
        ticket.since = time.monotonic()
        self._served.append(ticket)

    def _place(self, ticket: Ticket) -> int:
        return self._waiting.index(ticket) + 1 if ticket in self._waiting else 0

    def _full(self) -> LineFullError:
        # A place is free as soon as one answer is done.
        seconds = max(1, math.ceil(self._seconds / self.at_once))
        waiting = len(self._waiting)
        found = f"{waiting} {'question waits' if waiting == 1 else 'questions wait'}, at most {self.longest} may"
        return LineFullError(f"the line is full: {found}; ask again in about {seconds} s", seconds)


_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()


def place_words(place: int) -> str:
    """ "First in line" for 1, which is the next one; from 11 on in figures."""
    if place <= len(_ORDINALS):
        return f"{_ORDINALS[place - 1].capitalize()} in line"
    suffix = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{suffix} in line"
