"""When what an article tells happened, and which articles tell of the same event."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache

from index.event_dates import event_dates, reference_of
from index.records import Article, EventDate, Span, Window
from index.relative import WEEKDAY
from index.sentences import split_sentences
from rag.cues import EVENT_NOUN
from rag.lookbacks import carried, placed
from rag.persons import persons

# Days between the dates of two reports of one event: agencies announce a meeting the week before, papers follow after.
SAME_EVENT_DAYS = 10
# A date told of a month or less is that of an event; a year alone is its frame.
LONGEST_EVENT = timedelta(days=31)
# News tells of its own days: what lies further from the day of publication is background.
NEAR_PUBLICATION = timedelta(days=14)

# "Will meet in March", before the words of a date.
_AHEAD = re.compile(r"\b(?:will|would|(?:is|are|was|were|plans?|planned|due|set|scheduled)\s+to)\b[^.;:]*$", re.I)
_DAY = rf"(?:here|today|this\s+week|on\s+{WEEKDAY})\b"
# "Arrived on Monday", "this week's meetings": what an article tells of its own days.
_HAPPENED = re.compile(
    r"\b(?:met|meets?|hosted|hosts|received|concluded|ended|began|opened|held|arrived?|took\s+place|signed|agreed)\b"
    rf"[^.;]{{0,80}}\b{_DAY}|\bthis\s+week(?:['’]s)?\s+(?:{EVENT_NOUN})|\b(?:{EVENT_NOUN})\s+{_DAY}",
    re.I,
)
_SINCE = re.compile(r"\b(?:since|last|previous|earlier)\b[^.;:,]*$", re.I)


@dataclass(frozen=True, slots=True)
class Story:
    """When an article's own event was: ``window`` within which, open where unknown, and ``told``, the date in its text
    that says so, None where its ``event``, its day of publication or an inference says it."""

    window: Window = field(default_factory=Window)
    told: EventDate | None = None

    @property
    def is_bounded(self) -> bool:
        return self.window.after is not None and self.window.before is not None


class Stories:
    """The stories of some articles. ``dates`` are those that each of them speaks of, found anew where not given."""

    def __init__(self, articles: Sequence[Article], dates: Sequence[EventDate] | None = None) -> None:
        self._dates: dict[str, list[EventDate]] = {a.id: [] for a in articles}
        for article in articles if dates is None else ():
            self._dates[article.id] = list(_event_dates(article))
        for told in dates or ():
            self._dates.setdefault(told.article_id, []).append(told)
        self._carried: dict[str, dict[int, EventDate]] = {}
        self._stories = {a.id: story_of(a, self._dates[a.id]) for a in articles}

    def of(self, article: Article) -> Story:
        return self._stories[article.id]

    def dates(self, article: Article, sentence: Span | None = None) -> list[EventDate]:
        """The dates that the article speaks of, or those of one sentence."""
        found = self._dates[article.id]
        return found if sentence is None else [d for d in found if d.sentence and d.sentence.start == sentence.start]

    def carried(self, article: Article, sentence: Span) -> EventDate | None:
        """The date that a sentence without one goes on with; see ``rag.lookbacks``."""
        if article.id not in self._carried:
            self._carried[article.id] = carried(article, self._dates[article.id])
        return self._carried[article.id].get(sentence.start)

    def elsewhere(self, article: Article, sentence: Span, asked: Collection[str] = ()) -> EventDate | None:
        """The date of the event that a sentence tells of, where that is not its article's own; None where it is, or
        where that cannot be said. ``asked`` are keys of what is asked about."""
        story = self.of(article)
        if not story.is_bounded:
            return None
        own = [d for d in self.dates(article, sentence) if d.words and not d.bound]
        if not own:
            told = self.carried(article, sentence)
            return told if told and not _may_meet(Window(told.after, told.before), story.window) else None
        if any(_may_meet(Window(d.after, d.before), story.window) for d in own):
            return None
        # The narrowest: "four years ago, in May 2010"; of two that exclude each other neither.
        first = min(own, key=lambda d: d.before - d.after)
        if any(d.after >= first.before or d.before <= first.after for d in own):
            return None
        return first if any(placed(article, sentence, d, asked) for d in own) else None

    def same_event(self, one: Article, other: Article) -> bool:
        """Whether two articles report one event: their dates do not exclude it and they name the same people."""
        if one.id == other.id:
            return True
        a, b = self.of(one).window, self.of(other).window
        if not _may_meet(a, b):
            return False
        there, here = _people(one.text), _people(other.text)
        shared = sum(1 for last in there.keys() & here.keys() if _may_be_one(there[last], here[last]))
        return shared >= 2 or (shared == 1 and min(len(there), len(here)) == 1)

    def groups(self, articles: Sequence[Article]) -> dict[str, int]:
        """For each article id the number of its event; articles of one event share it. Each is compared with the first
        of every group, so that a chain of likenesses does not join two events."""
        firsts: list[Article] = []
        found: dict[str, int] = {}
        # Undated ones last: what fits any date must not draw the dated ones together.
        for article in sorted(articles, key=lambda a: not self.of(a).is_bounded):
            if article.id in found:
                continue
            number = next((n for n, first in enumerate(firsts) if self.same_event(first, article)), len(firsts))
            if number == len(firsts):
                firsts.append(article)
            found[article.id] = number
        return found

    def order(self) -> Mapping[str, tuple[date, date]]:
        """For each article id a key that sorts by the date of its story, unknown ones first.

        What is told "since March 2023" is later than what happened in it.
        """
        return {id: _sort_key(story.window) for id, story in self._stories.items()}


def story_of(article: Article, dates: Sequence[EventDate]) -> Story:
    """When the article's own event was: by its ``event``, else by a date in its text near its publication, the first of
    them, else by the day of publication, else by what bounds it ("since March 2023")."""
    named = [d for d in dates if d.sentence is None]
    if told := [d for d in named if not d.bound]:
        # The first: "6-7 March 2023, announced on 5 March".
        return Story(Window(told[0].after, told[0].before))
    if named:
        return Story(Window(named[0].before, None))
    published = reference_of(article)
    # Where the day of publication is not known, what lies ahead may be far from what the article reports.
    if article.published is None and _tells_of_its_days(article):
        dates = [d for d in dates if not _is_ahead(d, article)]
    for d in dates:
        if not d.bound and d.before - d.after <= LONGEST_EVENT and _is_near(d, published):
            return Story(Window(d.after, d.before), d)
    if published and published.before:
        return Story(published)
    latest = max((d for d in dates if not d.bound or _is_past(d, article)), key=lambda d: d.before, default=None)
    if latest is None:
        return Story(published or Window())
    if latest.bound:
        return Story(Window(latest.before, None), latest)
    return Story(Window(latest.after, latest.before), latest)


@lru_cache(maxsize=1024)
def _tells_of_its_days(article: Article) -> bool:
    """Whether a sentence says that something was on a day of its own: "arrived on Monday", "this week's talks"."""
    told = (s.of(article.text) for s in split_sentences(article.text))
    return any(_HAPPENED.search(sentence) and not _AHEAD.search(sentence) for sentence in told)


def _is_ahead(told: EventDate, article: Article) -> bool:
    """Whether a date is that of something still to come."""
    if told.words is None or told.sentence is None:
        return False
    return _AHEAD.search(article.text[told.sentence.start : told.words.start]) is not None


def _is_past(told: EventDate, article: Article) -> bool:
    """Whether a date that bounds what is told lies behind it: "since March 2023", "the last round in 2011"."""
    return told.words is not None and bool(
        _SINCE.search(article.text[max(0, told.words.start - 70) : told.words.start])
    )


def _is_near(told: EventDate, published: Window | None) -> bool:
    if published is None:
        return True
    after, before = published.after, published.before
    return (before is None or told.after < before + NEAR_PUBLICATION) and (
        after is None or told.before > after - NEAR_PUBLICATION
    )


def _may_meet(a: Window, b: Window) -> bool:
    """Whether the two periods meet or lie so near that they may be of one event; unknown ones may be any."""
    slack = timedelta(days=SAME_EVENT_DAYS)
    if not a or not b:
        return True
    # Of an open end it is not known how far it goes: "after March 2023" is no report of March 2023.
    if a.after and b.before and b.before + (slack if a.before else timedelta(0)) <= a.after:
        return False
    return not (b.after and a.before and a.before + (slack if b.before else timedelta(0)) <= b.after)


def _sort_key(window: Window) -> tuple[date, date]:
    if window.after:
        return window.after, window.before or date.max
    return (window.before or date.min), (window.before or date.min)


@lru_cache(maxsize=1024)
def _event_dates(article: Article) -> tuple[EventDate, ...]:
    return event_dates(article)


@lru_cache(maxsize=1024)
def _people(text: str) -> Mapping[str, frozenset[str]]:
    """Last names of the persons in a text, each with the first letters of its other names: of the names themselves one
    paper has more than the next, and spells them otherwise ("Haider Shah", "Syed Hyder Shah")."""
    found: dict[str, frozenset[str]] = {}
    for span in persons(text):
        *others, last = span.of(text).split()
        found[last] = found.get(last, frozenset()) | {name[0] for name in others}
    return found


def _may_be_one(there: frozenset[str], here: frozenset[str]) -> bool:
    return not there or not here or bool(there & here)
