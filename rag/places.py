"""Where a meeting or an event was, as the form of a sentence says it: "the talks were held in Lorne"."""

import re

from index.records import Span
from rag.cues import EVENT_NOUN
from rag.question import Question

_ASKED = re.compile(rf"\b(?:{EVENT_NOUN}|take place|took place|held|meet|met)\b", re.I)
_PLACE = r"(?:the\s+)?(?P<place>[A-Z][\w’'.-]*(?:,?\s+(?:[A-Z][\w’'-]*\.?(?:[A-Z]\.)*|of|de|al|el)(?=[\s,.;:)]|$))*)"
# "the dialogue in Islamabad", "the talks, held in Lorne", "met on Tuesday in Lorne", "was held here" after a dateline.
_IN = re.compile(
    rf"\b(?:(?i:{EVENT_NOUN})s?|held|meet|met|begin|began|begins|start|starts|started|open|opens|opened|end|ended|conclude|"
    rf"concluded|convened?|place)\b[^.;:“”\"]{{0,60}}?\b(?:in|at)\s+{_PLACE}"
)
_HERE = re.compile(rf"\b(?:(?i:{EVENT_NOUN})s?|held|met|began|ended|concluded)\b[^.;:“”\"]{{0,40}}\bhere\b")
_DATELINE = re.compile(r"^(?P<place>[A-Z][A-Z .’'-]{2,30}?)(?=\s*(?::|\s[–—-]|\s*\())", re.M)
_NO_PLACE = re.compile(r"^(?:January|February|March|April|May|June|July|August|September|October|November|December)\b")


def place_of(question: Question, text: str, sentence: Span) -> Span | None:
    """The place in ``sentence``, a span of ``text``, where a meeting or the like was; None where the question asks for
    no such place, or the sentence tells none. "Here" is the place of the dateline, and lies outside the sentence."""
    if question.kind != "where" or not _ASKED.search(question.resolved):
        return None
    told = sentence.of(text)
    for match in _IN.finditer(told):
        if not _NO_PLACE.match(match["place"]):
            start, end = match.span("place")
            end -= len(match["place"]) - len(match["place"].rstrip(" .,"))
            return Span(sentence.start + start, sentence.start + end)
    if _HERE.search(told) and (dateline := _DATELINE.search(text, 0, sentence.end)):
        return Span(*dateline.span("place"))
    return None
