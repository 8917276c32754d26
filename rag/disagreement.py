"""Whether articles give different values for the same thing: a number, a date, an office."""

from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import date

from rag.evidence import Evidence
from rag.happenings import enough
from rag.offices import person_defined
from rag.question import Question
from rag.stories import Stories
from rag.when import meant
from rag.words import content_keys, words

DIFFER = "The articles differ on this; each stands with its date."
# How far below the best a sentence of another article may score and still be held against it.
MARGIN = 0.8
NEW = 0.4  # share of the words of each office that the other has not: from there on they are two
AMOUNT = 6  # words; an answer to "what" with a number and no more of them is an amount of something


def differing(question: Question, evidence: Sequence[Evidence], stories: Stories, threshold: float) -> list[Evidence]:
    """The best evidence and that of each other article that gives another value; empty where none does.

    ``evidence`` is of one event, best first. Only numbers, dates and offices are held against each other: two names,
    places or accounts may both be right.
    """
    top = evidence[0]
    value = _value(question, top, stories)
    if not value:
        return []
    found, values = [top], [value]
    for item in evidence[1:]:
        if item.article.id in {e.article.id for e in found} or item.score < top.score - MARGIN:
            continue
        other = _value(question, item, stories)
        if not other or item.answerable < enough(threshold, False):
            continue
        if not any(_agree(question, v, other) for v in values):
            found.append(item)
            values.append(other)
    return found if len(found) > 1 else []


def offices_differ(question: Question, items: Sequence[Evidence]) -> bool:
    """Whether what somebody is differs between these sentences of several events."""
    if not person_defined(question) or len(items) < 2:
        return False
    offices = [content_keys(e.short.of(e.article.text)) for e in items if e.short is not None]
    return any(not _alike(a, b) for a in offices for b in offices)


@dataclass(frozen=True, slots=True)
class _Value:
    """What a sentence gives: numbers or the words of an office, or days (first, the one after the last). ``of``: what
    there are so many of, where that is not asked."""

    words: frozenset[str] = frozenset()
    of: frozenset[str] = frozenset()
    days: frozenset[tuple[date, date]] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.words or self.days)


def _value(question: Question, item: Evidence, stories: Stories) -> _Value:
    if item.short is None:
        return _Value()
    short = item.short.of(item.article.text)
    if question.kind == "how many":
        return _Value(_numbers(short))
    if question.kind == "when":
        dates = [d for d in stories.dates(item.article, item.span) if not d.bound]
        return _Value(days=frozenset((d.after, d.before) for d in meant(item.short, dates)))
    if person_defined(question):
        return _Value(frozenset(content_keys(short))) if item.told else _Value()
    if question.kind in ("what", "which") and (found := _numbers(short)) and len(short.split()) <= AMOUNT:
        return _Value(found, of=frozenset(content_keys(short)) - found)
    return _Value()


def _numbers(text: str) -> frozenset[str]:
    return frozenset(w.key for w in words(text) if w.number or w.key == "1")


def _agree(question: Question, one: _Value, other: _Value) -> bool:
    if question.kind == "when":
        return any(a[0] < b[1] and b[0] < a[1] for a in one.days for b in other.days)
    if question.kind == "how many":
        return not one.words.isdisjoint(other.words)
    if one.of or other.of:
        # Three ships and two captains are no two values of one thing.
        return one.of.isdisjoint(other.of) or not one.words.isdisjoint(other.words)
    return _alike(one.words, other.words)


def _alike(one: Set[str], other: Set[str]) -> bool:
    """Whether one says little that the other does not: "the adviser on security" and "who advises him on security"."""
    return any(len(a - b) < NEW * len(a) for a, b in ((one, other), (other, one)))
