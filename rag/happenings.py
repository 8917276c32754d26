"""Answers about several events kept apart: which of the evidence is of which event, and the date of each in words."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date, timedelta

from index.records import Article, EventDate, Window
from rag.agenda import matter_asked, names_matter
from rag.evidence import Evidence, articles_of
from rag.held_words import held, held_by, holds_most
from rag.offices import person_defined
from rag.periods_words import window_words
from rag.places import event_places, places_asked, was_in
from rag.question import Question
from rag.stories import LONGEST_EVENT, Stories

# How far below the best an event's own best sentence may score and still be shown beside it, and how sure it must be in
# shares of the threshold; see EXPERIMENTS.md. Where a name, date or place is asked, each event has one of its own.
EVENT_MARGIN, OTHER_MARGIN = 0.45, 0.3
EVENT_THRESHOLD = 0.7
TOLD_MARGIN = 0.8  # where the form of both sentences says it
SURE_MARGIN = 1.6  # and of the side asked about
# Of an event of the same series, whose sentence is so sure an answer. A question for a date more often names its event.
SIBLING_MARGIN, SIBLING_SURE = 0.8, 0.45
DATE_MARGIN, DATE_SURE = 0.5, 0.7
BARE_KINDS = ("who", "when", "where", "how many")


@dataclass(frozen=True, slots=True)
class Happening:
    """One event: when it was, as far as known, and its evidence, best first. ``inferred``: no word of its articles and
    no date of theirs says when, only what the text implies. ``aside``: articles of other events mention it. ``ahead``:
    it is still to come for its article, and dated in another sentence than that of the evidence."""

    window: Window
    evidence: tuple[Evidence, ...]
    told: EventDate | None = None
    inferred: bool = False
    aside: bool = False
    ahead: bool = False

    @property
    def label(self) -> str:
        """The date in words; "" where it is unknown."""
        words = window_words(self.window) if self.is_dated else _open_words(self.window)
        return f"{words} (inferred)" if words and self.inferred else words

    @property
    def is_dated(self) -> bool:
        return self.window.after is not None and self.window.before is not None

    @property
    def article(self) -> Article:
        return self.evidence[0].article


def happenings(evidence: Sequence[Evidence], stories: Stories, question: Question | None = None) -> list[Happening]:
    """The evidence by event, the event with the best of it first. With a ``question``, sentences that tell of another
    event than their article's own ("five years before that, in March 2009") stand with that one."""
    groups = stories.groups([e.article for e in evidence])
    asked = {w.key for w in question.words if w.content and not w.name} if question else set()
    told = [stories.elsewhere(e.article, e.span, asked) if question else None for e in evidence]
    own = {groups[e.article.id]: stories.of(e.article).window for e, d in zip(evidence, told, strict=True) if d is None}
    found: dict[int, list[Evidence]] = {}
    others: list[tuple[EventDate, int]] = []
    for item, look in zip(evidence, told, strict=True):
        number = groups[item.article.id]
        if look is not None:
            known = {n for n, w in own.items() if w.after and w.before and w.meets(look.after, look.before)}
            known = known or {n for d, n in others if d.after < look.before and look.after < d.before}
            number = known.pop() if len(known) == 1 else len(groups) + len(others)
            others.append((look, number))
        found.setdefault(number, []).append(item)
    elsewhere = {(e.article.id, e.span.start): d for e, d in zip(evidence, told, strict=True) if d is not None}
    return [_happening(items, stories, elsewhere) for items in found.values()]


def newest_first(found: Sequence[Happening]) -> list[Happening]:
    """By date, the newest first; those of unknown date last."""
    return sorted(found, key=lambda h: (h.window.after or date.min, h.window.before or date.max), reverse=True)


def wants_value(question: Question) -> bool:
    """Whether a name, date, place, number or office is asked for, of which each event has one of its own."""
    return question.kind in BARE_KINDS or bool(person_defined(question))


def fitting(
    question: Question, found: Sequence[Happening], threshold: float, alike: Set[str] = frozenset()
) -> list[Happening]:
    """Those of the events that the question fits as well as the best: each answers it by itself. ``alike``: ids of
    articles on events of the same series as the best one's, whose sure answers need not share the question's words."""
    if not found:
        return []
    top = found[0].evidence[0]
    margin = EVENT_MARGIN if wants_value(question) else OTHER_MARGIN
    wide, sure = (DATE_MARGIN, DATE_SURE) if question.kind == "when" else (SIBLING_MARGIN, SIBLING_SURE)
    kept = []
    for happening in found:
        fits = [
            e
            for e in happening.evidence
            if _answers(question, e, top, threshold, wide if e.article.id in alike and e.answerable >= sure else margin)
        ]
        if happening.aside and happening is not found[0]:
            fits = [e for e in fits if _says_as_much(question, e, top, happening.told)]
        best = _leading(question, fits)
        # Who surely did it of the side asked about is of another event also where that has other words for it.
        speaks = best is not None and (
            best.sure
            or (best.article.id in alike and best.answerable >= sure)
            or _speaks_of(question, best.article, top.article)
        )
        if best is not None and (happening is found[0] or speaks):
            rest = tuple(e for e in happening.evidence if e is not best)
            kept.append(replace(happening, evidence=(best, *rest)))
    return kept


