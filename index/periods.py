"""Days and periods as written by hand: a day, a month, a year, a range of these."""

import calendar
import re
from datetime import date, timedelta

from index.errors import DateError
from index.records import Window

EARLIEST, LATEST = date(1600, 1, 1), date(2100, 12, 31)
FORMS = "2014-01-27, 2014-01, 2014 or a range such as 2014-01-27..2014-03-31"

_PART = re.compile(r"(\d{1,4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")
_MONTHS = {name.lower(): n for n in range(1, 13) for name in (calendar.month_name[n], calendar.month_abbr[n])}
_NAMED = re.compile(r"([A-Za-z]{3,9})\.?,? (\d{4})")


def parse_period(written: str) -> Window:
    """The days from ``2014-01-27``, ``2014-01``, ``2014``, ``January 2014`` or ``A..B``, where A or B may be left out.

    Raises DateError for another form, a day that does not exist, a year outside 1600 to 2100, and a range that ends
    before it starts.
    """
    written = " ".join(written.split())
    first, dots, last = written.partition("..")
    if not dots:
        return _part(written, written)
    if not first.strip(" .") and not last.strip(" ."):
        raise DateError(f"{_cut(written)!r} names no date; expected {FORMS}")
    after = _part(first, written).after if first.strip() else None
    before = _part(last.lstrip("."), written).before if last.strip(" .") else None
    if after and before and after >= before:
        raise DateError(f"the range {written} ends before it starts; swap the two dates")
    return Window(after, before)


def parse_day(written: str) -> date:
    """The day from ``2014-01-27``, of any year. Raises DateError for another form and a day that does not exist."""
    match = _PART.fullmatch(written.strip())
    if not match or not match[3] or len(match[1]) < 4 or int(match[1]) < date.min.year:
        raise DateError("expected a day such as 2014-01-27")
    return _in_calendar(int(match[1]), int(match[2]), int(match[3]), _cut(written))


def _part(part: str, written: str) -> Window:
    part = part.strip()
    named = _NAMED.fullmatch(part)
    if named and named[1].lower() in _MONTHS:
        part = f"{named[2]}-{_MONTHS[named[1].lower()]}"
    match = _PART.fullmatch(part)
    if not match:
        raise DateError(f"{_cut(written)!r} is no date; expected {FORMS}")
    year, month, day = (int(g) if g else None for g in match.groups())
    if year is None or not EARLIEST.year <= year <= LATEST.year:
        raise DateError(f"the year of {part} is not one of {EARLIEST.year} to {LATEST.year}; correct it")
    if month is None:
        return Window(*year_around(date(year, 1, 1)))
    if day is None:
        return Window(*month_around(date(year, month, _days_of(year, month, part))))
    only = _in_calendar(year, month, day, part)
    return Window(only, only + timedelta(days=1))


def _in_calendar(year: int, month: int, day: int, written: str) -> date:
    days = _days_of(year, month, written)
    if not 1 <= day <= days:
        raise DateError(f"{written} does not exist, {calendar.month_name[month]} {year} has {days} days; correct it")
    return date(year, month, day)


def _days_of(year: int, month: int, written: str) -> int:
    if not 1 <= month <= 12:
        raise DateError(f"{written} has month {month}, expected 1 to 12; correct it")
    return calendar.monthrange(year, month)[1]


def _cut(written: str) -> str:
    return written if len(written) <= 60 else f"{written[:60]}..."


def month_around(day: date) -> tuple[date, date]:
    """The first day of the month that holds ``day``, and the first after it."""
    first = day.replace(day=1)
    return first, (first + timedelta(days=32)).replace(day=1)


def year_around(day: date) -> tuple[date, date]:
    """The first day of the year that holds ``day``, and the first after it."""
    return date(day.year, 1, 1), date(day.year + 1, 1, 1)


def only_day(period: Window) -> date | None:
    """The day of a period of one day, None for a longer or an open one."""
    if period.after and period.before and period.before - period.after == timedelta(days=1):
        return period.after
    return None
