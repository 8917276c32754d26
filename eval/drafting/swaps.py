"""Questions that no article answers: one that is answered, with a name, place or year of another article put in.

The name put in stands in no article together with another name of the question, so that none can hold the answer.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from eval.drafting.names import NAME_WORD, Background, no_place
from eval.drafting.wording import CALENDAR, clear
from rag.records import date_mentions
from rag.words import words

_PLACE = re.compile(rf"\b[Ii]n\s+(?P<name>{NAME_WORD}(?:\s+{NAME_WORD}){{0,2}})(?=[,.]|\s+[a-z])")
_YEAR = re.compile(r"(?:19|20)\d\d")
# After "in", but no place.
_NO_PLACE = re.compile(
    r"\b(?:Congress|Parliament|Senate|Cabinet|Court|English|French|Spanish|German|Chinese|Arabic|Russian|Latin|"
    r"Facebook|Twitter|Division|League|Cup|Series|Championships?|Olympics|Games|Round|War|Award|Awards|Party|Army|"
    r"Act|Department|Council|Game|University|College|School|Street|Hall|North|South|East|West|Mr|Mrs|Ms|Dr|The|This|"
    r"These|His|Her|Its|New)\b"
)

_OFFICES = (
    r"President|Minister|Secretary|State|Chancellor|King|Queen|Prince|Senator|Sen\.|Judge|Mr\.?|Mrs\.?|Ms\.?|Dr\.?|"
    r"Governor|Gov\.|Rep\.|Mayor|General|Ambassador"
)
# A year further back gives itself away, as does one that the article had not reached.
NEAR_YEARS = 15


@dataclass(frozen=True, slots=True)
class Names:
    """What one article names: persons in full, places, years."""

    persons: tuple[str, ...]
    places: tuple[str, ...]
    years: tuple[str, ...]

    @classmethod
    def of(cls, text: str, background: Background) -> "Names":
        """The names in the text of an article."""
        places = (name for m in _PLACE.finditer(text) if _sure_place(name := " ".join(m["name"].split()), text))
        years = (y.group() for m in date_mentions(text) if (y := _YEAR.search(m.span.of(text))))
        return cls(
            tuple(p for p in background.persons if not re.search(r"[’'.]", p)),
            _once(p for p in places if _is_place(p, background)),
            _once(years),
        )


class Texts:
    """The texts of all articles, to look up which names stand together in one of them."""

    def __init__(self, texts: Callable[[], Sequence[str]]) -> None:
        self._read = texts

    @cached_property
    def _texts(self) -> Sequence[str]:
        return self._read()

    @cached_property
    def _folded(self) -> list[str]:
        return [text.lower() for text in self._texts]

    def together(self, one: str, other: str) -> bool:
        """Whether some article may hold both names. Compares beginnings of words, so that "Pakistani" counts for
        "Pakistan": sooner yes than no."""
        a, b = _beginning(one), _beginning(other)
        return any(a in text and b in text for text in self._folded)

    def matches(self, pattern: str) -> bool:
        """Whether some article matches the pattern."""
        compiled = re.compile(pattern)
        return any(compiled.search(text) for text in self._texts)


def exchanged(question: str, quote: str, own: Names, others: Sequence[Names], texts: Texts) -> Iterator[str]:
    """The question with one name in place of another of its kind, for each exchange that leaves it without an answer.

    ``own`` are the names of its article, ``others`` those of further ones.
    """
    surnames = (name.split()[-1] for name in own.persons)
    places = (place for names in others for place in names.places)
    standing = {
        "persons": (*own.persons, *surnames),
        "places": (*own.places, *places),
        "years": own.years,
    }
    for kind, names in standing.items():
        new = _once(name for neighbour in others for name in getattr(neighbour, kind))
        for name in _once(iter(names)):
            span = _standing(question, name, kind == "persons")
            if span is None:
                continue
            left = f"{question[: span[0]]} {question[span[1] :]}"
            anchors = [w.text for w in words(left) if w.name and w.text in question and not CALENDAR.fullmatch(w.text)]
            for other in new:
                if _beginning(other) in quote.lower() or (kind == "years" and not _near(other, name, own.years)):
                    continue
                changed = question[: span[0]] + other + question[span[1] :]
                if clear(changed) and any(not texts.together(other, anchor) for anchor in anchors):
                    yield changed


def _near(year: str, name: str, own: Sequence[str]) -> bool:
    """Whether a year can pass for ``name`` in an article that names the years ``own``."""
    return int(name) - NEAR_YEARS <= int(year) <= max(map(int, own))


def _standing(question: str, name: str, person: bool) -> tuple[int, int] | None:
    """Where a name stands in a question; with the offices before it, for a person."""
    office = rf"(?:(?:[A-Z][\w.]+\s+)*(?:{_OFFICES})\s+)?" if person else ""
    found = re.search(rf"(?<![\w-]){office}{re.escape(name)}(?![\w-]|\s+(?:[A-Z]|el-|al-))", question)
    if not found or not found.start() or re.search(r"[A-Z][\w’'.-]*\s$", question[: found.start()].partition(" ")[2]):
        return None  # part of a longer name
    if re.search(r"(?:[A-Z]\w+\s+(?:for|of|on)|\ban?)\s$", question[: found.start()]):
        return None  # of the name of a body: "the Center for ..."; no name: "an Iowa farmer"
    return found.start(), found.end()


def _is_place(name: str, background: Background) -> bool:
    return len(name) > 3 and not (
        CALENDAR.search(name)
        or _NO_PLACE.search(name)
        or background.person_in(name)
        or background.is_person(name)
        or re.search(r"[’']", name)
        or any(map(no_place, name.split()))
        or not background.uncommon(name)
    )


def _sure_place(name: str, text: str) -> bool:
    """Whether the article speaks of the name as a place more than once, or says in which land it lies."""
    found = re.findall(
        rf"\b(?:[Ii]n|[Tt]o|[Ff]rom|near|across|around|outside)\s+{re.escape(name)}(?:,\s+{NAME_WORD})?", text
    )
    return len(set(found)) > 1 or any("," in one for one in found)


def _beginning(name: str) -> str:
    """The first letters of the telling word of a name, in small letters: the surname of a person, the year itself."""
    word = re.sub(r"[’']s$", "", name.split()[-1]).lower()
    return word[: max(4, round(0.6 * len(word)))]


def _once(names: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
