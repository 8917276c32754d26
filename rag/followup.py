"""A follow-up made whole by the question before it: "and the other side?", "when does it meet?"."""

import re

from index.mentions import date_mentions, without_dates
from index.records import Span
from rag.cues import EVENT_NOUN, TAKES_UP
from rag.persons import persons

_OPENING = re.compile(rf"^(?:{TAKES_UP})\b[\s,]*", re.I)
# Without "may": "And in May?" asks nothing by itself.
_AUXILIARY = "did|does|do|was|were|is|are|has|have|had|will|would|can|could"
_ASKS = re.compile(
    rf"\b(?:who|whom|whose|when|where|why|how|which|what|{_AUXILIARY}|list|name|tell)\b",
    re.I,
)
_PREPOSITIONS = "about|in|on|at|for|with|from|to|after|before|during|by|against|of|under|since"
_LEADING = re.compile(rf"^({_PREPOSITIONS})\b", re.I)
_SIDES = r"(?:side|delegation|team|part|half|group|government|army|minister|leader|one)s?"
_SIDE = re.compile(rf"^(?:the\s+)?(.+?)\s+({_SIDES})$", re.I)
_BEFORE = re.compile(rf"\b(?:the|its|their)\s+((?:[\w.'’-]+\s+){{1,2}}?)({_SIDES})\b", re.I)
_BODY = (
    "Group|Committee|Ministry|Department|Embassy|Council|Office|Agency|Commission|Army|Party|Bank|Organi[sz]ation|Union|"
    "Court|Company|Corporation|Institute|Foundation|Federation|Association|Dialogue|Forum|Working Group"
)
_NOT = re.compile(r"^why\s+not\s*\?*$", re.I)
_INDEFINITE = re.compile(r"\b(?:an?|any|some)\s+(?=\w)", re.I)
_BARE = re.compile(r"^(why|when|where|how)(?:\s+(?:was|is|did)\s+(?:that|this|it)(?:\s+happen)?|\s+so)?\s*\?*$", re.I)
_YES_NO = re.compile(rf"^(?:{_AUXILIARY})\b", re.I)
_WHO_FOR = re.compile(rf"^(?:who|when|where|what)\s+(?=(?:{_PREPOSITIONS})\b)", re.I)
_SAID = re.compile(r"\b(?:say|said|think|thought|tell|told)\b.*?\b((?:about|on|of)\s.+)$", re.I)
_SAID_BARE = re.compile(r"^what\s+(?:did|does|do)\s+(?:the\s+)?[A-Z][\w.’' -]*\s+(?:say|think)$", re.I)
_NAMED_BODY = re.compile(rf"\b(?:[A-Z][\w.-]*\s+(?:(?:and|of|for|the|on)\s+)*)+?(?:{_BODY})\b")
_THERE = re.compile(r"^(?:was|were|is|are) there (?:an?|any|some) (.+?)(?:\s+(?:too|as well|also))?\?*$", re.I)
_IT = re.compile(r"\b(?:it|that)\b(?=\s+(?!\?)\w)", re.I)
# The event that a question names: "the last dialogue in Washington". Several ("the talks") are no "it".
_EVENT = re.compile(
    rf"\bthe\s+(?:[\w’'-]+\s+){{0,3}}?(?:{EVENT_NOUN.replace('|talks', '')})\b"
    r"(?:\s+(?:in|at|of|on)\s+(?:the\s+)?(?:[A-Z][\w.-]*|\d[\w-]*)(?:\s+(?:[A-Z][\w.-]*|\d{4})(?=\W|$))*)*"
)
_PERSON_ASKED = re.compile(r"^(?i:who)(?:'s| is| was)\s+([A-Z][\w.-]*(?:\s+[A-Z][\w.-]*)+)\s*\?*$")
_PERSON_RUN = re.compile(r"(?<![.?!]\s)(?<!^)\b[A-Z][\w.-]+(?:\s+[A-Z][\w.-]+)+")
_PEOPLES = re.compile(r"\w+(?:ani|ian|ish|ese|can|eli|aqi|States|Kingdom|House|Office|Department)\b")


def completed(text: str, last: str) -> str:
    """``text`` with what it leaves out or points back to taken from ``last``; unchanged where nothing fits."""
    before = last.strip().rstrip("?").rstrip()
    if bare := _BARE.match(text.strip()):
        # "Why?" after "Did they agree?" is "Why did they agree?".
        return f"{bare[1].capitalize()} {before[0].lower()}{before[1:]}?" if _YES_NO.match(before) else text
    if _NOT.match(text.strip()) and _YES_NO.match(before):
        # "Why not?" after "Did they sign a treaty?" is "Why did they sign no treaty?".
        asked, found = _INDEFINITE.subn("no ", before, count=1)
        return f"Why {asked[0].lower()}{asked[1:]}{'' if found else ' not'}?"
    opening = _OPENING.match(text)
    if opening:
        rest = text[opening.end() :].strip(" ?.,")
        part = _WHO_FOR.sub("", rest)
        if rest and not _ASKS.search(part):
            return _filled(part, before) or text
        said = _SAID.search(before)
        if said and _SAID_BARE.match(rest):
            return f"{rest} {said[1]}?"
    return _pointed(text, last)


def _filled(rest: str, last: str) -> str:
    """The question before with its part of the same kind exchanged for ``rest``; "" where it has none."""
    if leading := _LEADING.match(rest):
        same = list(re.finditer(rf"\b{leading[1]}\b\s+(\S+)", last, re.I))
        # A year takes the place of a year, a town that of a town; what follows belonged to the old one.
        alike = [m for m in same if any(c.isdigit() for c in m[1]) == any(c.isdigit() for c in rest)]
        found = alike or same
        kept = last[: found[0].start()].rstrip() if found else last
        return f"{without_dates(kept) if date_mentions(rest) else kept} {rest}?"
    side = _SIDE.match(rest)
    if not side:
        return ""
    if before := _BEFORE.search(last):
        noun = before[2] if side[2].lower() == "one" else side[2]
        return f"{last[: before.start()]}the {side[1]} {noun}{last[before.end() :]}?"
    if (country := re.search(r"\bfor [A-Z]\w+(?:\s[A-Z]\w+)*$", last)) and side[2].lower() in ("one", "side"):
        return f"{last[: country.start()]}for the {side[1]} side?"
    return ""


def _pointed(text: str, last: str) -> str:
    """ "It" and "that" before a verb replaced by the body that ``last`` names, or by what it asks the existence of."""
    if len(text.split()) > 8:
        return text
    if there := _THERE.match(last.strip()):
        return _IT.sub(f"the {there[1]}", text, count=1)
    if found := _NAMED_BODY.search(last[1:]):
        return re.sub(r"\bit\b(?=\s+(?!\?)\w)", f"the {found[0]}", text, count=1)
    if event := _EVENT.search(last):
        return re.sub(r"\bit\b", event[0], text, count=1)
    return text


def person_named(question: str) -> str:
    """The person that a question names, "" for none or where it asks for one ("who led ..." but not "who is A B?")."""
    if asked := _PERSON_ASKED.match(question.strip()):
        return asked[1]
    bare = question.strip(" ?.")
    if " " in bare and Span(0, len(bare)) in persons(bare):
        return bare
    if re.match(r"who\b", question.strip(), re.I):
        return ""
    runs = [m[0] for m in _PERSON_RUN.finditer(question) if not _PEOPLES.search(m[0])]
    return " ".join(runs[0].split()[-2:]) if runs else ""
