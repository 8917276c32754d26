"""What a person is: the office before a name or the words behind it, between commas."""

import re

from index.records import Span
from rag.cues import OFFICES
from rag.persons import persons
from rag.question import Question
from rag.words import words

_OFFICE = (
    r"(?:advis[eo]r|ambassador|analyst|attorney|chair(?:man|woman|person)?|chancellor|chief|coach|colonel|commander|"
    r"commissioner|coordinator|counsel|deputy|director|economist|editor|envoy|founder|general|governor|head|judge|king|"
    r"lawyer|leader|lieutenant|manager|mayor|member|minister|officer|official|owner|premier|president|prince|princess|"
    r"professor|prosecutor|queen|representative|researcher|scientist|secretary|senator|sheriff|spokes(?:man|woman|person)|"
    r"superintendent|teacher|treasurer|trainer|writer|author|actor|actress|artist|doctor|engineer|player|pastor|bishop|"
    r"father|mother|son|daughter|wife|husband|brother|sister)"
)
_HOLDS = re.compile(rf"\b{_OFFICE}s?\b", re.I)
_ASKS = (
    re.compile(r"^(?:and |so |but )?who(?:'s| is| was| are| were)\s+(?:the\s+)?(?P<name>[^?]+?)\s*\??$", re.I),
    re.compile(r"\b(?:what|which)\b.*\b(?:title|office|post|job|position|role|rank|function)\b", re.I),
    re.compile(r"\bwhat (?:is|was|does) (?P<name>[A-Z][\w.’'-]*(?: [A-Z][\w.’'-]*)*)(?: do)?(?: for a living)?\s*\??$"),
)
# Words before a name that can belong to its office: "national security adviser to the prime minister, Kell".
_WORD = (
    r"(?!(?:by|led|is|was|were|are|as|said|says|with|that|who|when|while|from|at|in|on|where|also|has|had|met|and|between|against|via)\b)"
    r"[\w.&’'()-]+"
)
_BEFORE = re.compile(
    rf"(?<![\w.&’'-])(?:{_WORD}\s+(?:and\s+(?=\w+\s))?){{0,6}}?{_OFFICE}"
    rf"(?:\s+(?:of|for|to|in|at)\s+(?:{_WORD}\s*(?:and\s+)?){{1,6}})?,?\s+$",
    re.I,
)
_BEHIND = re.compile(r",\s+(?!and\b|or\b|led\b|but\b)([^,;“”\"]{3,120}?)(?=,|;|\.$|\s+who\b|\s+(?:said|says|told)\b)")


def person_defined(question: Question) -> str:
    """The name of the person of whom the question asks who or what that is; "" for any other question."""
    text = question.resolved
    for pattern in _ASKS:
        match = pattern.search(text)
        if not match:
            continue
        named = match.groupdict().get("name") or ""
        if named:
            content = [w for w in words(named) if w.content and w.text not in OFFICES]
            return " ".join(w.text for w in content) if 1 <= len(content) <= 3 else ""
        if found := persons(text):
            return found[0].of(text)
    return ""


def office_of(name: str, text: str, sentence: Span) -> Span | None:
    """The words of ``sentence``, a span of ``text``, that say what the person of this name is; None for none."""
    keys = [w.key for w in words(name) if w.content and w.text not in OFFICES]
    if not keys:
        return None
    told = sentence.of(text)
    before_it = sentence.start  # the end of the person before
    for person in persons(text):
        if not sentence.covers(person) or keys[-1] not in {w.key for w in words(person.of(text))}:
            before_it = max(before_it, person.end)
            continue
        end = person.end - sentence.start
        behind = _BEHIND.match(told, end)
        if behind and _HOLDS.search(behind[1]):
            return Span(sentence.start + behind.start(1), sentence.start + behind.end(1))
        if before := _BEFORE.search(text[before_it : person.start]):
            return _trimmed(before[0], before_it + before.start())
    return None


def _trimmed(run: str, at: int) -> Span:
    """Without the small words, blanks and commas at either end."""
    lead = re.match(r"(?:(?:of|for|and|to|the|The|In|On|At|But|And|As)\s+)*", run)
    skipped = lead.end() if lead else 0
    return Span(at + skipped, at + len(run.rstrip(" ,")))
