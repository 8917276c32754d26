"""Who said something: reported speech, and words in quotation marks."""

import re
from collections.abc import Iterator

from eval.drafting.asked import Asked, asked_for_person
from eval.drafting.names import NAME_WORD, Background
from eval.drafting.statements import parse, shortened, without_weekdays

_SAYS = (
    "said|says|announced|warned|stated|argued|claimed|insisted|stressed|admitted|predicted|acknowledged|declared|"
    "explained|confirmed|suggested|complained|concluded|noted|added"
)
_AS_SAID = frozenset({"says", "noted", "added"})
_NAMED = r"[A-Z][^,“”\"]{2,80}?"
_SPEAKER = rf"(?:the\s+)?{_NAMED}"
_SPEAKER_FIRST = re.compile(
    rf"^(?P<who>{_NAMED})(?:,\s+[^“”\"]{{3,110}}?,)?\s+(?:also\s+)?(?P<says>{_SAYS})"
    r"(?:\s+in\s+(?:an?|the|its|his|her)\s+[a-z]+)?(?P<that>\s+that)?\s+(?P<clause>[^“”\"]+)\.$"
)
_SPEAKER_LAST = re.compile(
    rf"^(?P<clause>[^“”\"]+?),\s+(?:(?P<who>{_SPEAKER})\s+(?:said|says|announced|reported|reports)"
    rf"|(?:said|says)\s+(?P<after>{_SPEAKER})|according\s+to\s+(?P<according>{_SPEAKER}))(?:,[^“”\"]*)?\.$"
)
_ACCORDING_FIRST = re.compile(rf"^According\s+to\s+(?P<according>{_SPEAKER}),\s+(?P<clause>[^“”\"]+)\.$")
_QUOTED = re.compile(
    rf"^[“\"](?P<quote>[^“”\"]{{30,200}})[,.][”\"]\s+(?:(?P<who>{_NAMED})\s+(?:said|says|added|wrote)"
    rf"|(?:said|says)\s+(?P<after>{_NAMED}))(?:[,\s][^“”\"]*)?\.$"
)
_BODY = re.compile(
    r"\b(?:Office|Ministry|Department|Embassy|Agency|Council|Commission|Committee|Court|Bank|Fund|Organi[sz]ation|"
    r"Institute|University|Association|Federation|Union|Authority|Bureau|Cent(?:er|re)|Service|Party|Police|"
    r"Parliament|Senate|House|Government|Administration|Board|Corporation|Company|Group|Foundation|Society|League|"
    r"Army|Navy|Force|Kremlin|Pentagon|Treasury|Watch|Vatican|Guard|Times|Post|News)\b|^[A-Z]{3,6}$"
)
_NAME_RUN = re.compile(rf"(?:{NAME_WORD}|(?:[A-Z]\.)+)(?:\s+(?:{NAME_WORD}|(?:[A-Z]\.)+|of|the|and|for|on))*")
# A clause that opens so has its main statement further on, or is none.
_NO_CLAUSE = re.compile(
    r"(?:if|even|although|though|while|when|as|because|since|after|before|until|unless|in|on|at|by|for|with|despite|"
    r"during|what|how|whether)\b"
)
_OPENS_STATEMENT = re.compile(
    rf"there\s(?:is|are|was|were|has|have|had|will)\b|(?:many|most|some|both|all|several|few)\s|{NAME_WORD}\s"
)


def without_speaker(text: str) -> str:
    """The statement alone, of a sentence that ends with who said it."""
    found = _SPEAKER_LAST.match(without_weekdays(text))
    return f"{found['clause']}." if found else text


def who_said_that(text: str, background: Background) -> Iterator[Asked]:
    """Questions such as "Who said that Pakistan's army has its own reasons ...?"."""
    text = without_weekdays(text)
    for pattern in (_SPEAKER_FIRST, _SPEAKER_LAST, _ACCORDING_FIRST):
        if not (found := pattern.match(text)):
            continue
        groups = found.groupdict(default="")
        who = groups.get("who") or groups.get("after") or groups.get("according") or ""
        says = groups.get("says") or "said"
        clause = groups["clause"]
        if pattern is not _SPEAKER_FIRST:
            stated = _is_statement(clause)
        else:
            stated = bool(groups["that"]) or (says in ("said", "says") and _stands_alone(clause))
        if pattern is _SPEAKER_LAST:
            clause = background.opened(clause)
        speaker = _speaker(who, background)
        if not stated or not speaker or len(clause.split()) < 5 or _NO_CLAUSE.match(clause):
            continue
        clause = re.sub(r"^there['’]s\b", "there has" if " been " in clause else "there is", clause)
        question = f"Who {'said' if says in _AS_SAID else says} that {_shortened_clause(clause)}?"
        person = background.person_in(who)
        yield asked_for_person("said", question, person) if person else Asked("said", question, (speaker,))


def who_said(text: str, background: Background) -> Iterator[Asked]:
    """Questions such as "Who said “...”?"."""
    if found := _QUOTED.match(text):
        person = background.person_in(found["who"] or found["after"])
        if person:
            yield asked_for_person("quoted", f"Who said “{found['quote']}”?", person)


def _speaker(who: str, background: Background) -> str:
    """The name of a speaker: a person's, or a body's without article and country; "" for anybody else."""
    if person := background.person_in(who):
        return person
    name = re.sub(rf"^(?:[Tt]he\s+)?(?:{NAME_WORD}[’']s?\s+)?", "", who.strip())
    return name if _NAME_RUN.fullmatch(name) and _BODY.search(name) and name != "Police" else ""


def _is_statement(clause: str) -> bool:
    return parse(f"{clause[:1].upper()}{clause[1:]}.") is not None


def _stands_alone(clause: str) -> bool:
    """Whether what follows "said" is a statement: not "said a prayer", not "said in an interview"."""
    return len(clause.split()) >= 6 if _OPENS_STATEMENT.match(clause) else _is_statement(clause)


def _shortened_clause(clause: str) -> str:
    short = shortened(clause)
    # ", who was abroad, was told": what follows the comma may hold the verb.
    return short if short == clause or _is_statement(short) else clause
