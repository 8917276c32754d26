"""When something was: the day that a sentence tells, in full, also where it only says "on Tuesday"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from index.periods import month_around, year_around
from index.records import Article, EventDate, Span, Window
from index.relative import BEGINS, ENDS, WEEKDAY
from index.sentences import split_sentences
from rag.cues import ASKS_DATE
from rag.earlier import asks_earlier
from rag.evidence import Evidence
from rag.held_words import holds_most
from rag.kinds import asks_clock
from rag.periods_words import published_words, window_words
from rag.places import LEAD
from rag.question import Question
from rag.stories import LONGEST_EVENT, Stories
from rag.words import content_keys, has_name, words

_DAY = re.compile(
    r"\b(?:what|which)\s+(?:exact\s+|precise\s+|very\s+)?(?:day|date)\b|\b(?:exact|precise)\s+(?:day|date)\b", re.I
)
_YEAR = re.compile(r"\byear\b", re.I)
_MONTH = re.compile(r"\bmonth\b", re.I)
_TIME = re.compile(
    r"\b(?:spring|summer|autumn|fall|winter|\w+day|after|before|during|when|week|month|year|hours?|ago|later|earlier)s?\b",
    re.I,
)
_EDGE = re.compile(r"\b((?:(?:end|start|beginning|middle|close)\s+of|late|early))\s+(?:the\s+)?$", re.I)
_HAS_YEAR = re.compile(r"\b(?:1[6-9]|20|21)\d\d\b")
# "When did they meet?", "on what date were the talks held?"; "what date is the fair?" says nothing of it.
_WHEN = re.compile(
    r"^(?:and\s+|so\s+|but\s+)?(?:(?:on|in|since|by)\s+)?(?:when|(?:what|which)\s+(?:exact\s+)?(?:day|date|month|year|time))\s+"
    r"(?:exactly\s+)?(?P<told>(?:(?:did|has|had|have|does|do|will)\b|(?:was|were|is|are)\b.*\w(?:ed|en|eld|ent|et|old|un)\b).*)$",
    re.I,
)
_NEXT = re.compile(r"\b(?:next|following)\b", re.I)
# What a sentence tells beside its article's own event: its date is not that of the article.
_AHEAD = re.compile(
    r"\b(?:upcoming|forthcoming|coming|planned|scheduled|future|next|still\s+to\s+(?:come|follow)|yet\s+to\s+(?:come|be))\b",
    re.I,
)
# A sentence that says so of what it dates.
_TO_COME = re.compile(rf"{_AHEAD.pattern}|\b(?:will|shall|plan|plans|due|intends?)\b|\b(?:is|are) to\b", re.I)
_NOW = re.compile(rf"\b(?:here|today|this\s+(?:week|month|morning|evening)|on\s+{WEEKDAY})\b", re.I)
NEARLY = 0.75  # of the words of a question must stand in the sentence or its headline


@dataclass(frozen=True, slots=True)
class Told:
    """A date in words. ``remark`` says from what it is told where the words cited do not say it in full."""

    words: str
    remark: str = ""


def told_when(question: Question, item: Evidence, stories: Stories) -> Told | None:
    """The date that the sentence gives to a question for one; None for other questions, where it gives none or several
    of which none is the answer found, and where the words themselves say it in full."""
    if question.kind != "when" or asks_clock(question):
        return None
    told = _date_of(item, stories)
    if told is None or told.words is None:
        return None
    written = told.words.of(item.article.text).strip(" .")
    window, part = _end_of(question, told)
    short = item.short.of(item.article.text) if item.short is not None else ""
    in_unit = _in_unit(question, window)
    whole = not part and in_unit == window
    edge = _EDGE.search(item.article.text, item.span.start, told.words.start) if whole else None
    if not told.resolved and whole and _HAS_YEAR.search(short) and not (edge and edge[1] not in short):
        return None  # the bare answer is whole
    said = window_words(in_unit)
    if edge:
        said = f"{edge[1]} {said}"  # "the end of this year"
    remark = f"“{written}” is told from {_from(item.article)}." if told.resolved else ""
    if part:
        days = window_words(Window(told.after, told.before))
        lasted = f"“{written}” is told of something that lasted from {days.replace('–', ' to ')}."
        remark = f"{remark} {lasted}".strip()
    return Told(said, remark)


def _end_of(question: Question, told: EventDate) -> tuple[Window, str]:
    """The first or last day of several, where it is asked when something began or ended."""
    window, day = Window(told.after, told.before), timedelta(days=1)
    if told.before - told.after > timedelta(days=14) or told.before - told.after == day:
        return window, ""
    begins, ends = BEGINS.search(question.text), ENDS.search(question.text)
    if begins and not ends:
        return Window(told.after, told.after + day), "first"
    if ends and not begins:
        return Window(told.before - day, told.before), "last"
    return window, ""


def _date_of(item: Evidence, stories: Stories) -> EventDate | None:
    dates = [d for d in stories.dates(item.article, item.span) if d.words]
    if item.short is not None:
        if found := meant(item.short, dates):
            return min(found, key=lambda d: d.before - d.after)
        if _TIME.search(item.short.of(item.article.text)):
            return None  # a time, and none of the dates
    inside = [d for d in dates if not d.bound]
    return inside[0] if len(inside) == 1 else None


def meant(short: Span, dates: Sequence[EventDate]) -> list[EventDate]:
    """Those of the dates whose words a bare answer touches; a bracket or a comma may stand between."""
    return [d for d in dates if d.words and d.words.start < short.end + 2 and short.start < d.words.end + 2]


def _from(article: Article) -> str:
    if article.published:
        return f"the day of publication, {published_words(article, bracketed=True)}"
    if article.published_within:
        return f"the time of publication, {published_words(article, bracketed=True)}"
    return "the date before it in the article"


def _in_unit(question: Question, window: Window) -> Window:
    """The year or month that holds the window, where that is what is asked for."""
    assert window.after and window.before
    last = window.before - timedelta(days=1)
    if _YEAR.search(question.text) and not _MONTH.search(question.text) and window.after.year == last.year:
        return Window(*year_around(last))
    if _MONTH.search(question.text) and month_around(window.after) == month_around(last):
        return Window(*month_around(last))
    return window


def lacks_date(question: Question, item: Evidence, stories: Stories) -> bool:
    """Whether a date is asked for and the sentence gives none, though its article's event is dated. The date of the
    event before that is not said by its article's."""
    if (
        question.kind != "when"
        or asks_earlier(question.resolved)
        or not stories.of(item.article).window
        or stories.dates(item.article, item.span)
    ):
        return False
    return item.short is None or not any(c.isdigit() for c in item.short.of(item.article.text))


