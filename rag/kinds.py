"""What can answer each kind of question: who, when, where, how many, why."""

import re
from collections.abc import Mapping, Sequence, Set
from functools import lru_cache

from index.bylines import dateline_end
from index.records import Article, Span
from rag.countries import is_country
from rag.cues import WANTS_PERSON
from rag.held_words import keys_of_article
from rag.persons import may_be_person
from rag.question import Question
from rag.synonyms import synonyms
from rag.words import Word, has_name, word_key, words

_WHEN = re.compile(
    r"\b(?:19|20)\d\d\b|\b(?:january|february|march|april|may|june|july|august|september|october|november|december|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|week|month|year|day|today|yesterday|tomorrow|decade)s?\b",
    re.I,
)
_COUNTED = re.compile(
    r"\bhow many\s+(?:of\s+(?:the|these|those|its|their|his|her)\s+)?([\w'’-]+(?:\s+[\w'’-]+)?)", re.I
)
# Groups of people of which none is another: who counts policemen does not ask of soldiers.
_GROUPS = tuple(
    frozenset(word_key(word)[0] for word in group.split())
    for group in (
        "soldier troop trooper serviceman servicemen marine",
        "police policeman policemen policewoman policewomen officer cop constable",
        "militant fighter insurgent extremist terrorist rebel gunman gunmen jihadist guerrilla",
        "inmate prisoner convict detainee jailbird",
        "civilian bystander villager resident",
        "passenger traveller tourist holidaymaker",
        "worker employee staff labourer miner",
        "student pupil schoolchild schoolchildren",
        "firefighter fireman firemen rescuer lifeguard",
        "journalist reporter",
        "delegate diplomat minister official",
        "player athlete runner",
        "spectator fan visitor",
    )
)
# Of offices that have no other name: where an article has no such word, it names nobody who held it.
_OFFICE = re.compile(
    r"\b(?:who(?:'s|\s+(?:is|was|are|were))|which|what|name\s+of)\s+(?:[\w.'’-]+\s+){0,4}?"
    r"(?P<office>ambassador|minister|president|king|queen|prince|general|mayor|governor|senator|spokes(?:man|woman|person)|"
    r"treasurer|judge|bishop|pope)s?\b(?!['’])",
    re.I,
)
_TOWN = re.compile(r"\b(?:which|what)\s+(?:city|town|village|capital)\b", re.I)
_ASKS_MONEY = re.compile(
    r"\bhow much (?:money|funding|cash|aid)\b|\bhow much\b.*\b(?:cost|costs|pay|paid|pledged?|spend|spent|earn|earned|"
    r"worth|fined?|donated?)\b",
    re.I,
)
_MONEY = re.compile(
    r"[$€£¥₹]|\b(?:USD|EUR|GBP|PKR|Rs|dollars?|euros?|pounds?|rupees?|yen|yuan|cents?|roubles?)\b", re.I
)
_AMOUNT = re.compile(
    r"\d|\b(?:one|first|half|twice|dozens?|hundreds?|thousands?|millions?|billions?|trillions?)\b", re.I
)
_PLACE = re.compile(
    r"\b(?:in|at|to|from|near|inside|outside|across)\s+(?:the\s+)?[A-Z]|^[A-Z]{3,}[A-Z ,.]*(?::|\s[–—-])"
)
# "At what time did the doors open?" is not asked of a day.
_ASKS_CLOCK = re.compile(
    r"\b(?:at|from) (?:what|which) (?:exact )?(?:time|hour)\b|\b(?:what|which) (?:time of (?:the )?day|hour)\b",
    re.I,
)
_CLOCK = re.compile(
    r"\b\d{1,2}(?:[:.]\d\d)?\s?(?:[ap]\.?m\b|o['’]clock|hrs|hours|GMT|UTC)|\b\d{1,2}:\d\d\b|o['’]clock|"
    r"\b(?:noon|midday|midnight|dawn|dusk|sunrise|sunset|morning|evening|afternoon|night|half past|quarter)\b",
    re.I,
)
# What may answer although it is no name, date or number.
_PRONOUN = re.compile(r"\b(?:I|He|She|It|We|They|You|His|Her|Their|This|That|These|Those|Who)\b")
SOMEBODY = re.compile(
    r"\b(?:[a-z]+[a-rt-z]s|people|police|wom[ae]n|m[ae]n|child(?:ren)?|guy|boy|girl|person|army|crew|team|crowd|family|couple|"
    r"[a-z]+(?:er|or|ist|ian|ee|ant|ent))\b"
)
_AT = re.compile(
    r"\b(?:in|at|on|to|into|onto|from|near|inside|outside|across|around|above|below|over|under|behind|along|towards?|"
    r"through|throughout|between|within)\s+(?:the\s+|an?\s+|his\s+|her\s+|their\s+|its\s+)?$"
    r"|^(?:in|at|on|into|near|inside|outside|across|around|above|below|under|behind|along|towards?|within)\s",
    re.I,
)
_THEN = re.compile(r"\b(?:after|before|while|when|since|during|following|until|once|earlier|later|soon|upon)\b", re.I)
_VAGUE = re.compile(
    r"\b(?:a few|several|some|none|no-?\s?one|(?:very|too) (?:little|few|many|much)|repeatedly|twice)\b", re.I
)
_REASON = re.compile(
    r"\b(?:because|since|due|as a result|in order|so that|to \w+|amid|after|following|reason|aim\w*|why)\b", re.I
)


