"""Where a meeting or an event was, as the form of a sentence says it: "the talks were held in Lorne"."""

import re
from functools import lru_cache

from index.records import Article, Span
from index.sentences import split_sentences
from rag.cues import EVENT_NOUN
from rag.question import Question

_ASKED = re.compile(rf"\b(?:{EVENT_NOUN}|take place|took place|held|meet|met)\b", re.I)
_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
# Words of a name stand side by side; behind a comma only an abbreviation belongs to it ("Washington, D.C.").
_PLACE = (
    rf"(?:the\s+)?(?!(?:{_MONTHS})\b)"
    r"(?P<place>[A-Z][\w-]*(?:(?:\.[A-Z])+\.?)?"
    r"(?:\s+(?:(?:of|de|al|el)\s+)?[A-Z][\w-]*(?=[\s,.;:)’']|$))*(?:,\s+(?:[A-Z]{2,3}\b|(?:[A-Z]\.)+))?)"
)
# "the dialogue in Islamabad", "the talks, held in Lorne", "met on Tuesday in Lorne", "was held here" after a dateline.
_IN = re.compile(
    rf"\b(?:(?i:{EVENT_NOUN})s?|held|meet|met|begin|began|begins|start|starts|started|open|opens|opened|end|ended|conclude|"
    rf"concluded|convened?|place)\b[^.;:“”\"]{{0,60}}?\b(?:in|at)\s+{_PLACE}"
)
_HERE = re.compile(rf"\b(?:(?i:{EVENT_NOUN})s?|held|met|began|ended|concluded)\b[^.;:“”\"]{{0,40}}\bhere\b")
_DATELINE = re.compile(r"^(?P<place>[A-Z][A-Z .’'-]{2,30}?)(?=\s*(?::|\s[–—-]|\s*\())", re.M)
_ABBREVIATED = re.compile(r"\b(?:[A-Z]\.){2,}$")
LEAD = 3  # sentences in which news tells of its own event


def place_of(question: Question, text: str, sentence: Span) -> Span | None:
    """The place in ``sentence``, a span of ``text``, where a meeting or the like was; None where the question asks for
    no such place, or the sentence tells none. "Here" is the place of the dateline, and lies outside the sentence."""
    if question.kind != "where" or not _ASKED.search(question.resolved):
        return None
    told = sentence.of(text)
    for match in _IN.finditer(told):
        start, end = match.span("place")
        if not _ABBREVIATED.search(match["place"]):
            end -= len(match["place"]) - len(match["place"].rstrip(" .,"))
        return Span(sentence.start + start, sentence.start + end)
    if _HERE.search(told) and (dateline := _DATELINE.search(text, 0, sentence.end)):
        return Span(*dateline.span("place"))
    return None


@lru_cache(maxsize=1024)
def event_places(article: Article) -> frozenset[str]:
    """Where the article's own event was, in small letters: as its ``event`` says, else as its first sentences tell of a
    meeting or the like, else the place of its dateline. Empty where none of these says."""
    if article.event and (named := _places_in(article.event)):
        return named
    lead = [s.of(article.text) for s in split_sentences(article.text)[:LEAD]]
    if told := frozenset().union(*(_places_in(sentence) for sentence in (article.title, *lead))):
        return told
    dateline = _DATELINE.match(article.text)
    return frozenset({dateline["place"].strip().lower()}) if dateline else frozenset()


def _places_in(sentence: str) -> frozenset[str]:
    return frozenset(m["place"].strip(" .,").lower() for m in _IN.finditer(sentence))
