"""Periods at a distance from a date: "two years before 2014", "in the three months after 7 March 2023"."""

import calendar
import re
from datetime import date, timedelta

from index.periods import EARLIEST, LATEST
from index.records import Window

_NUMBERS = {
    name: n for n, name in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), 1)
}
# How far, least and most: what is said roughly is looked for roughly.
_ROUGH = {"a couple of": (1, 3), "couple of": (1, 3), "a few": (2, 5), "few": (2, 5), "several": (3, 9), "some": (2, 9)}
_DISTANCE = re.compile(
    r"\b(?P<over>(?:(?:for|in|within|over|during|throughout)\s+(?:the\s+)?|the\s+)(?:last\s+|first\s+|next\s+)?|"
    r"(?:less|fewer)\s+than\s+|under\s+|up\s+to\s+)?"
    rf"(?P<count>\d{{1,3}}|an?|{'|'.join(_NUMBERS)}|{'|'.join(_ROUGH)})\s+"
    r"(?P<unit>day|week|month|year|decade)s?\s+(?:or\s+so\s+)?"
    r"(?P<way>before|prior to|earlier than|ahead of|after|following|later than)\b[^.,;?]{0,40}$",
    re.I,
)
_MONTHS = {"month": 1, "year": 12, "decade": 120}
_DAYS = {"day": 1, "week": 7}
# Days by which "two years before March 2023" may miss the month: half of what it is counted in.
_LOOSE = {"day": 0, "week": 3, "month": 14, "year": 182, "decade": 1825}


def at_distance(lead: str, anchor: Window) -> Window | None:
    """The period that ``lead``, the words before a date, tells from it; None where they tell no distance.

    "Two years before 2014" is 2012, "in the two years before 2014" is 2012 and 2013; "a couple of" is one to three.
    """
    match = _DISTANCE.search(lead)
    if not match or anchor.after is None or anchor.before is None:
        return None
    count, unit = " ".join(match["count"].lower().split()), match["unit"].lower()
    least, most = _ROUGH.get(count) or (_NUMBERS.get(count) or (int(count) if count.isdigit() else 1),) * 2
    back = match["way"].lower() not in ("after", "following", "later than")
    after: date | None
    before: date | None
    if match["over"] and back:
        after, before = _moved(anchor.after, -most, unit), anchor.after
    elif match["over"]:
        after, before = anchor.before, _moved(anchor.before, most, unit)
    else:
        near, far = (-most, -least) if back else (least, most)
        after, before = _moved(anchor.after, near, unit), _moved(anchor.before, far, unit)
        loose = timedelta(days=_LOOSE[unit])
        if anchor.before - anchor.after < 2 * loose and after and before:
            after, before = after - loose, before + loose
    if after is None or before is None or not EARLIEST <= after < before <= LATEST:
        return None
    return Window(after, before)


def _moved(day: date, count: int, unit: str) -> date | None:
    """The day so many units later, the last of its month where that is shorter; None beyond the calendar."""
    if unit in _DAYS:
        return day + timedelta(days=count * _DAYS[unit])
    years, month = divmod(day.month - 1 + count * _MONTHS[unit], 12)
    year = day.year + years
    if not EARLIEST.year <= year <= LATEST.year:
        return None
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
