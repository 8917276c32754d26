"""An axis of days for drawings: its range, its ticks, its bins. Days are proleptic Gregorian ordinals, 1 for day one.

Matplotlib's own axis of dates raises where its margin leaves the years 1 to 9999; this one ends there.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

FIRST, LAST = date.min.toordinal(), date.max.toordinal()

_Unit = Literal["day", "month", "year"]
# Steps from one tick to the next, each with its length in days.
_STEPS: tuple[tuple[_Unit, int, float], ...] = (
    *(("day", n, float(n)) for n in (1, 2, 7, 14)),
    *(("month", n, 30.4 * n) for n in (1, 3, 6)),
    *(("year", n * 10**power, 365.25 * n * 10**power) for power in range(4) for n in (1, 2, 5)),
)

_BINS: tuple[tuple[str, _Unit, int, float], ...] = (
    ("day", "day", 1, 1.0),
    ("month", "month", 1, 30.4),
    ("year", "year", 1, 365.25),
    ("decade", "year", 10, 3652.5),
)


@dataclass(frozen=True, slots=True)
class Bins:
    """Bins of whole days, months, years or decades. ``edges`` are ordinals, one more than there are bins."""

    unit: str
    edges: tuple[int, ...]

    def place(self, start: int, end: int) -> int | None:
        """The bin that holds the days ``start <= day < end`` whole; None where they lie in several or outside."""
        at = bisect_right(self.edges, start) - 1
        return at if 0 <= at < len(self.edges) - 1 and end <= self.edges[at + 1] else None


def limits(start: int, end: int) -> tuple[float, float]:
    """The range of an axis that shows the days ``start <= day < end``, with a margin and at least a week."""
    margin = max(0.04 * (end - start), (7 - (end - start)) / 2, 0.5)
    return max(FIRST, start - margin), min(LAST + 1.0, end + margin)


def ticks(low: float, high: float, most: int) -> tuple[tuple[int, ...], tuple[str, ...]]:
    """At most ``most`` ticks (but at least one) within the range, at round dates, and their labels."""
    for unit, step, days in _STEPS:
        if (high - low) / days <= most and (found := _round_days(low, high, unit, step)):
            return found[:most], tuple(_label(day, unit) for day in found[:most])
    middle = date.fromordinal(min(LAST, max(FIRST, int((low + high) / 2)))).toordinal()
    return (middle,), (_label(middle, "day"),)


def bins(start: int, end: int) -> Bins:
    """Bins over the days ``start <= day < end``, as fine as stays readable: at most about a hundred."""
    name, unit, step, days = next(b for b in _BINS if (end - start) / b[3] <= 100 or b is _BINS[-1])
    inner = _round_days(start + 0.5, end - 0.5, unit, step)
    before = _round_days(start - 1.05 * days, start, unit, step)
    after = _round_days(end, end + 1.05 * days, unit, step)
    return Bins(name, (before[-1] if before else start, *inner, after[0] if after else end))


def middle_range(days: Sequence[int]) -> tuple[int, int]:
    """First and last of the days; without the outermost hundredths where these would make the range thrice as long."""
    ordered = sorted(days)
    cut = len(ordered) // 100
    low, high = ordered[cut], ordered[-1 - cut]
    if ordered[-1] - ordered[0] <= 3 * max(high - low, 365):
        return ordered[0], ordered[-1]
    return low, high


def _round_days(low: float, high: float, unit: _Unit, step: int) -> tuple[int, ...]:
    """Ordinals in ``low <= day <= high`` of the firsts of units, every ``step``."""
    first, last = max(FIRST, int(-(-low // 1))), min(LAST, int(high // 1))
    if first > last:
        return ()
    if unit == "day":
        return tuple(range(first + -first % step, last + 1, step))
    a, b = date.fromordinal(first), date.fromordinal(last)
    if unit == "month":
        counted = range(a.year * 12 + a.month - 1, b.year * 12 + b.month)
        found = [date(n // 12, n % 12 + 1, 1).toordinal() for n in counted if n % 12 % step == 0]
    else:
        found = [date(n, 1, 1).toordinal() for n in range(a.year, b.year + 1) if n % step == 0 or step == 1]
    return tuple(day for day in found if first <= day <= last)


def _label(ordinal: int, unit: _Unit) -> str:
    day = date.fromordinal(ordinal)
    if unit == "year":
        return str(day.year)
    return f"{day:%b} {day.year}" if unit == "month" else f"{day.day} {day:%b} {day.year}"
