"""How well the dates of a sentence and its article fit the period that a question asks about."""

import re
from collections.abc import Sequence
from datetime import date, timedelta

from index.mentions import Mention, date_mentions
from index.records import Article, EventDate, Span, Window
from rag.earlier import asks_earlier
from rag.question import Question
from rag.stories import Stories

_COMING = re.compile(r"\b(?:upcoming|forthcoming|still to (?:come|follow)|yet to (?:come|be))\b", re.I)
_SINCE = re.compile(r"\b(?:since|after)\b[^.;:,]*$")
_UNTIL = re.compile(r"\b(?:before|until|till|prior to)\b[^.;:,]*$")
_THAN = re.compile(
    r"\b(?:than|(?:as|compared)\s+(?:\w+\s+)?(?:as|with|to)|unlike)\s+(?:it\s+was\s+)?(?:(?:in|on|at|those|that|of)\s+)*$",
    re.I,
)
# What a sentence's own date outside the period costs; a sentence of an article that only mentions the period.
OTHER_DATE, MENTIONED = -0.5, -0.25
UNKNOWN = -0.3  # an article of no known date, where one beyond a date is asked for


class Periods:
    """The fits of sentences to the period or order that one question asks for, each in [-1, 1]: 1 fits, -1 does not, 0
    says nothing."""

    def __init__(self, question: Question, articles: Sequence[Article], stories: Stories) -> None:
        self._question = question
        self._stories = stories
        self._order = _by_order(question, articles, stories)
        self._asked = {w.key for w in question.words if w.content and not w.name}
        keys = stories.order()
        self._by_article = {a.id: self._order[keys[a.id]] for a in articles} if self._order else {}
        self._windows = question.windows
        if not self._by_article and question.dated:
            self._by_article = {a.id: self._article(a) for a in articles}

    def of_article(self, article: Article) -> float:
        return self._by_article.get(article.id, 0.0)

    def of(self, article: Article, sentence: Span) -> float:
        """The fit of one sentence: by the dates that it speaks of itself, else by its article's."""
        if contradicts(self._question, sentence.of(article.text)):
            return -1.0
        whole = self.of_article(article)
        if self._order:
            told = self._stories.elsewhere(article, sentence, self._asked)
            return self._placed(told) if told else whole
        if self._question.beyond and not self._question.step and self._tells_beyond(article, sentence):
            return 1.0
        if not self._windows or self._question.beyond:
            return whole
        own = self._told_in(article, sentence)
        if not own and (told := self._stories.carried(article, sentence)):
            own = [told]
        if not own:
            return whole
        if any(self._inside(d) for d in own):
            return 1.0
        # A year beside the month that was asked for frames the story, it does not set it elsewhere.
        return min(whole, OTHER_DATE)

    def _tells_beyond(self, article: Article, sentence: Span) -> bool:
        """Whether a sentence speaks of a time on the side asked about of the date named: "in 2012" of before 2014."""
        anchor = self._question.period.anchor
        if anchor is None or anchor.after is None or anchor.before is None:
            return False
        own = self._told_in(article, sentence)
        later = self._question.query.after is not None
        if not own:
            # "The upcoming fair", told with the event itself.
            story = self._stories.of(article).window
            at = story.after and story.before and anchor.meets(story.after, story.before)
            return bool(later and at and _COMING.search(sentence.of(article.text)))
        return all(d.after >= anchor.before if later else d.before <= anchor.after for d in own)

    def _told_in(self, article: Article, sentence: Span) -> list[EventDate]:
        """The dates at which a sentence says that something was."""
        return [d for d in self._stories.dates(article, sentence) if not d.bound and not _is_compared(d, article)]

    def _placed(self, told: EventDate) -> float:
        """The place of an event that another's article tells of, beside the nearest before it in the order asked."""
        after = [place for (begins, _), place in self._order.items() if begins >= told.after]
        before = [place for (begins, _), place in self._order.items() if begins < told.after]
        return min(after, default=1.0) if self._question.latest else min(before, default=1.0)

    def _inside(self, told: EventDate) -> bool:
        return any(w.meets(told.after, told.before) for w in self._windows)

    def _article(self, article: Article) -> float:
        if self._question.period.anchor and self._question.beyond:
            return self._beyond(article, self._question.period.anchor)
        story = self._stories.of(article).window
        known = story.after is not None and story.before is not None
        if known and any(w.meets(*_ends(story)) for w in self._windows):
            return 1.0
        published = article.published
        if published and any(w.holds(published) for w in self._windows):
            return 1.0
        inside = [d for d in self._stories.dates(article) if self._inside(d)]
        # "After March 2023" is no report of March 2023, whatever it says of it.
        if story.after and story.before is None and not any(w.meets(story.after, date.max) for w in self._windows):
            return OTHER_DATE
        if any(not d.bound for d in inside):
            return MENTIONED
        if inside:
            # Its story lies beyond the date: "since the last round in March 2023" is told by a later article.
            return OTHER_DATE if any("since" in lead for lead in _leads(article, inside)) else MENTIONED
        return -1.0 if published or story else 0.0

    def _beyond(self, article: Article, anchor: Window) -> float:
        """For "after March 2023": an article that is told from there on fits, one about March 2023 itself only where
        what was said with the event of that month is asked for."""
        assert anchor.after and anchor.before
        later = self._question.query.after is not None
        story = self._stories.of(article).window
        begins, ends = story.after or article.published, story.before or article.published
        if later and begins and begins >= anchor.before:
            return 1.0
        if not later and ends and ends <= anchor.after:
            return 1.0
        if (ends and ends <= anchor.after) if later else (begins and begins >= anchor.before):
            return -1.0
        inside = [d for d in self._stories.dates(article) if anchor.meets(d.after, d.before)]
        if later and any(_SINCE.search(lead) for lead in _leads(article, inside)):
            return 1.0
        if begins and ends:
            meets = anchor.meets(begins, max(ends, begins + timedelta(days=1)))
            # Reports of an event tell what was said at it, and when the one before it was.
            told = self._question.period.around or (not later and asks_earlier(self._question.resolved))
            return (1.0 if told else OTHER_DATE) if meets else -1.0
        return OTHER_DATE if any(not d.bound for d in inside) else MENTIONED if inside else UNKNOWN


