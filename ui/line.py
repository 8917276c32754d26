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
# Of those who wait, how many look up their passages at a time: beside two answers that are being written.
LOOKUPS = 1
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

    @property
    def may_look(self) -> bool:
        """Whether passages may be looked up already: from when ``places`` says so until ``looked`` or the turn."""
        return self._line.may_look(self)

    def places(self, stop: threading.Event, look: bool = False) -> Iterator[int]:
        """The place at once and whenever it changes, from 1 for the next one; ends when it is this one's turn.

        Once ``stop`` is set the line is left and this ends too. Nothing is yielded to one who need not wait. With
        ``look`` the place is yielded also once it ``may_look``, which is to be followed by ``looked``.
        """
        if look:
            self._line.ask_to_look(self)
        told, looks = 0, False
        while place := self._line.wait(self, told, stop, looks):
            told, looks = place, looks or self.may_look
            yield place
        if stop.is_set():
            self.leave()

    def looked(self) -> None:
        """The passages are there; the next one may look. A second time does nothing."""
        self._line.looked(self)

    def leave(self) -> None:
        """Gives up the place or the turn; the next one's turn begins. A second time does nothing."""
        self._line.leave(self)


class Line:
    """Who is answered now, and who waits, in order of coming. Safe to use from several threads.

    ``at_once`` are answered at the same time; at most ``longest`` wait, of whom ``lookups`` at a time may look up their
    passages, in the order in which they asked to. Whose turn comes need not ask.
    """

    def __init__(self, at_once: int = AT_ONCE, longest: int = LONGEST, lookups: int = LOOKUPS) -> None:
        if at_once < 1 or longest < 0 or lookups < 1:
            raise ValueError(
                f"a line with {at_once} answers and {lookups} look-ups at once and {longest} waiting serves nobody"
            )
        self.at_once, self.longest, self.lookups = at_once, longest, lookups
        self._moved = threading.Condition()
        self._served: list[Ticket] = []
        self._waiting: list[Ticket] = []
        self._to_look: list[Ticket] = []
        self._looking: list[Ticket] = []
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

    def busy(self) -> bool:
        """Whether one who joined now would have to wait. Others may come first: it says nothing of the place."""
        with self._moved:
            return len(self._served) >= self.at_once

    def wait(self, ticket: Ticket, told: int, stop: threading.Event, looks: bool = True) -> int:
        """Blocks until the place of ``ticket`` is not ``told``, or it may look while ``looks`` is False, and returns
        the place; 0 for its turn and once ``stop`` is set."""
        with self._moved:
            while not stop.is_set() and (place := self._place(ticket)):
                if place != told or (not looks and ticket in self._looking):
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
            self._end_look(ticket)
            while self._waiting and len(self._served) < self.at_once:
                self._serve(self._waiting.pop(0))
            self._moved.notify_all()

    def ask_to_look(self, ticket: Ticket) -> None:
        with self._moved:
            if ticket in self._waiting and ticket not in (*self._to_look, *self._looking):
                self._to_look.append(ticket)
                self._let_look()

    def may_look(self, ticket: Ticket) -> bool:
        with self._moved:
            return ticket in self._looking

    def looked(self, ticket: Ticket) -> None:
        with self._moved:
            self._end_look(ticket)

    def _end_look(self, ticket: Ticket) -> None:
        for those in (self._to_look, self._looking):
            if ticket in those:
                those.remove(ticket)
        self._let_look()

    def _let_look(self) -> None:
        while self._to_look and len(self._looking) < self.lookups:
            self._looking.append(self._to_look.pop(0))
            self._moved.notify_all()

    def _serve(self, ticket: Ticket) -> None:
        self._end_look(ticket)
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
