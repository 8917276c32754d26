"""The bare answer: a name, a number, a date, yes or no, out of what the judge found in the best sentence."""

import re

from index.records import Span
from rag.compose import speaker_of
from rag.cues import OFFICES, SPOKEN, WANTS_PERSON
from rag.evidence import Evidence
from rag.kinds import SOMEBODY, type_fits
from rag.persons import persons
from rag.question import Question
from rag.words import COUNTRIES, content_keys, has_name, negated, words

# Words by which a sentence that has all the others may still say the opposite.
_COMPARES = re.compile(
    r"\b(?:same|different|still|only|ever|always|more|less|most|least|first|last|before|after|than|enough|all|both|alone)\b",
    re.I,
)
SURE = 0.8
LONG = 6  # words; a bare answer seldom has more
_EDGES = " ,;:.\"“”'‘’()"


def bare_answer(question: Question, top: Evidence) -> str:
    """The bare answer that ``top`` gives; "" where the question has none, as for why and how, or nothing fits."""
    if question.kind == "yes or no":
        return yes_or_no(question, top)
    if SPOKEN.search(question.resolved) and (speaker := speaker_of(top)):
        return speaker.name
    if top.told and top.short is not None:
        return top.short.of(top.article.text).strip(_EDGES)
    if question.kind in ("why", "how") or top.short is None or question.is_topic:
        return ""
    fitting = (span for span in (top.short, *top.others) if _fits(question, span, top))
    found = next(fitting, None)
    return _cut(question, found, top.article.text) if found else ""


def leading_answer(question: Question, top: Evidence) -> str:
    """The bare answer where it is sure enough to stand before its evidence, "" otherwise: for who, when, where and how
    many, read from the form of the sentence or answered surely. Of those 83 in 100 are right on the visible sets, of
    the others, and of those to what and which, about half."""
    if question.several or question.kind not in ("who", "when", "where", "how many"):
        return ""
    return bare_answer(question, top) if top.told or top.answerable >= SURE else ""


def yes_or_no(question: Question, evidence: Evidence) -> str:
    """ "Yes" or "No" where the sentence holds all words of the question and denies it, or not; else ""."""
    asked = [w for w in question.words if w.content]
    keys = {w.key for w in words(evidence.text)}
    if not asked or not all(has_name(w.key, keys) for w in asked) or _COMPARES.search(question.text):
        return ""
    return "No" if negated(evidence.text) != negated(question.text) else "Yes"


def _cut(question: Question, answer: Span, text: str) -> str:
    """The answer without what is more than an answer: for who leads the name alone, else not beyond the point where a
    long one goes on with the question's own words."""
    if question.kind == "who" and WANTS_PERSON.search(question.resolved):
        names = [p for p in persons(text) if answer.covers(p)]
        if len(names) == 1:
            return names[0].of(text).strip(_EDGES)
    told = answer.of(text)
    if question.kind not in ("who", "when", "where", "how many") or len(told.split()) <= LONG:
        return told.strip(_EDGES)
    asked = content_keys(question.resolved)
    inside = [w for w in words(told) if w.content]
    first = next((n for n, w in enumerate(inside) if n and has_name(w.key, asked)), None)
    return (told if first is None else told[: inside[first].span.start]).strip(_EDGES)


def _fits(question: Question, answer: Span, top: Evidence) -> bool:
    """Whether the option says something that the question does not, of the kind that it asks for; for who a name that
    is more than an office or a country."""
    told = answer.of(top.article.text)
    asked = content_keys(question.resolved)
    new = [w for w in words(told) if w.content and not has_name(w.key, asked)]
    if not type_fits(question, top.article, answer, top.text):
        return False
    if question.kind != "who":
        return bool(new) or question.kind == "how many"  # "One" and "a few" are no content words
    if not WANTS_PERSON.search(question.resolved):
        return bool(new)
    named = any(w.text[0].isupper() and w.text not in OFFICES and w.key not in COUNTRIES for w in new)
    return named or (bool(new) and bool(SOMEBODY.search(told)))
