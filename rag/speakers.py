"""Who says each sentence of an article: the name that a quotation of three sentences has only once."""

import re
from functools import lru_cache

from index.sentences import split_sentences

_SAYS = (
    r"(?:says?|said|tells?|told|adds?|added|notes?|noted|states?|stated|warn(?:s|ed)|stress(?:es|ed)|express(?:es|ed)|"
    r"voic(?:es|ed)|describ(?:es|ed)|claim(?:s|ed)|argu(?:es|ed)|insist(?:s|ed)|believ(?:es|ed)|announc(?:es|ed)|"
    r"declar(?:es|ed)|remark(?:s|ed)|writes?|wrote|thinks?|thought|emphasi[sz](?:es|ed)|explain(?:s|ed)|repl(?:ies|ied)|"
    r"recall(?:s|ed)|urg(?:es|ed)|praised|acknowledg(?:es|ed)|continued)"
)
_NAME = r"[A-Z][\w.’'-]*(?:\s+(?:[A-Z][\w.’'-]*|of|the|and|for|de|al|bin|van|von)(?=\s))*"
_NAMED_FIRST = re.compile(rf"({_NAME})(?:,[^,“”\"]{{1,80}},)?\s+(?:also\s+|then\s+|has\s+|had\s+)?{_SAYS}\b")
_NAMED_LAST = re.compile(rf"\b{_SAYS}\s+((?:[a-z]+\s+){{0,3}}{_NAME})")
_SPEAKS_ON = re.compile(rf"^[\"“‘']|\b(?:he|she|they|it)\s+(?:also\s+)?{_SAYS}\b|^(?:He|She|They)\b", re.I)
_PRONOUNS = frozenset({"He", "She", "They", "It", "We", "I"})
_NO_NAMES = frozenset({"This", "That", "The", "But", "And", "In", "A", "An"})


@lru_cache(maxsize=2048)
def speakers(text: str) -> dict[int, str]:
    """Start of each sentence that somebody named elsewhere says, and the name as it stands there.

    A sentence that names its own speaker is not listed, nor one that nobody is known to say.
    """
    spans = split_sentences(text)
    named = [_named(span.of(text)) for span in spans]
    found: dict[int, str] = {}
    speaker, inside = "", False
    for n, span in enumerate(spans):
        sentence = span.of(text)
        if named[n]:
            speaker, inside = named[n], _open(sentence)
            continue
        goes_on = inside or bool(_SPEAKS_ON.search(sentence))
        inside = _open(sentence) or (inside and not re.search(r"[”\"]", sentence))
        if goes_on:
            # A quotation that goes on into a sentence with its speaker belongs to that one.
            later = named[n + 1] if inside and n + 1 < len(spans) else ""
            if later or speaker:
                found[span.start] = later or speaker
    return found


def _named(sentence: str) -> str:
    for pattern in (_NAMED_FIRST, _NAMED_LAST):
        for match in pattern.finditer(sentence):
            name = match[1].strip()
            if name not in _NO_NAMES and name.split()[0] not in _PRONOUNS:
                return name
    return ""


def _open(sentence: str) -> bool:
    """Whether a quotation that begins in the sentence is not closed in it."""
    return sentence.count("“") > sentence.count("”") or sentence.count('"') % 2 == 1