def _speaks_of(question: Question, article: Article, best: Article) -> bool:
    """Whether an article has most of what the question names, or all that the best one has."""
    if matter := matter_asked(question):
        return names_matter(matter, article.text)
    return holds_most(question, article) or held(question, best) <= held(question, article)


def _says_as_much(question: Question, item: Evidence, top: Evidence, told: EventDate | None) -> bool:
    """Whether a sentence, with the one that dates it, has those words of the question that the best one has."""
    asked = {w.key for w in question.words if w.content and not w.name and not w.number}
    dated = told.sentence.of(item.article.text) if told and told.sentence and told.article_id == item.article.id else ""
    here, there = held_by(asked, f"{item.text} {dated}"), held_by(asked, top.text)
    return bool(here) and there <= here


def _leading(question: Question, fits: Sequence[Evidence]) -> Evidence | None:
    """The best; for where, of those that tell a place by their form the first in the article: news opens so."""
    if question.kind == "where" and (told := [e for e in fits if e.told]):
        return earliest(told)
    return next(iter(fits), None)


def _answers(question: Question, item: Evidence, top: Evidence, threshold: float, margin: float) -> bool:
    if item is top:
        return True
    if top.told and item.told:
        margin = SURE_MARGIN if top.sure and item.sure else TOLD_MARGIN
    elif (matter := matter_asked(question)) and names_matter(matter, item.text):
        margin = TOLD_MARGIN
    least = enough(threshold, top.told and item.told)
    if item.score < top.score - margin or item.answerable < least or item.far > top.far:
        return False
    if item.period < min(top.period, 0.0) or (question.kind == "who" and top.sure and not item.sure):
        return False  # of another time, or of another side than the one asked about
    asked = places_asked(question)
    places = [place for place in asked if was_in(top.article, place)]
    # "In Islamabad and in Washington" names one event each.
    if places and len(asked) == 1 and _is_elsewhere(item.article, places[0]):
        return False
    return not (question.kind in BARE_KINDS and (item.short is None or (top.told and not item.told)))


def _is_elsewhere(article: Article, place: str) -> bool:
    """Whether the article's own event was not in the place, or nothing in the article is."""
    return not was_in(article, place) and (bool(event_places(article)) or place not in article.text.lower())


def enough(threshold: float, told: bool) -> float:
    """How sure an event's own evidence must be; what the form of a sentence tells needs less of the judge's word."""
    return threshold * EVENT_THRESHOLD / (3 if told else 1)


def earliest(items: Sequence[Evidence]) -> Evidence:
    """Of the evidence of the best one's article that which stands first: news opens with its own event, and what it
    tells of others comes later."""
    return min(items, key=lambda e: (e.article.id != items[0].article.id, e.span.start))


def _happening(
    items: Sequence[Evidence], stories: Stories, elsewhere: Mapping[tuple[str, int], EventDate]
) -> Happening:
    """When it was: by the narrowest date that one of its articles gives, the best evidence's own first; where all of it
    looks back or ahead, by the date told there. ``elsewhere`` are such dates, by article and start of the sentence."""
    looks = [elsewhere.get((e.article.id, e.span.start)) for e in items]
    if all(looks):
        date_told = min((d for d in looks if d), key=lambda d: d.before - d.after)
        return Happening(Window(date_told.after, date_told.before), tuple(items), date_told, aside=True)
    articles = articles_of([e for e, d in zip(items, looks, strict=True) if d is None])
    known = [(stories.of(a), a) for a in articles]
    dated = [(s, a) for s, a in known if s.is_bounded]
    if not dated:
        story, article = next(((s, a) for s, a in known if s.window), known[0])
        told = story.told or _told(article, story.window, stories)
        return Happening(story.window, tuple(items), told, _is_inferred(article, told))
    own = dated[0] if dated[0][1].id == articles[0].id and _width(dated[0][0].window) <= LONGEST_EVENT.days else None
    story, article = own or min(dated, key=lambda pair: _width(pair[0].window))
    told = story.told or _told(article, story.window, stories)
    return Happening(story.window, tuple(items), told, _is_inferred(article, told))


def _is_inferred(article: Article, told: EventDate | None) -> bool:
    return told is None and article.published_from == "inferred" and not article.event


def _told(article: Article, window: Window, stories: Stories) -> EventDate | None:
    """The words in the article's text that give this period, outright if there are such."""
    found = [
        d
        for d in stories.dates(article)
        if d.words
        and (window.after is None or d.before > window.after or (d.bound and d.before == window.after))
        and (window.before is None or d.after < window.before)
        and (d.before - d.after).days <= max(_width(window), 31)
    ]
    return min(found, key=lambda d: (d.resolved, d.words.start if d.words else 0), default=None)


def _width(window: Window) -> int:
    return (window.before - window.after).days if window.after and window.before else 0


def _open_words(window: Window) -> str:
    """ "after March 2023": the window begins on the day after what bounds it."""
    if window.after is None:
        return window_words(window)
    last = window.after - timedelta(days=1)
    unit = Window(last.replace(month=1, day=1), window.after) if (last.month, last.day) == (12, 31) else None
    unit = unit or (Window(last.replace(day=1), window.after) if window.after.day == 1 else Window(last, window.after))
    return f"after {window_words(unit)}"
