"""The period in which a text without a date must have been published, from what the text itself says.

Only what must hold counts, by the habits of English news: what is told as past is over, what is told as to come is
not yet; a weekday alone lies within a week, a month alone within a year. Clues that contradict each other give nothing.
"""

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from index.mentions import Mention, date_mentions
from index.periods import month_around, year_around
from index.records import Article, Span, Window
from index.sentences import split_sentences
from index.tense import is_past, is_time_of, leads_to_come

_MONTHS = {name: n for n in range(1, 13) for name in (calendar.month_name[n], calendar.month_abbr[n])} | {"Sept": 9}
_WEEKDAYS = {calendar.day_name[n]: n for n in range(7)}
_MONTH = "(?:" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_MONTH_ALONE = re.compile(rf"\b[Ii]n (?:early |mid-|late )?(?P<month>{_MONTH})(?!,?\s+(?:of\s+)?\d)")
_WEEKDAY_ALONE = re.compile(
    rf"(?<!Black )(?<!Good )(?P<weekday>{'|'.join(_WEEKDAYS)})\b(?!,? (?:{_MONTH}|\d))"  # days of their own name
)
_NUMBERS = {word: n for n, word in enumerate("one two three four five six seven eight nine ten".split(), start=1)}
_GAP = re.compile(
    rf"\b(?:gap|break|pause|hiatus|lapse|absence|interruption) of (\d\d?|{'|'.join(_NUMBERS)}) years?\b"
    rf"|\b(\d\d?|{'|'.join(_NUMBERS)})-year (?:gap|break|pause|hiatus|lapse|absence|interruption)\b",
    re.I,
)
# "In 2007, five years ago"; not "some five years ago".
_AGO = re.compile(
    r"(?<!nearly )(?<!almost )(?<!over )(?<!than )(?<!about )(?<!some )(?<!around )"
    rf"\b(?P<years>\d\d?|{'|'.join(_NUMBERS)})"
    r" years? ago\b(?!,? (?:when|as))",
    re.I,
)
_BESIDE = re.compile(r",? ?(?:in |on )?(?:the )?")
_FIRST_SINCE = re.compile(r"\bfirst\b[^;]{0,160}\bsince\b[^.;,]{0,40}$", re.I)
_THIS_YEAR = re.compile(
    r"\b(?:by|at|before|until) the end of this year\b|\bby year[-’' ]s? ?end\b|\blater this year\b", re.I
)
_TURN_OF = re.compile(r"\b(?:after|beyond|by the end of|until the end of|at the end of)\s*$", re.I)
_MAY_COME = re.compile(r"\b(?:may|might|will|would|could|shall)\b|['’]ll\b")


@dataclass(frozen=True, slots=True)
class Inferred:
    """The period of publication and the sentences that give it, as offsets into the text, in its order."""

    within: Window
    sentences: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Clue:
    within: Window
    sentence: Span


def inferred(text: str) -> Inferred | None:
    """The period in which an English text must have been published; None where it does not say, or says two things."""
    sentences = [(span, span.of(text)) for span in split_sentences(text)]
    mentions = [(span, sentence, date_mentions(sentence)) for span, sentence in sentences]
    clues = [*_dated(mentions), *_same_end(sentences, mentions), *_gap(sentences, mentions)]
    clues += _ago(mentions)
    clues += _weekdays(sentences, mentions)
    clues += _months(sentences, _met(clues) or Window())
    within = _met(clues)
    if not within:
        return None
    telling = [
        c.sentence
        for c in clues
        if within.after and c.within.after == within.after or within.before and c.within.before == within.before
    ]
    return Inferred(within, tuple(sorted(set(telling), key=lambda span: span.start)))


def with_inference(article: Article) -> Article:
    """The article with the period that its text tells, for one whose date is not known otherwise."""
    found = inferred(article.text)
    within = found.within if found else None
    return replace(article, published=None, published_within=within, published_from="inferred" if within else "")


def _met(clues: Sequence[_Clue]) -> Window | None:
    """The period that all clues allow, None where they contradict each other."""
    after = max((c.within.after for c in clues if c.within.after), default=None)
    before = min((c.within.before for c in clues if c.within.before), default=None)
    return None if after and before and after >= before else Window(after, before)


_Mentioned = list[tuple[Span, str, tuple[Mention, ...]]]


def _dated(mentions: _Mentioned) -> Iterator[_Clue]:
    """Dates with a year: not before what is told as past, not after what is told as to come."""
    for span, sentence, dates in mentions:
        for m in dates:
            lead, rest = sentence[: m.span.start], sentence[m.span.end :]
            # "The 2026 cup" and "the 6 March 2021 storm" are names.
            named = lead.endswith("the ") if (m.before - m.after).days <= 14 else not is_time_of(lead, rest)
            if named:
                continue
            if is_past(sentence, lead):
                yield _Clue(Window(m.after, None), span)
            elif leads_to_come(lead):
                # Days to come have not begun; a month or a year to come may have.
                begun = (m.before - m.after).days > 14
                yield _Clue(Window(None, m.before if begun else m.after + timedelta(days=1)), span)


