"""Which country a person stands for, by the words around the name: "U.S. Secretary of State Kell"."""

import re
from collections.abc import Set
from functools import lru_cache

from index.records import Span
from index.sentences import split_sentences
from rag.countries import country_of
from rag.persons import persons
from rag.words import Word, has_name, words

HEADS = r"(?:le(?:ads?|ading|d)|(?:co-?)?(?:head|chair)(?:s|ed|ing)?|represent(?:s|ed|ing)?)"
# The words before a name that belong to its office, back to a verb, a preposition of place or another clause.
_OFFICE = re.compile(
    r"(?<![\w.&’'()/-])(?:(?!(?:and|or|by|from|is|was|were|will|has|had|as|said|says|with|that|who|when|while|at|in|on|where|met|between|"
    rf"against|via|meets?|hosts?|receives?|{HEADS})\s)(?![a-z]+ed\s)[\w.&’'()/-]+(?:\s+and(?=\s+\w))?,?\s+){{1,14}}$"
)
# "A Norwegian delegation, which was led by", before the office.
_LED_BY = re.compile(
    rf"(?P<side>[\w.’'-]+(?:\s+[A-Z][\w.]+)?)\s+(?:delegation|side|team|group|mission|party)\b[\w\s,]{{0,24}}?\b{HEADS}"
    r"\s+by\s+(?:the\s+|its\s+|their\s+)?$",
    re.I,
)
# "Will lead the Norwegian side", behind the name.
_LEADS = re.compile(rf"[^.;]{{0,30}}?\b{HEADS}\s+(?:the\s+)?(?P<side>[\w.’'-]+(?:\s+[A-Z][\w.]+)?)(?!\s+by\b)", re.I)
_APPOSITIVE = re.compile(r",\s+(?!(?:and|or|but)\b)([^,;.]{3,120})(?=[,;.])")


@lru_cache(maxsize=4096)
def countries_of(text: str, person: Span) -> frozenset[str]:
    """The countries for which a person named in ``text`` stands, each by the keys of all its words: by what stands
    around the name, else around the same surname elsewhere in the text. Empty where nothing tells."""
    if near := _around(text, person):
        return near
    surname = _surname(text, person)
    same = (p for p in persons(text) if p != person and _surname(text, p) == surname)
    return frozenset().union(*(_around(text, p) for p in same))


def _surname(text: str, person: Span) -> str:
    return person.of(text).split()[-1]


def _around(text: str, person: Span) -> frozenset[str]:
    sentence = next((s for s in split_sentences(text) if s.covers(person)), Span(0, len(text)))
    ends = (p.end for p in persons(text) if p.end <= person.start)
    office = _OFFICE.search(text, max(sentence.start, *ends, 0), person.start)
    start = office.start() if office else person.start
    near = [text[start : person.start]]
    if led := _LED_BY.search(text, max(sentence.start, start - 80), start):
        near.append(led["side"])
    if leads := _LEADS.match(text, person.end):
        near.append(leads["side"])
    if behind := _APPOSITIVE.match(text, person.end):
        near.append(behind[1])
    return frozenset().union(*(country_of(w.key) for part in near for w in words(part) if w.content))


def stands_for(text: str, person: Span, sides: Set[str]) -> bool | None:
    """Whether the person stands for the countries that ``sides``, keys of words, name; None where nothing tells, or
    where no country is meant."""
    # "The leader of the Danish miners" stands for no country.
    by_side = [country_of(key) for key in sides]
    asked = frozenset().union(*by_side) if all(by_side) else frozenset()
    told = countries_of(text, person) if asked else frozenset()
    return None if not told else not told.isdisjoint(asked)


def means(side: str, names: list[Word]) -> bool:
    """Whether one of the names is that of the side, or of the same country."""
    keys = {w.key for w in names}
    return has_name(side, keys) or not country_of(side).isdisjoint(keys)
