"""Whether articles give different values for the same thing: a number, a date, an office."""

import re
from collections.abc import Sequence

from index.records import Span
from rag.evidence import Evidence
from rag.happenings import EVENT_THRESHOLD
from rag.offices import person_defined
from rag.question import Question
from rag.stories import Stories
from rag.words import content_keys, word_key

DIFFER = "The articles differ on this; each stands with its date."
# How far below the best a sentence of another article may score and still be held against it.
MARGIN = 0.4
_NUMBER = re.compile(
    r"\d[\d.,]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|hundred|dozen)\b", re.I
)


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
        least = threshold * EVENT_THRESHOLD
        if other and item.answerable >= least and not any(_agree(question, v, other) for v in values):
            found.append(item)
            values.append(other)
    return found if len(found) > 1 else []


def offices_differ(question: Question, items: Sequence[Evidence]) -> bool:
    """Whether what somebody is differs between these sentences of several events."""
    if not person_defined(question) or len(items) < 2:
        return False
    offices = [content_keys(e.short.of(e.article.text)) for e in items if e.short is not None]
    return any(not (a <= b or b <= a) for a in offices for b in offices)


def _value(question: Question, item: Evidence, stories: Stories) -> frozenset[str]:
    if item.short is None:
        return frozenset()
    short = item.short.of(item.article.text)
    if question.kind == "how many":
        return frozenset(word_key(m[0].rstrip(".,"))[0] for m in _NUMBER.finditer(short))
    if question.kind == "when":
        near = Span(max(item.short.start - 2, 0), item.short.end + 2)
        dates = [d for d in stories.dates(item.article, item.span) if d.words and not d.bound]
        found = [d for d in dates if d.words and d.words.start < near.end and near.start < d.words.end]
        return frozenset(f"{d.after}/{d.before}" for d in found)
    return frozenset(content_keys(short)) if person_defined(question) and item.told else frozenset()


def _agree(question: Question, one: frozenset[str], other: frozenset[str]) -> bool:
    if question.kind == "when":
        spans = [[tuple(d.split("/")) for d in value] for value in (one, other)]
        return any(a[0] < b[1] and b[0] < a[1] for a in spans[0] for b in spans[1])
    return not one.isdisjoint(other) if question.kind == "how many" else one <= other or other <= one