def type_fits(question: Question, article: Article, answer: Span, sentence: str) -> bool:
    """Whether a bare answer can be one to the kind of question: a name for who and where, that of a person for who
    leads, a date, a number.

    Where the sentence has the very thing that is to be counted, a number must stand before it there.
    """
    short = answer.of(article.text)
    match question.kind:
        case "who" if WANTS_PERSON.search(question.resolved):
            return may_be_person(article.text, answer)
        case "who":
            return any(c.isupper() for c in _PRONOUN.sub("", short)) or bool(SOMEBODY.search(short))
        case "where" if _TOWN.search(question.resolved) and (named := [w for w in words(short) if w.content]):
            return any(w.text[0].isupper() and not is_country(w.key) for w in named)
        case "where":
            return any(c.isupper() for c in short) or bool(_AT.search(article.text[: answer.start]) or _AT.match(short))
        case "when":
            told = bool(_WHEN.search(short) or _THEN.search(short)) or any(c.isdigit() for c in short)
            # The date of a dateline is that of the report.
            return told and answer.start >= dateline_end(article.text)
        case "how many":
            if _ASKS_MONEY.search(question.resolved):
                return bool(_MONEY.search(sentence))
            if _VAGUE.search(short):
                return True
            return (bool(_AMOUNT.search(short)) or any(w.number for w in words(short))) and _counts(question, sentence)
        case _:
            return True


def _counts(question: Question, sentence: str) -> bool:
    """Whether the thing counted in "how many drone strikes were there" has a number before it, or does not occur."""
    asked = _COUNTED.search(question.resolved)
    if not asked:
        return True
    things = {w.key for w in words(asked[1]) if w.content}
    there = words(sentence)
    places = [n for n, w in enumerate(there) if w.key in things]
    # "300 police officers", "three old ships": the number stands at most two words before what it counts.
    return not places or any(w.number or w.key == "1" for n in places for w in there[max(0, n - 2) : n])


def asks_clock(question: Question) -> bool:
    """Whether an hour of the day is asked for."""
    return question.kind == "when" and _ASKS_CLOCK.search(question.resolved) is not None


def asks_another(question: Question, article: Article, sentence: str) -> bool:
    """Whether it surely asks for something else than the sentence tells: how many policemen, of three soldiers; who
    was the ambassador, in an article without any."""
    if question.kind in ("who", "which") and (office := _OFFICE.search(question.resolved)):
        return not _has_office(article, word_key(office["office"])[0])
    if asks_clock(question):
        return not _CLOCK.search(sentence)
    asked = _COUNTED.search(question.resolved) if question.kind == "how many" else None
    if asked is None:
        return False
    things = {w.key for w in words(asked[1]) if w.content}
    there = words(sentence)
    counted = {there[n + 1].key for n, w in enumerate(there[:-1]) if w.number or w.key == "1"}
    return bool(counted & _others(things)) and not counted & things


@lru_cache(maxsize=1024)
def _has_office(article: Article, key: str) -> bool:
    """Whether the article has the word, or one that may stand for it; "Foreign minister" and "Ministry of Foreign
    Affairs" are two."""
    keys = keys_of_article(article)
    return key in keys or not keys.isdisjoint(synonyms().get(key, ()))


def _others(things: Set[str]) -> frozenset[str]:
    """Keys of all groups of people but that of the things; empty where they are no such group."""
    own = [group for group in _GROUPS if group & things]
    return frozenset().union(*(group for group in _GROUPS if group not in own)) if own else frozenset()


def kind_fits(question: Question, own: Sequence[Word], text: str, asked: Mapping[str, Word]) -> float:
    """1 where the sentence holds what the kind of question wants (a name, a date, a number) beyond its own words."""
    new_names = [w for w in own if w.name and not has_name(w.key, asked)]
    match question.kind:
        case "who":
            return 1.0 if new_names else 0.0
        case "when":
            return 1.0 if _WHEN.search(text) else 0.0
        case "where":
            return 1.0 if new_names and _PLACE.search(text) else 0.0
        case "how many":
            return 1.0 if any(w.number and w.key not in asked for w in own) else 0.0
        case "why":
            return 1.0 if _REASON.search(text) else 0.3
        case _:
            return 0.5
