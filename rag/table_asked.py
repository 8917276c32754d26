"""A table that a question asks for, column by column: "a table of all rounds: where, who for Norway, topics"."""

import re
from collections.abc import Sequence

from rag.cues import EVENT_NOUN, QUESTION_WORD
from rag.words import has_name, words

# "The table" is mostly one that people sit at.
_TABLE = re.compile(
    r"(?:^(?:please\s+)?|\b(?:an?|one)\s+(?:(?:short|small|simple|quick)\s+)?)(?:table|grid|matrix)\b", re.I
)
_OF = re.compile(
    rf"^\s*(?:of|for|about|on|comparing|with)\s+(?:(?:all|each|every|the|of|these|those|both)\s+)*(?:[\w-]+\s+){{0,2}}?"
    rf"(?:{EVENT_NOUN})(?:e?s)?\b",
    re.I,
)
# "Of the three new bridges with year and length": it may be of anything, where something says that columns come.
_OF_ANY = re.compile(
    r"^\s*(?:of|for|about|on|comparing)\s+[^:,;]*?"
    r"(?=\s*:|\s+(?:with|showing|giving|listing|that (?:shows?|lists?|says?))\b)",
    re.I,
)
# What is no column: "in a table, please, one row for each meeting".
_NO_COLUMN = re.compile(
    r"(?:please|pls|plz|thanks|thank you|(?:one|a|each) (?:row|line)\b.*|(?:row|line) by (?:row|line))", re.I
)
_OPENS = re.compile(
    r"^[\s:,;.–-]*(?:(?:with|showing|shows?|that (?:shows?|lists?|says?)|listing|giving|by|columns?|and|the|for|of|"
    r"each)\b[\s:,]*)*",
    re.I,
)
_INTO = re.compile(r"[\s,]+(?:in|into|as)\s*$", re.I)
_BIDS = re.compile(
    r"^(?:(?:can|could|would) you\s+)?(?:please\s+)?(?:put|show|give|set|tell|list|compare)\s+(?:me\s+)?", re.I
)
_PARTS = re.compile(r"\s*(?:[,;/]|\band\b)\s*(?:and\s+)?", re.I)
_ARTICLE = re.compile(r"^(?:the|all|each|every|its|their)\s+", re.I)
_DATE = re.compile(r"(?:when|dates?|days?|years?|the date)(?:\s+(?:it|they|each|was|were|held|is))*", re.I)
_PLACE = re.compile(r"(?:where|venues?|places?|cit(?:y|ies)|locations?)\b.*", re.I)
_HEAD = re.compile(
    r"(?:who|heads?|leaders?|(?:co-?)?chairs?|chiefs?|delegation (?:heads?|leaders?))\b",
    re.I,
)
MOST = 6  # columns


def asks_table(text: str) -> bool:
    return bool(_TABLE.search(text))


def table_columns(text: str, meeting: str, sides: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Heading and question of each column of the table that is asked for; empty where none is, or none is named.

    ``meeting`` is what the articles call an event, ``sides`` their parties. A date needs no column: each row has one.
    """
    table = _TABLE.search(text)
    if not table:
        return ()
    rest = text[table.end() :].strip(" ?.!")
    rest = _OF.sub("", rest) if _OF.match(rest) else _OF_ANY.sub("", rest)
    rest = _OPENS.sub("", rest)
    parts = [p for p in map(str.strip, _PARTS.split(rest)) if p and not _NO_COLUMN.fullmatch(p)]
    if not parts and (into := _INTO.search(text, 0, table.start())):
        # "The talks: heads of delegation, in a table"
        parts = [p for p in map(str.strip, _PARTS.split(text[: into.start()].rpartition(":")[2])) if p]
        keys = {w.key for w in words(text)}
        sides = [side for side in sides if any(has_name(w.key, keys) for w in words(side))] or sides
    found: list[tuple[str, str]] = []
    for part in parts:
        found += _column(_ARTICLE.sub("", _BIDS.sub("", part)), meeting, sides)
    return tuple(dict.fromkeys(found))[:MOST]


def where_held(meeting: str) -> str:
    """The question for the place of what the articles call a ``meeting``."""
    return f"Where {'were' if meeting.endswith('s') else 'was'} the {meeting} held?"


def _column(part: str, meeting: str, sides: Sequence[str]) -> list[tuple[str, str]]:
    if _DATE.fullmatch(part):
        return []
    if _PLACE.fullmatch(part):
        return [("Place", where_held(meeting))]
    if _HEAD.match(part):
        keys = {w.key for w in words(part) if w.content}
        named = [side for side in sides if any(has_name(w.key, keys) for w in words(side))]
        return [(side, f"Who led the {side} delegation?") for side in named or sides]
    if QUESTION_WORD.match(part):
        return [(f"{part[0].upper()}{part[1:]}", f"{part}?")]
    plural = part.endswith("s")
    return [(f"{part[0].upper()}{part[1:]}", f"What {'were' if plural else 'was'} the {part} of the {meeting}?")]
