"""Dates that a text leaves half said: "on Tuesday", "in December", "two weeks ago", "the next day".

They are told from the day of publication (or the day of a question). What the words mean is dateparser's to say; here
are what it leaves open: where in a text such words stand, whether they look back or ahead, and the period around the
day that it gives.
"""

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache

from index.mentions import MONTH_NAMES, Mention, is_bound
from index.periods import month_around, year_around
from index.records import Span, Window

_NUMBER = r"(?:\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty)"
_UNIT = r"(?:day|week|month|year|decade)s?"
WEEKDAY = r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_DOTTED = tuple(n for n in MONTH_NAMES if len(n) < 5 and n != "may")
_MONTH = "(?:" + "|".join(n.capitalize() + (r"\b\.?" if n in _DOTTED else r"\b") for n in MONTH_NAMES) + ")"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?"
_SINGLE = re.compile(
    rf"\b(?P<ago>(?i:{_NUMBER}\s+{_UNIT}\s+ago))\b"
    rf"|\b(?P<shift>(?i:last|next|this|coming|previous)\s+(?:(?:week|month|year)\b|{WEEKDAY}|{_MONTH}))"
    r"|\b(?P<plain>[Yy]esterday|today|[Tt]omorrow|[Tt]onight)\b"
    rf"|\b(?P<weekday>{WEEKDAY})\b"
    rf"|\b(?P<days>{_DAY}(?:\s*(?:-|–|to|and)\s*{_DAY})?\s+(?:of\s+)?{_MONTH})(?!\s*,?\s*\d)"
    rf"|\b(?P<month_days>{_MONTH}\s+{_DAY}(?:\s*(?:-|–|to|and)\s*{_DAY})?)(?![\d,]*\s*\d{{3}})\b"
    rf"|\b(?P<month>{_MONTH})(?!\s*,?\s*\d)"
    r"|\b(?P<near>(?i:(?:the\s+)?(?:next|following|same|previous)\s+day|(?:a|one)\s+day\s+(?:later|earlier)"
    r"|the\s+day\s+(?:before|after)|(?:that|the\s+same)\s+(?:month|year)))\b"
)
_IN_SMALL = re.compile(_SINGLE.pattern, re.I)  # "who met in december?"
# "May" and "March" are verbs too: without a day a month needs a word before it that dates have.
_MONTH_LEAD = re.compile(
    r"\b(?:in|since|until|till|from|by|of|for|before|after|during|late|early|mid|through|between|last|next|this)"
    r"[\s-]+$",
    re.I,
)
_AHEAD = re.compile(
    r"\b(?:will|shall|to)\s+be\s+\w+"
    r"|\b(?:will|shall|is|are|be|was|were)\s+(?:\w+ly\s+)?(?:to|due|set|planned|scheduled|expected|slated)\b"
    r"|\b(?:will|shall|plans?|intends?|upcoming|coming|scheduled|planned|due|expected|expects)\b"
    # News tells in the present what has its date already: "she takes office on 1 January".
    r"|\b(?:takes?\s+(?:office|over|effect|up|place)|starts?|begins?|opens?|reopens?|expires?|retires?|steps?\s+down)\b",
    re.I,
)
_BEHIND = re.compile(
    r"\b(?:was|were|had|has|have|did|said|told|met|held|led|took|began|came|went|gave|left|made|won|lost|saw|sent|spoke|"
    r"\w{2,}ed)\b",
    re.I,
)
BEGINS = re.compile(r"\b(?:begin|began|begins|start|starts|started|open|opens|opened|kick(?:s|ed)? off)\b", re.I)
ENDS = re.compile(r"\b(?:end|ends|ended|conclude|concludes|concluded|clos(?:e|es|ed)|wrapped up)\b", re.I)
_LASTS = re.compile(r"\b(two|three|four|five|six|seven|[2-7])[- ]day\b", re.I)
_DAYS_LONG = {name: n for n, name in enumerate("two three four five six seven".split(), 2)}
# Further off than this from one end of the period of publication to the other, a weekday could be any.
LONGEST_REFERENCE = timedelta(days=366)


def relative_dates(text: str, reference: Window | None, known: Sequence[Mention]) -> tuple[Mention, ...]:
    """The half-said dates of ``text``, in order of their place, told from ``reference``, the day or period in which it
    was written. ``known`` are the dates with a year that it names; what overlaps one of them is left to it.

    Where ``reference`` is a period, only what comes out the same from its first and last day is told, or what falls on
    a date that the text names outright; without one, only what a date before it tells ("the next day").
    """
    found: list[Mention] = []
    capitals = any(c.isupper() for c in text[1:])
    for match in (_SINGLE if capitals else _IN_SMALL).finditer(text):
        span = Span(*match.span())
        if any(span.start < m.span.end and m.span.start < span.end for m in known):
            continue
        # "Tuesday, 7 March 2023": the weekday is part of the date.
        if match["weekday"] and any(text[span.end : m.span.start] in (" ", ", ", " (") for m in known):
            continue
        if match["near"]:
            before = [m for m in (*known, *found) if m.span.end <= span.start and not m.bound]
            period = _near(match["near"].lower(), max(before, key=lambda m: m.span.end)) if before else None
        elif match["month"] and not _is_month(text, span):
            continue
        else:
            period = _told(match, text, reference, known)
        if period:
            found.append(Mention(span, *period, bound=is_bound(text, span.start), resolved=True))
    return tuple(found)