def too_vague(question: Question, item: Evidence, window: Window) -> bool:
    """Whether a day is asked for, the sentence names none, and of the event only a longer period than a month is known,
    or one of its ends."""
    short = item.short.of(item.article.text) if item.short is not None else ""
    if _DAY.search(question.resolved) is None or re.search(rf"\b{WEEKDAY}\b", short):
        return False
    return not window.after or not window.before or window.before - window.after > timedelta(days=31)


def lies_ahead(question: Question, item: Evidence, stories: Stories) -> bool:
    """Whether a date is asked for and the sentence only says, without one, that it is to come: "the upcoming fair".
    The date of what its article tells is not that of the fair."""
    return lacks_date(question, item, stories) and _AHEAD.search(item.text) is not None


def date_to_come(question: Question, item: Evidence, stories: Stories) -> EventDate | None:
    """For what lies ahead without a date: the only date to come that its article tells of the matter, in another
    sentence, "the two will meet in March"; None where it tells none or several, or only that of its own event."""
    own = stories.of(item.article).window
    narrow = own.after and own.before and own.before - own.after <= LONGEST_EVENT
    matter = content_keys(f"{question.resolved} {item.text}")
    found = [
        d
        for d in stories.dates(item.article)
        if d.sentence
        and not d.bound
        and not (narrow and own.meets(d.after, d.before))
        and _TO_COME.search(told := d.sentence.of(item.article.text))
        and not matter.isdisjoint(content_keys(told))
    ]
    return found[0] if len({(d.after, d.before) for d in found}) == 1 else None


def undated_match(question: Question, evidence: Sequence[Evidence], stories: Stories) -> Evidence | None:
    """For a question for a date: the best sentence that has all else that is asked, though no date, in an article whose
    event is dated; None where there is none."""
    if question.kind != "when" or asks_clock(question) or asks_earlier(question.resolved):
        return None
    asked = [w for w in question.words if w.content and w.key not in ASKS_DATE]
    for item in evidence[:5]:
        if not stories.of(item.article).window or item.missing or item.period < 0 or _AHEAD.search(item.text):
            continue
        keys = content_keys(f"{item.text} {item.article.title}")
        here = sum(has_name(w.key, keys) for w in asked)
        # Of what is asked of somebody, "when was she made chair", the name alone says nothing.
        names = {w.key for w in words(item.text) if w.name}
        deed = [has_name(w.key, keys) for w in asked if not w.name and w.key not in names]
        nearly = here >= NEARLY * len(asked) and sum(deed) >= NEARLY * len(deed)
        if asked and nearly and holds_most(question, item.article):
            return item
    return None


def whether(question: Question) -> str:
    """ "Did they meet?" for "When did they meet?"; "" for what asks for no date or is put in another way."""
    text = question.resolved
    if question.kind != "when" or asks_clock(question) or asks_earlier(text) or _NEXT.search(text):
        return ""
    asked = _WHEN.match(text)
    return f"{asked['told'][0].upper()}{asked['told'][1:]}" if asked else ""


def of_own_event(item: Evidence, stories: Stories) -> bool:
    """Whether a sentence without a date tells of its article's own event, whose date is known: news opens with it, or
    says "here" or "this week" of it."""
    spans = split_sentences(item.article.text)[:LEAD]
    near = any(s.start == item.span.start for s in spans) or _NOW.search(item.text) is not None
    dated = bool(stories.of(item.article).window) and not stories.dates(item.article, item.span)
    return near and dated and not _AHEAD.search(item.text) and item.period >= 0
