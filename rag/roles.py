"""Who led a side, asked by a noun: "the US lead each time", "head of the Danish team?", "which Dane ran the talks?"."""

import re

from rag.countries import country_of
from rag.words import words

_CHAIR = r"(?:lead|chair|chairman|chairperson|chief\s+delegate|(?:lead|chief)\s+negotiator)s?"
_WHO = rf"(?:{_CHAIR}|(?:leader|head|chief|boss)s?)"
_TEAM = "(?:team|side|delegation|delegates|party|group|mission|negotiators)"
_COUNTRY = r"(?P<country>[\w.]+(?:['’]s)?)"
_WAS = r"(?:who(?:['’]s|\s+(?:is|was|were|will\s+be))\s+)?"
_NAMED = (
    re.compile(rf"\b{_WAS}(?:the\s+)?{_WHO}\s+(?:of|for)\s+(?:the\s+)?{_COUNTRY}\s+{_TEAM}(?=\W|$)", re.I),
    re.compile(rf"\b{_WAS}(?:the\s+)?{_COUNTRY}\s+{_TEAM}\s+{_WHO}(?=\W|$)", re.I),
    re.compile(rf"\b{_WAS}(?:the\s+)?{_COUNTRY}\s+{_WHO}\s+of\s+(?:the\s+)?{_TEAM}(?=\W|$)", re.I),
    re.compile(rf"\b{_WAS}(?:the\s+)?{_COUNTRY}\s+{_CHAIR}(?=\W|$)", re.I),
)
_WHICH = re.compile(
    rf"\b(?:which|what)\s+{_COUNTRY}(?:\s+(?:official|politician|diplomat|minister))?\s+"
    r"(?:ran|fronted|steered|guided|led|headed|chaired|was\s+in\s+charge\s+of)\b",
    re.I,
)
_ASKS = re.compile(r"\b(?:who|whom|whose|what|when|where|which|why|how|did|does|is|was|were|are|has|have|had)\b", re.I)
_COMES = re.compile(
    r"\bwho\s+(?:was\s+(?:there|sent)|went|came(?:\s+over)?|stood|sat(?:\s+there)?|took\s+part)\s+(?:for|from)\s+(?:the\s+)?(?P<country>[\w.]+)",
    re.I,
)


def led_by_whom(text: str) -> str:
    """The question with "who led the ... delegation" in place of a noun for who did, where such a noun is all that it
    asks for; unchanged where it asks something else, or of no country."""
    if found := _WHICH.search(text):
        return _with(text, found, " at")
    if found := _COMES.search(text):
        return _with(text, found, "")
    for pattern in _NAMED:
        for found in pattern.finditer(text):
            rest = f"{text[: found.start()]} {text[found.end() :]}"
            if not _ASKS.search(rest) and (put := _with(text, found, "")) != text:
                return put
    return text


def _with(text: str, found: "re.Match[str]", then: str) -> str:
    named = found["country"]
    # Small letters leave the apostrophe out too, "pakistans lead", and in front of such a noun "us" is no pronoun.
    named = named.upper() if named.lower() in ("us", "uk", "usa") else named
    for country in (re.sub(r"['’]?s$", "", named), named):
        if any(country_of(w.key) for w in words(country)):
            return f"{text[: found.start()]}who led the {country} delegation{then}{text[found.end() :]}"
    return text
