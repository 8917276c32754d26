"""The event before another, which reports of that other tell of: "the first such talks since 2011"."""

import re

from rag.cues import EVENT_NOUN

_EVENT = rf"(?:[\w’'-]+\s+){{0,3}}?(?:{EVENT_NOUN}|one)s?\b"
_LENGTH = r"(?:\w+\s+)?(?:\d{4}|years?|months?|decades?|weeks?)"
_ASKS = re.compile(
    rf"\b(?:previous|preceding|prior)\s+{_EVENT}"
    rf"|\b(?:last|latest|earlier)\s+{_EVENT}[^?]*\b(?:before|prior\s+to)\b"
    rf"|\b{_EVENT}\s+before\s+(?:that|it|this|then|the\s+one|these)\b"
    rf"|\b(?:dialogue|talks|meeting|round|summit|conference)s?\b[^?]*\bpreced(?:e|es|ed)\b"
    rf"|\bpreced(?:e|es|ed)\b[^?]*\b(?:{EVENT_NOUN})s?\b"
    r"|\bhow\s+long\b[^?]*\b(?:had|have|has|was|were|since)\b[^?]*\b(?:met|meet|before|held|talked|spoken)\b"
    r"|\b(?:ever|like\s+(?:that|this))\b[^?]*\bbefore\b|\bmet\s+before\b"
    # "When had they last met?", "before Kell came, when did they last meet?"; without "had" or "before" the latest.
    r"|\bwhen\s+had\b[^?]*\blast\b|\bwhen\s+(?:did|have|were|was)\b[^?]*\blast\b[^?]*\bbefore\b"
    r"|\bbefore\b[^?]*\bwhen\s+(?:did|have|were|was)\b[^?]*\blast\b"
    rf"|\bfirst\s+(?:time|{_EVENT}|of\s+its\s+kind)[^?]*\b(?:in|since|for)\s+{_LENGTH}",
    re.I,
)
_TELLS = re.compile(
    r"\b(?:since|after|following)\s+(?:the\s+|their\s+|its\s+)?(?:[\w-]+\s+)?(?:last|previous|preceding|earlier)\b"
    rf"|\bfirst\b[^;]{{0,110}}\b(?:since|in|for)\s+{_LENGTH}\b"
    r"|\bafter\s+(?:an?\s+)?(?:[\w-]+\s+){0,2}(?:gap|pause|break|hiatus|lapse|lull|interval)\b"
    rf"|\b(?:the|their|its)\s+(?:last|previous|preceding)\s+(?:such\s+)?{_EVENT}[^.;]{{0,60}}\b"
    r"(?:was|were|took\s+place|held|came|in|on)\b"
    rf"|\blast\s+(?:met|held|took\s+place|convened)\b",
    re.I,
)


def asks_earlier(question: str) -> bool:
    """Whether a question is about the event before the one that it names, or how long ago that was."""
    return bool(_ASKS.search(question))


def tells_earlier(sentence: str) -> bool:
    """Whether a sentence says when the event before its article's own was."""
    return bool(_TELLS.search(sentence))