def _same_end(sentences: list[tuple[Span, str]], mentions: _Mentioned) -> Iterator[_Clue]:
    """ "By the end of this year" and "may ... after 2014", told of the same: this year is 2014."""
    ends = [(span, _names(s)) for span, s in sentences if _THIS_YEAR.search(s)]
    for span, sentence, dates in mentions:
        for m in dates:
            turns = _TURN_OF.search(sentence[: m.span.start]) and _MAY_COME.search(sentence)
            if not turns or (m.before - m.after).days < 365:
                continue
            for other, names in ends:
                if other != span and len(names & _names(sentence)) > 0:
                    yield from (_Clue(Window(m.after, m.before), s) for s in (other, span))


def _gap(sentences: list[tuple[Span, str]], mentions: _Mentioned) -> Iterator[_Clue]:
    """ "The first since 2011" and "a gap of three years": it is 2014."""
    gaps = [(span, match[1] or match[2]) for span, s in sentences for match in _GAP.finditer(s)]
    years = [
        (span, m.after.year)
        for span, s, dates in mentions
        for m in dates
        if (m.before - m.after).days >= 365 and _FIRST_SINCE.search(s[: m.span.start])
    ]
    if len(gaps) == 1 and len(years) == 1:
        (gap_span, count), (year_span, year) = gaps[0], years[0]
        then = _year(year + _number(count))
        yield from (_Clue(then, s) for s in (gap_span, year_span))


def _ago(mentions: _Mentioned) -> Iterator[_Clue]:
    """ "In 2007, five years ago": it is 2012; of a month, half a year to either side, for it may be rounded."""
    for span, sentence, dates in mentions:
        for match in _AGO.finditer(sentence):
            count = _number(match["years"])
            for m in dates:
                between = sentence[min(m.span.end, match.end()) : max(m.span.start, match.start())]
                if not _BESIDE.fullmatch(between) or m.after.year + count >= date.max.year:
                    continue
                if (m.before - m.after).days >= 365:
                    yield _Clue(_year(m.after.year + count), span)
                else:
                    day = m.after.replace(year=m.after.year + count, day=1)
                    yield _Clue(Window(day - timedelta(days=183), day + timedelta(days=214)), span)


def _weekdays(sentences: list[tuple[Span, str]], mentions: _Mentioned) -> Iterator[_Clue]:
    """ "Will begin on Monday" and "will be held on 6 March 2023", a Monday, told of the same: less than a week before.

    "Said on Sunday" beside it is then the Sunday before that Monday.
    """
    coming = [
        (span, s, m) for span, s in sentences for m in _WEEKDAY_ALONE.finditer(s) if leads_to_come(s[: m.start()])
    ]
    past = [(span, m) for span, s in sentences for m in _WEEKDAY_ALONE.finditer(s) if is_past(s, s[: m.start()])]
    for day_span, sentence, dates in mentions:
        for m in dates:
            if (m.before - m.after).days > 14 or not leads_to_come(sentence[: m.span.start]):
                continue
            for span, s, match in coming:
                same = len(_topic(s) & _topic(sentence)) >= 2
                if not same or _WEEKDAYS[match["weekday"]] != m.after.weekday():
                    continue
                week = Window(m.after - timedelta(days=6), m.after + timedelta(days=1))
                yield from (_Clue(week, place) for place in (span, day_span))
                for told_span, told in past:
                    back = (m.after.weekday() - _WEEKDAYS[told["weekday"]]) % 7
                    yield _Clue(Window(m.after - timedelta(days=back), None), told_span)


def _months(sentences: list[tuple[Span, str]], known: Window) -> Iterator[_Clue]:
    """ "In October" told as past and "in March" as to come, the year known: between the two."""
    if not known.after or not known.before or (known.before - known.after).days > 366:
        return
    past, coming = [], []
    for span, sentence in sentences:
        for match in _MONTH_ALONE.finditer(sentence):
            lead, month = sentence[: match.start("month")], _MONTHS[match["month"].rstrip(".")]
            if is_past(sentence, lead):
                past.append((span, month))
            elif leads_to_come(lead):
                coming.append((span, month))
    for past_span, first in past:
        for coming_span, last in coming:
            for year in (known.after.year, known.after.year - 1):
                # Newsrooms name the year of a month to come that is not in this one.
                end = month_around(date(year if last >= first else year + 1, last, 1))[1]
                between = Window(date(year, first, 1), end)
                if known.meets(date(end.year, 1, 1), end) and between.meets(known.after, known.before):
                    yield from (_Clue(between, s) for s in (past_span, coming_span))
                    break


def _number(count: str) -> int:
    return int(count) if count.isdigit() else _NUMBERS[count.lower()]


def _year(year: int) -> Window:
    return Window(*year_around(date(year, 1, 1)))


def _names(sentence: str) -> set[str]:
    return set(re.findall(r"(?<!^)\b[A-Z][a-z]{3,}\b", sentence))


def _topic(sentence: str) -> set[str]:
    return {w.lower() for w in set(re.findall(r"[^\W\d_]{5,}", sentence)) - set(_WEEKDAYS) - set(_MONTHS)}
