"""Where a meeting or an event was, as the form of a sentence says it: "the talks were held in Lorne"."""

import re
from collections.abc import Iterable
from functools import lru_cache

from index.records import Article, Span
from index.relative import WEEKDAY
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
# "Talks on fishing in the Sound" are not held there; "on Monday" and "on 6 March" are no subject.
_NO_SUBJECT = (
    rf"(?:(?!\b(?:about|over|regarding|on\s+(?!{WEEKDAY}|\d|(?:the\s+)?(?:first|second|last|same)"
    rf"|(?:{_MONTHS})))\b)[^.;:“”\"]){{0,60}}?"
)
# "the dialogue in Islamabad", "the talks, held in Lorne", "met on Tuesday in Lorne", "was held here" after a dateline.
_IN = re.compile(
    rf"\b(?:(?i:{EVENT_NOUN})s?|held|meet|met|begin|began|begins|start|starts|started|open|opens|opened|end|ended|conclude|"
    rf"concluded|convened?|place)\b{_NO_SUBJECT}\b(?:in|at)\s+{_PLACE}"
)
_FURTHER = re.compile(rf"\s+in\s+{_PLACE}")
_HERE = re.compile(rf"\b(?:(?i:{EVENT_NOUN})s?|held|met|began|ended|concluded)\b[^.;:“”\"]{{0,40}}\bhere\b")
# "LORNE: ", "LORNE, Ostland, March 8 (Agency) - ".
_DATELINE = re.compile(
    r"^(?P<place>[A-Z][A-Z .’'-]{2,30}?)(?=(?:,\s+[A-Z][\w.’'-]*(?:\s[A-Z][\w.’'-]*)?)?"
    rf"(?:,\s+(?:\d{{1,2}}\s+)?(?:{_MONTHS}|[A-Z][a-z]{{2,4}}\.?)(?:\s+\d{{1,2}})?(?:,?\s+\d{{4}})?)?\s*(?::|\s[–—-]|\s*\())",
    re.M,
)
# What the sentence of the dateline tells of is there, where it is a meeting or the like that took place.
_TOOK_PLACE = re.compile(
    rf"\b(?:{EVENT_NOUN})s?\b.{{0,90}}?\b(?:ended|began|opened|concluded|collapsed|broke\s+(?:down|up)|closed|met|won)\b"
    rf"|\b(?:ended|began|opened|concluded|met|held|closed|won)\b.{{0,90}}?\b(?:{EVENT_NOUN}|on\s+{WEEKDAY})\b",
    re.I,
)
# "Attacks in the north": no dialogue was held there.
_MEETS = re.compile(r"\b(?:dialogues?|talks|meetings?|rounds?|summits?|sessions?|conferences?|meet|met)\b", re.I)
_OTHER = re.compile(rf"(?!{_MEETS.pattern})(?:{EVENT_NOUN})s?\b", re.I)
_ABBREVIATED = re.compile(r"\b(?:[A-Z]\.){2,}$")
# "In Lorne" and "the Lorne talks"; in a question without capitals, or all in capitals, any word behind "in".
_IN_PLACE = re.compile(r"\b(?:in|at)\s+(?:the\s+)?([A-Z][\w-]+(?:\s+[A-Z][\w-]+)*)")
_IN_ANY = re.compile(r"\b(?:in|at)\s+(?:the\s+)?([\w-]{3,})", re.I)
_OF_EVENT = re.compile(rf"\bthe\s+([A-Z][\w]+)\s+(?:[\w-]+\s+){{0,2}}?(?i:{EVENT_NOUN})\b")
_ASKED_OF_EVENT = re.compile(
    rf"\b(?:{EVENT_NOUN}|delegations?|led|lead|headed|chaired|co-?chaired|hosted|held|meet|met)\b", re.I
)
LEAD = 3  # sentences in which news tells of its own event


def asks_place(question: Question) -> bool:
    """Whether it asks where a meeting or the like was, and not in which countries something happened."""
    return question.kind == "where" and _MEETS.search(question.resolved) is not None


def place_of(question: Question, text: str, sentence: Span) -> Span | None:
    """The place in ``sentence``, a span of ``text``, where a meeting or the like was; None where the question asks for
    no such place, or the sentence tells none. "Here" is the place of the dateline, and lies outside the sentence."""
    if question.kind != "where" or not _ASKED.search(question.resolved):
        return None
    told = sentence.of(text)
    meets = _MEETS.search(question.resolved)
    for match in _IN.finditer(told):
        if meets and _OTHER.match(match[0]):
            continue
        start, end = match.span("place")
        if not _ABBREVIATED.search(match["place"]):
            end -= len(match["place"]) - len(match["place"].rstrip(" .,"))
        return Span(sentence.start + start, sentence.start + end)
    dateline = _DATELINE.search(text, 0, sentence.end)
    if dateline and (_HERE.search(told) or (dateline.start() == sentence.start and _TOOK_PLACE.search(told))):
        return Span(*dateline.span("place"))
    return None


@lru_cache(maxsize=1024)
def event_places(article: Article) -> frozenset[str]:
    """Where the article's own event was, in small letters: as its ``event`` says, else the place of its dateline where
    "here" is said of it, else as its first sentences tell of a meeting or the like, else that of its dateline. Empty
    where none of these says."""
    if article.event and (named := _places_in(article.event)):
        return named
    lead = [s.of(article.text) for s in split_sentences(article.text)[:LEAD]]
    dateline = _DATELINE.match(article.text)
    if dateline and any(_HERE.search(sentence) for sentence in lead):
        return frozenset({dateline["place"].strip().lower()})
    if told := frozenset().union(*(_places_in(sentence) for sentence in (article.title, *lead))):
        return told
    return frozenset({dateline["place"].strip().lower()}) if dateline else frozenset()


def places_asked(question: Question) -> list[str]:
    """The places that set what is asked about apart, in small letters: "in Islamabad"."""
    text = question.resolved
    plain = text[1:].islower() or text.isupper()
    return [m[1].lower() for m in (_IN_ANY if plain else _IN_PLACE).finditer(text)]


def place_of_event(question: Question, articles: Iterable[Article]) -> str:
    """The one place by which the question names an event of these articles ("the Lorne talks", "the talks in Lorne");
    "" for none."""
    if not _ASKED_OF_EVENT.search(question.resolved):
        return ""
    named = {*places_asked(question), *(m[1].lower() for m in _OF_EVENT.finditer(question.resolved))}
    known = list(articles)
    found = [place for place in named if any(was_in(article, place) for article in known)]
    return found[0] if len(found) == 1 else ""


def was_in(article: Article, place: str) -> bool:
    """Whether the article's own event was in the place, in small letters."""
    return any(place in told for told in event_places(article))


def _places_in(sentence: str) -> frozenset[str]:
    found = list(_IN.finditer(sentence))
    # "At the Trade Ministry in Lorne" names both.
    found += [further for m in found if (further := _FURTHER.match(sentence, m.end("place")))]
    return frozenset(m["place"].strip(" .,").lower() for m in found)
