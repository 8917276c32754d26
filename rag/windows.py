"""The period that a question asks about, from its own words."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta

from index.mentions import MONTH_NAMES, Mention, date_mentions, without_dates
from index.periods import EARLIEST, LATEST
from index.records import Span, Window
from index.relative import relative_dates
from rag.cues import EVENT_NOUN
from rag.distances import at_distance

_AFTER = re.compile(r"\b(?:(?:after|since|following|later than)\b[^.,;?]{0,40}|from\s+(?:the\s+)?)$", re.I)
# "The statement from March 2023" is of that month.
_OF_TIME = re.compile(
    rf"\b(?:{EVENT_NOUN}|statement|communiqu[ée]|handout|paper|article|report|text|agenda|news|piece|story|letter|figure)s?"
    r"\s+from\s+(?:the\s+)?$",
    re.I,
)
_BEFORE = re.compile(r"\b(?:(?:before|until|till|prior to|earlier than)\b[^.,;?]{0,40}|by\s+(?:the\s+)?)$", re.I)
# "After the House passed it this week": only right before such words is it a bound of theirs.
_RIGHT_BEFORE = re.compile(r"\b(?:after|since|from|before|until|till|by|prior to)\s+(?:the\s+)?$", re.I)
_THIS_WEEK = re.compile(r"\bthis\s+week\b", re.I)
_BETWEEN = re.compile(r"\b(?:between|from|since)\b[^.,;?]{0,30}$", re.I)
_OPENS_SPAN = re.compile(r"\bbetween\s+(?:the\s+)?$", re.I)
_AND = re.compile(r"\s+and\s+(?=\D)")
_JOINS = re.compile(r"\s*(?:and|to|until|till|through|-|–|—)\s*(?:the\s+|in\s+)?", re.I)
_JOINED = re.compile(r"\w\s*(?:-|–|—|to\b|until\b|till\b|through\b)\s*\w")
ONWARDS = re.compile(
    r"\s*,?\s*(?:and|or|vs\.?|versus|against)\s+(?:(?:who|where|when|what|which|how)\s+)?(?:(?:at|in|of)\s+)?(?:the\s+)?"
    r"(?:later|after(?:wards?)?|since|beyond|onwards?|next|following|"
    r"(?:[\w.]+\s+)?(?:one|dialogue|meeting|round|talks|summit) "
    r"(?:after|(?:that|which) (?:followed|came (?:after|next))))\b",
    re.I,
)
_MONTH = re.compile(rf"\b(?:{'|'.join(MONTH_NAMES)})\b", re.I)
_OF_THE_DAY = re.compile(r"(?:last|this|next|past|coming)\b", re.I)  # "last March" is of one year
_PLACED = re.compile(
    rf"\s+(?:in|at)\s+[A-Z][\w.-]+(?:\s+[A-Z][\w.-]+)*(?=\W|$)|\b[A-Z][\w-]+\s+(?=(?:{EVENT_NOUN})s?\b)"
)
# "What did they say after the 2014 talks?": the reports of the talks themselves tell that, with those of later days.
_SPEAKS = re.compile(
    r"\b(?:sa(?:y|ys|id)|stated|statements?|declar\w+|announc\w+|promis\w+|pledg\w+|agree\w*|issu(?:e|es|ed)|publish\w*|"
    r"express\w*|tell|told|mention\w*|remark\w*|warn\w*|stress\w*|releas\w+|describ\w+|call(?:s|ed)? for|put out|"
    r"(?:joint|shared) (?:text|paper)|handouts?|communiqu[ée]s?|comment\w*|claim\w*|prais\w+|thank\w*|react\w*)\b",
    re.I,
)
_SIDE = re.compile(r"\b(?:after|following|before|prior to)\b[^.,;?]*$", re.I)
_OF_EVENT = re.compile(rf"\b(?:{EVENT_NOUN})s?\s+(?:held\s+)?(?:(?:of|in|on|from)\s+)?(?:the\s+)?$", re.I)
_AFTER_OTHER = re.compile(r"\bafter\s+(?:the|an?|his|her|its|their)\s+[^.,;?]*\b(?:in|of|on)\s+$", re.I)
_EVENT_BEHIND = re.compile(rf"\s+(?:[\w-]+\s+){{0,3}}?(?:{EVENT_NOUN})s?\b", re.I)
# Loose words ("the world today") and weekdays, which an old article says too, set no period.
_LOOSE = re.compile(r"today|tonight|(?:mon|tues|wednes|thurs|fri|satur|sun)day", re.I)
# "Some thirty years ago" may be told of a neighbouring year, and old articles count from their own day.
_ROUGHLY = re.compile(r"\b(?:some|about|around|roughly|nearly|almost|over|more than|approximately)\s+$", re.I)
# Where a half-said date stands does not depend on the day from which it is told.
_ANY_DAY = Window(date(2000, 6, 15), date(2000, 6, 16))


@dataclass(frozen=True, slots=True)
class Asked:
    """What a question says of its period.

    ``window`` holds all of it; ``periods`` are the single ones of a question that names several ("in 2014 and in
    2023"). ``yearless``: a month or day without a year, which may be one of any year. ``anchor`` is the date named in
    "after March 2023" or "before the 2014 talks": what is asked for lies beyond it; ``around`` says that it may also be
    told of the event of that date itself ("said after the 2014 talks"). ``onwards``: "in 2023 and later".
    ``contradiction`` says in words which two exclude one another, "" where none do.
    """

    window: Window = field(default_factory=Window)
    periods: tuple[Window, ...] = ()
    yearless: bool = False
    anchor: Window | None = None
    around: bool = False
    onwards: bool = False
    contradiction: str = ""

    def __bool__(self) -> bool:
        """Whether anything is said of the time."""
        return bool(self.window or self.contradiction)


def window_of(text: str, day: date) -> Asked:
    """The period that ``text`` asks about, where ``day`` is today.

    "after 2014" and "before March 2023" keep the year or month named: news told in it often looks past it. "Two years
    before 2014" is a year of its own.
    """
    day = min(max(day, EARLIEST), LATEST)  # what is told from it must stay within the calendar
    known = date_mentions(text)
    loose = relative_dates(text, Window(day, day + timedelta(days=1)), known)
    found = sorted((*known, *(m for m in loose if not _is_loose(text, m.span))), key=lambda mention: mention.span.start)
    inside: list[Window] = []
    afters: list[Mention] = []
    befores: list[Mention] = []
    previous: Mention | None = None
    for mention in found:
        lead = text[previous.span.end if previous else 0 : mention.span.start]
        joined = previous and _JOINS.fullmatch(text[previous.span.end : mention.span.start])
        if previous and joined and _BETWEEN.search(text[: previous.span.start]) and previous.after < mention.before:
            inside = [w for w in inside if w.after != previous.after] + [Window(previous.after, mention.before)]
            afters = [m for m in afters if m is not previous]
        elif apart := at_distance(lead, Window(mention.after, mention.before)):
            inside.append(apart)
        elif _JOINED.search(mention.span.of(text)):
            inside.append(Window(mention.after, mention.before))
        elif mention.resolved and not _RIGHT_BEFORE.search(lead):
            inside.append(_week(mention, text, day))
        elif mention is found[-1] and _OPENS_SPAN.search(lead) and _AND.match(text, mention.span.end):
            afters.append(mention)  # "between 2011 and the Lorne talks"
        elif _AFTER.search(lead) and not joined and not _OF_TIME.search(lead):
            afters.append(mention)
        elif _BEFORE.search(lead) and not joined:
            befores.append(mention)
        else:
            inside.append(Window(mention.after, mention.before))
        previous = mention
    yearless = bool(loose) and not known and bool(found) and all(_is_yearless(m.span.of(text)) for m in found)
    if inside:
        # Beside "in 2023" a bound is what is spoken of: "what was said in 2023 of the time before 2014".
        ends = [w.before for w in inside if w.before]
        onwards = bool(ONWARDS.match(text[found[-1].span.end :]))
        hull = Window(min(w.after for w in inside if w.after), None if onwards else max(ends))
        return Asked(hull, tuple(dict.fromkeys(inside)) if len(inside) > 1 else (), yearless, onwards=onwards)
    after = max((m.after for m in afters), default=None)
    before = min((m.before for m in befores), default=None)
    if after and before and after >= before:
        words = [text[m.span.start : m.span.end] for m in (afters[0], befores[0])]
        return Asked(contradiction=f"after {words[0]} and before {words[1]} exclude one another")
    bounds = [*afters, *befores]
    if len(bounds) != 1:
        return Asked(Window(after, before), yearless=yearless)
    anchor = Window(bounds[0].after, bounds[0].before)
    return Asked(Window(after, before), yearless=yearless, anchor=anchor, around=_of_words(text, bounds[0].span))


def _is_loose(text: str, span: Span) -> bool:
    said = span.of(text)
    return bool(_LOOSE.fullmatch(said) or (_ROUGHLY.search(text, 0, span.start) and said.lower().endswith("ago")))


def _is_yearless(said: str) -> bool:
    return _MONTH.search(said) is not None and not _OF_THE_DAY.match(said)


def asks_words(text: str) -> bool:
    """Whether it is asked what somebody said, or what was declared."""
    return _SPEAKS.search(text) is not None


def _of_words(text: str, named: Span) -> bool:
    """Whether something is asked for that may be told of the event itself whose date stands at ``named``: words that
    came with a meeting, or what became of anything else."""
    before = text[: named.start]
    if _AFTER_OTHER.search(before) and not re.search(rf"\b(?:{EVENT_NOUN})s?\b", before, re.I):
        return True  # "the sentence after the appeal in 2019" is told with the appeal
    event = _OF_EVENT.search(before) or _EVENT_BEHIND.match(text, named.end)
    return bool(event and _SIDE.search(before) and _SPEAKS.search(text))


def _week(mention: Mention, text: str, day: date) -> Window:
    """The period of a half-said date. "This week" is said of the last seven days too."""
    if _THIS_WEEK.fullmatch(mention.span.of(text)):
        return Window(min(mention.after, day - timedelta(days=7)), mention.before)
    return Window(mention.after, mention.before)


def named_dates(text: str) -> tuple[Span, ...]:
    """Where ``text`` names dates, with a year or, as "28 August", without one; in their order."""
    known = date_mentions(text)
    loose = relative_dates(text, _ANY_DAY, known)
    spans = [m.span for m in known] + [m.span for m in loose if _MONTH.search(m.span.of(text))]
    return tuple(sorted(spans, key=lambda span: span.start))


def beyond(period: Asked, later: bool) -> Asked:
    """What lies after the period, or before it: "and at the one after that?" """
    after, before = period.window.after, period.window.before
    anchor = period.window if after and before else None
    if later:
        return Asked(Window(after, None), anchor=anchor) if after else Asked()
    if after and not before:
        # Of "some time after March 2023" it is known where it begins: what was before it ended there.
        return Asked(Window(None, after), anchor=Window(after, after + timedelta(days=1)))
    return Asked(Window(None, before), anchor=anchor) if before else Asked()


def without_event(text: str) -> str:
    """A question without the dates and places that set its event apart: "who led the US side at the dialogue?"."""
    return " ".join(without_dates(_PLACED.sub("", text)).split())
