"""Questions made unanswerable: one name, year, number, place or role in them becomes another of its kind.

The replacement never stands in the passage or its headline, so that the passage speaks of something else.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

# Words of which another of the same set asks something else. Ordinary knowledge, no data set's.
_SETS: tuple[tuple[str, ...], ...] = (
    ("first", "second", "third", "fourth", "fifth", "last"),
    ("largest", "smallest"),
    ("biggest", "smallest"),
    ("oldest", "youngest"),
    ("highest", "lowest"),
    ("longest", "shortest"),
    ("best", "worst"),
    ("most", "fewest"),
    ("before", "after"),
    ("won", "lost"),
    ("win", "lose"),
    ("north", "south", "east", "west"),
    ("northern", "southern", "eastern", "western"),
    ("born", "died", "buried", "married"),
    ("began", "ended"),
    ("begin", "end"),
    ("start", "finish", "stop"),
    ("open", "close"),
    ("opened", "closed"),
    ("increase", "decrease"),
    ("president", "king", "prime minister", "governor", "mayor", "foreign minister", "defence minister", "chairman"),
    ("ambassador", "spokesman", "general secretary", "finance minister", "chief justice"),
    ("author", "illustrator", "publisher", "translator"),
    ("director", "producer", "composer", "editor", "designer"),
    ("wrote", "directed", "produced", "sang", "painted", "designed", "invented", "recorded"),
    ("mother", "father", "brother", "sister", "wife", "husband", "son", "daughter", "uncle"),
    ("men", "women", "children"),
    ("man", "woman", "boy", "girl"),
    ("buy", "sell"),
    ("bought", "sold"),
    ("attacked", "defended"),
    ("arrived", "left"),
    ("killed", "injured", "arrested", "released", "rescued", "missing"),
    ("killed", "survived"),
    ("accept", "reject"),
    ("agreed", "refused"),
    ("support", "oppose"),
    ("approved", "rejected"),
    ("summer", "winter", "spring", "autumn"),
    ("morning", "evening"),
    ("gold", "silver", "bronze"),
    ("single", "album", "film", "novel", "play"),
    ("city", "river", "mountain", "lake", "island"),
    ("army", "navy", "air force", "police"),
    ("hospital", "school", "airport", "prison", "stadium", "museum"),
    ("earthquake", "flood", "fire", "hurricane"),
    ("election", "referendum", "census"),
    ("football", "basketball", "baseball", "hockey", "cricket", "tennis"),
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    ("january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december"),
    ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
)
_COUNTRIES = (
    "Afghanistan Argentina Australia Austria Bangladesh Belgium Bolivia Brazil Bulgaria Canada Chile China Colombia "
    "Croatia Cuba Denmark Egypt England Ethiopia Finland France Germany Ghana Greece Hungary Iceland India Indonesia "
    "Iran Iraq Ireland Israel Italy Jamaica Japan Jordan Kenya Kuwait Lebanon Libya Malaysia Mexico Morocco Nepal "
    "Netherlands Nigeria Norway Pakistan Peru Poland Portugal Qatar Romania Russia Scotland Serbia Singapore Somalia "
    "Spain Sudan Sweden Switzerland Syria Thailand Tunisia Turkey Uganda Ukraine Uruguay Venezuela Vietnam Yemen"
).split()
_NATIONALITIES = (
    "Afghan Argentine Australian Austrian Bangladeshi Belgian Brazilian British Canadian Chilean Chinese Colombian "
    "Cuban Danish Dutch Egyptian Ethiopian Finnish French German Greek Hungarian Indian Indonesian Iranian Iraqi "
    "Irish Israeli Italian Japanese Kenyan Korean Lebanese Libyan Malaysian Mexican Moroccan Nigerian Norwegian "
    "Pakistani Peruvian Polish Portuguese Romanian Russian Saudi Scottish Serbian Somali Spanish Sudanese Swedish "
    "Swiss Syrian Thai Turkish Ukrainian Venezuelan Vietnamese Yemeni"
).split()
_CITIES = (
    "Amsterdam Athens Baghdad Bangkok Barcelona Beijing Beirut Berlin Boston Brussels Budapest Cairo Chicago Dallas "
    "Damascus Delhi Dhaka Doha Dubai Dublin Geneva Glasgow Houston Islamabad Istanbul Jakarta Jerusalem Kabul Karachi "
    "Kyiv Lagos Lahore Lisbon London Madrid Manila Melbourne Miami Milan Moscow Mumbai Munich Nairobi Oslo Paris "
    "Prague Riyadh Rome Seoul Shanghai Singapore Stockholm Sydney Tehran Tokyo Toronto Vienna Warsaw Washington"
).split()
_VALUES = frozenset(w.lower() for group in (*_SETS, _COUNTRIES, _NATIONALITIES, _CITIES) for w in group)
_FUNCTION = frozenset(
    "a an the of in on at to for by with and or is are was were be been do does did has have had who whom whose what "
    "which when where why how many much that this these those it its he she they his her their from as there not no "
    "than then into about after before during i you we us new".split()
)
_TOKEN = r"(?:(?:[A-Z]\.)+|[A-Z0-9][\w’'&-]*)"
_NAME = re.compile(rf"(?=[A-Z]){_TOKEN}(?:\s(?:of|the|de|von|van|al|for)(?=\s[A-Z])|\s{_TOKEN}){{0,5}}")
_YEAR = re.compile(r"\b(?:1[5-9]\d\d|20[0-4]\d)\b")
_NUMBER = re.compile(r"\b\d{1,3}(?:,\d{3})*\b")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Names:
    """Names by kind, for replacements: persons, places, anything else; ``common`` words are mostly in lower case."""

    persons: tuple[str, ...]
    places: tuple[str, ...]
    things: tuple[str, ...]
    common: frozenset[str] = frozenset()


def names_in(text: str) -> list[str]:
    """Runs of capitalised words; a function word at the head of a sentence is cut off."""
    found: list[str] = []
    for match in _NAME.finditer(text):
        words = match.group().strip(".’'&-").split()
        while words and words[0].lower() in _FUNCTION:
            words.pop(0)
        name = " ".join(words)
        if len(name) > 2:
            found.append(name.removesuffix("'s").removesuffix("’s"))
    return found


def collect_names(texts: Iterable[str], who: Iterable[str], where: Iterable[str]) -> Names:
    """Pools of names: ``who`` and ``where`` are answers to questions that begin with those words."""
    persons = sorted({n for a in who for n in names_in(a)[:1] if 2 <= len(n.split()) <= 3 and n.isascii()})
    places = sorted({n for a in where for n in names_in(a)[:1] if len(n.split()) <= 3 and n.isascii()})
    counts: Counter[str] = Counter()
    lower: Counter[str] = Counter()
    upper: Counter[str] = Counter()
    for text in texts:
        counts.update(set(names_in(text)))
        for word in _WORD.findall(text):
            (lower if word.islower() else upper)[word.lower()] += 1
    common = frozenset(w for w, n in lower.items() if n >= upper[w]) | _FUNCTION
    things = sorted(
        n
        for n, count in counts.items()
        if count >= 2 and len(n.split()) <= 4 and n.isascii() and not all(w.lower() in common for w in n.split())
    )
    return Names(tuple(persons), tuple(places), tuple(things), common)


def _stands_in(phrase: str, text: str) -> bool:
    """Whether any content word of the phrase stands in the text, in any case."""
    present = set(_WORD.findall(text.lower()))
    return any(w in present for w in _WORD.findall(phrase.lower()) if w not in _FUNCTION)


def _replace(text: str, old: str, new: str) -> str:
    return re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", lambda _: new, text, flags=re.IGNORECASE)


class Swapper:
    """Makes a question, or a passage, speak of something else. Pure apart from the generator passed in."""

    def __init__(self, names: Names, vectors: "Vectors | None" = None) -> None:
        """With ``vectors`` a name is replaced by one of its neighbours there: a harder swap than a random one."""
        self._names = names
        self._vectors = vectors
        self._first_names = frozenset(name.split()[0].lower() for name in names.persons)
        self._places = frozenset(name.lower() for name in names.places)

    @property
    def common(self) -> frozenset[str]:
        """Words that are no names: written in lower case more often than not."""
        return self._names.common

    def mentions(self, question: str, passage: str, title: str) -> list[str]:
        """Names that question and passage or headline share, longest first, as written in the question."""
        known = {n.lower() for n in names_in(passage)} | {n.lower() for n in names_in(title)} | {title.lower()}
        known |= {w for n in known for w in n.split() if w not in self._names.common and len(w) > 3}
        known -= self._names.common
        words = list(_WORD.finditer(question))
        found: list[str] = []
        for size in range(min(5, len(words)), 0, -1):
            for i in range(len(words) - size + 1):
                phrase = question[words[i].start() : words[i + size - 1].end()]
                inside = any(phrase in other for other in found) or phrase.lower() in _VALUES or phrase[0].isdigit()
                if phrase.lower() in known and phrase.lower() not in _FUNCTION and not inside:
                    found.append(phrase)
        return found

    def question(self, question: str, passage: str, title: str, random: Random, near: Sequence[str] = ()) -> str | None:
        """The question about another year, number, role, place, person or thing; None where nothing can be swapped.

        ``near`` holds names from texts on the same subject: they are preferred, being the harder ones.
        """
        text = f"{title} {passage}"
        swaps = self._value_swaps(question, text, random) + self._name_swaps(question, passage, title, random, near)
        if not swaps:
            return None
        old, new = random.choice(swaps)
        changed = _replace(question, old, new)
        return changed if changed != question else None

    def passage(self, question: str, passage: str, title: str, random: Random) -> tuple[str, str] | None:
        """Passage and headline with what the question names replaced throughout; None where some of it remains."""
        text = f"{title} {passage}"
        swaps = self._name_swaps(question, passage, title, random, ())
        swaps += [s for s in self._value_swaps(question, text, random, shared=True) if s[0][:1].isdigit()]
        if not swaps:
            return None
        old, new = random.choice(swaps)
        changed, headline = _replace(passage, old, new), _replace(title, old, new)
        if changed == passage or _stands_in(old, f"{headline} {changed}"):
            return None
        return changed, headline

    def _value_swaps(self, question: str, text: str, random: Random, shared: bool = False) -> list[tuple[str, str]]:
        swaps: list[tuple[str, str]] = []
        years = _YEAR.findall(question)
        # "from 1995 to 2004" still asks the same when one end moves by a little.
        far = [y for y in years if len(years) > 1]
        for year in years if not far else ():
            for _ in range(4):
                other = str(int(year) + random.choice((-10, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 10)))
                if other not in text and other not in question:
                    swaps.append((year, other))
                    break
        if far:
            moved = str(int(far[0]) + random.choice((-45, -30, 25, 40)))
            swaps += [(far[0], moved)] if moved not in text else []
        for number in _NUMBER.findall(question):
            other = str(int(number.replace(",", "")) + random.choice((-3, -2, -1, 1, 2, 3, 10)))
            if not other.startswith("-") and not _stands_in(other, f"{text} {question}"):
                swaps.append((number, other))
        lowered = question.lower()
        for group in (*_SETS, _COUNTRIES, _NATIONALITIES, _CITIES):
            for word in group:
                if re.search(rf"(?<!\w){re.escape(word.lower())}(?!\w)", lowered):
                    others = [o for o in group if o != word and not _stands_in(o, f"{text} {question}")]
                    if others:
                        swaps.append((word, random.choice(others)))
        if shared:
            swaps = [swap for swap in swaps if _stands_in(swap[0], text)]
        return swaps

    def _name_swaps(
        self, question: str, passage: str, title: str, random: Random, near: Sequence[str]
    ) -> list[tuple[str, str]]:
        swaps: list[tuple[str, str]] = []
        text = f"{title} {passage} {question}"
        for name in self.mentions(question, passage, title)[:3]:
            words = name.split()
            pool: Sequence[str]
            if words[0].lower() in self._first_names and 2 <= len(words) <= 3:
                pool = self._names.persons
            elif name.lower() in self._places:
                pool = self._names.places
            else:
                pool = self._names.things
            if near and random.random() < 0.25:
                pool = near
            elif self._vectors is not None and random.random() < 0.8:
                pool = self._vectors.like(name)
            for _ in range(6):
                other = random.choice(pool) if pool else ""
                if len(words) == 1 and pool is self._names.persons:
                    other = other.split()[-1]
                if other and not _stands_in(other, text):
                    swaps.append((name, other))
                    break
        return swaps


class Vectors:
    """Names by meaning: mean of their words' input embeddings, centred, unit length.

    ``embed`` gives float32 (n_names, dim) for names.
    """

    def __init__(self, names: Sequence[str], embed: "Callable[[Sequence[str]], np.ndarray]") -> None:
        self._names = names
        self._embed = embed
        raw = embed(names)
        self._mean = raw.mean(0)
        self._matrix = self._unit(raw)
        self._known: dict[str, tuple[str, ...]] = {}

    def _unit(self, raw: "np.ndarray") -> "np.ndarray":
        centred = raw - self._mean
        unit: np.ndarray = centred / ((centred**2).sum(1, keepdims=True) ** 0.5 + 1e-9)
        return unit

    def nearest(self, name: str, among: Sequence[str]) -> str:
        """The one of ``among``, which must not be empty, that is most like the name."""
        scores = self._unit(self._embed(among)) @ self._unit(self._embed([name]))[0]
        return among[int(scores.argmax())]

    def like(self, name: str) -> tuple[str, ...]:
        """The 4th to the 30th nearest names that share no word with this one; the nearest are often the same thing."""
        if name not in self._known:
            scores = self._matrix @ self._unit(self._embed([name]))[0]
            order = [self._names[int(i)] for i in (-scores).argsort(kind="stable")[:200]]
            self._known[name] = tuple([n for n in order if not _stands_in(n, name)][3:30])
        return self._known[name]


_WHO_DID = re.compile(r"^who (\w{3,})ed (\w.+?)( in | on | at | for | with | after |\?|$)", re.IGNORECASE)


def exchange_roles(question: str) -> str | None:
    """ "Who attacked X?" to "Who did X attack?": the passage tells the one and not the other. None where not of that
    form."""
    match = _WHO_DID.match(question)
    if match is None or match.group(2).split()[0].lower() in {"the", "a", "an", "as", "in", "by", "to", "from"}:
        return None
    stem, whom, rest = match.groups()
    verb = stem + "e" if stem[-1] in "cvsuz" or stem.endswith(("at", "ag", "in", "ir", "ut")) else stem
    return f"Who did {whom} {verb}{rest if rest.strip() else ''}{question[match.end() :]}"
