"""Who did it, where a sentence has several persons: "the talks were led by A and B" answers who led B's side with B."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass
from functools import lru_cache

from index.records import Span
from rag.countries import country_of, names_one_of
from rag.persons import persons
from rag.question import Question
from rag.sides import HEADS, countries_of, means, stands_for
from rag.words import Word, content_keys, has_name, word_key, words

_LEADING = rf"(?:{HEADS}|presid(?:es|ed))"
# People are received; "welcomed the progress that the Danes had made" is no deed of a host.
_NO_GUEST = (
    r"(?!\s+(?:(?:the|a|an|any|this|that|its|their|his|her)\s+)?(?:\w+\s+)?(?:work|steps?|progress|efforts?|moves?|decisions?|"
    r"news|ideas?|results?|offers?|plans?|resumption|agreements?|statements?|release|commitments?|help|support)\b)"
)
_RECEIVING = rf"(?:host(?:s|ed|ing)?|(?:receiv|welcom)(?:es|ed|ing){_NO_GUEST})"
_DEEDS = tuple(re.compile(rf"\b{verbs}\b", re.I) for verbs in (_LEADING, _RECEIVING, r"(?:meets?|met)"))
_NOUNS = re.compile(
    r"\b(?:leader|head|chair(?:man|woman|person)?|in charge|(?:sp(?:oke|eaks?)|st(?:oo|an)ds?) for)\b", re.I
)
# "Who sat across from Kell?", "Kell's opposite number"
_ACROSS = re.compile(
    r"\b(?:across(?: the table)? from|opposite(?: number)?|counterparts?|other side of the table|sat? down with|"
    r"face to face)\b",
    re.I,
)
_BY = re.compile(r"(?:\s+\w+){0,3}?\s+by\b")
# A clause of its own begins here: who did the deed does not stand on the other side.
_BREAK = re.compile(r";|\bwhile\b|\bwhereas\b|\bbut\b|[.!?]\s")
# The side that is asked about: "for Pakistan", "the US delegation", "who represented the United States".
_SIDE = re.compile(
    r"\b(?:for|on behalf of|represent(?:s|ed|ing)?)\s+(?:the\s+)?([\w.]+(?:\s+[A-Z]\w+)?)"
    r"|([\w.]+)(?:['’]s)?(?:\s+inter\w+)?\s+(?:side|delegation|team|half|part|party|co-?chair|chair|leader|head|host|"
    r"official|envoy|representative)\b|\bwhich\s+(\w+)\s+(?:led|heads?|headed|chaired|co-?chaired|hosted|received)\b"
    r"|\b(?:leader|head|chief) of\s+(?:the\s+)?([\w.]+(?:\s+[\w.]+)?)",
    re.I,
)
_TWO_WORDS = re.compile(r"\bUnited\s+States\b", re.I)
_ROLES = frozenset(
    word_key(role)[0]
    for role in "side delegation team half part party chair leader head host official envoy representative".split()
)
_LED = re.compile(rf"\b{_LEADING}\s+(?:the\s+)?([\w.]+)", re.I)
_GUEST = re.compile(
    rf"\b{_RECEIVING}\s+(?:the\s+|an?\s+)?[\w.]+\s+(?:side|delegation|team|party|official|envoy|minister)\b", re.I
)
_WHERE = re.compile(r"\b(?:to|in|at|from|near|with)\s+(?:the\s+)?$")
_JOINED = re.compile(r",?\s+and\s+")


@dataclass(frozen=True, slots=True)
class Agent:
    """Who did it. ``sure``: a side is asked about, and the words around the name or the verb are of that side."""

    person: Span
    sure: bool


def agent_of(question: Question, text: str, sentence: Span) -> Agent | None:
    """The person in ``sentence``, a span of ``text``, who did the deed that the question asks for, or whom it asks for
    as the counterpart of another; None where the sentence does not tell of such a deed, or nobody does it."""
    asked = question.resolved
    deeds = [d for d in _DEEDS if d.search(asked)] or ([_DEEDS[0]] if _NOUNS.search(asked) else [])
    across = _ACROSS.search(asked) is not None
    if not deeds and not across:
        return None
    keys = content_keys(asked)
    inside = [p for p in persons(text) if sentence.covers(p)]
    named = [p for p in inside if any(has_name(w.key, keys) for w in words(p.of(text)))]
    here = [p for p in inside if p not in named]
    if across:
        return _counterpart(text, sentence, named, here)
    sides = _sides(asked)
    # Whom somebody receives is not of the side of which it is asked who did.
    able = here if _GUEST.search(asked) else [p for p in here if stands_for(text, p, sides) is not False]
    found = _doer(text, sentence, able, sides, deeds[0])
    if found and len(here) == 2 and len(able) == 1 and names_one_of(text, sides):
        return Agent(found.person, sure=True)  # the other of the two stands for another country
    if sides and deeds[0] is _DEEDS[0] and not (found and found.sure):
        # Who receives the other side, or meets it, leads the own.
        hosts = (_doer(text, sentence, able, sides, deed) for deed in _DEEDS[1:])
        found = next((h for h in hosts if h and stands_for(text, h.person, sides)), found)
    return found


def asks_side(question: Question) -> bool:
    """Whether it asks who led or stood for the side of a country."""
    asked = question.resolved
    leads = _DEEDS[0].search(asked) or _NOUNS.search(asked)
    return question.kind == "who" and leads is not None and any(country_of(key) for key in _sides(asked))


def of_others(question: Question, text: str, sentence: Span) -> list[Span]:
    """The persons in ``sentence`` who surely do not stand for the country whose side is asked about."""
    asked = question.resolved
    sides = _sides(asked)
    if not sides or _GUEST.search(asked):
        return []
    return [p for p in persons(text) if sentence.covers(p) and stands_for(text, p, sides) is False]


@lru_cache(maxsize=256)
def _sides(asked: str) -> frozenset[str]:
    """The names of the side that is asked about, as keys of words."""
    asked = _TWO_WORDS.sub("US", asked)
    found = (words(m[1] or m[2] or m[3] or m[4]) for m in _SIDE.finditer(asked))
    keys = {w.key for side in found for w in side if w.content and not w.number}
    # "Who led the Danes?"
    keys |= {w.key for m in _LED.finditer(asked) for w in words(m[1]) if country_of(w.key)}
    # "For the Danish side": beside a country such a word names no side.
    return frozenset(keys - _ROLES if any(country_of(key) for key in keys) else keys)


def _counterpart(text: str, sentence: Span, named: Sequence[Span], here: Sequence[Span]) -> Agent | None:
    """The one who meets, receives or leads beside the person named, of another country where both are known."""
    if len(named) != 1 or not any(d.search(sentence.of(text)) for d in _DEEDS):
        return None
    own = countries_of(text, named[0])
    away = [p for p in here if own.isdisjoint(countries_of(text, p))]
    return Agent(away[0], bool(own) and bool(countries_of(text, away[0]))) if len(away) == 1 else None


def _doer(
    text: str, sentence: Span, persons_here: Sequence[Span], sides: Set[str], deed: "re.Pattern[str]"
) -> Agent | None:
    """Who of them does the deed; surely so where the words around say that it is the side asked about."""
    told = sentence.of(text)
    here = [Span(p.start - sentence.start, p.end - sentence.start) for p in persons_here]
    parties = [
        w
        for w in words(told)
        if w.name and not any(p.covers(w.span) for p in here) and not _WHERE.search(told[: w.span.start])
    ]
    best: tuple[int, int, Span] | None = None
    for match in deed.finditer(told):
        if zone := _agents(told, Span(*match.span()), here):
            chosen, fit = _of_side(zone, parties, sides)
            near = [
                max(w.span.start - match.end(), match.start() - w.span.end)
                for w in parties
                if any(means(side, [w]) for side in sides)
            ]
            # The nearer the side asked about stands to the verb, the likelier this is its deed.
            nearest = min(near, default=1000)
            if fit < 1 and nearest < 40 and len(zone) == 1:
                fit = 1
            rank = (-fit, nearest, chosen)
            best = rank if best is None or rank[:2] < best[:2] else best
    if best is None:
        return None
    return Agent(Span(best[2].start + sentence.start, best[2].end + sentence.start), best[0] == -1)


def _agents(told: str, verb: Span, here: Sequence[Span]) -> list[tuple[Span, Span]]:
    """Who does the deed, each with the part of the sentence that is about that person: those behind "by", else those
    before the verb in its clause."""
    by = _BY.match(told, verb.end)
    if by:
        end = next((m.start() for m in _BREAK.finditer(told, by.end())), len(told))
        return _pieces(told, Span(by.end(), end), here)
    start = max((m.end() for m in _BREAK.finditer(told, 0, verb.start)), default=0)
    return _pieces(told, Span(start, verb.start), here)


def _pieces(told: str, zone: Span, here: Sequence[Span]) -> list[tuple[Span, Span]]:
    inside = [p for p in here if zone.covers(p)]
    found, start = [], zone.start
    for n, person in enumerate(inside):
        last = n + 1 == len(inside)
        joints = list(_JOINED.finditer(told, person.end, zone.end if last else inside[n + 1].start))
        end = joints[0 if last else -1].start() if joints else zone.end if last else person.end
        found.append((person, Span(start, end)))
        start = end
    return found


def _of_side(zone: Sequence[tuple[Span, Span]], parties: Sequence[Word], sides: Set[str]) -> tuple[Span, int]:
    """The person of the side asked about, by the names in the part about that person, and how well it fits; without
    any such name the first one named."""

    def fit(piece: Span) -> int:
        names = [w for w in parties if piece.covers(w.span)]
        if not sides or not names:
            return 0
        return 1 if all(means(side, names) for side in sides) else -1

    scored = [(fit(piece), person) for person, piece in zone]
    top = max(score for score, _ in scored)
    return next(person for score, person in scored if score == top), top
