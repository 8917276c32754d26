"""Whether English words tell of something past or still to come, where that is plain from cue words."""

import re

_TO_COME = re.compile(
    r"\b(?:will(?!\.)|won['’]t|shall|(?:is|are) (?:to|scheduled|slated|planned|set|due|expected|going|poised"
    r"|on track))\b|\w['’]ll\b|(?<!was )(?<!were )(?<!been )\b(?:scheduled|slated) for\b"
    r"|\b(?:upcoming|forthcoming)\b"
)
# Beside these a date may lie either way: "voted to close it by 2030", "a plan for 2025".
_OPEN = re.compile(
    r"\b(?:"
    r"will|won['’]t|would|could|should|(?-i:may)|might|can|cannot|shall|must|if|unless|until|till|by|before|"
    r"through|to be|plan\w*|propos\w*|expect\w*|predict\w*|forecast\w*|project(?:s|ed|ions?)|pledg\w*|"
    r"promis\w*|vow\w*|target\w*|goals?|aim\w*|deadlines?|due|upcoming|forthcoming|scheduled|slated|ahead|"
    r"next|future|coming|hop(?:e|es|ed|ing)|intend\w*|set to|set for|estimat\w*|contracts?|candidates?|"
    r"bids?|terms?|re-?elect\w*|run(?:s|ning)? (?:for|in|again)|delay\w*|postpone\w*|imagin\w*|novel|film|"
    r"fiction\w*|start(?:s|ing)|begin(?:s|ning)|effect\w*|request\w*|exten\w*|ready|risk\w*|possibl\w*|"
    r"anticipat\w*|called on|voted to|file[ds]? to|headed|sign(?:ed|ing|atures)"
    r")\b|\w['’](?:ll|d)\b|\bto [a-z]+ (?:\S+ ){0,6}(?:in|on)\b",
    re.I,
)
_PAST = re.compile(
    r"\b(?:"
    r"was|were|had|did|went|came|took|gave|made|saw|began|won|lost|left|held|met|rose|fell|grew|led|said|"
    r"told|became|found|got|ran|cut|put|hit|sent|built|spent|paid|kept|brought|bought|sold|taught|wrote|"
    r"shot|died|broke|burnt|fought|fled|chose|drove|flew|knew|threw|wore|stood|sat|spoke|stole|struck|"
    r"swept|withdrew|caught|dealt|drew|felt|forgot|laid|lit|sank|shook|shut|sought|thought|tore|"
    r"[a-z]{2,}ed)\b"
)
_FILL = (
    r"(?:(?:early|late|mid|spring|summer|autumn|fall|winter|end|start|beginning|of|the|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day)[,\s-]+)*"
)
_WHEN = re.compile(rf"\b(?:in|on|since|during|of|from)\s+{_FILL}$", re.I)
_WHEN_TO_COME = re.compile(rf"\b(?:in|on|until|before|through|for)\s+{_FILL}$|\b(?:by|at)\s+{_FILL}$", re.I)
_TOLD = re.compile(
    r"\b(?:said|told|announced|stated|reported|confirmed|wrote|issued)\b(?:(?!\b(?:will|would|to)\b)[^.;:,”\"]){0,50}"
    r"\bon\s+$"
)
_SINCE = re.compile(r"\bsince\b[^.;:,()]{0,80}$", re.I)
# Between "will" and the date these begin something else, which may be past: "will end what began in 2011".
_TURN = re.compile(
    r"\b(?:who|which|that|when|since|because|after|than|as|while|where|compared|back|like|first|last|from|between|"
    r"anniversary|below|above|attack|record|afire|will|[a-z]{2,}ed(?! (?:for|to)\b))\b|[\"“”;:(]"
)
_GOES_ON = re.compile(
    r"\s*(?:[.,;:)!?\"”]|$|(?:and|but|or|when|after|as|at|for|with|by|in|to|from|over|because|following|that|who|while|"
    r"before|during|under|on|without|the|a|his|her|their|its|he|she|they|it|[a-z]+ed|was|were|had|is|has)\b)"
)
# As in "will be held on".
_PARTICIPLES = ("held", "met", "cut", "put", "hit")
MAX_CLAUSE_CHARACTERS = 120


def is_past(sentence: str, lead: str) -> bool:
    """Whether what follows ``lead`` in the sentence, a time, is told as past."""
    if _SINCE.search(lead) or _TOLD.search(lead):
        return True
    return bool(_WHEN.search(lead) and _PAST.search(sentence) and not _OPEN.search(sentence))


def leads_to_come(lead: str) -> bool:
    """Whether what follows ``lead`` in its sentence, a time, is told as still to come ("will begin on")."""
    cues = list(_TO_COME.finditer(lead))
    if not cues or not _WHEN_TO_COME.search(lead):
        return False
    between = lead[cues[-1].end() :]
    past = any(m.group() not in _PARTICIPLES for m in _PAST.finditer(between))
    return len(between) < MAX_CLAUSE_CHARACTERS and not past and not _TURN.search(between)


def is_time_of(lead: str, rest: str) -> bool:
    """Whether a month or a year tells when something was, rather than names it ("the 2026 cup")."""
    return bool(_GOES_ON.match(rest)) and bool(_WHEN.search(lead) or _WHEN_TO_COME.search(lead) or _SINCE.search(lead))
