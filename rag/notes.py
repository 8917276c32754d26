"""A note made a question: "Kell job title", "venue 2023 talks"."""

import re

from rag.cues import EVENT_NOUN, QUESTION_WORD

_HELD = r"(?:job|title|post|role|office|position|rank)(?:\s+title)?"
_OFFICE = re.compile(
    r"^(?:the\s+)?(?P<name>[A-Z][\w.-]*(?:\s+[A-Z][\w.-]*){0,3}?)(?:['’]s?)?\s+"
    rf"(?P<when>(?:former|previous|old|current|new)\s+)?(?P<office>{_HELD})\s*\?*$"
)
_NOTES = re.compile(rf"\b{_HELD}\s*\?*$", re.I)
_PLACE = r"(?:venue|place|location|city|town)"
_EVENT = rf"(?P<event>[^?]*\b(?:{EVENT_NOUN})(?P<many>s?)\b[^?]*?)"
_WHERE = (
    re.compile(rf"^(?:the\s+)?{_PLACE}[\s:,]+(?:(?:of|for)\s+)?(?:the\s+)?{_EVENT}\s*\?*$", re.I),
    re.compile(rf"^(?:the\s+)?{_EVENT}[\s:,]+{_PLACE}\s*\?*$", re.I),
)


def is_note(text: str) -> bool:
    """Whether it may be a note of somebody's office, which names nobody where the name is written small."""
    return _NOTES.search(text) is not None and not QUESTION_WORD.search(text)


def in_full(text: str) -> str:
    """The question that a note stands for, of somebody's office or of where an event was; any other text unchanged."""
    text = text.strip()
    if QUESTION_WORD.search(text):
        return text
    if note := _OFFICE.match(text):
        return f"What is {note['name']}'s {note['when'] or ''}{note['office']}?"
    for pattern in _WHERE:
        if note := pattern.match(text):
            event = note["event"].strip()
            many = note["many"] or re.search(r"\btalks\b", event, re.I)
            return f"Where {'were' if many else 'was'} the {event} held?"
    return text
