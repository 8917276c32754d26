"""What the articles say instead, where a question takes for granted what they do not say."""

import re
from collections.abc import Sequence

from rag.cues import EVENT_NOUN
from rag.question import Question

_NOUN = re.compile(rf"\b(?:[a-z-]+\s+)?(?:{EVENT_NOUN})\b", re.I)
_WHY_DID = r"^(?:why|how|when|where)\s+(?:did|was|were|is|are|has|had|does)\s+(?:the\s+)?"


def asked_instead(question: Question, phrases: Sequence[str]) -> str:
    """The question that the articles may answer in place of this one, "" for none.

    ``phrases`` are the names that they do not have: a place asks where it was instead, a person who it was.
    """
    text = question.resolved
    for phrase in phrases[:1]:
        at = text.find(phrase)
        if at < 0 or not phrase[0].isalpha():
            continue
        if re.search(r"\b(?:in|at)\s+(?:the\s+)?$", text[:at]) and (noun := _NOUN.search(text)):
            return f"Where was the {noun[0]} held?"
        if asked := re.match(rf"{_WHY_DID}{re.escape(phrase)}\s+(?P<rest>\w.*)$", text.rstrip("?"), re.I):
            return f"Who {asked['rest']}?"
    return ""
