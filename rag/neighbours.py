"""An event named by its neighbour: "the round after the one in Lorne", "the session before Kell's"."""

import re

from rag.cues import EVENT_NOUN
from rag.windows import asks_words

_EVENT = rf"(?:{EVENT_NOUN}|ones?)"
_NAME = r"(?:[A-Z][\w.]*[\w-]*\s+){0,3}?"
# Which event, by where it was ("the one in Lorne", "the Lorne talks", "Lorne?", but not "Lorne signed") or by who had a
# part in it ("the one that Kell chaired", "the one led by Kell", "Kell's").
_WHICH = (
    rf"(?:{_EVENT}\s+(?:held\s+)?in\s+(?:the\s+)?(?P<there>[A-Z]\w+)"
    rf"|(?:{_EVENT}\s+)?(?:(?:that|which)\s+)?{_NAME}(?P<doer>[A-Z][\w-]+)\s+(?:had\s+)?"
    r"(?i:(?:co-?)?(?:chaired|led|headed|hosted|attended|opened|ran))\b"
    rf"|{_EVENT}\s+(?i:with|of|(?:(?:co-?)?(?:chaired|led|headed|hosted|opened|run)\s+)?by|under)\s+{_NAME}(?P<person>[A-Z][\w-]+)"
    rf"|{_NAME}(?P<owner>[A-Z][\w-]+)['’]s(?:\s+(?:[\w-]+\s+){{0,2}}?(?:{_EVENT}|visit|turn)\b|(?=\s*(?:[?,:.]|$|took\b|was\b)))"
    rf"|(?P<place>\w+)(?:\s+(?:[\w-]+\s+){{0,2}}?{_EVENT}\b|(?=\s*(?:[?,:.]|in\b|$))))"
)
_BESIDE = re.compile(
    rf",?\s*(?P<event>(?i:\b(?:(?:at|in)\s+)?(?:the\s+)?(?:next\s+)?(?:{EVENT_NOUN}|one|time)\s*,?\s+"
    r"(?:(?:that|which)\s+(?:came|was|followed)\s+)?))?"
    # "That came next after"
    r"(?:\b(?i:that|which)\s+(?i:came|was|followed|took\s+place)\s+)?(?:\b(?i:next|right|just|directly|immediately)\s+)?"
    rf"\b(?P<side>(?i:after|following|before|prior\s+to))\s+(?:the\s+)?{_WHICH}"
)
_ADJUNCT = re.compile(r"\s*(?:at|in)\s", re.I)  # "who spoke at the round after Lorne?" asks who spoke
_THAT = re.compile(r"\b(?:it|that)\b", re.I)


def beside_event(text: str) -> tuple[str, str, bool] | None:
    """For "where did they meet after the Lorne talks?" the question without that, the place or the last name of the
    person in small letters, and whether later is meant; None for any other question."""
    found = _BESIDE.search(text)
    # What was said after an event is told with it.
    if found is None or (asks_words(text) and not found["event"]):
        return None
    around = f"{text[: found.start()]} {text[found.end() :]}"
    noun = re.search(EVENT_NOUN, found["event"] or "", re.I)
    if noun and found.start() and not _ADJUNCT.match(found["event"]):
        around = f"{text[: found.start()]} the {noun[0]} {text[found.end() :]}"  # "where was the round after Lorne?"
    elif noun and not found.start():
        around = _THAT.sub(f"the {noun[0].lower()}", around, count=1)  # "The round after Lorne: where was that?"
    rest = " ".join(around.split()).strip(" ,:").replace(" ?", "?")
    name = next(found[group] for group in ("there", "doer", "person", "owner", "place") if found[group])
    return rest, name.lower(), found["side"].lower() in ("after", "following")
