"""The event next to the latest or the first: "the round before the most recent one", "the last but one"."""

import re
from typing import Literal

from rag.cues import EVENT_NOUN

_ONE = rf"(?:{EVENT_NOUN}|ones?|time)"
_NEXT = r"(?:(?:that|which)\s+(?:came|was)\s+)?(?:(?:right|just|directly|immediately)\s+)?"
# "The round before last year's talks" names no order.
_ENDS = rf"(?:\s+{_ONE}\b|(?=\s*(?:[?,.;:]|$|(?:in|at|of|who|what|where|when|which|how|did|was|were)\b)))"
_BEFORE_LATEST = re.compile(
    rf"(?P<one>\b{_ONE})\s+{_NEXT}(?:before|preceding|prior\s+to)\s+(?:the\s+)?(?:very\s+)?"
    rf"(?:most\s+recent|latest|newest|last){_ENDS}"
    r"|\b(?:last[\s-]but[\s-]one|second[\s-](?:to[\s-])?last|second[\s-]most[\s-]recent|second[\s-]latest|"
    rf"next[\s-]to[\s-]last|penultimate)(?=\s+(?:[\w-]+\s+){{0,2}}?{_ONE}\b)",
    re.I,
)
_AFTER_FIRST = re.compile(
    rf"(?P<one>\b{_ONE})\s+{_NEXT}(?:after|following)\s+the\s+(?:very\s+)?(?:first|earliest){_ENDS}", re.I
)


def beside_end(text: str) -> tuple[str, Literal["latest", "first", ""]]:
    """The question without such words, and next to which end of the order the event is that they name; the question as
    it is and "" where it has none."""
    if found := _BEFORE_LATEST.search(text):
        return _without(text, found), "latest"
    if found := _AFTER_FIRST.search(text):
        return _without(text, found), "first"
    return text, ""


def _without(text: str, found: "re.Match[str]") -> str:
    return " ".join(f"{text[: found.start()]}{found['one'] or ''}{text[found.end() :]}".split())
