"""Sentences that tell of another time than their article's own event: what was years before, or is still to come."""

import re
from collections.abc import Collection, Sequence

from index.records import Article, EventDate, Span
from index.sentences import split_sentences
from rag.words import content_keys

# "That flood, in June 2014, remains the worst": a date so near the beginning frames what follows in its paragraph.
OPENING = 6  # words
# "The treaty of 1999 was signed", "the 2016 strike": no time of the sentence unless it opens with them.
NAMING = 3  # words
_RELATIVE = re.compile(r"\b(?:who|which|whose|where)\b|(?<=\w\s)that\b", re.I)
_CLAUSE = re.compile(r"[,;:–—(]")
_PLACED = re.compile(
    r"(?:\b(?:in|on|at|during|from|by|until|between|around|late|early)|^|[-–—:;,(])\s*(?:the\s+)?$", re.I
)
_NOW = re.compile(r"\b(?:now|today|currently|this (?:time|year|week|month)|is|are|has|have|will)\b", re.I)


def placed(article: Article, sentence: Span, date: EventDate, asked: Collection[str] = ()) -> bool:
    """Whether the date says when what the sentence tells was, and is no part of a name ("the treaty of 1999") nor of a
    relative clause ("who took office in 2019"), unless that clause has a word that is ``asked`` about (its key)."""
    assert date.words
    lead = article.text[sentence.start : date.words.start]
    clause = _CLAUSE.split(lead)[-1]
    if _RELATIVE.search(clause):
        return not content_keys(clause).isdisjoint(asked)
    return bool(_PLACED.search(lead)) or len(lead.split()) <= NAMING


def carried(article: Article, dates: Sequence[EventDate]) -> dict[int, EventDate]:
    """For sentences without a date that go on with what one before them in their paragraph dated: that date, by the
    start of the sentence. ``dates`` are those that the article speaks of.

    What is told of the present ends it: "It has since been raised".
    """
    told: dict[int, list[EventDate]] = {}
    for date in dates:
        if date.sentence and date.words and not date.bound:
            told.setdefault(date.sentence.start, []).append(date)
    found: dict[int, EventDate] = {}
    frame: EventDate | None = None
    end = 0
    for sentence in split_sentences(article.text):
        if "\n" in article.text[end : sentence.start]:
            frame = None
        end = sentence.end
        own = told.get(sentence.start)
        if own:
            first = own[0]
            assert first.words
            lead = article.text[sentence.start : first.words.start]
            rest = article.text[first.words.end : sentence.end]
            opens = len(lead.split()) <= OPENING and not _RELATIVE.search(lead)
            opens = opens and len(rest.split()) > 1  # "Ida Kell spoke on 5 May 2014." is a remark by itself
            frame = first if opens and placed(article, sentence, first) else None
        elif frame and _NOW.search(sentence.of(article.text)):
            frame = None
        elif frame:
            found[sentence.start] = frame
    return found
