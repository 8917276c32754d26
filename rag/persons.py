"""Names of persons in a text, by their form: no list of names is needed, and none would hold the next article's."""

import re
from collections.abc import Set
from functools import lru_cache

from index.records import Span
from rag.cues import OFFICES

_PART = r"[A-Z][\w’'-]*[a-z’'][\w’'-]*|[A-Z]\."
_JOINT = r"(?:\s+(?:al|bin|bint|de|del|der|di|du|el|ibn|la|le|ter|van|von)\b|\s+(?:al|el)-)*"
_RUN = re.compile(rf"(?<![\w’'-])(?:{_PART})(?:{_JOINT}\s+(?:{_PART}))*")
# A name that has one of these is that of a body, a place, a paper, an event or a time.
_NO_PERSON = frozenset(
    "Act Affairs Africa African Agency Agreement Air Airport America American Army Asia Asian Assembly Association "
    "Authority Bank Bay Beach Board Border Bridge Bureau Cabinet Camp Canal Center Centre Chamber Church City Club "
    "Coast College Command Commission Committee Commons Communist Company Conference Confederation Congress "
    "Conservative Constitution Convention Cooperation Corporation Corps Council County Court Cup Daily Democratic "
    "Democrats Department Development Dialogue Diplomacy Directorate District Division East Eastern Economic Embassy "
    "Energy England Europe European Exchange Federal Federation Festival Fleet Force Forces Forum Foundation "
    "Framework Front Fund Games Gazette General-Secretariat Global Government Group Guard Gulf Herald High-Level Hill "
    "Hospital Hotel House Independence Initiative Inc Industries Institute Institution Intelligence International "
    "Investment Island Islands Israel Job Journal Kingdom Korea Laboratory Lake Law League Liberal Library Limited "
    "Ltd Market Media Meeting Memorial Middle Military Ministry Mission Monday Mosque Mountain Mountains Movement "
    "Museum National Nations Navy New News Newswire North Northern Nuclear Ocean Office Olympic Olympics Open "
    "Operation Order Organisation Organization Pacific Pact Palace Parliament Party Peninsula People Plan Police Port "
    "Post Press Prize Programme Program Province Public Radio Region Republic Republican Republicans Research Reserve "
    "Review River Road Royal Saint School Sea Security Senate Service Services Society South Southern Space Square "
    "State States Station Stock Strait Street Strategic Studio Studios Summit Sunday Supreme System Team Television "
    "Times Tower Trade Treaty Tribunal Tribune Union United University Valley Wall War Watch Week Weekly West Western "
    "White Working World Zone January February March April June July August September October November December "
    "Tuesday Wednesday Thursday Friday Saturday Easter Christmas Taliban Islamic Muslim Muslims Christian "
    "Jewish".split()
)
_PEOPLE = re.compile(r"(?:istani|ian|ean|ish|ese|aqi|eli|emeni|udi|stan)s?$")
# Words that open a sentence before a name and are none.
_OPENS = frozenset(
    "A An And As At But By For From He Her His How If In Into Is It Its My No Not Now Of On Or Our She So Some That "
    "The Their Then There These They This Those Though To Under Was We What When Where Which While Who Why With Yes "
    "You Senior Junior Leading Late Interim Incoming Outgoing Later Earlier Soon Today Meanwhile Again Here After All "
    "Although Also Before Both During Last Like Many More Most Once One Only Since Than Until Yesterday".split()
)
# Before the rest of an office: "Secretary for the Union and".
_OF_OFFICE = re.compile(
    r"\b(?:Secretary|Minister|Director|Coordinator|Advis[eo]r|Commissioner|Ambassador)\s+(?:for|of)\s[\w\s&’'()-]*$"
)
_BEFORE_PLACE = "in|at|near|across|outside|inside|from|between|(?:north|south|east|west|outskirts|town|city) of"
_IN = re.compile(r"\b(?:in|at|near|across|outside|inside|throughout|around)\s+$")


@lru_cache(maxsize=8192)
def persons(text: str) -> tuple[Span, ...]:
    """The spans of persons' names, without the offices before them: runs of two capitalised words or more of which none
    belongs to a body or place, and single words that are a part of such a run or stand behind an office."""
    lower = set(re.findall(r"\b[a-z][\w’'-]*", text))
    full: list[Span] = []
    single: list[tuple[Span, bool]] = []
    for run in _RUN.finditer(text):
        words = [Span(run.start() + m.start(), run.start() + m.end()) for m in re.finditer(r"\S+", run[0])]
        before = [n for n, w in enumerate(words[:-1]) if _goes_before(_bare(w.of(text)), lower)]
        office = bool(before) and _bare(words[before[-1]].of(text)) in OFFICES - _OPENS
        words = words[before[-1] + 1 :] if before else words
        if _OF_OFFICE.search(text, max(0, run.start() - 90), run.start()):
            # "Secretary for the Union and Economic Affairs Ida Kell"
            others = [n for n, w in enumerate(words) if _is_other(_bare(w.of(text)))]
            words = words[others[-1] + 1 :] if others and len(words) - others[-1] > 2 else words
        if any(_is_other(_bare(w.of(text))) for w in words):
            continue
        whole = Span(words[0].start, _trimmed(text, words[-1].end))
        if len(words) > 1 and not _IN.search(text[: run.start()]):
            full.append(whole)
        elif len(words) == 1 and len(_bare(words[0].of(text)).rstrip(".")) > 1:
            single.append((whole, office))
    known = {_bare(part) for span in full for part in span.of(text).split()}
    found = full + [span for span, office in single if office or _bare(span.of(text)) in known]
    return tuple(sorted(found, key=lambda s: s.start))


@lru_cache(maxsize=4096)
def names_person(text: str, last: str) -> bool:
    """Whether the text names a person of this last name, in small letters."""
    return any(_bare(p.of(text).split()[-1]).lower() == last for p in persons(text))


def may_be_person(text: str, span: Span) -> bool:
    """Whether a person's name stands, at least in part, in ``span`` of ``text``, or a single name that is nowhere there
    that of a place: "Moses", but not "Lorne" where something happens in Lorne."""
    if any(p.start < span.end and span.start < p.end for p in persons(text)):
        return True
    name = _bare(span.of(text).strip(" .,;:“”\"'’"))
    if not re.fullmatch(_PART, name) or name.endswith("."):
        return False
    if name in _OPENS or _is_other(name) or _PEOPLE.search(name):
        return False
    return not re.search(rf"\b(?i:{_BEFORE_PLACE})\s+{re.escape(name)}\b", text)


def _goes_before(word: str, lower: Set[str]) -> bool:
    """Whether a capitalised word before a name is none of it: an office, a people, a word that is common elsewhere."""
    return (
        word in OFFICES or word in _OPENS or bool(_PEOPLE.search(word)) or (word[0].isupper() and word.lower() in lower)
    )


def _is_other(word: str) -> bool:
    return word in _NO_PERSON or word in OFFICES or word.endswith("stan")


def _bare(word: str) -> str:
    return re.sub(r"['’]s?$", "", word)


def _trimmed(text: str, end: int) -> int:
    """The end without the 's of a genitive."""
    return end - 2 if text[end - 2 : end] in ("'s", "’s") else end