def _is_month(text: str, span: Span) -> bool:
    lead = text[max(0, span.start - 12) : span.start]
    return bool(_MONTH_LEAD.search(lead)) or text[span.end : span.end + 2] in ("'s", "’s")


def _told(
    match: re.Match[str], text: str, reference: Window | None, known: Sequence[Mention]
) -> tuple[date, date] | None:
    if reference is None or reference.after is None or reference.before is None:
        return None
    if reference.before - reference.after > LONGEST_REFERENCE:
        return None
    kind, ahead = match.lastgroup or "", _looks_ahead(text, Span(*match.span()))
    ends = (reference.after, reference.before - timedelta(days=1))
    periods = [_period(kind, match.group(), day, ahead) for day in dict.fromkeys(ends)]
    if periods[0] == periods[-1]:
        return periods[0]
    named = (p for p in periods if p for m in known if m.after <= p[0] and p[1] <= m.before and _short(m))
    return next(named, None)


def _short(mention: Mention) -> bool:
    return mention.before - mention.after <= timedelta(days=7)


@lru_cache(maxsize=20_000)
def _period(kind: str, words: str, day: date, ahead: bool) -> tuple[date, date] | None:
    """The days that the words mean when said on ``day``."""
    words = " ".join(words.replace("–", "-").split())
    shift = re.match(r"(last|next|this|coming|previous)\s+(.+)", words, re.I) if kind == "shift" else None
    if shift:
        ahead = shift[1].lower() in ("next", "coming")
        unit = shift[2].lower()
        if unit in ("week", "month", "year"):
            direction = {"last": "last", "previous": "last", "this": "this"}
            words = f"{direction.get(shift[1].lower(), 'next')} {unit}"
        else:
            # "This Tuesday" is the one of this week, before or after; the tense does not say which.
            words = shift[2]
    if days := re.search(rf"({_DAY})\s*(?:-|to|and)\s*({_DAY})", words):
        first = _period(kind, words.replace(days.group(), days[1]), day, ahead)
        last = _period(kind, words.replace(days.group(), days[2]), day, ahead)
        return (first[0], last[1]) if first and last and first[0] < last[1] else None
    # Said on a Tuesday, "on Tuesday" is that day: a paper prints the news of its own day, too.
    base = day + timedelta(days=1) if not ahead and kind in ("weekday", "days", "month_days") else day
    if ahead and kind in ("weekday", "days", "month_days"):
        base = day - timedelta(days=1)
    elif ahead and kind == "month":
        base = day.replace(day=1) - timedelta(days=1)  # in March, "will meet in March" is this one
    return _parsed(words, base, ahead)


def _parsed(words: str, base: date, ahead: bool) -> tuple[date, date] | None:
    found = _parser(base, ahead).get_date_data(words)
    if not found.date_obj:
        return None
    day = found.date_obj.date()
    if found.period == "week":
        day -= timedelta(days=day.weekday())
        return day, day + timedelta(days=7)
    if found.period == "month":
        return month_around(day)
    if found.period == "year":
        return year_around(day)
    return day, day + timedelta(days=1)


@lru_cache(maxsize=512)
def _parser(base: date, ahead: bool):  # type: ignore[no-untyped-def]
    from dateparser.date import DateDataParser

    return DateDataParser(
        languages=["en"],
        settings={
            "RELATIVE_BASE": datetime.combine(base, datetime.min.time()),
            "PREFER_DATES_FROM": "future" if ahead else "past",
            "PREFER_DAY_OF_MONTH": "first",
        },
    )


def _near(words: str, mention: Mention) -> tuple[date, date] | None:
    """A day or period told from the date before it in the text."""
    day = timedelta(days=1)
    if "month" in words:
        return month_around(mention.after)
    if "year" in words:
        return year_around(mention.after)
    if mention.before - mention.after > timedelta(days=7):
        return None  # the day after a month or a year is no day
    if "same" in words:
        return mention.after, mention.before
    if re.search(r"previous|before|earlier", words):
        return mention.after - day, mention.after
    return mention.before, mention.before + day


def _looks_ahead(text: str, span: Span) -> bool:
    """Whether the verb that the words belong to speaks of what is to come: the nearest before them in the sentence,
    else the first after them."""
    start = max(text.rfind(". ", 0, span.start), text.rfind("\n", 0, span.start)) + 1
    lead = text[start : span.start]
    ahead = max((m.end() for m in _AHEAD.finditer(lead)), default=-1)
    behind = max((m.end() for m in _BEHIND.finditer(lead)), default=-1)
    if max(ahead, behind) >= 0:
        # "is expected", "was planned": the same words hold both; the plan counts.
        return ahead >= behind
    rest = re.split(r"[.\n]", text[span.end : span.end + 120], maxsplit=1)[0]
    first = min((m.start() for m in _AHEAD.finditer(rest)), default=len(rest))
    return first < min((m.start() for m in _BEHIND.finditer(rest)), default=len(rest))


def lasting(period: tuple[date, date], sentence: str) -> tuple[date, date]:
    """The days of what lasts so long, "a two-day dialogue", and begins or ends on the day given."""
    lasts = _LASTS.search(sentence)
    if not lasts:
        return period
    more = timedelta(days=_DAYS_LONG.get(lasts[1].lower(), 0) or int(lasts[1])) - timedelta(days=1)
    begins, ends = BEGINS.search(sentence), ENDS.search(sentence)
    if begins and not ends:
        return period[0], period[1] + more
    if ends and not begins:
        return period[0] - more, period[1]
    return period
