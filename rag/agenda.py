"""Whether something was a topic: "Was cyber security on the agenda?", "did drones come up?"."""

import re
from functools import lru_cache

from rag.held_words import held_by
from rag.question import Question
from rag.words import content_keys

_OPENING = r"^(?:(?:and|but|so|then|also)\s+)?"
_NOUN = r"(?:topics?|subjects?|issues?|themes?|points?|matters?|agendas?|talks|discussions?|programmes?)"
_RAISED = (
    r"(?:discussed|mentioned|raised|covered|addressed|debated|brought\s+up|talked\s+about|touched\s+(?:up)?on|"
    r"dealt\s+with|spoken\s+(?:of|about)|gone\s+into)"
)
_RAISE = (
    r"(?:discuss|mention|raise|cover|address|debate|bring\s+up|talk\s+about|touch\s+(?:up)?on|deal\s+with|"
    r"speak\s+(?:of|about)|go\s+into)"
)
_WAS = (
    rf"(?:(?:also|ever|even|too|then|really)\s+)*(?:on\s+(?:the|their)\s+(?:agenda|table|programme)|{_RAISED}|"
    rf"(?:an?|one\s+of\s+the|among\s+the|part\s+of\s+(?:the|their)|a\s+part\s+of\s+(?:the|their))\s+(?:\w+\s+)?{_NOUN})\b"
)
_PATTERNS = tuple(
    re.compile(_OPENING + pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:was|were|is|are|will|has|have)\s+(?P<matter>.+?)\s+(?:be\s+|been\s+)?{_WAS}",
        r"(?:did|does|do|will)\s+(?P<matter>.+?)\s+(?:also\s+)?(?:come\s+up|get\s+(?:discussed|mentioned|raised)|feature)\b",
        rf"(?:did|does|do|will|would)\s+.{{2,60}}?\s+(?:also\s+)?{_RAISE}\s+(?P<matter>.+?)"
        r"(?=\s+(?:in|at|during|on|with|when|after|before|too|as\s+well)\b|[?.!,]|$)",
        rf"(?P<matter>[^?]+?),?\s+(?:was|were|is|did)\s+(?:that|it|they)\s+(?:{_WAS}|come\s+up\b)",
        r"(?P<matter>[^?]{3,40}?)\s+on\s+the\s+(?:agenda|table)\s*\?*$",
    )
)


def matter_asked(question: Question) -> frozenset[str]:
    """Keys of the words for the matter of which it is asked whether it was a topic; empty for other questions."""
    return _matter(question.resolved)


# It is asked for with every sentence.
@lru_cache(maxsize=256)
def _matter(text: str) -> frozenset[str]:
    for pattern in _PATTERNS:
        if match := pattern.search(text):
            return frozenset(content_keys(match["matter"]))
    return frozenset()


def names_matter(matter: frozenset[str], sentence: str) -> bool:
    """Whether a sentence has all the words for the matter, or words that may stand for them."""
    return bool(matter) and held_by(matter, sentence) == matter
