"""Questions in other words: what is led is headed, what collapses breaks down.

Most open questions were written beside their sentence and take its words. A judge that sees no others learns to count
shared words; a person who asks does not know the article's words.
"""

import re
from random import Random

from rag.synonyms import NOUNS, OTHERS, VERBS, forms, plural

_OPENINGS = """
why, for what reason, how come, what is the reason that | how many, what number of, how great a number of
when, at what time, on what date, what day | where, in what place, in which place, at what location
who, which person | what kind of, what sort of, which type of | which, what | how much, what amount of
whom, which person
"""
_HELPER = re.compile(r"\b(?:was|were|is|are|been|being|be|has|have|had|got|get)\s+(?:\w+\s+)?$", re.IGNORECASE)
_WORDS = re.compile(r"[A-Za-z][A-Za-z-]*")
_RARELY = frozenset("be make take get go come have hold see let do name title act part call head man work kind".split())


_Table = dict[str, tuple[str, ...]]


def _tables() -> tuple[_Table, _Table]:
    """Each form of each word to the same form of the others of its group; the participles of verbs by themselves."""
    found: dict[str, list[str]] = {}
    participles: dict[str, list[str]] = {}

    def add(same: list[str], table: dict[str, list[str]] = found) -> None:
        for form in same:
            known = table.setdefault(form, [])
            known += [other for other in same if other != form and other not in known]

    for line in re.split(r"[|\n]", VERBS):
        verbs = [v.strip() for v in line.split(",") if v.strip()]
        for n, column in enumerate(zip(*(forms(v) for v in verbs), strict=True)):
            add(list(column), participles if n == 3 else found)
    for line in re.split(r"[|\n]", NOUNS):
        nouns = [n.strip() for n in line.split(",") if n.strip()]
        add(nouns)
        add([plural(n) for n in nouns])
    for line in re.split(r"[|\n]", OTHERS):
        add([w.strip() for w in line.split(",") if w.strip()])
    return _frozen(found), _frozen(participles)


def _frozen(table: dict[str, list[str]]) -> _Table:
    return {form: tuple(others) for form, others in table.items()}


def _openings() -> list[tuple[str, tuple[str, ...]]]:
    groups = [[w.strip() for w in line.split(",")] for line in re.split(r"[|\n]", _OPENINGS) if line.strip()]
    return sorted(((g[0], tuple(g[1:])) for g in groups), key=lambda pair: -len(pair[0]))


(_SAME, _PARTICIPLES), _ASKING = _tables(), _openings()


def reworded(question: str, random: Random, share: float = 0.5) -> str:
    """The question with each word that has a synonym replaced with probability ``share``; names are left alone."""

    def replace(match: re.Match[str]) -> str:
        word = match[0]
        passive = _HELPER.search(match.string[: match.start()])
        # A name has a capital, and no entry but "American".
        others = (_PARTICIPLES.get(word) if passive else None) or _SAME.get(word) or _PARTICIPLES.get(word)
        if not others or random.random() > share * (0.3 if word in _RARELY else 1.0):
            return word
        return random.choice(others)

    for opening, others in _ASKING:
        if re.match(rf"{opening}\b", question, re.IGNORECASE):
            rest = question[len(opening) :]
            chosen = random.choice(others) if random.random() < share * 0.3 else question[: len(opening)]
            return chosen + _WORDS.sub(replace, rest)
    return _WORDS.sub(replace, question)