def _is_compared(told: EventDate, article: Article) -> bool:
    """Whether a date is only that of what something is measured by: "lower than in August 2012"."""
    return told.words is not None and bool(_THAN.search(article.text, 0, told.words.start))


def _by_order(question: Question, articles: Sequence[Article], stories: Stories) -> dict[tuple[date, date], float]:
    """For "the latest", "the first" and the one next to it: how near to that place each event is among those of the
    articles, from 0 to 1; none where a date is named, as for "the first round of 2010"."""
    if question.dated or not (question.latest or question.first):
        return {}
    keys = stories.order()
    order = sorted({keys[a.id] for a in articles})
    last = max(len(order) - 1, 1)
    wanted = last - question.beside if question.latest else int(question.beside)
    return {key: 1 - abs(n - wanted) / last for n, key in enumerate(order)}


def _ends(window: Window) -> tuple[date, date]:
    assert window.after and window.before
    return window.after, window.before


def contradicts(question: Question, sentence: str) -> bool:
    """Whether the sentence tells of the other side of the date: "since March 2023" where "before" it was asked."""
    after, before = question.query.after, question.query.before
    if not question.beyond:
        return False
    for mention in date_mentions(sentence):
        lead = _lead(sentence, mention)
        if before is not None and after is None and mention.before == before and _SINCE.search(lead):
            return True
        if after is not None and before is None and mention.after == after and _UNTIL.search(lead):
            return True
    return False


def _leads(article: Article, dates: Sequence[EventDate]) -> list[str]:
    """The words before each of the dates that only bound the story."""
    bounds = [d for d in dates if d.bound]
    leads = [article.text[max(0, d.words.start - 70) : d.words.start].lower() for d in bounds if d.words]
    if any(d.words is None for d in bounds):
        leads += [_lead(article.event, m) for m in date_mentions(article.event) if m.bound]
    return leads


def _lead(text: str, mention: Mention) -> str:
    return text[max(0, mention.span.start - 70) : mention.span.start].lower()
