"""The bare answer: a name, a number, a date, yes or no, out of what the reader found in the best sentence."""

import re

from index.records import Span
from rag.compose import speaker_of
from rag.cues import OFFICES, SPOKEN
from rag.evidence import Evidence
from rag.features import type_fits
from rag.question import Question
from rag.words import COUNTRIES, has_name, negated, words

# Words by which a sentence that has all the others may still say the opposite.
_COMPARES = re.compile(
    r"\b(?:same|different|still|only|ever|always|more|less|most|least|first|last|before|after|than|enough|all|both|alone)\b",
    re.I,
)
# A topic without a word that asks has no bare answer.
_ASKS = re.compile(
    r"\b(?:who(?:m|se|'s)?|what|wat|which|wich|when|wen|where|how|di[ds]|does|do|was|were|is|are|has|have|had|will|would|"
    r"can|could|name)\b",
    re.I,
)
_EDGES = " ,;:.\"“”'‘’()"


def bare_answer(question: Question, top: Evidence) -> str:
    """The bare answer that ``top`` gives; "" where the question has none, as for why and how, or nothing fits."""
    if question.kind == "yes or no":
        return yes_or_no(question, top)
    if SPOKEN.search(question.resolved) and (speaker := speaker_of(top)):
        return speaker.name
    if top.told and top.short is not None:
        return top.short.of(top.article.text).strip(_EDGES)
    if question.kind in ("why", "how") or top.short is None or not _ASKS.search(question.resolved):
        return ""
    text = top.article.text
    fitting = (span.of(text) for span in (top.short, *top.others) if _fits(question, span, top))
    return next(fitting, "").strip(_EDGES)


def yes_or_no(question: Question, evidence: Evidence) -> str:
    """ "Yes" or "No" where the sentence holds all words of the question and denies it, or not; else ""."""
    asked = [w for w in question.words if w.content]
    keys = {w.key for w in words(evidence.text)}
    if not asked or not all(has_name(w.key, keys) for w in asked) or _COMPARES.search(question.text):
        return ""
    return "No" if negated(evidence.text) != negated(question.text) else "Yes"


def _fits(question: Question, answer: Span, top: Evidence) -> bool:
    """Whether the option says something that the question does not, of the kind that it asks for; for who a name that
    is more than an office or a country."""
    asked = {w.key for w in question.words if w.content}
    new = [w for w in words(answer.of(top.article.text)) if w.content and not has_name(w.key, asked)]
    if not new or not type_fits(question, top.article, answer, top.text):
        return False
    if question.kind != "who":
        return True
    return any(w.text[0].isupper() and w.text not in OFFICES and w.key not in COUNTRIES for w in new)
