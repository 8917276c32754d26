"""Days, months and years that a text names outright."""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from index.periods import month_around, year_around
from index.records import Span

_MONTHS = {name.lower(): n for n in range(1, 13) for name in (calendar.month_name[n], calendar.month_abbr[n])}
_MONTHS["sept"] = 9
MONTH_NAMES = tuple(sorted(_MONTHS, key=len, reverse=True))
_MONTH = r"(?P<month>" + "|".join(MONTH_NAMES) + r")\.?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?(?:\s*(?:-|–|—|to|and|&)\s*(?P<last>\d{1,2})(?:st|nd|rd|th)?)?"
_TO = r"\s*(?:-|–|—|\bto\b|\band\b|\buntil\b|\btill\b|\bthrough\b)\s*"
_ONE_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"


def _last(pattern: str) -> str:
    """The same pattern for the second date of a range."""
    return pattern.replace("(?P<", "(?P<last_")


_FORMS = (
    # A range over months or years: "28 February to 2 March 2023", "March to June 2023", "2014-2016".
    re.compile(rf"\b{_ONE_DAY}\s+{_MONTH}{_TO}{_last(_ONE_DAY)}\s+{_last(_MONTH)},?\s+{_YEAR}\b", re.I),
    re.compile(rf"\b{_MONTH}\s+{_ONE_DAY}{_TO}{_last(_MONTH)}\s+{_last(_ONE_DAY)},?\s+{_YEAR}\b", re.I),
    re.compile(rf"\b{_MONTH}{_TO}{_last(_MONTH)},?\s+{_YEAR}\b", re.I),
    re.compile(rf"(?<![\d.,$£€/-]){_YEAR}(?:-|–|—|\s+to\s+){_last(_YEAR)}(?![\d/-]|[.,]\d)"),
    re.compile(r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b"),
    re.compile(rf"\b{_DAY}\s+(?:of\s+)?{_MONTH},?\s+{_YEAR}\b", re.I),
    re.compile(rf"\b{_MONTH}\s+{_DAY},?\s+{_YEAR}\b", re.I),
    re.compile(rf"\b{_MONTH},?\s+(?:of\s+)?{_YEAR}\b", re.I),
    re.compile(rf"(?<![\d.,$£€/-]){_YEAR}(?![\d/]|[.,]\d)"),
)
# "since the last round in March 2023", "after 2014": the date bounds the story, it is not the story's own.
_BOUND = re.compile(r"\b(since|after|until|till|before|by|prior to|last|previous|earlier)\b[^.;:,]{0,90}$", re.I)

_DATE_LEAD = re.compile(r"\s*(?:\b(?:in|on|during|from|of|for|by|early|late|mid)[\s-]+)*$", re.I)


@dataclass(frozen=True, slots=True)
class Mention:
    """A date in a text as ``after <= day < before``. ``bound`` marks dates that only bound what is told, ``resolved``
    those that the words tell only together with another date."""

    span: Span
    after: date
    before: date
    bound: bool
    resolved: bool = False


def date_mentions(text: str) -> tuple[Mention, ...]:
    """The dates with a year that ``text`` names, in order of their place; impossible dates are left out."""
    found: list[Mention] = []
    taken: list[Span] = []
    for form in _FORMS:
        for match in form.finditer(text):
            span = Span(*match.span())
            if any(span.start < t.end and t.start < span.end for t in taken):
                continue
            if days := _days(match.groupdict()):
                taken.append(span)
                found.append(Mention(span, *days, bound=is_bound(text, span.start)))
    return tuple(sorted(found, key=lambda m: m.span.start))


def is_bound(text: str, start: int) -> bool:
    """Whether the words before a date say that it only bounds what is told: "since", "after", "the last ... in"."""
    return bool(_BOUND.search(text[max(0, start - 120) : start]))


def without_dates(text: str, spans: Sequence[Span] | None = None) -> str:
    """The text without the dates with a year that it names, or without those at ``spans``, in their order, and without
    the preposition before each."""
    for span in reversed([m.span for m in date_mentions(text)] if spans is None else spans):
        lead = _DATE_LEAD.sub("", text[: span.start])
        text = f"{lead} {text[span.end :].lstrip()}"
    return " ".join(text.split()).replace(" ?", "?").replace(" ,", ",")


def _days(parts: dict[str, str | None]) -> tuple[date, date] | None:
    """The days of a match; None for a date that no calendar has, and for a range that ends before it starts."""
    last = {name[5:]: parts[name] for name in ("last_day", "last_month", "last_year") if parts.get(name)}
    found = _period(parts)
    if not last or found is None:
        return found
    end = _period({name: value for name, value in parts.items() if name != "last"} | last)
    return (found[0], end[1]) if end and found[0] < end[0] else None


def _period(parts: dict[str, str | None]) -> tuple[date, date] | None:
    year = int(parts["year"] or 0)
    month_text = (parts.get("month") or "").lower()
    month = int(month_text) if month_text.isdigit() else _MONTHS.get(month_text, 0)
    try:
        if not month_text:
            return year_around(date(year, 1, 1))
        if not parts.get("day"):
            return month_around(date(year, month, 1))
        first = date(year, month, int(parts["day"] or 0))
        last = date(year, month, int(parts.get("last") or 0)) if parts.get("last") else first
        return (first, last + timedelta(days=1)) if last >= first else None
    except ValueError:
        return None
